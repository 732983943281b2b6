// Naive Bayes classifiers.
import type { BayesExport, Bridge } from '../raw/index.js';
import type {
  DocumentLanguage,
  NaiveAnswer,
  NaiveEvaluation,
  NaiveInfo,
  NaiveModel,
  NaivePredictRequest,
  NaiveTableRequest,
  TableData,
} from '../types.js';
import { Handle } from './lab.js';
import { Network } from './network.js';
import type { Owner } from './owner.js';
import { naiveTableBytes, predictBytes, tableBytes } from './request.js';

export class NaiveBayes extends Handle {
  readonly model: NaiveModel;
  readonly classColumn: string;
  // The column of texts, or null when the features are columns.
  readonly textColumn: string | null;
  readonly classes: readonly string[];
  readonly #bridge: Bridge<BayesExport>;
  readonly #owner: Owner;

  constructor(bridge: Bridge<BayesExport>, owner: Owner, address: number) {
    super(owner, address, () => bridge.call('lk_bridge_naive_free', address));
    this.#bridge = bridge;
    this.#owner = owner;
    const { model, class: column, text, classes } = this.info(0);
    this.model = model;
    this.classColumn = column;
    this.textColumn = text ?? null;
    this.classes = classes.map(({ name }) => name);
  }

  // The classes of one row.
  predict(request: NaivePredictRequest): NaiveAnswer {
    return JSON.parse(this.predictText(request)) as NaiveAnswer;
  }

  predictText(request: NaivePredictRequest): string {
    return this.#bridge.text('lk_bridge_naive_predict', this.address, predictBytes(request));
  }

  // The arithmetic written out, with `exact` also the fractions.
  explainText(request: NaivePredictRequest): string {
    return this.#bridge.text('lk_bridge_naive_predict', this.address, predictBytes(request, 'text'));
  }

  // The classes of all records of a table, as columns of CSV to put beside it.
  predictTable(table: TableData, request: NaiveTableRequest = {}): string {
    const bytes = naiveTableBytes(request);
    return this.#bridge.text('lk_bridge_naive_predict_table', this.address, bytes, tableBytes(table));
  }

  // How well it does on records whose class is known.
  evaluate(table: TableData, request: NaiveTableRequest = {}): NaiveEvaluation {
    return JSON.parse(this.evaluateText(table, request)) as NaiveEvaluation;
  }

  evaluateText(table: TableData, request: NaiveTableRequest = {}, format: 'json' | 'text' = 'json'): string {
    const bytes = naiveTableBytes(request, format);
    return this.#bridge.text('lk_bridge_naive_evaluate', this.address, bytes, tableBytes(table));
  }

  // What it has learned, with the `top` values or words that speak most for each class.
  info(top = 10): NaiveInfo {
    return JSON.parse(this.infoText(top)) as NaiveInfo;
  }

  infoText(top = 10, format: 'json' | 'text' = 'json', language: DocumentLanguage = 'en'): string {
    const json = Number(format === 'json');
    return this.#bridge.text('lk_bridge_naive_info', this.address, top, json, language);
  }

  // The same classifier as a network, with the class as the parent of every feature. Multinomial
  // models have none.
  toNetwork(): Network {
    const address = this.#bridge.open('lk_bridge_naive_network', this.address);
    return new Network(this.#bridge, this.#owner, address);
  }

  // The model as JSON, for openNaiveBayes.
  write(): string {
    return this.#bridge.text('lk_bridge_naive_write', this.address);
  }
}
