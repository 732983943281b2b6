// A tokenizer: ids of texts, and texts of ids.
import { LikeloreError } from '../raw/index.js';
import type { Abi, Bridge, TokenizerExport } from '../raw/index.js';
import type {
  EncodeOptions,
  ExplainOptions,
  SpecialToken,
  TokenExplanation,
  TokenOffsets,
  TokenPattern,
} from '../types.js';
import { Handle } from './lab.js';
import type { Owner } from './owner.js';
import { bytesOf, TextParts } from './text-bytes.js';

export interface TokenizerAbi extends Abi {
  special_rules: string[];
  invalid_rules: string[];
  patterns: TokenPattern[];
}

type TokenizerBridge = Bridge<TokenizerExport>;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class Tokenizer extends Handle {
  // One more than the largest id. There may be ids without a token below it.
  readonly count: number;
  readonly specials: readonly SpecialToken[];
  readonly #bridge: TokenizerBridge;
  readonly #owner: Owner;

  constructor(bridge: TokenizerBridge, owner: Owner, address: number) {
    super(owner, address, () => bridge.call('lk_bridge_tokenizer_free', address));
    this.#bridge = bridge;
    this.#owner = owner;
    const described = bridge.json<Pick<Tokenizer, 'count' | 'specials'>>(
      'lk_bridge_tokenizer_describe',
      address,
    );
    this.count = described.count;
    this.specials = described.specials;
  }

  // The bytes of a token, which need not be UTF-8; undefined where there is none.
  token(id: number): Uint8Array | undefined {
    const bytes = idBytes([id]);
    if (this.#bridge.call('lk_bridge_tokenizer_has', this.address, id) === 0) return undefined;
    return this.#bridge.bytes('lk_bridge_tokenizer_decode', this.address, bytes);
  }

  encode(text: string | Uint8Array, options: EncodeOptions = {}): Uint32Array {
    const { special, invalid, rules } = this.#rules(options);
    const bytes = bytesOf(text);
    return words(this.#bridge, 'lk_bridge_tokenizer_encode', this.address, bytes, special, invalid, rules);
  }

  // The ids of a text, and where in it each token is.
  offsets(text: string, options: Omit<EncodeOptions, 'invalid'> = {}): TokenOffsets {
    const { special, rules } = this.#rules(options);
    const all = words(
      this.#bridge,
      'lk_bridge_tokenizer_places',
      this.address,
      bytesOf(text),
      special,
      rules,
    );
    const count = all.length / (1 + places);
    const column = (place: number): Uint32Array => {
      const numbers = new Uint32Array(count);
      for (let i = 0; i < count; i++) numbers[i] = all[count + places * i + place]!;
      return numbers;
    };
    return {
      ids: all.slice(0, count),
      byteStarts: column(0),
      byteEnds: column(1),
      unitStarts: column(2),
      unitEnds: column(3),
    };
  }

  // The merges of each piece of a text, in the order in which they are made.
  explain(text: string | Uint8Array, options: ExplainOptions = {}): TokenExplanation {
    const { special = 'recognise', most = 0, begin = 0, end = 0 } = options;
    const rule = indexIn((this.#bridge.abi as TokenizerAbi).special_rules, special);
    const parameters = [this.address, bytesOf(text), rule, most, begin, end] as const;
    return this.#bridge.json<TokenExplanation>('lk_bridge_tokenizer_explain', ...parameters);
  }

  // U+FFFD for what is no UTF-8, and for ids that do not exist.
  decode(ids: ArrayLike<number>): string {
    return decoder.decode(this.decodeBytes(ids));
  }

  decodeBytes(ids: ArrayLike<number>): Uint8Array {
    return this.#bridge.bytes('lk_bridge_tokenizer_decode', this.address, idBytes(ids));
  }

  // For a text that comes in parts. It may outlive the tokenizer.
  encoder(options: EncodeOptions = {}): TokenEncoder {
    const { special, invalid, rules } = this.#rules(options);
    const parameters = [this.address, special, invalid, rules] as const;
    const address = this.#bridge.open('lk_bridge_encoder_open', ...parameters);
    return new TokenEncoder(this.#bridge, this.#owner, address);
  }

  // For ids that come one after another, as a model writes them. It may outlive the tokenizer.
  decoder(): TokenDecoder {
    const address = this.#bridge.open('lk_bridge_decoder_open', this.address);
    return new TokenDecoder(this.#bridge, this.#owner, address);
  }

  // The tokenizer as `tokenizer.json`.
  toJson(): string {
    return this.#bridge.text('lk_bridge_tokenizer_write', this.address);
  }

  #rules(options: EncodeOptions): { special: number; invalid: number; rules: Uint8Array } {
    const abi = this.#bridge.abi as TokenizerAbi;
    const { special = 'recognise', invalid = 'keep', specialRules = {} } = options;
    const known = (name: string): boolean => this.specials.some(({ text }) => text === name);
    const unknown = Object.keys(specialRules).find((name) => !known(name));
    if (unknown !== undefined)
      throw new LikeloreError({ code: 'usage', message: `there is no special token '${unknown}'` });
    const ruleOf = ({ text }: SpecialToken): string =>
      Object.hasOwn(specialRules, text) ? specialRules[text]! : special;
    const isPlain = Object.keys(specialRules).length === 0;
    return {
      special: indexIn(abi.special_rules, special),
      invalid: indexIn(abi.invalid_rules, invalid),
      rules: Uint8Array.from(isPlain ? [] : this.specials, (token) =>
        indexIn(abi.special_rules, ruleOf(token as SpecialToken)),
      ),
    };
  }
}

const places = 4; // words for each token, after the ids

function indexIn(names: string[], name: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  const message = `there is no rule '${name}'; there are ${names.join(', ')}`;
  throw new LikeloreError({ code: 'usage', message });
}

// A text that comes in parts, with the ids of the whole.
export class TokenEncoder extends Handle {
  readonly #bridge: TokenizerBridge;
  readonly #text = new TextParts();

  constructor(bridge: TokenizerBridge, owner: Owner, address: number) {
    super(owner, address, () => bridge.call('lk_bridge_encoder_free', address));
    this.#bridge = bridge;
  }

  // The ids that are certain by now.
  feed(text: string | Uint8Array): Uint32Array {
    return this.#feed(text, false);
  }

  // All that remain. A new text may begin.
  finish(text: string | Uint8Array = ''): Uint32Array {
    return this.#feed(text, true);
  }

  // After a failure a new text begins.
  #feed(text: string | Uint8Array, isLast: boolean): Uint32Array {
    const { address } = this;
    const bytes = this.#text.take(text, isLast);
    try {
      return words(this.#bridge, 'lk_bridge_encoder_feed', address, bytes, Number(isLast));
    } catch (error) {
      this.#text.clear();
      throw error;
    }
  }
}

// Ids that come in parts, with the text of the whole.
export class TokenDecoder extends Handle {
  readonly #bridge: TokenizerBridge;

  constructor(bridge: TokenizerBridge, owner: Owner, address: number) {
    super(owner, address, () => bridge.call('lk_bridge_decoder_free', address));
    this.#bridge = bridge;
  }

  // The characters that are complete by now.
  feed(ids: ArrayLike<number>): string {
    return this.#feed(ids, false);
  }

  // All that remains, with U+FFFD for what was never completed. Other ids may begin.
  finish(ids: ArrayLike<number> = []): string {
    return this.#feed(ids, true);
  }

  #feed(ids: ArrayLike<number>, isLast: boolean): string {
    const parameters = [this.address, idBytes(ids), Number(isLast)] as const;
    return decoder.decode(this.#bridge.bytes('lk_bridge_decoder_feed', ...parameters));
  }
}

// A copy of the words that a function makes.
function words(bridge: TokenizerBridge, ...call: Parameters<TokenizerBridge['open']>): Uint32Array {
  const address = bridge.open(...call);
  try {
    const count = bridge.call('lk_bridge_words_count', address) >>> 0;
    return bridge.words(bridge.call('lk_bridge_words_at', address) >>> 0, count).slice();
  } finally {
    bridge.call('lk_bridge_words_free', address);
  }
}

// The words of the ids, as bytes.
function idBytes(ids: ArrayLike<number>): Uint8Array {
  const list = ids instanceof Uint32Array ? ids : checked(ids);
  return new Uint8Array(list.buffer, list.byteOffset, list.byteLength);
}

function checked(ids: ArrayLike<number>): Uint32Array {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (id >>> 0 === id) continue;
    const message = `${id} is no id: ids are whole numbers from 0 to 4294967295`;
    throw new LikeloreError({ code: 'usage', message });
  }
  return Uint32Array.from(ids);
}
