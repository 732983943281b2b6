// `likelore tok encode`.
#include "command_tok.h"

#include "shard_output.h"
#include "terminal.h"

#include "likelore/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const special_rules[] = {"recognise", "text", "error"};
static const char *const invalid_rules[] = {"keep", "replace", "error"};

// ---- Encoding -----------------------------------------------------------------------------------

typedef struct encoding {
    invocation *call;
    lk_tokenizer *tokenizer;
    lk_encoder *encoder;
    lk_encode_options options;
    lk_ids ids;    // not written yet
    lk_buffer out; // not shown yet
    bool by_lines, json, offsets;
    bool to_shard; // the ids go there, and nowhere else
    shard_output shard;
    bool is_open; // ids were written to the line, or to JSON
    bool in_line; // the end of the line is still to come
    uint64_t bytes, tokens;
    lk_token_walk walk;
    lk_buffer byte_offsets, character_offsets; // of JSON, after the ids
} encoding;

static lk_status read_rules(encoding *e) {
    int special, invalid;
    LK_TRY(choose(e->call, &special, "special", special_rules, 3));
    LK_TRY(choose(e->call, &invalid, "invalid", invalid_rules, 3));
    e->options.special = (lk_special_rule)special;
    e->options.invalid = (lk_invalid_rule)invalid;
    e->by_lines = has_flag(e->call->arguments, "lines");
    e->json = has_flag(e->call->arguments, "json");
    if (e->by_lines && e->json)
        return usage_error(e->call, "--lines and --json exclude each other");
    LK_TRY(shard_output_wanted(e->call, &e->to_shard));
    e->offsets = has_flag(e->call->arguments, "offsets");
    if (e->offsets && (e->by_lines || e->to_shard))
        return usage_error(e->call, "--offsets excludes --lines and --bin");
    return LK_OK;
}

// ---- Offsets ------------------------------------------------------------------------------------

static void append_pair(lk_buffer *out, uint64_t begin, uint64_t end) {
    lk_buffer_printf(out, "%s[%" PRIu64 ",%" PRIu64 "]", out->length ? "," : "", begin, end);
}

static lk_status add_offsets(encoding *e) {
    for (size_t i = 0; i < e->ids.count; i++) {
        lk_token_place place = lk_token_walk_next(&e->walk, e->tokenizer, e->ids.ids[i]);
        append_pair(&e->byte_offsets, place.byte, place.byte_end);
        append_pair(&e->character_offsets, place.character, place.character_end);
    }
    LK_TRY(lk_buffer_status(&e->byte_offsets));
    return lk_buffer_status(&e->character_offsets);
}

static void write_places(encoding *e) {
    for (size_t i = 0; i < e->ids.count; i++) {
        lk_token_place place = lk_token_walk_next(&e->walk, e->tokenizer, e->ids.ids[i]);
        lk_buffer_printf(&e->out, "%" PRIu32 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
                         e->ids.ids[i], place.byte, place.byte_end, place.character,
                         place.character_end);
    }
}

// ---- Ids ----------------------------------------------------------------------------------------

static void write_numbers(encoding *e) {
    for (size_t i = 0; i < e->ids.count; i++) {
        if (e->is_open) lk_buffer_append_byte(&e->out, e->json ? ',' : ' ');
        lk_buffer_append_natural(&e->out, e->ids.ids[i]);
        e->is_open = true;
    }
}

static lk_status write_ids(encoding *e) {
    if (e->to_shard) {
        LK_TRY(shard_output_append(&e->shard, &e->ids));
    } else if (e->offsets && !e->json) {
        write_places(e);
    } else {
        if (e->offsets) LK_TRY(add_offsets(e));
        write_numbers(e);
    }
    e->tokens += e->ids.count;
    e->ids.count = 0;
    return emit_ready(e->call, &e->out);
}

static lk_status feed(encoding *e, const char *text, size_t length, bool is_last) {
    enum { PART = 1 << 20 }; // ids of a part are written before the next
    do {
        size_t part = length < PART ? length : PART;
        LK_TRY(lk_encoder_feed(e->encoder, &e->ids, text, part, is_last && part == length));
        LK_TRY(write_ids(e));
        text += part;
        length -= part;
    } while (length);
    return LK_OK;
}

static void end_line(encoding *e) {
    lk_buffer_append_byte(&e->out, '\n');
    e->is_open = false;
}

// Each line is a text of its own, without its end.
static lk_status feed_lines(encoding *e, const char *text, size_t length) {
    while (length) {
        const char *newline = memchr(text, '\n', length);
        size_t size = newline ? (size_t)(newline - text) : length;
        LK_TRY(feed(e, text, size, newline != NULL));
        if (newline) end_line(e);
        e->in_line = newline == NULL;
        text += size + (newline != NULL);
        length -= size + (newline != NULL);
    }
    return LK_OK;
}

static lk_status take(void *user, const char *text, size_t length, bool is_last) {
    encoding *e = user;
    e->bytes += length;
    if (!e->by_lines) return feed(e, text, length, is_last);
    LK_TRY(feed_lines(e, text, length));
    if (!is_last || !e->in_line) return LK_OK;
    LK_TRY(feed(e, "", 0, true));
    end_line(e);
    return LK_OK;
}

static lk_status encode_input(encoding *e) {
    const arguments *given = e->call->arguments;
    return read_in_parts(e->call, given->operand_count ? given->operands[0] : "-", take, e);
}

static void end_json(encoding *e) {
    lk_buffer_append_byte(&e->out, ']');
    if (e->offsets)
        lk_buffer_printf(&e->out, ",\"byte_offsets\":[%s],\"character_offsets\":[%s]",
                         lk_buffer_text(&e->byte_offsets), lk_buffer_text(&e->character_offsets));
    lk_buffer_printf(&e->out, ",\"tokens\":%" PRIu64 ",\"bytes\":%" PRIu64 "}", e->tokens,
                     e->bytes);
}

static lk_status encode_to_text(encoding *e) {
    if (e->json) lk_buffer_append_text(&e->out, "{\"version\":1,\"ids\":[");
    LK_TRY(encode_input(e));
    if (e->json) end_json(e);
    if (e->json || !(e->by_lines || e->offsets)) end_line(e);
    return emit(e->call, &e->out);
}

static lk_status emit_summary(encoding *e) {
    lk_json_writer *json;
    LK_TRY(lk_json_writer_new(e->call->context, &json));
    lk_json_begin_object(json, NULL);
    lk_json_add_integer(json, "version", 1);
    shard_output_to_json(&e->shard, json);
    lk_json_add_integer(json, "tokens", (int64_t)e->tokens);
    lk_json_add_integer(json, "bytes", (int64_t)e->bytes);
    lk_json_end(json);
    lk_status status = lk_json_finish(json, &e->out, false);
    lk_json_writer_free(json);
    lk_buffer_append_byte(&e->out, '\n');
    return status == LK_OK ? emit(e->call, &e->out) : status;
}

static lk_status encode_to_shard(encoding *e) {
    LK_TRY(shard_output_open(&e->shard, e->call, lk_tokenizer_count(e->tokenizer)));
    LK_TRY(encode_input(e));
    LK_TRY(shard_output_finish(&e->shard));
    if (e->json) return emit_summary(e);
    if (!has_flag(e->call->arguments, "quiet")) shard_output_print(&e->shard);
    return LK_OK;
}

static lk_status encode(encoding *e) {
    LK_TRY(read_rules(e));
    LK_TRY(load_tokenizer(e->call, &e->tokenizer));
    LK_TRY(lk_encoder_new(e->call->context, &e->encoder, e->tokenizer, &e->options));
    return e->to_shard ? encode_to_shard(e) : encode_to_text(e);
}

static lk_status run_encode(invocation *call) {
    encoding e = {.call = call,
                  .ids = lk_ids_make(call->context),
                  .out = lk_buffer_make(call->context),
                  .byte_offsets = lk_buffer_make(call->context),
                  .character_offsets = lk_buffer_make(call->context)};
    terminal_catch_interrupts();
    lk_status status = encode(&e);
    shard_output_close(&e.shard);
    lk_encoder_free(e.encoder);
    lk_tokenizer_free(e.tokenizer);
    lk_ids_free(&e.ids);
    lk_buffer_free(&e.out);
    lk_buffer_free(&e.byte_offsets);
    lk_buffer_free(&e.character_offsets);
    return status;
}

static const option encode_options[] = {
    TOK_TOKENIZER,
    TOK_PATTERN,
    {"special", 0, "RULE",
     "what becomes of special tokens in the text: recognise (their ids; default), text (as any "
     "text) or error"},
    {"invalid", 0, "RULE",
     "what becomes of bytes that are not UTF-8: keep (decoding gives them back; default), replace "
     "(by U+FFFD) or error"},
    {"lines", 0, NULL, "take each line by itself, and write its ids on a line"},
    {"offsets", 0, NULL,
     "write each token on a line: its id, its first byte and the end of its bytes, the first of "
     "the "
     "characters that it has a part of and the end of these, all counted from 0; --json has "
     "byte_offsets and character_offsets"},
    SHARD_OPTIONS,
    {0}};

const command tok_encode_command = {
    .noun = "tok",
    .verb = "encode",
    .operands = "[FILE|-]",
    .summary = "turn a text into the ids of its tokens",
    .details = "The ids stand on one line with spaces between them. The text is read in parts, in "
               "memory that does not grow with it.\n"
               "\n"
               "  echo \"It was the best of times\" | likelore tok encode -t tokenizer.json\n"
               "  likelore tok encode -t tokenizer.json book.txt --bin train.bin --split .9\n",
    .options = encode_options,
    .most_operands = 1,
    .run = run_encode,
};
