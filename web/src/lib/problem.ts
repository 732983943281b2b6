// A failure as the page shows it. The worker's errors carry a code and a place in the file.
import type { ErrorCode } from './engine';

export interface Problem {
  code: ErrorCode | 'unknown';
  message: string;
  // "file:line:column", as far as it is known.
  place: string;
}

type Details = { code?: ErrorCode; file?: string; line?: number; column?: number; byte?: number };

export function problemOf(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  const details = (error ?? {}) as Details;
  return { code: details.code ?? 'unknown', message, place: placeOf(details) };
}

function placeOf({ file, line, column, byte }: Details): string {
  const parts: (string | number)[] = [];
  if (file) parts.push(file);
  if (line) parts.push(line);
  if (line && column) parts.push(column);
  if (!line && byte !== undefined && byte >= 0) parts.push(`byte ${byte}`);
  return parts.join(':');
}
