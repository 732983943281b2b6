// The door to the C core: the only module that imports the package `likelore`, and of it the worker
// tier alone. A lab (its worker and its WebAssembly module) starts when a view first asks for it.
import { openBayesLab, openLanguageLab } from 'likelore/worker';
import type { BayesLab, LanguageLab } from 'likelore/worker';

export type * from 'likelore/worker';

// The worker or its module could not be loaded: nothing is wrong with the reader's file.
export class EngineError extends Error {}

function asEngineError(error: unknown): never {
  throw new EngineError(error instanceof Error ? error.message : String(error));
}

let bayes: Promise<BayesLab> | undefined;
let language: Promise<LanguageLab> | undefined;

export function bayesLab(): Promise<BayesLab> {
  return (bayes ??= openBayesLab().catch(asEngineError));
}

export function languageLab(): Promise<LanguageLab> {
  return (language ??= openLanguageLab().catch(asEngineError));
}
