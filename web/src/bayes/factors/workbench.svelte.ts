// The state of the workbench: the cards and their history, what is selected, and the cell that is
// pointed at. The operations are the core's.
import { bayesLab } from '../../lib/engine';
import type { Factor, FactorInput, FactorRequest, NetworkFactorsRequest } from '../../lib/engine';
import { pack, unpack } from '../../lib/pack';
import { PageError, problemOf } from '../../lib/problem';
import type { Problem } from '../../lib/problem';
import { factorsText } from '../../lib/text/factors';
import { noMarks } from '../graph/marks';
import { begun, changed, redone, undone } from '../model/history';
import type { History } from '../model/history';
import type { Part } from '../part';
import type { BayesSession } from '../session.svelte';
import { emptyBoard, findCard, moved, nextSymbol, renamed, withCard, withCopies, withoutCards } from './board';
import type { Board, Card, Origin, Point } from './board';
import { sourcesOf, usesOf } from './cells';
import type { Making, Sources } from './cells';
import { isKeepable, keepBoard, keptBoard, readBoard, writeBoard } from './kept';

export interface Pointed {
  readonly card: number;
  readonly cell: number;
}

// A factor that the network has.
export interface NetworkFactor {
  readonly name: string;
  // What it is looked up by.
  readonly sought: string;
  readonly scope: readonly string[];
  readonly request: NetworkFactorsRequest;
}

// What a lit cell is to the one that is pointed at.
export type Light = 'here' | 'source' | 'use';

// Fractions of larger factors are not asked for unless they are wanted.
const mostExact = 20_000;
const mostAtOnce = 60;
// Of the board's share of the address.
const longestLink = 4096;
const largestLink = 1 << 20; // bytes, inflated
const keepDelay = 300;

export class Workbench implements Part {
  private history = $state.raw<History<Board>>(begun(emptyBoard));
  selected = $state.raw<ReadonlySet<number>>(new Set());
  pointed = $state.raw<Pointed | null>(null);
  problem = $state.raw<Problem | null>(null);
  working = $state(0);
  // The first of the cards that were added last; new each time, so that it is shown each time.
  newest = $state.raw<{ id: number } | null>(null);
  // The name of what was made last, for those who do not see it appear.
  news = $state.raw<(() => string) | null>(null);
  // Of the board as it is seen.
  width = $state(600);
  readonly marks = noMarks;
  // The board in the address, where it is short enough.
  private link = $state<string | null>(null);
  readonly address: [string, string][] = $derived(this.link === null ? [] : [['board', this.link]]);
  // What becomes of the board after this visit, where it is not in the address.
  keeping = $state<'here' | 'not' | null>(null);

  private restored: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly session: BayesSession) {
    // The last moment there is, also of a phone.
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden' && this.timer !== undefined) void this.keep();
    });
  }

  async update() {}

  // ---- From visit to visit -------------------------------------------------------------------

  // Other networks leave the board as it is.
  follow(wish: URLSearchParams) {
    this.restored ??= this.restore();
    const link = wish.get('board');
    if (link !== null && link !== this.link) void this.openLink(link);
  }

  private async restore() {
    const board = await keptBoard();
    if (!board || board.cards.length === 0) return;
    const { past, present, future } = this.history;
    if (past.length > 0 || present !== emptyBoard) this.history = { past: [board, ...past], present, future };
    else this.history = begun(board);
    this.note();
  }

  // A board that came with the address stands in front of the reader's own: Undo leads back to that.
  private async openLink(link: string) {
    await this.restored;
    const content = await unpack(link, largestLink);
    const board = content === null ? null : readBoard(content);
    if (!board) this.problem = problemOf(new PageError(() => factorsText.brokenLink), () => factorsText.cannot);
    else if (writeBoard(board) !== writeBoard(this.board)) this.history = changed(this.history, board);
    if (board) this.link = link;
  }

  private note() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.keep(), keepDelay);
  }

  private async keep() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { board } = this;
    const content = isKeepable(board) ? writeBoard(board) : null;
    const kept = content !== null && (await keepBoard(content));
    const packed = content === null || board.cards.length === 0 ? null : await pack(content);
    if (board !== this.board) return;
    this.link = packed !== null && packed.length <= longestLink ? packed : null;
    this.keeping = this.link !== null || board.cards.length === 0 ? null : kept ? 'here' : 'not';
  }

  // ---- Looking at it -------------------------------------------------------------------------

  get board(): Board {
    return this.history.present;
  }

  readonly selection: readonly Card[] = $derived(this.board.cards.filter(({ id }) => this.selected.has(id)));

  get canUndo(): boolean {
    return this.history.past.length > 0;
  }

  get canRedo(): boolean {
    return this.history.future.length > 0;
  }

  // ---- Changing it ---------------------------------------------------------------------------

  private change(board: Board) {
    this.history = changed(this.history, board);
    this.forgetMissing();
  }

  private forgetMissing() {
    this.note();
    const has = (id: number): boolean => findCard(this.board, id) !== undefined;
    this.selected = new Set([...this.selected].filter(has));
    if (this.pointed && !has(this.pointed.card)) this.pointed = null;
  }

  undo() {
    this.history = undone(this.history);
    this.forgetMissing();
  }

  redo() {
    this.history = redone(this.history);
    this.forgetMissing();
  }

  select(id: number, on: boolean) {
    const selected = new Set(this.selected);
    if (on) selected.add(id);
    else selected.delete(id);
    this.selected = selected;
  }

  move(id: number, by: Point) {
    if (by.x !== 0 || by.y !== 0) this.change(moved(this.board, id, by));
  }

  rename(id: number, symbol: string) {
    this.change(renamed(this.board, id, symbol));
  }

  duplicate() {
    const { length } = this.board.cards;
    this.change(withCopies(this.board, this.selected, this.width));
    this.selectFrom(length);
  }

  remove() {
    this.change(withoutCards(this.board, this.selected));
  }

  clear() {
    this.change({ ...this.board, cards: [] });
  }

  // Selects the cards from an index on.
  private selectFrom(index: number) {
    this.selected = new Set(this.board.cards.slice(index).map(({ id }) => id));
  }

  // ---- Adding --------------------------------------------------------------------------------

  // The newest board counts when the answer comes: another card may have been added meanwhile.
  private async attempt(work: () => Promise<void>): Promise<boolean> {
    this.working += 1;
    this.problem = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = problemOf(error, () => factorsText.cannot);
      return false;
    } finally {
      this.working -= 1;
    }
  }

  private put(factors: readonly Factor[], origin: Origin | null = null) {
    const { length } = this.board.cards;
    this.change(factors.reduce((board, factor) => withCard(board, factor, origin, this.width), this.board));
    this.selectFrom(length);
    this.newest = { id: this.board.cards[length]!.id };
    const names = factors.map(({ name }) => name);
    this.news = () => factorsText.added(names);
  }

  private cellsOf(scope: readonly string[]): number {
    return scope.reduce((cells, name) => cells * (this.session.find(name)?.states.length ?? 1), 1);
  }

  // A table for each variable, P(X | parents); or the potentials.
  readonly ofNetwork: readonly NetworkFactor[] = $derived.by(() => {
    const { variables, network } = this.session;
    if (!network?.potentials)
      return variables.map(({ name, parents }) => ({
        name: parents.length > 0 ? `P(${name}|${parents.join(',')})` : `P(${name})`,
        sought: name,
        scope: [...parents, name],
        request: { variables: [name] },
      }));
    return network.potentials.map(({ scope }, index) => {
      const name = `φ${index + 1}(${scope.join(',')})`;
      return { name, sought: name, scope, request: { potentials: [index] } };
    });
  });

  private async factorsOf(request: NetworkFactorsRequest, cells: number): Promise<Factor[]> {
    const exact = cells <= mostExact || this.session.exact;
    return this.session.network!.factors({ ...request, exact });
  }

  // As the network has it.
  addOfNetwork({ request, scope }: NetworkFactor): Promise<boolean> {
    return this.attempt(async () => {
      this.put(await this.factorsOf(request, this.cellsOf(scope)));
    });
  }

  // What the question depends on, with the evidence put in.
  addOfQuestion(): Promise<boolean> {
    return this.attempt(async () => {
      const { target, knowledge } = this.session;
      const open = target !== null && this.session.isOpen(target);
      const pruned = open ? (await this.session.network!.trace({ ...knowledge, targets: [target] })).pruned : [];
      const matter = this.ofNetwork.filter(({ scope }) => !pruned.includes(scope.at(-1)!));
      if (matter.length > mostAtOnce) throw new PageError(() => factorsText.tooMany(matter.length, mostAtOnce));
      const cells = matter.reduce((sum, { scope }) => sum + this.cellsOf(scope), 0);
      this.put(await this.factorsOf({ ...knowledge, targets: open ? [target] : [] }, cells));
    });
  }

  addTyped(factor: FactorInput): Promise<boolean> {
    return this.attempt(async () => {
      this.put([await this.ask({ operation: 'restrict', factors: [factor] }, true)]);
    });
  }

  // ---- Operations ----------------------------------------------------------------------------

  // Fractions can take more than decimals: then these alone are given.
  private async ask(request: FactorRequest, exact: boolean): Promise<Factor> {
    const lab = await bayesLab();
    if (!exact) return lab.combineFactors(request);
    try {
      return await lab.combineFactors({ ...request, exact: true });
    } catch (error) {
      if ((error as { code?: string }).code !== 'limit') throw error;
      return lab.combineFactors(request);
    }
  }

  // Applies an operation to the selected cards.
  apply(making: Making): Promise<boolean> {
    const inputs = this.selection;
    return this.attempt(async () => {
      const factors = inputs.map(({ factor }) => inputOf(factor));
      const { operation, variables, evidence } = making;
      const exact = inputs.every(({ factor }) => factor.exact && factor.values.length <= mostExact);
      const symbol = nextSymbol(this.board);
      const request: FactorRequest = { operation, factors, symbol };
      if (variables.length > 0) request.variables = [...variables];
      if (operation === 'restrict') request.evidence = { ...evidence };
      const factor = await this.ask(request, exact);
      const names = inputs.map(({ factor }) => factor.name);
      this.put([factor], { operation, evidence, variables: factor.variables, inputs: inputs.map(({ id }) => id), names });
    });
  }

  // ---- Cells ---------------------------------------------------------------------------------

  point(card: number, cell: number) {
    this.pointed = { card, cell };
  }

  // The cards that a card was made of, if all are there.
  inputsOf({ origin }: Card): Card[] | null {
    const inputs = origin?.inputs.map((id) => findCard(this.board, id)) ?? [];
    return origin && inputs.every((card) => card !== undefined) ? (inputs as Card[]) : null;
  }

  readonly pointedCard: Card | undefined = $derived(this.pointed ? findCard(this.board, this.pointed.card) : undefined);

  // Where the cell that is pointed at comes from.
  readonly sources: Sources | null = $derived.by(() => {
    const card = this.pointedCard;
    const inputs = card && this.inputsOf(card);
    if (!card?.origin || !inputs) return null;
    return sourcesOf(card.origin, card.factor, inputs.map(({ factor }) => factor), this.pointed!.cell);
  });

  // The lit cells of each card.
  readonly lights: ReadonlyMap<number, ReadonlyMap<number, Light>> = $derived.by(() => {
    const lights = new Map<number, Map<number, Light>>();
    const light = (card: number, cell: number, kind: Light): void => {
      const cells = lights.get(card) ?? new Map<number, Light>();
      if (!cells.has(cell)) lights.set(card, cells.set(cell, kind));
    };
    const { pointed, pointedCard, sources } = this;
    if (!pointed || !pointedCard) return lights;
    light(pointed.card, pointed.cell, 'here');
    const inputs = this.inputsOf(pointedCard) ?? [];
    for (const term of sources?.terms ?? []) term.forEach((cell, index) => light(inputs[index]!.id, cell, 'source'));
    for (const cell of sources?.over ?? []) light(inputs[0]!.id, cell, 'source');
    for (const { id, factor, origin } of this.board.cards)
      if (origin?.inputs.includes(pointed.card))
        for (const cell of usesOf(origin, factor, pointedCard.factor, pointed.cell)) light(id, cell, 'use');
    return lights;
  });
}

// What the core needs of a factor, and nothing that cannot cross to the worker.
function inputOf({ symbol, head, scope, states, observed, values, exact }: Factor): FactorInput {
  return { symbol, head, scope, states, observed, values, ...(exact ? { exact } : {}) };
}
