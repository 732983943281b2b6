// Questions in the notation of the core's sheets (docs/formats/questions.md), one a line.

import { plainSigns } from '../../lib/signs';

// A name or state; in quotes where the notation needs them.
export function quoted(name: string): string {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export function list(names: readonly string[]): string {
  return names.map(quoted).join(',');
}

// What is observed: variable and state, in the order in which they were observed.
export type Observed = readonly (readonly [name: string, state: string])[];

function states(observed: Observed): string {
  return observed.map(([name, state]) => `${quoted(name)}=${quoted(state)}`).join(', ');
}

function given(observed: Observed): string {
  return observed.length > 0 ? ` | ${states(observed)}` : '';
}

export function evidenceQuestion(observed: Observed): string {
  return `P(${states(observed)})`;
}

export function posteriorQuestion(target: string, observed: Observed): string {
  return `P(${quoted(target)}${given(observed)})`;
}

// Whether the last observation tells something about a state that the others do not.
export function comparisonQuestion(target: string, state: string, observed: Observed): string {
  const asked = `${quoted(target)}=${quoted(state)}`;
  return `P(${asked}${given(observed.slice(0, -1))}) = P(${asked}${given(observed)}) ?`;
}

export function traceQuestion(target: string, observed: Observed, order: readonly string[]): string {
  const by = order.length > 0 ? ` order ${list(order)}` : '';
  return `trace ${posteriorQuestion(target, observed)}${by}`;
}

export function independenceQuestion(left: string, right: string, known: readonly string[]): string {
  return `independent ${quoted(left)}, ${quoted(right)}${known.length > 0 ? ` given ${list(known)}` : ''} ?`;
}

// A sheet as the core reads it: a title keeps its signs.
export function plainSheet(sheet: string): string {
  const title = /^(\s*title)\s*[:：]/;
  return sheet
    .split('\n')
    .map((line) => (title.test(line) ? line.replace(title, '$1:') : plainSigns(line)))
    .join('\n');
}

// A sheet with further questions at its end; none is asked twice.
export function withQuestions(sheet: string, questions: readonly string[]): string {
  const lines = sheet.split('\n').filter((line) => line.trim() !== '');
  return [...lines, ...questions.filter((question) => !lines.includes(question))].join('\n');
}
