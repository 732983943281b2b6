// The door to the core's training of language models, as engine.ts is to the rest.
import { openTrainingLab } from 'likelore/worker';
import type { TrainingLab } from 'likelore/worker';
import { asEngineError } from './engine';

let lab: Promise<TrainingLab> | undefined;

export function trainingLab(): Promise<TrainingLab> {
  return (lab ??= openTrainingLab().catch(asEngineError));
}
