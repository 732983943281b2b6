// Networks as values that are edited; no browser is needed.
import { expect, test } from '@playwright/test';
import {
  addParent,
  addState,
  addVariable,
  emptyDocument,
  findVariable,
  freeName,
  mostCells,
  moveState,
  removeParent,
  removeState,
  removeVariable,
  renameState,
  renameVariable,
  rowCount,
  usedTable,
  wrongRows,
} from '../../web/src/bayes/model/document';
import type { Edited, NetworkDocument } from '../../web/src/bayes/model/document';
import { equalPart, isWhole, parseBlock, parseEntry, valueOf } from '../../web/src/bayes/model/entry';
import { begun, changed, redone, undone } from '../../web/src/bayes/model/history';
import { readJson, readPlaces, writeJson } from '../../web/src/bayes/model/json';
import { generateNetwork } from '../../web/src/bayes/generate';
import { decodeText } from '../../web/src/lib/files';
import { pack, unpack } from '../../web/src/lib/pack';
import { Refusal } from '../../web/src/bayes/model/refusal';
import {
  fillUniform,
  followed,
  makeTables,
  repairRow,
  repairTable,
  setBlock,
  setCell,
  setLocks,
  setRow,
} from '../../web/src/bayes/model/table';

function done(edited: Edited): NetworkDocument {
  if (edited instanceof Refusal) throw new Error(JSON.stringify(edited.reason));
  return edited;
}

function reason(edited: Edited) {
  return edited instanceof Refusal ? edited.reason : null;
}

const tableOf = (document: NetworkDocument, name: string) => findVariable(document, name)!.table;

// A → B → C, each with two states.
function chain(): NetworkDocument {
  let document = emptyDocument('chain');
  for (const name of ['B', 'C']) document = done(addVariable(document, name));
  document = done(addParent(document, 'B', 'A'));
  return done(addParent(document, 'C', 'B'));
}

// ---- Numbers -----------------------------------------------------------------------------------

test('numbers are decimals, percentages and fractions, kept as typed where a double is not all of them', () => {
  expect(parseEntry(' 0.25 ')).toBe(0.25);
  expect(parseEntry('.5')).toBe(0.5);
  expect(parseEntry('1e-3')).toBe(0.001);
  expect(parseEntry('7 %')).toBe(0.07);
  expect(parseEntry('29%')).toBe(0.29);
  expect(parseEntry('1/3')).toBe('1/3');
  expect(parseEntry('1 ⁄ 3')).toBe('1/3');
  expect(parseEntry('0.1234567890123456789')).toBe('0.1234567890123456789');
  for (const wrong of ['', 'x', '-0.1', '1/0', '0/0', '1/2/3', 'NaN', 'Infinity', '1e999', '0x1', '1 2'])
    expect(parseEntry(wrong), wrong).toBe(null);
  expect(valueOf('1/4')).toBe(0.25);
  expect(isWhole(['1/3', '1/3', '1/3'])).toBe(true);
  expect(isWhole([0.333, 0.333, 0.333])).toBe(false);
  for (let n = 1; n < 40; n++) expect(isWhole(Array.from({ length: n }, () => equalPart(n))), `${n}`).toBe(true);
});

test('a block from a spreadsheet is cut by tabs, semicolons, commas or spaces', () => {
  const half = { entries: [[0.5, 0.5], [0.25, 0.75]] };
  for (const text of [
    '0.5\t0.5\n0.25\t0.75\n',
    '0,5\t0,5\r\n0,25\t0,75',
    '50%\t50%\n25%\t75 %',
    '0.5, 0.5\n0.25, 0.75',
    '0.5,0.5\n0.25,0.75',
    '0,5;0,5\n0,25;0,75',
    '0.5 0.5\n0.25  0.75',
    '0,5 0,5\n0,25 0,75',
  ])
    expect(parseBlock(text), text).toEqual(half);
  expect(parseBlock('0,5')).toEqual({ entries: [[0.5]] });
  expect(parseBlock('1/3\t2/3')).toEqual({ entries: [['1/3', '2/3']] });
  expect(parseBlock('1,0')).toEqual({ entries: [[1]] });
  expect(parseBlock('0.1\tmuch')).toEqual({ wrong: 'much' });
});

// ---- Structure ---------------------------------------------------------------------------------

test('names are not empty and not taken, and a renamed variable stays the parent of its children', () => {
  const document = chain();
  expect(reason(addVariable(document, '  '))).toEqual({ kind: 'empty' });
  expect(reason(addVariable(document, ' A '))).toEqual({ kind: 'taken', name: 'A' });
  expect(reason(renameVariable(document, 'A', 'B'))).toEqual({ kind: 'taken', name: 'B' });
  expect(reason(renameVariable(document, 'A', 'é'.repeat(501)))?.kind).toBe('long');
  const renamed = done(renameVariable(document, 'A', ' rain '));
  expect(findVariable(renamed, 'B')!.parents).toEqual(['rain']);
  expect(findVariable(renamed, 'rain')!.id).toBe(findVariable(document, 'A')!.id);
  expect(freeName(document)).toBe('D');
  expect(reason(renameState(document, 'A', 0, 'no'))).toEqual({ kind: 'state-taken', variable: 'A', name: 'no' });
  expect(findVariable(done(renameState(document, 'A', 0, 'wet')), 'A')!.states).toEqual(['wet', 'no']);
});

test('an arrow that closes a cycle is refused with its path', () => {
  const document = chain();
  expect(reason(addParent(document, 'A', 'C'))).toEqual({ kind: 'cycle', path: ['C', 'A', 'B', 'C'] });
  expect(reason(addParent(document, 'A', 'A'))).toEqual({ kind: 'cycle', path: ['A', 'A'] });
  expect(reason(addParent(document, 'C', 'B'))).toEqual({ kind: 'arrow', from: 'B', to: 'C' });
  // The shortest of the ways is told.
  const shorter = done(addParent(document, 'C', 'A'));
  expect(reason(addParent(shorter, 'A', 'C'))).toEqual({ kind: 'cycle', path: ['C', 'A', 'C'] });
});

test('a new parent repeats the table, and without it the table is as before', () => {
  let document = done(setBlock(chain(), 'B', { row: 0, column: 0 }, [[0.1, 0.9], ['1/3', '2/3']]));
  document = done(addVariable(document, 'X', ['a', 'b', 'c']));
  const with3 = done(addParent(document, 'B', 'X'));
  const [first, second] = [[0.1, 0.9], ['1/3', '2/3']];
  expect(tableOf(with3, 'B')).toEqual([first, first, first, second, second, second].flat());
  expect(rowCount(with3, findVariable(with3, 'B')!)).toBe(6);
  expect(tableOf(done(removeParent(with3, 'B', 'X')), 'B')).toEqual([first, second].flat());
});

test('without a parent whose rows differ, the rows are their means', () => {
  const document = done(setBlock(chain(), 'B', { row: 0, column: 0 }, [[0.1, 0.9], [0.7, 0.3]]));
  const left = done(removeVariable(document, 'A'));
  expect(left.variables.map(({ name }) => name)).toEqual(['B', 'C']);
  expect(findVariable(left, 'B')!.parents).toEqual([]);
  expect(tableOf(left, 'B')).toEqual([0.4, 0.6]);
  expect(reason(removeVariable(emptyDocument('x'), 'A'))).toEqual({ kind: 'last-variable' });
});

test('states come, go and move with the numbers that belong to them, in the children too', () => {
  let document = done(setRow(chain(), 'A', 0, [0.2, 0.8]));
  document = done(setBlock(document, 'B', { row: 0, column: 0 }, [[0.1, 0.9], [0.7, 0.3]]));
  const more = done(addState(document, 'A', 'maybe'));
  expect(tableOf(more, 'A')).toEqual([0.2, 0.8, 0]);
  expect(tableOf(more, 'B')).toEqual([0.1, 0.9, 0.7, 0.3, 0.5, 0.5]);
  const moved = done(moveState(more, 'A', 2, 0));
  expect(findVariable(moved, 'A')!.states).toEqual(['maybe', 'yes', 'no']);
  expect(tableOf(moved, 'A')).toEqual([0, 0.2, 0.8]);
  expect(tableOf(moved, 'B')).toEqual([0.5, 0.5, 0.1, 0.9, 0.7, 0.3]);
  const fewer = done(removeState(moved, 'A', 1));
  expect(tableOf(fewer, 'A')).toEqual([0, 0.8]);
  expect(tableOf(fewer, 'B')).toEqual([0.5, 0.5, 0.7, 0.3]);
  expect(wrongRows(findVariable(fewer, 'A')!)).toEqual([0]);
  const single = done(removeState(document, 'A', 0));
  expect(reason(removeState(single, 'A', 0))).toEqual({ kind: 'last-state', variable: 'A' });
});

test('a table that would be too large is refused, and nothing is made', () => {
  let document = done(addVariable(emptyDocument('x'), 'X', Array.from({ length: 500 }, (_, index) => `s${index}`)));
  document = done(addVariable(document, 'Y', Array.from({ length: 600 }, (_, index) => `s${index}`)));
  expect(reason(addParent(document, 'X', 'Y'))).toEqual({ kind: 'too-large', variable: 'X', cells: 300_000, most: mostCells });
});

// ---- Tables ------------------------------------------------------------------------------------

test('an unfinished row is computed with as it was when its sum last was 1', () => {
  let document = done(setRow(emptyDocument('x'), 'A', 0, [0.25, 0.75]));
  document = done(setCell(document, 'A', 0, 0.5));
  expect(wrongRows(findVariable(document, 'A')!)).toEqual([0]);
  expect(usedTable(findVariable(document, 'A')!)).toEqual([0.25, 0.75]);
  // Still the last good one after a second change.
  document = done(setCell(document, 'A', 0, 0.6));
  expect(usedTable(findVariable(document, 'A')!)).toEqual([0.25, 0.75]);
  document = done(setCell(document, 'A', 1, 0.4));
  expect(usedTable(findVariable(document, 'A')!)).toEqual([0.6, 0.4]);
  expect(findVariable(document, 'A')!.kept).toBe(undefined);
});

test('of two states the other follows, unless it is locked, a count, or would be rounded', () => {
  const document = done(addState(emptyDocument('x'), 'A', 'maybe'));
  expect(followed(findVariable(document, 'A')!, 0, 0.25)).toBe(null);
  const two = findVariable(emptyDocument('x'), 'A')!;
  expect(followed(two, 0, 0.35)).toEqual({ cell: 1, entry: 0.65 });
  expect(followed(two, 1, 0.1)).toEqual({ cell: 0, entry: 0.9 });
  expect(followed(two, 1, '1/3')).toEqual({ cell: 0, entry: '2/3' });
  for (const entry of [3, '4/3', '0.1234567890123456789', '0.5/2']) expect(followed(two, 0, entry)).toBe(null);
  expect(followed({ ...two, locks: new Set([1]) }, 0, 0.25)).toBe(null);
  expect(followed({ ...two, locks: new Set([0]) }, 0, 0.25)).toEqual({ cell: 1, entry: 0.75 });
  expect(followed({ ...two, table: [3, 5] }, 0, 1)).toBe(null);
});

test('repair scales what is not locked', () => {
  let document = done(addState(emptyDocument('x'), 'A', 'maybe'));
  const repair = (row: (number | string)[], locked: number[] = []) => {
    const set = done(setLocks(done(setRow(document, 'A', 0, row)), 'A', locked, true));
    const edited = repairRow(set, 'A', 0);
    return edited instanceof Refusal ? edited.reason : tableOf(edited, 'A');
  };
  expect(repair([0.2, 0.2, 0.4])).toEqual([0.25, 0.25, 0.5]);
  expect(repair([0.5, 0.1, 0.1], [0])).toEqual([0.5, 0.25, 0.25]);
  expect(repair([0.5, 0, 0], [0])).toEqual([0.5, 0.25, 0.25]);
  expect(repair([1, 1, 1])).toEqual(['1/3', '1/3', '1/3']);
  expect(repair([0, 0, 0])).toEqual(['1/3', '1/3', '1/3']);
  expect(repair([30, 50, 20])).toEqual([0.3, 0.5, 0.2]);
  expect(repair([0.7, 0.7, 0.1], [0, 1])).toEqual({ kind: 'locked', sum: 1.4 });
  expect(repair([0.2, 0.2, 0.2], [0, 1, 2])).toEqual({ kind: 'all-locked' });
  expect(isWhole(repair([0.37, 0.74, 1.11]) as number[])).toBe(true);
  document = done(setLocks(document, 'A', [0], true));
  expect(tableOf(done(fillUniform(document, 'A', 0)), 'A')).toEqual([0.5, 0.25, 0.25]);
});

test('a whole table is repaired at once, and blocks that do not fit are cut', () => {
  let document = done(setBlock(chain(), 'B', { row: 1, column: 1 }, [[3, 4], [5, 6]]));
  expect(tableOf(document, 'B')).toEqual([0.5, 0.5, 0.5, 3]);
  document = done(setCell(document, 'B', 0, 0.25));
  expect(wrongRows(findVariable(document, 'B')!)).toEqual([0, 1]);
  expect(wrongRows(findVariable(done(repairTable(document, 'B')), 'B')!)).toEqual([]);
});

// ---- Addresses -----------------------------------------------------------------------------------

test('a text survives being packed into an address, and nothing hostile comes out of one', async () => {
  const text = JSON.stringify({ name: 'Été 夏', numbers: Array.from({ length: 500 }, (_, index) => index / 7) });
  const packed = await pack(text);
  expect(packed).toMatch(/^[\w-]+$/);
  expect(packed.length).toBeLessThan(text.length);
  expect(await unpack(packed, 1 << 20)).toBe(text);
  expect(await unpack(packed, text.length - 1)).toBe(null);
  // A thousand letters that would be a million.
  const bomb = await pack('a'.repeat(1_000_000));
  expect(bomb.length).toBeLessThan(2000);
  expect(await unpack(bomb, 100_000)).toBe(null);
  for (const wrong of ['!', 'A', 'AAAA', packed.slice(0, -8), 'é'])
    expect(await unpack(wrong, 1 << 20), wrong.slice(0, 20)).toBe(null);
});

test('files are read in the encoding that they are in', () => {
  const bytes = (text: string, encoding: BufferEncoding) => new Uint8Array(Buffer.from(text, encoding));
  expect(decodeText(bytes('Fièvre 夏', 'utf8'))).toBe('Fièvre 夏');
  expect(decodeText(bytes('\uFEFFFièvre', 'utf16le'))).toBe('Fièvre');
  expect(decodeText(bytes('Fièvre', 'latin1'))).toBe('Fièvre');
  const xml = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><a>Fièvre</a>`;
  expect(decodeText(bytes(xml('ISO-8859-1'), 'latin1'))).toBe(xml('UTF-8'));
  expect(decodeText(bytes(xml('utf-8'), 'utf8'))).toBe(xml('UTF-8'));
});

test('a generated network is the same for the same seed, without cycles, and its rows have the sum 1', () => {
  for (const count of [1, 50, 400]) {
    const text = generateNetwork(count);
    expect(generateNetwork(count)).toBe(text);
    expect(generateNetwork(count, 2)).not.toBe(text);
    const { variables } = readJson(text) as NetworkDocument;
    expect(variables.length).toBe(count);
    const before = new Set<string>();
    const wrong = variables.filter((variable) => {
      const { name, states, parents } = variable;
      const ordered = parents.every((parent) => before.has(parent));
      before.add(name);
      return !ordered || parents.length > 3 || states.length < 2 || states.length > 4 || wrongRows(variable).length > 0;
    });
    expect(wrong).toEqual([]);
  }
});

// ---- History and JSON ---------------------------------------------------------------------------

test('what is undone can be done again, until something else is done', () => {
  let history = begun(1);
  expect(undone(history)).toBe(history);
  for (const value of [2, 3, 3]) history = changed(history, value);
  history = undone(history);
  expect([history.present, undone(history).present]).toEqual([2, 1]);
  expect(redone(history).present).toBe(3);
  history = changed(history, 4);
  expect(redone(history)).toBe(history);
  expect(undone(history).present).toBe(2);
});

test('a document survives being written as JSON and read, with its places', () => {
  const document = done(setRow(chain(), 'A', 0, ['1/3', '2/3']));
  const text = writeJson(document, new Map([['B', { x: 10.4, y: -3 }]]));
  expect(readJson(text)).toEqual(document);
  expect(readPlaces(text)).toEqual(new Map([['B', { x: 10, y: -3 }]]));
  expect(reason(readJson('{"kind":"markov","variables":[]}') as Edited)).toEqual({ kind: 'markov' });
});

test('one variable without numbers makes a network of structure alone, until tables are made', () => {
  const json = '{"name":"s","variables":[{"name":"A","states":["a","b","c"],"parents":[],"table":null}]}';
  const document = done(addVariable(readJson(json) as NetworkDocument, 'B'));
  expect(document.variables.map(({ table }) => table)).toEqual([null, null]);
  expect(JSON.parse(writeJson(document)).variables[0].table).toBe(null);
  const made = makeTables(done(addParent(document, 'B', 'A')));
  expect(tableOf(made, 'A')).toEqual(['1/3', '1/3', '1/3']);
  expect(tableOf(made, 'B')).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
});
