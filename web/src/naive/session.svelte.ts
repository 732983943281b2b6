// The state of the naive Bayes view: the table, how it is smoothed, the row that is asked about, and the
// answers of the core. Components read it and call its methods; only it talks to the worker.
import type { NetworkText } from '../bayes/session.svelte';
import { begun, changed, redone, undone } from '../bayes/model/history';
import type { History } from '../bayes/model/history';
import { bayesLab } from '../lib/engine';
import type {
  ErrorCode,
  NaiveAnswer,
  NaiveBayesHandle,
  NaiveModel,
  NaivePredictRequest,
  NaiveTrainRequest,
} from '../lib/engine';
import { problemOf } from '../lib/problem';
import type { Problem } from '../lib/problem';
import { language, text } from '../lib/text';
import { naiveText } from '../lib/text/naive';
import { parseTable, writeTable } from './csv';
import { exampleIds, fileOf, homeworkRows, openExample, spamMessage } from './examples';
import { learnedOf, mostShownClasses } from './learned';
import type { Learned } from './learned';
import { savedSheet, saveSheet } from './saved';
import { blankColumns, emptySheet, guessed, missing } from './sheet';
import type { Sheet } from './sheet';

export type Row = Record<string, string>;
export type TextModel = Exclude<NaiveModel, 'categorical'>;

// What the core says of a row, or why it says nothing.
interface Reply {
  answer: NaiveAnswer | null;
  written: string;
  problem: Problem | null;
}

// What is undone and redone: the table, and how it is learned from.
interface State {
  sheet: Sheet;
  alpha: number;
  alphaPrior: number;
  textModel: TextModel;
}

const noReply: Reply = { answer: null, written: '', problem: null };

// What is asked of the classifier, besides its table.
interface Wish {
  alpha?: number;
  alphaPrior?: number;
  textModel?: TextModel;
  row?: Row;
  message?: string;
}

const mostExactWords = 30;
const mostExactFactors = 300;

export const largestAlpha = 1e9;

export class NaiveSession {
  private history = $state.raw<History<State>>(begun(stateOf(emptySheet(''))));
  opening = $state(true);
  // Why the last file could not be opened; the table before it stays.
  openProblem = $state.raw<Problem | null>(null);
  // A table of the reader's own is kept in this browser.
  hasOwn = $state(false);

  model = $state.raw<NaiveBayesHandle | null>(null);
  learned = $state.raw<Learned | null>(null);
  trainProblem = $state.raw<Problem | null>(null);

  // Feature → value; what is not known is left out.
  row = $state.raw<Row>({});
  message = $state('');
  private reply = $state.raw<Reply>(noReply);

  ready = $state(false);

  // The number α that a hand still moves: all of its way is one change.
  private moving: 'alpha' | 'alphaPrior' | null = null;
  private opened = 0;
  private wanted = 0;
  private training = false;
  private asked = 0;
  // Files as they were opened: they need not be written again.
  private readonly sources = new WeakMap<Sheet, string>();

  get sheet(): Sheet {
    return this.history.present.sheet;
  }

  get alpha(): number {
    return this.history.present.alpha;
  }

  get alphaPrior(): number {
    return this.history.present.alphaPrior;
  }

  get textModel(): TextModel {
    return this.history.present.textModel;
  }

  get isText(): boolean {
    return this.sheet.textColumn !== null;
  }

  get name(): string {
    const { origin } = this.sheet;
    return origin.kind === 'example' ? fileOf(origin.id) : origin.name;
  }

  get answer(): NaiveAnswer | null {
    return this.reply.answer;
  }

  // The same as the command writes it.
  get answerText(): string {
    return this.reply.written;
  }

  get predictProblem(): Problem | null {
    return this.reply.problem;
  }

  get impossible(): boolean {
    return this.predictProblem?.code === 'impossible-evidence';
  }

  // Rows that are not learned from, since their class (or text) is blank.
  get skipped(): number {
    const { rows, classColumn, textColumn } = this.sheet;
    const isBlank = (row: readonly string[], column: number) => missing.includes(row[column] ?? '');
    return rows.filter((row) => isBlank(row, classColumn) || (textColumn !== null && isBlank(row, textColumn))).length;
  }

  // ---- Opening -------------------------------------------------------------------------------

  async openExample(id: string, wish: Wish = {}) {
    await this.open(() => openExample(id), wish);
  }

  async openHomework(index: 0 | 1) {
    await this.openExample('homework', { row: homeworkRows[index] });
  }

  async openSpam() {
    await this.openExample('spam', { message: spamMessage });
  }

  async openOwn(wish: Wish = {}) {
    await this.open(async () => (await savedSheet()) ?? emptySheet(naiveText.ownName), wish);
  }

  async openFile(file: File) {
    await this.openText(file.name, () => file.text());
  }

  // A table as text, which the core has to accept before it takes the place of the one on show.
  async openText(name: string, read: () => Promise<string>) {
    await this.open(async () => {
      const content = await read();
      const { columns, rows } = await parseTable(content);
      const sheet = guessed({ kind: 'own', name }, columns, rows);
      this.sources.set(sheet, content);
      const model = await this.train(sheet);
      void model.dispose();
      saveSheet(sheet);
      this.hasOwn = true;
      return sheet;
    }, {});
  }

  openEmpty() {
    this.openProblem = null;
    this.edit(emptySheet(naiveText.ownName));
  }

  private async open(make: () => Promise<Sheet>, wish: Wish) {
    const turn = ++this.opened;
    this.opening = true;
    this.openProblem = null;
    try {
      const sheet = await make();
      if (turn === this.opened) this.adopt(sheet, wish);
    } catch (error) {
      if (turn === this.opened) this.openProblem = problemOf(error, () => text.cannotOpen);
    } finally {
      if (turn === this.opened) this.opening = false;
    }
  }

  private adopt(sheet: Sheet, wish: Wish) {
    // The first table of all has none before it.
    const state = stateOf(sheet, wish);
    this.history = this.ready ? changed(this.history, state) : begun(state);
    this.moving = null;
    this.row = wish.row ?? {};
    this.message = wish.message ?? '';
    this.ready = true;
    this.learn();
  }

  // ---- The table -----------------------------------------------------------------------------

  // Another table made of the one on show. An example that is changed becomes the reader's own.
  edit(sheet: Sheet) {
    if (sheet === this.sheet) return;
    const { origin } = sheet;
    const own: Sheet = origin.kind === 'own' ? sheet : { ...sheet, origin: { kind: 'own', name: fileOf(origin.id) } };
    this.change({ sheet: own });
    this.keep();
  }

  private change(part: Partial<State>) {
    this.history = changed(this.history, { ...this.history.present, ...part });
    this.moving = null;
  }

  get canUndo(): boolean {
    return this.history.past.length > 0;
  }

  get canRedo(): boolean {
    return this.history.future.length > 0;
  }

  undo() {
    this.history = undone(this.history);
    this.moving = null;
    this.keep();
  }

  redo() {
    this.history = redone(this.history);
    this.moving = null;
    this.keep();
  }

  private keep() {
    if (this.sheet.origin.kind === 'own') {
      saveSheet(this.sheet);
      this.hasOwn = true;
    }
    this.learn();
  }

  csv(): string {
    return this.csvOf(this.sheet);
  }

  private csvOf(sheet: Sheet): string {
    let content = this.sources.get(sheet);
    if (content === undefined) this.sources.set(sheet, (content = writeTable(sheet.columns, sheet.rows)));
    return content;
  }

  // ---- Learning ------------------------------------------------------------------------------

  setAlpha(which: 'alpha' | 'alphaPrior', value: number) {
    const part = { [which]: Math.min(Math.max(0, value), largestAlpha) };
    if (this[which] === part[which]) return;
    const isGoingOn = this.moving === which;
    if (isGoingOn) this.history = { ...this.history, present: { ...this.history.present, ...part } };
    else this.change(part);
    this.learn();
  }

  // The same while a hand still moves the number; `settleAlpha` ends that.
  moveAlpha(which: 'alpha' | 'alphaPrior', value: number) {
    const before = this.history;
    this.setAlpha(which, value);
    if (this.history !== before) this.moving = which;
  }

  settleAlpha() {
    this.moving = null;
  }

  setTextModel(model: TextModel) {
    if (model === this.textModel) return;
    this.change({ textModel: model });
    this.learn();
  }

  // What is wanted while a training runs is learned once it is over: never more than one is under way.
  private learn() {
    this.wanted += 1;
    if (!this.training) void this.learnAll();
  }

  private async learnAll() {
    this.training = true;
    for (let turn = 0; turn !== this.wanted; ) {
      turn = this.wanted;
      await this.learnOnce();
    }
    this.training = false;
  }

  // What was learned and what it answers are shown together: neither fits the other's table.
  private async learnOnce() {
    let model: NaiveBayesHandle | null = null;
    let learned: Learned | null = null;
    let problem: Problem | null = null;
    const { sheet } = this;
    try {
      model = await this.train(sheet);
      learned = learnedOf(await model.write());
    } catch (error) {
      problem = problemOf(error, () => naiveText.cannotLearn);
    }
    let turn: number, row: Row, reply: Reply;
    do {
      turn = ++this.asked;
      row = learned ? knownRow(this.row, learned) : this.row;
      reply = await this.replyOf(model, learned, row);
    } while (turn !== this.asked);
    // Another table has been opened: its row does not fit this one.
    if (sheet !== this.sheet) return void model?.dispose();
    void this.model?.dispose().catch(() => undefined);
    this.model = model;
    this.learned = learned;
    this.trainProblem = problem;
    this.row = row;
    this.reply = reply;
  }

  private async train(sheet: Sheet): Promise<NaiveBayesHandle> {
    const lab = await bayesLab();
    const content = this.csvOf(sheet);
    return lab.trainNaiveBayes(content, this.requestOf(sheet));
  }

  private requestOf(sheet: Sheet): NaiveTrainRequest {
    const { columns, classColumn, textColumn, origin } = sheet;
    const fileName = origin.kind === 'own' ? origin.name : fileOf(origin.id);
    const usual = { class: columns[classColumn] ?? '', alpha: this.alpha, alphaPrior: this.alphaPrior, missing, fileName };
    if (textColumn !== null) return { ...usual, text: columns[textColumn], model: this.textModel };
    return { ...usual, ignore: blankColumns(sheet).map((column) => columns[column]!) };
  }

  // ---- Asking --------------------------------------------------------------------------------

  valueOf(feature: string): string {
    return Object.hasOwn(this.row, feature) ? this.row[feature]! : '';
  }

  // An empty value is one that is not known.
  setValue(feature: string, value: string) {
    const { [feature]: _, ...rest } = this.row;
    this.row = value === '' ? rest : { ...rest, [feature]: value };
    void this.ask();
  }

  clearRow() {
    this.row = {};
    void this.ask();
  }

  setMessage(message: string) {
    this.message = message;
    void this.ask();
  }

  // The newest question wins: answers to older ones are dropped.
  // Called as well when the language changes: the arithmetic is written in it.
  async ask() {
    const turn = ++this.asked;
    const reply = await this.replyOf(this.model, this.learned, this.row);
    if (turn === this.asked) this.reply = reply;
  }

  private async replyOf(model: NaiveBayesHandle | null, learned: Learned | null, row: Row): Promise<Reply> {
    if (!model || !learned) return noReply;
    const isText = model.textColumn !== null;
    const question = isText ? { words: this.message } : { row: this.inOrder(row) };
    const hasFractions = learned.classes.length <= mostShownClasses && (!isText || this.isShort(learned));
    try {
      return await predict(model, question, hasFractions);
    } catch (error) {
      // Numbers may be too long for fractions.
      if (hasFractions && codeOf(error) === 'limit') return predict(model, question, false).catch(problemReply);
      return problemReply(error);
    }
  }

  // Of long messages, and of long vocabularies whose every word counts, fractions would fill pages.
  private isShort({ model, wordCount }: Learned): boolean {
    const factors = model === 'bernoulli' ? wordCount : 0;
    return factors <= mostExactFactors && this.message.split(/\s+/).length <= mostExactWords;
  }

  // In the order of the columns: so the arithmetic is written.
  private inOrder(row: Row): Row {
    return Object.fromEntries(this.sheet.columns.filter((name) => Object.hasOwn(row, name)).map((name) => [name, row[name]!]));
  }

  // The classifier as a network in Likelore's JSON, and the address of the same question there.
  async network(): Promise<[NetworkText, URLSearchParams] | null> {
    const { model, row } = this;
    if (!model) return null;
    try {
      const network = await model.toNetwork();
      const content = await network.write('json');
      void network.dispose();
      const wish = new URLSearchParams({ target: model.classColumn });
      for (const [name, value] of Object.entries(row)) wish.set(`e.${name}`, value);
      return [{ content, fileName: `${this.name.replace(/\.\w+$/, '')}.json` }, wish];
    } catch (error) {
      this.openProblem = problemOf(error, () => naiveText.noNetwork);
      return null;
    }
  }

  // ---- Deep links ----------------------------------------------------------------------------

  // data (an example, or "own"), a and ap (the two numbers α), model, and the row as r.COLUMN=value or
  // the message as words.
  get address(): URLSearchParams {
    const parameters = new URLSearchParams();
    const { origin } = this.sheet;
    parameters.set('data', origin.kind === 'example' ? origin.id : 'own');
    if (this.alpha !== usualAlpha(this.sheet)) parameters.set('a', String(this.alpha));
    if (this.alphaPrior !== 0) parameters.set('ap', String(this.alphaPrior));
    if (!this.isText) for (const [name, value] of Object.entries(this.row)) parameters.set(`r.${name}`, value);
    else {
      if (this.textModel !== 'multinomial') parameters.set('model', this.textModel);
      if (this.message) parameters.set('words', this.message);
    }
    return parameters;
  }

  async openAddress(parameters: URLSearchParams) {
    void savedSheet().then((sheet) => (this.hasOwn ||= sheet !== null));
    const data = parameters.get('data');
    if (data === null && [...parameters].length === 0) return this.openHomework(0);
    if (data === 'own') return this.openOwn(wishOf(parameters));
    await this.openExample(exampleIds.includes(data ?? '') ? data! : 'homework', wishOf(parameters));
  }
}

function stateOf(sheet: Sheet, { alpha, alphaPrior, textModel }: Wish = {}): State {
  return {
    sheet,
    alpha: alpha ?? usualAlpha(sheet),
    alphaPrior: alphaPrior ?? 0,
    textModel: textModel ?? 'multinomial',
  };
}

// Without smoothing nearly every message has a word that rules a class out.
function usualAlpha(sheet: Sheet): number {
  return sheet.textColumn === null ? 0 : 1;
}

async function predict(model: NaiveBayesHandle, question: NaivePredictRequest, exact: boolean): Promise<Reply> {
  const [answer, written] = await Promise.all([
    model.predict({ ...question, explain: true, exact }),
    model.explainText({ ...question, exact, language: language.current }),
  ]);
  return { answer, written, problem: null };
}

function problemReply(error: unknown): Reply {
  const title = (code: Problem['code']) => (code === 'impossible-evidence' ? naiveText.impossible : text.cannotCompute);
  return { ...noReply, problem: problemOf(error, title) };
}

// A deep link, or a row asked about before the table was changed, may name what does not exist.
function knownRow(row: Row, { features }: Learned): Row {
  const isKnown = ([name, value]: [string, string]) =>
    features.some((feature) => feature.name === name && feature.values.includes(value));
  const entries = Object.entries(row);
  return entries.every(isKnown) ? row : Object.fromEntries(entries.filter(isKnown));
}

function codeOf(error: unknown): ErrorCode | undefined {
  return (error as { code?: ErrorCode } | null)?.code;
}

function wishOf(parameters: URLSearchParams): Wish {
  return {
    alpha: numberIn(parameters, 'a'),
    alphaPrior: numberIn(parameters, 'ap'),
    textModel: parameters.get('model') === 'bernoulli' ? 'bernoulli' : undefined,
    message: parameters.get('words') ?? undefined,
    row: Object.fromEntries(
      [...parameters].filter(([key]) => key.startsWith('r.')).map(([key, value]) => [key.slice(2), value]),
    ),
  };
}

function numberIn(parameters: URLSearchParams, key: string): number | undefined {
  const given = parameters.get(key);
  const value = Number(given);
  return given !== null && given.trim() !== '' && value >= 0 && value <= largestAlpha ? value : undefined;
}
