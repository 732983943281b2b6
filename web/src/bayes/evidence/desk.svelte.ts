// The menu of a state and the editor of a likelihood: which is open, of what, where, and what had the
// focus before. Graph, table and strip open them.
import { getContext, setContext, tick } from 'svelte';
import type { BayesSession } from '../session.svelte';

export interface Anchor {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Opened {
  kind: 'menu' | 'likelihood';
  name: string;
  // None for a whole node.
  state: string | null;
  // In the window.
  at: Anchor;
  opener: Element;
}

export class EvidenceDesk {
  opened = $state.raw<Opened | null>(null);

  constructor(readonly session: BayesSession) {}

  openMenu(name: string, state: string | null, opener: Element, at: Anchor = opener.getBoundingClientRect()) {
    this.opened = { kind: 'menu', name, state, at, opener };
  }

  openLikelihood(name: string, state: string | null, opener: Element, at: Anchor = opener.getBoundingClientRect()) {
    this.opened = { kind: 'likelihood', name, state, at, opener };
  }

  isOpenAt(opener: Element | undefined): boolean {
    return opener !== undefined && this.opened?.opener === opener;
  }

  // What an editor holds is kept.
  close(returnFocus: boolean) {
    const { opened } = this;
    this.session.settle();
    this.opened = null;
    if (opened && returnFocus) void tick().then(() => focusAgain(opened.opener));
  }
}

// Where the opener is gone, the graph or the table takes the focus.
function focusAgain(opener: Element) {
  const cell = opener.getAttribute('data-cell');
  const same = cell === null ? null : document.querySelector(`[data-cell="${CSS.escape(cell)}"]`);
  const next = opener.isConnected ? opener : (same ?? document.querySelector('[data-graph] [tabindex="0"], [data-evidence-home]'));
  (next as HTMLElement | SVGElement | null)?.focus({ preventScroll: true });
}

// A symbol of its own, so that nothing else takes it.
const key = Symbol('evidence desk');

export function makeDesk(session: BayesSession): EvidenceDesk {
  return setContext(key, new EvidenceDesk(session));
}

export function useDesk(): EvidenceDesk {
  return getContext<EvidenceDesk>(key);
}
