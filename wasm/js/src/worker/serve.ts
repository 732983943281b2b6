// The worker's end of the protocol.
import { LikeloreError } from '../errors.js';
import type { ErrorDetails } from '../types.js';
import type { Port, Reply, Request } from './protocol.js';

// What a method knows about the request it serves.
export interface Call {
  progress(value: unknown): void;
  // Aborted when the page cancels the request.
  signal: AbortSignal;
}

export type Methods = Record<string, (call: Call, ...parameters: any[]) => unknown>;

export function serve(port: Port, methods: Methods): void {
  const running = new Map<number, AbortController>();
  const send = (reply: Reply, moved?: Transferable[]): void => port.postMessage(reply, moved);
  const run = async (id: number, method: string, parameters: unknown[]): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    const progress = (value: unknown): void => send({ id, progress: value });
    try {
      const value = await methods[method]!({ progress, signal: controller.signal }, ...parameters);
      send({ id, value }, ownBuffers(value));
    } catch (error) {
      send({ id, error: details(error) });
    } finally {
      running.delete(id);
    }
  };
  port.addEventListener('message', (event) => {
    const request = event.data as Request;
    if ('cancel' in request) running.get(request.id)?.abort();
    else void run(request.id, request.method, request.parameters);
  });
}

// The memory of numbers that were made for the answer alone, which is numbers or an object of such.
function ownBuffers(value: unknown): Transferable[] {
  const parts = isPlain(value) ? Object.values(value) : [value];
  return parts.every(isNumbers) ? parts.map(({ buffer }) => buffer as ArrayBuffer) : [];
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isNumbers(value: unknown): value is Float64Array | Uint32Array {
  return value instanceof Float64Array || value instanceof Uint32Array;
}

function details(error: unknown): ErrorDetails {
  if (error instanceof LikeloreError) return error.details();
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

// Objects that the page knows by number.
export class Table<Value extends { dispose(): void }> {
  readonly #values = new Map<number, Value>();
  #last = 0;

  add(value: Value): number {
    this.#values.set(++this.#last, value);
    return this.#last;
  }

  get(number: number): Value {
    const value = this.#values.get(number);
    if (value) return value;
    throw new LikeloreError({ code: 'usage', message: 'the object has been disposed of' });
  }

  dispose(number: number): void {
    this.#values.get(number)?.dispose();
    this.#values.delete(number);
  }
}
