// A failure as the page shows it. The worker's errors carry a code and a place in the file.
import { EngineError } from './engine';
import type { ErrorCode } from './engine';
import { text } from './text';

export interface Problem {
  code: ErrorCode | 'unknown';
  title: string;
  message: string;
  // "file:line:column", as far as it is known.
  place: string;
}

type Details = { code?: ErrorCode; file?: string; line?: number; column?: number; byte?: number };

// `title` says what did not work; a core that could not be loaded at all says so itself.
export function problemOf(error: unknown, title: string): Problem {
  const details = (error ?? {}) as Details;
  return {
    code: details.code ?? 'unknown',
    title: error instanceof EngineError ? text.engineFailed : title,
    message: error instanceof Error ? error.message : String(error),
    place: placeOf(details),
  };
}

function placeOf({ file, line, column, byte }: Details): string {
  const parts: (string | number)[] = [];
  if (file) parts.push(file);
  if (line) parts.push(line);
  if (line && column) parts.push(column);
  if (!line && byte !== undefined && byte >= 0) parts.push(`byte ${byte}`);
  return parts.join(':');
}
