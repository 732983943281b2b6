// Ids against those of the npm package tiktoken: in the long tier on about 50 MB of the texts that
// the machine has, else on a sixteenth of them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { command, directoryFor, needsCommand, openTokenizers } from '../../wasm/js/test/support.js';
import { encodings, openEncoding, openTiktoken, rankFile, sameIds } from './peers.js';
import { machineTexts, partsOf } from './texts.js';

const end = '<|endoftext|>';
const step = process.env.LIKELORE_LONG ? 1 : 16;
const megabytes = (texts) => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;

describe('ids are those of tiktoken', () => {
  let lab;
  let parts;
  before(async () => {
    lab = await openTokenizers();
    const documents = machineTexts().flatMap((text) => text.split(end));
    parts = [...partsOf(documents, 100_000)].filter((_, i) => i % step === 0);
  });

  for (const name of encodings)
    test(name, (t) => {
      if (megabytes(parts) < 1) return t.skip('there are no texts: LIKELORE_TEXTS names a directory');
      const encoding = openEncoding(name);
      const peer = openTiktoken(encoding);
      const tokenizer = lab.openRanks(rankFile(encoding));
      for (const part of parts)
        assert.ok(sameIds(tokenizer.encode(part), peer.encode_ordinary(part)), part.slice(0, 500));
      t.diagnostic(`${megabytes(parts).toFixed(1)} MB`);
      peer.free();
    });

  test('the command has the ids of the package', needsCommand, (t) => {
    const directory = directoryFor(t);
    const [ranks, text] = ['gpt2.tiktoken', 'text.txt'].map((name) => join(directory, name));
    for (const name of encodings) {
      const file = rankFile(openEncoding(name));
      const whole = parts.join(end);
      writeFileSync(ranks, file);
      writeFileSync(text, whole);
      const { stdout } = spawnSync(command, ['tok', 'encode', '-t', ranks, text], { maxBuffer: 2 ** 30 });
      const expected = lab.openRanks(file).encode(whole);
      assert.equal(stdout.toString('latin1').trim(), expected.join(' '), name);
    }
  });
});
