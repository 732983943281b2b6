// Loading the modules. A page fetches the .wasm file that lies beside the generated code; node,
// where there is no fetch for files, passes its bytes.
import { Bridge } from './bridge.js';
import type { BayesExport, LanguageExport, LanguageTrainExport, TokenizerExport } from './exports.js';
import type { WasmModule } from './module.js';

export interface LoadOptions {
  // The .wasm file's content; default: it is fetched.
  wasmBinary?: Uint8Array;
  // Reproducible kernels: the same bits as `likelore --deterministic`. Default true.
  deterministic?: boolean;
}

export async function loadBayesBridge(options: LoadOptions = {}): Promise<Bridge<BayesExport>> {
  const { default: create } = await import('../wasm/likelore-bayes.js');
  const module = await create(moduleOptions(options));
  return new Bridge(module as WasmModule<BayesExport>, options.deterministic ?? true);
}

// The module that a page starts with: smaller, with startExports alone and without the formats in
// XML. What it lacks fails with the code "unsupported".
export async function loadBayesStartBridge(
  options: LoadOptions = {},
): Promise<Bridge<BayesExport>> {
  const { default: create } = await import('../wasm/likelore-bayes-start.js');
  const module = await create(moduleOptions(options));
  return new Bridge(module as WasmModule<BayesExport>, options.deterministic ?? true);
}

export async function loadLanguageBridge(
  options: LoadOptions = {},
): Promise<Bridge<LanguageExport>> {
  const { default: create } = await import('../wasm/likelore-lm.js');
  const module = await create(moduleOptions(options));
  return new Bridge(module as WasmModule<LanguageExport>, options.deterministic ?? true);
}

// That of language models with what trains them.
export async function loadLanguageTrainBridge(
  options: LoadOptions = {},
): Promise<Bridge<LanguageTrainExport>> {
  const { default: create } = await import('../wasm/likelore-lm-train.js');
  const module = await create(moduleOptions(options));
  return new Bridge(module as WasmModule<LanguageTrainExport>, options.deterministic ?? true);
}

export async function loadTokenizerBridge(
  options: LoadOptions = {},
): Promise<Bridge<TokenizerExport>> {
  const { default: create } = await import('../wasm/likelore-tok.js');
  const module = await create(moduleOptions(options));
  return new Bridge(module as WasmModule<TokenizerExport>, options.deterministic ?? true);
}

function moduleOptions({ wasmBinary }: LoadOptions): { wasmBinary?: Uint8Array } {
  return wasmBinary ? { wasmBinary } : {};
}
