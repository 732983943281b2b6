import type { Bridge } from '../raw/index.js';
import { LikeloreError } from '../raw/index.js';
import type { Version } from '../types.js';
import { Owner } from './owner.js';

// What the labs have in common: a bridge and the objects made with it.
export class Lab<Name extends string> {
  protected readonly bridge: Bridge<Name>;
  protected readonly owner = new Owner();

  constructor(bridge: Bridge<Name>) {
    this.bridge = bridge;
  }

  version(): Version {
    const { version, kernels } = this.bridge.abi;
    return { version, kernels };
  }

  // Bytes that the lab and its open objects hold.
  get liveBytes(): number {
    return this.bridge.liveBytes;
  }

  // Frees the lab and what was opened with it.
  dispose(): void {
    this.owner.releaseAll();
    this.bridge.free();
  }
}

// The base of objects that live in the module.
export abstract class Handle {
  readonly #owner: Owner;
  readonly #token: object;
  readonly #address: number;

  protected constructor(owner: Owner, address: number, free: () => void) {
    this.#owner = owner;
    this.#address = address;
    this.#token = owner.own(this, free);
  }

  protected get address(): number {
    if (this.#owner.owns(this.#token)) return this.#address;
    throw new LikeloreError({ code: 'usage', message: 'the object has been disposed of' });
  }

  dispose(): void {
    this.#owner.release(this.#token);
  }
}
