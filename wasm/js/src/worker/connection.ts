// The page's end of the protocol: requests as promises.
import { LikeloreError } from '../errors.js';
import type { Port, Reply, Request } from './protocol.js';

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: LikeloreError) => void;
  onProgress?: (value: unknown) => void;
}

export interface RequestOptions {
  onProgress?: (value: never) => void;
  signal?: AbortSignal;
  transfer?: Transferable[];
}

export class Connection {
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  #end: LikeloreError | undefined;

  constructor(port: Port) {
    this.#port = port;
    port.addEventListener('message', (event) => this.#receive(event.data as Reply));
  }

  request<Value>(method: string, parameters: unknown[], options: RequestOptions = {}): Promise<Value> {
    if (this.#end) return Promise.reject(this.#end);
    const { onProgress, signal, transfer } = options;
    const id = ++this.#last;
    const cancel = (): void => this.#send({ id, cancel: true });
    const settled = new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress: onProgress as Pending['onProgress'] });
      this.#send({ id, method, parameters }, transfer);
      if (signal?.aborted) cancel();
      signal?.addEventListener('abort', cancel);
    });
    return settled.finally(() => signal?.removeEventListener('abort', cancel)) as Promise<Value>;
  }

  // Rejects what is under way and everything to come.
  end(error: LikeloreError): void {
    this.#end ??= error;
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }

  #send(request: Request, transfer: Transferable[] = []): void {
    this.#port.postMessage(request, transfer);
  }

  #receive(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if ('progress' in reply) {
      pending.onProgress?.(reply.progress);
      return;
    }
    this.#pending.delete(reply.id);
    if ('error' in reply) pending.reject(new LikeloreError(reply.error));
    else pending.resolve(reply.value);
  }
}
