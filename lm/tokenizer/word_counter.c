// Threads count parts of the text, each into a table of its own: sums do not depend on who adds
// what. Within a part nothing is allocated. A thread whose table is full stops at a piece; then all
// tables grow, and it goes on there.
#include "tokenizer/word_counter.h"

#include "pool.h"
#include "tokenizer/text_parts.h"
#include "tokenizer/text_pieces.h"

enum { PARTS_A_THREAD = 4, LEAST_WORDS = 1 << 12, LEAST_BYTES = 1 << 16 };

// What one task counts.
typedef struct lk_counted_part {
    size_t begin, end;
    bool is_last;
    bool is_full; // the table was, before the end
    lk_text_pieces pieces;
} lk_counted_part;

lk_status lk_word_counter_make(lk_context *context, lk_word_counter *counter, lk_pattern pattern,
                               const lk_special *specials, size_t special_count) {
    *counter = (lk_word_counter){.context = context};
    size_t threads = (size_t)lk_context_threads(context);
    LK_TRY(lk_pretokenizer_make(context, &counter->pretokenizer, pattern));
    LK_TRY(lk_specials_make(context, &counter->specials, specials, special_count));
    counter->tables = lk_alloc_zero(context, threads, sizeof *counter->tables);
    LK_NEED(counter->tables);
    for (; counter->threads < threads; counter->threads++)
        LK_TRY(lk_word_counts_make(context, &counter->tables[counter->threads]));
    counter->parts = lk_alloc(context, PARTS_A_THREAD * threads, sizeof *counter->parts);
    LK_NEED(counter->parts);
    return LK_OK;
}

void lk_word_counter_release(lk_word_counter *counter) {
    for (size_t i = 0; i < counter->threads; i++) lk_word_counts_release(&counter->tables[i]);
    lk_free(counter->context, counter->tables);
    lk_free(counter->context, counter->parts);
    lk_specials_release(counter->context, &counter->specials);
    lk_pretokenizer_release(counter->context, &counter->pretokenizer);
    *counter = (lk_word_counter){.context = counter->context};
}

// ---- Counting -----------------------------------------------------------------------------------

// Counts the pieces of a batch. Returns the end of the last one for which there was room.
static size_t count_batch(lk_word_counts *counts, const lk_text_pieces *pieces,
                          const lk_piece_batch *batch) {
    lk_batch_keys keys;
    lk_batch_keys_make(&keys, pieces, batch, counts->short_words, sizeof *counts->short_words,
                       counts->short_bits);
    size_t begin = batch->begin;
    for (size_t i = 0; i < batch->count; i++) {
        size_t length = batch->ends[i] - begin;
        bool added = length <= LK_MOST_KEYED
                         ? lk_word_counts_add_short(counts, &keys.keys[i], keys.hashes[i], 1)
                         : lk_word_counts_add_long(counts, pieces->text + begin, length, 1);
        if (!added) break;
        begin = batch->ends[i];
    }
    return begin;
}

typedef struct counting {
    lk_word_counter *counter;
    const uint8_t *text;
    size_t first, count; // parts that are worked on
} counting;

// Counts a part from its beginning on, which moves to where it stops.
static void count_part(void *argument, size_t index) {
    const counting *work = argument;
    lk_word_counter *counter = work->counter;
    lk_counted_part *part = &counter->parts[work->first + index];
    lk_word_counts *counts = &counter->tables[lk_pool_thread_index()];
    lk_piece_batch batch;
    size_t counted = 0;
    part->is_full = false;
    lk_text_pieces_begin(&part->pieces, &counter->pretokenizer, &counter->specials,
                         (lk_special_rules){0}, work->text + part->begin, part->end - part->begin,
                         part->is_last);
    while (!part->is_full && lk_text_pieces_next(&part->pieces, &batch)) {
        counted = batch.special ? part->pieces.at : count_batch(counts, &part->pieces, &batch);
        part->is_full = counted < part->pieces.at;
    }
    part->begin += counted;
    if (!part->is_last) counter->open_end = part->begin;
}

// ---- Parts --------------------------------------------------------------------------------------

// Cuts the next parts of the text; returns where they end.
static size_t cut_parts(counting *work, size_t at, size_t length, bool is_last) {
    const lk_word_counter *counter = work->counter;
    bool has_parts = lk_text_has_parts(counter->pretokenizer.pattern, &counter->specials);
    work->count = 0;
    while (work->count < PARTS_A_THREAD * counter->threads && at < length) {
        size_t end = has_parts ? lk_text_part_end(work->text, length, at) : length;
        lk_counted_part *part = &counter->parts[work->count++];
        part->begin = at;
        part->end = at = end;
        part->is_last = is_last || end < length;
    }
    return at;
}

// Makes room for as many words again, in all tables: any thread may go on with any part.
static lk_status grow_tables(lk_word_counter *counter, size_t longest) {
    for (size_t i = 0; i < counter->threads; i++) {
        lk_word_counts *counts = &counter->tables[i];
        size_t words = lk_word_counts_count(counts);
        LK_TRY(lk_word_counts_reserve(counts, words > LEAST_WORDS ? words : LEAST_WORDS,
                                      longest > LEAST_BYTES ? longest : LEAST_BYTES));
    }
    return LK_OK;
}

// The parts that are not done, moved to the front; *longest is what is left of the longest.
static size_t keep_unfinished(const counting *work, size_t *longest) {
    size_t kept = 0;
    *longest = 0;
    for (size_t i = 0; i < work->count; i++) {
        const lk_counted_part *part = &work->counter->parts[i];
        if (!part->is_full) continue;
        if (part->end - part->begin > *longest) *longest = part->end - part->begin;
        work->counter->parts[kept].begin = part->begin;
        work->counter->parts[kept].end = part->end;
        work->counter->parts[kept++].is_last = part->is_last;
    }
    return kept;
}

// Whether all parts could be cut.
static lk_status check_parts(const counting *work) {
    for (size_t i = 0; i < work->count; i++)
        LK_TRY(lk_text_pieces_check(work->counter->context, &work->counter->parts[i].pieces, NULL));
    return LK_OK;
}

static lk_status count_parts(counting *work) {
    for (size_t longest;;) {
        lk_pool_run(lk_context_pool(work->counter->context), work->count, count_part, work);
        LK_TRY(check_parts(work));
        work->count = keep_unfinished(work, &longest);
        if (work->count == 0) return LK_OK;
        LK_TRY(grow_tables(work->counter, longest));
    }
}

lk_status lk_word_counter_add(lk_word_counter *counter, size_t *used, const uint8_t *text,
                              size_t length, bool is_last) {
    counting work = {.counter = counter, .text = text};
    for (size_t at = 0; at < length;) {
        at = cut_parts(&work, at, length, is_last);
        LK_TRY(count_parts(&work));
    }
    *used = is_last ? length : counter->open_end;
    return LK_OK;
}

// ---- Joining ------------------------------------------------------------------------------------

static bool add_word(lk_word_counts *counts, const lk_word *word) {
    if (word->length > LK_MOST_KEYED)
        return lk_word_counts_add_long(counts, word->bytes, word->length, word->count);
    lk_piece_key key = lk_piece_key_at_end(word->bytes, word->length);
    return lk_word_counts_add_short(counts, &key, lk_piece_key_hash(&key), word->count);
}

static lk_status add_all(lk_word_counts *counts, const lk_word_counts *others) {
    uint8_t scratch[LK_KEY_BYTES];
    lk_word word;
    for (size_t cursor = 0; lk_word_counts_next(others, &word, &cursor, scratch);)
        while (!add_word(counts, &word))
            LK_TRY(lk_word_counts_reserve(counts, lk_word_counts_count(counts) / 2 + 1,
                                          word.length + LEAST_BYTES));
    return LK_OK;
}

lk_status lk_word_counter_join(lk_word_counter *counter) {
    for (size_t i = 1; i < counter->threads; i++) {
        LK_TRY(add_all(&counter->tables[0], &counter->tables[i]));
        lk_word_counts_release(&counter->tables[i]);
    }
    return LK_OK;
}
