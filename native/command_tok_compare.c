// `likelore tok compare`.
#include "tok_text.h"

#include "likelore/tokenizer_insight.h"

typedef struct comparing {
    invocation *call;
    lk_tokenizer *tokenizers[LK_MOST_COMPARED];
    const char *names[LK_MOST_COMPARED];
    size_t count;
    lk_tokenizer_comparison *comparison;
    lk_buffer text, out;
} comparing;

static lk_status load_all(comparing *c) {
    const char *path;
    for (; (path = option_value_at(c->call->arguments, "tokenizer", c->count)) != NULL;
         c->count++) {
        if (c->count == LK_MOST_COMPARED)
            return usage_error(c->call, "at most %d tokenizers are compared", LK_MOST_COMPARED);
        c->names[c->count] = path;
        LK_TRY(load_tokenizer_at(c->call, &c->tokenizers[c->count], path));
    }
    if (c->count) return LK_OK;
    return usage_error(c->call, "--tokenizer PATH is missing; it repeats");
}

static lk_status show(comparing *c) {
    const arguments *given = c->call->arguments;
    size_t most;
    LK_TRY(read_most(c->call, &most, 10));
    LK_TRY(load_all(c));
    LK_TRY(read_whole(c->call, given->operand_count ? given->operands[0] : "-", &c->text));
    LK_TRY(lk_tokenizer_compare(c->call->context, &c->comparison,
                                (const lk_tokenizer *const *)c->tokenizers, c->names, c->count,
                                lk_buffer_text(&c->text), c->text.length, most));
    if (!has_flag(given, "json")) {
        LK_TRY(lk_tokenizer_comparison_to_text(&c->out, c->comparison, colors_wanted(c->call)));
    } else {
        LK_TRY(lk_tokenizer_comparison_to_json(&c->out, c->comparison));
        lk_buffer_append_byte(&c->out, '\n');
    }
    return emit(c->call, &c->out);
}

static lk_status run(invocation *call) {
    comparing c = {
        .call = call, .text = lk_buffer_make(call->context), .out = lk_buffer_make(call->context)};
    lk_status status = show(&c);
    lk_tokenizer_comparison_free(c.comparison);
    for (size_t i = 0; i < LK_MOST_COMPARED; i++) lk_tokenizer_free(c.tokenizers[i]);
    lk_buffer_free(&c.text);
    lk_buffer_free(&c.out);
    return status;
}

static const option options[] = {
    TOK_TOKENIZER, TOK_PATTERN, TOK_MOST("words that are listed (default 10)"), {0}};

const command tok_compare_command = {
    .noun = "tok",
    .verb = "compare",
    .operands = "[FILE|-]",
    .summary = "show how several tokenizers cut the same text",
    .details = "Repeat -t for each tokenizer. Counts the tokens, shows those of short texts (up to "
               "200 bytes) below each other with their ids, and lists the words on which the "
               "tokenizers differ most: by the difference of the fewest and the most tokens times "
               "the times a word occurs. A word is encoded by itself, with the space before it.\n"
               "\n"
               "  likelore tok compare -t gpt2.tiktoken -t tokenizer.json book.txt\n",
    .options = options,
    .most_operands = 1,
    .run = run,
};
