// The sizes of nodes, and text that fits them.
import type { Variable } from '../../lib/engine';
import { closedRowCount } from './detail';
import type { Shape, Spacing } from './layout';

export const headerHeight = 28;
export const rowHeight = 22;
export const padding = 10;
const bottomPadding = 6;
const numberWidth = 62;

export function spacingOf(compact: boolean): Spacing {
  return compact ? { node: 12, rank: 34 } : { node: 28, rank: 44 };
}

// `compact` draws narrower nodes, for narrow screens.
export function shapesOf(variables: readonly Variable[], compact: boolean): Shape[] {
  const indices = new Map(variables.map(({ name }, index) => [name, index]));
  return variables.map((variable) => ({
    width: nodeWidth(variable, compact),
    height: heightOf(closedRowCount(variable.states)),
    parents: variable.parents.map((parent) => indices.get(parent)!),
  }));
}

export function heightOf(rows: number): number {
  return headerHeight + rows * rowHeight + bottomPadding;
}

const largestNodeWidth = 340;

function nodeWidth(variable: Variable, compact: boolean): number {
  const bar = compact ? 22 : 56;
  const content = Math.max(labelWidth(variable) + bar + numberWidth, textWidth(variable.name, 8) + 14);
  return Math.min(largestNodeWidth, Math.round(content + 2 * padding));
}

// Room for the longest state name, within reason: longer names are cut with an ellipsis.
export function labelWidth(variable: Variable): number {
  const longest = variable.states.reduce((width, state) => Math.max(width, textWidth(state, 7.6)), 24);
  return Math.min(longest, 104);
}

// Characters of Chinese, Japanese and Korean are as wide as they are high.
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/;

function textWidth(text: string, perCharacter: number): number {
  let width = 0;
  for (const character of text) width += wide.test(character) ? perCharacter * 1.75 : perCharacter;
  return width;
}

// The text as far as it fits in `width`.
export function fitText(label: string, width: number, perCharacter = 7): string {
  if (textWidth(label, perCharacter) <= width) return label;
  let used = perCharacter;
  let fitting = '';
  for (const character of label) {
    used += textWidth(character, perCharacter);
    if (used > width && fitting !== '') break;
    fitting += character;
  }
  return `${fitting}…`;
}
