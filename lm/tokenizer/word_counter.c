// Threads count parts of the text, each into a table of its own: sums do not depend on who adds
// what. Within a part nothing is allocated. A thread whose table is full stops at a piece; then all
// tables grow, and it goes on there. Where they may grow no more, their words are sorted and
// written as runs, which are merged in the end.
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
    size_t piece; // bytes of the one for which there was no room
    lk_text_pieces pieces;
} lk_counted_part;

lk_status lk_word_counter_make(lk_context *context, lk_word_counter *counter, lk_pattern pattern,
                               const lk_special *specials, size_t special_count,
                               const char *place) {
    *counter = (lk_word_counter){.context = context, .runs = {.context = context, .place = place}};
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

void lk_word_counter_forget(lk_word_counter *counter) {
    for (size_t i = 0; i < counter->threads; i++) lk_word_counts_release(&counter->tables[i]);
    if (counter->reader.runs) lk_run_reader_release(&counter->reader);
    if (counter->runs.file) lk_word_runs_release(&counter->runs);
    counter->reader.runs = NULL;
}

void lk_word_counter_release(lk_word_counter *counter) {
    lk_word_counter_forget(counter);
    lk_free(counter->context, counter->tables);
    lk_free(counter->context, counter->parts);
    lk_specials_release(counter->context, &counter->specials);
    lk_pretokenizer_release(counter->context, &counter->pretokenizer);
    *counter = (lk_word_counter){.context = counter->context};
}

// ---- Counting -----------------------------------------------------------------------------------

// Counts the pieces of a batch; false before the first for which there is no room.
static bool count_batch(lk_word_counts *counts, lk_counted_part *part, size_t *counted,
                        const lk_piece_batch *batch) {
    const lk_text_pieces *pieces = &part->pieces;
    lk_batch_keys keys;
    lk_batch_keys_make(&keys, pieces, batch, counts->slots, sizeof *counts->slots, counts->bits);
    *counted = batch->begin;
    for (size_t i = 0; i < batch->count; i++) {
        size_t begin = *counted, length = batch->ends[i] - begin;
        const uint8_t *piece = pieces->text + begin;
        bool added =
            length <= LK_MOST_KEYED
                ? lk_word_counts_add_short(counts, &keys.keys[i], keys.hashes[i], 1)
                : lk_word_counts_add_long(counts, piece, length, lk_bytes_hash(piece, length), 1);
        part->piece = length;
        if (!added) return false;
        *counted = batch->ends[i];
    }
    return true;
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
        part->is_full = !batch.special && !count_batch(counts, part, &counted, &batch);
        if (batch.special) counted = part->pieces.at;
    }
    part->begin += counted;
    if (!part->is_last) counter->open_end = part->begin;
}

// ---- Room ---------------------------------------------------------------------------------------

// Half as many words again: a table of twice the size.
static size_t more_words(const lk_word_counts *counts) {
    return counts->count / 2 > LEAST_WORDS ? counts->count / 2 : LEAST_WORDS;
}

// Whether the first tables may grow: to half of the memory that is not taken by others, since a
// table is copied while it grows, and what follows on the counting takes as much.
static bool may_grow(const lk_word_counter *counter, size_t tables, size_t bytes) {
    uint64_t limit = lk_context_memory_limit(counter->context), now = 0, then = 0;
    uint64_t live = lk_context_memory_usage(counter->context).live_bytes;
    for (size_t i = 0; i < counter->threads; i++) {
        const lk_word_counts *counts = &counter->tables[i];
        uint64_t memory = lk_word_counts_memory(counts, 0, 0);
        now += memory;
        then += i < tables ? lk_word_counts_memory(counts, more_words(counts), bytes) : memory;
    }
    uint64_t others = live - (now < live ? now : live);
    return others < limit && then <= (limit - others) / 2;
}

// Makes room for more words, and so many bytes of long ones, in the first tables.
static lk_status grow_tables(lk_word_counter *counter, size_t tables, size_t bytes) {
    for (size_t i = 0; i < tables; i++) {
        lk_word_counts *counts = &counter->tables[i];
        LK_TRY(lk_word_counts_reserve(counts, more_words(counts), bytes));
    }
    return LK_OK;
}

static lk_status write_run(lk_word_runs *runs, const lk_word_counts *counts) {
    uint8_t scratch[LK_KEY_BYTES];
    lk_word word;
    LK_TRY(lk_word_runs_begin(runs));
    for (size_t cursor = 0; lk_word_counts_next(counts, &word, &cursor, scratch);)
        LK_TRY(lk_word_runs_add(runs, &word));
    return lk_word_runs_end(runs);
}

static void sort_table(void *argument, size_t index) {
    lk_word_counter *counter = argument;
    lk_word_counts_sort(&counter->tables[index]);
}

static lk_status fail_limit(const lk_word_counter *counter) {
    return lk_fail(counter->context, LK_ERROR_LIMIT,
                   "the texts cannot be counted within the memory limit of %.0f MB",
                   (double)lk_context_memory_limit(counter->context) / 1e6);
}

// Empties the first tables.
static lk_status spill(lk_word_counter *counter, size_t tables) {
    if (!counter->runs.place) return fail_limit(counter);
    lk_pool_run(lk_context_pool(counter->context), tables, sort_table, counter);
    for (size_t i = 0; i < tables; i++) {
        if (counter->runs.count == LK_MOST_RUNS) LK_TRY(lk_word_runs_merge(&counter->runs));
        if (counter->tables[i].count) LK_TRY(write_run(&counter->runs, &counter->tables[i]));
        lk_word_counts_clear(&counter->tables[i]);
    }
    return LK_OK;
}

static lk_status make_room(lk_word_counter *counter, size_t tables, size_t bytes) {
    if (may_grow(counter, tables, bytes)) return grow_tables(counter, tables, bytes);
    bool is_empty = true;
    for (size_t i = 0; i < tables; i++) is_empty = is_empty && counter->tables[i].count == 0;
    if (is_empty) return fail_limit(counter);
    LK_TRY(spill(counter, tables));
    // A table without words has room for one, but maybe not for its bytes.
    return may_grow(counter, tables, bytes) ? grow_tables(counter, tables, bytes) : LK_OK;
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

// The parts that are not done, moved to the front; *longest is the longest piece without room.
static size_t keep_unfinished(const counting *work, size_t *longest) {
    size_t kept = 0;
    *longest = LEAST_BYTES;
    for (size_t i = 0; i < work->count; i++) {
        const lk_counted_part *part = &work->counter->parts[i];
        if (!part->is_full) continue;
        if (part->piece > *longest) *longest = part->piece;
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
        LK_TRY(make_room(work->counter, work->counter->threads, longest));
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

lk_status lk_word_counter_add_word(lk_word_counter *counter, const lk_word *word) {
    while (!lk_word_counts_add(&counter->tables[0], word))
        LK_TRY(make_room(counter, 1, word->length > LEAST_BYTES ? word->length : LEAST_BYTES));
    return LK_OK;
}

// ---- All words ----------------------------------------------------------------------------------

static lk_status join(lk_word_counter *counter, lk_word_counts *counts) {
    uint8_t scratch[LK_KEY_BYTES];
    lk_word word;
    for (size_t cursor = 0; lk_word_counts_next(counts, &word, &cursor, scratch);)
        LK_TRY(lk_word_counter_add_word(counter, &word));
    lk_word_counts_release(counts);
    return LK_OK;
}

lk_status lk_word_counter_unload(lk_word_counter *counter) {
    if (!counter->runs.place || !counter->tables[0].slots) return LK_OK;
    LK_TRY(spill(counter, 1));
    lk_word_counts_release(&counter->tables[0]);
    return lk_word_runs_merge(&counter->runs);
}

lk_status lk_word_counter_finish(lk_word_counter *counter) {
    for (; counter->threads > 1; counter->threads--)
        LK_TRY(join(counter, &counter->tables[counter->threads - 1]));
    return counter->runs.count ? lk_word_counter_unload(counter) : LK_OK;
}

void lk_word_counter_measure(const lk_word_counter *counter, uint64_t *words, uint64_t *bytes) {
    uint8_t scratch[LK_KEY_BYTES];
    lk_word word;
    const lk_word_run *run = &counter->runs.list[0];
    *words = counter->runs.count ? run->words : counter->tables[0].count;
    *bytes = counter->runs.count ? run->bytes : 0;
    if (counter->runs.count) return;
    for (size_t cursor = 0; lk_word_counts_next(&counter->tables[0], &word, &cursor, scratch);)
        *bytes += word.length;
}

void lk_word_counter_begin(lk_word_counter *counter) {
    counter->cursor = 0;
    if (counter->runs.count == 0) return;
    if (counter->reader.runs) lk_run_reader_release(&counter->reader);
    counter->reader = lk_run_reader_make(&counter->runs, 0);
}

lk_status lk_word_counter_next(lk_word_counter *counter, lk_word *word, bool *found) {
    if (counter->runs.count == 0) {
        const lk_word_counts *counts = &counter->tables[0];
        *found = lk_word_counts_next(counts, word, &counter->cursor, counter->scratch);
        return LK_OK;
    }
    LK_TRY(lk_run_reader_next(&counter->reader, found));
    *word = counter->reader.word;
    return LK_OK;
}
