// What goes in and what comes out: the shapes shared by the api and worker tiers. The answers are
// the JSON documents that the `likelore` command prints under --json, so their keys are its keys.
export type * from './types/errors.js';
export type * from './types/networks.js';
export type * from './types/queries.js';
export type * from './types/explanations.js';
export type * from './types/factors.js';
export type * from './types/data.js';
export type * from './types/naive.js';
export type * from './types/language.js';
export type * from './types/training.js';
export type * from './types/tokenizers.js';
export type * from './types/library.js';
