// The tables of docs/examples/data that the view opens, each fetched when it is first asked for.
import { parseTable } from './csv';
import { guessed } from './sheet';
import type { Sheet } from './sheet';

interface Example {
  file: string;
  read: () => Promise<{ default: string }>;
}

const examples: Record<string, Example> = {
  homework: {
    file: 'satisfaction.csv',
    read: () => import('../../../docs/examples/data/satisfaction.csv?raw'),
  },
  spam: { file: 'messages.csv', read: () => import('../../../docs/examples/data/messages.csv?raw') },
};

export const exampleIds = Object.keys(examples);

export function fileOf(id: string): string {
  return examples[id]?.file ?? id;
}

export async function openExample(id: string): Promise<Sheet> {
  const { default: text } = await examples[id]!.read();
  const { columns, rows } = await parseTable(text);
  return guessed({ kind: 'example', id }, columns, rows);
}

// The questions of the homework: a row with everything known, and one with a field left blank.
export const homeworkRows = [
  { rich: '0', married: '1', healthy: '1' },
  { rich: '0', married: '1' },
] as const;

export const spamMessage = 'Claim your free prize money before the meeting, dear winner!';
