// Tokenizers.

// How texts are cut into pieces: the name, and the expression that says it.
export interface TokenPattern {
  name: PatternName;
  expression: string;
}

// "llama3" is cl100k.
export type PatternName = 'gpt2' | 'cl100k' | 'llama3' | 'o200k' | 'whitespace' | 'none';

export interface SpecialToken {
  text: string;
  id: number;
}

// What the text of a special token becomes: its id, ids as of any text, or an error with the code
// "data" and the byte.
export type SpecialRule = 'recognise' | 'text' | 'error';

export interface EncodeOptions {
  special?: SpecialRule; // default "recognise"
  // For some special tokens, by their texts, another rule.
  specialRules?: Readonly<Record<string, SpecialRule>>;
  // What becomes of bytes that are not UTF-8: they are encoded, so that decodeBytes gives them back
  // (the default); U+FFFD; or an error with the code "data" and the byte. In a string there are
  // none: a surrogate that stands alone is U+FFFD.
  invalid?: 'keep' | 'replace' | 'error';
}

// Where the tokens of a text are: token i is the bytes from byteStarts[i] to before byteEnds[i] of the
// text's UTF-8. In the string it has a part of each character from unitStarts[i] to before
// unitEnds[i], so that two tokens that share a character overlap there.
export interface TokenOffsets {
  ids: Uint32Array;
  byteStarts: Uint32Array;
  byteEnds: Uint32Array;
  unitStarts: Uint32Array;
  unitEnds: Uint32Array;
}

export interface ExplainOptions {
  special?: SpecialRule; // default "recognise"
  most?: number; // pieces that are explained, and merges listed of each; default 100
  // Only pieces with a part of these bytes of the text are explained; default: all.
  begin?: number;
  end?: number;
}

// How a text becomes tokens, piece by piece.
export interface TokenExplanation {
  version: number; // of this format
  bytes: number; // of the text
  pieces: ExplainedPiece[];
  piece_count: number; // of all
  ids: number[]; // of the pieces listed
  token_count: number; // of the text
}

export interface ExplainedPiece {
  // "merged"; "whole", a token that needs no merges; "special", a special token; or "characters", of a
  // tokenizer of these.
  kind: 'merged' | 'whole' | 'special' | 'characters';
  at: number; // byte of the text
  text: string; // with what is invisible or no UTF-8 escaped
  bytes: string; // in hexadecimal: "E4 BD A0"
  merges: ExplainedMerge[]; // the first of them, in their order
  merge_count: number;
  tokens: ExplainedToken[];
}

export interface ExplainedMerge {
  left: number;
  right: number;
  result: number;
  rank: number; // place in the list of merges, from 0
  at: number; // byte of the text
  text: string; // of the result
}

export interface ExplainedToken {
  id: number;
  text: string;
  bytes: string;
  valid: boolean; // UTF-8 by itself
}

export interface TokenizerTraining {
  // Of all tokens: the 256 bytes, the special ones and the merges; fewer where no pair is left.
  vocabSize: number;
  specials?: readonly string[];
  pattern?: PatternName; // default "gpt2"
  // Which of equally frequent pairs merges first: the greatest pair of byte strings (default), or
  // the smallest pair of ids, as the Hugging Face tokenizers do.
  tie?: 'bytes' | 'ids';
  layout?: 'bytes-first' | 'specials-first' | 'specials-last'; // the order of the ids
  minFrequency?: number; // of a pair that merges; default 1
}

// Two tokens that became one.
export interface LearnedMerge {
  left: number;
  right: number;
  result: number;
  leftBytes: Uint8Array;
  rightBytes: Uint8Array;
  bytes: Uint8Array; // of the result
  count: number; // how often the pair stood in the texts
}

export interface TrainingStep {
  merges: LearnedMerge[]; // of this step
  learned: number; // so far
  most: number; // when the vocabulary is complete
  done: boolean; // there is none left, or the vocabulary is complete
}

// How far a training is: the bytes counted of all texts, then the merges since the last time.
export type TokenizerTrainProgress =
  | { phase: 'counting'; bytes: number; total: number }
  | ({ phase: 'merging' } & TrainingStep);
