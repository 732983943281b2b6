// The example networks of docs/examples/networks, each fetched when it is first asked for.
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

export function exampleTitle(id: string): string {
  return (text.examples as Record<string, string>)[id] ?? id;
}

export function isExample(id: string): boolean {
  return examples.includes(id);
}

export async function exampleText(id: string): Promise<string> {
  const entry = Object.entries(sources).find(([path]) => idOf(path) === id);
  if (!entry) throw new PageError(() => text.noExample(id));
  return entry[1]();
}
