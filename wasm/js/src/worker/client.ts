// The labs as a page has them: each method is a request to the worker.
import { Shape } from '../api/shape.js';
import { LikeloreError } from '../errors.js';
import type {
  FitProgress,
  ModelInfo,
  NaiveModel,
  NamedBytes,
  Potential,
  QueryAnswer,
  QueryRequest,
  Variable,
} from '../types.js';
import { Connection } from './connection.js';
import { naiveQuestions, networkQuestions } from './lab.js';
import type {
  BayesLab,
  LanguageLab,
  ModelHandle,
  NaiveBayesHandle,
  NaiveQuestion,
  NetworkHandle,
  NetworkQuestion,
} from './lab.js';
import type { Port } from './protocol.js';

// Starts a worker with the Bayes lab and resolves when its module has been loaded.
export async function openBayesLab(): Promise<BayesLab> {
  const worker = new Worker(new URL('./bayes-worker.js', import.meta.url), { type: 'module' });
  return ready(connectBayesLab(worker, watch(worker)));
}

// Starts a worker with the language lab, likewise.
export async function openLanguageLab(): Promise<LanguageLab> {
  const worker = new Worker(new URL('./language-worker.js', import.meta.url), { type: 'module' });
  return ready(connectLanguageLab(worker, watch(worker)));
}

// The first answer of a worker tells that it runs.
export async function ready<Lab extends Pick<BayesLab, 'version' | 'close'>>(lab: Lab): Promise<Lab> {
  try {
    await lab.version();
    return lab;
  } catch (error) {
    lab.close();
    throw error;
  }
}

export interface Lifetime {
  onFailure(listener: (error: LikeloreError) => void): void;
  end(): void;
}

export function watch(worker: Worker): Lifetime {
  return {
    end: () => worker.terminate(),
    onFailure: (listener) =>
      worker.addEventListener('error', (event) => {
        const message = event.message || 'the worker could not be started';
        listener(new LikeloreError({ code: 'internal', message }));
      }),
  };
}

export function connect(port: Port, lifetime: Lifetime): { connection: Connection; close: () => void } {
  const connection = new Connection(port);
  lifetime.onFailure((error) => connection.end(error));
  const close = (): void => {
    lifetime.end();
    connection.end(new LikeloreError({ code: 'cancelled', message: 'the lab has been closed' }));
  };
  return { connection, close };
}

// The same over any port at whose other end bayesMethods are served.
export function connectBayesLab(port: Port, lifetime: Lifetime): BayesLab {
  const { connection, close } = connect(port, lifetime);
  return {
    version: () => connection.request('version', []),
    openNetwork: async (text, fileName, options) =>
      networkHandle(connection, await connection.request('open', [text, fileName, options])),
    check: (text, fileName, options) => connection.request('check', [text, fileName, options]),
    combineFactors: (request) => connection.request('combineFactors', [request]),
    trainNaiveBayes: async (table, request, onProgress, signal) => {
      const options = { onProgress, signal };
      return naiveHandle(connection, await connection.request('trainNaive', [table, request], options));
    },
    openNaiveBayes: async (text, fileName) =>
      naiveHandle(connection, await connection.request('openNaive', [text, fileName])),
    close,
  };
}

interface OpenNetwork {
  number: number;
  name: string;
  variables: Variable[];
  potentials: Potential[] | null;
  notes: string[];
}

function networkHandle(connection: Connection, network: OpenNetwork): NetworkHandle {
  const { number, name, variables, potentials, notes } = network;
  const ask =
    (question: NetworkQuestion) =>
    (...parameters: unknown[]): Promise<unknown> =>
      connection.request('ask', [number, question, ...parameters]);
  const questions = Object.fromEntries(networkQuestions.map((name) => [name, ask(name)]));
  let shape: Shape | undefined;
  const query = async (request: QueryRequest): Promise<QueryAnswer> => {
    const { evidence, targets } = request;
    const asked = { evidence: { ...evidence }, targets: [...(targets ?? [])] }; // it may be changed
    const answer = await connection.request<Float64Array | QueryAnswer>('query', [number, request]);
    if (!(answer instanceof Float64Array)) return answer;
    shape ??= new Shape(variables);
    return shape.answer(answer, asked);
  };
  return {
    name,
    variables,
    potentials,
    notes,
    ...(questions as unknown as Pick<NetworkHandle, NetworkQuestion>),
    query: (request: QueryRequest = {}, signal) => {
      if (request.exact) return connection.request('exact', [number, request], { signal });
      return query(request);
    },
    observe: (request, onProgress, signal) =>
      connection.request('observe', [number, request], { onProgress, signal }),
    queryTable: (table, request, onProgress, signal) =>
      connection.request('queryTable', [number, table, request], { onProgress, signal }),
    estimate: (request, onProgress, signal) =>
      connection.request('estimate', [number, request], { onProgress, signal }),
    sample: (request, onProgress, signal) =>
      connection.request('sample', [number, request], { onProgress, signal }),
    fit: async (table, request, onProgress, signal) => {
      const options = { onProgress, signal };
      const fitted = await connection.request<FittedNetwork>('fit', [number, table, request], options);
      return { ...fitted, network: networkHandle(connection, fitted.network) };
    },
    dispose: () => connection.request('dispose', [number]),
  };
}

interface FittedNetwork extends FitProgress {
  network: OpenNetwork;
}

interface OpenNaive {
  number: number;
  model: NaiveModel;
  classColumn: string;
  textColumn: string | null;
  classes: string[];
}

function naiveHandle(connection: Connection, naive: OpenNaive): NaiveBayesHandle {
  const { number, ...known } = naive;
  const ask =
    (question: NaiveQuestion) =>
    (...parameters: unknown[]): Promise<unknown> =>
      connection.request('askNaive', [number, question, ...parameters]);
  const questions = Object.fromEntries(naiveQuestions.map((name) => [name, ask(name)]));
  return {
    ...known,
    ...(questions as unknown as Pick<NaiveBayesHandle, NaiveQuestion>),
    toNetwork: async () =>
      networkHandle(connection, await connection.request('naiveNetwork', [number])),
    dispose: () => connection.request('disposeNaive', [number]),
  };
}

// The same over any port at whose other end languageMethods are served.
export function connectLanguageLab(port: Port, lifetime: Lifetime): LanguageLab {
  const { connection, close } = connect(port, lifetime);
  return languageLab(connection, close);
}

export function languageLab(connection: Connection, close: () => void): LanguageLab {
  return {
    version: () => connection.request('version', []),
    openModel: async (files) => {
      const options = { transfer: buffersOf(files) };
      return modelHandle(connection, await connection.request('open', [files], options));
    },
    close,
  };
}

// Several files may share a buffer, which can be moved only once.
function buffersOf(files: NamedBytes[]): Transferable[] {
  return [...new Set(files.map(({ bytes }) => bytes.buffer as ArrayBuffer))];
}

interface OpenModel {
  number: number;
  info: ModelInfo;
  notes: string[];
}

function modelHandle(connection: Connection, model: OpenModel): ModelHandle {
  const { number, info, notes } = model;
  return {
    info,
    notes,
    generate: (request, onToken, signal) =>
      connection.request('generate', [number, request], { onProgress: onToken, signal }),
    dispose: () => connection.request('dispose', [number]),
  };
}
