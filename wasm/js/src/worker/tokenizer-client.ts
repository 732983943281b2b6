// The lab of tokenizers as a page has it: each method is a request to the worker.
import type { SpecialToken } from '../types.js';
import { connect, ready, watch } from './client.js';
import type { Lifetime } from './client.js';
import type { Connection } from './connection.js';
import type { Port } from './protocol.js';
import { partMethods, tokenizerQuestions } from './tokenizer-lab.js';
import type {
  PartMethod,
  TokenDecoderHandle,
  TokenEncoderHandle,
  TokenizerHandle,
  TokenizerLab,
  TokenizerQuestion,
  TokenizerTrainerHandle,
} from './tokenizer-lab.js';

// Starts a worker with the lab of tokenizers and resolves when its module has been loaded.
export async function openTokenizerLab(): Promise<TokenizerLab> {
  const worker = new Worker(new URL('./tokenizer-worker.js', import.meta.url), { type: 'module' });
  return ready(connectTokenizerLab(worker, watch(worker)));
}

// The same over any port at whose other end tokenizerMethods are served.
export function connectTokenizerLab(port: Port, lifetime: Lifetime): TokenizerLab {
  const { connection, close } = connect(port, lifetime);
  const open =
    (method: string) =>
    async (...source: unknown[]): Promise<TokenizerHandle> =>
      tokenizerHandle(connection, await connection.request(method, source));
  return {
    version: () => connection.request('version', []),
    patterns: () => connection.request('patterns', []),
    openTokenizer: open('openTokenizer'),
    openRanks: open('openRanks'),
    openMerges: open('openMerges'),
    train: async (texts, training, onProgress, signal) => {
      const options = { onProgress, signal };
      return tokenizerHandle(connection, await connection.request('train', [texts, training], options));
    },
    trainer: async (training) =>
      trainerHandle(connection, await connection.request('trainer', [training])),
    close,
  };
}

interface OpenTokenizer {
  number: number;
  count: number;
  specials: SpecialToken[];
}

type Asked = (...parameters: unknown[]) => Promise<unknown>;

function tokenizerHandle(connection: Connection, tokenizer: OpenTokenizer): TokenizerHandle {
  const { number, count, specials } = tokenizer;
  const ask = (question: TokenizerQuestion): Asked => {
    return (...parameters) => connection.request('ask', [number, question, ...parameters]);
  };
  const questions = Object.fromEntries(tokenizerQuestions.map((name) => [name, ask(name)]));
  return {
    count,
    specials,
    ...(questions as unknown as Pick<TokenizerHandle, TokenizerQuestion>),
    encoder: async (options) =>
      coderHandle(connection, await connection.request('encoder', [number, options])),
    decoder: async () => coderHandle(connection, await connection.request('decoder', [number])),
    dispose: () => connection.request('dispose', [number]),
  };
}

function coderHandle<Coder extends TokenEncoderHandle | TokenDecoderHandle>(
  connection: Connection,
  number: number,
): Coder {
  const send = (method: PartMethod): Asked => {
    return (...part) => connection.request('code', [number, method, ...part]);
  };
  const methods = Object.fromEntries(partMethods.map((name) => [name, send(name)]));
  return {
    ...methods,
    dispose: () => connection.request('disposeCoder', [number]),
  } as unknown as Coder;
}

function trainerHandle(connection: Connection, number: number): TokenizerTrainerHandle {
  return {
    feed: (text, isLast) => connection.request('feed', [number, text, isLast]),
    step: (most) => connection.request('step', [number, most]),
    tokenizer: async () =>
      tokenizerHandle(connection, await connection.request('learned', [number])),
    dispose: () => connection.request('disposeTrainer', [number]),
  };
}
