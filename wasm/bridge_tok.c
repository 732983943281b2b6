// Tokenizers for JavaScript. Ids go in and out as words of the module's memory.
#include "bridge_tok.h"

#include "likelore/tokenizer_insight.h"

#include <stdlib.h>
#include <string.h>

// ---- Sharing --------------------------------------------------------------------------------

lk_status lk_shared_tokenizer_new(lk_shared_tokenizer **made, lk_tokenizer *tokenizer) {
    lk_shared_tokenizer *shared = malloc(sizeof *shared);
    if (!shared) {
        lk_tokenizer_free(tokenizer);
        return LK_ERROR_MEMORY;
    }
    *shared = (lk_shared_tokenizer){tokenizer, 1};
    *made = shared;
    return LK_OK;
}

void lk_shared_tokenizer_leave(lk_shared_tokenizer *shared) {
    if (!shared || --shared->users > 0) return;
    lk_tokenizer_free(shared->tokenizer);
    free(shared);
}

// ---- Opening --------------------------------------------------------------------------------

// Reads a tokenizer.json.
LK_EXPORT lk_status lk_bridge_tokenizer_open(lk_bridge *bridge, lk_shared_tokenizer **made,
                                             const char *json, size_t length) {
    lk_tokenizer *tokenizer;
    LK_TRY(lk_tokenizer_parse(bridge->context, &tokenizer, json, length));
    return lk_shared_tokenizer_new(made, tokenizer);
}

// Reads a file of ranks. The name of the pattern may be empty where the file's size tells it.
LK_EXPORT lk_status lk_bridge_tokenizer_open_ranks(lk_bridge *bridge, lk_shared_tokenizer **made,
                                                   const char *text, size_t length,
                                                   const char *pattern_name) {
    lk_tokenizer *tokenizer;
    lk_pattern pattern;
    if (*pattern_name) LK_TRY(lk_pattern_find(bridge->context, &pattern, pattern_name));
    LK_TRY(lk_tokenizer_parse_ranks(bridge->context, &tokenizer, text, length,
                                    *pattern_name ? &pattern : NULL));
    return lk_shared_tokenizer_new(made, tokenizer);
}

// Reads vocab.json and merges.txt.
LK_EXPORT lk_status lk_bridge_tokenizer_open_merges(lk_bridge *bridge, lk_shared_tokenizer **made,
                                                    const char *vocab, size_t vocab_length,
                                                    const char *merges, size_t merges_length,
                                                    const char *pattern_name) {
    lk_tokenizer *tokenizer;
    lk_pattern pattern;
    LK_TRY(lk_pattern_find(bridge->context, &pattern, pattern_name));
    LK_TRY(lk_tokenizer_parse_merges(bridge->context, &tokenizer, vocab, vocab_length, merges,
                                     merges_length, pattern));
    return lk_shared_tokenizer_new(made, tokenizer);
}

LK_EXPORT void lk_bridge_tokenizer_free(lk_shared_tokenizer *shared) {
    lk_shared_tokenizer_leave(shared);
}

// ---- Vocabulary -----------------------------------------------------------------------------

// {"count","specials":[{"text","id"}: in the order of their bytes]}
LK_EXPORT lk_status lk_bridge_tokenizer_describe(lk_bridge *bridge,
                                                 const lk_shared_tokenizer *shared) {
    lk_json_writer *writer = bridge->writer;
    const lk_tokenizer *tokenizer = shared->tokenizer;
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "count", lk_tokenizer_count(tokenizer));
    lk_json_begin_array(writer, "specials");
    for (size_t i = 0; i < lk_tokenizer_special_count(tokenizer); i++) {
        uint32_t id;
        lk_json_begin_object(writer, NULL);
        lk_json_add_string(writer, "text", lk_tokenizer_special_at(tokenizer, i, &id));
        lk_json_add_integer(writer, "id", id);
        lk_json_end(writer);
    }
    lk_json_end(writer);
    lk_json_end(writer);
    return lk_bridge_answer(bridge);
}

LK_EXPORT bool lk_bridge_tokenizer_has(const lk_shared_tokenizer *shared, uint32_t id) {
    size_t length;
    return lk_tokenizer_token_at(shared->tokenizer, id, &length) != NULL;
}

LK_EXPORT lk_status lk_bridge_tokenizer_write(lk_bridge *bridge,
                                              const lk_shared_tokenizer *shared) {
    lk_buffer_clear(&bridge->output);
    return lk_tokenizer_write(bridge->context, &bridge->output, shared->tokenizer);
}

// ---- Words ----------------------------------------------------------------------------------

LK_EXPORT void lk_bridge_words_free(lk_ids *words) {
    if (!words) return;
    lk_ids_free(words);
    free(words);
}

LK_EXPORT const uint32_t *lk_bridge_words_at(const lk_ids *words) { return words->ids; }

LK_EXPORT size_t lk_bridge_words_count(const lk_ids *words) { return words->count; }

static lk_status new_words(lk_bridge *bridge, lk_ids **words) {
    *words = malloc(sizeof **words);
    if (!*words) return LK_ERROR_MEMORY;
    **words = lk_ids_make(bridge->context);
    return LK_OK;
}

// Gives the words away, unless the call that was to make them has failed.
static lk_status give_words(lk_ids **made, lk_ids *words, lk_status status) {
    if (status == LK_OK)
        *made = words;
    else
        lk_bridge_words_free(words);
    return status;
}

// ---- Encoding -------------------------------------------------------------------------------

static const char *const special_rules[] = {
    [LK_SPECIAL_RECOGNISE] = "recognise", [LK_SPECIAL_TEXT] = "text", [LK_SPECIAL_ERROR] = "error"};
static const char *const invalid_rules[] = {
    [LK_INVALID_KEEP] = "keep", [LK_INVALID_REPLACE] = "replace", [LK_INVALID_ERROR] = "error"};

// `special` and `invalid` are indices of the names in the constants; so are `rules`, of which there
// is none or one for each special token.
static lk_status read_rules(lk_bridge *bridge, lk_encode_options *options,
                            const lk_shared_tokenizer *shared, uint32_t special, uint32_t invalid,
                            const uint8_t *rules, size_t rule_count) {
    size_t specials = lk_tokenizer_special_count(shared->tokenizer);
    bool is_known = special <= LK_SPECIAL_ERROR && invalid <= LK_INVALID_ERROR;
    for (size_t i = 0; i < rule_count; i++) is_known = is_known && rules[i] <= LK_SPECIAL_ERROR;
    if (!is_known) return lk_bridge_fail(bridge, LK_ERROR_USAGE, "there is no such rule");
    if (rule_count != 0 && rule_count != specials)
        return lk_bridge_fail(bridge, LK_ERROR_USAGE, "%zu rules are given for %zu special tokens",
                              rule_count, specials);
    *options = (lk_encode_options){.special = (lk_special_rule)special,
                                   .special_rules = rule_count ? rules : NULL,
                                   .invalid = (lk_invalid_rule)invalid};
    return LK_OK;
}

// Makes the ids of a text.
LK_EXPORT lk_status lk_bridge_tokenizer_encode(lk_bridge *bridge, lk_ids **made,
                                               const lk_shared_tokenizer *shared, const char *text,
                                               size_t length, uint32_t special, uint32_t invalid,
                                               const uint8_t *rules, size_t rule_count) {
    lk_encode_options options;
    lk_ids *ids;
    LK_TRY(read_rules(bridge, &options, shared, special, invalid, rules, rule_count));
    LK_TRY(new_words(bridge, &ids));
    return give_words(
        made, ids,
        lk_tokenizer_encode(bridge->context, ids, shared->tokenizer, text, length, &options));
}

// ---- Where tokens are -----------------------------------------------------------------------

enum { PLACES = 4 }; // first byte, end in bytes, first unit, end in units

static lk_status add_places(lk_ids *words, const lk_tokenizer *tokenizer) {
    lk_token_walk walk = {0};
    size_t count = words->count;
    for (size_t i = 0; i < count; i++) {
        lk_token_place place = lk_token_walk_next(&walk, tokenizer, words->ids[i]);
        uint32_t places[PLACES] = {(uint32_t)place.byte, (uint32_t)place.byte_end,
                                   (uint32_t)place.unit, (uint32_t)place.unit_end};
        LK_TRY(lk_ids_append(words, places, PLACES));
    }
    return LK_OK;
}

// Makes the n ids of a text that is UTF-8, and after them four words for each: its first byte, the
// end of its bytes, the first of the UTF-16 code units of the characters that it has a part of, and
// the end of these.
LK_EXPORT lk_status lk_bridge_tokenizer_places(lk_bridge *bridge, lk_ids **made,
                                               const lk_shared_tokenizer *shared, const char *text,
                                               size_t length, uint32_t special,
                                               const uint8_t *rules, size_t rule_count) {
    lk_ids *words;
    LK_TRY(lk_bridge_tokenizer_encode(bridge, &words, shared, text, length, special,
                                      LK_INVALID_ERROR, rules, rule_count));
    return give_words(made, words, add_places(words, shared->tokenizer));
}

// ---- Explaining -----------------------------------------------------------------------------

// The explanation of the pieces with a part of the bytes from `begin` to before `end` (0: of all),
// as lk_explanation_to_json writes it.
LK_EXPORT lk_status lk_bridge_tokenizer_explain(lk_bridge *bridge,
                                                const lk_shared_tokenizer *shared, const char *text,
                                                size_t length, uint32_t special, uint32_t most,
                                                size_t begin, size_t end) {
    lk_encode_options rules;
    lk_explanation *explanation;
    LK_TRY(read_rules(bridge, &rules, shared, special, LK_INVALID_KEEP, NULL, 0));
    lk_explain_options how = {.special = rules.special, .most = most, .begin = begin, .end = end};
    LK_TRY(
        lk_tokenizer_explain(bridge->context, &explanation, shared->tokenizer, text, length, &how));
    lk_buffer_clear(&bridge->output);
    lk_status status = lk_explanation_to_json(&bridge->output, explanation);
    lk_explanation_free(explanation);
    return status;
}

// ---- Encoding in parts ----------------------------------------------------------------------

typedef struct part_encoder {
    lk_shared_tokenizer *shared;
    lk_encoder *encoder;
    uint8_t *rules; // the caller's are gone after the call
} part_encoder;

LK_EXPORT void lk_bridge_encoder_free(part_encoder *e) {
    if (!e) return;
    lk_encoder_free(e->encoder);
    lk_shared_tokenizer_leave(e->shared);
    free(e->rules);
    free(e);
}

static lk_status begin_encoder(lk_bridge *bridge, part_encoder *e, lk_encode_options *options,
                               size_t rule_count) {
    if (options->special_rules) {
        e->rules = malloc(rule_count);
        if (!e->rules) return LK_ERROR_MEMORY;
        memcpy(e->rules, options->special_rules, rule_count);
        options->special_rules = e->rules;
    }
    return lk_encoder_new(bridge->context, &e->encoder, e->shared->tokenizer, options);
}

// Begins a text that comes in parts. The tokenizer may be freed before the encoder.
LK_EXPORT lk_status lk_bridge_encoder_open(lk_bridge *bridge, part_encoder **made,
                                           lk_shared_tokenizer *shared, uint32_t special,
                                           uint32_t invalid, const uint8_t *rules,
                                           size_t rule_count) {
    lk_encode_options options;
    LK_TRY(read_rules(bridge, &options, shared, special, invalid, rules, rule_count));
    part_encoder *e = calloc(1, sizeof *e);
    if (!e) return LK_ERROR_MEMORY;
    e->shared = shared;
    shared->users++;
    lk_status status = begin_encoder(bridge, e, &options, rule_count);
    if (status == LK_OK)
        *made = e;
    else
        lk_bridge_encoder_free(e);
    return status;
}

// Makes the ids that are certain by now.
LK_EXPORT lk_status lk_bridge_encoder_feed(lk_bridge *bridge, lk_ids **made, part_encoder *e,
                                           const char *text, size_t length, bool is_last) {
    lk_ids *ids;
    LK_TRY(new_words(bridge, &ids));
    return give_words(made, ids, lk_encoder_feed(e->encoder, ids, text, length, is_last));
}

// ---- Decoding -------------------------------------------------------------------------------

// Makes the bytes of the ids, whose words are `length` bytes, the output.
LK_EXPORT lk_status lk_bridge_tokenizer_decode(lk_bridge *bridge, const lk_shared_tokenizer *shared,
                                               const uint32_t *ids, size_t length) {
    lk_buffer_clear(&bridge->output);
    return lk_tokenizer_decode(bridge->context, &bridge->output, shared->tokenizer, ids,
                               length / sizeof *ids);
}

typedef struct part_decoder {
    lk_shared_tokenizer *shared;
    lk_buffer waiting; // bytes of a character that is not complete
} part_decoder;

LK_EXPORT void lk_bridge_decoder_free(part_decoder *d) {
    if (!d) return;
    lk_buffer_free(&d->waiting);
    lk_shared_tokenizer_leave(d->shared);
    free(d);
}

// Begins ids that come in parts. The tokenizer may be freed before the decoder.
LK_EXPORT lk_status lk_bridge_decoder_open(lk_bridge *bridge, part_decoder **made,
                                           lk_shared_tokenizer *shared) {
    part_decoder *d = malloc(sizeof *d);
    if (!d) return LK_ERROR_MEMORY;
    *d = (part_decoder){shared, lk_buffer_make(bridge->context)};
    shared->users++;
    *made = d;
    return LK_OK;
}

// Makes the characters that are complete by now the output: all that remains if it is the last
// part, when other ids may begin.
LK_EXPORT lk_status lk_bridge_decoder_feed(lk_bridge *bridge, part_decoder *d, const uint32_t *ids,
                                           size_t length, bool is_last) {
    lk_buffer *waiting = &d->waiting;
    size_t used;
    lk_buffer_clear(&bridge->output);
    LK_TRY(lk_tokenizer_decode(bridge->context, waiting, d->shared->tokenizer, ids,
                               length / sizeof *ids));
    LK_TRY(
        lk_text_repair(&bridge->output, &used, lk_buffer_text(waiting), waiting->length, is_last));
    waiting->length -= used;
    if (used) memmove(waiting->data, waiting->data + used, waiting->length);
    return LK_OK;
}

// ---- Constants ------------------------------------------------------------------------------

static void add_names(lk_json_writer *writer, const char *key, const char *const *names,
                      size_t count) {
    lk_json_begin_array(writer, key);
    for (size_t i = 0; i < count; i++) lk_json_add_string(writer, NULL, names[i]);
    lk_json_end(writer);
}

static void add_patterns(lk_json_writer *writer) {
    lk_json_begin_array(writer, "patterns");
    for (int i = 0; i < LK_PATTERN_COUNT; i++) {
        lk_json_begin_object(writer, NULL);
        lk_json_add_string(writer, "name", lk_pattern_name((lk_pattern)i));
        lk_json_add_string(writer, "expression", lk_pattern_expression((lk_pattern)i));
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

void lk_bridge_add_lab_constants(lk_bridge *bridge) {
    lk_json_writer *writer = bridge->writer;
    lk_json_add_string(writer, "kernels", lk_context_byte_kernels_name(bridge->context));
    add_names(writer, "special_rules", special_rules, sizeof special_rules / sizeof *special_rules);
    add_names(writer, "invalid_rules", invalid_rules, sizeof invalid_rules / sizeof *invalid_rules);
    add_patterns(writer);
}
