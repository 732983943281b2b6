// What a page sees of Likelore: labs that live in a worker. Every call gives a promise; a failure
// rejects it with a LikeloreError. Where a call takes an AbortSignal, aborting it ends the work at
// its next step: the promise is then rejected with the code "cancelled", unless it says otherwise.
import type {
  Check,
  DocumentFormat,
  DrawRequest,
  EstimateAnswer,
  EstimateProgress,
  EstimateRequest,
  FitProgress,
  FitRequest,
  GenerateRequest,
  GenerateResult,
  GeneratedToken,
  Knowledge,
  MapAnswer,
  MapRequest,
  ModelInfo,
  NaiveAnswer,
  NaiveEvaluation,
  NaiveInfo,
  NaiveModel,
  NaivePredictRequest,
  NaiveTableRequest,
  NaiveTrainProgress,
  NaiveTrainRequest,
  NamedBytes,
  NetworkFormat,
  NetworkInfo,
  ObserveAnswer,
  ObserveRequest,
  OpenOptions,
  OrdersAnswer,
  OrdersRequest,
  QueryAnswer,
  QueryRequest,
  SampleProgress,
  SampleRequest,
  SeparateAnswer,
  SeparateRequest,
  TableData,
  Trace,
  TraceRequest,
  UaiTask,
  Variable,
  Version,
} from '../types.js';

export interface BayesLab {
  // Reads a network; the format is told by its content, then by its name. Errors of syntax carry
  // line and column.
  openNetwork(text: string, fileName: string, options?: OpenOptions): Promise<NetworkHandle>;
  // What is wrong or doubtful in a file.
  check(text: string, fileName: string, options?: OpenOptions): Promise<Check>;
  // Learns a naive Bayes classifier from a table.
  trainNaiveBayes(
    table: TableData,
    request: NaiveTrainRequest,
    onProgress?: (progress: NaiveTrainProgress) => void,
    signal?: AbortSignal,
  ): Promise<NaiveBayesHandle>;
  // Reads a classifier that was written.
  openNaiveBayes(text: string, fileName?: string): Promise<NaiveBayesHandle>;
  version(): Promise<Version>;
  // Ends the worker; work in progress is rejected with the code "cancelled".
  close(): void;
}

export interface NetworkHandle {
  readonly name: string;
  readonly variables: readonly Variable[];
  // Remarks of the reader, such as "3 rows were normalised".
  readonly notes: readonly string[];
  // Evidence of probability zero rejects with the code "impossible-evidence"; its message names the
  // observations in conflict. The signal stops what is `exact`.
  query(request?: QueryRequest, signal?: AbortSignal): Promise<QueryAnswer>;
  // Estimates by likelihood weighting, for networks that are too large for a query.
  estimate(
    request?: EstimateRequest,
    onProgress?: (progress: EstimateProgress) => void,
    signal?: AbortSignal,
  ): Promise<EstimateAnswer>;
  // Cases drawn from the network, as CSV.
  sample(
    request: SampleRequest,
    onProgress?: (progress: SampleProgress) => void,
    signal?: AbortSignal,
  ): Promise<string>;
  // A network with the same structure and tables learned from data; `em` iterates.
  fit(
    table: TableData,
    request?: FitRequest,
    onProgress?: (progress: FitProgress) => void,
    signal?: AbortSignal,
  ): Promise<FittedHandle>;
  // The most probable states: of all variables that are not observed, or of the targets.
  mpe(request?: Knowledge): Promise<MapAnswer>;
  map(request: MapRequest): Promise<MapAnswer>;
  // How much each variable that is not observed would tell of the target.
  observe(request: ObserveRequest): Promise<ObserveAnswer>;
  trace(request: TraceRequest): Promise<Trace>;
  orders(request: OrdersRequest): Promise<OrdersAnswer>;
  separate(request: SeparateRequest): Promise<SeparateAnswer>;
  // The same explanations as documents.
  traceText(request: TraceRequest, format?: DocumentFormat): Promise<string>;
  ordersText(request: OrdersRequest, format?: DocumentFormat): Promise<string>;
  separateText(request: SeparateRequest, format?: DocumentFormat): Promise<string>;
  // Worked solutions of a sheet of questions.
  report(questions: string, format?: DocumentFormat, options?: { exact?: boolean }): Promise<string>;
  draw(request?: DrawRequest): Promise<string>;
  // The network in a format.
  write(format: NetworkFormat): Promise<string>;
  // A result file of the UAI competitions.
  uaiText(task: UaiTask, request?: Knowledge & { targets?: string[] }): Promise<string>;
  // What it consists of.
  info(): Promise<NetworkInfo>;
  dispose(): Promise<void>;
}

// A network that was fitted to data, and the last iteration.
export interface FittedHandle extends FitProgress {
  network: NetworkHandle;
}

// What a network can be asked in one piece, by the name of the method that answers.
export const networkQuestions = [
  'query',
  'mpe',
  'map',
  'observe',
  'trace',
  'orders',
  'separate',
  'traceText',
  'ordersText',
  'separateText',
  'report',
  'draw',
  'write',
  'uaiText',
  'info',
] as const;
export type NetworkQuestion = (typeof networkQuestions)[number];

export interface NaiveBayesHandle {
  readonly model: NaiveModel;
  readonly classColumn: string;
  // The column of texts, or null when the features are columns.
  readonly textColumn: string | null;
  readonly classes: readonly string[];
  // The classes of one row.
  predict(request: NaivePredictRequest): Promise<NaiveAnswer>;
  // The arithmetic written out.
  explainText(request: NaivePredictRequest): Promise<string>;
  // The classes of all records of a table, as columns of CSV to put beside it.
  predictTable(table: TableData, request?: NaiveTableRequest): Promise<string>;
  // How well it does on records whose class is known.
  evaluate(table: TableData, request?: NaiveTableRequest): Promise<NaiveEvaluation>;
  evaluateText(
    table: TableData,
    request?: NaiveTableRequest,
    format?: 'json' | 'text',
  ): Promise<string>;
  // What it has learned, with the `top` values or words that speak most for each class.
  info(top?: number): Promise<NaiveInfo>;
  infoText(top?: number, format?: 'json' | 'text'): Promise<string>;
  // The same classifier as a network. Multinomial models have none.
  toNetwork(): Promise<NetworkHandle>;
  // The model as JSON, for openNaiveBayes.
  write(): Promise<string>;
  dispose(): Promise<void>;
}

export const naiveQuestions = [
  'predict',
  'explainText',
  'predictTable',
  'evaluate',
  'evaluateText',
  'info',
  'infoText',
  'write',
] as const;
export type NaiveQuestion = (typeof naiveQuestions)[number];

export interface LanguageLab {
  // Opens the files of a checkpoint directory. Their bytes are moved to the worker, not copied.
  openModel(files: NamedBytes[]): Promise<ModelHandle>;
  version(): Promise<Version>;
  close(): void;
}

export interface ModelHandle {
  readonly info: ModelInfo;
  readonly notes: readonly string[];
  // Draws tokens one after another and hands each to `onToken`. Aborting the signal ends it before
  // the next token: the promise then resolves with what there is, finish "cancelled".
  generate(
    request: GenerateRequest,
    onToken?: (token: GeneratedToken) => void,
    signal?: AbortSignal,
  ): Promise<GenerateResult>;
  dispose(): Promise<void>;
}
