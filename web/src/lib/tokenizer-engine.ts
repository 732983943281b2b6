// The door to the core's tokenizers, as engine.ts is to the rest.
import { openTokenizerLab } from 'likelore/worker';
import type { TokenizerLab } from 'likelore/worker';
import { asEngineError } from './engine';

export { LikeloreError } from 'likelore/worker';

let lab: Promise<TokenizerLab> | undefined;

export function tokenizerLab(): Promise<TokenizerLab> {
  return (lab ??= openTokenizerLab().catch(asEngineError));
}
