// Calls into a module: puts texts and bytes into its memory for the time of a call, reads what the
// call gives back, and turns a status that is not 0 into a LikeloreError.
import { LikeloreError } from '../errors.js';
import type { ErrorCode, ErrorDetails } from '../types.js';
import type { CommonExport } from './exports.js';
import type { WasmModule } from './module.js';

// A number or pointer; a text, passed as a C string; bytes, passed as pointer and length.
export type Argument = number | string | Uint8Array;

export interface Abi {
  version: string;
  kernels: string;
  pointer_bytes: number;
  statuses: { code: ErrorCode | 'ok'; message: string }[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Bridge<Name extends string> {
  readonly abi: Abi;
  readonly #module: WasmModule<Name | CommonExport>;
  #address: number;

  constructor(module: WasmModule<Name | CommonExport>, deterministic: boolean) {
    this.#module = module;
    this.#address = this.call('lk_bridge_new', Number(deterministic));
    if (this.#address === 0) throw outOfMemory();
    this.abi = this.json('lk_bridge_abi');
  }

  // Calls a function as it is.
  call(name: Name | CommonExport, ...parameters: number[]): number {
    return this.#find(name)(...parameters);
  }

  #find(name: string): (...parameters: number[]) => number {
    const functions = this.#module as Record<string, (...parameters: number[]) => number>;
    const found = functions[`_${name}`];
    if (found) return found;
    throw new LikeloreError({ code: 'unsupported', message: `the module loaded has no ${name}` });
  }

  // Calls a function that takes the bridge first and returns a status.
  run(name: Name | CommonExport, ...parameters: Argument[]): void {
    const called = this.#find(name); // before anything is copied
    const borrowed: number[] = [];
    try {
      const words = parameters.flatMap((parameter) => this.#lend(parameter, borrowed));
      this.#check(called(this.#address, ...words));
    } finally {
      for (const address of borrowed) this.call('free', address);
    }
  }

  // Calls one that makes an object, whose address it stores where its second parameter points.
  open(name: Name | CommonExport, ...parameters: Argument[]): number {
    const slot = this.#allocate(this.abi.pointer_bytes);
    try {
      this.run(name, slot, ...parameters);
      return this.#module.HEAPU32[slot / 4]!;
    } finally {
      this.call('free', slot);
    }
  }

  // Runs a function and gives a copy of its output.
  bytes(name: Name | CommonExport, ...parameters: Argument[]): Uint8Array {
    this.run(name, ...parameters);
    return this.#output();
  }

  text(name: Name | CommonExport, ...parameters: Argument[]): string {
    return decoder.decode(this.bytes(name, ...parameters));
  }

  json<Answer>(name: Name | CommonExport, ...parameters: Argument[]): Answer {
    return JSON.parse(this.text(name, ...parameters)) as Answer;
  }

  // Numbers of the module's memory, in place: valid until the next call.
  words(address: number, length: number): Uint32Array {
    return this.#module.HEAPU32.subarray(address / 4, address / 4 + length);
  }

  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.#module.HEAPU8.buffer, address, length);
  }

  // The remarks that the calls since the last time have made.
  notes(): string[] {
    return this.json('lk_bridge_notes');
  }

  // Bytes that the bridge and the objects made with it hold.
  get liveBytes(): number {
    return this.call('lk_bridge_live_bytes', this.#address);
  }

  // Bytes of the module's memory, which never shrinks.
  get memoryBytes(): number {
    return this.#module.HEAPU8.length;
  }

  // Everything made with the bridge must have been freed before.
  free(): void {
    this.call('lk_bridge_free', this.#address);
    this.#address = 0;
  }

  #allocate(length: number): number {
    const address = this.call('malloc', length) >>> 0;
    if (address === 0) throw outOfMemory();
    return address;
  }

  #lend(parameter: Argument, borrowed: number[]): number[] {
    if (typeof parameter === 'number') return [parameter];
    const isText = typeof parameter === 'string';
    const bytes = isText ? encoder.encode(parameter + '\0') : parameter;
    const address = this.#allocate(Math.max(bytes.length, 1));
    borrowed.push(address);
    this.#module.HEAPU8.set(bytes, address);
    return isText ? [address] : [address, bytes.length];
  }

  #output(): Uint8Array {
    const start = this.call('lk_bridge_output', this.#address) >>> 0;
    const length = this.call('lk_bridge_output_length', this.#address) >>> 0;
    return this.#module.HEAPU8.slice(start, start + length);
  }

  #check(status: number): void {
    if (status === 0) return;
    const described = this.call('lk_bridge_error', this.#address, status) === 0;
    if (described) throw new LikeloreError(JSON.parse(decoder.decode(this.#output())) as ErrorDetails);
    const { code, message } = this.abi.statuses[status]!;
    throw new LikeloreError({ code: code as ErrorCode, message });
  }
}

function outOfMemory(): LikeloreError {
  return new LikeloreError({ code: 'memory', message: 'out of memory' });
}

// A JSON document as the parameters (pointer, length) of a call.
export function jsonBytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}
