// The state of the panel of independence: X (the variable asked about), Y, what is known, the answer
// of the core, and the trail that the graph shows.
import type { DocumentFormat, IndependentAnswer, SeparateAnswer } from '../../lib/engine';
import { problemOf } from '../../lib/problem';
import type { Problem } from '../../lib/problem';
import { language, text } from '../../lib/text';
import { independenceText } from '../../lib/text/independence';
import { edgeKey, noMarks } from '../graph/marks';
import type { EdgeMark, Marks, NodeMark } from '../graph/marks';
import type { Change, Part, Pick } from '../part';
import { independenceQuestion } from '../report/questions';
import type { BayesSession } from '../session.svelte';
import { Comparison } from './comparison.svelte';
import { activeFirst, changed, directionBetween, isSameQuestion } from './trails';

export type Role = 'left' | 'right' | 'given';
export const roles: Role[] = ['left', 'right', 'given'];

// Of the numeric answer: some seconds, for which the worker answers nothing else.
const mostOperations = 1e9;

// The field that Y is chosen in.
export const rightField = 'independence-right';

// Of a file, without its extension.
const longestName = 80;

// Fractions of more combinations of states are not compared.
const mostExactCells = 20_000;

// X and what is known; the rest is in the list.
function marksOf({ left, given }: IndependentAnswer): Map<string, NodeMark> {
  return new Map([...given.map((name) => [name, 'given'] as const), [left[0]!, 'left'] as const]);
}

export class Independence implements Part {
  right = $state<string | null>(null);
  // No Y: of all other variables at once whether X is independent of them.
  all = $state(false);
  // Known by name alone: which state a variable is in plays no part in the structure.
  given = $state.raw<readonly string[]>([]);
  // What a click on a name in the graph chooses.
  picking = $state<Role>('left');

  // One of the two.
  answer = $state.raw<SeparateAnswer | null>(null);
  list = $state.raw<IndependentAnswer | null>(null);
  problem = $state.raw<Problem | null>(null);
  asking = $state(false);

  // The trail that was pressed, and the one that is pointed at, by their places in `trails`.
  chosen = $state(0);
  pointed = $state<number | null>(null);

  readonly comparison: Comparison;
  readonly trails = $derived(activeFirst(this.answer?.trails ?? []));
  readonly shownTrail = $derived(this.trails[this.pointed ?? this.chosen] ?? null);

  private asked = 0;
  private reckoning: AbortController | null = null;
  // X when it was looked at last.
  private leftBefore: string | null = null;

  constructor(readonly session: BayesSession) {
    this.comparison = new Comparison(session);
  }

  // Where everything is observed nothing is asked about; independence can be asked all the same.
  get left(): string | null {
    return this.session.target ?? this.session.variables[0]?.name ?? null;
  }

  // Of a variable that the network has, whatever was asked before.
  readonly parentsOf = (name: string): readonly string[] => this.session.find(name)?.parents ?? [];

  // ---- The question --------------------------------------------------------------------------

  setLeft(name: string) {
    this.session.setTarget(name);
  }

  setRight(name: string) {
    if (name === this.left) return this.swap();
    this.right = name;
    this.all = false;
    this.setGiven(this.given.filter((known) => known !== name));
  }

  setAll() {
    this.right = null;
    this.all = true;
    void this.ask();
  }

  swap() {
    const { left, right } = this;
    if (left === null || right === null) return;
    this.right = left;
    this.leftBefore = right;
    this.session.setTarget(right);
  }

  setGiven(given: readonly string[]) {
    this.given = given;
    void this.ask();
  }

  toggleGiven(name: string) {
    if (name === this.left || name === this.right) return;
    const isKnown = this.given.includes(name);
    this.setGiven(isKnown ? this.given.filter((known) => known !== name) : [...this.given, name]);
  }

  takeObserved() {
    this.setGiven(this.observed);
  }

  readonly observed = $derived.by(() =>
    [...this.session.findings.keys()].filter((name) => name !== this.left && name !== this.right),
  );

  applyChange() {
    if (this.answer?.change) this.setGiven(changed(this.answer.given, this.answer.change));
  }

  // ---- From the graph ------------------------------------------------------------------------

  readonly pick: Pick | null = $derived.by(() => {
    if (this.picking === 'right')
      return {
        label: (name) => independenceText.pickRight(name),
        isPicked: (name) => name === this.right,
        take: (name) => this.setRight(name),
      };
    if (this.picking === 'given')
      return {
        label: (name) => independenceText.pickGiven(name),
        isPicked: (name) => this.given.includes(name),
        take: (name) => this.toggleGiven(name),
      };
    return null;
  });

  readonly marks: Marks = $derived.by(() => {
    if (this.list) return { nodes: marksOf(this.list) };
    if (!this.answer) return noMarks;
    const { left, right, given } = this.answer;
    const trail = this.shownTrail;
    const nodes = new Map<string, NodeMark>();
    for (const { variable, open } of trail?.between ?? []) nodes.set(variable, open ? 'through' : 'blocking');
    for (const name of given) if (nodes.get(name) !== 'blocking') nodes.set(name, 'given');
    nodes.set(left[0]!, 'left');
    nodes.set(right[0]!, 'right');
    const edges = new Map<string, EdgeMark>();
    for (const [index, to] of trail?.path.slice(1).entries() ?? []) {
      const from = trail!.path[index]!;
      const direction = directionBetween(from, to, this.parentsOf);
      const mark = trail!.active ? 'active trail' : 'blocked trail';
      if (direction !== 'left') edges.set(edgeKey(from, to), mark);
      if (direction !== 'right') edges.set(edgeKey(to, from), mark);
    }
    return { nodes, edges };
  });

  // ---- The answer ----------------------------------------------------------------------------

  async update(change: Change) {
    if (change === 'network') this.forget();
    if (change === 'knowledge') return this.comparison.ask(this.answer);
    this.settle();
    await this.ask();
  }

  // The three roles are kept apart when X has changed: a variable that was Y takes X's place.
  private settle() {
    const { left, leftBefore } = this;
    const { variables } = this.session;
    if (this.right === left && leftBefore !== null) this.right = leftBefore;
    if (!this.all && (this.right === null || this.right === left || !this.session.find(this.right)))
      this.right = variables.find(({ name }) => name !== left)?.name ?? null;
    const known = this.given.filter((name) => name !== left && name !== this.right && this.session.find(name));
    if (known.length < this.given.length) this.given = known;
    this.leftBefore = left;
  }

  private forget() {
    this.answer = null;
    this.list = null;
  }

  private async ask() {
    const turn = ++this.asked;
    this.reckoning?.abort();
    const { left, right, all } = this;
    const { network } = this.session;
    if (!network || left === null || (right === null && !all)) return this.forget();
    const given = [...this.given];
    this.asking = true;
    try {
      if (right === null) {
        const list = await network.independent({ of: [left], given });
        if (turn === this.asked) this.takeList(list);
      } else {
        const sides = { left: [left], right: [right], given };
        const answer = await network.separate({ ...sides, mostOperations, language: language.current });
        if (turn === this.asked) await this.take(answer);
      }
    } catch (error) {
      if (turn !== this.asked) return;
      this.forget();
      this.problem = problemOf(error, () => text.cannotCompute);
    } finally {
      if (turn === this.asked) this.asking = false;
    }
  }

  // Again in another language, where the core has said something in words.
  retell() {
    if (this.answer?.numeric_reason !== undefined) void this.ask();
  }

  private takeList(list: IndependentAnswer) {
    this.forget();
    this.problem = null;
    this.list = list;
  }

  private async take(answer: SeparateAnswer) {
    const wished = this.wished ?? (isSameQuestion(answer, this.answer) ? this.chosen : 0);
    this.answer = answer;
    this.list = null;
    this.problem = null;
    this.pointed = null;
    this.chosen = Math.min(wished, Math.max(0, answer.trails.length - 1));
    this.wished = null;
    await Promise.all([this.comparison.ask(answer), this.compareExactly(answer)]);
  }

  private async compareExactly({ left, right, given, numeric }: SeparateAnswer) {
    this.reckoning?.abort();
    if (!this.session.exact || !numeric || this.cellsOf([...left, ...right, ...given]) > mostExactCells) return;
    const network = this.session.network!;
    const { signal } = (this.reckoning = new AbortController());
    try {
      // The same work, which unlike a question of independence lets others be answered meanwhile, and
      // is stopped by the next question.
      await network.query({ targets: [...given, ...right, ...left], joint: true, exact: true }, signal);
      if (signal.aborted) return;
      const exact = await network.separate({ left, right, given, exact: true });
      if (!signal.aborted && this.answer) this.answer = { ...this.answer, numeric: exact.numeric, agree: exact.agree };
    } catch (error) {
      if (!signal.aborted) this.problem = problemOf(error, () => text.noFractions);
    }
  }

  private cellsOf(names: readonly string[]): number {
    return names.reduce((cells, name) => cells * this.session.find(name)!.states.length, 1);
  }

  // ---- As a document -------------------------------------------------------------------------

  // The answer on show as `likelore net separate` writes it, in the language of the page.
  async document(format: DocumentFormat): Promise<string> {
    if (this.list) {
      const { left, given } = this.list;
      return this.session.network!.independentText({ of: left, given, language: language.current }, format);
    }
    const { left, right, given, numeric } = this.answer!;
    const exact = this.session.exact && numeric?.exact !== undefined;
    return this.session.network!.separateText({ left, right, given, exact, mostOperations, language: language.current }, format);
  }

  // For a file.
  get documentName(): string {
    const { left, given } = (this.list ?? this.answer)!;
    return ['independence', ...left, ...(this.answer?.right ?? []), ...given].join('-').slice(0, longestName);
  }

  // For the worked solution.
  get questions(): string[] {
    if (!this.answer) return [];
    const { left, right, given } = this.answer;
    return [independenceQuestion(left[0]!, right[0]!, given)];
  }

  // ---- In the address: y (empty: all), a z for each known variable, trail, and the states that are
  // compared

  // The trail to show when the answer comes.
  private wished: number | null = null;

  get address(): [string, string][] {
    if (this.right === null && !this.all) return [];
    const shares: [string, string][] = [['y', this.right ?? ''], ...this.given.map((name): [string, string] => ['z', name])];
    if (this.all) return shares;
    const trail = this.wished ?? this.chosen;
    if (trail > 0) shares.push(['trail', String(trail + 1)]);
    return [...shares, ...this.comparison.address];
  }

  follow(wish: URLSearchParams) {
    const known = (name: string | null) => (name !== null && this.session.find(name) ? name : null);
    const trail = Number(wish.get('trail') ?? 1);
    this.reckoning?.abort();
    this.forget();
    this.leftBefore = null;
    this.all = wish.get('y') === '';
    this.right = known(wish.get('y'));
    this.given = [...new Set(wish.getAll('z'))].filter((name) => known(name) !== null);
    this.wished = Number.isInteger(trail) && trail > 1 ? trail - 1 : null;
    this.comparison.follow(wish);
  }
}
