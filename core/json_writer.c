// Compact text is appended as it comes; lk_json_finish spreads it over lines when asked to.
#include "likelore/json.h"

#include "context.h"
#include "unicode.h"

#include <assert.h>
#include <math.h>

struct lk_json_writer {
    lk_context *context;
    lk_buffer text;    // compact
    lk_buffer closers; // closing brackets that are due, the innermost last
};

lk_status lk_json_writer_new(lk_context *context, lk_json_writer **writer) {
    lk_json_writer *made = lk_alloc(context, 1, sizeof *made);
    LK_NEED(made);
    *made = (lk_json_writer){context, lk_buffer_make(context), lk_buffer_make(context)};
    *writer = made;
    return LK_OK;
}

void lk_json_writer_free(lk_json_writer *writer) {
    if (!writer) return;
    lk_buffer_free(&writer->text);
    lk_buffer_free(&writer->closers);
    lk_free(writer->context, writer);
}

static lk_status writer_status(const lk_json_writer *writer) {
    lk_status status = lk_buffer_status(&writer->closers);
    return status != LK_OK ? status : lk_buffer_status(&writer->text);
}

static void append_escaped(lk_buffer *out, uint8_t byte) {
    switch (byte) {
    case '"':
        lk_buffer_append_text(out, "\\\"");
        break;
    case '\\':
        lk_buffer_append_text(out, "\\\\");
        break;
    case '\n':
        lk_buffer_append_text(out, "\\n");
        break;
    case '\r':
        lk_buffer_append_text(out, "\\r");
        break;
    case '\t':
        lk_buffer_append_text(out, "\\t");
        break;
    default:
        lk_buffer_printf(out, "\\u%04x", byte);
    }
}

// Number of bytes at the start that need no escape.
static size_t plain_run(const uint8_t *bytes) {
    size_t run = 0;
    while (bytes[run] >= ' ' && bytes[run] < 0x80 && bytes[run] != '"' && bytes[run] != '\\') run++;
    return run;
}

static void append_quoted(lk_buffer *out, const char *text) {
    const uint8_t *at = (const uint8_t *)text;
    const uint8_t *end = at + strlen(text);
    lk_buffer_append_byte(out, '"');
    while (at < end) {
        size_t run = plain_run(at);
        lk_buffer_append(out, at, run);
        at += run;
        if (at == end) break;
        if (*at < 0x80) {
            append_escaped(out, *at++);
        } else {
            uint32_t code_point;
            uint8_t utf8[4];
            at += lk_utf8_decode(at, (size_t)(end - at), &code_point, NULL);
            lk_buffer_append(out, utf8, lk_utf8_encode(utf8, code_point));
        }
    }
    lk_buffer_append_byte(out, '"');
}

// What stands before a value: the comma after a sibling, and the name inside an object.
static void begin_value(lk_json_writer *writer, const char *name) {
    if (writer_status(writer) != LK_OK) return;
    size_t depth = writer->closers.length;
    bool in_object = depth > 0 && writer->closers.data[depth - 1] == '}';
    assert(in_object == (name != NULL));
    assert(depth > 0 || writer->text.length == 0);
    if (depth > 0) {
        char last = writer->text.data[writer->text.length - 1];
        if (last != '{' && last != '[') lk_buffer_append_byte(&writer->text, ',');
    }
    if (in_object) {
        append_quoted(&writer->text, name);
        lk_buffer_append_byte(&writer->text, ':');
    }
}

static void begin_container(lk_json_writer *writer, const char *name, char opener, char closer) {
    begin_value(writer, name);
    lk_buffer_append_byte(&writer->text, opener);
    lk_buffer_append_byte(&writer->closers, closer);
}

void lk_json_begin_object(lk_json_writer *writer, const char *name) {
    begin_container(writer, name, '{', '}');
}

void lk_json_begin_array(lk_json_writer *writer, const char *name) {
    begin_container(writer, name, '[', ']');
}

void lk_json_end(lk_json_writer *writer) {
    if (writer_status(writer) != LK_OK) return;
    assert(writer->closers.length > 0);
    lk_buffer_append_byte(&writer->text, writer->closers.data[--writer->closers.length]);
}

void lk_json_add_string(lk_json_writer *writer, const char *name, const char *value) {
    begin_value(writer, name);
    append_quoted(&writer->text, value);
}

void lk_json_add_number(lk_json_writer *writer, const char *name, double value) {
    begin_value(writer, name);
    if (isfinite(value))
        lk_buffer_append_double(&writer->text, value);
    else
        lk_buffer_append_text(&writer->text, "null");
}

void lk_json_add_integer(lk_json_writer *writer, const char *name, int64_t value) {
    begin_value(writer, name);
    lk_buffer_printf(&writer->text, "%lld", (long long)value);
}

void lk_json_add_bool(lk_json_writer *writer, const char *name, bool value) {
    begin_value(writer, name);
    lk_buffer_append_text(&writer->text, value ? "true" : "false");
}

void lk_json_add_null(lk_json_writer *writer, const char *name) {
    begin_value(writer, name);
    lk_buffer_append_text(&writer->text, "null");
}

// ---- Indenting ----------------------------------------------------------------------------------

// End of the string, number or word that starts at `text`.
static const char *scalar_end(const char *text) {
    if (*text != '"') return text + strcspn(text, ",]}:");
    for (text++; *text != '"'; text++)
        if (*text == '\\') text++;
    return text + 1;
}

// Whether the container that starts at `text` holds no other; such arrays stay on one line.
static bool is_flat(const char *text) {
    text++;
    while (*text != ']' && *text != '}') {
        if (*text == '[' || *text == '{') return false;
        text = *text == ',' || *text == ':' ? text + 1 : scalar_end(text);
    }
    return true;
}

static void append_line(lk_buffer *out, size_t depth) {
    lk_buffer_append_byte(out, '\n');
    for (size_t i = 0; i < depth; i++) lk_buffer_append_text(out, "  ");
}

// Writes compact text with a line for each member and two spaces for each level.
typedef struct json_indenter {
    lk_buffer *out;
    size_t depth;
    bool on_one_line; // within a flat array or an empty container
} json_indenter;

static void indent_opener(json_indenter *indenter, const char *text) {
    bool empty = text[1] == '}' || text[1] == ']';
    indenter->on_one_line = empty || (*text == '[' && is_flat(text));
    indenter->depth++;
    lk_buffer_append_byte(indenter->out, *text);
    if (!indenter->on_one_line) append_line(indenter->out, indenter->depth);
}

static void indent_closer(json_indenter *indenter, char closer) {
    indenter->depth--;
    if (!indenter->on_one_line) append_line(indenter->out, indenter->depth);
    indenter->on_one_line = false;
    lk_buffer_append_byte(indenter->out, closer);
}

static void indent_comma(json_indenter *indenter) {
    lk_buffer_append_byte(indenter->out, ',');
    if (indenter->on_one_line)
        lk_buffer_append_byte(indenter->out, ' ');
    else
        append_line(indenter->out, indenter->depth);
}

// Writes what starts at `text`; returns where the next begins.
static const char *indent_next(json_indenter *indenter, const char *text) {
    switch (*text) {
    case '{':
    case '[':
        indent_opener(indenter, text);
        return text + 1;
    case '}':
    case ']':
        indent_closer(indenter, *text);
        return text + 1;
    case ',':
        indent_comma(indenter);
        return text + 1;
    case ':':
        lk_buffer_append_text(indenter->out, ": ");
        return text + 1;
    }
    const char *end = scalar_end(text);
    lk_buffer_append(indenter->out, text, (size_t)(end - text));
    return end;
}

static void append_indented(lk_buffer *out, const char *text) {
    json_indenter indenter = {.out = out};
    while (*text) text = indent_next(&indenter, text);
}

lk_status lk_json_finish(lk_json_writer *writer, lk_buffer *out, bool indented) {
    lk_status status = writer_status(writer);
    assert(status != LK_OK || (writer->closers.length == 0 && writer->text.length > 0));
    if (status == LK_OK) {
        if (indented)
            append_indented(out, lk_buffer_text(&writer->text));
        else
            lk_buffer_append(out, writer->text.data, writer->text.length);
        status = lk_buffer_status(out);
    }
    lk_buffer_clear(&writer->text);
    lk_buffer_clear(&writer->closers);
    return status;
}
