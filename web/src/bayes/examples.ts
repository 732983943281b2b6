// The example networks: those of docs/examples/networks, each fetched when it is first asked for, and
// generated ones.
import type { NetworkFacts, QueryAnswer } from '../lib/engine';
import { PageError } from '../lib/problem';
import { text } from '../lib/text';

// What is known of an example before the core has been loaded (web/opened.ts).
export interface Opened extends NetworkFacts {
  // When nothing is observed; null of structure alone.
  answer: Posteriors | null;
}

export type Posteriors = Pick<QueryAnswer, 'posteriors' | 'p_evidence' | 'log10_p_evidence' | 'log10_z'>;

const sources = import.meta.glob<Opened & { content: string }>('../../../docs/examples/networks/*.bif', {
  query: '?opened',
  import: 'default',
});

export const firstExample = 'asia';

function idOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.bif$/, '');
}

export const examples: string[] = Object.keys(sources).map(idOf);

// By the number of their nodes.
export const generated = [50, 400] as const;
const generatedId = /^generated-(50|400)$/;

export function exampleTitle(id: string): string {
  const [, count] = generatedId.exec(id) ?? [];
  if (count !== undefined) return text.generatedExample(Number(count));
  return (text.examples as Record<string, string>)[id] ?? id;
}

export function isExample(id: string): boolean {
  return examples.includes(id) || generatedId.test(id);
}

export async function exampleNetwork(id: string): Promise<{ content: string; fileName: string; opened?: Opened }> {
  const [, count] = generatedId.exec(id) ?? [];
  if (count !== undefined) {
    const { generateNetwork } = await import('./generate');
    return { content: generateNetwork(Number(count)), fileName: `${id}.json` };
  }
  const entry = Object.entries(sources).find(([path]) => idOf(path) === id);
  if (!entry) throw new PageError(() => text.noExample(id));
  const { content, ...opened } = await entry[1]();
  return { content, fileName: `${id}.bif`, opened };
}
