// Requests in the command's notation: names in double quotes, doubled where they hold one. What is
// empty is left out.
import { jsonBytes } from '../raw/index.js';
import type {
  DocumentFormat,
  EstimateRequest,
  FactorRequest,
  FitRequest,
  IndependentRequest,
  Knowledge,
  NaivePredictRequest,
  NaiveTableRequest,
  NaiveTrainRequest,
  NetworkFactorsRequest,
  Order,
  SampleRequest,
  SeparateRequest,
  TableData,
  TableOptions,
  TableQueryRequest,
  UaiCompareRequest,
} from '../types.js';

const encoder = new TextEncoder();

interface Asked extends Knowledge {
  targets?: string[];
  order?: Order;
  orders?: Order[];
  engine?: string;
  joint?: boolean;
  keepIrrelevant?: boolean;
  exact?: boolean;
  mostValues?: number;
  graph?: string;
  bars?: boolean;
  format?: string;
  language?: string;
}

export function requestBytes(request: Asked): Uint8Array {
  return jsonBytes(members(request));
}

export function tableQueryBytes(request: TableQueryRequest): Uint8Array {
  const { ignoreColumns: ignore_columns } = request;
  return jsonBytes({ ...members(request), ignore_columns, ...tableMembers(request) });
}

export function compareBytes(result: string, request: UaiCompareRequest): Uint8Array {
  const { tolerance, fileName: file_name = 'result' } = request;
  return jsonBytes({ ...knowledge(request), result, tolerance, file_name });
}

function members(request: Asked): object {
  const { targets, order, orders, engine, joint, keepIrrelevant, exact } = request;
  const { graph, bars, format, language, mostValues: most_values } = request;
  return {
    ...knowledge(request),
    targets: (targets && list(targets)) || undefined,
    order: (order && orderText(order)) || undefined,
    orders: orders?.map(orderText),
    no_prune: keepIrrelevant,
    ...{ engine, joint, exact, graph, bars, format, language, most_values },
  };
}

export function factorBytes(request: FactorRequest): Uint8Array {
  return jsonBytes(request);
}

export function networkFactorsBytes(request: NetworkFactorsRequest): Uint8Array {
  const { variables, potentials, targets, exact } = request;
  return jsonBytes({
    ...knowledge(request),
    variables: (variables && list(variables)) || undefined,
    potentials,
    targets: (targets && list(targets)) || undefined,
    exact,
  });
}

export function tableBytes(table: TableData): Uint8Array {
  return typeof table === 'string' ? encoder.encode(table) : table;
}

export function separateBytes(request: SeparateRequest, format?: DocumentFormat): Uint8Array {
  const { left, right, given = [], tolerance, exact, language } = request;
  const { mostOperations: most_operations } = request;
  const sides = { left: list(left), right: list(right), given: list(given) || undefined };
  return jsonBytes({ ...sides, tolerance, most_operations, exact, format, language });
}

export function independentBytes(request: IndependentRequest, format?: DocumentFormat): Uint8Array {
  const { of, given = [], language } = request;
  return jsonBytes({ left: list(of), given: list(given) || undefined, format, language });
}

export function estimateBytes(request: EstimateRequest): Uint8Array {
  const { targets, precision, maxSamples: max_samples, seed } = request;
  const asked = { targets: (targets && list(targets)) || undefined, precision, max_samples, seed };
  return jsonBytes({ ...knowledge(request), ...asked });
}

export function sampleBytes(request: SampleRequest): Uint8Array {
  const { seed, weights } = request;
  return jsonBytes({ ...knowledge(request), seed, weights });
}

export function fitBytes(request: FitRequest): Uint8Array {
  const { method, alpha, ess, em, tolerance, seed } = request;
  const { maxIterations: max_iterations, ignoreColumns: ignore_columns } = request;
  const asked = { method, alpha, ess, em, tolerance, max_iterations, seed, ignore_columns };
  return jsonBytes({ ...asked, ...tableMembers(request) });
}

export function trainBytes(request: NaiveTrainRequest): Uint8Array {
  const { class: column, model, text, ignore, alpha } = request;
  const { alphaPrior: alpha_prior, minTexts: min_texts, maxWords: max_words } = request;
  const asked = { class: column, model, text, ignore, alpha, alpha_prior, min_texts, max_words };
  return jsonBytes({ ...asked, ...tableMembers(request) });
}

export function predictBytes(request: NaivePredictRequest, format?: 'text'): Uint8Array {
  const { row, words, unseen, explain, exact, language } = request;
  const features = row && pairs(row, '=').join(',');
  return jsonBytes({ row: features || undefined, words, unseen, explain, exact, format, language });
}

export function naiveTableBytes(request: NaiveTableRequest, format?: 'json' | 'text'): Uint8Array {
  return jsonBytes({ unseen: request.unseen, format, ...tableMembers(request) });
}

function tableMembers({ separator, missing, fileName: file_name }: TableOptions): object {
  return { separator, missing, file_name };
}

function knowledge(known: Knowledge): Record<string, unknown> {
  const { evidence, excluded, likelihoods, do: set, uaiEvidence: uai_evidence } = known;
  const seen = [...(evidence ? pairs(evidence, '=') : []), ...(excluded ? exclusions(excluded) : [])];
  const likely = Object.entries(likelihoods ?? {}).map(likelihood);
  return {
    evidence: seen.join(',') || undefined,
    likelihoods: likely.length > 0 ? likely : undefined,
    do: (set && pairs(set, '=').join(',')) || undefined,
    uai_evidence,
  };
}

function pairs(states: Record<string, string | number>, relation: string): string[] {
  return Object.entries(states).map(([name, state]) => quote(name) + relation + quote(`${state}`));
}

function exclusions(excluded: Record<string, string | string[]>): string[] {
  return Object.entries(excluded).flatMap(([name, states]) =>
    [states].flat().map((state) => `${quote(name)}!=${quote(state)}`),
  );
}

function likelihood([name, numbers]: [string, Record<string, number>]): string {
  const states = Object.entries(numbers).map(([state, number]) => `${quote(state)}:${number}`);
  return `${quote(name)}=${states.join(',')}`;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function list(names: string[]): string {
  return names.map(quote).join(',');
}

function orderText(order: Order): string {
  return typeof order === 'string' ? order : list(order);
}
