// Learning a tokenizer in the page: merge by merge, as fast as they come or slowly enough to be watched.
import type { LearnedMerge, PatternName, TokenizerHandle, TokenizerTraining, TokenizerTrainerHandle } from '../lib/engine';
import { problemOf } from '../lib/problem';
import type { Problem } from '../lib/problem';
import { tokenizerLab } from '../lib/tokenizer-engine';
import { tokensText } from '../lib/text/tokens';

export type Tie = NonNullable<TokenizerTraining['tie']>;

export interface TrainingSettings {
  vocabSize: number;
  pattern: PatternName;
  tie: Tie;
  minFrequency: number;
  specials: string; // one a line
}

export const usualSettings: TrainingSettings = {
  vocabSize: 320,
  pattern: 'gpt2',
  tie: 'bytes',
  minFrequency: 2,
  specials: '',
};

export const smallestVocabulary = 256;
export const largestVocabulary = 1_000_000;

const part = 2 ** 20; // bytes of the text at a time
const longestStep = 40; // milliseconds
const tick = 700; // milliseconds from merge to merge, where they are watched

type Pace = 'all' | 'one' | 'slow';

export class Training {
  // The text to learn from; null: the example, in whatever language the page is.
  text = $state.raw<string | null>(null);
  private version = $state(0);
  settings = $state<TrainingSettings>({ ...usualSettings });

  phase = $state<'idle' | 'counting' | 'merging' | 'paused' | 'done'>('idle');
  slow = $state(false);
  counted = $state(0);
  total = $state(0);
  most = $state(0);
  problem = $state.raw<Problem | null>(null);
  // They are many, and only added to: `count` tells of it.
  readonly merges: LearnedMerge[] = [];
  count = $state(0);

  private trainer: TokenizerTrainerHandle | null = null;
  private stopping = false;
  private begun = $state('');
  // The tokenizer of the merges so far has been given out.
  private isPublished = false;
  private wake: (() => void) | null = null;

  constructor(private readonly onLearned: (tokenizer: TokenizerHandle, isFirst: boolean) => void) {}

  get corpus(): string {
    return this.text ?? tokensText.exampleCorpus;
  }

  get isRunning(): boolean {
    return this.phase === 'counting' || this.phase === 'merging';
  }

  // What was learned is not what the settings say now.
  get isStale(): boolean {
    return this.begun !== '' && this.begun !== this.wish;
  }

  private get wish(): string {
    return JSON.stringify([this.text === null ? this.corpus : this.version, this.settings]);
  }

  setText(text: string | null) {
    this.text = text;
    this.version += 1;
  }

  learnAll(): Promise<void> {
    return this.run('all');
  }

  learnOne(): Promise<void> {
    return this.run('one');
  }

  watch(): Promise<void> {
    return this.run('slow');
  }

  stop() {
    this.stopping = true;
    this.wake?.();
  }

  async reset() {
    this.stop();
    await this.trainer?.dispose().catch(() => undefined);
    this.trainer = null;
    this.begun = '';
    this.merges.length = this.count = this.counted = this.total = this.most = 0;
    this.phase = 'idle';
    this.problem = null;
  }

  private async run(pace: Pace) {
    if (this.isRunning) return;
    this.stopping = false;
    this.slow = pace === 'slow';
    this.problem = null;
    try {
      if (this.isStale || this.phase === 'done' || !this.trainer) await this.begin();
      if (!this.stopping) await this.merge(pace);
    } catch (error) {
      this.problem = problemOf(error, () => tokensText.cannotLearn);
      if (this.isRunning) this.phase = this.count > 0 ? 'paused' : 'idle';
    }
  }

  private async begin() {
    await this.reset();
    this.stopping = false;
    this.phase = 'counting';
    this.begun = this.wish;
    this.isPublished = false;
    const { specials, ...settings } = $state.snapshot(this.settings);
    const lab = await tokenizerLab();
    this.trainer = await lab.trainer({ ...settings, specials: specials.split('\n').filter((special) => special !== '') });
    await this.feed(new TextEncoder().encode(this.corpus));
  }

  private async feed(bytes: Uint8Array) {
    this.total = bytes.length;
    for (let at = 0; at === 0 || at < bytes.length; at += part) {
      if (this.stopping) return this.reset();
      const next = bytes.slice(at, at + part);
      await this.trainer!.feed(next, at + part >= bytes.length);
      this.counted = at + next.length;
    }
  }

  private async merge(pace: Pace) {
    this.phase = 'merging';
    let most = pace === 'all' ? 16 : 1;
    let done = false;
    do {
      const start = performance.now();
      const step = await this.trainer!.step(most);
      this.merges.push(...step.merges);
      this.count = this.merges.length;
      this.most = step.most;
      done = step.done;
      if (pace === 'all') most = paced(most, performance.now() - start);
      else await this.publish();
      if (pace === 'slow' && !done) await this.pause();
    } while (!done && !this.stopping && pace !== 'one');
    this.phase = done ? 'done' : 'paused';
    if (pace === 'all') await this.publish();
  }

  private async publish() {
    const tokenizer = await this.trainer!.tokenizer();
    this.onLearned(tokenizer, !this.isPublished);
    this.isPublished = true;
  }

  private async pause() {
    if (this.stopping) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, tick);
    });
    this.wake = null;
  }
}

function paced(most: number, taken: number): number {
  return taken < longestStep / 2 ? Math.min(most * 2, 4096) : taken > longestStep ? Math.max(1, most >>> 1) : most;
}
