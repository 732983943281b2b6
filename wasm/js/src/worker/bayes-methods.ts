// What the Bayes worker does for the page. It has two modules: the one that a page starts with, and
// the one with everything, which is loaded when something is asked that the first lacks.
import type { Bayes, Fitted, NaiveBayes, Network } from '../api/index.js';
import { rowsOf } from '../api/network.js';
import { LikeloreError } from '../errors.js';
import type {
  EstimateAnswer,
  EstimateRequest,
  FactorRequest,
  FitRequest,
  NaiveTrainRequest,
  ObserveAnswer,
  ObserveRequest,
  OpenOptions,
  QueryAnswer,
  QueryRequest,
  SampleRequest,
  TableData,
  TableQueryRequest,
} from '../types.js';
import type { NaiveQuestion, NetworkQuestion } from './lab.js';
import { Table } from './serve.js';
import type { Methods } from './serve.js';
import { walk } from './turn.js';

export interface Modules {
  start: Promise<Bayes>;
  // Called once, when it is needed; again after a failure.
  all(): Promise<Bayes>;
}

type Source = [text: string, fileName: string, options?: OpenOptions];

export function bayesMethods(modules: Modules): Methods {
  const networks = new Table<OpenNetwork>();
  const models = new Table<NaiveBayes>();
  const { start } = modules;
  start.catch(() => {}); // each request tells of it
  const all = once(() => modules.all());
  const addNetwork = (network: Network, source?: Source): object => {
    const { name, variables, potentials, notes } = network;
    const number = networks.add(new OpenNetwork(network, all, source));
    return { number, name, variables, potentials, notes };
  };
  const addModel = (naive: NaiveBayes): object => {
    const { model, classColumn, textColumn, classes } = naive;
    return { number: models.add(naive), model, classColumn, textColumn, classes };
  };
  return {
    version: async () => (await start).version(),
    check: async (_call, ...source: Source) => (await all()).check(...source),
    combineFactors: async (_call, request: FactorRequest) => (await all()).combineFactors(request),
    open: async (_call, ...source: Source) => {
      const lab = await start;
      const open = (): [Network, Source] => [lab.openNetwork(...source), source];
      const openInAll = async (): Promise<[Network]> => [(await all()).openNetwork(...source)];
      return addNetwork(...(await unlessUnsupported<[Network, Source?]>(open, openInAll)));
    },
    ask: (_call, number: number, question: NetworkQuestion, ...parameters: any[]) => {
      const opened = networks.get(number);
      const ask = (network: Network): unknown =>
        (network[question] as (...parameters: any[]) => unknown)(...parameters);
      return unlessUnsupported(
        () => ask(opened.first),
        async () => ask(await opened.inAll()),
      );
    },
    // As numbers where that is possible, which are moved to the page and become an answer there.
    query: (_call, number: number, request: QueryRequest): Float64Array | QueryAnswer => {
      const { first } = networks.get(number);
      return first.queryNumbers(request) ?? first.query(request);
    },
    exact: async (call, number: number, request: QueryRequest) => {
      const network = await networks.get(number).inAll();
      return JSON.parse(await walk(call, network.exactSteps(request))) as QueryAnswer;
    },
    observe: async (call, number: number, request: ObserveRequest) => {
      const steps = networks.get(number).first.observeSteps(request);
      return JSON.parse(await walk(call, steps)) as ObserveAnswer;
    },
    queryTable: async (call, number: number, table: TableData, request: TableQueryRequest) => {
      const network = await networks.get(number).inAll();
      return rowsOf(await walk(call, network.queryTableSteps(table, request)));
    },
    estimate: async (call, number: number, request: EstimateRequest) => {
      const network = await networks.get(number).inAll();
      return JSON.parse(await walk(call, network.estimateSteps(request))) as EstimateAnswer;
    },
    sample: async (call, number: number, request: SampleRequest) =>
      walk(call, (await networks.get(number).inAll()).sampleSteps(request)),
    fit: async (call, number: number, table: TableData, request: FitRequest) => {
      const steps = (await networks.get(number).inAll()).fitSteps(table, request);
      const { network, ...report }: Fitted = await walk(call, steps);
      return { ...report, network: addNetwork(network) };
    },
    dispose: (_call, number: number) => networks.dispose(number),

    trainNaive: async (call, table: TableData, request: NaiveTrainRequest) =>
      addModel(await walk(call, (await all()).trainNaiveBayesSteps(table, request))),
    openNaive: async (_call, text: string, fileName?: string) =>
      addModel((await all()).openNaiveBayes(text, fileName)),
    askNaive: (_call, number: number, question: NaiveQuestion, ...parameters: any[]) =>
      (models.get(number)[question] as (...parameters: any[]) => unknown)(...parameters),
    naiveNetwork: (_call, number: number) => addNetwork(models.get(number).toNetwork()),
    disposeNaive: (_call, number: number) => models.dispose(number),
  };
}

// A network in the module where it was opened and, once something was asked that this lacks, in the
// module with everything, where it is read again from its source. One without a source is there from
// the beginning.
class OpenNetwork {
  readonly #again: Once<Network> | undefined;
  #disposed = false;

  constructor(
    readonly first: Network,
    all: () => Promise<Bayes>,
    source?: Source,
  ) {
    this.#again = source && once(async () => (await all()).openNetwork(...source));
  }

  async inAll(): Promise<Network> {
    if (!this.#again) return this.first;
    const network = await this.#again();
    if (this.#disposed) network.dispose();
    return network;
  }

  dispose(): void {
    this.#disposed = true;
    this.first.dispose();
    if (this.#again?.begun()) this.#again().then((network) => network.dispose(), () => {});
  }
}

// Calls a function the first time only, and again after a failure.
function once<Value>(make: () => Promise<Value>): Once<Value> {
  let made: Promise<Value> | undefined;
  const get = (): Promise<Value> => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return Object.assign(get, { begun: () => made !== undefined });
}

interface Once<Value> {
  (): Promise<Value>;
  begun(): boolean;
}

// What the first module lacks fails with "unsupported", and is then asked of the other.
async function unlessUnsupported<Value>(
  ask: () => Value | Promise<Value>,
  askAll: () => Promise<Value>,
): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof LikeloreError && error.code === 'unsupported') return askAll();
    throw error;
  }
}
