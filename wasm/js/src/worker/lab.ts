// What a page sees of Likelore: labs that live in a worker. Every call gives a promise; a failure
// rejects it with a LikeloreError. Where a call takes an AbortSignal, aborting it ends the work at
// its next step: the promise is then rejected with the code "cancelled", unless it says otherwise.
import type { NaiveBayes, Network } from '../api/index.js';
import type {
  Check,
  Factor,
  FactorRequest,
  EstimateAnswer,
  EstimateProgress,
  EstimateRequest,
  FitProgress,
  FitRequest,
  GenerateRequest,
  GenerateResult,
  GeneratedToken,
  ModelInfo,
  NaiveTrainProgress,
  NaiveTrainRequest,
  NamedBytes,
  ObserveAnswer,
  ObserveProgress,
  ObserveRequest,
  OpenOptions,
  QueryAnswer,
  QueryRequest,
  SampleProgress,
  SampleRequest,
  TableData,
  TableQueryAnswer,
  TableQueryProgress,
  TableQueryRequest,
  Version,
} from '../types.js';

export interface BayesLab {
  // Reads a network; the format is told by its content, then by its name. Errors of syntax carry
  // line and column.
  openNetwork(text: string, fileName: string, options?: OpenOptions): Promise<NetworkHandle>;
  // What is wrong or doubtful in a file.
  check(text: string, fileName: string, options?: OpenOptions): Promise<Check>;
  // One operation on factors, as in variable elimination by hand.
  combineFactors(request: FactorRequest): Promise<Factor>;
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

// The methods of an object as a page has them: each gives a promise.
export type Promised<Methods> = {
  [Name in keyof Methods]: Methods[Name] extends (...parameters: infer Parameters) => infer Answer
    ? (...parameters: Parameters) => Promise<Answer>
    : never;
};

// The questions of api/network.ts; what takes long has an AbortSignal beside.
export interface NetworkHandle
  extends Readonly<Pick<Network, 'name' | 'variables' | 'potentials' | 'notes'>>,
    Promised<Pick<Network, NetworkQuestion>> {
  // Evidence of probability zero rejects with the code "impossible-evidence"; its `conflict` names
  // the variables. The signal stops what is `exact`.
  query(request?: QueryRequest, signal?: AbortSignal): Promise<QueryAnswer>;
  // The question asked for each row of a table; a row whose evidence has probability zero says so.
  queryTable(
    table: TableData,
    request?: TableQueryRequest,
    onProgress?: (progress: TableQueryProgress) => void,
    signal?: AbortSignal,
  ): Promise<TableQueryAnswer>;
  // How much each variable that is not observed would tell of the target.
  observe(
    request: ObserveRequest,
    onProgress?: (progress: ObserveProgress) => void,
    signal?: AbortSignal,
  ): Promise<ObserveAnswer>;
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
  dispose(): Promise<void>;
}

// A network that was fitted to data, and the last iteration.
export interface FittedHandle extends FitProgress {
  network: NetworkHandle;
}

// What else a network can be asked in one piece, by the name of the method that answers.
export const networkQuestions = [
  'mpe',
  'map',
  'trace',
  'orders',
  'separate',
  'independent',
  'factors',
  'traceText',
  'ordersText',
  'separateText',
  'independentText',
  'report',
  'draw',
  'write',
  'uaiText',
  'uaiResult',
  'compareUai',
  'info',
] as const;
export type NetworkQuestion = (typeof networkQuestions)[number];

// The questions of api/naive.ts.
export interface NaiveBayesHandle
  extends Readonly<Pick<NaiveBayes, 'model' | 'classColumn' | 'textColumn' | 'classes'>>,
    Promised<Pick<NaiveBayes, NaiveQuestion>> {
  // The same classifier as a network. Multinomial models have none.
  toNetwork(): Promise<NetworkHandle>;
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
