// Bayesian networks.
import { loadBayesBridge } from '../raw/index.js';
import type { BayesExport, Bridge, LoadOptions } from '../raw/index.js';
import type {
  Check,
  DocumentFormat,
  DrawRequest,
  Knowledge,
  MapAnswer,
  MapRequest,
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
} from '../types.js';
import { Handle, Lab } from './lab.js';
import type { Owner } from './owner.js';
import { requestBytes, separateBytes } from './request.js';

const encoder = new TextEncoder();

export async function loadBayes(options: LoadOptions = {}): Promise<Bayes> {
  return new Bayes(await loadBayesBridge(options));
}

export class Bayes extends Lab<BayesExport> {
  // Reads a network; the format is told by its content, then by its name.
  openNetwork(text: string, fileName: string, { normalize = false }: OpenOptions = {}): Network {
    const bytes = encoder.encode(text);
    this.bridge.notes(); // of calls before
    const address = this.bridge.open('lk_bridge_network_open', bytes, fileName, Number(normalize));
    return new Network(this.bridge, this.owner, address);
  }

  // What is wrong or doubtful in a file; one that cannot be read is a finding and no failure.
  check(text: string, fileName: string, options: OpenOptions = {}): Check {
    return JSON.parse(this.checkText(text, fileName, options)) as Check;
  }

  checkText(text: string, fileName: string, { normalize = false }: OpenOptions = {}): string {
    return this.bridge.text('lk_bridge_check', encoder.encode(text), fileName, Number(normalize));
  }
}

interface Description {
  name: string;
  variables: Variable[];
}

export class Network extends Handle {
  readonly name: string;
  readonly variables: readonly Variable[];
  // Remarks of the reader, such as that rows were divided by their sum.
  readonly notes: readonly string[];
  readonly #bridge: Bridge<BayesExport>;

  constructor(bridge: Bridge<BayesExport>, owner: Owner, address: number) {
    super(owner, address, () => bridge.call('lk_bridge_network_free', address));
    this.#bridge = bridge;
    this.notes = bridge.notes();
    const description = bridge.json<Description>('lk_bridge_network_describe', address);
    this.name = description.name;
    this.variables = description.variables;
  }

  query(request: QueryRequest = {}): QueryAnswer {
    return JSON.parse(this.queryText(request)) as QueryAnswer;
  }

  // Each document as the command prints it: this one, and those of the other …Text methods.
  queryText(request: QueryRequest = {}): string {
    return this.#ask('lk_bridge_network_query', requestBytes(request));
  }

  // The most probable states of all variables that are not observed.
  mpe(request: Knowledge = {}): MapAnswer {
    return JSON.parse(this.mpeText(request)) as MapAnswer;
  }

  mpeText(request: Knowledge = {}): string {
    return this.#ask('lk_bridge_network_mpe', requestBytes(request));
  }

  // The most probable states of the targets, everything else summed out.
  map(request: MapRequest): MapAnswer {
    return JSON.parse(this.mapText(request)) as MapAnswer;
  }

  mapText(request: MapRequest): string {
    return this.#ask('lk_bridge_network_map', requestBytes(request));
  }

  // How much each variable that is not observed would tell of the target.
  observe(request: ObserveRequest): ObserveAnswer {
    return JSON.parse(this.observeText(request)) as ObserveAnswer;
  }

  observeText({ target, ...known }: ObserveRequest): string {
    return this.#ask('lk_bridge_network_observe', requestBytes({ ...known, targets: [target] }));
  }

  // Variable elimination, step by step.
  trace(request: TraceRequest): Trace {
    return JSON.parse(this.traceText(request)) as Trace;
  }

  traceText(request: TraceRequest, format?: DocumentFormat): string {
    return this.#ask('lk_bridge_network_trace', requestBytes({ ...request, format }));
  }

  // Orders of elimination, side by side.
  orders(request: OrdersRequest): OrdersAnswer {
    return JSON.parse(this.ordersText(request)) as OrdersAnswer;
  }

  ordersText(request: OrdersRequest, format?: DocumentFormat): string {
    return this.#ask('lk_bridge_network_orders', requestBytes({ ...request, format }));
  }

  // Whether variables are independent, by d-separation and by the numbers.
  separate(request: SeparateRequest): SeparateAnswer {
    return JSON.parse(this.separateText(request)) as SeparateAnswer;
  }

  separateText(request: SeparateRequest, format?: DocumentFormat): string {
    return this.#ask('lk_bridge_network_separate', separateBytes(request, format));
  }

  // Worked solutions of a sheet of questions (docs/formats/questions.md).
  report(questions: string, format: DocumentFormat = 'markdown'): string {
    return this.#bridge.text('lk_bridge_network_report', this.address, encoder.encode(questions), format);
  }

  // A picture: SVG, or a graph for Graphviz.
  draw(request: DrawRequest = {}): string {
    return this.#ask('lk_bridge_network_draw', requestBytes(request));
  }

  // The network in a format.
  write(format: NetworkFormat): string {
    return this.#bridge.text('lk_bridge_network_write', this.address, format);
  }

  #ask(name: BayesExport, request: Uint8Array): string {
    return this.#bridge.text(name, this.address, request);
  }
}
