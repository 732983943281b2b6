// The work as Markdown: each card with how it was made, and its table.
import { expressionOf } from './board';
import type { Board, Card } from './board';
import { statesAt } from './cells';

const mostRows = 256;

const escaped = (text: string): string => text.replace(/[\\|`*_<>[\]]/g, '\\$&');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function tableOf({ factor }: Card, exact: boolean, words: { value: string; more: (count: number) => string }): string[] {
  const fractions = exact ? factor.exact?.values : undefined;
  const count = Math.min(mostRows, factor.values.length);
  const head = [...factor.scope.map(escaped), words.value];
  const rows = Array.from({ length: count }, (_, cell) =>
    row([...statesAt(factor, cell).map(escaped), fractions?.[cell] ?? String(factor.values[cell])]),
  );
  const rule = [...factor.scope.map(() => '---'), '---:'];
  const rest = factor.values.length - count;
  return [row(head), row(rule), ...rows, ...(rest > 0 ? ['', words.more(rest)] : [])];
}

export function boardAsMarkdown(
  board: Board,
  exact: boolean,
  words: { title: string; value: string; more: (count: number) => string },
): string {
  const parts = board.cards.map((card) => {
    const { name } = card.factor;
    const expression = expressionOf(board, card);
    const heading = expression === name ? escaped(name) : `${escaped(name)} = ${escaped(expression)}`;
    return [`## ${heading}`, '', ...tableOf(card, exact, words)].join('\n');
  });
  return `# ${escaped(words.title)}\n\n${parts.join('\n\n')}\n`;
}
