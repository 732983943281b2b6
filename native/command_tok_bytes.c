// `likelore tok bytes`.
#include "tok_text.h"

#include "likelore/tokenizer_insight.h"

static lk_status show(invocation *call, lk_buffer *text, lk_buffer *out) {
    size_t most;
    LK_TRY(read_most(call, &most, 100));
    LK_TRY(read_text(call, text));
    const char *bytes = lk_buffer_text(text);
    if (!has_flag(call->arguments, "json")) {
        LK_TRY(lk_text_bytes_to_text(out, bytes, text->length, most));
    } else {
        LK_TRY(lk_text_bytes_to_json(out, bytes, text->length, most));
        lk_buffer_append_byte(out, '\n');
    }
    return emit(call, out);
}

static lk_status run(invocation *call) {
    lk_buffer text = lk_buffer_make(call->context), out = lk_buffer_make(call->context);
    lk_status status = show(call, &text, &out);
    lk_buffer_free(&text);
    lk_buffer_free(&out);
    return status;
}

static const option options[] = {
    TOK_HEX, TOK_MOST("characters that are listed (default 100)"), {0}};

const command tok_bytes_command = {
    .noun = "tok",
    .verb = "bytes",
    .operands = "[TEXT|-]",
    .summary = "show the bytes and code points of a text",
    .details = "Lists each character with its bytes and its code point, gives the size of the text "
               "in UTF-8, UTF-16 and UTF-32, and says where it is not UTF-8 and why. Characters "
               "that show nothing are written as \\n, \\x00 or \\u{200B}. Without TEXT it is "
               "standard input.\n"
               "\n"
               "  likelore tok bytes \"hello, 你好\"\n"
               "  likelore tok bytes --hex \"C3 29\"\n",
    .options = options,
    .most_operands = 1,
    .run = run,
};
