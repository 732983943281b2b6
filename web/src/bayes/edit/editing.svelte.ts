// The editing of the network that is open. Each edit makes a new document, which the core opens, so
// that posteriors follow; what is known and where nodes are stays as far as it has a meaning.
import { bayesLab } from '../../lib/engine';
import type { NetworkHandle, Variable } from '../../lib/engine';
import { problemOf } from '../../lib/problem';
import type { Problem } from '../../lib/problem';
import { text } from '../../lib/text';
import { centresOf, reveal, tidyUnlessMoved } from '../graph/graph.svelte';
import type { Point } from '../graph/viewport';
import {
  addParent,
  addVariable,
  emptyDocument,
  freeName,
  removeParent,
  removeVariable,
  wrongRows,
} from '../model/document';
import type { Edited, EditVariable, NetworkDocument } from '../model/document';
import { begun, changed, redone, undone } from '../model/history';
import type { History } from '../model/history';
import { documentOf, readJson, writeJson } from '../model/json';
import { Refusal } from '../model/refusal';
import type { Reason } from '../model/refusal';
import { Translation } from '../model/translate';
import type { BayesSession } from '../session.svelte';

export interface Arrow {
  from: string;
  to: string;
}

export class Editing {
  active = $state(false);
  private history = $state.raw<History<NetworkDocument> | null>(null);
  // Why the last edit was not made.
  refusal = $state.raw<Reason | null>(null);
  problem = $state.raw<Problem | null>(null);
  // What has been done, for those who do not see it.
  said = $state.raw<(() => string) | null>(null);
  // The arrow that is selected.
  arrow = $state.raw<Arrow | null>(null);
  // The node of which the list of possible children is open.
  connecting = $state<string | null>(null);
  // The arrow that is being drawn: from a node to a point, over a node or not.
  pull = $state.raw<{ from: string; to: Point; over: string | null } | null>(null);
  // Asks the panel to take the focus to the name, when it is there.
  nameWanted = $state(0);
  // Counts the nodes that were added and are there.
  placed = $state(0);

  // What the graph shows, and what was last sent to the core.
  private shown: NetworkDocument | null = null;
  private sent = '';
  private sending = false;
  private stale = false;
  private turn = 0;
  // Whether the network was begun here and all of its nodes were put where there was room: then each
  // arrow lays it out again, as long as nobody moves a node.
  private arranges = false;
  // Where nodes were or are wanted, by the numbers of their variables.
  private readonly centres = new Map<number, Point>();

  readonly document = $derived(this.history?.present ?? null);
  readonly canUndo = $derived((this.history?.past.length ?? 0) > 0);
  readonly canRedo = $derived((this.history?.future.length ?? 0) > 0);
  // Rows whose sum is not 1, of all tables.
  readonly unfinished = $derived(
    (this.document?.variables ?? []).flatMap((variable) => wrongRows(variable).map((row) => ({ variable, row }))),
  );

  constructor(private readonly session: BayesSession) {}

  // ---- Begin and end -------------------------------------------------------------------------

  // Another network is open: `document` is what it was made of, if it was made here.
  reset(document: NetworkDocument | null = null) {
    this.turn += 1;
    this.history = document && begun(document);
    this.shown = document;
    this.sent = document ? writeJson(document) : '';
    this.active = this.arranges = false;
    this.refusal = this.problem = this.said = this.arrow = this.connecting = this.pull = null;
    this.centres.clear();
  }

  async begin() {
    const { network } = this.session;
    if (!network) return;
    const { turn } = this;
    const document = this.document ?? (await this.documentOf(network));
    if (turn !== this.turn) return;
    if (document instanceof Refusal) return this.refuse(document.reason);
    if (!this.document) {
      this.shown = document;
      this.history = begun(document);
    }
    this.refusal = null;
    this.active = true;
    this.session.show('tables');
  }

  end() {
    this.active = false;
    this.arrow = this.connecting = this.pull = this.refusal = null;
  }

  // As it was written, fractions included; the part of the core that writes may not be loadable now.
  private async documentOf(network: NetworkHandle): Promise<NetworkDocument | Refusal> {
    try {
      return readJson(await network.write('json'));
    } catch {
      return documentOf(network.name, network.variables);
    }
  }

  async openNew() {
    await this.session.openDocument(emptyDocument(text.edit.newName));
    this.arranges = true;
    await this.begin();
  }

  // ---- Edits ---------------------------------------------------------------------------------

  // Takes an edit, or says why not; tells whether it was taken.
  apply(edited: Edited, said?: () => string): boolean {
    if (edited instanceof Refusal) {
      this.refuse(edited.reason);
      return false;
    }
    this.refusal = null;
    if (!this.history || edited === this.document) return true;
    this.history = changed(this.history, edited);
    this.said = said ?? null;
    this.follow();
    return true;
  }

  refuse(reason: Reason) {
    this.refusal = reason;
    this.said = null;
  }

  undo() {
    if (!this.canUndo) return;
    this.history = undone(this.history!);
    this.said = () => text.edit.undone;
    this.follow();
  }

  redo() {
    if (!this.canRedo) return;
    this.history = redone(this.history!);
    this.said = () => text.edit.redone;
    this.follow();
  }

  addNode(centre?: Point) {
    const { document } = this;
    if (!document) return;
    const name = freeName(document);
    if (centre) this.arranges = false;
    const edited = addVariable(document, name, [...text.edit.newStates]);
    if (!(edited instanceof Refusal) && centre) this.centres.set(edited.variables.at(-1)!.id, centre);
    if (this.apply(edited, () => text.edit.added(name))) this.wanted = name;
  }

  // A node to be asked about as soon as it is there.
  private wanted: string | null = null;

  connect(from: string, to: string) {
    this.connecting = null;
    if (!this.document) return;
    this.apply(addParent(this.document, to, from), () => text.edit.connected(from, to));
  }

  // The arrow that is selected, else the variable that is asked about.
  removeSelected() {
    if (this.arrow) this.disconnect(this.arrow);
    else if (this.session.target !== null) this.removeNode(this.session.target);
  }

  disconnect({ from, to }: Arrow) {
    if (this.document) this.apply(removeParent(this.document, to, from), () => text.edit.disconnected(from, to));
    this.arrow = null;
  }

  removeNode(name: string) {
    if (this.document) this.apply(removeVariable(this.document, name), () => text.edit.removed(name));
  }

  // Asks about a variable, with the focus in the field of its name.
  wantName(name: string) {
    this.session.setTarget(name);
    this.session.show('tables');
    this.nameWanted += 1;
  }

  noteMoved() {
    if (this.active) this.session.own.noteChange();
  }

  find(name: string): EditVariable | undefined {
    return this.document?.variables.find((variable) => variable.name === name);
  }

  // ---- The core follows ----------------------------------------------------------------------

  private follow() {
    this.arrow = null;
    // It is the reader's own from here on, and kept at once: also what the core does not get to see.
    this.session.source = { kind: 'own', name: this.document!.name };
    this.session.own.noteEdit();
    if (this.sending) this.stale = true;
    else void this.send();
  }

  // One document at a time; while it is opened, only the newest waits.
  private async send() {
    this.sending = true;
    try {
      do {
        this.stale = false;
        await this.sendNow();
      } while (this.stale);
    } finally {
      this.sending = false;
    }
  }

  private async sendNow() {
    const { document, turn } = this;
    if (!document) return;
    const json = writeJson(document);
    if (json === this.sent) {
      this.shown = document;
      return;
    }
    try {
      const network = await (await bayesLab()).openNetwork(json, 'network.json');
      if (turn !== this.turn) return void network.dispose();
      this.exchange(network, document);
      this.sent = json;
      this.problem = null;
    } catch (error) {
      if (turn === this.turn) this.problem = problemOf(error, () => text.cannotOpen);
    }
  }

  private exchange(network: NetworkHandle, document: NetworkDocument) {
    const before = this.shown ?? document;
    this.rememberCentres(before);
    const wanted = new Map<string, Point>();
    for (const { id, name } of document.variables) {
      const centre = this.centres.get(id);
      if (centre) wanted.set(name, centre);
    }
    this.shown = document;
    this.session.exchange(network, new Translation(before, document), wanted);
    if (this.arranges && arrowCount(document) > arrowCount(before)) tidyUnlessMoved(network);
    if (this.wanted !== null && this.session.find(this.wanted)) {
      this.session.setTarget(this.wanted);
      reveal(network, this.wanted);
      this.placed += 1;
      this.wanted = null;
    }
  }

  // So that a node which comes back by undoing is where it was.
  private rememberCentres(document: NetworkDocument) {
    const places = this.session.network ? centresOf(this.session.network) : new Map<string, Point>();
    for (const { id, name } of document.variables) {
      const place = places.get(name);
      if (place) this.centres.set(id, place);
    }
  }
}

function arrowCount({ variables }: NetworkDocument): number {
  return variables.reduce((sum, { parents }) => sum + parents.length, 0);
}

// A variable of a network that is not edited, for the grid.
export function readOnly({ name, states, parents, table }: Variable): EditVariable {
  return { id: 0, name, states, parents, table };
}
