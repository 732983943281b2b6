// What pointers and keys in the graph do to what is known: the menu of a cell, and bars that are pulled.
import type { EvidenceDesk } from '../evidence/desk.svelte';
import { isLikelihood, likelihoodOf } from '../knowledge';
import type { GraphState } from './graph.svelte';
import type { Cell, Hands } from './pointing';
import type { Point } from './viewport';

export class EvidenceHands implements Hands {
  // The likelihood at the end of the bar, the same from the beginning of a pull to its end.
  private barEnd: number | null = null;

  constructor(
    private readonly desk: EvidenceDesk,
    private readonly graph: GraphState,
  ) {}

  // At a point of the window, or beside the cell.
  menu(cell: Cell, at?: Point) {
    const place = at && { left: at.x, right: at.x, top: at.y, bottom: at.y };
    this.graph.unlight();
    this.desk.openMenu(cell.name, this.stateOf(cell), cell.element, place);
  }

  likelihood(cell: Cell) {
    this.graph.unlight();
    if (this.desk.session.hasNumbers) this.desk.openLikelihood(cell.name, this.stateOf(cell), cell.element);
  }

  private stateOf({ name, row }: Cell): string | null {
    return this.desk.session.find(name)?.states[row] ?? null;
  }

  // The other states keep their likelihoods. One of them must stay possible.
  pullBar({ name, row }: Cell, share: number) {
    const { session } = this.desk;
    const states = session.find(name)?.states;
    if (!states || !session.hasNumbers) return;
    const finding = session.finding(name);
    const numbers = [...likelihoodOf(finding, states.length)];
    this.barEnd ??= Math.max(1, ...numbers);
    numbers[row] = share * this.barEnd;
    if (!isLikelihood(numbers)) numbers[row] = 0.01;
    this.graph.unlight();
    if (finding?.kind === 'likelihood' && finding.numbers[row] === numbers[row]) return;
    session.adjust({ kind: 'likelihood', name, numbers });
  }

  letBarGo() {
    this.barEnd = null;
    this.desk.session.settle();
  }
}
