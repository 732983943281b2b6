// Tokenizers trained here, in the npm packages tokenizers (Hugging Face) and tiktoken.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { directoryFor, needsCommand, openTokenizers, run } from '../../wasm/js/test/support.js';
import { encodingOf, openTiktoken, sameIds } from './peers.js';
import { mixedText } from './texts.js';

const { Tokenizer: HuggingFaceTokenizer } = createRequire(import.meta.url)('tokenizers');
const end = '<|endoftext|>';

describe('a tokenizer trained here', () => {
  let lab;
  let text;
  before(async () => {
    lab = await openTokenizers();
    text = mixedText();
  });

  const train = (pattern, tie) =>
    lab.train([text], { vocabSize: 5000, specials: [end], pattern, tie, layout: 'specials-last' });

  for (const pattern of ['gpt2', 'cl100k', 'o200k']) {
    test(`has the same ids in Hugging Face's tokenizers, cut by ${pattern}`, async () => {
      const tokenizer = train(pattern, 'ids');
      const peer = HuggingFaceTokenizer.fromString(tokenizer.toJson());
      assert.equal(peer.getVocabSize(), 5000);
      for (const part of [text, `${end}a ${end}${end} b${end}`]) {
        const ids = (await peer.encode(part)).getIds();
        assert.ok(sameIds(tokenizer.encode(part), ids));
        assert.equal(await peer.decode(ids, false), part);
      }
    });

    test(`has the same ids in tiktoken, cut by ${pattern}`, () => {
      const tokenizer = train(pattern, 'bytes');
      const { expression } = lab.patterns.find(({ name }) => name === pattern);
      const peer = openTiktoken(encodingOf(tokenizer, expression));
      for (const part of [text, `${end}a ${end}${end} b${end}`]) {
        const ids = peer.encode(part, 'all');
        assert.ok(sameIds(tokenizer.encode(part), ids));
        assert.deepEqual(peer.decode(ids), new TextEncoder().encode(part));
      }
      peer.free();
    });
  }

  test('is the same file from the command', needsCommand, async (t) => {
    const directory = directoryFor(t);
    const [source, file] = ['text.txt', 'tokenizer.json'].map((name) => join(directory, name));
    writeFileSync(source, text);
    const options = ['--vocab-size', '5000', '--special', end, '--layout', 'specials-last', '-o', file];
    const { status, stderr } = run('tok', 'train', source, ...options);
    assert.equal(status, 0, stderr);
    const written = readFileSync(file, 'utf8').trim();
    assert.equal(written, train('gpt2', 'bytes').toJson().trim());
    assert.equal(HuggingFaceTokenizer.fromFile(file).getVocabSize(), 5000);
  });
});
