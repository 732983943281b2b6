// Training of tokenizers for JavaScript: texts are fed, then merges learned, as many a call as
// asked.
#include "bridge_tok.h"

#include <stdlib.h>
#include <string.h>

// ---- What is asked --------------------------------------------------------------------------

static const char *const ties[] = {[LK_TIE_BYTES] = "bytes", [LK_TIE_IDS] = "ids", NULL};
static const char *const layouts[] = {[LK_LAYOUT_BYTES_FIRST] = "bytes-first",
                                      [LK_LAYOUT_SPECIALS_FIRST] = "specials-first",
                                      [LK_LAYOUT_SPECIALS_LAST] = "specials-last",
                                      NULL};

// The index of a member of the request among the names; 0 where it is absent.
static lk_status choose(lk_bridge *bridge, int *chosen, const lk_json *request, const char *member,
                        const char *const *names) {
    const char *name = lk_json_string(lk_json_get(request, member), names[0]);
    for (*chosen = 0; names[*chosen]; ++*chosen)
        if (strcmp(names[*chosen], name) == 0) return LK_OK;
    return lk_bridge_fail(bridge, LK_ERROR_USAGE, "there is no %s '%s'", member, name);
}

static lk_status whole(lk_bridge *bridge, int64_t *value, const lk_json *request,
                       const char *member, int64_t fallback, int64_t high) {
    const lk_json *given = lk_json_get(request, member);
    *value = fallback;
    if (!given || lk_json_integer(given, value, 1, high)) return LK_OK;
    return lk_bridge_fail(bridge, LK_ERROR_USAGE, "%s takes a whole number from 1", member);
}

static lk_status read_specials(lk_bridge *bridge, const char **specials, const lk_json *list) {
    size_t count = 0;
    for (const lk_json *special = lk_json_first(list); special; special = lk_json_next(special)) {
        specials[count] = lk_json_string(special, NULL);
        if (!specials[count++])
            return lk_bridge_fail(bridge, LK_ERROR_USAGE, "a special token is a text");
    }
    return LK_OK;
}

static lk_status read_training(lk_bridge *bridge, lk_tokenizer_training *training,
                               const lk_json *request) {
    int64_t size, frequency;
    int tie, layout;
    LK_TRY(whole(bridge, &size, request, "vocab_size", 0, UINT32_MAX));
    LK_TRY(whole(bridge, &frequency, request, "min_frequency", 1, INT64_C(1) << 53));
    LK_TRY(choose(bridge, &tie, request, "tie", ties));
    LK_TRY(choose(bridge, &layout, request, "layout", layouts));
    const char *pattern =
        lk_json_string(lk_json_get(request, "pattern"), lk_pattern_name(LK_PATTERN_GPT2));
    LK_TRY(lk_pattern_find(bridge->context, &training->pattern, pattern));
    training->vocab_size = (uint32_t)size;
    training->min_frequency = (uint64_t)frequency;
    training->tie = (lk_tie)tie;
    training->layout = (lk_layout)layout;
    return LK_OK;
}

static lk_status begin(lk_bridge *bridge, lk_tokenizer_trainer **made, const lk_json *request) {
    const lk_json *list = lk_json_get(request, "specials");
    lk_tokenizer_training training = {.special_count = lk_json_count(list)};
    LK_TRY(read_training(bridge, &training, request));
    const char **specials = calloc(training.special_count + 1, sizeof *specials);
    if (!specials) return LK_ERROR_MEMORY;
    training.specials = specials;
    lk_status status = read_specials(bridge, specials, list);
    if (status == LK_OK) status = lk_tokenizer_trainer_new(bridge->context, made, &training);
    free(specials);
    return status;
}

// Begins {"vocab_size","specials":[],"pattern":"gpt2","tie":"bytes","layout":"bytes-first",
// "min_frequency":1}, of which the first is needed.
LK_EXPORT lk_status lk_bridge_trainer_open(lk_bridge *bridge, lk_tokenizer_trainer **made,
                                           const char *text, size_t length) {
    lk_json *request;
    LK_TRY(lk_json_parse(bridge->context, &request, text, length));
    lk_status status = begin(bridge, made, request);
    lk_json_free(bridge->context, request);
    return status;
}

LK_EXPORT void lk_bridge_trainer_free(lk_tokenizer_trainer *trainer) {
    lk_tokenizer_trainer_free(trainer);
}

// ---- Training -------------------------------------------------------------------------------

LK_EXPORT lk_status lk_bridge_trainer_feed(lk_bridge *bridge, lk_tokenizer_trainer *trainer,
                                           const char *text, size_t length, bool is_last) {
    (void)bridge;
    return lk_tokenizer_trainer_feed(trainer, text, length, is_last);
}

static void add_merge(lk_buffer *out, const lk_merge_report *merge) {
    uint32_t words[] = {merge->left, merge->right, merge->result, (uint32_t)merge->count,
                        (uint32_t)(merge->count >> 32)};
    lk_buffer_append(out, words, sizeof words);
}

// Learns `most` merges, if there are as many, and makes words the output: for each merge left,
// right, result, and the low and the high word of the count; at last the number of merges so far,
// how many there are when the vocabulary is complete, and 1 when no more can be learned, else 0.
LK_EXPORT lk_status lk_bridge_trainer_step(lk_bridge *bridge, lk_tokenizer_trainer *trainer,
                                           uint32_t most) {
    lk_merge_report report = {0};
    lk_buffer_clear(&bridge->output);
    do {
        LK_TRY(lk_tokenizer_trainer_step(trainer, &report));
        if (!report.is_done) add_merge(&bridge->output, &report);
    } while (!report.is_done && --most > 0);
    bool is_done = report.is_done || report.merges == report.most_merges;
    uint32_t words[] = {report.merges, report.most_merges, is_done};
    lk_buffer_append(&bridge->output, words, sizeof words);
    return lk_buffer_status(&bridge->output);
}

// Makes the bytes of a token learned so far the output.
LK_EXPORT lk_status lk_bridge_trainer_token(lk_bridge *bridge, const lk_tokenizer_trainer *trainer,
                                            uint32_t id) {
    size_t length;
    const char *bytes = lk_tokenizer_trainer_token_at(trainer, id, &length);
    lk_buffer_clear(&bridge->output);
    if (!bytes) return lk_bridge_fail(bridge, LK_ERROR_USAGE, "there is no token %u yet", id);
    lk_buffer_append(&bridge->output, bytes, length);
    return lk_buffer_status(&bridge->output);
}

// Makes the tokenizer of the merges so far.
LK_EXPORT lk_status lk_bridge_trainer_tokenizer(lk_bridge *bridge, lk_shared_tokenizer **made,
                                                lk_tokenizer_trainer *trainer) {
    (void)bridge;
    lk_tokenizer *tokenizer;
    LK_TRY(lk_tokenizer_trainer_finish(trainer, &tokenizer));
    return lk_shared_tokenizer_new(made, tokenizer);
}
