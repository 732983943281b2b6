// Tables as CSV. The core is what judges a file and tells what is wrong with it; here it is only cut
// into cells to be shown, and written again after it was edited.

export interface Parsed {
  columns: string[];
  rows: string[][];
}

const separators = [',', ';', '\t', '|'];

// The most frequent of the separators outside of quotes in the first line; a comma where there is
// none.
export function separatorOf(text: string): string {
  const counts = new Map(separators.map((separator) => [separator, 0]));
  let quoted = false;
  for (const character of text) {
    if (!quoted && (character === '\n' || character === '\r')) break;
    if (character === '"') quoted = !quoted;
    else if (!quoted && counts.has(character)) counts.set(character, counts.get(character)! + 1);
  }
  return separators.reduce((best, each) => (counts.get(each)! > counts.get(best)! ? each : best));
}

// The records of a text one after another. Quotes that do not end, and the like, are taken as they
// come.
function* recordsOf(text: string, separator: string): Generator<string[]> {
  // What ends a bare field.
  const ends = new RegExp(`[${separator === '|' ? '\\|' : separator}\\r\\n]|$`, 'g');
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let record: string[] = [];
  while (at < text.length) {
    let field: string;
    if (text[at] === '"') [field, at] = quotedField(text, at + 1);
    else {
      ends.lastIndex = at;
      const end = ends.exec(text)!.index;
      field = text.slice(at, end);
      at = end;
    }
    record.push(field);
    if (text[at] === separator) {
      at += 1;
      if (at < text.length) continue;
      record.push('');
    } else if (text[at] === '\r' || text[at] === '\n') at += text.startsWith('\r\n', at) ? 2 : 1;
    else if (at < text.length) continue; // something after a closing quote
    yield record;
    record = [];
  }
}

// A field in quotes, and the place after them.
function quotedField(text: string, from: number): [string, number] {
  let field = '';
  for (let at = from; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return [field + text.slice(at), text.length];
    field += text.slice(at, quote);
    if (text[quote + 1] !== '"') return [field, quote + 1];
    field += '"';
    at = quote + 2;
  }
}

const sliceMilliseconds = 12;

// Cuts a table into cells. Large ones are cut in slices, between which the page can draw.
export async function parseTable(text: string): Promise<Parsed> {
  const records = recordsOf(text, separatorOf(text));
  const columns = records.next().value ?? [];
  const rows: string[][] = [];
  let started = performance.now();
  for (const record of records) {
    if (columns.length > 1 && record.length === 1 && record[0] === '') continue; // an empty line
    rows.push(record);
    if (rows.length % 256 > 0 || performance.now() - started < sliceMilliseconds) continue;
    await new Promise((resolve) => setTimeout(resolve));
    started = performance.now();
  }
  return { columns, rows };
}

// The cells of what is in the clipboard: spreadsheets separate them by tabs. A single line without
// tabs is one cell, whatever it holds.
export function parseBlock(text: string): string[][] {
  if (text.includes('\t')) return [...recordsOf(text, '\t')];
  const line = text.replace(/(\r\n|\r|\n)$/, '');
  if (!/[\r\n]/.test(line)) return [[line]];
  return [...recordsOf(text, separatorOf(text))];
}

// A block of cells for the clipboard, as spreadsheets write it. A single cell is what it holds; in a
// column alone nothing but quotes tells a separator from a part of a value.
export function writeBlock(block: readonly (readonly string[])[]): string {
  if (block.length === 1 && block[0]!.length === 1 && !/[\r\n]/.test(block[0]![0]!)) return block[0]![0]!;
  const special = block[0]!.length === 1 ? /[",;|\t\r\n]/ : /["\t\r\n]/;
  const lines = block.map((line) => line.map((value) => quoted(value, special)).join('\t'));
  return block.length === 1 ? lines[0]! : `${lines.join('\n')}\n`;
}

// ---- Writing -----------------------------------------------------------------------------------

function quoted(value: string, special: RegExp): string {
  return special.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

export function writeTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [columns, ...rows].map((line) => line.map((value) => quoted(value, /[",\r\n]/)).join(','));
  return `${lines.join('\n')}\n`;
}
