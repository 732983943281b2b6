// Who frees what. Objects are freed by their dispose(); an owner frees those still open when it is
// disposed of itself. An object that is forgotten is freed when it is collected: a safety net only.
type Release = () => void;

export class Owner {
  readonly #open = new Map<object, Release>();
  readonly #forgotten = new FinalizationRegistry<object>((token) => this.release(token));

  // Gives the token to release the object with.
  own(object: object, free: Release): object {
    const token = {};
    this.#open.set(token, free);
    this.#forgotten.register(object, token, token);
    return token;
  }

  // Frees at most once.
  release(token: object): void {
    const free = this.#open.get(token);
    if (!free) return;
    this.#open.delete(token);
    this.#forgotten.unregister(token);
    free();
  }

  owns(token: object): boolean {
    return this.#open.has(token);
  }

  // The newest first, since what is newer may borrow from what is older.
  releaseAll(): void {
    for (const token of [...this.#open.keys()].reverse()) this.release(token);
  }
}
