#include "npy.h"

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
                      "the .npy file holds %s", what);
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

// Little-endian, or of one byte: '<f4', '|u1'.
static bool is_type(const char *text, size_t length) {
    if (length != 3 || !strchr("uif", text[1])) return false;
    if (text[2] == '1') return text[1] != 'f' && strchr("<|", text[0]);
    return text[0] == '<' && strchr("248", text[2]);
}

static lk_status read_type(scanner *s) {
    const char *text = "";
    size_t length = 0;
    if (!is_next(s, '\'') && !is_next(s, '"')) return unsupported(s, "records");
    LK_TRY(read_text(s, &text, &length));
    if (!is_type(text, length)) return unsupported(s, "elements that are no little-endian numbers");
    s->header->kind = text[1];
    s->header->width = (unsigned)(text[2] - '0');
    s->has_type = true;
    return LK_OK;
}

static lk_status read_order(scanner *s) {
    if (skip_word(s, "False")) return LK_OK;
    return skip_word(s, "True") ? unsupported(s, "columns (fortran_order)")
                                : wrong(s, "fortran_order is neither True nor False");
}

static lk_status read_size(scanner *s, size_t *size) {
    bool is_number = false;
    *size = 0;
    is_next(s, ' ');
    for (; s->at < s->end && s->bytes[s->at] >= '0' && s->bytes[s->at] <= '9'; s->at++) {
        if (*size > SIZE_MAX / 16) return wrong(s, "the shape is too large");
        *size = 10 * *size + (size_t)(s->bytes[s->at] - '0');
        is_number = true;
    }
    return is_number ? LK_OK : wrong(s, "the shape is no list of whole numbers");
}

// (), (1000,) or (1000, 3).
static lk_status read_shape(scanner *s) {
    lk_npy_header *header = s->header;
    if (!skip(s, '(')) return wrong(s, "the shape is missing");
    header->rank = 0;
    header->count = 1;
    while (!skip(s, ')')) {
        size_t size;
        if (header->rank == LK_NPY_MOST_RANK)
            return unsupported(s, "an array of more than 8 dimensions");
        LK_TRY(read_size(s, &size));
        header->shape[header->rank++] = size;
        if (size && header->count > UINT64_MAX / size) return wrong(s, "the shape is too large");
        header->count *= size;
        if (!skip(s, ',') && !is_next(s, ')')) return wrong(s, "a comma is missing in the shape");
    }
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
    if (memcmp(bytes, LK_NPY_MAGIC, LK_NPY_MAGIC_BYTES) != 0)
        return wrong(&s, "it does not begin with NumPy's mark");
    uint8_t version = bytes[6];
    if (version < 1 || version > 3) return wrong(&s, "the version is none of 1, 2 and 3");
    size_t size = (size_t)(bytes[8] | bytes[9] << 8);
    if (version > 1) size |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    s.at = version > 1 ? 12 : 10;
    if (size > length - s.at) return wrong(&s, "it is longer than the file");
    header->data = s.end = s.at + size;
    return read_dictionary(&s);
}

static int write_dictionary(char *out, size_t size, const lk_npy_header *header) {
    int length = snprintf(out, size, "{'descr': '%c%c%u', 'fortran_order': False, 'shape': (",
                          header->width == 1 ? '|' : '<', header->kind, header->width);
    for (int i = 0; i < header->rank; i++)
        length +=
            snprintf(out + length, size - (size_t)length, i ? ", %zu" : "%zu", header->shape[i]);
    length += snprintf(out + length, size - (size_t)length, header->rank == 1 ? ",), }" : "), }");
    return length;
}

size_t lk_npy_header_write(char bytes[LK_NPY_HEADER_BYTES], const lk_npy_header *header) {
    enum { PREFIX = LK_NPY_MAGIC_BYTES + 4, GRAIN = 64 };
    char dictionary[LK_NPY_HEADER_BYTES];
    size_t length = (size_t)write_dictionary(dictionary, sizeof dictionary, header);
    size_t total = (PREFIX + length + 1 + GRAIN - 1) / GRAIN * GRAIN; // with the end of the line
    if (total < 2 * GRAIN) total = 2 * GRAIN;                         // as NumPy
    memcpy(bytes, LK_NPY_MAGIC "\1\0", PREFIX - 2);
    bytes[PREFIX - 2] = (char)(total - PREFIX);
    bytes[PREFIX - 1] = (char)((total - PREFIX) >> 8);
    memset(bytes + PREFIX, ' ', total - PREFIX);
    memcpy(bytes + PREFIX, dictionary, length);
    bytes[total - 1] = '\n';
    return total;
}
