// `likelore tok decode`.
#include "command_tok.h"

#include "terminal.h"

#include <stdio.h>
#include <string.h>

enum { MOST_IDS = 1 << 14 };

typedef struct decoding {
    invocation *call;
    lk_tokenizer *tokenizer;
    bool repairs;
    uint64_t offset; // of the bytes taken
    uint64_t number; // that is being read
    bool in_number;
    uint32_t ids[MOST_IDS]; // read and not decoded yet
    size_t id_count;
    lk_buffer bytes; // that may not be complete characters yet
    lk_buffer out;
} decoding;

static const char *const invalid_rules[] = {"keep", "replace"};

static lk_status wrong_byte(decoding *d, uint64_t offset, char byte) {
    snprintf(d->call->message, sizeof d->call->message,
             "byte %llu: ids are whole numbers with spaces between them, not '%c'",
             (unsigned long long)offset, byte >= ' ' && byte <= '~' ? byte : '?');
    return LK_ERROR_SYNTAX;
}

// Moves *at behind the digits there. A number may go on in the next part of the text.
static void read_digits(decoding *d, const char *text, size_t length, size_t *at) {
    for (; *at < length && text[*at] >= '0' && text[*at] <= '9'; ++*at) {
        d->number = 10 * d->number + (uint64_t)(text[*at] - '0');
        if (d->number > UINT32_MAX) d->number = UINT32_MAX; // there is no such token either
        d->in_number = true;
    }
}

static void end_number(decoding *d) {
    if (d->in_number) d->ids[d->id_count++] = (uint32_t)d->number;
    d->in_number = false;
    d->number = 0;
}

static bool is_separator(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ',';
}

// Moves what is complete to the output, with U+FFFD for what is no UTF-8.
static lk_status repair(decoding *d, bool is_last) {
    size_t used;
    LK_TRY(lk_text_repair(&d->out, &used, lk_buffer_text(&d->bytes), d->bytes.length, is_last));
    d->bytes.length -= used;
    if (used) memmove(d->bytes.data, d->bytes.data + used, d->bytes.length);
    return LK_OK;
}

static lk_status decode_ids(decoding *d, bool is_last) {
    lk_buffer *out = d->repairs ? &d->bytes : &d->out;
    LK_TRY(lk_tokenizer_decode(d->call->context, out, d->tokenizer, d->ids, d->id_count));
    d->id_count = 0;
    LK_TRY(repair(d, is_last));
    LK_TRY(emit_ready(d->call, &d->out));
    return terminal_interrupted() ? LK_ERROR_INTERRUPTED : LK_OK;
}

static lk_status take(void *user, const char *text, size_t length, bool is_last) {
    decoding *d = user;
    for (size_t at = 0; at < length; at++) {
        read_digits(d, text, length, &at);
        if (at == length) break;
        if (!is_separator(text[at])) return wrong_byte(d, d->offset + at, text[at]);
        end_number(d);
        if (d->id_count == MOST_IDS) LK_TRY(decode_ids(d, false));
    }
    d->offset += length;
    if (is_last) end_number(d);
    return decode_ids(d, is_last);
}

// ---- Shards -------------------------------------------------------------------------------------

static lk_status decode_shard(decoding *d, const lk_shard *shard) {
    uint64_t count = lk_shard_count(shard);
    for (uint64_t at = 0; at < count; at += MOST_IDS) {
        size_t part = count - at < MOST_IDS ? (size_t)(count - at) : MOST_IDS;
        lk_shard_read(shard, d->ids, at, part);
        d->id_count = part;
        LK_TRY(decode_ids(d, at + part == count));
    }
    return LK_OK;
}

static lk_status decode_open_file(decoding *d, const lk_file *file) {
    const void *bytes = lk_file_bytes(file);
    size_t length = lk_file_length(file);
    lk_shard *shard;
    if (!lk_shard_is(lk_file_path(file), bytes, length)) return take(d, bytes, length, true);
    LK_TRY(lk_shard_open(d->call->context, &shard, file, lk_tokenizer_count(d->tokenizer)));
    lk_status status = decode_shard(d, shard);
    lk_shard_free(shard);
    return status;
}

// ---- The command --------------------------------------------------------------------------------

static lk_status decode_file(decoding *d, const char *path) {
    lk_file *file;
    if (strcmp(path, "-") == 0) return read_in_parts(d->call, path, take, d);
    LK_TRY(lk_file_open(d->call->context, &file, path));
    lk_status status = decode_open_file(d, file);
    lk_file_free(file);
    return status;
}

static lk_status decode(decoding *d) {
    const arguments *given = d->call->arguments;
    int rule;
    LK_TRY(choose(d->call, &rule, "invalid", invalid_rules, 2));
    d->repairs = rule == 1;
    LK_TRY(load_tokenizer(d->call, &d->tokenizer));
    LK_TRY(decode_file(d, given->operand_count ? given->operands[0] : "-"));
    return emit(d->call, &d->out);
}

static lk_status run(invocation *call) {
    decoding d = {
        .call = call, .bytes = lk_buffer_make(call->context), .out = lk_buffer_make(call->context)};
    terminal_catch_interrupts();
    lk_status status = decode(&d);
    lk_tokenizer_free(d.tokenizer);
    lk_buffer_free(&d.bytes);
    lk_buffer_free(&d.out);
    return status;
}

static const option options[] = {
    TOK_TOKENIZER,
    TOK_PATTERN,
    {"invalid", 0, "RULE",
     "what becomes of bytes that are not UTF-8: keep (default) or replace (by U+FFFD)"},
    {0}};

const command tok_decode_command = {
    .noun = "tok",
    .verb = "decode",
    .operands = "[FILE|-]",
    .summary = "turn ids back into the text",
    .details = "The ids are whole numbers with spaces, commas or ends of lines between them. An id "
               "that the tokenizer does not have becomes U+FFFD. A FILE in .bin or .npy, or with "
               "the header of llm.c or NumPy, is a shard, as --bin of encode writes it.\n"
               "\n"
               "  likelore tok encode -t tokenizer.json book.txt | likelore tok decode "
               "-t tokenizer.json\n",
    .options = options,
    .most_operands = 1,
    .run = run,
};
