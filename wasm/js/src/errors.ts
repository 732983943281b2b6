import type { ErrorCode, ErrorDetails, Remedy } from './types.js';

// What every failure of Likelore throws or rejects with.
export class LikeloreError extends Error {
  readonly code: ErrorCode;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly byte?: number;
  readonly conflict?: readonly string[];
  readonly remedy?: Remedy;

  constructor(details: ErrorDetails) {
    super(details.message);
    this.name = 'LikeloreError';
    this.code = details.code;
    this.file = details.file;
    this.line = details.line;
    this.column = details.column;
    this.byte = details.byte;
    this.conflict = details.conflict;
    this.remedy = details.remedy;
  }

  // The plain object that a message to or from a worker can carry.
  details(): ErrorDetails {
    const { code, message, file, line, column, byte, conflict, remedy } = this;
    return { code, message, file, line, column, byte, conflict, remedy };
  }
}
