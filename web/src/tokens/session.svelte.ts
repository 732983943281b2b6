// The state of the view of tokens: the text, the tokenizers, which of its tokens is looked at. Components
// read it and call its methods; only it and what it owns talk to the worker.
import type { ExplainedPiece, PatternName, TokenizerHandle } from '../lib/engine';
import { decodeText, bytesOf } from '../lib/files';
import { Latest } from '../lib/latest';
import { longestLink, packForLink, unpackFromLink } from '../lib/pack';
import { PageError, problemOf } from '../lib/problem';
import type { Problem } from '../lib/problem';
import { text as words } from '../lib/text';
import { tokensText } from '../lib/text/tokens';
import { Comparison, mostCompared, tokenizedBy } from './comparison.svelte';
import { isTokenizer, Library, PatternNeeded } from './library.svelte';
import type { Entry } from './library.svelte';
import { tokenBefore } from './tokenized';
import type { Tokenized } from './tokenized';
import { largestVocabulary, smallestVocabulary, Training, usualSettings } from './training.svelte';

export const panelIds = ['token', 'compare', 'train'] as const;
export type PanelId = (typeof panelIds)[number];
export const showings = ['text', 'ids', 'bytes', 'table'] as const;
export type Showing = (typeof showings)[number];

export const pageSize = 500; // tokens on show at once

const firstText =
  'Tokens are not words: an unbelievable word falls into pieces, and so do naïve,\n3.14159 and internationalization. 贝叶斯网络，你好！ 🙂 <|endoftext|>';
const firstCaret = firstText.indexOf('believable'); // in a word that falls into pieces
// Bytes of a text that is opened.
const mostText = 4 * 2 ** 20;
const mostCorpus = 64 * 2 ** 20;

export class TokensSession {
  readonly library = new Library();
  readonly comparison = new Comparison();
  readonly training = new Training((tokenizer, isFirst) => this.adopt(tokenizer, isFirst));

  text = $state(firstText);
  // Special tokens in the text have their ids.
  hasSpecials = $state(true);
  chosen = $state('sample');
  showing = $state<Showing>('text');
  panel = $state<PanelId>('token');
  compared = $state.raw<readonly string[]>(['sample', 'bytes']);

  starting = $state(true);
  startProblem = $state.raw<Problem | null>(null);
  openProblem = $state.raw<Problem | null>(null);
  // Files of ranks that wait for the name of their pattern.
  needsPattern = $state.raw<File | null>(null);

  answer = $state.raw<Tokenized | null>(null);
  // Of the tokenizer that gave it.
  answered = $state.raw<Entry | null>(null);
  encodeProblem = $state.raw<Problem | null>(null);
  selected = $state(0);
  piece = $state.raw<ExplainedPiece | null>(null);

  ready = $state(false);
  private linked = $state.raw<{ text: string | null; corpus: string | null }>({ text: null, corpus: null });
  isLong = $state(false);

  private readonly encoding = new Latest();
  private readonly explaining = new Latest();
  private readonly linking = new Latest();
  // The place in the text whose token is selected, whatever it is encoded with; null: by its number.
  private caret = $state.raw<number | null>(firstCaret);

  get entry(): Entry | undefined {
    return this.library.find(this.chosen) ?? this.library.find('sample');
  }

  get special(): 'recognise' | 'text' {
    return this.hasSpecials ? 'recognise' : 'text';
  }

  get tokenCount(): number {
    return this.answer?.offsets.ids.length ?? 0;
  }

  // The first token on show.
  get pageStart(): number {
    return Math.floor(this.selected / pageSize) * pageSize;
  }

  // ---- The text ------------------------------------------------------------------------------

  setText(text: string, caret: number | null = null) {
    this.text = text;
    this.caret = caret;
    this.encode();
    this.link();
  }

  // The caret has been moved in the text.
  followCaret(unit: number) {
    if (!this.answer || this.answer.text !== this.text) this.caret = unit;
    else this.turnTo(tokenBefore(this.answer.offsets, (this.caret = unit)));
  }

  setSpecials(hasSpecials: boolean) {
    this.hasSpecials = hasSpecials;
    this.encode();
  }

  choose(key: string) {
    this.chosen = key;
    this.encode();
  }

  select(index: number) {
    this.turnTo(index);
    this.caret = this.answer?.offsets.unitEnds[this.selected] ?? null;
  }

  private turnTo(index: number) {
    this.selected = Math.max(0, Math.min(index, this.tokenCount - 1));
    this.explain();
  }

  private encode() {
    void this.encoding.run(async () => {
      const { entry, text } = this;
      if (!entry) return;
      try {
        const answer = await tokenizedBy(entry.tokenizer, text, this.special);
        this.answer = answer;
        this.answered = entry;
        this.encodeProblem = null;
        this.turnTo(this.caret === null ? this.selected : tokenBefore(answer.offsets, this.caret));
      } catch (error) {
        // It may have been closed meanwhile, for another in its place.
        if (this.library.find(entry.key) !== entry) return this.encode();
        this.encodeProblem = problemOf(error, () => tokensText.cannotEncode);
      }
    });
    this.compare();
  }

  private explain() {
    if (this.panel !== 'token') return;
    void this.explaining.run(async () => {
      const { answer, answered, selected } = this;
      if (!answer || !answered) return;
      const begin = answer.offsets.byteStarts[selected];
      const end = answer.offsets.byteEnds[selected];
      if (begin === undefined) return void (this.piece = null);
      try {
        const options = { special: this.special, begin, end };
        const { pieces } = await answered.tokenizer.explain(answer.text, options);
        if (answer === this.answer) this.piece = pieces[0] ?? null;
      } catch {
        this.piece = null; // the ids themselves are on show, or the reason why not
      }
    });
  }

  // ---- Tokenizers ----------------------------------------------------------------------------

  async openFiles(files: File[], pattern?: PatternName) {
    this.openProblem = null;
    this.needsPattern = null;
    try {
      const areTokenizers = await Promise.all(files.map(isTokenizer));
      const tokenizers = files.filter((_, i) => areTokenizers[i] || pattern);
      if (tokenizers.length === 0) return await this.openTexts(files);
      const entry = await this.library.openFiles(tokenizers, pattern);
      if (this.panel === 'compare') this.setCompared([...this.compared, entry.key]);
      this.choose(entry.key);
    } catch (error) {
      if (error instanceof PatternNeeded) this.needsPattern = error.file;
      else this.openProblem = problemOf(error, () => words.cannotOpen);
    }
  }

  // A text to learn from while that is what is on show, else one to encode.
  private async openTexts(files: File[]) {
    if (this.panel === 'train') this.setCorpus(await textOf(files, mostCorpus));
    else this.setText(await textOf(files, mostText), 0);
  }

  async openCorpus(files: File[]) {
    this.openProblem = null;
    try {
      this.setCorpus(await textOf(files, mostCorpus));
    } catch (error) {
      this.openProblem = problemOf(error, () => words.cannotOpen);
    }
  }

  // The first of a training is shown at once; of what follows, where it is still on show.
  private adopt(tokenizer: TokenizerHandle, isFirst: boolean) {
    this.library.put('learned', tokenizer);
    if (isFirst) this.chosen = 'learned';
    this.encode();
  }

  // ---- Panels --------------------------------------------------------------------------------

  show(panel: PanelId) {
    this.panel = panel;
    this.explain();
    this.compare();
  }

  setCompared(keys: readonly string[]) {
    this.compared = [...new Set(keys)].slice(-mostCompared);
    this.compare();
  }

  get comparedEntries(): Entry[] {
    return this.library.entries.filter(({ key }) => this.compared.includes(key));
  }

  private compare() {
    if (this.panel === 'compare') {
      this.comparison.compare(() => ({ text: this.text, entries: this.comparedEntries, special: this.special }));
    }
  }

  setCorpus(corpus: string | null) {
    this.training.setText(corpus);
    this.link();
  }

  // ---- Deep links ----------------------------------------------------------------------------

  private link() {
    void this.linking.run(async () => {
      const text = this.text === firstText ? null : await packForLink(this.text);
      const corpus = this.training.text === null ? null : await packForLink(this.training.text);
      const isCorpusLong = corpus !== null && (text?.length ?? 0) + corpus.length > longestLink;
      this.linked = { text, corpus: isCorpusLong ? null : corpus };
      this.isLong = text === null && this.text !== firstText;
    });
  }

  // text (packed), k (tokenizer), special, show, at (token), panel, with (compared), and of the training:
  // c (its text, packed), n, pattern, tie, min, s (special tokens). What differs from the beginning.
  get address(): URLSearchParams {
    const { settings } = this.training;
    const own: [string, string | number | null, string | number | null][] = [
      ['text', this.linked.text, null],
      ['k', this.chosen, 'sample'],
      ['special', this.special, 'recognise'],
      ['show', this.showing, 'text'],
      ['at', this.caret === firstCaret ? null : this.selected, null],
      ['panel', this.panel, 'token'],
      ['with', this.compared.join(','), 'sample,bytes'],
      ['c', this.linked.corpus, null],
      ['n', settings.vocabSize, usualSettings.vocabSize],
      ['pattern', settings.pattern, usualSettings.pattern],
      ['tie', settings.tie, usualSettings.tie],
      ['min', settings.minFrequency, usualSettings.minFrequency],
      ['s', settings.specials, usualSettings.specials],
    ];
    const parameters = new URLSearchParams();
    for (const [key, value, usual] of own)
      if (value !== null && value !== usual) parameters.set(key, String(value));
    return parameters;
  }

  async openAddress(parameters: URLSearchParams) {
    const [text, corpus] = await Promise.all(['text', 'c'].map((key) => unpackFromLink(parameters.get(key))));
    this.training.setText(corpus ?? null);
    this.training.settings = settingsOf(parameters);
    this.text = text ?? firstText;
    this.linked = { text: text === null ? null : parameters.get('text'), corpus: corpus === null ? null : parameters.get('c') };
    this.hasSpecials = parameters.get('special') !== 'text';
    this.showing = oneOf(showings, parameters.get('show'));
    this.panel = oneOf(panelIds, parameters.get('panel'));
    this.chosen = parameters.get('k') ?? 'sample';
    this.compared = parameters.get('with')?.split(',') ?? ['sample', 'bytes'];
    this.caret = parameters.has('at') ? null : firstCaret;
    this.selected = numberOf(parameters.get('at'), 0, 2 ** 32, 0);
    this.ready = true;
    await this.start();
  }

  private async start() {
    this.starting = true;
    this.startProblem = null;
    try {
      await this.library.start();
      // What a link learned is learned again.
      const wishes = [this.chosen, ...this.compared];
      const selected = this.selected;
      if (wishes.includes('learned') && !this.library.find('learned')) {
        const { chosen } = this;
        await this.training.learnAll();
        this.chosen = chosen;
      }
      if (!this.library.find(this.chosen)) this.chosen = 'sample';
      this.selected = selected;
      this.encode();
    } catch (error) {
      this.startProblem = problemOf(error, () => words.viewFailed);
    } finally {
      this.starting = false;
    }
  }
}

async function textOf(files: File[], most: number): Promise<string> {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size > most) throw new PageError(() => tokensText.tooLong(most / 2 ** 20));
  const texts = await Promise.all(files.map(async (file) => decodeText(await bytesOf(file))));
  return texts.join('\n');
}

function oneOf<Name extends string>(names: readonly [Name, ...Name[]], name: string | null): Name {
  return names.find((each) => each === name) ?? names[0];
}

function numberOf(given: string | null, least: number, most: number, usual: number): number {
  const value = Number(given);
  return given !== null && given !== '' && Number.isInteger(value) && value >= least && value <= most ? value : usual;
}

const patterns = ['gpt2', 'cl100k', 'o200k', 'whitespace', 'none'] as const;
export const patternNames: readonly PatternName[] = patterns;

function settingsOf(parameters: URLSearchParams) {
  return {
    vocabSize: numberOf(parameters.get('n'), smallestVocabulary, largestVocabulary, usualSettings.vocabSize),
    pattern: oneOf(patterns, parameters.get('pattern')),
    tie: oneOf(['bytes', 'ids'], parameters.get('tie')),
    minFrequency: numberOf(parameters.get('min'), 1, 2 ** 32, usualSettings.minFrequency),
    specials: parameters.get('s') ?? usualSettings.specials,
  };
}
