// The door to the C core: with tokenizer-engine.ts, which comes with the view of tokens, the only module
// that imports the package `likelore`, and of it the worker tier alone. A lab (its worker and its
// WebAssembly module) starts when a view first asks for it.
import { networkQuestions, openBayesLab, openLanguageLab } from 'likelore/worker';
import type { BayesLab, LanguageLab, NetworkHandle, NetworkQuestion } from 'likelore/worker';

export type * from 'likelore/worker';

// The worker or its module could not be loaded: nothing is wrong with the reader's file.
export class EngineError extends Error {}

export function asEngineError(error: unknown): never {
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

// What a network is, apart from the questions it answers.
export type NetworkFacts = Pick<NetworkHandle, 'name' | 'variables' | 'potentials' | 'notes'>;

type Method = Exclude<keyof NetworkHandle, keyof NetworkFacts>;
const longQuestions: Record<Exclude<Method, NetworkQuestion | 'dispose'>, null> = {
  query: null,
  queryTable: null,
  observe: null,
  estimate: null,
  sample: null,
  fit: null,
};

// A network that is known before the core has opened it: its questions wait until it has.
export function expectedNetwork({ name, variables, potentials, notes }: NetworkFacts, coming: Promise<NetworkHandle>): NetworkHandle {
  const wait =
    (method: Method) =>
    async (...parameters: unknown[]): Promise<unknown> =>
      ((await coming)[method] as (...parameters: unknown[]) => unknown)(...parameters);
  const methods = [...networkQuestions, ...Object.keys(longQuestions)] as Method[];
  return {
    name,
    variables,
    potentials,
    notes,
    ...(Object.fromEntries(methods.map((method) => [method, wait(method)])) as unknown as Pick<NetworkHandle, Method>),
    dispose: () => coming.then((network) => network.dispose(), () => {}),
  };
}
