// Where the reader is in the grid, and what is being typed there.
import type { NaiveSession } from './session.svelte';
import { addRow, cellAt, fillCells, mostShownColumns, setCell } from './sheet';
import type { Place, Range } from './sheet';

const pageOfRows = 10;
const far = Number.MAX_SAFE_INTEGER;

export class Cursor {
  private place = $state.raw<Place>({ row: 0, column: 0 });
  // The other corner of the cells that are selected; null: the cell alone is.
  private anchor = $state.raw<Place | null>(null);
  // The text of the cell being edited, or null.
  draft = $state<string | null>(null);
  // Rows of the table that are drawn; the cursor stays among them.
  shown = $state(0);

  constructor(private readonly session: NaiveSession) {}

  // The table may have become smaller.
  get at(): Place {
    return this.within(this.place);
  }

  private within({ row, column }: Place): Place {
    const { rows } = this.session.sheet;
    return {
      row: Math.max(-1, Math.min(row, Math.min(rows.length, this.shown) - 1)),
      column: Math.max(0, Math.min(column, this.width - 1)),
    };
  }

  private get width(): number {
    return Math.min(this.session.sheet.columns.length, mostShownColumns);
  }

  is(row: number, column: number): boolean {
    const { at } = this;
    return at.row === row && at.column === column;
  }

  goTo(place: Place, extending = false) {
    this.anchor = extending ? (this.anchor ?? this.at) : null;
    this.place = this.within(place);
  }

  // ---- The selection -------------------------------------------------------------------------

  readonly range: Range = $derived.by(() => {
    const { at } = this;
    const { columns, rows } = this.session.sheet;
    const other = this.anchor ?? at;
    const [row, column] = [Math.min(other.row, rows.length - 1), Math.min(other.column, columns.length - 1)];
    return {
      from: { row: Math.min(at.row, row), column: Math.min(at.column, column) },
      to: { row: Math.max(at.row, row), column: Math.max(at.column, column) },
    };
  });

  get isRange(): boolean {
    const { from, to } = this.range;
    return from.row !== to.row || from.column !== to.column;
  }

  holds(row: number, column: number): boolean {
    const { from, to } = this.range;
    return from.row <= row && row <= to.row && from.column <= column && column <= to.column;
  }

  // The whole table with the names of its columns, also what is not drawn.
  selectAll() {
    const { columns, rows } = this.session.sheet;
    this.place = { row: -1, column: 0 };
    this.anchor = { row: rows.length - 1, column: columns.length - 1 };
  }

  // Only the cell that has the focus.
  selectOne() {
    this.anchor = null;
  }

  // ---- Moving --------------------------------------------------------------------------------

  // Goes where a key leads, or selects as far as there; false for a key that leads nowhere.
  move(key: string, toEnd: boolean, extending: boolean): boolean {
    const { row, column } = this.at;
    const moves: Record<string, Place> = {
      ArrowUp: { row: toEnd ? -1 : row - 1, column },
      ArrowDown: { row: toEnd ? far : row + 1, column },
      ArrowLeft: { row, column: toEnd ? 0 : column - 1 },
      ArrowRight: { row, column: toEnd ? far : column + 1 },
      Home: { row: toEnd ? -1 : row, column: 0 },
      End: { row: toEnd ? far : row, column: far },
      PageUp: { row: row - pageOfRows, column },
      PageDown: { row: row + pageOfRows, column },
    };
    const to = moves[key];
    if (to) this.goTo(to, extending);
    return to !== undefined;
  }

  // The next cell, line by line, or the one before; false at the end of the table.
  step(by: 1 | -1): boolean {
    const { row, column } = this.at;
    const { width } = this;
    const index = (row + 1) * width + column + by;
    const to = { row: Math.floor(index / width) - 1, column: ((index % width) + width) % width };
    if (index < 0 || to.row !== this.within(to).row) return false;
    this.goTo(to);
    return true;
  }

  // ---- Editing -------------------------------------------------------------------------------

  start(draft = cellAt(this.session.sheet, this.at)) {
    this.anchor = null;
    this.draft = draft;
  }

  cancel() {
    this.draft = null;
  }

  commit() {
    if (this.draft === null) return;
    this.session.edit(setCell(this.session.sheet, this.at, this.draft));
    this.draft = null;
  }

  clear() {
    this.session.edit(fillCells(this.session.sheet, this.range, ''));
  }

  // Tab while editing goes on to the next cell, at the end of the table to a new row.
  commitAndStep(by: 1 | -1) {
    this.commit();
    if (this.step(by) || by < 0) return;
    const { rows } = this.session.sheet;
    if (this.shown < rows.length) return;
    this.session.edit(addRow(this.session.sheet, rows.length));
    this.shown += 1;
    this.goTo({ row: rows.length, column: 0 });
  }

  commitAndMove(rows: 1 | -1) {
    this.commit();
    this.goTo({ row: this.at.row + rows, column: this.at.column });
  }
}
