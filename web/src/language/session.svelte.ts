// The state of the language view: which model is open, how to sample from it, and what it wrote.
// Components read it and call its methods; only it talks to the worker.
import { languageLab } from '../lib/engine';
import type { GeneratedToken, ModelHandle, NamedBytes } from '../lib/engine';
import { bytesOf } from '../lib/files';
import { painter } from '../lib/painter';
import { PageError, problemOf } from '../lib/problem';
import type { Problem } from '../lib/problem';
import { text } from '../lib/text';
import { LazySession } from '../shell/lazy.svelte';

export const panelIds = ['write', 'train'] as const;
export type PanelId = (typeof panelIds)[number];

const checkpointFiles = ['config.json', 'tokenizer.json', 'model.safetensors'];
const bundledFolder = './models/moby-dick';

export interface Sampling {
  temperature: number;
  topK: number; // 0: no limit
  topP: number; // 1: no limit
  maxTokens: number;
  seed: number;
}

const defaults: Sampling = { temperature: 0.8, topK: 0, topP: 0.95, maxTokens: 400, seed: 42 };
const defaultPrompt = 'Call me Ishmael.';

export class LanguageSession {
  panel = $state<PanelId>('write');
  readonly train = new LazySession(() => import('./train/view'));

  model = $state.raw<ModelHandle | null>(null);
  // What the model is called, in the language of the page.
  private name = $state.raw<() => string>(() => text.ownModel);
  opening = $state(false);
  // The bundled model was looked for and is not there.
  absent = $state(false);
  openProblem = $state.raw<Problem | null>(null);

  prompt = $state(defaultPrompt);
  sampling = $state<Sampling>({ ...defaults });

  // What the last run was asked and what it gave.
  promptShown = $state('');
  tokens = $state.raw<GeneratedToken[]>([]);
  writing = $state(false);
  seconds = $state(0);
  cancelled = $state(false);
  problem = $state.raw<Problem | null>(null);
  selected = $state<number | null>(null);

  private started = $state(false);
  private opened = 0;
  private stopper: AbortController | null = null;
  private arrived: GeneratedToken[] = [];

  get modelName(): string {
    return this.name();
  }

  get speed(): number {
    return this.seconds > 0 ? this.tokens.length / this.seconds : 0;
  }

  get selectedToken(): GeneratedToken | null {
    return this.selected === null ? null : (this.tokens[this.selected] ?? null);
  }

  // ---- Opening -------------------------------------------------------------------------------

  async openBundled() {
    await this.open(() => text.bundledModel, async () => {
      const parts = await Promise.all(checkpointFiles.map(fetchPart));
      this.absent = parts.some((part) => part === null);
      return this.absent ? null : (parts as NamedBytes[]);
    });
  }

  // The files of a checkpoint, in any company: a folder may hold more than is needed.
  async openFiles(files: File[]) {
    const folder = folderOf(files);
    await this.open(() => folder ?? text.ownModel, async () => {
      const chosen = files.filter(({ name }) => checkpointFiles.includes(name));
      const missing = checkpointFiles.filter((name) => !chosen.some((file) => file.name === name));
      if (missing.length > 0) throw new PageError(() => text.missingFiles(missing));
      return Promise.all(
        chosen.map(async (file) => ({ name: file.name, bytes: await bytesOf(file) })),
      );
    });
  }

  // A model that was trained here, with a prompt of its text.
  async openTrained(files: NamedBytes[], name: () => string, prompt: string) {
    this.prompt = prompt;
    await this.open(name, async () => files);
  }

  private async open(name: () => string, read: () => Promise<NamedBytes[] | null>) {
    const turn = ++this.opened;
    this.panel = 'write';
    this.started = true;
    this.stop();
    this.opening = true;
    this.openProblem = null;
    try {
      const [files, lab] = await Promise.all([read(), languageLab()]);
      if (files === null) return;
      const model = await lab.openModel(files);
      if (turn === this.opened) this.adopt(model, name);
      else void model.dispose();
    } catch (error) {
      if (turn === this.opened) this.openProblem = problemOf(error, () => text.cannotOpen);
    } finally {
      if (turn === this.opened) this.opening = false;
    }
  }

  private adopt(model: ModelHandle, name: () => string) {
    void this.model?.dispose();
    this.model = model;
    this.name = name;
    this.absent = false;
    this.tokens = [];
    this.promptShown = '';
    this.selected = null;
    this.problem = null;
  }

  // ---- Writing -------------------------------------------------------------------------------

  async generate() {
    if (!this.model || this.writing) return;
    const stopper = new AbortController();
    this.stopper = stopper;
    this.begin();
    const started = performance.now();
    const paint = painter(() => this.show(started));
    try {
      const request = { prompt: this.prompt, ...this.sampling, seed: wholeNumber(this.sampling.seed) };
      const result = await this.model.generate(
        request,
        (token) => {
          this.arrived.push(token);
          paint();
        },
        stopper.signal,
      );
      this.cancelled = result.finish === 'cancelled';
    } catch (error) {
      this.problem = problemOf(error, () => text.cannotWrite);
    } finally {
      this.show(started);
      this.writing = false;
    }
  }

  private begin() {
    this.arrived = [];
    this.tokens = [];
    this.promptShown = this.prompt;
    this.selected = null;
    this.problem = null;
    this.cancelled = false;
    this.seconds = 0;
    this.writing = true;
  }

  private show(started: number) {
    if (!this.writing) return;
    this.seconds = (performance.now() - started) / 1000;
    this.tokens = [...this.arrived];
  }

  stop() {
    this.stopper?.abort();
  }

  newSeed() {
    this.sampling.seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  }

  // ---- Deep links ----------------------------------------------------------------------------

  get ready(): boolean {
    return this.panel === 'train' ? this.train.ready : this.started;
  }

  // panel=train and what is trained; else prompt, t, k, p, n, seed. What differs from the defaults.
  get address(): URLSearchParams {
    if (this.panel === 'train') return new URLSearchParams([['panel', 'train'], ...this.train.address]);
    const parameters = new URLSearchParams();
    if (this.prompt !== defaultPrompt) parameters.set('prompt', this.prompt);
    for (const [key, name] of shortNames)
      if (this.sampling[name] !== defaults[name]) parameters.set(key, String(this.sampling[name]));
    return parameters;
  }

  async openAddress(parameters: URLSearchParams) {
    this.panel = parameters.get('panel') === 'train' ? 'train' : 'write';
    if (this.panel === 'train') return this.train.openAddress(parameters);
    this.prompt = parameters.get('prompt') ?? defaultPrompt;
    this.sampling = samplingOf(parameters);
    await this.start();
  }

  showPanel(panel: PanelId) {
    this.panel = panel;
    if (panel === 'write') void this.start();
    else if (!this.train.ready) void this.train.openAddress(new URLSearchParams());
  }

  // When the panel is first shown.
  private async start() {
    if (!this.model && !this.opening) await this.openBundled();
  }
}

const shortNames: [string, keyof Sampling][] = [
  ['t', 'temperature'],
  ['k', 'topK'],
  ['p', 'topP'],
  ['n', 'maxTokens'],
  ['seed', 'seed'],
];

function samplingOf(parameters: URLSearchParams): Sampling {
  const sampling = { ...defaults };
  for (const [key, name] of shortNames) {
    const given = parameters.get(key);
    if (given !== null && given !== '' && Number(given) >= 0) sampling[name] = Number(given);
  }
  return sampling;
}

// What a number field holds while it is being edited may be nothing, or have a fraction.
function wholeNumber(value: number | null): number {
  return Math.max(0, Math.trunc(value ?? 0));
}

async function fetchPart(name: string): Promise<NamedBytes | null> {
  const response = await fetch(`${bundledFolder}/${name}`);
  // Some hosts answer with a page where a file is missing.
  if (!response.ok || response.headers.get('content-type')?.includes('text/html')) return null;
  return { name, bytes: new Uint8Array(await response.arrayBuffer()) };
}

// The folder a checkpoint came from, where the browser tells it.
function folderOf(files: File[]): string | null {
  const path = files[0]?.webkitRelativePath ?? '';
  return path.split('/')[0] || null;
}
