// Byte-pair encoding from characters, in the form that Llama's tokenizer.json has, here and in the npm
// package tokenizers (Hugging Face).
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, describe, test } from 'node:test';

import { openTokenizers } from '../../wasm/js/test/support.js';
import { sameIds } from './peers.js';
import { mixedText, partsOf } from './texts.js';

const { Tokenizer: HuggingFaceTokenizer } = createRequire(import.meta.url)('tokenizers');

const names = ['<unk>', '<s>', '</s>'];
const byteNames = Array.from({ length: 256 }, (_, byte) =>
  `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
);

// The text of a token, with the mark that stands for a space; null where it is none.
function nameOf(token) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(token).replaceAll(' ', '▁');
  } catch {
    return null;
  }
}

// What a byte-level tokenizer has learned, as far as its tokens are texts.
function learned(tokenizer) {
  const { model } = JSON.parse(tokenizer.toJson());
  const texts = new Map(Object.entries(model.vocab).map(([key, id]) => [key, nameOf(tokenizer.token(id))]));
  const characters = [...texts.values()].filter((text) => text && text !== '\0' && [...text].length === 1);
  const vocab = new Set([...names, ...byteNames, ...characters]);
  const merges = [];
  for (const merge of model.merges) {
    const [left, right] = merge.split(' ').map((key) => texts.get(key));
    if (!vocab.has(left) || !vocab.has(right)) continue;
    vocab.add(left + right);
    merges.push([left, right]);
  }
  return { vocab: Object.fromEntries([...vocab].map((name, id) => [name, id])), merges };
}

const replace = (from, content) => ({ type: 'Replace', pattern: { String: from }, content });

function documentOf({ vocab, merges }) {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    version: '1.0',
    added_tokens: names.map((content, id) => ({ id, content, ...flags })),
    normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, replace(' ', '▁')] },
    decoder: {
      type: 'Sequence',
      decoders: [
        replace('▁', ' '),
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: { type: 'BPE', byte_fallback: true, unk_token: '<unk>', fuse_unk: true, vocab, merges },
  };
}

describe('a tokenizer from characters', () => {
  let json;
  let lab;
  let parts;
  before(async () => {
    lab = await openTokenizers();
    const text = mixedText();
    json = JSON.stringify(documentOf(learned(lab.train([text], { vocabSize: 3000, pattern: 'whitespace' }))));
    parts = ['', ' ', '   a  b ', 'a\n\n\tb', '<s>a</s> <s>', '▁a▁ b', '\0', '🙂日é', ...partsOf([text], 20_000)];
  });

  test('has the same ids and texts as in Hugging Face’s tokenizers', async () => {
    const tokenizer = lab.openTokenizer(json);
    const peer = HuggingFaceTokenizer.fromString(json);
    for (const part of parts) {
      const ids = (await peer.encode(part)).getIds();
      assert.ok(sameIds(tokenizer.encode(part), ids), part.slice(0, 500));
      if (!/[▁<]/u.test(part)) assert.equal(await peer.decode(ids, false), part);
    }
  });

  test('is the same there when it is written here', async () => {
    const written = lab.openTokenizer(json).toJson();
    const peer = HuggingFaceTokenizer.fromString(json);
    const again = HuggingFaceTokenizer.fromString(written);
    assert.equal(lab.openTokenizer(written).toJson(), written);
    assert.equal(again.getVocabSize(), peer.getVocabSize());
    for (const part of parts)
      assert.ok(sameIds((await again.encode(part)).getIds(), (await peer.encode(part)).getIds()));
  });
});
