#include "tokenizer/npy_header.h"

#include <stdio.h>

typedef struct scanner {
    lk_context *context;
    const uint8_t *bytes;
    size_t at, end;
    bool has_shape, has_type;
    lk_npy_header *header;
} scanner;

static lk_status wrong(const scanner *s, const char *what) {
    return lk_fail_at(s->context, LK_ERROR_SYNTAX, (lk_location){.byte = (int64_t)s->at},
                      "the header of the .npy file is not as NumPy writes it: %s", what);
}

static lk_status unsupported(const scanner *s, const char *what) {
    return lk_fail_at(s->context, LK_ERROR_UNSUPPORTED, (lk_location){.byte = (int64_t)s->at},
                      "the .npy file holds %s; ids are a list of u2, u4, u8, i4 or i8, "
                      "little-endian",
                      what);
}

// ---- The dictionary -----------------------------------------------------------------------------

static bool is_next(scanner *s, char symbol) {
    while (s->at < s->end && (s->bytes[s->at] == ' ' || s->bytes[s->at] == '\n')) s->at++;
    return s->at < s->end && s->bytes[s->at] == (uint8_t)symbol;
}

static bool skip(scanner *s, char symbol) {
    bool is = is_next(s, symbol);
    s->at += is;
    return is;
}

static bool skip_word(scanner *s, const char *word) {
    size_t length = strlen(word);
    is_next(s, *word);
    if (s->end - s->at < length || memcmp(s->bytes + s->at, word, length) != 0) return false;
    s->at += length;
    return true;
}

// A text in quotes.
static lk_status read_text(scanner *s, const char **text, size_t *length) {
    char quote = is_next(s, '"') ? '"' : '\'';
    if (!skip(s, quote)) return wrong(s, "a text in quotes is missing");
    *text = (const char *)s->bytes + s->at;
    const char *end = memchr(*text, quote, s->end - s->at);
    if (!end) return wrong(s, "a text has no end");
    *length = (size_t)(end - *text);
    s->at += *length + 1;
    return LK_OK;
}

static lk_status read_type(scanner *s) {
    const char *text = "";
    size_t length = 0;
    if (!is_next(s, '\'') && !is_next(s, '"')) return unsupported(s, "records");
    LK_TRY(read_text(s, &text, &length));
    bool is_known = length == 3 && text[0] == '<' &&
                    ((text[1] == 'u' && text[2] == '2') ||
                     ((text[1] == 'u' || text[1] == 'i') && (text[2] == '4' || text[2] == '8')));
    if (!is_known) return unsupported(s, "elements of another type");
    s->header->width = (unsigned)(text[2] - '0');
    s->has_type = true;
    return LK_OK;
}

static lk_status read_order(scanner *s) {
    if (skip_word(s, "False")) return LK_OK;
    return skip_word(s, "True") ? unsupported(s, "columns (fortran_order)")
                                : wrong(s, "fortran_order is neither True nor False");
}

// (1000,): one number.
static lk_status read_shape(scanner *s) {
    uint64_t count = 0;
    if (!skip(s, '(')) return wrong(s, "the shape is missing");
    if (is_next(s, ')')) return unsupported(s, "a single number");
    for (; s->at < s->end && s->bytes[s->at] >= '0' && s->bytes[s->at] <= '9'; s->at++) {
        if (count > UINT64_MAX / 16) return wrong(s, "the shape is too large");
        count = 10 * count + (uint64_t)(s->bytes[s->at] - '0');
    }
    if (!skip(s, ',')) return wrong(s, "the shape is no list of whole numbers");
    if (!skip(s, ')')) return unsupported(s, "an array of several dimensions");
    s->header->count = count;
    s->has_shape = true;
    return LK_OK;
}

static lk_status read_entry(scanner *s) {
    const char *key = "";
    size_t length = 0;
    LK_TRY(read_text(s, &key, &length));
    if (!skip(s, ':')) return wrong(s, "a colon is missing");
    if (length == 5 && memcmp(key, "descr", 5) == 0) return read_type(s);
    if (length == 13 && memcmp(key, "fortran_order", 13) == 0) return read_order(s);
    if (length == 5 && memcmp(key, "shape", 5) == 0) return read_shape(s);
    return wrong(s, "there is an unknown key");
}

static lk_status read_dictionary(scanner *s) {
    if (!skip(s, '{')) return wrong(s, "it does not begin with {");
    while (!skip(s, '}')) {
        LK_TRY(read_entry(s));
        if (!skip(s, ',') && !is_next(s, '}')) return wrong(s, "a comma is missing");
    }
    if (!s->has_type) return wrong(s, "'descr' is missing");
    return s->has_shape ? LK_OK : wrong(s, "'shape' is missing");
}

// ---- The header ---------------------------------------------------------------------------------

lk_status lk_npy_header_read(lk_context *context, lk_npy_header *header, const uint8_t *bytes,
                             size_t length) {
    *header = (lk_npy_header){0};
    scanner s = {.context = context, .bytes = bytes, .at = LK_NPY_MAGIC_BYTES, .header = header};
    if (length < 12) return wrong(&s, "it ends too early");
    uint8_t version = bytes[6];
    if (version < 1 || version > 3) return wrong(&s, "the version is none of 1, 2 and 3");
    size_t size = (size_t)(bytes[8] | bytes[9] << 8);
    if (version > 1) size |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    s.at = version > 1 ? 12 : 10;
    if (size > length - s.at) return wrong(&s, "it is longer than the file");
    header->data = s.end = s.at + size;
    return read_dictionary(&s);
}

void lk_npy_header_write(char header[LK_NPY_HEADER_BYTES], unsigned width, uint64_t count) {
    enum { PREFIX = LK_NPY_MAGIC_BYTES + 4, DICTIONARY = LK_NPY_HEADER_BYTES - PREFIX };
    char dictionary[DICTIONARY];
    int length = snprintf(dictionary, sizeof dictionary,
                          "{'descr': '<u%u', 'fortran_order': False, 'shape': (%llu,), }", width,
                          (unsigned long long)count);
    memcpy(header, LK_NPY_MAGIC "\1\0", PREFIX - 2);
    header[PREFIX - 2] = DICTIONARY;
    header[PREFIX - 1] = 0;
    memset(header + PREFIX, ' ', DICTIONARY);
    memcpy(header + PREFIX, dictionary, (size_t)length);
    header[LK_NPY_HEADER_BYTES - 1] = '\n';
}
