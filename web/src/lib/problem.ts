// A failure as the page shows it. The worker's errors carry a code and a place in the file.
import { EngineError } from './engine';
import type { ErrorCode } from './engine';
import { text } from './text';

export interface Problem {
  readonly code: ErrorCode | 'unknown';
  readonly title: string;
  readonly message: string;
  // Of the message, if it is not in the language of the page: the core and the browser speak English.
  readonly language?: 'en';
  // "file:line:column", as far as it is known; in words where there is no file.
  readonly place: string;
  // What can be done about it here.
  readonly remedy?: string;
}

// What the page itself finds wrong: told when it is read, in the language then in use.
export class PageError extends Error {
  constructor(readonly tell: () => string) {
    super(tell());
  }
}

type Details = { code?: ErrorCode; file?: string; line?: number; column?: number; byte?: number; remedy?: string };

// `title` says what did not work; a core that could not be loaded at all says so itself. The words are
// asked for each time, because the language may change while a problem is on show.
export function problemOf(error: unknown, title: (code: Problem['code']) => string): Problem {
  const details = (error ?? {}) as Details;
  const code = details.code ?? 'unknown';
  return {
    code,
    get title() {
      return error instanceof EngineError ? text.engineFailed : title(code);
    },
    get message() {
      return error instanceof PageError ? error.tell() : error instanceof Error ? error.message : String(error);
    },
    language: error instanceof PageError ? undefined : 'en',
    get place() {
      return placeOf(details);
    },
    get remedy() {
      return (text.remedies as Record<string, string | undefined>)[details.remedy ?? ''];
    },
  };
}

function placeOf({ file, line, column, byte }: Details): string {
  if (!file && line) return text.lineAndColumn(line, column);
  const parts: (string | number)[] = [];
  if (file) parts.push(file);
  if (line) parts.push(line);
  if (line && column) parts.push(column);
  if (!line && byte !== undefined && byte >= 0) parts.push(text.byte(byte));
  return parts.join(':');
}
