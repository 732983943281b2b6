// What the log of a training is made of, and its rows as a table.
import { roundUp } from './curve';

export interface StepPoint {
  step: number;
  loss: number;
  smooth: number; // moving average of the losses so far
  rate: number; // learning rate
  seconds: number; // of work since the training was begun or opened here
}

export interface Evaluation {
  step: number;
  train: number;
  val: number;
  isBest: boolean; // of those up to then
  seconds: number;
}

export interface LogRow {
  from: number;
  step: number;
  loss: number | null; // mean over the steps from `from` to `step`
  rate: number | null;
  seconds: number;
  evaluation: Evaluation | null; // at `step`
}

// The log in about so many rows: evaluations, and the steps between them in blocks of a round number.
export function rowsOf(points: readonly StepPoint[], evaluations: readonly Evaluation[], most: number): LogRow[] {
  const every = Math.max(1, roundUp(points.length / most));
  const atStep = new Map(evaluations.map((evaluation) => [evaluation.step, evaluation]));
  const first = points[0]?.step ?? Infinity;
  const early = evaluations.filter(({ step }) => step < first);
  const rows: LogRow[] = early.map((evaluation) => ({ from: evaluation.step, step: evaluation.step, loss: null, rate: null, seconds: evaluation.seconds, evaluation }));
  let block: StepPoint[] = [];
  for (const point of points) {
    block.push(point);
    const evaluation = atStep.get(point.step) ?? null;
    if (point.step % every !== 0 && evaluation === null && point !== points.at(-1)) continue;
    const loss = block.reduce((sum, each) => sum + each.loss, 0) / block.length;
    rows.push({ from: block[0]!.step, step: point.step, loss, rate: point.rate, seconds: point.seconds, evaluation });
    block = [];
  }
  return rows;
}
