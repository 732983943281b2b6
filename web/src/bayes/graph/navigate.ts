// Where the arrow keys lead: through the rows of a node, then to the node that is nearest on a side.
import type { NodeBox } from './drawing';
import { centreOf } from './viewport';

// A row is the index of a state, −1 for the name, the number of states for the row that opens more.
export interface Cursor {
  name: string;
  row: number;
}

export const nameRow = -1;

const directions: Record<string, [number, number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

export function isArrow(key: string): boolean {
  return key in directions;
}

export function directionOf(key: string): [number, number] {
  return directions[key] ?? [0, 0];
}

// `rowsOf` lists the rows that a node shows below its name.
export function nextCursor(
  nodes: readonly NodeBox[],
  cursor: Cursor,
  key: string,
  rowsOf: (box: NodeBox) => readonly number[],
): Cursor | null {
  const box = nodes.find(({ variable }) => variable.name === cursor.name);
  if (!box) return null;
  const rows = [nameRow, ...rowsOf(box)];
  const at = Math.max(0, rows.indexOf(cursor.row));
  if (key === 'ArrowDown' && at + 1 < rows.length) return { name: cursor.name, row: rows[at + 1]! };
  if (key === 'ArrowUp' && at > 0) return { name: cursor.name, row: rows[at - 1]! };
  const other = nearest(nodes, box, key);
  if (!other) return null;
  const landing = [nameRow, ...rowsOf(other)];
  const place = key === 'ArrowUp' ? landing.length - 1 : key === 'ArrowDown' ? 0 : Math.min(at, landing.length - 1);
  return { name: other.variable.name, row: landing[place]! };
}

function nearest(nodes: readonly NodeBox[], from: NodeBox, key: string): NodeBox | null {
  let best: NodeBox | null = null;
  let shortest = Infinity;
  for (const box of nodes) {
    const distance = distanceAlong(from, box, directionOf(key));
    if (distance < shortest) [best, shortest] = [box, distance];
  }
  return best;
}

// How far `to` lies in that direction, sideways steps counting double; infinite if it does not.
function distanceAlong(from: NodeBox, to: NodeBox, [dx, dy]: [number, number]): number {
  const start = centreOf(from);
  const end = centreOf(to);
  const ahead = (end.x - start.x) * dx + (end.y - start.y) * dy;
  const aside = Math.abs((end.x - start.x) * dy) + Math.abs((end.y - start.y) * dx);
  return ahead > 1 ? ahead + 2 * aside : Infinity;
}
