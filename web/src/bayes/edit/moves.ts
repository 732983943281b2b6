// Where keys lead in a grid.

export interface Cell {
  row: number;
  column: number;
}

const pageRows = 10;

export function moved({ row, column }: Cell, key: string, { rows, columns }: { rows: number; columns: number }): Cell | null {
  const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
  switch (key) {
    case 'ArrowUp':
      return { row: within(row - 1, rows), column };
    case 'ArrowDown':
      return { row: within(row + 1, rows), column };
    case 'ArrowLeft':
      return { row, column: within(column - 1, columns) };
    case 'ArrowRight':
      return { row, column: within(column + 1, columns) };
    case 'PageUp':
      return { row: within(row - pageRows, rows), column };
    case 'PageDown':
      return { row: within(row + pageRows, rows), column };
    case 'Home':
      return { row, column: 0 };
    case 'End':
      return { row, column: columns - 1 };
    default:
      return null;
  }
}
