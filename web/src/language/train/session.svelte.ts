// The state of the training of a model: the text, the settings, the run and what it has reported. Components
// read it and call its methods; only it talks to the worker.
import { download } from '../../lib/download';
import type { ModelTrainerHandle, NamedBytes, TrainDigest, TrainedModel, TrainEvent, TrainSettings } from '../../lib/engine';
import { painter } from '../../lib/painter';
import { PageError, problemOf } from '../../lib/problem';
import type { Problem } from '../../lib/problem';
import { text as words } from '../../lib/text';
import { trainText } from '../../lib/text/train';
import { trainingLab } from '../../lib/training-engine';
import { zip } from '../../lib/zip';
import { isTraining, sorted } from './checkpoint';
import type { Checkpoint } from './checkpoint';
import { Corpus } from './corpus.svelte';
import { TrainLog } from './log.svelte';
import { changesOf, fieldIn, fields, readWish, settingsOf, sizes, usualWish, valuesOf, writeWish } from './settings';
import type { FieldName, SizeName, Wish } from './settings';

const patience = 300; // milliseconds from a change of the settings until the core is asked
const rest = 100; // milliseconds between drawings
const sample = { maxTokens: 160, temperature: 0.8, topK: 0, seed: 42 };
const longestPrompt = 12;

// A training that the core has opened.
export interface Opened {
  wish: string;
  trainer: ModelTrainerHandle;
  info: TrainedModel; // as it was opened
  prompt: string; // of the samples
}

export interface Refusal {
  problem: Problem;
  field: FieldName | null;
}

export interface Sample {
  step: number;
  prompt: string;
  text: string;
}

export class TrainSession {
  readonly corpus = new Corpus(() => this.prepare());
  readonly log = new TrainLog();

  wish = $state<Wish>(usualWish());
  checkpoint = $state.raw<Checkpoint | null>(null);
  openProblem = $state.raw<Problem | null>(null);

  // What would begin, opened ahead: so its size is known, or why it cannot be.
  next = $state.raw<Opened | null>(null);
  refusal = $state.raw<Refusal | null>(null);

  run = $state.raw<Opened | null>(null);
  phase = $state<'idle' | 'running' | 'paused' | 'done'>('idle');
  isStopping = $state(false);
  step = $state(0);
  samples = $state.raw<readonly Sample[]>([]);
  digest = $state.raw<TrainDigest | null>(null);
  problem = $state.raw<Problem | null>(null);

  ready = $state(false);
  private checkpoints = $state(0); // how many have been opened
  private timer: ReturnType<typeof setTimeout> | undefined;
  private opening: Promise<void> = Promise.resolve();
  private stopper: AbortController | null = null;
  private readonly paint = painter(() => (this.log.version += 1), rest);

  get isRunning(): boolean {
    return this.phase === 'running';
  }

  // The last step of the run, or of what would begin.
  get lastStep(): number {
    return Number((this.run ?? this.next)?.trainer.settings.max_iters ?? this.wish.values.max_iters ?? 0);
  }

  // Text or settings are not those of the run.
  get isStale(): boolean {
    return this.run !== null && this.run.wish !== this.key;
  }

  private get key(): string {
    return JSON.stringify([this.checkpoint ? this.checkpoints : this.wish.preset, this.corpus.version, this.wish.values]);
  }

  // ---- What to train -------------------------------------------------------------------------

  setSize(size: SizeName) {
    const { seed } = this.wish.values;
    this.wish.values = { ...sizes[size], seed };
    this.prepare();
  }

  // Asks the core, when the settings have rested for a moment, what a training by them would be.
  prepare() {
    clearTimeout(this.timer);
    if (this.ready) this.timer = setTimeout(() => void this.openNext(), patience);
  }

  // One after another. `anew`: even what the run was begun with.
  private openNext(anew = false): Promise<void> {
    clearTimeout(this.timer);
    return (this.opening = this.opening.then(() => this.open(anew)));
  }

  private async open(anew: boolean) {
    if (this.next?.wish === this.key) return;
    if (this.run && !this.isStale && !anew) return this.forget();
    try {
      const next = await this.opened();
      await this.forget();
      this.next = next;
    } catch (error) {
      await this.forget();
      this.refusal = this.refusalOf(error);
    }
  }

  private async forget() {
    this.refusal = null;
    const { next } = this;
    this.next = null;
    await next?.trainer.dispose().catch(() => undefined);
  }

  private async opened(): Promise<Opened> {
    const { checkpoint, corpus } = this;
    let wish = this.key;
    const prompt = this.promptOfText();
    const lab = await trainingLab();
    const trainer = checkpoint
      ? await lab.resume({ files: checkpoint.files, text: corpus.content, settings: this.changes(checkpoint) })
      : await lab.trainer(corpus.content, settingsOf(this.wholeWish()));
    if (checkpoint && !checkpoint.settings && checkpoint === this.checkpoint) {
      this.checkpoint = { files: checkpoint.files, settings: trainer.settings };
      this.wish = { preset: String(trainer.settings.preset), values: valuesOf(trainer.settings) };
      wish = this.key;
    }
    return { wish, trainer, info: await trainer.info(), prompt };
  }

  private changes({ settings }: Checkpoint): TrainSettings {
    return settings ? changesOf(this.wholeWish().values, valuesOf(settings)) : {};
  }

  private wholeWish(): Wish {
    const wish = $state.snapshot(this.wish);
    const empty = fields.find(({ name }) => wish.values[name] === null);
    if (empty) throw new PageError(() => trainText.emptyField(empty.name));
    return wish;
  }

  private refusalOf(error: unknown): Refusal {
    const title = () => (this.checkpoint ? trainText.cannotResume : trainText.cannotBegin);
    const problem = problemOf(error, title);
    return { problem, field: fieldIn(problem.message) };
  }

  // The first word of the text, with a blank or line end behind it: each character is in the vocabulary.
  private promptOfText(): string {
    const start = this.corpus.text.slice(0, 1000);
    return [...(/[\p{L}\p{N}]\S*\s?/u.exec(start)?.[0] ?? start)].slice(0, longestPrompt).join('');
  }

  takes(files: readonly File[]): boolean {
    return isTraining(files);
  }

  // A text, or a checkpoint to go on from with the text it has learned from.
  async openFiles(files: File[]) {
    if (this.isRunning) return;
    this.openProblem = null;
    try {
      const { checkpoint, texts } = await sorted(files);
      if (checkpoint) this.adopt(checkpoint);
      if (texts.length > 0) await this.corpus.openFiles(texts);
    } catch (error) {
      this.openProblem = problemOf(error, () => words.cannotOpen);
    }
  }

  private adopt(files: NamedBytes[]) {
    this.checkpoint = { files, settings: null };
    this.checkpoints += 1;
    this.prepare();
  }

  // Goes back from a checkpoint to settings of one's own.
  leaveCheckpoint() {
    this.checkpoint = null;
    if (!this.isKnownWish) this.wish = usualWish();
    this.prepare();
  }

  private get isKnownWish(): boolean {
    return fields.every(({ name, least, most }) => {
      const value = this.wish.values[name];
      return value !== null && value >= least && value <= most;
    });
  }

  // ---- Work ----------------------------------------------------------------------------------

  // From the first step, or from the checkpoint.
  async begin() {
    if (this.isRunning) return;
    await this.openNext(true);
    const { next } = this;
    if (!next || this.isRunning) return;
    const { run } = this;
    this.run = next;
    this.next = null;
    this.samples = [];
    this.step = next.info.step;
    this.log.clear(next.info.tokens);
    void run?.trainer.dispose().catch(() => undefined);
    await this.train();
  }

  async goOn() {
    if (this.phase === 'paused') await this.train();
  }

  // Pausing leaves the step at hand to be finished.
  pause() {
    this.isStopping = true;
    this.stopper?.abort();
  }

  // Ends the training here, with an evaluation.
  async finish() {
    if (!this.run || this.phase === 'idle' || this.phase === 'done') return;
    this.isStopping = true;
    await this.run.trainer.finish();
    if (this.phase === 'paused') await this.train();
  }

  private async train() {
    const stopper = new AbortController();
    this.stopper = stopper;
    this.phase = 'running';
    this.problem = null;
    this.digest = null;
    try {
      const isDone = await this.work(stopper.signal);
      this.digest = await this.run!.trainer.digest();
      this.phase = isDone ? 'done' : 'paused';
    } catch (error) {
      this.problem = problemOf(error, () => trainText.cannotGoOn);
      this.phase = 'paused';
    } finally {
      this.isStopping = false;
      this.log.version += 1;
    }
  }

  // Steps up to each evaluation, before which the weights write a sample. True when all steps are done.
  private async work(signal: AbortSignal): Promise<boolean> {
    const { trainer } = this.run!;
    const every = Number(trainer.settings.eval_interval);
    for (;;) {
      if (this.samples.length === 0 || this.step % every === 0) await this.draw(signal);
      if (signal.aborted) return false;
      const until = (Math.floor(this.step / every) + 1) * every;
      this.log.resume(performance.now());
      const last = await trainer.run(until, (event) => this.note(event), signal);
      if (last.event !== 'done') continue;
      await this.draw(signal);
      return true;
    }
  }

  private note(event: TrainEvent) {
    this.log.add(event, performance.now());
    this.step = event.step;
    this.paint();
  }

  // What the model writes at this step, once.
  private async draw(signal: AbortSignal) {
    const { step, run } = this;
    if (signal.aborted || this.samples.at(-1)?.step === step) return;
    const lab = await trainingLab();
    const model = await lab.openModel(await run!.trainer.save());
    try {
      const { text, finish } = await model.generate({ prompt: run!.prompt, ...sample }, undefined, signal);
      if (finish !== 'cancelled') this.samples = [...this.samples, { step, prompt: run!.prompt, text }];
    } finally {
      void model.dispose();
    }
  }

  // ---- What comes of it ----------------------------------------------------------------------

  // The files of a checkpoint of the run.
  async save(): Promise<NamedBytes[] | null> {
    this.problem = null;
    try {
      return await this.run!.trainer.save();
    } catch (error) {
      this.problem = problemOf(error, () => words.cannotSave);
      return null;
    }
  }

  async download() {
    const files = await this.save();
    if (!files) return;
    const folder = `step-${String(this.step).padStart(6, '0')}`;
    download(`${folder}.zip`, zip(files.map(({ name, bytes }) => ({ name: `${folder}/${name}`, bytes }))));
  }

  // ---- Deep links ----------------------------------------------------------------------------

  get address(): URLSearchParams {
    const parameters = new URLSearchParams();
    this.corpus.write(parameters);
    if (!this.checkpoint) writeWish(this.wish, parameters);
    return parameters;
  }

  async openAddress(parameters: URLSearchParams) {
    if (!this.isRunning) {
      this.checkpoint = null;
      this.wish = readWish(parameters);
      await this.corpus.read(parameters);
    }
    this.ready = true;
    this.prepare();
  }
}
