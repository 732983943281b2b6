// Language models.
import { jsonBytes, LikeloreError, loadLanguageBridge } from '../raw/index.js';
import type { Bridge, LanguageExport, LoadOptions } from '../raw/index.js';
import type { GeneratedToken, GenerateRequest, GenerateResult, ModelInfo, NamedBytes } from '../types.js';
import { Handle, Lab } from './lab.js';
import type { Owner } from './owner.js';

export async function loadLanguage(options: LoadOptions = {}): Promise<Language> {
  return new Language(await loadLanguageBridge(options));
}

export class Language extends Lab<LanguageExport> {
  // Opens the files of a checkpoint directory.
  openModel(files: NamedBytes[]): Model {
    const manifest = jsonBytes(manifestOf(files));
    const address = this.bridge.open('lk_bridge_checkpoint_open', manifest, concatenate(files));
    return new Model(this.bridge, this.owner, address);
  }
}

// Names and lengths of files whose bytes follow each other.
export function manifestOf(files: NamedBytes[]): { name: string; length: number }[] {
  return files.map(({ name, bytes }) => ({ name, length: bytes.length }));
}

export function concatenate(files: NamedBytes[]): Uint8Array {
  const all = new Uint8Array(files.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let start = 0;
  for (const { bytes } of files) {
    all.set(bytes, start);
    start += bytes.length;
  }
  return all;
}

interface Drawn {
  id: number;
  log_prob: number;
  candidates: { id: number; p: number }[];
  finish?: 'length' | 'stop';
}

export class Model extends Handle {
  readonly info: ModelInfo;
  readonly notes: readonly string[];
  readonly #bridge: Bridge<LanguageExport>;
  readonly #owner: Owner;
  readonly #tokens = new Map<number, Uint8Array>();

  constructor(bridge: Bridge<LanguageExport>, owner: Owner, address: number) {
    super(owner, address, () => bridge.call('lk_bridge_checkpoint_free', address));
    this.#bridge = bridge;
    this.#owner = owner;
    this.notes = bridge.notes();
    this.info = bridge.json('lk_bridge_checkpoint_describe', address);
  }

  // Draws tokens one after another; leaving the loop early ends the generation. Its return value is
  // the whole.
  *generate(request: GenerateRequest): Generator<GeneratedToken, GenerateResult, undefined> {
    const result: GenerateResult = { text: '', ids: [], finish: 'length' };
    if (request.maxTokens === 0) return result;
    const generator = new TokenStream(this.#bridge, this.#owner, this.address, request);
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    try {
      for (let finish; !finish; ) {
        const drawn = generator.next();
        finish = drawn.finish;
        const token = this.#describe(drawn, decoder);
        result.text += token.text;
        result.ids.push(token.id);
        if (finish) result.finish = finish;
        yield token;
      }
    } finally {
      generator.dispose();
    }
    return result;
  }

  #describe(drawn: Drawn, decoder: TextDecoder): GeneratedToken {
    const last = drawn.finish !== undefined;
    return {
      id: drawn.id,
      text: decoder.decode(this.#tokenBytes(drawn.id), { stream: !last }),
      logProb: drawn.log_prob,
      candidates: drawn.candidates.map(({ id, p }) => ({ id, p, text: this.tokenText(id) })),
    };
  }

  // A token by itself; what is no whole character shows as U+FFFD.
  tokenText(id: number): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#tokenBytes(id));
  }

  #tokenBytes(id: number): Uint8Array {
    let bytes = this.#tokens.get(id);
    if (!bytes) {
      bytes = this.#bridge.bytes('lk_bridge_token', this.address, id);
      this.#tokens.set(id, bytes);
    }
    return bytes;
  }
}

class TokenStream extends Handle {
  readonly #bridge: Bridge<LanguageExport>;

  constructor(
    bridge: Bridge<LanguageExport>,
    owner: Owner,
    checkpoint: number,
    request: GenerateRequest,
  ) {
    const settings = settingsOf(request);
    const address = bridge.open('lk_bridge_generator_open', checkpoint, jsonBytes(settings));
    super(owner, address, () => bridge.call('lk_bridge_generator_free', address));
    this.#bridge = bridge;
  }

  next(): Drawn {
    return this.#bridge.json('lk_bridge_generator_next', this.address);
  }
}

function settingsOf(request: GenerateRequest): Record<string, unknown> {
  for (const name of ['maxTokens', 'topK', 'seed', 'sample'] as const) {
    const value = request[name];
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) continue;
    const message = `${name} is ${value}; it must be a whole number that is not negative`;
    throw new LikeloreError({ code: 'usage', message });
  }
  const { prompt, temperature, stop, seed, sample } = request;
  const { maxTokens: max_tokens, topK: top_k, topP: top_p, minP: min_p } = request;
  return { prompt, max_tokens, temperature, top_k, top_p, min_p, seed, sample, stop };
}
