// What a page sees of Likelore: labs that live in a worker. Every call gives a promise; a failure
// rejects it with a LikeloreError.
import type {
  Check,
  DocumentFormat,
  DrawRequest,
  GenerateRequest,
  GenerateResult,
  GeneratedToken,
  Knowledge,
  MapAnswer,
  MapRequest,
  ModelInfo,
  NamedBytes,
  NetworkFormat,
  ObserveAnswer,
  ObserveRequest,
  OpenOptions,
  OrdersAnswer,
  OrdersRequest,
  QueryAnswer,
  QueryRequest,
  SeparateAnswer,
  SeparateRequest,
  Trace,
  TraceRequest,
  Variable,
  Version,
} from '../types.js';

export interface BayesLab {
  // Reads a network; the format is told by its content, then by its name. Errors of syntax carry
  // line and column.
  openNetwork(text: string, fileName: string, options?: OpenOptions): Promise<NetworkHandle>;
  // What is wrong or doubtful in a file.
  check(text: string, fileName: string, options?: OpenOptions): Promise<Check>;
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
  // observations in conflict.
  query(request?: QueryRequest): Promise<QueryAnswer>;
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
  report(questions: string, format?: DocumentFormat): Promise<string>;
  draw(request?: DrawRequest): Promise<string>;
  // The network in a format.
  write(format: NetworkFormat): Promise<string>;
  dispose(): Promise<void>;
}

// What a network can be asked, by the name of the method that answers.
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
] as const;
export type NetworkQuestion = (typeof networkQuestions)[number];

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
