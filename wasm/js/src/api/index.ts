// The api tier, `likelore`: objects whose calls return at once, for programs and for workers.
export { LikeloreError } from '../raw/index.js';
export type { LoadOptions } from '../raw/index.js';
export type * from '../types.js';
export { Bayes, loadBayes, loadBayesStart } from './bayes.js';
export { Language, loadLanguage, Model } from './language.js';
export { LanguageTraining, loadLanguageTraining, ModelTrainer } from './model-trainer.js';
export { NaiveBayes } from './naive.js';
export { Network } from './network.js';
export type { Fitted } from './network.js';
export { TokenDecoder, TokenEncoder, Tokenizer } from './tokenizer.js';
export { TokenizerTrainer } from './tokenizer-training.js';
export { loadTokenizers, Tokenizers } from './tokenizers.js';
export type { Steps } from './work.js';
