// Bayesian networks.
import { jsonBytes, loadBayesBridge } from '../raw/index.js';
import type { BayesExport, Bridge, LoadOptions } from '../raw/index.js';
import type { Evidence, Order, QueryAnswer, QueryRequest, Trace, TraceRequest, Variable } from '../types.js';
import { Handle, Lab } from './lab.js';
import type { Owner } from './owner.js';

export async function loadBayes(options: LoadOptions = {}): Promise<Bayes> {
  return new Bayes(await loadBayesBridge(options));
}

export class Bayes extends Lab<BayesExport> {
  // Reads a network; the format is told by its content, then by its name.
  openNetwork(text: string, fileName: string): Network {
    const bytes = new TextEncoder().encode(text);
    const address = this.bridge.open('lk_bridge_network_open', bytes, fileName);
    return new Network(this.bridge, this.owner, address);
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

  // The document as the command prints it.
  queryText(request: QueryRequest = {}): string {
    return this.#bridge.text('lk_bridge_network_query', this.address, requestBytes(request));
  }

  trace(request: TraceRequest): Trace {
    return JSON.parse(this.traceText(request)) as Trace;
  }

  traceText(request: TraceRequest): string {
    return this.#bridge.text('lk_bridge_network_trace', this.address, requestBytes(request));
  }
}

// A request in the command's notation: names in double quotes, doubled where they hold one. What
// is empty is left out.
function requestBytes(request: QueryRequest): Uint8Array {
  const { targets, evidence, order, engine } = request;
  return jsonBytes({
    targets: (targets && list(targets)) || undefined,
    evidence: (evidence && findings(evidence)) || undefined,
    order: (order && orderText(order)) || undefined,
    engine,
  });
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function list(names: string[]): string {
  return names.map(quote).join(',');
}

function findings(evidence: Evidence): string {
  const pairs = Object.entries(evidence);
  return pairs.map(([name, state]) => `${quote(name)}=${quote(state)}`).join(',');
}

function orderText(order: Order): string {
  return typeof order === 'string' ? order : list(order);
}
