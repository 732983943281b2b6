#include "tokenizer/word_runs.h"

#include <assert.h>

// ---- Words as bytes -----------------------------------------------------------------------------

static void append_number(lk_buffer *out, uint64_t number) {
    for (; number >= 0x80; number >>= 7) lk_buffer_append_byte(out, (char)(number | 0x80));
    lk_buffer_append_byte(out, (char)number);
}

static bool parse_number(uint64_t *number, const uint8_t *bytes, size_t length, size_t *at) {
    *number = 0;
    for (unsigned shift = 0; shift < 64 && *at < length; shift += 7) {
        uint8_t byte = bytes[(*at)++];
        *number |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

void lk_word_append(lk_buffer *out, const lk_word *word) {
    append_number(out, word->length);
    append_number(out, word->count);
    lk_buffer_append(out, word->bytes, word->length);
}

size_t lk_word_parse(lk_word *word, const uint8_t *bytes, size_t length) {
    size_t at = 0;
    uint64_t word_length;
    if (!parse_number(&word_length, bytes, length, &at) ||
        !parse_number(&word->count, bytes, length, &at) || word_length > length - at)
        return 0;
    word->bytes = bytes + at;
    word->length = (size_t)word_length;
    word->hash = lk_word_hash(word->bytes, word->length);
    return at + word->length;
}

// ---- Writing ------------------------------------------------------------------------------------

void lk_word_runs_release(lk_word_runs *runs) {
    lk_file_writer_free(runs->file);
    lk_buffer_free(&runs->block);
    runs->file = NULL;
    runs->length = 0;
    runs->count = 0;
}

static lk_status write_block(lk_word_runs *runs) {
    LK_TRY(lk_buffer_status(&runs->block));
    LK_TRY(lk_file_writer_append(runs->file, runs->block.data, runs->block.length));
    runs->length += runs->block.length;
    lk_buffer_clear(&runs->block);
    return LK_OK;
}

lk_status lk_word_runs_begin(lk_word_runs *runs) {
    if (!runs->file) {
        LK_TRY(lk_file_writer_new(runs->context, &runs->file, runs->place, true));
        lk_file_writer_hide(runs->file);
        runs->block = lk_buffer_make(runs->context);
    }
    runs->list[runs->count] = (lk_word_run){.begin = runs->length};
    return LK_OK;
}

lk_status lk_word_runs_add(lk_word_runs *runs, const lk_word *word) {
    lk_word_run *run = &runs->list[runs->count];
    lk_word_append(&runs->block, word);
    run->words++;
    run->bytes += word->length;
    return runs->block.length < LK_RUN_BLOCK ? LK_OK : write_block(runs);
}

lk_status lk_word_runs_end(lk_word_runs *runs) {
    LK_TRY(write_block(runs));
    runs->list[runs->count++].end = runs->length;
    return LK_OK;
}

// ---- Reading ------------------------------------------------------------------------------------

lk_run_reader lk_run_reader_make(const lk_word_runs *runs, size_t run) {
    return (lk_run_reader){.runs = runs,
                           .at = runs->list[run].begin,
                           .end = runs->list[run].end,
                           .block = lk_buffer_make(runs->context)};
}

void lk_run_reader_release(lk_run_reader *reader) { lk_buffer_free(&reader->block); }

// Reads more behind what is left of the block: as much again, for a word may be longer than it.
static lk_status read_more(lk_run_reader *reader) {
    lk_buffer *block = &reader->block;
    block->length -= reader->used;
    if (reader->used) memmove(block->data, block->data + reader->used, block->length);
    reader->used = 0;
    size_t more = block->length > LK_RUN_BLOCK ? block->length : LK_RUN_BLOCK;
    if (more > reader->end - reader->at) more = (size_t)(reader->end - reader->at);
    if (!lk_buffer_reserve(block, more)) return lk_buffer_status(block);
    LK_TRY(lk_file_writer_read(reader->runs->file, reader->at, block->data + block->length, more));
    block->length += more;
    reader->at += more;
    return LK_OK;
}

lk_status lk_run_reader_next(lk_run_reader *reader, bool *found) {
    for (;;) {
        const lk_buffer *block = &reader->block;
        size_t left = block->length - reader->used;
        size_t taken =
            left ? lk_word_parse(&reader->word, (uint8_t *)block->data + reader->used, left) : 0;
        reader->used += taken;
        *found = taken > 0;
        assert(*found || reader->at < reader->end || left == 0);
        if (*found || reader->at == reader->end) return LK_OK;
        LK_TRY(read_more(reader));
    }
}

// ---- Merging ------------------------------------------------------------------------------------

// The readers that have a word, each of which goes before its two children.
typedef struct run_merge {
    lk_run_reader readers[LK_MOST_RUNS];
    lk_run_reader *heap[LK_MOST_RUNS];
    size_t count;
} run_merge;

static bool goes_before(const lk_run_reader *a, const lk_run_reader *b) {
    return lk_word_compare(&a->word, &b->word) < 0;
}

// Moves the reader at `i` to where it belongs.
static void sift_down(run_merge *merge, size_t i) {
    lk_run_reader **heap = merge->heap, *moved = heap[i];
    for (size_t child; (child = 2 * i + 1) < merge->count; i = child) {
        if (child + 1 < merge->count && goes_before(heap[child + 1], heap[child])) child++;
        if (!goes_before(heap[child], moved)) break;
        heap[i] = heap[child];
    }
    heap[i] = moved;
}

// The first reader goes on to its next word.
static lk_status advance_first(run_merge *merge) {
    bool found;
    LK_TRY(lk_run_reader_next(merge->heap[0], &found));
    if (!found) merge->heap[0] = merge->heap[--merge->count];
    if (merge->count) sift_down(merge, 0);
    return LK_OK;
}

static lk_status begin_merge(run_merge *merge, const lk_word_runs *runs) {
    for (size_t i = 0; i < runs->count; i++) {
        bool found;
        LK_TRY(lk_run_reader_next(&merge->readers[i], &found));
        if (found) merge->heap[merge->count++] = &merge->readers[i];
    }
    for (size_t i = merge->count; i-- > 0;) sift_down(merge, i);
    return LK_OK;
}

// Adds the first word with its counts in all runs. Its bytes are copied, since its reader goes on.
static lk_status add_first(run_merge *merge, lk_word_runs *merged, lk_buffer *copy) {
    lk_word word = merge->heap[0]->word;
    lk_buffer_clear(copy);
    lk_buffer_append(copy, word.bytes, word.length);
    LK_TRY(lk_buffer_status(copy));
    word.bytes = (const uint8_t *)copy->data;
    LK_TRY(advance_first(merge));
    while (merge->count && lk_word_compare(&merge->heap[0]->word, &word) == 0) {
        word.count += merge->heap[0]->word.count;
        LK_TRY(advance_first(merge));
    }
    return lk_word_runs_add(merged, &word);
}

static lk_status merge_into(lk_word_runs *merged, const lk_word_runs *runs, run_merge *merge,
                            lk_buffer *copy) {
    LK_TRY(lk_word_runs_begin(merged));
    LK_TRY(begin_merge(merge, runs));
    while (merge->count) LK_TRY(add_first(merge, merged, copy));
    return lk_word_runs_end(merged);
}

lk_status lk_word_runs_merge(lk_word_runs *runs) {
    if (runs->count < 2) return LK_OK;
    run_merge *merge = lk_alloc_zero(runs->context, 1, sizeof *merge);
    LK_NEED(merge);
    lk_word_runs merged = {.context = runs->context, .place = runs->place};
    lk_buffer copy = lk_buffer_make(runs->context);
    for (size_t i = 0; i < runs->count; i++) merge->readers[i] = lk_run_reader_make(runs, i);
    lk_status status = merge_into(&merged, runs, merge, &copy);
    for (size_t i = 0; i < runs->count; i++) lk_run_reader_release(&merge->readers[i]);
    lk_buffer_free(&copy);
    lk_free(runs->context, merge);
    lk_word_runs_release(status == LK_OK ? runs : &merged);
    if (status == LK_OK) *runs = merged;
    return status;
}
