#include "formats/write.h"

#include "unicode.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_ZEROS = 40 };

// ---- Numbers -----------------------------------------------------------------------------------

// The digits of a number without its point, and the exponent after the `e` if there is one.
typedef struct parts {
    char digits[32];
    int count;
    int point; // place of the point in the digits
} parts;

static parts take_apart(const char *text) {
    parts p = {0};
    bool point = false;
    for (; *text && *text != 'e'; text++) {
        if (*text == '.')
            point = true;
        else
            p.digits[p.count++] = *text;
        if (!point) p.point = p.count;
    }
    if (*text == 'e') p.point += atoi(text + 1);
    return p;
}

static void write_positional(lk_buffer *out, const parts *p) {
    if (p->point <= 0) lk_buffer_append_text(out, "0.");
    for (int i = p->point; i < 0; i++) lk_buffer_append_byte(out, '0');
    for (int i = 0; i < p->count; i++) {
        if (i == p->point && i > 0) lk_buffer_append_byte(out, '.');
        lk_buffer_append_byte(out, p->digits[i]);
    }
    for (int i = p->count; i < p->point; i++) lk_buffer_append_byte(out, '0');
}

void lk_write_number(lk_buffer *out, double value) {
    size_t start = out->length;
    lk_buffer_append_double(out, value);
    if (out->status != LK_OK || !strchr(out->data + start, 'e')) return;
    parts p = take_apart(out->data + start);
    if (abs(p.point) > MOST_ZEROS || value < 0) return;
    out->length = start;
    out->data[start] = 0;
    write_positional(out, &p);
}

// ---- Checks ------------------------------------------------------------------------------------

lk_status lk_write_need_bayes(const lk_network *network, const char *format) {
    if (!network->is_markov) return LK_OK;
    return lk_fail(network->context, LK_ERROR_UNSUPPORTED,
                   "the %s format holds Bayesian networks; this one has potentials without arrows",
                   format);
}

lk_status lk_write_need_tables(const lk_network *network, const char *format) {
    for (uint32_t v = 0; v < network->count; v++)
        if (!network->variables[v].table)
            return lk_fail(network->context, LK_ERROR_UNSUPPORTED,
                           "the %s format needs numbers, and variable \"%s\" has no table of them",
                           format, network->variables[v].name);
    return LK_OK;
}

// ---- Identifiers -------------------------------------------------------------------------------

static const char MARK[] = "lk__";
enum { MARK_LENGTH = sizeof MARK - 1 };

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_identifier(const char *name) {
    if (!is_letter(*name) && *name != '_') return false;
    for (; *name; name++)
        if (!is_letter(*name) && !is_digit(*name) && *name != '_') return false;
    return true;
}

void lk_write_identifier(lk_buffer *out, const char *name) {
    if (is_identifier(name) && strncmp(name, MARK, MARK_LENGTH) != 0) {
        lk_buffer_append_text(out, name);
        return;
    }
    lk_buffer_append_text(out, MARK);
    for (; *name; name++) {
        if (is_letter(*name) || is_digit(*name))
            lk_buffer_append_byte(out, *name);
        else
            lk_buffer_printf(out, "_%02X", (unsigned)(uint8_t)*name);
    }
}

// Only the digits that are written are read, so that there is one identifier for each name.
static int hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool lk_read_identifier(char *name, const char *text, size_t length) {
    if (length <= MARK_LENGTH || memcmp(text, MARK, MARK_LENGTH) != 0) return false;
    size_t count = 0;
    for (size_t i = MARK_LENGTH; i < length; i++) {
        char c = text[i];
        if (c == '_') {
            int high = i + 2 < length ? hex_digit(text[i + 1]) : -1;
            int low = i + 2 < length ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0 || (high == 0 && low == 0)) return false;
            c = (char)(16 * high + low);
            i += 2;
        } else if (!is_letter(c) && !is_digit(c)) {
            return false;
        }
        if (count == LK_NAME_BYTES) return false;
        name[count++] = c;
    }
    name[count] = 0;
    return lk_utf8_validate((const uint8_t *)name, count) == count;
}
