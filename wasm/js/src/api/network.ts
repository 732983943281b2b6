// Bayesian networks.
import { LikeloreError } from '../raw/index.js';
import type { BayesExport, Bridge } from '../raw/index.js';
import type {
  DocumentFormat,
  DocumentLanguage,
  DrawRequest,
  EstimateAnswer,
  EstimateProgress,
  EstimateRequest,
  Factor,
  FitProgress,
  FitRequest,
  IndependentAnswer,
  IndependentRequest,
  Knowledge,
  MapAnswer,
  MapRequest,
  NetworkFactorsRequest,
  NetworkFormat,
  NetworkInfo,
  ObserveAnswer,
  ObserveProgress,
  ObserveRequest,
  Potential,
  OrdersAnswer,
  OrdersRequest,
  QueryAnswer,
  QueryRequest,
  SampleProgress,
  SampleRequest,
  SeparateAnswer,
  SeparateRequest,
  TableData,
  TableQueryAnswer,
  TableQueryProgress,
  TableQueryRequest,
  Trace,
  TraceRequest,
  UaiCompareRequest,
  UaiComparison,
  UaiResult,
  UaiTask,
  Variable,
} from '../types.js';
import { Answers } from './answers.js';
import { Handle } from './lab.js';
import type { Owner } from './owner.js';
import {
  compareBytes,
  estimateBytes,
  networkFactorsBytes,
  fitBytes,
  independentBytes,
  requestBytes,
  sampleBytes,
  separateBytes,
  tableBytes,
  tableQueryBytes,
} from './request.js';
import { during, finish, Work } from './work.js';
import type { Kind, Steps } from './work.js';

const encoder = new TextEncoder();

// A network with the tables that data have given it, and the last iteration.
export interface Fitted extends FitProgress {
  network: Network;
}

interface WeightingReport {
  samples: number;
  effective_samples: number;
  largest_error: number;
  done: boolean;
}

interface FitReport {
  iteration: number;
  log_likelihood: number;
  objective: number;
  done: boolean;
  converged: boolean;
}

const casesAStep = 4096;
const rowsAStep = 256;
const lastLine = 'null\n'; // of the rows

// The answers in lines of text, one a row.
export function rowsOf(lines: string): TableQueryAnswer {
  const rows = lines.split('\n').slice(0, -1);
  return rows.map((line) => JSON.parse(line) as TableQueryAnswer[number]);
}

function badCount(count: number): LikeloreError {
  const message = `count is ${count}; it must be a whole number from 1`;
  return new LikeloreError({ code: 'usage', message });
}

interface Description {
  name: string;
  variables: Variable[];
  potentials?: Potential[];
}

export class Network extends Handle {
  readonly name: string;
  readonly variables: readonly Variable[];
  // Of a Markov network; null in a Bayesian one.
  readonly potentials: readonly Potential[] | null;
  // Remarks of the reader, such as that rows were divided by their sum.
  readonly notes: readonly string[];
  readonly #bridge: Bridge<BayesExport>;
  readonly #owner: Owner;
  readonly #answers: Answers;

  constructor(bridge: Bridge<BayesExport>, owner: Owner, address: number) {
    const answers = new Answers(bridge);
    super(owner, address, () => {
      answers.free();
      bridge.call('lk_bridge_network_free', address);
    });
    this.#bridge = bridge;
    this.#owner = owner;
    this.#answers = answers;
    this.notes = bridge.notes();
    const description = bridge.json<Description>('lk_bridge_network_describe', address);
    this.name = description.name;
    this.variables = description.variables;
    this.potentials = description.potentials ?? null;
  }

  query(request: QueryRequest = {}): QueryAnswer {
    const numbers = this.queryNumbers(request);
    if (!numbers) return JSON.parse(this.queryText(request)) as QueryAnswer;
    return this.#answers.shape(this.variables).answer(numbers, request);
  }

  // The same as numbers, which shape.ts makes an answer of, where that is fast: the
  // posteriors of what is observed, with nothing else asked. undefined where it is not.
  queryNumbers(request: QueryRequest = {}): Float64Array | undefined {
    return this.#answers.ask(this.address, this.variables, request);
  }

  // Each document as the command prints it: this one, and those of the other …Text methods.
  queryText(request: QueryRequest = {}): string {
    if (request.exact) return finish(this.exactSteps(request));
    return this.#ask('lk_bridge_network_query', requestBytes(request));
  }

  // The document of an exact query, worked on for some tens of milliseconds a step.
  exactSteps(request: QueryRequest = {}): Steps<undefined, string> {
    const begin = (): Work => this.#begin('exact', requestBytes(request));
    return during(begin, function* (work) {
      for (;;) {
        const answer = work.next();
        if (answer) return answer;
        yield undefined;
      }
    });
  }

  // The question asked for each row of a table.
  queryTable(
    table: TableData,
    request: TableQueryRequest = {},
    onProgress?: (progress: TableQueryProgress) => void,
  ): TableQueryAnswer {
    return rowsOf(finish(this.queryTableSteps(table, request), onProgress));
  }

  // A line a row.
  queryTableText(table: TableData, request: TableQueryRequest = {}): string {
    return finish(this.queryTableSteps(table, request));
  }

  // The lines, some hundred rows a step; with `exact` a row takes a step or more.
  queryTableSteps(
    table: TableData,
    request: TableQueryRequest = {},
  ): Steps<TableQueryProgress, string> {
    const begin = (): Work => this.#begin('rows', tableQueryBytes(request), tableBytes(table));
    return during(begin, function* (work) {
      const pieces: string[] = [];
      for (let rows = 0; ; ) {
        const piece = work.next(rowsAStep);
        if (piece.endsWith(lastLine)) return pieces.join('') + piece.slice(0, -lastLine.length);
        pieces.push(piece);
        rows += piece.split('\n').length - 1;
        yield { rows };
      }
    });
  }

  // The result files of the UAI competitions: "pr" has the probability of the evidence, "mar" all
  // posteriors, "mpe" the most probable states of all variables, "mmap" those of the targets.
  uaiText(task: UaiTask, request: Knowledge & { targets?: string[] } = {}): string {
    const format = `uai-${task}`;
    const name = ({ pr: 'query', mar: 'query', mpe: 'mpe', mmap: 'map' } as const)[task];
    return this.#ask(`lk_bridge_network_${name}`, requestBytes({ ...request, format }));
  }

  // What such a file says, whatever program has written it.
  uaiResult(text: string, fileName = 'result'): UaiResult {
    return JSON.parse(this.uaiResultText(text, fileName)) as UaiResult;
  }

  uaiResultText(text: string, fileName = 'result'): string {
    return this.#bridge.text('lk_bridge_uai_result', this.address, encoder.encode(text), fileName);
  }

  // How far our answer is from it.
  compareUai(text: string, request: UaiCompareRequest = {}): UaiComparison {
    return JSON.parse(this.compareUaiText(text, request)) as UaiComparison;
  }

  compareUaiText(text: string, request: UaiCompareRequest = {}): string {
    return this.#ask('lk_bridge_uai_compare', compareBytes(text, request));
  }

  // Estimates by likelihood weighting, for networks that are too large for a query.
  estimate(request: EstimateRequest = {}, onProgress?: (p: EstimateProgress) => void): EstimateAnswer {
    return JSON.parse(this.estimateText(request, onProgress)) as EstimateAnswer;
  }

  estimateText(request: EstimateRequest = {}, onProgress?: (p: EstimateProgress) => void): string {
    return finish(this.estimateSteps(request), onProgress);
  }

  // The document, 4096 cases a step.
  estimateSteps(request: EstimateRequest = {}): Steps<EstimateProgress, string> {
    const begin = (): Work => this.#begin('weighting', estimateBytes(request));
    return during(begin, function* (work) {
      for (let done = false; !done; ) {
        const report = JSON.parse(work.next()) as WeightingReport;
        done = report.done;
        const { samples, effective_samples: effectiveSamples, largest_error: largestError } = report;
        yield { samples, effectiveSamples, largestError };
      }
      return work.text('lk_bridge_weighting_answer');
    });
  }

  // Cases drawn from the network, as CSV.
  sample(request: SampleRequest): string {
    return finish(this.sampleSteps(request));
  }

  // The same, some thousand cases a step.
  sampleSteps(request: SampleRequest): Steps<SampleProgress, string> {
    const { count } = request;
    const begin = (): Work => {
      if (!Number.isSafeInteger(count) || count < 1) throw badCount(count);
      return this.#begin('sampler', sampleBytes(request));
    };
    return during(begin, function* (work) {
      const pieces: string[] = [];
      for (let cases = 0; cases < count; ) {
        const more = Math.min(count - cases, casesAStep);
        pieces.push(work.next(more));
        cases += more;
        yield { cases };
      }
      return pieces.join('');
    });
  }

  // The network with tables learned from data; its own tables are not looked at.
  fit(table: TableData, request: FitRequest = {}, onProgress?: (p: FitProgress) => void): Fitted {
    return finish(this.fitSteps(table, request), onProgress);
  }

  // The same, one iteration a step; without `em` there is one only.
  fitSteps(table: TableData, request: FitRequest = {}): Steps<FitProgress, Fitted> {
    const begin = (): Work => this.#begin('fit', fitBytes(request), tableBytes(table));
    const open = (address: number): Network => new Network(this.#bridge, this.#owner, address);
    return during(begin, function* (work) {
      for (;;) {
        const { log_likelihood, ...report } = JSON.parse(work.next()) as FitReport;
        const { iteration, objective, done, converged } = report;
        const progress = { iteration, logLikelihood: log_likelihood, objective, done, converged };
        yield progress;
        if (!done) continue;
        return { network: open(work.open('lk_bridge_fit_network')), ...progress };
      }
    });
  }

  // What it consists of.
  info(): NetworkInfo {
    return JSON.parse(this.infoText()) as NetworkInfo;
  }

  infoText(): string {
    return this.#bridge.text('lk_bridge_network_info', this.address);
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

  // The same document, a propagation a step: one for each state of the target, and one before.
  observeSteps({ target, ...known }: ObserveRequest): Steps<ObserveProgress, string> {
    const begin = (): Work => this.#begin('observation', requestBytes({ ...known, targets: [target] }));
    const states = this.variables.find(({ name }) => name === target)?.states.length ?? 0;
    return during(begin, function* (work) {
      for (let done = 1; ; done++) {
        const answer = work.next();
        if (answer) return answer;
        yield { done, all: states + 1 };
      }
    });
  }

  // Variable elimination, step by step.
  trace(request: TraceRequest): Trace {
    return JSON.parse(this.traceText(request)) as Trace;
  }

  traceText(request: TraceRequest, format?: DocumentFormat): string {
    const plain = format === undefined && !request.exact;
    const name = plain ? 'lk_bridge_network_trace' : 'lk_bridge_network_trace_document';
    return this.#ask(name, requestBytes({ ...request, format }));
  }

  // Orders of elimination, side by side.
  orders(request: OrdersRequest): OrdersAnswer {
    return JSON.parse(this.ordersText(request)) as OrdersAnswer;
  }

  ordersText(request: OrdersRequest, format?: DocumentFormat): string {
    return this.#ask('lk_bridge_network_orders', requestBytes({ ...request, format }));
  }

  // Factors with the evidence put in: the tables of variables, or those that matter for the targets,
  // or all.
  factors(request: NetworkFactorsRequest = {}): Factor[] {
    const answer = JSON.parse(this.factorsText(request)) as { factors: Factor[] };
    return answer.factors;
  }

  factorsText(request: NetworkFactorsRequest = {}): string {
    return this.#ask('lk_bridge_network_factors', networkFactorsBytes(request));
  }

  // Whether variables are independent, by d-separation and by the numbers.
  separate(request: SeparateRequest): SeparateAnswer {
    return JSON.parse(this.separateText(request)) as SeparateAnswer;
  }

  separateText(request: SeparateRequest, format?: DocumentFormat): string {
    return this.#ask('lk_bridge_network_separate', separateBytes(request, format));
  }

  // All other variables, told apart by whether the structure makes them independent of some.
  independent(request: IndependentRequest): IndependentAnswer {
    return JSON.parse(this.independentText(request)) as IndependentAnswer;
  }

  independentText(request: IndependentRequest, format?: DocumentFormat): string {
    return this.#ask('lk_bridge_network_separate', independentBytes(request, format));
  }

  // Worked solutions of a sheet of questions (docs/formats/questions.md).
  report(
    questions: string,
    format: DocumentFormat = 'markdown',
    { exact = false, language = 'en' }: { exact?: boolean; language?: DocumentLanguage } = {},
  ): string {
    const asked = [encoder.encode(questions), format, Number(exact), language] as const;
    return this.#bridge.text('lk_bridge_network_report', this.address, ...asked);
  }

  // A picture: SVG, or a graph for Graphviz.
  draw(request: DrawRequest = {}): string {
    return this.#ask('lk_bridge_network_draw', requestBytes(request));
  }

  // The network in a format.
  write(format: NetworkFormat): string {
    return this.#bridge.text('lk_bridge_network_write', this.address, format);
  }

  #begin(kind: Kind, ...parameters: Uint8Array[]): Work {
    return new Work(this.#bridge, this.#owner, kind, this.address, ...parameters);
  }

  #ask(name: BayesExport, request: Uint8Array): string {
    return this.#bridge.text(name, this.address, request);
  }
}
