// The example networks: those of docs/examples/networks, each fetched when it is first asked for, and
// generated ones.
import { PageError } from '../lib/problem';
import { text } from '../lib/text';

const sources = import.meta.glob<string>('../../../docs/examples/networks/*.bif', {
  query: '?raw',
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

export async function exampleNetwork(id: string): Promise<{ content: string; fileName: string }> {
  const [, count] = generatedId.exec(id) ?? [];
  if (count !== undefined) {
    const { generateNetwork } = await import('./generate');
    return { content: generateNetwork(Number(count)), fileName: `${id}.json` };
  }
  const entry = Object.entries(sources).find(([path]) => idOf(path) === id);
  if (!entry) throw new PageError(() => text.noExample(id));
  return { content: await entry[1](), fileName: `${id}.bif` };
}
