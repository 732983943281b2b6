// What a page sees of tokenizers; worker/lab.ts says what is true of all labs.
import type { Tokenizer, TokenizerTrainer, Tokenizers } from '../api/index.js';
import type { TokenizerTraining, TokenizerTrainProgress, Version } from '../types.js';
import type { Promised } from './lab.js';

export interface TokenizerLab {
  // Reads a tokenizer.json; a rank file of tiktoken; vocab.json with merges.txt.
  openTokenizer(...source: Parameters<Tokenizers['openTokenizer']>): Promise<TokenizerHandle>;
  openRanks(...source: Parameters<Tokenizers['openRanks']>): Promise<TokenizerHandle>;
  openMerges(...source: Parameters<Tokenizers['openMerges']>): Promise<TokenizerHandle>;
  // Learns a tokenizer from texts.
  train(
    texts: readonly (string | Uint8Array)[],
    training: TokenizerTraining,
    onProgress?: (progress: TokenizerTrainProgress) => void,
    signal?: AbortSignal,
  ): Promise<TokenizerHandle>;
  // Begins a training whose steps the page takes.
  trainer(training: TokenizerTraining): Promise<TokenizerTrainerHandle>;
  // How texts can be cut into pieces.
  patterns(): Promise<Tokenizers['patterns']>;
  version(): Promise<Version>;
  close(): void;
}

// What a tokenizer can be asked, by the name of the method of api/tokenizer.ts that answers.
export const tokenizerQuestions = [
  'token',
  'encode',
  'offsets',
  'explain',
  'decode',
  'decodeBytes',
  'toJson',
] as const;
export type TokenizerQuestion = (typeof tokenizerQuestions)[number];

export interface TokenizerHandle
  extends Readonly<Pick<Tokenizer, 'count' | 'specials'>>,
    Promised<Pick<Tokenizer, TokenizerQuestion>> {
  // For texts and for ids that come in parts: their calls are answered in order. They may outlive the
  // tokenizer.
  encoder(...options: Parameters<Tokenizer['encoder']>): Promise<TokenEncoderHandle>;
  decoder(): Promise<TokenDecoderHandle>;
  dispose(): Promise<void>;
}

export const partMethods = ['feed', 'finish'] as const;
export type PartMethod = (typeof partMethods)[number];

type Parts<Name extends 'encoder' | 'decoder'> = Promised<Pick<ReturnType<Tokenizer[Name]>, PartMethod>>;

export interface TokenEncoderHandle extends Parts<'encoder'> {
  dispose(): Promise<void>;
}

export interface TokenDecoderHandle extends Parts<'decoder'> {
  dispose(): Promise<void>;
}

export interface TokenizerTrainerHandle extends Promised<Pick<TokenizerTrainer, 'feed' | 'step'>> {
  // The tokenizer of the merges so far.
  tokenizer(): Promise<TokenizerHandle>;
  dispose(): Promise<void>;
}
