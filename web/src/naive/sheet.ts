// A table of training examples as a value: every change gives a new one, which shares the rows that
// did not change.

// An example of ours, or a table of the reader's.
export type Origin = { kind: 'example'; id: string } | { kind: 'own'; name: string };

export interface Sheet {
  readonly origin: Origin;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  // The column to be predicted.
  readonly classColumn: number;
  // The column whose words are the features, or null when each other column is one.
  readonly textColumn: number | null;
}

export interface Place {
  row: number; // -1: the names of the columns
  column: number;
}

// Cells from one corner to the other, both included.
export interface Range {
  from: Place;
  to: Place;
}

// Fields that say that a value is missing, as the core has them.
export const missing = ['', '?', 'NA'];

export const mostColumns = 1000; // that a block may make
export const mostShownColumns = 100;

export function cellAt(sheet: Sheet, { row, column }: Place): string {
  return (row < 0 ? sheet.columns : sheet.rows[row])?.[column] ?? '';
}

export function cellsIn(sheet: Sheet, { from, to }: Range): string[][] {
  const lines = [sheet.columns, ...sheet.rows].slice(from.row + 1, to.row + 2);
  return lines.map((line) => line.slice(from.column, to.column + 1));
}

export function fillCells(sheet: Sheet, range: Range, value: string): Sheet {
  const cells = cellsIn(sheet, range);
  if (cells.every((line) => line.every((each) => each === value))) return sheet;
  return pasteBlock(sheet, range.from, cells.map((line) => line.map(() => value)));
}

export function setCell(sheet: Sheet, place: Place, value: string): Sheet {
  if (cellAt(sheet, place) === value) return sheet;
  return pasteBlock(sheet, place, [[value]]);
}

// Lays a block over the table with its first cell at a place; the table grows as far as needed.
export function pasteBlock(sheet: Sheet, place: Place, block: readonly (readonly string[])[]): Sheet {
  const width = block.reduce((most, line) => Math.max(most, line.length), 0);
  const grown = withColumns(sheet, Math.min(place.column + width, mostColumns));
  let { columns } = grown;
  const rows = [...grown.rows];
  block.forEach((line, index) => {
    const row = place.row + index;
    if (row < 0) columns = overlaid(columns, place.column, line);
    else rows[row] = overlaid(rows[row] ?? columns.map(() => ''), place.column, line);
  });
  return { ...grown, columns, rows };
}

function overlaid(line: readonly string[], from: number, values: readonly string[]): string[] {
  return line.map((old, column) => values[column - from] ?? old);
}

function withColumns(sheet: Sheet, count: number): Sheet {
  let grown = sheet;
  while (grown.columns.length < count) grown = addColumn(grown, grown.columns.length);
  return grown;
}

// ---- Rows and columns ------------------------------------------------------------------------

export function addRow(sheet: Sheet, at: number): Sheet {
  return { ...sheet, rows: sheet.rows.toSpliced(at, 0, sheet.columns.map(() => '')) };
}

export function removeRow(sheet: Sheet, at: number): Sheet {
  return { ...sheet, rows: sheet.rows.toSpliced(at, 1) };
}

export function addColumn(sheet: Sheet, at: number): Sheet {
  return {
    ...sheet,
    columns: sheet.columns.toSpliced(at, 0, freeName(sheet.columns)),
    rows: sheet.rows.map((row) => row.toSpliced(at, 0, '')),
    classColumn: sheet.classColumn + Number(sheet.classColumn >= at),
    textColumn: sheet.textColumn === null ? null : sheet.textColumn + Number(sheet.textColumn >= at),
  };
}

// The class of a table is never removed: another column has to be chosen for it before.
export function removeColumn(sheet: Sheet, at: number): Sheet {
  if (at === sheet.classColumn) return sheet;
  const moved = (column: number) => column - Number(column > at);
  return {
    ...sheet,
    columns: sheet.columns.toSpliced(at, 1),
    rows: sheet.rows.map((row) => row.toSpliced(at, 1)),
    classColumn: moved(sheet.classColumn),
    textColumn: sheet.textColumn === null || sheet.textColumn === at ? null : moved(sheet.textColumn),
  };
}

export function setClass(sheet: Sheet, column: number): Sheet {
  return { ...sheet, classColumn: column, textColumn: sheet.textColumn === column ? null : sheet.textColumn };
}

export function setText(sheet: Sheet, column: number | null): Sheet {
  return { ...sheet, textColumn: column };
}

// "x1", "x2"…: names that need no language.
function freeName(names: readonly string[]): string {
  for (let number = names.length + 1; ; number++) {
    const name = `x${number}`;
    if (!names.includes(name)) return name;
  }
}

export function emptySheet(name: string): Sheet {
  const columns = ['x1', 'x2', 'class'];
  const rows = Array.from({ length: 4 }, () => columns.map(() => ''));
  return { origin: { kind: 'own', name }, columns, rows, classColumn: 2, textColumn: null };
}

// ---- What a table says -----------------------------------------------------------------------

// Columns that hold no value at all: a column just added must not stop the others from being used.
export function blankColumns(sheet: Sheet): number[] {
  return sheet.columns
    .map((_, column) => column)
    .filter((column) => column !== sheet.classColumn && sheet.rows.every((row) => missing.includes(row[column] ?? '')));
}

// Guesses what the columns of a file are: texts have several words, and the class is the last column
// that is no text.
export function guessed(origin: Origin, columns: readonly string[], rows: readonly (readonly string[])[]): Sheet {
  const texts = columns.map((_, column) => column).filter((column) => hasTexts(rows, column));
  const classColumn = columns.findLastIndex((_, column) => !texts.includes(column));
  return {
    origin,
    columns,
    rows,
    classColumn: classColumn < 0 ? columns.length - 1 : classColumn,
    textColumn: texts.find((column) => column !== classColumn) ?? null,
  };
}

function hasTexts(rows: readonly (readonly string[])[], column: number): boolean {
  const sample = rows.slice(0, 100).map((row) => row[column] ?? '').filter((value) => !missing.includes(value));
  const words = sample.reduce((sum, value) => sum + value.trim().split(/\s+/).length, 0);
  return sample.length > 0 && words / sample.length >= 3;
}
