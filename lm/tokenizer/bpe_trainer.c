// Training a tokenizer: texts are counted, merges learned from the counts, and the tokens given ids
// in the order that is asked for.
#include "tokenizer/bpe_learner.h"
#include "tokenizer/counts_file.h"
#include "tokenizer/token_list.h"

enum { BYTES = 256, WINDOW = 1 << 20 };

struct lk_tokenizer_trainer {
    lk_context *context;
    lk_tokenizer_training training;
    lk_special *specials; // in the order given; their texts are the counter's
    lk_word_counter counter;
    lk_buffer waiting; // text that is not counted yet
    size_t tried;      // bytes of it when no piece of it was certain
    lk_text_position fed;
    lk_text_position skipped;   // what is still to be passed over of what was counted before
    uint64_t words, word_bytes; // that were counted
    lk_bpe_learner learner;
    bool is_learning; // the learner is made: there are no more texts
};

// ---- Ids ----------------------------------------------------------------------------------------

static uint32_t special_count(const lk_tokenizer_trainer *trainer) {
    return (uint32_t)trainer->training.special_count;
}

// The id of a token of the learner.
static uint32_t id_of_token(const lk_tokenizer_trainer *trainer, uint32_t token) {
    switch (trainer->training.layout) {
    case LK_LAYOUT_SPECIALS_FIRST:
        return token + special_count(trainer);
    case LK_LAYOUT_BYTES_FIRST:
        return token < BYTES ? token : token + special_count(trainer);
    case LK_LAYOUT_SPECIALS_LAST:
        break;
    }
    return token;
}

static uint32_t id_of_special(const lk_tokenizer_trainer *trainer, uint32_t special) {
    switch (trainer->training.layout) {
    case LK_LAYOUT_SPECIALS_FIRST:
        return special;
    case LK_LAYOUT_BYTES_FIRST:
        return BYTES + special;
    case LK_LAYOUT_SPECIALS_LAST:
        break;
    }
    return trainer->learner.token_count + special;
}

// ---- Making -------------------------------------------------------------------------------------

static lk_status check(lk_context *context, const lk_tokenizer_training *training) {
    size_t least = BYTES + training->special_count;
    if (training->vocab_size < least)
        return lk_fail(context, LK_ERROR_USAGE,
                       "a vocabulary of %u tokens has no room for the %d bytes and %zu special "
                       "tokens; it takes at least %zu",
                       training->vocab_size, BYTES, training->special_count, least);
    if (training->vocab_size > LK_MOST_TOKENS)
        return lk_fail(context, LK_ERROR_USAGE, "a vocabulary may have at most %d tokens",
                       LK_MOST_TOKENS);
    return LK_OK;
}

static lk_status copy_specials(lk_tokenizer_trainer *trainer) {
    size_t count = trainer->training.special_count;
    trainer->specials = lk_alloc(trainer->context, count, sizeof *trainer->specials);
    LK_NEED(trainer->specials);
    for (size_t i = 0; i < count; i++) {
        const char *text = trainer->training.specials[i];
        trainer->specials[i] = (lk_special){text, strlen(text), (uint32_t)i};
    }
    return LK_OK;
}

// The counter has copies of the texts, in another order.
static void keep_copies(lk_tokenizer_trainer *trainer) {
    const lk_specials *copies = &trainer->counter.specials;
    for (size_t i = 0; i < copies->count; i++)
        trainer->specials[copies->list[i].id].text = copies->list[i].text;
    trainer->training.specials = NULL;
}

lk_status lk_tokenizer_trainer_new(lk_context *context, lk_tokenizer_trainer **out,
                                   const lk_tokenizer_training *training) {
    *out = NULL;
    LK_TRY(check(context, training));
    lk_tokenizer_trainer *trainer = lk_alloc_zero(context, 1, sizeof *trainer);
    LK_NEED(trainer);
    trainer->context = trainer->counter.context = context;
    trainer->training = *training;
    trainer->waiting = lk_buffer_make(context);
    lk_status status = copy_specials(trainer);
    if (status == LK_OK)
        status =
            lk_word_counter_make(context, &trainer->counter, training->pattern, trainer->specials,
                                 training->special_count, training->scratch);
    if (status == LK_OK && training->expression)
        status = lk_pretokenizer_set_expression(context, &trainer->counter.pretokenizer,
                                                training->expression);
    if (status != LK_OK) {
        lk_tokenizer_trainer_free(trainer);
        return status;
    }
    trainer->training.expression = trainer->counter.pretokenizer.expression;
    keep_copies(trainer);
    *out = trainer;
    return LK_OK;
}

void lk_tokenizer_trainer_free(lk_tokenizer_trainer *trainer) {
    if (!trainer) return;
    if (trainer->is_learning) lk_bpe_learner_release(&trainer->learner);
    lk_word_counter_release(&trainer->counter);
    lk_buffer_free(&trainer->waiting);
    lk_free(trainer->context, trainer->specials);
    lk_free(trainer->context, trainer);
}

// ---- The memory limit ---------------------------------------------------------------------------

static lk_status fail_limit(const lk_tokenizer_trainer *trainer) {
    double limit = (double)lk_context_memory_limit(trainer->context) / 1e6;
    if (trainer->words == 0)
        return lk_fail(trainer->context, LK_ERROR_LIMIT,
                       "the texts cannot be counted within the memory limit of %.0f MB", limit);
    return lk_fail(trainer->context, LK_ERROR_LIMIT,
                   "the texts have %llu different pieces of %.1f MB, too many to learn from within "
                   "the memory limit of %.0f MB",
                   (unsigned long long)trainer->words, (double)trainer->word_bytes / 1e6, limit);
}

// The end of work in which no allocation went beyond the limit: where one failed for that, this is
// told.
static lk_status end_bounded(const lk_tokenizer_trainer *trainer, bool was_bounded,
                             lk_status status) {
    lk_context_bound_memory(trainer->context, was_bounded);
    bool is_beyond =
        status == LK_ERROR_MEMORY && lk_context_error(trainer->context).status == LK_ERROR_LIMIT;
    return is_beyond ? fail_limit(trainer) : status;
}

// ---- Texts --------------------------------------------------------------------------------------

// Counts what waits as far as it is certain.
static lk_status count_waiting(lk_tokenizer_trainer *trainer, bool is_last) {
    lk_buffer *waiting = &trainer->waiting;
    size_t used;
    LK_TRY(lk_word_counter_add(&trainer->counter, &used, (const uint8_t *)lk_buffer_text(waiting),
                               waiting->length, is_last));
    waiting->length -= used;
    if (used) memmove(waiting->data, waiting->data + used, waiting->length);
    trainer->tried = waiting->length;
    return LK_OK;
}

// A regular expression makes no piece certain before the next special token, which is looked for
// again when there is twice as much.
static bool is_enough(const lk_tokenizer_trainer *trainer) {
    return !trainer->training.expression || trainer->waiting.length >= 2 * trainer->tried;
}

// Passes over what was counted before the training was resumed; returns how many bytes that are.
static lk_status skip_counted(lk_tokenizer_trainer *trainer, size_t *bytes, size_t length,
                              bool is_last) {
    lk_text_position *left = &trainer->skipped;
    *bytes = length;
    if (left->texts) {
        left->texts -= is_last;
        return LK_OK;
    }
    if (left->bytes < length) *bytes = (size_t)left->bytes;
    left->bytes -= *bytes;
    if (!is_last || left->bytes == 0) return LK_OK;
    return lk_fail(trainer->context, LK_ERROR_DATA,
                   "a text is shorter than when a part of it was counted");
}

static lk_status take_text(lk_tokenizer_trainer *trainer, const char *text, size_t length,
                           bool is_last) {
    lk_buffer *waiting = &trainer->waiting;
    size_t used;
    if (is_last && waiting->length == 0)
        return lk_word_counter_add(&trainer->counter, &used, (const uint8_t *)text, length, true);
    do {
        size_t most = waiting->length > WINDOW ? waiting->length : WINDOW;
        size_t taken = length < most ? length : most;
        lk_buffer_append(waiting, text, taken);
        LK_TRY(lk_buffer_status(waiting));
        bool ends = is_last && taken == length;
        if (ends || is_enough(trainer)) LK_TRY(count_waiting(trainer, ends));
        text += taken;
        length -= taken;
    } while (length);
    return LK_OK;
}

lk_status lk_tokenizer_trainer_feed(lk_tokenizer_trainer *trainer, const char *text, size_t length,
                                    bool is_last) {
    size_t counted;
    bool is_counted = trainer->skipped.texts > 0; // the whole text
    if (trainer->is_learning)
        return lk_fail(trainer->context, LK_ERROR_USAGE,
                       "all texts must come before the first merge");
    LK_TRY(skip_counted(trainer, &counted, length, is_last));
    trainer->fed.bytes = is_last ? 0 : trainer->fed.bytes + length;
    trainer->fed.texts += is_last;
    if (is_counted) return LK_OK;
    bool was_bounded = lk_context_bound_memory(trainer->context, true);
    lk_status status = take_text(trainer, text + counted, length - counted, is_last);
    return end_bounded(trainer, was_bounded, status);
}

// ---- Interruptions ------------------------------------------------------------------------------

// How far the texts were counted: beyond what was fed where a resumed training has not come to new
// text again.
static lk_text_position counted_position(const lk_tokenizer_trainer *trainer) {
    const lk_text_position *fed = &trainer->fed, *left = &trainer->skipped;
    if (left->texts) return (lk_text_position){fed->texts + left->texts, left->bytes};
    return (lk_text_position){fed->texts, fed->bytes + left->bytes - trainer->waiting.length};
}

lk_status lk_tokenizer_trainer_save(lk_tokenizer_trainer *trainer, const char *path,
                                    const char *note) {
    lk_counts_header header = {.note = note, .counted = counted_position(trainer)};
    if (trainer->is_learning)
        return lk_counts_write_learned(trainer->context, path, &header, &trainer->learner);
    LK_TRY(lk_word_counter_finish(&trainer->counter));
    return lk_counts_write(trainer->context, path, &header, &trainer->counter);
}

lk_status lk_tokenizer_trainer_resume(lk_tokenizer_trainer *trainer, const char *path,
                                      const char *note) {
    return lk_counts_read(trainer->context, path, note, &trainer->skipped, &trainer->counter);
}

// ---- Merges -------------------------------------------------------------------------------------

static bool may_take(const lk_tokenizer_trainer *trainer, uint64_t more) {
    return lk_context_memory_usage(trainer->context).live_bytes + more <=
           lk_context_memory_limit(trainer->context);
}

// The counted words leave the memory where they and what is learned from them may not fit into it:
// this grows to about twice what it is at first.
static lk_status make_room(lk_tokenizer_trainer *trainer) {
    lk_word_counter_measure(&trainer->counter, &trainer->words, &trainer->word_bytes);
    uint64_t more = lk_bpe_learner_memory(trainer->words, trainer->word_bytes);
    if (!may_take(trainer, 2 * more)) LK_TRY(lk_word_counter_unload(&trainer->counter));
    return may_take(trainer, more) ? LK_OK : fail_limit(trainer);
}

static lk_status begin_learning(lk_tokenizer_trainer *trainer) {
    const lk_tokenizer_training *training = &trainer->training;
    LK_TRY(count_waiting(trainer, true));
    LK_TRY(lk_word_counter_finish(&trainer->counter));
    LK_TRY(make_room(trainer));
    trainer->is_learning = true;
    LK_TRY(lk_bpe_learner_make(trainer->context, &trainer->learner, &trainer->counter,
                               training->vocab_size - special_count(trainer), training->tie,
                               training->min_frequency));
    lk_word_counter_forget(&trainer->counter);
    return LK_OK;
}

static lk_status learn(lk_tokenizer_trainer *trainer, lk_learned_merge *merge) {
    if (!trainer->is_learning) LK_TRY(begin_learning(trainer));
    return lk_bpe_learner_step(&trainer->learner, merge);
}

lk_status lk_tokenizer_trainer_step(lk_tokenizer_trainer *trainer, lk_merge_report *report) {
    const lk_bpe_learner *learner = &trainer->learner;
    lk_learned_merge merge = {0};
    bool was_bounded = lk_context_bound_memory(trainer->context, true);
    LK_TRY(end_bounded(trainer, was_bounded, learn(trainer, &merge)));
    *report = (lk_merge_report){.is_done = merge.is_done,
                                .merges = learner->token_count - BYTES,
                                .most_merges = learner->most_tokens - BYTES};
    if (merge.is_done) return LK_OK;
    report->left = id_of_token(trainer, merge.left);
    report->right = id_of_token(trainer, merge.right);
    report->result = id_of_token(trainer, merge.result);
    report->count = merge.count;
    return LK_OK;
}

const char *lk_tokenizer_trainer_token_at(const lk_tokenizer_trainer *trainer, uint32_t id,
                                          size_t *length) {
    if (!trainer->is_learning) return NULL;
    for (uint32_t i = 0; i < special_count(trainer); i++)
        if (id_of_special(trainer, i) == id) {
            *length = trainer->specials[i].length;
            return trainer->specials[i].text;
        }
    uint32_t token = id;
    if (id_of_token(trainer, token) != id) token -= special_count(trainer);
    if (token >= trainer->learner.token_count) return NULL;
    return lk_learned_token_at(&trainer->learner, token, length);
}

// ---- The tokenizer ------------------------------------------------------------------------------

static lk_status list_tokens(const lk_tokenizer_trainer *trainer, lk_token_list *list) {
    for (uint32_t token = 0; token < trainer->learner.token_count; token++) {
        size_t length;
        const char *bytes = lk_learned_token_at(&trainer->learner, token, &length);
        LK_TRY(lk_token_list_add(list, id_of_token(trainer, token), bytes, length, false));
    }
    for (uint32_t i = 0; i < special_count(trainer); i++)
        LK_TRY(lk_token_list_add(list, trainer->specials[i].id, trainer->specials[i].text,
                                 trainer->specials[i].length, false));
    return LK_OK;
}

static lk_status set_merges(const lk_tokenizer_trainer *trainer, lk_tokenizer *tokenizer) {
    const lk_merge *learned = (const lk_merge *)(const void *)trainer->learner.merges.data;
    size_t count = trainer->learner.merges.length / sizeof *learned;
    lk_merge *merges = lk_alloc(trainer->context, count, sizeof *merges);
    LK_NEED(merges);
    for (size_t i = 0; i < count; i++)
        merges[i] = (lk_merge){id_of_token(trainer, learned[i].left),
                               id_of_token(trainer, learned[i].right),
                               id_of_token(trainer, learned[i].result)};
    lk_status status = lk_bpe_set_merges(tokenizer, merges, (uint32_t)count);
    lk_free(trainer->context, merges);
    return status;
}

static lk_status finish(lk_tokenizer_trainer *trainer, lk_tokenizer **tokenizer,
                        lk_token_list *list) {
    lk_bpe_parts parts = {.specials = trainer->specials,
                          .special_count = special_count(trainer),
                          .pattern = trainer->training.pattern,
                          .expression = trainer->training.expression};
    for (uint32_t i = 0; i < special_count(trainer); i++)
        trainer->specials[i].id = id_of_special(trainer, i);
    LK_TRY(list_tokens(trainer, list));
    LK_TRY(lk_token_list_finish(list, &parts));
    LK_TRY(lk_tokenizer_new_bpe(trainer->context, tokenizer, &parts));
    return set_merges(trainer, *tokenizer);
}

lk_status lk_tokenizer_trainer_finish(lk_tokenizer_trainer *trainer, lk_tokenizer **out) {
    *out = NULL;
    if (!trainer->is_learning) LK_TRY(begin_learning(trainer));
    lk_token_list list = lk_token_list_make(trainer->context);
    lk_tokenizer *tokenizer = NULL;
    lk_status status = finish(trainer, &tokenizer, &list);
    lk_token_list_free(&list);
    if (status == LK_OK)
        *out = tokenizer;
    else
        lk_tokenizer_free(tokenizer);
    return status;
}
