// The messages between a page and its worker: numbered requests, and for each of them any number of
// progress messages and one reply.
import type { ErrorDetails } from '../types.js';

export type Request =
  | { id: number; method: string; parameters: unknown[] }
  // Asks the request of that number to end early.
  | { id: number; cancel: true };

export type Reply =
  | { id: number; progress: unknown }
  | { id: number; value: unknown }
  | { id: number; error: ErrorDetails };

// A Worker, the inside of one, or a MessagePort.
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}
