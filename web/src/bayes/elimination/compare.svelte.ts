// The orders that are compared, and the core's answer.
import type { Order, OrdersAnswer } from '../../lib/engine';
import { problemOf } from '../../lib/problem';
import type { Problem } from '../../lib/problem';
import { language, text } from '../../lib/text';
import { bestOf, initialScopes, isOrder, rowOf, scopesOf } from './comparison';
import type { Entry, Row } from './comparison';
import { heuristics } from './elimination.svelte';
import type { Elimination } from './elimination.svelte';

export interface CompareRow {
  readonly entry: Entry;
  readonly order: Order;
  // null: refused, for a reason that the entry tells.
  readonly row: Row | null;
}

export class Compare {
  // Orders by hand, beside the heuristics.
  own = $state.raw<readonly string[][]>([]);
  answer = $state.raw<OrdersAnswer | null>(null);
  problem = $state.raw<Problem | null>(null);
  private turn = 0;

  constructor(private readonly elimination: Elimination) {
    if (typeof elimination.order !== 'string') this.own = [elimination.trace!.order];
  }

  // What has been observed or is asked about since is no part of an order any more.
  readonly orders: readonly Order[] = $derived.by(() => {
    const own = this.own.map((order) => this.leftOf(order)).filter((order) => order.length > 0);
    return [...own, ...heuristics];
  });

  private leftOf(order: readonly string[]): string[] {
    const { session } = this.elimination;
    return order.filter((name) => name !== session.target && session.isOpen(name));
  }

  get request() {
    const { knowledge, target } = this.elimination.session;
    return { ...knowledge, targets: [target!], orders: [...this.orders], language: language.current };
  }

  // Asks again; called when the orders, what is known, or what is asked have changed.
  async ask() {
    const turn = ++this.turn;
    try {
      const answer = await this.elimination.session.network!.orders(this.request);
      if (turn !== this.turn) return;
      this.answer = answer;
      this.problem = null;
    } catch (error) {
      if (turn !== this.turn) return;
      this.answer = null;
      this.problem = problemOf(error, () => text.cannotCompute);
    }
  }

  add(order: string[]) {
    if (!this.own.some((each) => each.join('\n') === order.join('\n'))) this.own = [...this.own, order];
  }

  remove(order: readonly string[]) {
    this.own = this.own.filter((each) => this.leftOf(each).join('\n') !== order.join('\n'));
  }

  readonly rows: readonly CompareRow[] = $derived.by(() =>
    (this.answer?.orders ?? []).map((entry, index) => {
      const order = this.orders[index] ?? (entry.name as Order);
      return { entry, order, row: isOrder(entry) ? this.rowFor(entry) : null };
    }),
  );

  readonly best = $derived(bestOf(this.rows.flatMap(({ row }) => (row ? [row] : []))));

  private rowFor(entry: Entry & { order: string[]; pruned: string[] }): Row {
    const { session, trace } = this.elimination;
    const statesOf = (name: string) => session.find(name)?.states.length ?? 1;
    const known = {
      isOpen: (name: string) => session.isOpen(name),
      isSet: (name: string) => session.finding(name)?.kind === 'set',
      isLikely: (name: string) => session.finding(name)?.kind === 'likelihood',
    };
    const scopes = initialScopes(session.variables, entry.pruned, known, session.network?.potentials);
    const row = rowOf(entry as Row['figures'], scopes, statesOf);
    return row.steps || !trace ? row : rowOf(entry as Row['figures'], scopesOf(trace.factors), statesOf);
  }
}
