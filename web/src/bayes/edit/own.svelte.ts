// What becomes of the reader's own networks between visits: each is kept in this browser as it is
// edited, and is in the address when it is short enough. A file that was opened is in the address too.
import type { NetworkHandle } from '../../lib/engine';
import { pack } from '../../lib/pack';
import { placesOf } from '../graph/graph.svelte';
import { writeJson } from '../model/json';
import type { BayesSession } from '../session.svelte';
import { forgetNetwork, savedNetworks, saveNetwork } from './saved';
import type { SavedNetwork } from './saved';

// Of the address; longer ones are cut off by some programs that pass them on.
const longestLink = 8192;
const saveDelay = 400;
// More do not become so short; they are not even written.
const mostCells = 20_000;

export class OwnNetworks {
  list = $state.raw<readonly SavedNetwork[]>([]);
  // The one that is open, once it has been edited; it is not in the list before it has been saved.
  id = $state<string | null>(null);
  link = $state<string | null>(null);
  // It is too long for an address.
  isLong = $state(false);
  // The browser does not keep it.
  isLost = $state(false);
  // The one of the last visit, while that is offered.
  offered = $state.raw<SavedNetwork | null>(null);

  private timer: ReturnType<typeof setTimeout> | undefined;
  private loading: Promise<void> | null = null;

  constructor(private readonly session: BayesSession) {
    // The last moment there is, also of a phone.
    globalThis.document?.addEventListener('visibilitychange', () => {
      if (globalThis.document.visibilityState === 'hidden') this.flush();
    });
  }

  load(): Promise<void> {
    return (this.loading ??= savedNetworks().then((list) => void (this.list = list)));
  }

  async offer() {
    await this.load();
    if (this.session.source.kind !== 'own') this.offered = this.list[0] ?? null;
  }

  // Another network is open.
  turnTo(id: string | null, link: string | null = null) {
    this.id = id;
    this.link = link;
    this.isLong = this.isLost = false;
    if (id !== null) this.offered = null;
  }

  // The network that is open has been changed.
  noteEdit() {
    this.id ??= crypto.randomUUID();
    this.offered = null;
    this.noteChange();
  }

  // What is known of it, or where its nodes are, has.
  noteChange() {
    if (this.id === null) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), saveDelay);
  }

  // A file has been opened.
  async noteFile(network: NetworkHandle) {
    const tables = [...network.variables.map(({ table }) => table), ...(network.potentials ?? []).map(({ values }) => values)];
    const cells = tables.reduce((sum, table) => sum + (table?.length ?? 0), 0);
    const isLarge = cells > mostCells;
    // The part of the core that writes may not be loadable now.
    const packed = isLarge ? null : await network.write('json').then(pack).catch(() => null);
    if (network !== this.session.network || this.id !== null) return;
    this.link = packed !== null && packed.length <= longestLink ? packed : null;
    this.isLong = isLarge || (packed !== null && this.link === null);
  }

  // Saves at once what is still to be saved.
  flush() {
    if (this.timer !== undefined) void this.save();
  }

  private async save() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { id, session } = this;
    const document = session.editing.document;
    if (id === null || !document || !session.network) return;
    const places = placesOf(session.network);
    const saved: SavedNetwork = { id, edited: Date.now(), document, places, address: session.known, link: this.link };
    // First without the link, which takes its time: the page may be about to close.
    const kept = await saveNetwork(saved);
    const packed = await pack(writeJson(document, places ?? undefined)).catch(() => null);
    const link = packed !== null && packed.length <= longestLink ? packed : null;
    await this.loading;
    const complete = { ...saved, link };
    if (link !== saved.link) await saveNetwork(complete);
    this.list = [complete, ...this.list.filter((each) => each.id !== id)];
    if (this.id !== id) return;
    this.link = link;
    this.isLong = packed !== null && link === null;
    this.isLost = !kept;
  }

  async open(id: string) {
    await this.load();
    const saved = this.list.find((each) => each.id === id);
    if (saved) await this.session.openSaved(saved);
  }

  async forget(id: string) {
    if (id === this.id) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.turnTo(null);
    }
    if (id === this.offered?.id) this.offered = null;
    this.list = this.list.filter((each) => each.id !== id);
    await forgetNetwork(id);
  }
}
