// The state of the Bayes view that all panels share: which network is open, what is known, what is
// asked, and the posteriors. What only one panel needs is that panel's Part.
import { bayesLab, expectedNetwork } from '../lib/engine';
import type { Knowledge, NetworkHandle, QueryAnswer, Variable } from '../lib/engine';
import { bytesOf, decodeText } from '../lib/files';
import { Latest } from '../lib/latest';
import { unpack } from '../lib/pack';
import { PageError, problemOf } from '../lib/problem';
import type { Problem } from '../lib/problem';
import { text } from '../lib/text';
import { Editing } from './edit/editing.svelte';
import { exampleNetwork, firstExample, isExample } from './examples';
import type { Opened, Posteriors } from './examples';
import { OwnNetworks } from './edit/own.svelte';
import type { SavedNetwork } from './edit/saved';
import { carryGraph, placeNodes } from './graph/graph.svelte';
import { noMarks } from './graph/marks';
import type { Marks } from './graph/marks';
import type { Point } from './graph/viewport';
import {
  addressOf,
  findingsOf,
  fixedState,
  knowledgeOf,
  nothingKnown,
  saysNothing,
  withFinding,
  withoutFinding,
} from './knowledge';
import type { Finding, Findings } from './knowledge';
import { firstPanel, isPanel } from './panels';
import type { NetworkDocument } from './model/document';
import { documentIn, placesIn, writeJson } from './model/json';
import type { Translation } from './model/translate';
import type { PanelId } from './panels';
import type { Part, Pick } from './part';

// An example of ours, a file of the reader's, or what was drawn here.
export type Source = { kind: 'example'; id: string } | { kind: 'file'; name: string } | { kind: 'own'; name: string };

const largestLink = 2 << 20; // bytes of a network in an address, inflated
// A finding is shown together with its posteriors when these come within so many milliseconds: then the
// page is drawn once. Otherwise it is shown alone first.
const patience = 30;
// After so many milliseconds without an answer the page says that it is computing.
const slow = 300;
const noConflict: readonly string[] = [];

// The text of a network, and its file name, which tells the format where the text does not.
export interface NetworkText {
  content: string;
  fileName: string;
  // Of a network of the reader's own: what is edited, asked for once the core has opened the text;
  // where it is kept; where its nodes are.
  own?: OwnText;
  // Of an example.
  opened?: Opened;
}

interface OwnText {
  document: () => NetworkDocument | null;
  id: string | null;
  link?: string;
  places: ReadonlyMap<string, Point> | null;
}

export class BayesSession {
  source = $state.raw<Source>({ kind: 'example', id: firstExample });
  network = $state.raw<NetworkHandle | null>(null);
  opening = $state(true);
  // Why the last file could not be opened; the network before it stays.
  openProblem = $state.raw<Problem | null>(null);
  // Opens that file after all, with its rows divided by their sums; null where that is no remedy.
  openNormalized = $state.raw<(() => Promise<void>) | null>(null);

  findings = $state.raw<Findings>(nothingKnown);
  answer = $state.raw<Posteriors | null>(null);
  // Impossible evidence, or another reason why there is no answer.
  queryProblem = $state.raw<Problem | null>(null);

  computing = $state(false);

  // Whether fractions are wanted beside the decimals; they come after these.
  exact = $state(false);
  fractions = $state.raw<QueryAnswer['exact'] | null>(null);
  fractionProblem = $state.raw<Problem | null>(null);

  readonly editing = new Editing(this);
  readonly own = new OwnNetworks(this);
  // Counts the networks that were opened; edits are no new ones.
  generation = $state(0);

  target = $state<string | null>(null);
  panel = $state<PanelId>(firstPanel);

  // While a hand still moves a likelihood, the panels, the fractions and the address wait.
  adjusting = $state(false);
  // Of impossible evidence, the variables of a minimal set of findings that cannot be together.
  conflict = $state.raw(noConflict);

  // What has been told last: on show as `findings` in a moment.
  private told: Findings = nothingKnown;
  // Whether the panels and the fractions are still to hear of it.
  private unheard = false;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  private followed = $state(false);

  private parts = $state.raw<ReadonlyMap<PanelId, Part>>(new Map());
  // The address that was followed last, for the parts that are made later.
  private wish = new URLSearchParams();
  private opened = 0;
  private readonly asking = new Latest();
  private reckoning: AbortController | null = null;

  readonly variables: readonly Variable[] = $derived(this.network?.variables ?? []);
  private readonly byName = $derived(new Map(this.variables.map((variable) => [variable.name, variable])));

  // A network may be structure alone: then it has steps of elimination, but no probabilities.
  readonly hasNumbers = $derived(this.isMarkov || this.variables.every(({ table }) => table !== null));

  readonly knowledge: Knowledge = $derived(knowledgeOf(this.findings, (name) => this.find(name)));

  // The address may follow the state: before, it still holds what is to be opened.
  get ready(): boolean {
    return this.followed && !this.adjusting;
  }

  // Without arrows there is nothing that an intervention could cut.
  get isMarkov(): boolean {
    return !!this.network?.potentials;
  }

  get impossible(): boolean {
    return this.queryProblem?.code === 'impossible-evidence';
  }

  find(name: string): Variable | undefined {
    return this.byName.get(name);
  }

  // ---- Opening -------------------------------------------------------------------------------

  async openExample(id: string, wish = new URLSearchParams()) {
    await this.open({ kind: 'example', id }, () => exampleNetwork(id), wish);
  }

  async openFile(file: File) {
    const read = async () => ({ content: decodeText(await bytesOf(file)), fileName: file.name });
    await this.open({ kind: 'file', name: file.name }, read);
  }

  // A network that the page itself has made, as text.
  async openText(name: string, network: NetworkText, wish = new URLSearchParams()) {
    await this.open({ kind: 'file', name }, async () => network, wish);
  }

  // A network that is to be edited.
  async openDocument(document: NetworkDocument) {
    const own = { document: () => document, id: null, places: null };
    const read = async () => ({ content: writeJson(document), fileName: 'network.json', own });
    await this.open({ kind: 'own', name: document.name }, read);
  }

  async openSaved({ id, document, address, places, link }: SavedNetwork, wish = new URLSearchParams(address)) {
    const own = { document: () => document, id, places, link: link ?? undefined };
    const read = async () => ({ content: writeJson(document), fileName: 'network.json', own });
    await this.open({ kind: 'own', name: document.name }, read, wish);
  }

  // A network that is in the address. What it holds comes from anywhere: the core judges it.
  private async openLink(link: string, wish: URLSearchParams) {
    await this.own.load();
    const saved = this.own.list.find((each) => each.link === link);
    if (saved) return this.openSaved(saved, wish);
    const read = async (): Promise<NetworkText> => {
      const content = await unpack(link, largestLink);
      if (content === null) throw new PageError(() => text.edit.brokenLink);
      const own = { document: () => documentIn(content), id: null, link, places: placesIn(content) };
      return { content, fileName: 'link.json', own };
    };
    await this.open({ kind: 'own', name: '' }, read, wish);
    if (!this.network) await this.openInstead();
  }

  private async openKept(id: string, wish: URLSearchParams) {
    await this.own.load();
    const saved = this.own.list.find((each) => each.id === id);
    if (saved) return this.openSaved(saved, wish);
    await this.openInstead();
    this.openProblem = problemOf(new PageError(() => text.edit.notHere), () => text.cannotOpen);
  }

  // The first example, so that there is something beside the problem.
  private async openInstead() {
    const problem = this.openProblem;
    await this.openExample(firstExample);
    this.openProblem = problem;
  }

  private async open(source: Source, reading: () => Promise<NetworkText>, wish = new URLSearchParams(), normalize = false) {
    const turn = ++this.opened;
    this.opening = true;
    this.openProblem = this.openNormalized = null;
    try {
      const lab = bayesLab();
      lab.catch(() => {}); // told of below
      const read = await reading();
      const coming = lab.then((core) => core.openNetwork(read.content, read.fileName, { normalize }));
      const network = read.opened ? expectedNetwork(read.opened, coming) : await coming;
      if (turn === this.opened) this.adopt(network, source, wish, read);
      else void network.dispose();
      await coming;
    } catch (error) {
      if (turn !== this.opened) return;
      this.openProblem = problemOf(error, () => text.cannotOpen);
      const canNormalize = source.kind === 'file' && (error as { remedy?: string } | null)?.remedy === 'normalize';
      if (canNormalize) this.openNormalized = () => this.open(source, reading, wish, true);
    } finally {
      if (turn === this.opened) this.opening = false;
    }
  }

  private adopt(network: NetworkHandle, source: Source, wish: URLSearchParams, { own, opened }: NetworkText) {
    this.own.flush();
    void this.network?.dispose();
    this.network = network;
    this.generation += 1;
    this.editing.reset(own?.document() ?? null);
    this.own.turnTo(own?.id ?? null, own?.link);
    if (own?.places) placeNodes(network, own.places);
    this.source = own ? { kind: 'own', name: network.name } : source;
    this.begin(findingsOf(wish, (name) => this.find(name)));
    this.target = this.knownTarget(wish.get('target'));
    this.answer = this.findings.size === 0 ? (opened?.answer ?? null) : null;
    this.setQueryProblem(null);
    this.adjusting = false;
    this.exact = wish.has('exact');
    this.wish = wish;
    for (const part of this.parts.values()) part.follow(wish);
    void this.reckon();
    void this.ask();
    if (!own && source.kind === 'file') void this.own.noteFile(network);
    void Promise.resolve(this.partInView?.update('network')).then(() => (this.followed = true));
  }

  // The network as it is after an edit.
  exchange(network: NetworkHandle, translation: Translation, centres: ReadonlyMap<string, Point>) {
    const before = this.network!;
    carryGraph(before, network, translation.names, centres);
    void before.dispose();
    this.network = network;
    this.source = { kind: 'own', name: network.name };
    this.begin(translation.findings(this.told));
    this.target = (this.target === null ? null : translation.name(this.target)) ?? this.knownTarget(null);
    // Until there is a new answer the old one stays on show.
    if (!this.hasNumbers) this.answer = null;
    void this.reckon();
    void this.ask();
    void this.partInView?.update('network');
  }

  // Without a wish, the last variable that is not observed and has parents: usually a finding.
  private knownTarget(wished: string | null): string | null {
    if (wished !== null && this.find(wished)) return wished;
    const open = this.variables.filter(({ name }) => this.isOpen(name));
    return (open.findLast(({ parents }) => parents.length > 0) ?? open.at(-1))?.name ?? null;
  }

  setTarget(name: string) {
    this.target = name;
    void this.partInView?.update('target');
  }

  // ---- What is known -------------------------------------------------------------------------

  finding(name: string): Finding | undefined {
    return this.findings.get(name);
  }

  // The state of a variable that is certain: observed, or set.
  fixed(name: string): string | undefined {
    return fixedState(this.findings.get(name));
  }

  // Whether there is something to ask about a variable.
  isOpen(name: string): boolean {
    return this.fixed(name) === undefined;
  }

  // Observes a state, or clears it when it is observed.
  toggle(name: string, state: string) {
    const finding = this.told.get(name);
    if (finding?.kind === 'observed' && finding.state === state) this.clear(name);
    else this.learn({ kind: 'observed', name, state });
  }

  learn(finding: Finding) {
    this.setFindings(withFinding(this.told, finding));
  }

  // A finding on its way: the posteriors follow, the rest when it is settled.
  adjust(finding: Finding) {
    this.adjusting = true;
    this.dropFractions();
    this.tell(withFinding(this.told, finding));
  }

  settle() {
    if (!this.adjusting) return;
    this.adjusting = false;
    const telling = [...this.told].filter(([, finding]) => !saysNothing(finding));
    this.setFindings(new Map(telling));
  }

  // What was known of a variable before it was adjusted.
  restore(name: string, finding: Finding | undefined) {
    this.adjusting = false;
    if (finding) this.learn(finding);
    else this.clear(name);
  }

  clear(name: string) {
    this.setFindings(withoutFinding(this.told, name));
  }

  clearAll() {
    this.setFindings(nothingKnown);
  }

  private setFindings(findings: Findings) {
    this.unheard = true;
    this.own.noteChange();
    this.tell(findings);
  }

  // Of a network that has just been opened or edited.
  private begin(findings: Findings) {
    clearTimeout(this.waiting);
    this.unheard = false;
    this.told = this.findings = findings;
  }

  private tell(findings: Findings) {
    this.told = findings;
    if (!this.hasNumbers) return this.showFindings(findings);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.showFindings(this.told), patience);
    void this.ask();
  }

  private showFindings(findings: Findings) {
    this.findings = findings;
    if (findings !== this.told) return;
    clearTimeout(this.waiting);
    if (!this.unheard) return;
    this.unheard = false;
    void this.reckon();
    void this.partInView?.update('knowledge');
  }

  posterior(name: string, state: string): number | undefined {
    if (this.queryProblem) return undefined;
    const fixed = this.fixed(name);
    if (fixed !== undefined) return fixed === state ? 1 : 0;
    return this.answer?.posteriors[name]?.[state];
  }

  // One question at a time: while it is answered only the newest waits.
  private async ask() {
    if (this.hasNumbers) await this.asking.run(() => this.query());
  }

  private async query() {
    const { network, told } = this;
    const timer = setTimeout(() => (this.computing = true), slow);
    try {
      const answer = await network!.query(knowledgeOf(told, (name) => this.find(name)));
      if (network !== this.network) return;
      this.answer = answer;
      this.setQueryProblem(null);
    } catch (error) {
      if (network !== this.network || this.asking.isBehind) return;
      this.setQueryProblem(error);
    } finally {
      clearTimeout(timer);
      this.computing = false;
    }
    this.showFindings(told);
  }

  private setQueryProblem(error: unknown) {
    this.queryProblem = error === null ? null : problemOfQuery(error);
    this.conflict = (error as { conflict?: readonly string[] } | null)?.conflict ?? noConflict;
  }

  // ---- Fractions -----------------------------------------------------------------------------

  setExact(exact: boolean) {
    this.exact = exact;
    void this.reckon();
    void this.partInView?.update('exact');
  }

  // The probability of a state as a fraction, where fractions are wanted and known.
  fraction(name: string, state: string): string | undefined {
    if (!this.exact || this.queryProblem) return undefined;
    const fixed = this.fixed(name);
    if (fixed !== undefined) return fixed === state ? '1' : '0';
    return this.fractions?.posteriors?.[name]?.[state];
  }

  // Whether fractions are being computed.
  get reckons(): boolean {
    return this.exact && this.hasNumbers && !this.fractions && !this.fractionProblem && !this.queryProblem;
  }

  // Fractions of a large network take their time: the next question stops the one before.
  private async reckon() {
    this.dropFractions();
    if (!this.exact || !this.hasNumbers || !this.network) return;
    const { signal } = (this.reckoning = new AbortController());
    try {
      const answer = await this.network.query({ ...this.knowledge, exact: true }, signal);
      if (!signal.aborted) this.fractions = answer.exact ?? null;
    } catch (error) {
      if (!signal.aborted) this.fractionProblem = problemOf(error, () => text.noFractions);
    }
  }

  private dropFractions() {
    this.reckoning?.abort();
    this.fractions = null;
    this.fractionProblem = null;
  }

  // ---- Panels --------------------------------------------------------------------------------

  show(panel: PanelId) {
    if (panel === this.panel) return;
    this.panel = panel;
    void this.partInView?.update('shown');
  }

  // The part of a panel, made at the first call, by the panel itself.
  part<Made extends Part>(id: PanelId, make: (session: BayesSession) => Made): Made {
    const made = this.parts.get(id);
    return made ? (made as Made) : this.addPart(id, make);
  }

  // In a root of its own: what it derives outlives the component that asks first.
  private addPart<Made extends Part>(id: PanelId, make: (session: BayesSession) => Made): Made {
    let part: Made;
    $effect.root(() => void (part = make(this)));
    this.parts = new Map(this.parts).set(id, part!);
    if (this.network) {
      part!.follow(this.wish);
      void part!.update('network');
    }
    return part!;
  }

  private get partInView(): Part | undefined {
    return this.parts.get(this.panel);
  }

  // What the panels have on show, as questions of a sheet.
  get questions(): string[] {
    return [...this.parts.values()].flatMap(({ questions }) => questions ?? []);
  }

  get marks(): Marks {
    return this.partInView?.marks ?? noMarks;
  }

  get pick(): Pick | null {
    return this.partInView?.pick ?? null;
  }

  // ---- Deep links ----------------------------------------------------------------------------

  // What is known and asked, as a part of the address.
  get known(): string {
    const parameters = new URLSearchParams(addressOf(this.findings));
    if (this.target !== null) parameters.set('target', this.target);
    return parameters.toString();
  }

  // The state as address parameters: net, what is known, target, panel, and the shares of the parts.
  get address(): URLSearchParams {
    const parameters = new URLSearchParams();
    if (this.source.kind === 'example') parameters.set('net', this.source.id);
    else if (this.own.link !== null) parameters.set('netz', this.own.link);
    else if (this.own.id !== null) parameters.set('own', this.own.id);
    for (const [key, value] of addressOf(this.findings)) parameters.append(key, value);
    if (this.exact) parameters.set('exact', '1');
    if (this.target !== null) parameters.set('target', this.target);
    if (this.panel !== firstPanel) parameters.set('panel', this.panel);
    for (const part of this.parts.values())
      for (const [key, value] of part.address) parameters.append(key, value);
    return parameters;
  }

  async openAddress(parameters: URLSearchParams) {
    const [link, own] = [parameters.get('netz'), parameters.get('own')];
    const id = parameters.get('net') ?? firstExample;
    const panel = parameters.get('panel') ?? '';
    this.panel = isPanel(panel) ? panel : firstPanel;
    if (link !== null) await this.openLink(link, parameters);
    else if (own !== null) await this.openKept(own, parameters);
    else await this.openExample(isExample(id) ? id : firstExample, parameters);
    // A page that was opened without a wish goes on where the last one ended.
    if (parameters.size === 0) await this.own.offer();
    else await this.own.load();
  }
}

function problemOfQuery(error: unknown): Problem {
  return problemOf(error, (code) => (code === 'impossible-evidence' ? text.impossible : text.cannotCompute));
}
