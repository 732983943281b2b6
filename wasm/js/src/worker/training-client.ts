// The lab of training as a page has it: each method is a request to the worker.
import type { TrainSettings } from '../types.js';
import { connect, languageLab, ready, watch } from './client.js';
import type { Lifetime } from './client.js';
import type { Connection } from './connection.js';
import type { Port } from './protocol.js';
import { trainerQuestions } from './training-lab.js';
import type { ModelTrainerHandle, TrainerQuestion, TrainingLab } from './training-lab.js';

// Starts a worker with the lab of training and resolves when its module has been loaded.
export async function openTrainingLab(): Promise<TrainingLab> {
  const worker = new Worker(new URL('./training-worker.js', import.meta.url), { type: 'module' });
  return ready(connectTrainingLab(worker, watch(worker)));
}

// The same over any port at whose other end trainingMethods are served.
export function connectTrainingLab(port: Port, lifetime: Lifetime): TrainingLab {
  const { connection, close } = connect(port, lifetime);
  const open =
    (method: string) =>
    async (...parameters: unknown[]): Promise<ModelTrainerHandle> =>
      trainerHandle(connection, await connection.request(method, parameters));
  return { ...languageLab(connection, close), trainer: open('trainer'), resume: open('resume') };
}

interface OpenTrainer {
  number: number;
  settings: TrainSettings;
  notes: string[];
}

function trainerHandle(connection: Connection, trainer: OpenTrainer): ModelTrainerHandle {
  const { number, settings, notes } = trainer;
  const ask = (question: TrainerQuestion): (() => Promise<unknown>) => {
    return () => connection.request('askTrainer', [number, question]);
  };
  const questions = Object.fromEntries(trainerQuestions.map((name) => [name, ask(name)]));
  return {
    settings,
    notes,
    ...(questions as unknown as Pick<ModelTrainerHandle, TrainerQuestion>),
    run: (until, onEvent, signal) =>
      connection.request('run', [number, until], { onProgress: onEvent, signal }),
    dispose: () => connection.request('disposeTrainer', [number]),
  };
}
