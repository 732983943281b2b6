// The lab of tokenizers: what is opened and learned in it.
import { loadTokenizerBridge } from '../raw/index.js';
import type { LoadOptions, TokenizerExport } from '../raw/index.js';
import type { PatternName, TokenizerTraining, TokenizerTrainProgress, TokenPattern } from '../types.js';
import { Lab } from './lab.js';
import { bytesOf } from './text-bytes.js';
import { Tokenizer } from './tokenizer.js';
import type { TokenizerAbi } from './tokenizer.js';
import { TokenizerTrainer } from './tokenizer-training.js';
import { finish } from './work.js';
import type { Steps } from './work.js';

export async function loadTokenizers(options: LoadOptions = {}): Promise<Tokenizers> {
  return new Tokenizers(await loadTokenizerBridge(options));
}

type Text = string | Uint8Array;

export class Tokenizers extends Lab<TokenizerExport> {
  // How texts can be cut into pieces.
  get patterns(): TokenPattern[] {
    return structuredClone((this.bridge.abi as TokenizerAbi).patterns);
  }

  // Reads a tokenizer.json.
  openTokenizer(json: Text): Tokenizer {
    return this.#made(this.bridge.open('lk_bridge_tokenizer_open', bytesOf(json)));
  }

  // Reads a rank file of tiktoken. It does not say by which pattern texts are cut; for those of GPT-2,
  // cl100k and o200k, told by their sizes, it is known.
  openRanks(ranks: Text, pattern?: PatternName): Tokenizer {
    const bytes = bytesOf(ranks);
    return this.#made(this.bridge.open('lk_bridge_tokenizer_open_ranks', bytes, pattern ?? ''));
  }

  // Reads vocab.json and merges.txt.
  openMerges(vocab: Text, merges: Text, pattern: PatternName = 'gpt2'): Tokenizer {
    const files = [bytesOf(vocab), bytesOf(merges)] as const;
    return this.#made(this.bridge.open('lk_bridge_tokenizer_open_merges', ...files, pattern));
  }

  // Begins a training whose steps the caller takes.
  trainer(training: TokenizerTraining): TokenizerTrainer {
    return new TokenizerTrainer(this.bridge, this.owner, training);
  }

  // Learns a tokenizer from texts.
  train(
    texts: readonly Text[],
    training: TokenizerTraining,
    onProgress?: (progress: TokenizerTrainProgress) => void,
  ): Tokenizer {
    return finish(this.trainSteps(texts, training), onProgress);
  }

  // The same, a mebibyte of the texts and then as many merges a step as take about a moment.
  *trainSteps(
    texts: readonly Text[],
    training: TokenizerTraining,
  ): Steps<TokenizerTrainProgress, Tokenizer> {
    const trainer = this.trainer(training);
    try {
      yield* counting(trainer, texts.map(bytesOf));
      yield* merging(trainer);
      return trainer.tokenizer();
    } finally {
      trainer.dispose();
    }
  }

  #made(address: number): Tokenizer {
    return new Tokenizer(this.bridge, this.owner, address);
  }
}

const part = 2 ** 20; // bytes
const moment = 20; // milliseconds

function* counting(
  trainer: TokenizerTrainer,
  texts: Uint8Array[],
): Generator<TokenizerTrainProgress, void, undefined> {
  const total = texts.reduce((sum, { length }) => sum + length, 0);
  let bytes = 0;
  for (const text of texts)
    for (let at = 0; at === 0 || at < text.length; at += part) {
      const next = text.subarray(at, at + part);
      trainer.feed(next, at + part >= text.length);
      bytes += next.length;
      yield { phase: 'counting', bytes, total };
    }
}

// Merges come faster and faster: frequent pairs are first.
function* merging(trainer: TokenizerTrainer): Generator<TokenizerTrainProgress, void, undefined> {
  for (let most = 1, done = false; !done; ) {
    const start = performance.now();
    const step = trainer.step(most);
    const taken = performance.now() - start;
    if (taken < moment / 2) most *= 2;
    else if (taken > moment * 2) most = Math.max(1, most >>> 1);
    most = Math.min(most, 2 ** 16);
    done = step.done;
    yield { phase: 'merging', ...step };
  }
}
