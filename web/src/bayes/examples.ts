// The example networks of docs/examples/networks, each fetched when it is first asked for.
import { text } from '../lib/text';

const sources = import.meta.glob<string>('../../../docs/examples/networks/*.bif', {
  query: '?raw',
  import: 'default',
});

export interface Example {
  id: string;
  title: string;
}

export const firstExample = 'asia';

function idOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.bif$/, '');
}

export const examples: Example[] = Object.keys(sources).map((path) => {
  const id = idOf(path);
  return { id, title: text.examples[id] ?? id };
});

export function isExample(id: string): boolean {
  return examples.some((example) => example.id === id);
}

export async function exampleText(id: string): Promise<string> {
  const entry = Object.entries(sources).find(([path]) => idOf(path) === id);
  if (!entry) throw new Error(`there is no example named ${id}`);
  return entry[1]();
}
