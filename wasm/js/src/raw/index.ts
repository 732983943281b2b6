// The raw tier, `likelore/raw`: the module's functions, its memory, and its statuses as errors.
export { LikeloreError } from '../errors.js';
export { Bridge, jsonBytes } from './bridge.js';
export type { Abi, Argument } from './bridge.js';
export {
  bayesExports,
  languageExports,
  languageTrainExports,
  startExports,
  tokenizerExports,
} from './exports.js';
export type {
  BayesExport,
  LanguageExport,
  LanguageTrainExport,
  TokenizerExport,
} from './exports.js';
export {
  loadBayesBridge,
  loadBayesStartBridge,
  loadLanguageBridge,
  loadLanguageTrainBridge,
  loadTokenizerBridge,
} from './load.js';
export type { LoadOptions } from './load.js';
