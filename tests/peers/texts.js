// Texts on which tokenizers are compared: this project's own, and what the machine has.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { root } from '../../wasm/js/test/support.js';

// The files below a directory, in the order of their names.
function* filesBelow(directory) {
  const entries = readdirSync(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

const textOf = (path) => {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
};

// The files' texts up to so many characters.
function readTexts(directory, wanted, most) {
  const texts = [];
  let left = most;
  for (const path of filesBelow(directory)) {
    if (left <= 0) break;
    if (!wanted(path)) continue;
    texts.push(textOf(path));
    left -= texts.at(-1).length;
  }
  return texts;
}

// ---- Our own ------------------------------------------------------------------------------------

// Letters and other characters of many scripts, of one to four bytes.
const scripts = [
  [0x20, 0x7e], [0xa1, 0x17f], [0x300, 0x32f], [0x391, 0x3a1], [0x410, 0x44f], [0x561, 0x586],
  [0x5d0, 0x5ea], [0x627, 0x64a], [0x660, 0x669], [0x915, 0x939], [0xe01, 0xe2e], [0x10d0, 0x10f0],
  [0x2010, 0x2027], [0x2160, 0x2188], [0x3041, 0x3096], [0x30a1, 0x30fa], [0x4e00, 0x9fa5],
  [0xac00, 0xd7a3], [0xff10, 0xff5a], [0x1d400, 0x1d454], [0x1f300, 0x1f5ff], [0x20000, 0x2a6d6],
];
const between = [' ', ' ', ' ', '  ', '\n', '\r\n', '\t', '', "'s ", '\u00a0', '\u3000', ', ', '...'];

function makeForeignText(length) {
  let seed = 1;
  const below = (bound) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * bound);
  };
  let text = '';
  while (text.length < length) {
    const [first, last] = scripts[below(scripts.length)];
    for (let i = below(12); i >= 0; i--) text += String.fromCodePoint(first + below(last - first + 1));
    text += between[below(between.length)];
  }
  return text;
}

// A megabyte: documentation, code, and words of many scripts.
export function mixedText() {
  const own = ['docs', 'core', 'lm', 'bayes', 'native'].flatMap((name) =>
    readTexts(join(root, name), (path) => ['.md', '.c', '.h', '.bif'].includes(extname(path)), Infinity),
  );
  const foreign = makeForeignText(100_000);
  return (foreign + own.join('')).slice(0, 1_000_000);
}

// ---- The machine's ------------------------------------------------------------------------------

// Files of other Debian packages: manual pages in all languages, C, Perl, Python.
const places = [
  ['/usr/share/man', '.gz', 10e6],
  ['/usr/include', '.h', 9e6],
  ['/usr/share/perl', '.pm', 4e6],
  ['/usr/lib/python3', '.py', 4e6],
];

// Texts of about 50 MB, or what there is of them: LIKELORE_TEXTS names a directory of others.
export function machineTexts() {
  const ours = process.env.LIKELORE_TEXTS;
  const given = ours ? readTexts(ours, (path) => path.endsWith('.txt'), Infinity) : [];
  const found = places.filter(([place]) => existsSync(place)).flatMap(([place, ending, most]) =>
    readTexts(place, (path) => path.endsWith(ending), most),
  );
  return [...given, ...found];
}

// Cuts texts into parts of about so many characters, behind ends of lines.
export function* partsOf(texts, length) {
  for (const text of texts)
    for (let at = 0, end; at < text.length; at = end) {
      end = text.indexOf('\n', at + length) + 1 || text.length;
      yield text.slice(at, end);
    }
}
