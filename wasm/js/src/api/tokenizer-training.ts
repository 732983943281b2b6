// Learning a tokenizer from texts.
import { jsonBytes, LikeloreError } from '../raw/index.js';
import type { Bridge, TokenizerExport } from '../raw/index.js';
import type { LearnedMerge, TokenizerTraining, TrainingStep } from '../types.js';
import { Handle } from './lab.js';
import type { Owner } from './owner.js';
import { TextParts } from './text-bytes.js';
import { Tokenizer } from './tokenizer.js';

// A merge in words: left, right, result, and the low and high word of the count.
const mergeWords = 5;
// After the merges: how many so far, how many at most, and whether there are no more.
const closingWords = 3;

export class TokenizerTrainer extends Handle {
  readonly #bridge: Bridge<TokenizerExport>;
  readonly #owner: Owner;
  readonly #text = new TextParts();
  readonly #tokens = new Map<number, Uint8Array>();

  constructor(bridge: Bridge<TokenizerExport>, owner: Owner, training: TokenizerTraining) {
    const address = bridge.open('lk_bridge_trainer_open', requestOf(training));
    super(owner, address, () => bridge.call('lk_bridge_trainer_free', address));
    this.#bridge = bridge;
    this.#owner = owner;
  }

  // Takes a text, or the next part of one that comes in parts. All texts come before the first step.
  feed(text: string | Uint8Array, isLast = true): void {
    const { address } = this;
    const bytes = this.#text.take(text, isLast);
    this.#bridge.run('lk_bridge_trainer_feed', address, bytes, Number(isLast));
  }

  // Learns so many merges, if there are as many. The first step takes longer.
  step(most = 1): TrainingStep {
    if (most >>> 0 !== most || most === 0) {
      const message = `${most} merges cannot be learned; a step takes a whole number from 1`;
      throw new LikeloreError({ code: 'usage', message });
    }
    const bytes = this.#bridge.bytes('lk_bridge_trainer_step', this.address, most);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const count = (words.length - closingWords) / mergeWords;
    const [learned, mostMerges, done] = words.subarray(count * mergeWords);
    return {
      merges: Array.from({ length: count }, (_, i) => this.#merge(words.subarray(i * mergeWords))),
      learned: learned!,
      most: mostMerges!,
      done: done !== 0,
    };
  }

  // The tokenizer of the merges so far; the training can go on.
  tokenizer(): Tokenizer {
    const address = this.#bridge.open('lk_bridge_trainer_tokenizer', this.address);
    return new Tokenizer(this.#bridge, this.#owner, address);
  }

  #merge(words: Uint32Array): LearnedMerge {
    const [left, right, result, low, high] = words as unknown as [number, number, number, number, number];
    const count = high * 2 ** 32 + low;
    const [leftBytes, rightBytes, bytes] = [this.#token(left), this.#token(right), this.#token(result)];
    return { left, right, result, leftBytes, rightBytes, bytes, count };
  }

  #token(id: number): Uint8Array {
    let bytes = this.#tokens.get(id);
    if (!bytes) {
      bytes = this.#bridge.bytes('lk_bridge_trainer_token', this.address, id);
      this.#tokens.set(id, bytes);
    }
    return bytes.slice(); // the caller's own
  }
}

function requestOf(training: TokenizerTraining): Uint8Array {
  const { vocabSize: vocab_size, minFrequency: min_frequency } = training;
  const { specials, pattern, tie, layout } = training;
  return jsonBytes({ vocab_size, specials, pattern, tie, layout, min_frequency });
}
