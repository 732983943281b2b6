#include "tok_text.h"

#include "terminal.h"

#include <stdio.h>
#include <string.h>

static lk_status take(void *user, const char *text, size_t length, bool is_last) {
    lk_buffer *whole = user;
    (void)is_last;
    lk_buffer_append(whole, text, length);
    return lk_buffer_status(whole);
}

lk_status read_whole(invocation *call, const char *path, lk_buffer *text) {
    return read_in_parts(call, path, take, text);
}

// The value of a hexadecimal digit, -1 of any other character.
static int digit_of(char c) {
    const char *digits = "0123456789abcdef0123456789ABCDEF", *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) % 16 : -1;
}

static bool is_separator(char c) { return c == ' ' || c == ',' || c == '\n' || c == '\t'; }

// Makes bytes of pairs of digits, in place.
static lk_status unhex(invocation *call, lk_buffer *text) {
    size_t made = 0;
    for (size_t i = 0; i < text->length;) {
        if (is_separator(text->data[i])) {
            i++;
            continue;
        }
        int high = digit_of(text->data[i]), low = digit_of(text->data[i + 1]);
        if (high < 0 || low < 0)
            return usage_error(call, "--hex takes bytes of two hexadecimal digits, such as C3 29");
        text->data[made++] = (char)(16 * high + low);
        i += 2;
    }
    text->length = made;
    return LK_OK;
}

lk_status read_text(invocation *call, lk_buffer *text) {
    const arguments *given = call->arguments;
    const char *operand = given->operand_count ? given->operands[0] : "-";
    if (strcmp(operand, "-") == 0)
        LK_TRY(read_whole(call, "-", text));
    else
        lk_buffer_append_text(text, operand);
    LK_TRY(lk_buffer_status(text));
    return has_flag(given, "hex") ? unhex(call, text) : LK_OK;
}

lk_status read_most(invocation *call, size_t *most, size_t fallback) {
    enum { LARGEST = 1000000 };
    uint64_t value = fallback;
    if (!option_integer(call->arguments, "most", &value, 1, LARGEST))
        return usage_error(call, "--most takes a whole number from 1 to %d", LARGEST);
    *most = (size_t)value;
    return LK_OK;
}

bool colors_wanted(const invocation *call) {
    return terminal_has_color(stdout) && !option_value(call->arguments, "output", NULL);
}
