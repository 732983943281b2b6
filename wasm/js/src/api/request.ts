// Requests in the command's notation: names in double quotes, doubled where they hold one. What is
// empty is left out.
import { jsonBytes } from '../raw/index.js';
import type { DocumentFormat, Evidence, Knowledge, Order, SeparateRequest } from '../types.js';

interface Asked extends Knowledge {
  targets?: string[];
  order?: Order;
  orders?: Order[];
  engine?: string;
  joint?: boolean;
  keepIrrelevant?: boolean;
  exact?: boolean;
  graph?: string;
  bars?: boolean;
  format?: string;
}

export function requestBytes(request: Asked): Uint8Array {
  const { targets, order, orders, engine, joint, keepIrrelevant, exact } = request;
  const { graph, bars, format } = request;
  return jsonBytes({
    ...knowledge(request),
    targets: (targets && list(targets)) || undefined,
    order: (order && orderText(order)) || undefined,
    orders: orders?.map(orderText),
    no_prune: keepIrrelevant,
    ...{ engine, joint, exact, graph, bars, format },
  });
}

export function separateBytes(request: SeparateRequest, format?: DocumentFormat): Uint8Array {
  const { left, right, given = [], tolerance } = request;
  return jsonBytes({ left: list(left), right: list(right), given: list(given) || undefined, tolerance, format });
}

function knowledge({ evidence, excluded, likelihoods, do: set }: Knowledge): Record<string, unknown> {
  const seen = [...(evidence ? pairs(evidence, '=') : []), ...(excluded ? exclusions(excluded) : [])];
  const likely = Object.entries(likelihoods ?? {}).map(likelihood);
  return {
    evidence: seen.join(',') || undefined,
    likelihoods: likely.length > 0 ? likely : undefined,
    do: (set && pairs(set, '=').join(',')) || undefined,
  };
}

function pairs(states: Evidence, relation: string): string[] {
  return Object.entries(states).map(([name, state]) => quote(name) + relation + quote(state));
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
