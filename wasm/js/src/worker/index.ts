// The worker tier, `likelore/worker`: the only one a page needs.
export { LikeloreError } from '../errors.js';
export type * from '../types.js';
export { openBayesLab, openLanguageLab } from './client.js';
export type {
  BayesLab,
  FittedHandle,
  LanguageLab,
  ModelHandle,
  NaiveBayesHandle,
  NetworkHandle,
} from './lab.js';
