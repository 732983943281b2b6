// Files of tokenizers; and the tokenizer that comes of one encodes the file itself, which decoding
// must give back. And shards of ids, and what a training has counted.
#include "fuzz.h"

#include "likelore/tokenizer.h"
#include "tokenizer/character_bpe.h"
#include "tokenizer/counts_file.h"
#include "tokenizer/scores.h"

#include <string.h>

// Encodings from characters put a space before a text, and one in the place of a mark.
static bool is_same(const lk_tokenizer *tokenizer, const char *text, size_t length,
                    const lk_buffer *decoded) {
    const char *other = lk_buffer_text(decoded);
    const lk_character_bpe *bpe = tokenizer->character_bpe;
    size_t begin = bpe && length ? 1 : 0, at = begin;
    for (size_t i = 0; i < length; at++) {
        bool is_mark =
            bpe && bpe->reads_marks && length - i >= 3 && memcmp(text + i, "\xE2\x96\x81", 3) == 0;
        if (at >= decoded->length || other[at] != (is_mark ? ' ' : text[i])) return false;
        i += is_mark ? 3 : 1;
    }
    return at == decoded->length && (!begin || *other == ' ');
}

// A vocabulary that lacks a byte cannot encode every text.
static void round_trip(lk_context *context, const lk_tokenizer *tokenizer, const char *text,
                       size_t length) {
    lk_ids ids = lk_ids_make(context);
    lk_buffer decoded = lk_buffer_make(context);
    lk_encode_options options = {.special = LK_SPECIAL_TEXT};
    if (fuzz_expect(lk_tokenizer_encode(context, &ids, tokenizer, text, length, &options)) ==
        LK_OK) {
        fuzz_must(lk_tokenizer_decode(context, &decoded, tokenizer, ids.ids, ids.count));
        if (!is_same(tokenizer, text, length, &decoded)) abort();
    }
    ids.count = 0;
    fuzz_expect(lk_tokenizer_encode(context, &ids, tokenizer, text, length, NULL));
    lk_ids_free(&ids);
    lk_buffer_free(&decoded);
}

// What these formats cannot tell is refused; what they tell can be read.
static void write_others(lk_context *context, const lk_tokenizer *tokenizer) {
    lk_buffer vocab = lk_buffer_make(context), merges = lk_buffer_make(context);
    lk_pattern pattern = LK_PATTERN_GPT2;
    lk_tokenizer *read;
    if (fuzz_expect(lk_tokenizer_write_merges(context, &vocab, &merges, tokenizer)) == LK_OK) {
        fuzz_must(lk_tokenizer_parse_merges(context, &read, vocab.data, vocab.length, merges.data,
                                            merges.length, pattern));
        lk_tokenizer_free(read);
    }
    lk_buffer_clear(&vocab);
    if (fuzz_expect(lk_tokenizer_write_ranks(context, &vocab, tokenizer)) == LK_OK) {
        fuzz_must(lk_tokenizer_parse_ranks(context, &read, vocab.data, vocab.length, &pattern));
        lk_tokenizer_free(read);
    }
    lk_buffer_free(&vocab);
    lk_buffer_free(&merges);
}

static void use(lk_context *context, lk_tokenizer *tokenizer, const char *text, size_t length) {
    lk_tokenizer *again;
    lk_buffer written = lk_buffer_make(context);
    round_trip(context, tokenizer, text, length);
    lk_status status = lk_tokenizer_write(context, &written, tokenizer);
    if (!tokenizer->character_bpe) fuzz_must(status); // whose names may not be told apart
    if (fuzz_expect(status) == LK_OK &&
        fuzz_expect(lk_tokenizer_parse(context, &again, written.data, written.length)) == LK_OK)
        lk_tokenizer_free(again);
    write_others(context, tokenizer);
    lk_buffer_free(&written);
    lk_tokenizer_free(tokenizer);
}

// The two files of GPT-2, with a zero byte between them.
static lk_status read_pair(lk_context *context, lk_tokenizer **tokenizer, const char *bytes,
                           size_t length) {
    size_t vocab = strlen(bytes);
    const char *merges = vocab < length ? bytes + vocab + 1 : bytes + length;
    return lk_tokenizer_parse_merges(context, tokenizer, bytes, vocab, merges,
                                     (size_t)(bytes + length - merges), LK_PATTERN_GPT2);
}

static void read_shard(lk_context *context, const char *bytes, size_t length) {
    lk_shard *shard;
    uint32_t id;
    if (fuzz_expect(lk_shard_parse(context, &shard, bytes, length, 1000)) != LK_OK) return;
    bool is_whole = fuzz_expect(lk_shard_check(shard, 1000)) == LK_OK;
    for (uint64_t i = 0; i < lk_shard_count(shard); i++) {
        lk_shard_read(shard, &id, i, 1);
        if (is_whole && id >= 1000) abort();
    }
    lk_shard_free(shard);
}

static void read_counts(lk_context *context, const char *bytes, size_t length) {
    lk_word_counter counter;
    lk_text_position counted;
    if (length == 0 || *bytes != 'L') return; // the file's mark
    fuzz_must(lk_word_counter_make(context, &counter, LK_PATTERN_GPT2, NULL, 0, NULL));
    fuzz_expect(lk_counts_parse(context, (const uint8_t *)bytes, length, "", &counted, &counter));
    lk_word_counter_release(&counter);
}

void fuzz_use(lk_context *context, const char *bytes, size_t length) {
    read_shard(context, bytes, length);
    read_counts(context, bytes, length);
    lk_tokenizer *tokenizer;
    lk_pattern pattern = (lk_pattern)(length % LK_PATTERN_COUNT);
    if (fuzz_expect(lk_tokenizer_parse(context, &tokenizer, bytes, length)) == LK_OK)
        use(context, tokenizer, bytes, length);
    if (fuzz_expect(lk_tokenizer_parse_ranks(context, &tokenizer, bytes, length, &pattern)) ==
        LK_OK)
        use(context, tokenizer, bytes, length);
    if (fuzz_expect(lk_tokenizer_parse_scores(context, &tokenizer, (const uint8_t *)bytes,
                                              length)) == LK_OK)
        use(context, tokenizer, bytes, length);
    if (fuzz_expect(read_pair(context, &tokenizer, bytes, length)) == LK_OK)
        use(context, tokenizer, bytes, length);
}
