// `likelore tok decode`.
#include "command_tok.h"

#include "terminal.h"

#include <stdio.h>
#include <string.h>

typedef struct decoding {
    invocation *call;
    lk_tokenizer *tokenizer;
    bool repairs;
    uint64_t offset; // of the bytes taken
    uint64_t number; // that is being read
    bool in_number;
    lk_buffer bytes; // that may not be complete characters yet
    lk_buffer out;
} decoding;

static const char *const invalid_rules[] = {"keep", "replace"};

static lk_status decode_number(decoding *d) {
    uint32_t id = (uint32_t)d->number;
    lk_buffer *out = d->repairs ? &d->bytes : &d->out;
    d->in_number = false;
    return lk_tokenizer_decode(d->call->context, out, d->tokenizer, &id, 1);
}

static lk_status wrong_byte(decoding *d, char byte) {
    snprintf(d->call->message, sizeof d->call->message,
             "byte %llu: ids are whole numbers with spaces between them, not '%c'",
             (unsigned long long)d->offset, byte >= ' ' && byte <= '~' ? byte : '?');
    return LK_ERROR_SYNTAX;
}

static lk_status read_byte(decoding *d, char byte) {
    if (byte >= '0' && byte <= '9') {
        d->number = (d->in_number ? 10 * d->number : 0) + (uint64_t)(byte - '0');
        if (d->number > UINT32_MAX) d->number = UINT32_MAX; // there is no such token either
        d->in_number = true;
        return LK_OK;
    }
    if (byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t' && byte != ',')
        return wrong_byte(d, byte);
    return d->in_number ? decode_number(d) : LK_OK;
}

// Moves what is complete to the output, with U+FFFD for what is no UTF-8.
static lk_status repair(decoding *d, bool is_last) {
    size_t used;
    LK_TRY(lk_text_repair(&d->out, &used, lk_buffer_text(&d->bytes), d->bytes.length, is_last));
    d->bytes.length -= used;
    if (used) memmove(d->bytes.data, d->bytes.data + used, d->bytes.length);
    return LK_OK;
}

static lk_status take(void *user, const char *text, size_t length, bool is_last) {
    enum { PART = 1 << 16 };
    decoding *d = user;
    for (size_t i = 0; i < length; i++, d->offset++) {
        LK_TRY(read_byte(d, text[i]));
        if (i % PART == PART - 1) LK_TRY(repair(d, false));
        if (i % PART == PART - 1) LK_TRY(emit_ready(d->call, &d->out));
    }
    if (is_last && d->in_number) LK_TRY(decode_number(d));
    LK_TRY(repair(d, is_last));
    return emit_ready(d->call, &d->out);
}

static lk_status decode(decoding *d) {
    const arguments *given = d->call->arguments;
    int rule;
    LK_TRY(choose(d->call, &rule, "invalid", invalid_rules, 2));
    d->repairs = rule == 1;
    LK_TRY(load_tokenizer(d->call, &d->tokenizer));
    LK_TRY(read_in_parts(d->call, given->operand_count ? given->operands[0] : "-", take, d));
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
               "that the tokenizer does not have becomes U+FFFD.\n"
               "\n"
               "  likelore tok encode -t tokenizer.json book.txt | likelore tok decode "
               "-t tokenizer.json\n",
    .options = options,
    .most_operands = 1,
    .run = run,
};
