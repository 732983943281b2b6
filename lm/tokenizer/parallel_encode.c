// Parts of the text are encoded by themselves, some at a time, and their ids appended in order.
#include "tokenizer/parallel_encode.h"

#include "pool.h"
#include "tokenizer/text_parts.h"

enum { PARTS_A_THREAD = 16 }; // so many that no thread waits long for the others

// ---- Parts --------------------------------------------------------------------------------------

typedef struct text_part {
    size_t begin, end;
    lk_ids ids; // with room for as many as there are bytes
    lk_status status;
    size_t place; // of the ids, among those that are copied together
} text_part;

typedef struct parallel_text {
    lk_context *context;
    const uint8_t *text;
    size_t length;
    lk_special_rules rules;
    lk_bpe_encoder *encoder; // the caller's
    uint64_t offset;
    lk_bpe_encoder **encoders; // one a thread
    size_t encoder_count;
    text_part *parts;
    size_t part_capacity, part_count;
    size_t first_copied; // part
    uint32_t *copies;
} parallel_text;

static void encode_part(void *argument, size_t index) {
    const parallel_text *work = argument;
    text_part *part = &work->parts[index];
    size_t used;
    part->ids.count = 0;
    part->status =
        lk_bpe_encoder_encode(work->encoders[lk_pool_thread_index()], &part->ids, &used,
                              work->text + part->begin, part->end - part->begin, true, work->rules);
}

static void copy_part(void *argument, size_t index) {
    const parallel_text *work = argument;
    const text_part *part = &work->parts[work->first_copied + index];
    memcpy(work->copies + part->place, part->ids.ids, part->ids.count * sizeof *work->copies);
}

// Appends what the parts from `first` to below `end` gave.
static lk_status append_finished(lk_ids *ids, parallel_text *work, size_t first, size_t end) {
    size_t count = 0;
    for (size_t i = first; i < end; i++) {
        work->parts[i].place = count;
        count += work->parts[i].ids.count;
    }
    LK_TRY(lk_ids_reserve(ids, count));
    work->first_copied = first;
    work->copies = ids->ids + ids->count;
    lk_pool_run(lk_context_pool(work->context), end - first, copy_part, work);
    ids->count += count;
    return LK_OK;
}

// Encodes the part anew where a confined encoder gave up.
static lk_status encode_again(lk_ids *ids, const parallel_text *work, const text_part *part) {
    size_t used;
    work->encoder->offset = work->offset + part->begin;
    return lk_bpe_encoder_encode(work->encoder, ids, &used, work->text + part->begin,
                                 part->end - part->begin, true, work->rules);
}

static lk_status append_parts(lk_ids *ids, parallel_text *work) {
    for (size_t i = 0; i < work->part_count;) {
        size_t first = i;
        while (i < work->part_count && work->parts[i].status == LK_OK) i++;
        LK_TRY(append_finished(ids, work, first, i));
        if (i < work->part_count) LK_TRY(encode_again(ids, work, &work->parts[i++]));
    }
    return LK_OK;
}

// Cuts as many parts as are worked on together, from `at` on; returns where they end. A part too
// long for its room stands alone.
static size_t cut_parts(parallel_text *work, size_t at) {
    work->part_count = 0;
    while (work->part_count < work->part_capacity && at < work->length) {
        size_t end = lk_text_part_end(work->text, work->length, at);
        text_part *part = &work->parts[work->part_count];
        if (end - at > part->ids.capacity - LK_CACHED_IDS) break;
        part->begin = at;
        part->end = at = end;
        work->part_count++;
    }
    return at;
}

static lk_status encode_parts(lk_ids *ids, parallel_text *work) {
    for (size_t at = 0; at < work->length;) {
        size_t end = cut_parts(work, at);
        lk_pool_run(lk_context_pool(work->context), work->part_count, encode_part, work);
        LK_TRY(append_parts(ids, work));
        if (work->part_count == 0) {
            end = lk_text_part_end(work->text, work->length, at);
            text_part part = {.begin = at, .end = end};
            LK_TRY(encode_again(ids, work, &part));
        }
        at = end;
    }
    return LK_OK;
}

// ---- Memory -------------------------------------------------------------------------------------

static lk_status make_encoders(parallel_text *work, size_t threads) {
    work->encoders = lk_alloc_zero(work->context, threads, sizeof(lk_bpe_encoder *));
    LK_NEED(work->encoders);
    for (; work->encoder_count < threads; work->encoder_count++) {
        lk_bpe_encoder **encoder = &work->encoders[work->encoder_count];
        LK_TRY(lk_bpe_encoder_new(work->context, encoder, work->encoder->tokenizer));
        (*encoder)->batches.is_confined = true;
    }
    return LK_OK;
}

static lk_status make_parts(parallel_text *work, size_t count) {
    work->parts = lk_alloc_zero(work->context, count, sizeof *work->parts);
    LK_NEED(work->parts);
    for (; work->part_capacity < count; work->part_capacity++) {
        text_part *part = &work->parts[work->part_capacity];
        part->ids = lk_ids_make(work->context);
        LK_TRY(lk_ids_reserve(&part->ids, LK_TEXT_PART + LK_TEXT_PART / 4));
    }
    return LK_OK;
}

static void release(parallel_text *work) {
    for (size_t i = 0; i < work->encoder_count; i++) lk_bpe_encoder_free(work->encoders[i]);
    for (size_t i = 0; i < work->part_capacity; i++) lk_ids_free(&work->parts[i].ids);
    lk_free(work->context, work->encoders);
    lk_free(work->context, work->parts);
}

static lk_status encode_on_all_threads(lk_ids *ids, parallel_text *work) {
    size_t threads = (size_t)lk_context_threads(work->context);
    lk_status status = make_encoders(work, threads);
    if (status == LK_OK) status = make_parts(work, PARTS_A_THREAD * threads);
    if (status == LK_OK) status = encode_parts(ids, work);
    work->encoder->offset = work->offset;
    release(work);
    return status;
}

lk_status lk_bpe_encode_text(lk_bpe_encoder *encoder, lk_ids *ids, const uint8_t *text,
                             size_t length, lk_special_rules rules) {
    const lk_bpe *bpe = encoder->tokenizer->bpe;
    size_t used;
    if (length < 2 * LK_TEXT_PART || lk_context_threads(encoder->context) == 1 ||
        !lk_text_has_parts(bpe->pretokenizer.pattern, &bpe->specials))
        return lk_bpe_encoder_encode(encoder, ids, &used, text, length, true, rules);
    parallel_text work = {.context = encoder->context,
                          .text = text,
                          .length = length,
                          .rules = rules,
                          .encoder = encoder,
                          .offset = encoder->offset};
    return encode_on_all_threads(ids, &work);
}
