// Training of language models.
import type { NamedBytes } from './language.js';

// Settings by their names in a training configuration (`likelore lm train --help` lists them), the
// preset among them: { preset: 'chargpt', n_layer: 2 }. `data` is the text that is given.
export type TrainSettings = Record<string, string | number | boolean>;

// What one piece of work did.
export interface TrainEvent {
  event: 'stepped' | 'evaluating' | 'evaluated' | 'done';
  step: number; // optimizer steps done
  tokens: number; // trained on so far
  // Of a step.
  loss?: number;
  learning_rate?: number;
  grad_norm?: number; // before clipping
  // Of an evaluation.
  train_loss?: number;
  val_loss?: number;
  best?: boolean; // val_loss is the lowest so far
}

export interface TrainDigest {
  // SHA-256 over the tensors, hexadecimal: the same as `likelore lm train` prints.
  weights: string;
  optimizer: string;
}

export interface TrainedModel {
  parameters: number;
  vocabulary_size: number;
  step: number;
  tokens: number;
}

// Where training goes on: the files of a checkpoint, trainer.json and trainer.safetensors among
// them, with the text it has learned from, and settings that change, such as max_iters.
export interface TrainResume {
  files: NamedBytes[];
  text: string | Uint8Array;
  settings?: TrainSettings;
}
