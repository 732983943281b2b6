// The state of the worked solution: the sheet of questions and what the core writes about it.
import type { DocumentFormat } from '../../lib/engine';
import { problemOf } from '../../lib/problem';
import type { Problem } from '../../lib/problem';
import { language } from '../../lib/text';
import { reportText } from '../../lib/text/report';
import { noMarks } from '../graph/marks';
import type { Change, Part } from '../part';
import type { BayesSession } from '../session.svelte';
import { exampleKinds, exampleQuestions } from './examples';
import {
  comparisonQuestion,
  evidenceQuestion,
  independenceQuestion,
  plainSheet,
  posteriorQuestion,
  withQuestions,
} from './questions';
import type { Observed } from './questions';

export type QuestionKind = 'posterior' | 'evidence' | 'comparison' | 'independence';

// A sheet longer than this is not kept in the address.
const longestShare = 1500;
// In the place of a state: each of them.
export const everyState = -1;
// While someone types, the solution waits.
const pause = 400;

export class Report implements Part {
  sheet = $state('');
  // The place of the state that the comparison is about.
  comparedState = $state(0);
  // The solution as a page of HTML.
  solution = $state.raw<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly marks = noMarks;

  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly session: BayesSession) {}

  private get lines(): string[] {
    return this.sheet.split('\n').filter((line) => line.trim() !== '');
  }

  // ---- The sheet -----------------------------------------------------------------------------

  // Sheets know observed states alone.
  readonly otherKnowledge = $derived.by(() =>
    [...this.session.findings.values()].some(({ kind }) => kind !== 'observed'),
  );

  private readonly observed: Observed = $derived.by(() => Object.entries(this.session.knowledge.evidence ?? {}));

  // The states of the variable asked about, where it is open.
  readonly states: readonly string[] = $derived.by(() => {
    const { target } = this.session;
    return target !== null && this.session.isOpen(target) ? (this.session.find(target)?.states ?? []) : [];
  });

  // Which of them the comparison is about.
  private readonly compared: readonly string[] = $derived.by(() =>
    this.comparedState === everyState ? this.states : [this.states[this.comparedState] ?? this.states[0]!],
  );

  // The questions that what is known and asked gives rise to; none where it gives none.
  readonly possible: Record<QuestionKind, string[]> = $derived.by(() => {
    const { target } = this.session;
    const { observed } = this;
    const last = observed.at(-1);
    const open = target !== null && this.states.length > 0;
    const before = observed.slice(0, -1).map(([name]) => name);
    return {
      posterior: open ? [posteriorQuestion(target, observed)] : [],
      evidence: last ? [evidenceQuestion(observed)] : [],
      comparison: open && last ? this.compared.map((state) => comparisonQuestion(target, state, observed)) : [],
      independence: open && last ? [independenceQuestion(target, last[0], before)] : [],
    };
  });

  // A question of each kind about this network.
  readonly examples = $derived.by(() => {
    const questions = exampleQuestions(this.session.variables);
    return exampleKinds.flatMap((kind) => (questions[kind] === undefined ? [] : [{ kind, question: questions[kind] }]));
  });

  // What is on show in the graph and was on show in the panels.
  readonly onShow: string[] = $derived.by(() => {
    const { posterior, evidence } = this.possible;
    return [...(posterior.length > 0 ? posterior : evidence), ...this.session.questions];
  });

  add(questions: string[]) {
    this.sheet = withQuestions(this.sheet, questions);
    void this.write();
  }

  edit(sheet: string) {
    this.sheet = sheet;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.write(), pause);
  }

  // ---- The solution --------------------------------------------------------------------------

  async update(change: Change) {
    if (change === 'knowledge' || change === 'target') return;
    await this.write();
  }

  // Again, where something that is no change of a part has changed: the language.
  async write() {
    clearTimeout(this.timer);
    const turn = ++this.asked;
    try {
      const solution = this.lines.length > 0 ? await this.document('html') : null;
      if (turn !== this.asked) return;
      this.solution = solution;
      this.problem = null;
    } catch (error) {
      if (turn !== this.asked) return;
      this.solution = null;
      this.problem = problemOf(error, () => reportText.cannotWrite);
    }
  }

  async document(format: DocumentFormat): Promise<string> {
    const { network, exact } = this.session;
    // At the end, so that lines keep their numbers in messages.
    const sheet = plainSheet(this.sheet);
    const title = /^\s*title:/m.test(sheet) ? '' : `\ntitle: ${network!.name}`;
    return network!.report(sheet + title, format, { exact, language: language.current });
  }

  // ---- In the address: q for each line of the sheet ----------------------------------------------

  get address(): [string, string][] {
    return this.sheet.length > longestShare ? [] : this.lines.map((line) => ['q', line]);
  }

  follow(wish: URLSearchParams) {
    this.sheet = wish.getAll('q').join('\n');
  }
}
