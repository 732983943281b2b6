// What a page sees of the training of language models; worker/lab.ts says what is true of all labs.
import type { NamedBytes, TrainDigest, TrainedModel, TrainEvent, TrainResume, TrainSettings } from '../types.js';
import type { LanguageLab } from './lab.js';

export interface TrainingLab extends LanguageLab {
  // Begins a training on the text.
  trainer(text: string | Uint8Array, settings?: TrainSettings): Promise<ModelTrainerHandle>;
  // Goes on from a checkpoint exactly as if the training had not stopped.
  resume(from: TrainResume): Promise<ModelTrainerHandle>;
}

export interface ModelTrainerHandle {
  // The effective settings.
  readonly settings: TrainSettings;
  readonly notes: readonly string[];
  // Trains until the last step, or until so many steps are done in all, and gives the last event.
  // Aborting the signal ends it after the piece of work at hand: the training can go on later.
  run(
    until?: number,
    onEvent?: (event: TrainEvent) => void,
    signal?: AbortSignal,
  ): Promise<TrainEvent>;
  info(): Promise<TrainedModel>;
  finish(): Promise<void>;
  digest(): Promise<TrainDigest>;
  save(): Promise<NamedBytes[]>;
  dispose(): Promise<void>;
}

// What is asked of a trainer in one piece, by the name of the method of api/model-trainer.ts.
export const trainerQuestions = ['info', 'finish', 'digest', 'save'] as const;
export type TrainerQuestion = (typeof trainerQuestions)[number];
