// A scanner with a stack of open containers. The document is a sequence of
//
//     [name ":"] value { closing bracket } [","]
//
// where the name is there inside objects; that sequence is the loop in lk_json_check.
#include "json_syntax.h"

#include "unicode.h"

typedef struct json_scanner {
    lk_context *context;
    const char *text;
    size_t length;
    size_t at;
    size_t depth;
    char closers[LK_JSON_NESTING]; // closing brackets that are due, the innermost last
} json_scanner;

// ---- Failures -----------------------------------------------------------------------------------

static lk_location location_of(const json_scanner *scanner, size_t at) {
    lk_location location = {.line = 1, .column = 1, .byte = (int64_t)at};
    for (size_t i = 0; i < at;) {
        uint32_t code_point;
        i += lk_utf8_decode((const uint8_t *)scanner->text + i, at - i, &code_point, NULL);
        location.column++;
        if (code_point == '\n') location.line++, location.column = 1;
    }
    return location;
}

static lk_status fail_here(const json_scanner *scanner, lk_status status, const char *message) {
    return lk_fail_at(scanner->context, status, location_of(scanner, scanner->at), "%s", message);
}

// `expected` is all of the sentence but what stands there instead.
static lk_status fail_unexpected(const json_scanner *scanner, const char *expected) {
    lk_location location = location_of(scanner, scanner->at);
    if (scanner->at == scanner->length)
        return lk_fail_at(scanner->context, LK_ERROR_SYNTAX, location,
                          "expected %s, but the text ends here", expected);
    const char *here = scanner->text + scanner->at;
    uint32_t code_point;
    bool valid;
    size_t taken =
        lk_utf8_decode((const uint8_t *)here, scanner->length - scanner->at, &code_point, &valid);
    if (!valid || code_point < ' ')
        return lk_fail_at(scanner->context, LK_ERROR_SYNTAX, location,
                          "expected %s, but here is the byte 0x%02X", expected, (uint8_t)*here);
    return lk_fail_at(scanner->context, LK_ERROR_SYNTAX, location,
                      "expected %s, but here is “%.*s”", expected, (int)taken, here);
}

// ---- Characters ---------------------------------------------------------------------------------

// The byte `ahead` of the next one; 0, which JSON never has, at the end of the text.
static char peek(const json_scanner *scanner, size_t ahead) {
    return ahead < scanner->length - scanner->at ? scanner->text[scanner->at + ahead] : 0;
}

static bool skip(json_scanner *scanner, char byte) {
    if (peek(scanner, 0) != byte) return false;
    scanner->at++;
    return true;
}

static void skip_space(json_scanner *scanner) {
    while (skip(scanner, ' ') || skip(scanner, '\n') || skip(scanner, '\r') || skip(scanner, '\t'))
        continue;
}

static bool skip_digits(json_scanner *scanner) {
    size_t start = scanner->at;
    while (peek(scanner, 0) >= '0' && peek(scanner, 0) <= '9') scanner->at++;
    return scanner->at > start;
}

// ---- Scalars ------------------------------------------------------------------------------------

static lk_status check_number(json_scanner *scanner) {
    size_t start = scanner->at;
    skip(scanner, '-');
    if (!skip(scanner, '0') && !skip_digits(scanner)) return fail_unexpected(scanner, "a digit");
    if (skip(scanner, '.') && !skip_digits(scanner)) return fail_unexpected(scanner, "a digit");
    if (skip(scanner, 'e') || skip(scanner, 'E')) {
        if (!skip(scanner, '+')) skip(scanner, '-');
        if (!skip_digits(scanner)) return fail_unexpected(scanner, "a digit");
    }
    if (scanner->at - start <= LK_JSON_NUMBER_LENGTH) return LK_OK;
    scanner->at = start;
    return fail_here(scanner, LK_ERROR_UNSUPPORTED,
                     "numbers of more than 63 characters are not supported");
}

static int hexadecimal_digit(char byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    return -1;
}

// Four hexadecimal digits after \u.
static lk_status check_code_unit(json_scanner *scanner, unsigned *unit) {
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hexadecimal_digit(peek(scanner, 0));
        if (digit < 0) return fail_unexpected(scanner, "a hexadecimal digit");
        *unit = *unit << 4 | (unsigned)digit;
        scanner->at++;
    }
    return LK_OK;
}

// One code unit of UTF-16 or a pair of surrogates; `start` is where the escape begins.
static lk_status check_unicode_escape(json_scanner *scanner, size_t start) {
    unsigned unit, low = 0;
    LK_TRY(check_code_unit(scanner, &unit));
    bool is_high = unit >= 0xD800 && unit <= 0xDBFF;
    if (is_high && peek(scanner, 0) == '\\' && peek(scanner, 1) == 'u') {
        scanner->at += 2;
        LK_TRY(check_code_unit(scanner, &low));
    }
    bool is_low = low >= 0xDC00 && low <= 0xDFFF;
    if (unit != 0 && is_high == is_low && (unit < 0xDC00 || unit > 0xDFFF)) return LK_OK;
    scanner->at = start;
    if (unit == 0)
        return fail_here(scanner, LK_ERROR_UNSUPPORTED,
                         "strings with the character U+0000 are not supported");
    return fail_here(scanner, LK_ERROR_SYNTAX, "half of a surrogate pair stands alone");
}

static lk_status check_escape(json_scanner *scanner) {
    size_t start = scanner->at++;
    if (skip(scanner, 'u')) return check_unicode_escape(scanner, start);
    if (peek(scanner, 0) == 0 || !strchr("\"\\/bfnrt", peek(scanner, 0)))
        return fail_unexpected(scanner, "one of \"\\/bfnrtu after the backslash");
    scanner->at++;
    return LK_OK;
}

static lk_status check_string(json_scanner *scanner, const char *expected) {
    if (!skip(scanner, '"')) return fail_unexpected(scanner, expected);
    while (!skip(scanner, '"')) {
        uint8_t byte = (uint8_t)peek(scanner, 0);
        if (byte == '\\') {
            LK_TRY(check_escape(scanner));
        } else if (byte < ' ') {
            return fail_unexpected(scanner, "the rest of a string");
        } else if (byte < 0x80) {
            scanner->at++;
        } else {
            uint32_t code_point;
            bool valid;
            size_t taken = lk_utf8_decode((const uint8_t *)scanner->text + scanner->at,
                                          scanner->length - scanner->at, &code_point, &valid);
            if (!valid) return fail_unexpected(scanner, "UTF-8");
            scanner->at += taken;
        }
    }
    return LK_OK;
}

static bool skip_word(json_scanner *scanner, const char *word) {
    size_t length = strlen(word);
    if (scanner->length - scanner->at < length) return false;
    if (memcmp(scanner->text + scanner->at, word, length) != 0) return false;
    scanner->at += length;
    return true;
}

// ---- Structure ----------------------------------------------------------------------------------

static bool skip_closer(json_scanner *scanner) {
    if (!skip(scanner, scanner->closers[scanner->depth - 1])) return false;
    scanner->depth--;
    return true;
}

// Goes into the container; an empty one is left again, and *inside is then false.
static lk_status open_container(json_scanner *scanner, char closer, bool *inside) {
    if (scanner->depth == LK_JSON_NESTING)
        return fail_here(scanner, LK_ERROR_LIMIT, "JSON nested more than 1000 levels deep");
    scanner->at++;
    scanner->closers[scanner->depth++] = closer;
    skip_space(scanner);
    *inside = !skip_closer(scanner);
    return LK_OK;
}

static lk_status check_value(json_scanner *scanner, bool *inside) {
    *inside = false;
    skip_space(scanner);
    char byte = peek(scanner, 0);
    if (byte == '{') return open_container(scanner, '}', inside);
    if (byte == '[') return open_container(scanner, ']', inside);
    if (byte == '"') return check_string(scanner, "a string");
    if (byte == '-' || (byte >= '0' && byte <= '9')) return check_number(scanner);
    if (skip_word(scanner, "true") || skip_word(scanner, "false") || skip_word(scanner, "null"))
        return LK_OK;
    return fail_unexpected(scanner, "a value");
}

static lk_status check_name(json_scanner *scanner) {
    skip_space(scanner);
    LK_TRY(check_string(scanner, "a name in quotation marks"));
    skip_space(scanner);
    return skip(scanner, ':') ? LK_OK : fail_unexpected(scanner, "“:”");
}

// After a value: the brackets that close here, and the comma if there is more.
static lk_status check_continuation(json_scanner *scanner) {
    while (scanner->depth > 0) {
        skip_space(scanner);
        if (skip(scanner, ',')) return LK_OK;
        bool in_object = scanner->closers[scanner->depth - 1] == '}';
        if (!skip_closer(scanner))
            return fail_unexpected(scanner, in_object ? "“,” or “}”" : "“,” or “]”");
    }
    return LK_OK;
}

lk_status lk_json_check(lk_context *context, const char *text, size_t length) {
    json_scanner scanner = {.context = context, .text = text, .length = length};
    skip_word(&scanner, "\xEF\xBB\xBF");
    do {
        bool inside = false;
        if (scanner.depth > 0 && scanner.closers[scanner.depth - 1] == '}')
            LK_TRY(check_name(&scanner));
        LK_TRY(check_value(&scanner, &inside));
        if (!inside) LK_TRY(check_continuation(&scanner));
    } while (scanner.depth > 0);
    skip_space(&scanner);
    return scanner.at == length ? LK_OK : fail_unexpected(&scanner, "nothing after the document");
}
