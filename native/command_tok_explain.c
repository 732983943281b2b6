// `likelore tok explain`.
#include "tok_text.h"

#include "likelore/tokenizer_insight.h"

static const char *const special_rules[] = {"recognise", "text", "error"};

typedef struct explaining {
    invocation *call;
    lk_tokenizer *tokenizer;
    lk_explanation *explanation;
    lk_buffer text, out;
} explaining;

static lk_status show(explaining *e) {
    lk_explain_options how = {0};
    int special;
    LK_TRY(choose(e->call, &special, "special", special_rules, 3));
    LK_TRY(read_most(e->call, &how.most, 100));
    how.special = (lk_special_rule)special;
    LK_TRY(load_tokenizer(e->call, &e->tokenizer));
    LK_TRY(read_text(e->call, &e->text));
    LK_TRY(lk_tokenizer_explain(e->call->context, &e->explanation, e->tokenizer,
                                lk_buffer_text(&e->text), e->text.length, &how));
    if (!has_flag(e->call->arguments, "json")) {
        LK_TRY(lk_explanation_to_text(&e->out, e->explanation, colors_wanted(e->call)));
    } else {
        LK_TRY(lk_explanation_to_json(&e->out, e->explanation));
        lk_buffer_append_byte(&e->out, '\n');
    }
    return emit(e->call, &e->out);
}

static lk_status run(invocation *call) {
    explaining e = {
        .call = call, .text = lk_buffer_make(call->context), .out = lk_buffer_make(call->context)};
    lk_status status = show(&e);
    lk_explanation_free(e.explanation);
    lk_tokenizer_free(e.tokenizer);
    lk_buffer_free(&e.text);
    lk_buffer_free(&e.out);
    return status;
}

static const option options[] = {
    TOK_TOKENIZER,
    TOK_PATTERN,
    {"special", 0, "RULE",
     "what becomes of special tokens in the text: recognise (their ids; default), text (as any "
     "text) or error"},
    TOK_HEX,
    TOK_MOST("pieces that are explained, and merges listed of each (default 100)"),
    {0}};

const command tok_explain_command = {
    .noun = "tok",
    .verb = "explain",
    .operands = "[TEXT|-]",
    .summary = "show merge by merge how a text becomes tokens",
    .details =
        "For each piece of the text: its bytes and code points, the merges in the order they "
        "are made, each with its rank, and the tokens they come to, with a note where one "
        "is only a part of a character. Without TEXT it is standard input.\n"
        "\n"
        "  likelore tok explain -t tokenizer.json \"hello, 你好\"\n",
    .options = options,
    .most_operands = 1,
    .run = run,
};
