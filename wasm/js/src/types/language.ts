// Language models.

// One file of a checkpoint: model.safetensors, config.json, tokenizer.json.
export interface NamedBytes {
  name: string;
  bytes: Uint8Array;
}

export interface ModelInfo {
  version: number;
  config: Record<string, unknown>;
  parameters: number;
  parameters_without_positions: number;
  vocabulary_size: number;
  // SHA-256 over the tensors, hexadecimal: the same as `likelore lm info` prints.
  digest: string;
  kernels: string;
  // Where training stood, when trainer.json is among the files.
  training: Record<string, number | null> | null;
}

export interface GenerateRequest {
  prompt: string;
  maxTokens?: number; // default 500
  temperature?: number; // 0: always the most probable token; default 0.8
  topK?: number; // 0: no limit; default 200
  topP?: number; // 1: no limit; default 1
  minP?: number; // 0: no limit; default 0
  seed?: number; // default 42
  sample?: number; // index of the sample, each of which has a random stream of its own; default 0
  stop?: string; // ends when the text ends with it
}

export interface Candidate {
  id: number;
  text: string;
  // After temperature and filters.
  p: number;
}

export interface GeneratedToken {
  id: number;
  // What the token adds to the text; may be empty while a character is incomplete.
  text: string;
  // Natural logarithm of the token's probability under the model (temperature 1, no filters).
  logProb: number;
  // The most probable tokens at this position, best first.
  candidates: Candidate[];
}

export interface GenerateResult {
  text: string;
  ids: number[];
  // Why it ended: the length asked for, the text to stop at, or the caller's AbortSignal.
  finish: 'length' | 'stop' | 'cancelled';
}
