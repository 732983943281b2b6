// What a training has reported: the loss of each step, and the evaluations.
import type { TrainEvent } from '../../lib/engine';
import type { Evaluation, StepPoint } from './rows';

const memory = 0.9; // part of the moving average that stays

export class TrainLog {
  // They are many, and only added to: `version` tells of it, now and then.
  readonly points: StepPoint[] = [];
  readonly evaluations: Evaluation[] = [];
  version = $state(0);

  private weight = 0;
  private sum = 0;
  private stepSeconds = 0;
  private stepTokens = 0;
  private tokens = 0;
  private seconds = 0;
  private resumed = 0; // the clock's time of the last report, or when work was taken up

  // Begins anew, at so many tokens.
  clear(tokens: number) {
    this.points.length = this.evaluations.length = 0;
    this.weight = this.sum = this.stepSeconds = this.stepTokens = this.seconds = 0;
    this.tokens = tokens;
    this.version += 1;
  }

  // Work is taken up at this time, in milliseconds.
  resume(now: number) {
    this.resumed = now;
  }

  add(event: TrainEvent, now: number) {
    const taken = (now - this.resumed) / 1000;
    this.resumed = now;
    this.seconds += taken;
    if (event.event === 'stepped') this.addStep(event, taken);
    else if (event.event === 'evaluated') this.addEvaluation(event);
  }

  private addStep({ step, tokens, loss = NaN, learning_rate: rate = NaN }: TrainEvent, taken: number) {
    this.stepSeconds += taken;
    this.stepTokens += tokens - this.tokens;
    this.tokens = tokens;
    // The average begins with the first loss: weights of what was never there are left out.
    this.sum = memory * this.sum + (1 - memory) * loss;
    this.weight = memory * this.weight + (1 - memory);
    this.points.push({ step, loss, smooth: this.sum / this.weight, rate, seconds: this.seconds });
  }

  private addEvaluation({ step, train_loss: train = NaN, val_loss: val = NaN, best = false }: TrainEvent) {
    this.evaluations.push({ step, train, val, isBest: best, seconds: this.seconds });
  }

  get best(): Evaluation | undefined {
    return this.evaluations.findLast(({ isBest }) => isBest);
  }

  // Tokens a second while steps are done, or 0.
  get speed(): number {
    return this.stepSeconds > 0 ? this.stepTokens / this.stepSeconds : 0;
  }

  // Seconds until the last step at the pace so far, evaluations included; null before the first step.
  secondsLeft(last: number): number | null {
    const { points } = this;
    return points.length === 0 ? null : ((last - points.at(-1)!.step) * this.seconds) / points.length;
  }
}
