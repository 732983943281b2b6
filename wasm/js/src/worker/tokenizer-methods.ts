// What the tokenizer worker does for the page.
import type { TokenDecoder, TokenEncoder, Tokenizer, Tokenizers, TokenizerTrainer } from '../api/index.js';
import type { EncodeOptions, TokenizerTraining } from '../types.js';
import { Table } from './serve.js';
import type { Methods } from './serve.js';
import type { PartMethod, TokenizerQuestion } from './tokenizer-lab.js';
import { walk } from './turn.js';

type Text = string | Uint8Array;

export function tokenizerMethods(loading: Promise<Tokenizers>): Methods {
  const tokenizers = new Table<Tokenizer>();
  const coders = new Table<TokenEncoder | TokenDecoder>();
  const trainers = new Table<TokenizerTrainer>();
  loading.catch(() => {}); // each request tells of it
  const added = (tokenizer: Tokenizer): object => {
    const { count, specials } = tokenizer;
    return { number: tokenizers.add(tokenizer), count, specials };
  };
  return {
    version: async () => (await loading).version(),
    patterns: async () => (await loading).patterns,
    openTokenizer: async (_call, ...source: Parameters<Tokenizers['openTokenizer']>) =>
      added((await loading).openTokenizer(...source)),
    openRanks: async (_call, ...source: Parameters<Tokenizers['openRanks']>) =>
      added((await loading).openRanks(...source)),
    openMerges: async (_call, ...source: Parameters<Tokenizers['openMerges']>) =>
      added((await loading).openMerges(...source)),
    ask: (_call, number: number, question: TokenizerQuestion, ...parameters: any[]) =>
      (tokenizers.get(number)[question] as (...parameters: any[]) => unknown)(...parameters),
    dispose: (_call, number: number) => tokenizers.dispose(number),

    encoder: (_call, number: number, options?: EncodeOptions) =>
      coders.add(tokenizers.get(number).encoder(options)),
    decoder: (_call, number: number) => coders.add(tokenizers.get(number).decoder()),
    code: (_call, number: number, method: PartMethod, ...part: any[]) =>
      (coders.get(number)[method] as (...part: any[]) => unknown)(...part),
    disposeCoder: (_call, number: number) => coders.dispose(number),

    train: async (call, texts: Text[], training: TokenizerTraining) =>
      added(await walk(call, (await loading).trainSteps(texts, training))),
    trainer: async (_call, training: TokenizerTraining) =>
      trainers.add((await loading).trainer(training)),
    feed: (_call, number: number, text: Text, isLast?: boolean) =>
      trainers.get(number).feed(text, isLast),
    step: (_call, number: number, most?: number) => trainers.get(number).step(most),
    learned: (_call, number: number) => added(trainers.get(number).tokenizer()),
    disposeTrainer: (_call, number: number) => trainers.dispose(number),
  };
}
