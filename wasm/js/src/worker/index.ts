// The worker tier, `likelore/worker`: the only one a page needs.
export { LikeloreError } from '../errors.js';
export type * from '../types.js';
export { openBayesLab, openLanguageLab } from './client.js';
export { openTokenizerLab } from './tokenizer-client.js';
export { openTrainingLab } from './training-client.js';
export { networkQuestions } from './lab.js';
export type {
  BayesLab,
  FittedHandle,
  LanguageLab,
  ModelHandle,
  NaiveBayesHandle,
  NetworkHandle,
  NetworkQuestion,
} from './lab.js';
export type {
  TokenDecoderHandle,
  TokenEncoderHandle,
  TokenizerHandle,
  TokenizerLab,
  TokenizerTrainerHandle,
} from './tokenizer-lab.js';
export type { ModelTrainerHandle, TrainingLab } from './training-lab.js';
