// What the training worker does for the page, beside what the language worker does.
import type { LanguageTraining, ModelTrainer } from '../api/index.js';
import type { TrainEvent, TrainResume, TrainSettings } from '../types.js';
import { languageMethods } from './language-methods.js';
import { Table } from './serve.js';
import type { Call, Methods } from './serve.js';
import type { TrainerQuestion } from './training-lab.js';
import { nextTurn } from './turn.js';

export function trainingMethods(loading: Promise<LanguageTraining>): Methods {
  const trainers = new Table<ModelTrainer>();
  const added = (trainer: ModelTrainer): object => {
    const { settings, notes } = trainer;
    return { number: trainers.add(trainer), settings, notes };
  };
  return {
    ...languageMethods(loading),
    trainer: async (_call, text: string | Uint8Array, settings?: TrainSettings) =>
      added((await loading).trainer(text, settings)),
    resume: async (_call, from: TrainResume) => added((await loading).resume(from)),
    run: (call, number: number, until?: number) => run(call, trainers.get(number), until),
    askTrainer: (_call, number: number, question: TrainerQuestion) => trainers.get(number)[question](),
    disposeTrainer: (_call, number: number) => trainers.dispose(number),
  };
}

// One piece of work, then a turn of the event loop, in which a message to cancel can arrive.
async function run(call: Call, trainer: ModelTrainer, until = Infinity): Promise<TrainEvent> {
  for (;;) {
    const event = trainer.next();
    const ends = event.event === 'done' || (event.event === 'stepped' && event.step >= until);
    if (event.event !== 'done') call.progress(event);
    if (ends || call.signal.aborted) return event;
    await nextTurn();
  }
}
