// Configuration files: nanoGPT's `key = value` lines, which are Python that is read as data and
// never run, or one JSON object.
#include "train/settings_value.h"

#include "context.h"
#include "unicode.h"

// ---- Lines --------------------------------------------------------------------------------------

typedef struct line_reader {
    lk_settings *settings;
    const char *file;
    const char *at;    // next character
    const char *end;   // of the text
    const char *start; // of the line
    int64_t line;
    lk_buffer key, value;
} line_reader;

static int64_t column_of(const char *start, const char *at) {
    int64_t column = 1;
    while (start < at) {
        start += lk_utf8_decode((const uint8_t *)start, (size_t)(at - start), &(uint32_t){0}, NULL);
        column++;
    }
    return column;
}

static lk_location location_at(const line_reader *reader, const char *at) {
    return (lk_location){reader->file, reader->line, column_of(reader->start, at), -1};
}

static bool at_line_end(const line_reader *reader) {
    return reader->at == reader->end || *reader->at == '\n';
}

static void skip_spaces(line_reader *reader) {
    while (reader->at < reader->end && memchr(" \t\r", *reader->at, 3)) reader->at++;
}

static bool is_key_character(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static lk_status read_key(line_reader *reader) {
    const char *start = reader->at;
    while (reader->at < reader->end && is_key_character(*reader->at)) reader->at++;
    lk_buffer_clear(&reader->key);
    lk_buffer_append(&reader->key, start, (size_t)(reader->at - start));
    skip_spaces(reader);
    if (start == reader->at || at_line_end(reader) || *reader->at != '=')
        return lk_fail_at(reader->settings->context, LK_ERROR_SYNTAX, location_at(reader, start),
                          "a line must read 'key = value'");
    reader->at++;
    return lk_buffer_status(&reader->key);
}

static char unescape(char c) { return c == 'n' ? '\n' : c == 't' ? '\t' : c; }

// A text in single or double quotes, as Python writes it.
static lk_status read_quoted(line_reader *reader) {
    const char *start = reader->at;
    char quote = *reader->at++;
    while (!at_line_end(reader) && *reader->at != quote) {
        bool escaped = *reader->at == '\\';
        if (escaped && (++reader->at, at_line_end(reader))) break;
        lk_buffer_append_byte(&reader->value, escaped ? unescape(*reader->at) : *reader->at);
        reader->at++;
    }
    if (at_line_end(reader))
        return lk_fail_at(reader->settings->context, LK_ERROR_SYNTAX, location_at(reader, start),
                          "the text has no closing %c", quote);
    reader->at++;
    skip_spaces(reader);
    if (!at_line_end(reader) && *reader->at != '#')
        return lk_fail_at(reader->settings->context, LK_ERROR_SYNTAX,
                          location_at(reader, reader->at), "nothing may follow the text");
    return LK_OK;
}

static void read_bare(line_reader *reader) {
    const char *start = reader->at;
    const char *last = start; // behind the last character that is no space
    for (; !at_line_end(reader) && *reader->at != '#'; reader->at++)
        if (!memchr(" \t\r", *reader->at, 3)) last = reader->at + 1;
    lk_buffer_append(&reader->value, start, (size_t)(last - start));
}

static lk_status name_place(lk_context *context, lk_status status, lk_location location) {
    char message[1024];
    size_t length = strlen(lk_context_error(context).message);
    if (length >= sizeof message) length = sizeof message - 1;
    memcpy(message, lk_context_error(context).message, length);
    message[length] = 0;
    return lk_fail_at(context, status, location, "%s", message);
}

static lk_status read_assignment(line_reader *reader) {
    lk_location key_place = location_at(reader, reader->at);
    LK_TRY(read_key(reader));
    skip_spaces(reader);
    lk_location value_place = location_at(reader, reader->at);
    lk_buffer_clear(&reader->value);
    bool quoted = !at_line_end(reader) && (*reader->at == '\'' || *reader->at == '"');
    if (quoted)
        LK_TRY(read_quoted(reader));
    else
        read_bare(reader);
    LK_TRY(lk_buffer_status(&reader->value));
    lk_setting_value value = {lk_buffer_text(&reader->value), quoted};
    lk_settings *settings = reader->settings;
    if (!quoted && reader->value.length == 0)
        return lk_fail_at(settings->context, LK_ERROR_SYNTAX, value_place, "a value is missing");
    lk_status status = lk_settings_assign(settings, lk_buffer_text(&reader->key), &value);
    if (status == LK_OK || status == LK_ERROR_MEMORY) return status;
    bool key_is_wrong = status == LK_ERROR_UNKNOWN_NAME && strcmp(reader->key.data, "preset") != 0;
    return name_place(settings->context, status, key_is_wrong ? key_place : value_place);
}

static lk_status read_lines(line_reader *reader) {
    while (reader->at < reader->end) {
        reader->start = reader->at;
        reader->line++;
        skip_spaces(reader);
        if (!at_line_end(reader) && *reader->at != '#') LK_TRY(read_assignment(reader));
        while (!at_line_end(reader)) reader->at++;
        if (reader->at < reader->end) reader->at++;
    }
    return LK_OK;
}

// ---- JSON ---------------------------------------------------------------------------------------

// The document does not keep places: finds the first `"key"` that a colon follows.
static lk_location find_member(const char *file, const char *text, size_t length, const char *key) {
    size_t key_length = strlen(key);
    lk_location place = {file, 1, 0, -1};
    const char *start = text;
    for (size_t i = 0; i + key_length + 2 <= length; i++) {
        if (text[i] == '\n') {
            place.line++;
            start = text + i + 1;
        }
        const char *behind = text + i + key_length + 1;
        if (text[i] != '"' || *behind != '"' || memcmp(text + i + 1, key, key_length) != 0)
            continue;
        for (behind++; behind < text + length && strchr(" \t\r\n", *behind); behind++) {
        }
        if (behind == text + length || *behind != ':') continue;
        place.column = column_of(start, text + i);
        return place;
    }
    return (lk_location){.file = file, .byte = -1};
}

// Lists of texts, as `data` may be written, are joined by commas.
static bool join_texts(lk_buffer *out, const lk_json *list) {
    for (const lk_json *item = lk_json_first(list); item; item = lk_json_next(item)) {
        if (lk_json_get_type(item) != LK_JSON_STRING) return false;
        if (out->length) lk_buffer_append_byte(out, ',');
        lk_buffer_append_text(out, lk_json_string(item, ""));
    }
    return true;
}

// Writes the value as text; false when it is of a type no setting has.
static bool value_text(lk_buffer *out, bool *quoted, const lk_json *value) {
    lk_json_type type = lk_json_get_type(value);
    *quoted = type == LK_JSON_STRING || type == LK_JSON_ARRAY;
    switch (type) {
    case LK_JSON_STRING:
        lk_buffer_append_text(out, lk_json_string(value, ""));
        return true;
    case LK_JSON_NUMBER:
        lk_buffer_append_double(out, lk_json_number(value, 0));
        return true;
    case LK_JSON_BOOL:
        lk_buffer_append_text(out, lk_json_bool(value, false) ? "True" : "False");
        return true;
    case LK_JSON_ARRAY:
        return join_texts(out, value);
    case LK_JSON_NULL:
    case LK_JSON_OBJECT:
        break;
    }
    return false;
}

static lk_status assign_member(lk_settings *settings, lk_buffer *text, const lk_json *member) {
    bool quoted;
    lk_buffer_clear(text);
    if (!value_text(text, &quoted, member))
        return lk_fail(settings->context, LK_ERROR_USAGE,
                       "%s must be a text, a number, true or false", lk_json_name(member));
    LK_TRY(lk_buffer_status(text));
    lk_setting_value value = {lk_buffer_text(text), quoted};
    return lk_settings_assign(settings, lk_json_name(member), &value);
}

lk_status lk_settings_read_object(lk_settings *settings, const lk_json *object) {
    lk_buffer text = lk_buffer_make(settings->context);
    lk_status status = LK_OK;
    for (const lk_json *member = lk_json_first(object); member && status == LK_OK;
         member = lk_json_next(member))
        status = assign_member(settings, &text, member);
    lk_buffer_free(&text);
    return status;
}

static lk_status read_json(lk_settings *settings, const char *file, const char *text,
                           size_t length) {
    lk_context *context = settings->context;
    lk_json *document;
    lk_status status = lk_json_parse(context, &document, text, length);
    if (status != LK_OK) return lk_fail_in_file(context, status, file);
    lk_buffer value = lk_buffer_make(context);
    for (const lk_json *member = lk_json_first(document); member && status == LK_OK;
         member = lk_json_next(member)) {
        status = assign_member(settings, &value, member);
        if (status != LK_OK && status != LK_ERROR_MEMORY)
            name_place(context, status, find_member(file, text, length, lk_json_name(member)));
    }
    lk_buffer_free(&value);
    lk_json_free(context, document);
    return status;
}

// ---- Either -------------------------------------------------------------------------------------

lk_status lk_settings_read(lk_settings *settings, const char *file, const char *text,
                           size_t length) {
    size_t first = 0;
    while (first < length && memchr(" \t\r\n", text[first], 4)) first++;
    if (first < length && text[first] == '{') return read_json(settings, file, text, length);
    lk_context *context = settings->context;
    size_t wrong = lk_utf8_validate((const uint8_t *)text, length);
    if (wrong < length || memchr(text, 0, length))
        return lk_fail_at(context, LK_ERROR_SYNTAX, (lk_location){file, 0, 0, (int64_t)wrong},
                          "the configuration is not UTF-8 text");
    line_reader reader = {.settings = settings,
                          .file = file,
                          .at = text,
                          .end = text + length,
                          .key = lk_buffer_make(context),
                          .value = lk_buffer_make(context)};
    lk_status status = read_lines(&reader);
    lk_buffer_free(&reader.key);
    lk_buffer_free(&reader.value);
    return status;
}
