// Tokenizers against the ids of tiktoken for GPT-2, cl100k and o200k. Skipped unless
// LIKELORE_CONFORMANCE names the directory.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { openTokenizers } from './support.js';

const directory = process.env.LIKELORE_CONFORMANCE && join(process.env.LIKELORE_CONFORMANCE, 'tokenizer');
const names = ['gpt2', 'cl100k_base', 'o200k_base'];

function linesOf(name) {
  const text = readFileSync(join(directory, 'vectors', `${name}.jsonl`), 'utf8');
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

const hexBytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));

test('the vectors of tiktoken', directory ? {} : { skip: 'LIKELORE_CONFORMANCE is not set' }, async (t) => {
  const lab = await openTokenizers();
  const open = (name) => lab.openRanks(readFileSync(join(directory, `vocabularies/${name}.tiktoken`)));
  const tokenizers = Object.fromEntries(names.map((name) => [name, open(name)]));

  // Calls `check` with what each line says of each encoding.
  const forEach = (file, check) => {
    const lines = linesOf(file);
    assert.ok(lines.length > 0);
    for (const line of lines)
      for (const name of names) if (line[name]) check(tokenizers[name], line, line[name], name);
  };

  await t.test('texts have their ids, as bytes and as strings', () => {
    forEach('text', (tokenizer, line, ids, name) => {
      assert.deepEqual([...tokenizer.encode(hexBytes(line.hex), { special: 'text' })], ids, `${name} ${line.hex}`);
      assert.deepEqual([...tokenizer.encode(line.text, { special: 'text' })], ids, `${name} ${line.hex}`);
    });
  });

  await t.test('special tokens have their ids', () => {
    forEach('special', (tokenizer, line, ids) => assert.deepEqual([...tokenizer.encode(line.text)], ids, line.hex));
  });

  await t.test('what is no UTF-8 is replaced as tiktoken does', () => {
    forEach('invalid_utf8', (tokenizer, line, ids) => {
      const options = { special: 'text', invalid: 'replace' };
      assert.deepEqual([...tokenizer.encode(hexBytes(line.hex), options)], ids, line.hex);
      const kept = tokenizer.encode(hexBytes(line.hex), { special: 'text' });
      assert.deepEqual(tokenizer.decodeBytes(kept), hexBytes(line.hex));
      assert.equal(tokenizer.decode(kept), line.replaced);
    });
  });

  await t.test('ids have their bytes and texts', () => {
    for (const { enc, ids, hex, text } of linesOf('decode')) {
      assert.deepEqual(tokenizers[enc].decodeBytes(ids), hexBytes(hex));
      assert.equal(tokenizers[enc].decode(ids), text);
    }
  });

  await t.test('ids that come one by one have the texts of a stream', () => {
    for (const { enc, ids, parts, tail } of linesOf('stream_decode')) {
      const decoder = tokenizers[enc].decoder();
      assert.deepEqual(ids.map((id) => decoder.feed([id])), parts);
      assert.equal(decoder.finish(), tail);
      decoder.dispose();
    }
  });

  await t.test('the files of GPT-2 are the same tokenizer in each format', () => {
    const gpt2 = tokenizers.gpt2;
    const file = (name) => new Uint8Array(readFileSync(join(directory, name)));
    const json = lab.openTokenizer(file('vocabularies/gpt2.tokenizer.json'));
    const merges = lab.openMerges(file('cs336/gpt2_vocab.json'), file('cs336/gpt2_merges.txt'));
    const text = file('tinystories_197k.txt');
    for (const other of [json, merges, lab.openTokenizer(gpt2.toJson())]) {
      assert.deepEqual(other.specials, [{ text: '<|endoftext|>', id: 50256 }]);
      assert.equal(other.count, gpt2.count);
      assert.deepEqual(other.encode(text), gpt2.encode(text));
    }
  });
});
