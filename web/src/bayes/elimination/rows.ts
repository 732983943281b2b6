// Which rows of a table are shown: a page or more of it, and what is lit further down.
const firstPage = 128;
const nextPages = 1024;
const mostLitBelow = 64;

export interface Rows {
  readonly list: readonly number[];
  // Rows before which some are left out.
  readonly gaps: ReadonlySet<number>;
  // How many of the table come after the pages shown.
  readonly left: number;
}

export function rowsShown(cells: number, page: number, lit: ReadonlySet<number>): Rows {
  const shown = Math.min(cells, firstPage + page * nextPages);
  const below = [...lit].filter((cell) => cell >= shown).slice(0, mostLitBelow);
  const gaps = new Set(below.filter((cell, index) => cell - 1 !== (below[index - 1] ?? shown - 1)));
  return { list: [...Array.from({ length: shown }, (_, cell) => cell), ...below], gaps, left: cells - shown };
}

export function moreRows(left: number): number {
  return Math.min(nextPages, left);
}

// Where a key leads from a row; undefined: it is no key of ours.
export function stepOf(key: string, rows: readonly number[], cell: number): number | undefined {
  const place = rows.indexOf(cell);
  const last = rows.length - 1;
  const next = {
    ArrowUp: place - 1,
    ArrowDown: place + 1,
    PageUp: place - 10,
    PageDown: place + 10,
    Home: 0,
    End: last,
  }[key];
  return next === undefined ? undefined : rows[Math.max(0, Math.min(next, last))];
}
