// What a page sees of Likelore: labs that live in a worker. Every call gives a promise; a failure
// rejects it with a LikeloreError.
import type {
  GenerateRequest,
  GenerateResult,
  GeneratedToken,
  ModelInfo,
  NamedBytes,
  QueryAnswer,
  QueryRequest,
  Trace,
  TraceRequest,
  Variable,
  Version,
} from '../types.js';

export interface BayesLab {
  // Reads a network; the format is told by its content, then by its name. Errors of syntax carry
  // line and column.
  openNetwork(text: string, fileName: string): Promise<NetworkHandle>;
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
  trace(request: TraceRequest): Promise<Trace>;
  dispose(): Promise<void>;
}

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
