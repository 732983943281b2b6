import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { codeOf, directoryFor, needsCommand, openTokenizers, printed, root, run } from './support.js';

const corpus = readFileSync(join(root, 'docs/manual/queries.md'), 'utf8');
const end = '<|endoftext|>';
const stop = '<|stop|>';
const training = { vocabSize: 600, specials: [end, stop] };
// Characters of one to four bytes, special tokens, runs of spaces, a surrogate that stands alone.
const start = `It's 3 o'clock — naïve café, 東京 🙂👩‍👩‍👧!  \n\n ${end}${stop} \uD83D x `;
const text = start + corpus.slice(0, 3000);
const bytes = new TextEncoder().encode(text);

const joined = (parts) => parts.flatMap((part) => [...part]);

// Numbers from 0 to 1 that are the same in each run.
function stream(seed) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

// Cuts a string or bytes anywhere.
function cut(whole, longest, next) {
  const parts = [];
  for (let at = 0; at < whole.length; ) {
    const length = Math.floor(next() * (longest + 1));
    parts.push(whole.slice(at, at + length));
    at += length;
  }
  return parts;
}

describe('a tokenizer', () => {
  let lab;
  let tokenizer;
  before(async () => {
    lab = await openTokenizers();
    tokenizer = lab.train([corpus], training);
  });

  test('has tokens and special tokens', () => {
    assert.equal(tokenizer.count, 600);
    assert.deepEqual(tokenizer.specials, [{ text: end, id: 256 }, { text: stop, id: 257 }]);
    assert.deepEqual(tokenizer.token(65), new Uint8Array([65]));
    assert.deepEqual(tokenizer.token(200), new Uint8Array([200]));
    assert.equal(new TextDecoder().decode(tokenizer.token(257)), stop);
    assert.equal(tokenizer.token(600), undefined);
    assert.equal(tokenizer.token(2 ** 32 - 1), undefined);
    const { name, expression } = lab.patterns[0];
    assert.deepEqual([name, lab.patterns.length], ['gpt2', 5]);
    assert.ok(expression.includes('\\p{L}+'));
  });

  test('explains a text merge by merge: the merges lead from the bytes to the ids', () => {
    const { pieces, piece_count, ids, token_count } = tokenizer.explain(text, { most: 10_000 });
    assert.deepEqual([pieces.length, token_count], [piece_count, ids.length]);
    assert.deepEqual(ids, [...tokenizer.encode(text)]);
    const hex = (list) => Buffer.from(list).toString('hex').replace(/../g, '$& ').toUpperCase().trim();
    for (const { kind, at, bytes: written, merges, merge_count, tokens } of pieces) {
      assert.deepEqual([kind === 'special' ? 0 : merge_count, written], [merges.length, tokens.map((token) => token.bytes).join(' ')]);
      if (kind !== 'merged') continue;
      const parts = written.split(' ').map((byte, i) => ({ at: at + i, id: parseInt(byte, 16) }));
      for (const merge of merges) {
        const i = parts.findIndex((part) => part.at === merge.at);
        assert.deepEqual([parts[i].id, parts[i + 1].id], [merge.left, merge.right]);
        parts.splice(i, 2, { at: merge.at, id: merge.result });
      }
      assert.deepEqual(parts.map(({ id }) => id), tokens.map(({ id }) => id));
    }
    const place = bytes.indexOf(0xf0); // 🙂
    const [piece, ...others] = tokenizer.explain(text, { begin: place + 1, end: place + 2 }).pieces;
    assert.equal(others.length, 0);
    assert.equal(piece.bytes, hex(bytes.subarray(piece.at, piece.at + piece.bytes.split(' ').length)));
    assert.ok(piece.bytes.includes('F0 9F 99 82'));
    assert.equal(tokenizer.explain(end).pieces[0].kind, 'special');
    assert.equal(tokenizer.explain(end, { special: 'text' }).pieces[0].kind, 'merged');
    assert.throws(() => tokenizer.explain(end, { special: 'no' }), codeOf('usage'));
  });

  test('explains as the command does', needsCommand, (t) => {
    const file = join(directoryFor(t), 'tokenizer.json');
    writeFileSync(file, tokenizer.toJson());
    const words = 'naïve 東京 🙂👩‍👩‍👧';
    assert.deepEqual(tokenizer.explain(words), JSON.parse(printed('tok', 'explain', '-t', file, '--json', words)));
  });

  test('encodes a string as its UTF-8, and decodes to what was encoded', () => {
    const ids = tokenizer.encode(text);
    assert.ok(ids instanceof Uint32Array && ids.length < bytes.length / 2);
    assert.deepEqual(tokenizer.encode(bytes), ids);
    assert.deepEqual(tokenizer.decodeBytes(ids), bytes);
    assert.equal(tokenizer.decode(ids), text.toWellFormed?.() ?? new TextDecoder().decode(bytes));
    assert.equal(tokenizer.decode([...ids]), tokenizer.decode(ids));
    assert.equal(tokenizer.encode('').length, 0);
    assert.equal(tokenizer.decode([]), '');
    assert.equal(tokenizer.decode(tokenizer.encode('\uFEFFx\0y')), '\uFEFFx\0y');
    assert.equal(tokenizer.decode([72, 600, 105]), 'H\uFFFDi');
  });

  test('does with special tokens what it is told', () => {
    const both = `a${end}b${stop}`;
    assert.deepEqual([...tokenizer.encode(both)], [97, 256, 98, 257]);
    const plain = tokenizer.encode(both, { special: 'text' });
    assert.ok(!plain.includes(256) && !plain.includes(257));
    assert.equal(tokenizer.decode(plain), both);
    const one = tokenizer.encode(both, { special: 'text', specialRules: { [stop]: 'recognise' } });
    assert.ok(!one.includes(256) && one.at(-1) === 257);
    const refuses = (options, byte) =>
      assert.throws(
        () => tokenizer.encode(`é${both}`, options),
        (error) => codeOf('data')(error) && error.byte === byte,
      );
    refuses({ special: 'error' }, 3);
    refuses({ specialRules: { [stop]: 'error' } }, 3 + end.length + 1);
  });

  test('does with bytes that are not UTF-8 what it is told', () => {
    const broken = new Uint8Array([0x61, 0xf0, 0x9f, 0x62, 0xff]);
    assert.deepEqual(tokenizer.decodeBytes(tokenizer.encode(broken)), broken);
    const replaced = tokenizer.encode(broken, { invalid: 'replace' });
    assert.deepEqual(replaced, tokenizer.encode('a\uFFFDb\uFFFD'));
    assert.equal(tokenizer.decode(tokenizer.encode(broken)), 'a\uFFFDb\uFFFD');
    assert.throws(
      () => tokenizer.encode(broken, { invalid: 'error' }),
      (error) => codeOf('data')(error) && error.byte === 1,
    );
    assert.deepEqual(tokenizer.encode('\uD83D', { invalid: 'error' }), tokenizer.encode('\uFFFD'));
  });

  test('encodes in parts what it encodes as a whole', () => {
    const next = stream(1);
    for (const options of [{}, { special: 'text' }, { invalid: 'replace' }, { specialRules: { [end]: 'text' } }]) {
      const whole = [...tokenizer.encode(text, options)];
      const encoder = tokenizer.encoder(options);
      for (const longest of [1, 3, 50, 5000])
        for (const source of [text, bytes]) {
          const ids = joined(cut(source, longest, next).map((part) => encoder.feed(part)));
          assert.deepEqual([...ids, ...encoder.finish()], whole);
        }
      encoder.dispose();
    }
  });

  test('joins the halves of a surrogate pair, but not over bytes', () => {
    const encoder = tokenizer.encoder();
    const ids = [encoder.feed('\uD83D'), encoder.feed(''), encoder.feed('\uDE42'), encoder.finish()];
    assert.equal(tokenizer.decode(joined(ids)), '🙂');
    const apart = [encoder.feed('\uD83D'), encoder.feed(new Uint8Array([65])), encoder.finish('\uDE42')];
    assert.equal(tokenizer.decode(joined(apart)), '\uFFFDA\uFFFD');
    encoder.dispose();
  });

  test('begins a new text after one that failed', () => {
    const encoder = tokenizer.encoder({ special: 'error' });
    const words = 'one two '.repeat(10);
    const given = encoder.feed(words);
    assert.throws(
      () => encoder.finish(`${end}\uD83D`),
      (error) => codeOf('data')(error) && error.byte === words.length,
    );
    assert.ok(given.length > 0);
    assert.deepEqual(encoder.finish('three'), tokenizer.encode('three'));
    encoder.dispose();
  });

  test('decodes in parts what it decodes as a whole', () => {
    const next = stream(2);
    const decoder = tokenizer.decoder();
    for (let round = 0; round < 50; round++) {
      const ids = Uint32Array.from({ length: 60 }, () => Math.floor(next() * 610));
      const parts = cut(ids, 3, next).map((part) => decoder.feed(part));
      assert.equal(parts.join('') + decoder.finish(), tokenizer.decode(ids));
    }
    const [first, ...rest] = tokenizer.encode(new Uint8Array([0xf0, 0x9f, 0x99, 0x82, 0xf0]));
    assert.equal(decoder.feed([first]), '');
    assert.equal(decoder.feed(rest), '🙂');
    assert.equal(decoder.finish(), '\uFFFD');
    assert.equal(decoder.finish([0xef, 0xbb, 0xbf, 65]), '\uFEFFA');
    decoder.dispose();
  });

  test('tells where tokens are, in bytes and in the string', () => {
    for (const options of [{}, { special: 'text' }]) {
      const { ids, byteStarts, byteEnds, unitStarts, unitEnds } = tokenizer.offsets(text, options);
      assert.deepEqual(ids, tokenizer.encode(text, options));
      assert.deepEqual([byteStarts[0], byteEnds.at(-1)], [0, bytes.length]);
      const units = unitsOfBytes(text);
      for (let i = 0; i < ids.length; i++) {
        assert.deepEqual(bytes.subarray(byteStarts[i], byteEnds[i]), tokenizer.token(ids[i]));
        assert.equal(unitStarts[i], units.starts[byteStarts[i]]);
        assert.equal(unitEnds[i], units.ends[byteEnds[i] - 1]);
      }
    }
    assert.equal(tokenizer.offsets('').ids.length, 0);
  });

  // Where the character of each byte begins and ends in the string.
  function unitsOfBytes(whole) {
    const starts = [];
    const ends = [];
    let unit = 0;
    for (const character of whole) {
      const count = new TextEncoder().encode(character).length;
      starts.push(...Array(count).fill(unit));
      unit += character.length;
      ends.push(...Array(count).fill(unit));
    }
    return { starts, ends };
  }

  test('is the same from each format', () => {
    const ids = tokenizer.encode(text);
    const json = tokenizer.toJson();
    const again = lab.openTokenizer(json);
    assert.deepEqual([again.count, again.specials, again.toJson()], [600, tokenizer.specials, json]);
    assert.deepEqual(again.encode(text), ids);

    const { vocab, merges } = JSON.parse(json).model;
    const lines = merges.map((pair) => (Array.isArray(pair) ? pair.join(' ') : pair));
    const withSpecials = { ...vocab, [end]: 256, [stop]: 257 };
    const two = lab.openMerges(JSON.stringify(withSpecials), lines.join('\n'));
    assert.deepEqual(two.encode(text), ids);

    // A rank file has no special tokens.
    const ordinary = Array.from({ length: 600 }, (_, id) => id).filter((id) => id !== 256 && id !== 257);
    const line = (id) => `${Buffer.from(tokenizer.token(id)).toString('base64')} ${id}\n`;
    const ranks = ordinary.map(line).join('');
    assert.throws(() => lab.openRanks(ranks), codeOf('data'));
    const ranked = lab.openRanks(new TextEncoder().encode(ranks), 'gpt2');
    assert.deepEqual(ranked.encode(text), tokenizer.encode(text, { special: 'text' }));
    assert.notDeepEqual(lab.openRanks(ranks, 'none').encode(text), ranked.encode(text));
    for (const each of [again, two, ranked]) each.dispose();
  });

  test('refuses what it does not understand', () => {
    const usage = codeOf('usage');
    assert.throws(() => tokenizer.encode('a', { special: 'maybe' }), usage);
    assert.throws(() => tokenizer.encode('a', { invalid: 'drop' }), usage);
    assert.throws(() => tokenizer.encode('a', { specialRules: { '<|x|>': 'text' } }), usage);
    assert.throws(() => tokenizer.encode('a', { specialRules: { [end]: 'never' } }), usage);
    for (const id of [-1, 1.5, NaN, 2 ** 32, '7']) assert.throws(() => tokenizer.decode([id]), usage);
    assert.throws(() => tokenizer.token(-1), usage);
    assert.throws(() => lab.openTokenizer('{'), codeOf('syntax'));
    assert.throws(() => lab.openTokenizer('{}'), (error) => error.name === 'LikeloreError');
    assert.throws(() => lab.openMerges('[]', ''), codeOf('data'));
    assert.throws(() => lab.openRanks('IQ==\n', 'gpt2'), (error) => codeOf('syntax')(error) && error.line === 1);
    assert.throws(() => lab.openRanks('IQ== 0\n', 'gpt3'), codeOf('unknown-name'));
  });

  test('may be disposed of before its encoders and decoders', () => {
    const own = lab.openTokenizer(tokenizer.toJson());
    const encoder = own.encoder({ specialRules: { [end]: 'text' } });
    const decoder = own.decoder();
    own.dispose();
    own.dispose();
    assert.throws(() => own.encode('a'), codeOf('usage'));
    const ids = [...encoder.feed(text), ...encoder.finish()];
    assert.equal(decoder.feed(ids), new TextDecoder().decode(bytes));
    encoder.dispose();
    assert.throws(() => encoder.feed('a'), codeOf('usage'));
    decoder.dispose();
    assert.throws(() => decoder.finish(), codeOf('usage'));
  });

  test('gives back its memory, also after failures and when it is forgotten', async () => {
    const json = tokenizer.toJson();
    const lab = await openTokenizers(); // nobody else's
    const round = (disposes) => {
      const own = lab.openTokenizer(json);
      const [encoder, decoder] = [own.encoder({ specialRules: { [end]: 'error' } }), own.decoder()];
      decoder.feed(own.encode(text));
      encoder.feed(corpus);
      own.offsets(text);
      assert.throws(() => own.encode(text, { special: 'error' }), codeOf('data'));
      assert.throws(() => encoder.finish(end), codeOf('data'));
      assert.throws(() => lab.openTokenizer(json.slice(0, -9)), codeOf('syntax'));
      for (const each of [own, encoder, decoder]) if (disposes) each.dispose();
    };
    round(true);
    const empty = lab.liveBytes;
    for (let i = 0; i < 10; i++) round(true);
    assert.equal(lab.liveBytes, empty);
    for (let i = 0; i < 10; i++) round(false);
    assert.ok(lab.liveBytes > empty);
    for (let i = 0; i < 100 && lab.liveBytes > empty; i++) {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.equal(lab.liveBytes, empty);
  });
});

describe('training', () => {
  const ways = [
    [{ vocabSize: 500 }, []],
    [
      { vocabSize: 400, specials: [end, stop], layout: 'specials-first' },
      ['--special', end, '--special', stop, '--layout', 'specials-first'],
    ],
    [
      { vocabSize: 420, specials: [end], layout: 'specials-last', tie: 'ids' },
      ['--special', end, '--layout', 'specials-last', '--tie', 'ids'],
    ],
    [{ vocabSize: 450, pattern: 'whitespace', minFrequency: 3 }, ['--pattern', 'whitespace', '--min-frequency', '3']],
    [{ vocabSize: 50_000, pattern: 'none', minFrequency: 40 }, ['--pattern', 'none', '--min-frequency', '40']],
  ];
  for (const [request, words] of ways) {
    test(`learns what the command learns: ${JSON.stringify(request)}`, needsCommand, async (t) => {
      const directory = directoryFor(t);
      const [from, to] = [join(directory, 'text.txt'), join(directory, 'tokenizer.json')];
      const sample = `${corpus}${end}é ${stop}`;
      writeFileSync(from, sample);
      const size = ['--vocab-size', String(request.vocabSize)];
      const { status, stderr } = run('tok', 'train', from, ...size, ...words, '-o', to);
      assert.equal(status, 0, stderr);
      const tokenizer = (await openTokenizers()).train([sample], request);
      assert.equal(`${tokenizer.toJson()}\n`, readFileSync(to, 'utf8'));
      writeFileSync(from, bytes);
      const ids = JSON.parse(printed('tok', 'encode', '-t', to, from, '--json')).ids;
      assert.deepEqual([...tokenizer.encode(text)], ids);
    });
  }

  test('tells the merges as they are learned, in steps of any size', async () => {
    const lab = await openTokenizers();
    const learn = (...sizes) => {
      const trainer = lab.trainer(training);
      trainer.feed(corpus);
      const merges = [];
      for (let i = 0, done = false; !done; i++) {
        const size = sizes[i % sizes.length];
        const step = trainer.step(size);
        merges.push(...step.merges);
        assert.ok(step.merges.length === size || step.done);
        assert.deepEqual([step.learned, step.most], [merges.length, 600 - 258]);
        done = step.done;
      }
      assert.deepEqual(trainer.step(5).merges, []);
      return { merges, trainer };
    };
    const { merges, trainer } = learn(1);
    assert.deepEqual(learn(7, 100).merges, merges);
    assert.deepEqual(learn(10_000).merges, merges);
    const tokenizer = trainer.tokenizer();
    for (const [i, merge] of merges.entries()) {
      assert.equal(merge.result, 258 + i);
      assert.deepEqual(merge.bytes, new Uint8Array([...merge.leftBytes, ...merge.rightBytes]));
      const { left, leftBytes, right, rightBytes, result, bytes: whole } = merge;
      for (const [id, token] of [[left, leftBytes], [right, rightBytes], [result, whole]])
        assert.deepEqual(tokenizer.token(id), token);
      assert.ok(merge.count >= 1 && (i === 0 || merge.count <= merges[i - 1].count));
    }
    lab.dispose();
  });

  test('counts the pairs of the texts', async () => {
    const lab = await openTokenizers();
    const trainer = lab.trainer({ vocabSize: 300 });
    trainer.feed('abab');
    trainer.feed('ab');
    const { merges, learned, most, done } = trainer.step(10);
    assert.deepEqual([merges[0].left, merges[0].right, merges[0].count], [97, 98, 3]);
    assert.deepEqual(merges[1].bytes, new TextEncoder().encode('abab'));
    assert.deepEqual([learned, most, done], [2, 44, true]);
    assert.equal(trainer.tokenizer().count, 258);
    assert.throws(() => trainer.feed('more'), codeOf('usage'));
    lab.dispose();
  });

  test('takes a text in parts, and stops where one likes', async () => {
    const lab = await openTokenizers();
    const whole = lab.train([text, corpus], training).toJson();
    const next = stream(3);
    for (const source of [text, bytes]) {
      const trainer = lab.trainer(training);
      for (const part of cut(source, 20, next)) trainer.feed(part, false);
      trainer.feed('', true);
      trainer.feed(corpus);
      trainer.step(100);
      const early = trainer.tokenizer();
      assert.equal(early.count, 258 + 100);
      while (!trainer.step(50).done);
      assert.equal(trainer.tokenizer().toJson(), whole);
      assert.deepEqual(early.decodeBytes(early.encode(text)), bytes);
      trainer.dispose();
      assert.throws(() => trainer.step(), codeOf('usage'));
    }
    lab.dispose();
  });

  test('tells how far it is, and may be left', async () => {
    const lab = await openTokenizers();
    const large = corpus.repeat(Math.ceil(2 ** 21 / corpus.length));
    const told = [];
    lab.train([large, '', 'x'], training, (progress) => told.push(progress)).dispose();
    const counting = told.filter(({ phase }) => phase === 'counting');
    assert.ok(counting.length >= 4 && counting.every(({ bytes: at, total }) => at <= total));
    assert.equal(counting.at(-1).bytes, counting.at(-1).total);
    const merging = told.slice(counting.length);
    assert.ok(merging.every(({ phase }) => phase === 'merging'));
    assert.equal(merging.flatMap(({ merges }) => merges).length, 600 - 258);
    assert.equal(merging.at(-1).done, true);
    const bytesBefore = lab.liveBytes;
    for (const { phase } of lab.trainSteps([corpus], training)) if (phase === 'merging') break;
    for (const { phase } of lab.trainSteps([corpus], training)) if (phase === 'counting') break;
    assert.equal(lab.liveBytes, bytesBefore);
  });

  test('refuses what cannot be learned', async () => {
    const lab = await openTokenizers();
    const refuses = (request, code = 'usage') =>
      assert.throws(() => lab.trainer({ ...training, ...request }), codeOf(code));
    const empty = lab.liveBytes;
    refuses({ vocabSize: 257 });
    refuses({ vocabSize: 300.5 });
    refuses({ vocabSize: undefined });
    refuses({ minFrequency: 0 });
    refuses({ tie: 'dice' });
    refuses({ layout: 'none' });
    refuses({ pattern: 'gpt3' }, 'unknown-name');
    refuses({ specials: [7] });
    refuses({ specials: [end, end] }, 'data');
    refuses({ specials: [''] }, 'data');
    assert.equal(lab.liveBytes, empty);
    const trainer = lab.trainer(training);
    for (const most of [0, -1, 1.5, 2 ** 32]) assert.throws(() => trainer.step(most), codeOf('usage'));
    const nothing = lab.train([], training);
    assert.equal(nothing.count, 258);
    assert.deepEqual([...nothing.encode('ab')], [97, 98]);
  });
});
