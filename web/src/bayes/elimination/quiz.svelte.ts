// The course of a quiz: which question of which step, what was answered, and the score.
import type { Elimination } from './elimination.svelte';
import { graphOf } from './interaction';
import type { Criterion } from './interaction';
import { candidatesOf, costsOf, judgeCell, judgeNext, judgeScope } from './quiz';
import type { CellVerdict, NextVerdict, QuestionKind, ScopeVerdict } from './quiz';
import { workOfStep } from './work';

export const criteria: readonly Criterion[] = ['min-fill', 'min-weight', 'min-degree', 'weighted-min-fill'];

export type Outcome =
  | { kind: 'next'; told: boolean; verdict: NextVerdict }
  | { kind: 'scope'; told: boolean; verdict: ScopeVerdict }
  | { kind: 'cell'; told: boolean; right: boolean };

// Beyond this a factor is too large to ask for a cell of it.
const mostCells = 64;

export class Quiz {
  step = $state(1);
  kind = $state<QuestionKind>('next');
  outcome = $state.raw<Outcome | null>(null);
  finished = $state(false);
  right = $state(0);
  asked = $state(0);
  criterion = $state<Criterion>('min-fill');
  private cellAt = $state(0);

  // `pick` draws a whole number below another.
  constructor(
    private readonly elimination: Elimination,
    private readonly pick: (below: number) => number = (below) => Math.floor(Math.random() * below),
  ) {
    const { order } = elimination;
    this.criterion = criteria.find((name) => name === order) ?? 'min-fill';
    this.start();
  }

  readonly factors = $derived.by(() => this.elimination.factorsAt[this.step - 1] ?? []);
  readonly graph = $derived(graphOf(this.factors.map(({ scope }) => scope)));
  readonly variable = $derived.by(() => this.elimination.trace?.steps[this.step - 1]?.eliminate ?? '');
  readonly costs = $derived.by(() => {
    const { session } = this.elimination;
    return costsOf(this.graph, session.target, this.criterion, (name) => session.find(name)?.states.length ?? 1);
  });
  readonly candidates = $derived(candidatesOf(this.graph, this.variable));
  readonly work = $derived.by(() => workOfStep(this.elimination.trace!, this.step, this.factors));

  get cell(): number {
    return Math.min(this.cellAt, this.work.output.cells - 1);
  }

  get steps(): number {
    return this.elimination.trace?.steps.length ?? 0;
  }

  start() {
    this.step = 1;
    this.right = this.asked = 0;
    this.finished = false;
    this.begin('next');
  }

  private begin(kind: QuestionKind) {
    this.outcome = null;
    this.kind = kind;
    // Of one variable there is no choice.
    if (kind === 'next' && this.costs.length < 2) this.kind = 'scope';
    if (kind === 'cell') this.cellAt = this.pick(this.work.output.cells);
  }

  goOn() {
    if (this.kind === 'next') return this.begin('scope');
    if (this.kind === 'scope' && this.canAskCell) return this.begin('cell');
    if (this.step >= this.steps) {
      this.finished = true;
      return;
    }
    this.step++;
    this.begin('next');
  }

  private get canAskCell(): boolean {
    const { output } = this.work;
    return output.cells <= mostCells && output.numberAt(0) !== null;
  }

  answerNext(name: string, told = false) {
    const verdict = judgeNext(this.costs, name);
    this.close({ kind: 'next', told, verdict }, verdict.right);
  }

  answerScope(ticked: ReadonlySet<string>, told = false) {
    const verdict = judgeScope(this.factors, this.variable, ticked);
    this.close({ kind: 'scope', told, verdict }, verdict.right);
  }

  // What cannot be read, or is too short, may be typed again.
  answerCell(typed: string): CellVerdict {
    const { output } = this.work;
    const exact = this.elimination.trace!.steps[this.step - 1]!.output.exact?.values[this.cell] ?? null;
    const verdict = judgeCell(typed, output.numberAt(this.cell)!, exact);
    if (verdict === 'right' || verdict === 'wrong') this.close({ kind: 'cell', told: false, right: verdict === 'right' }, verdict === 'right');
    return verdict;
  }

  tell() {
    if (this.kind === 'next') this.answerNext(this.costs[0]!.name, true);
    else if (this.kind === 'scope') this.answerScope(new Set(judgeScope(this.factors, this.variable, new Set()).scope), true);
    else this.close({ kind: 'cell', told: true, right: true }, true);
  }

  private close(outcome: Outcome, right: boolean) {
    this.outcome = outcome;
    this.asked++;
    if (right && !outcome.told) this.right++;
  }
}
