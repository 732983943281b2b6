// The machines that cut texts against PCRE2, which is given the same expressions with the classes
// spelled out as ranges: its own tables are of an older Unicode.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "tokenizer/pretokenizer.h"
#include "unicode.h"
#include "unicode_classes.h"

#include "test_context.h"

#include <pcre2.h>
#include <stdlib.h>

enum { PATTERNS = LK_PATTERN_NONE, MOST_TEXT = 1 << 16 };

// ---- Expressions with ranges --------------------------------------------------------------------

static uint8_t classes[0x110000];

static bool is_in(const char *name, size_t length, uint32_t character) {
    lk_unicode_class label = (lk_unicode_class)classes[character];
    if (length == 1 && *name == 's') return label == LK_UNICODE_SPACE;
    if (length == 1 && *name == 'L') return label >= LK_UNICODE_LETTER;
    if (length == 1 && *name == 'N') return label == LK_UNICODE_NUMBER;
    if (length == 1 && *name == 'M') return label == LK_UNICODE_MARK;
    if (strncmp(name, "Lu", 2) == 0) return label == LK_UNICODE_UPPER;
    if (strncmp(name, "Ll", 2) == 0) return label == LK_UNICODE_LOWER;
    if (strncmp(name, "Lo", 2) == 0) return label == LK_UNICODE_LETTER;
    cr_assert(strncmp(name, "Lt", 2) == 0 || strncmp(name, "Lm", 2) == 0);
    return false; // counted with Lu and Lo
}

static void append_ranges(lk_buffer *out, const char *name, size_t length) {
    for (uint32_t c = 0; c < 0x110000; c++) {
        if (!is_in(name, length, c)) continue;
        uint32_t first = c;
        while (c + 1 < 0x110000 && is_in(name, length, c + 1)) c++;
        lk_buffer_printf(out, "\\x{%X}-\\x{%X}", first, c);
    }
}

// \p{L} and its kind become ranges, in brackets where they stand alone.
static void spell_out(lk_buffer *out, const char *expression) {
    bool in_brackets = false;
    for (const char *at = expression; *at; at++) {
        bool is_class = at[0] == '\\' && (at[1] == 'p' || at[1] == 's' || at[1] == 'S');
        if (!is_class && *at == '\\') {
            lk_buffer_append(out, at++, 2);
            continue;
        }
        if (!is_class) {
            if (*at == '[') in_brackets = true;
            if (*at == ']') in_brackets = false;
            lk_buffer_append_byte(out, *at);
            continue;
        }
        const char *name = at[1] == 'p' ? at + 3 : "s";
        size_t length = at[1] == 'p' ? strcspn(name, "}") : 1;
        if (!in_brackets) lk_buffer_append_text(out, at[1] == 'S' ? "[^" : "[");
        append_ranges(out, name, length);
        if (!in_brackets) lk_buffer_append_byte(out, ']');
        at += at[1] == 'p' ? 3 + length : 1;
    }
}

static pcre2_code *compile(lk_context *context, lk_pattern pattern) {
    lk_buffer expression = lk_buffer_make(context);
    spell_out(&expression, lk_pattern_expression(pattern));
    int error;
    PCRE2_SIZE at;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)lk_buffer_text(&expression), expression.length,
                                     PCRE2_UTF | PCRE2_UCP, &error, &at, NULL);
    cr_assert(code, "%s at %zu", lk_pattern_name(pattern), at);
    cr_assert(pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0);
    lk_buffer_free(&expression);
    return code;
}

// ---- Texts --------------------------------------------------------------------------------------

// Characters of all kinds that the patterns tell apart, and those that only look like them.
static const uint32_t interesting[] = {
    ' ',     ' ',     ' ',     '\n',    '\r',    '\t',   0x0B,   '\'',    '\'',    's',     'S',
    't',     'd',     'm',     'l',     'L',     'v',    'e',    'r',     'R',     'E',     'a',
    'Z',     '0',     '9',     '/',     '!',     '.',    '_',    0x00,    0x7F,    0x85,    0xA0,
    0xAA,    0xB2,    0xDF,    0xE9,    0xC9,    0x17F,  0x1C5,  0x2B0,   0x300,   0x301,   0x3A3,
    0x430,   0x410,   0x5D0,   0x660,   0x93F,   0x1680, 0x2003, 0x2028,  0x212A,  0x2160,  0x3000,
    0x3042,  0x4E00,  0xAC00,  0xD7FF,  0xE000,  0xFEFF, 0xFF11, 0x10400, 0x10428, 0x1D7D8, 0x1F600,
    0x20000, 0x323AF, 0x33480, 0xE0100, 0x10FFFF};

static uint32_t random_character(lk_random *random) {
    size_t count = sizeof interesting / sizeof interesting[0];
    if (lk_random_below(random, 8)) return interesting[lk_random_below(random, count)];
    uint32_t character = (uint32_t)lk_random_below(random, 0x110000);
    return character >= 0xD800 && character < 0xE000 ? 'x' : character;
}

// Runs of one character out of a few, so that pieces cross blocks of masks, and most blocks of some
// texts hold nothing rare; at most `most` bytes.
static size_t random_text(uint8_t *text, size_t most, lk_random *random) {
    uint32_t few[40];
    size_t count = 2 + lk_random_below(random, lk_random_below(random, 2) ? 6 : 38);
    bool ascii = lk_random_below(random, 3) == 0;
    for (size_t i = 0; i < count; i++) {
        do few[i] = random_character(random);
        while (ascii && i && few[i] > 0x7F);
    }
    size_t length = 0, wanted = lk_random_below(random, most - 4);
    uint64_t longest_run = 1 + lk_random_below(random, lk_random_below(random, 4) ? 3 : 200);
    while (length < wanted) {
        uint32_t character = few[lk_random_below(random, count)];
        uint64_t run = 1 + lk_random_below(random, longest_run);
        for (; run > 0 && length < wanted; run--)
            length += lk_utf8_encode(text + length, character);
    }
    return length;
}

// ---- Comparing ----------------------------------------------------------------------------------

typedef struct fixture {
    lk_context *context;
    lk_pretokenizer machines[PATTERNS];
    pcre2_code *codes[PATTERNS];
    pcre2_match_data *match;
    pcre2_match_context *limits;
} fixture;

static fixture begin(void) {
    fixture f = {.context = make_context()};
    for (uint32_t c = 0; c < sizeof classes; c++) classes[c] = (uint8_t)lk_unicode_class_of(c);
    for (int i = 0; i < PATTERNS; i++) {
        cr_assert(lk_pretokenizer_make(f.context, &f.machines[i], (lk_pattern)i) == LK_OK);
        f.codes[i] = compile(f.context, (lk_pattern)i);
    }
    f.match = pcre2_match_data_create(4, NULL);
    f.limits = pcre2_match_context_create(NULL);
    return f;
}

static void end(fixture *f) {
    for (int i = 0; i < PATTERNS; i++) {
        lk_pretokenizer_release(f->context, &f->machines[i]);
        pcre2_code_free(f->codes[i]);
    }
    pcre2_match_data_free(f->match);
    pcre2_match_context_free(f->limits);
    free_context(f->context);
}

static size_t expected_end(fixture *f, int pattern, const uint8_t *text, size_t length, size_t at) {
    int found = pcre2_match(f->codes[pattern], text, length, at,
                            PCRE2_ANCHORED | PCRE2_NO_UTF_CHECK, f->match, f->limits);
    cr_assert(found > 0, "%s: %d at %zu", lk_pattern_name((lk_pattern)pattern), found, at);
    return pcre2_get_ovector_pointer(f->match)[1];
}

static void expect_same_pieces(fixture *f, int pattern, const uint8_t *text, size_t length) {
    static lk_piece_scan scan;
    size_t ends[7], count, at = 0;
    lk_piece_scan_begin(&scan, &f->machines[pattern], text, length, true);
    while ((count = lk_piece_scan_next(&scan, ends, 7)))
        for (size_t i = 0; i < count; i++) {
            size_t expected = expected_end(f, pattern, text, length, at);
            cr_assert(ends[i] == expected, "%s: the piece at %zu of %zu ends at %zu, not %zu",
                      lk_pattern_name((lk_pattern)pattern), at, length, expected, ends[i]);
            at = ends[i];
        }
    cr_assert(at == length);
}

Test(pretokenizer, cuts_random_texts_as_the_expressions_do) {
    fixture f = begin();
    static uint8_t text[MOST_TEXT];
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0);
    for (int round = 0; round < (getenv("LIKELORE_LONG") ? 100000 : 400); round++) {
        size_t length = random_text(text, round % 4 ? 300 : 5000, &random);
        for (int i = 0; i < PATTERNS; i++) expect_same_pieces(&f, i, text, length);
    }
    end(&f);
}

// All texts of three (in the long tier four) characters out of those that matter to some pattern.
Test(pretokenizer, cuts_all_short_texts_as_the_expressions_do) {
    static const uint32_t alphabet[] = {' ', '\n', '\'',  's',    'L',    '1',
                                        '/', '!',  0x301, 0x3000, 0x4E00, 0x17F};
    enum { LETTERS = sizeof alphabet / sizeof alphabet[0], MOST = 4 };
    fixture f = begin();
    int characters = getenv("LIKELORE_LONG") ? MOST : MOST - 1, texts = 1;
    for (int i = 0; i < characters; i++) texts *= LETTERS;
    for (int word = 0; word < texts; word++) {
        uint8_t text[4 * MOST];
        size_t length = 0;
        for (int i = 0, rest = word; i < characters; i++, rest /= LETTERS)
            length += lk_utf8_encode(text + length, alphabet[rest % LETTERS]);
        for (int i = 0; i < PATTERNS; i++) expect_same_pieces(&f, i, text, length);
    }
    end(&f);
}

// What is rare in one block may reach into the next.
Test(pretokenizer, cuts_alike_wherever_blocks_begin) {
    static const char *const parts[] = {"e\u0301'llx", "e\u0301's's", "\u0301's\u0301'rex",
                                        "((\u0301'sx", "DON'Ll's",    "it's'vex",
                                        ");\n//#if",   ";\n/\n/x",    "\u00A0'sx",
                                        "1\u0661234",  "x\n \n  y",   "字Ab's字C"};
    enum { PARTS = sizeof parts / sizeof parts[0], AROUND = 140 };
    fixture f = begin();
    for (int part = 0; part < PARTS; part++)
        for (size_t before = 0; before < 64; before++) {
            uint8_t text[2 * AROUND + 32];
            size_t length = strlen(parts[part]);
            memset(text, 'a', sizeof text);
            if (before) text[before - 1] = ' ';
            memcpy(text + before, parts[part], length);
            for (int i = 0; i < PATTERNS; i++)
                expect_same_pieces(&f, i, text, before + length + AROUND);
        }
    end(&f);
}

Test(pretokenizer, takes_bytes_that_are_no_utf8_for_characters_of_no_class) {
    fixture f = begin();
    static uint8_t text[600], marked[600];
    lk_random random = lk_random_stream(2, LK_RANDOM_TEST, 0, 0);
    for (int round = 0; round < 60; round++) {
        // 0x01 is of no class either, so that pieces must be the same with it.
        size_t length = random_text(text, sizeof text, &random);
        memcpy(marked, text, length);
        for (size_t i = 0; i < length; i++)
            if (text[i] < 0x80 && lk_random_below(&random, 4) == 0) {
                text[i] = lk_random_below(&random, 2) ? 0xFF : 0x80;
                marked[i] = 0x01;
            }
        // An 80 may complete what is cut off elsewhere, but in texts that were UTF-8 nothing is.
        for (int i = 0; i < PATTERNS; i++) {
            static lk_piece_scan scan;
            size_t end, at = 0;
            lk_piece_scan_begin(&scan, &f.machines[i], text, length, true);
            while (lk_piece_scan_next(&scan, &end, 1)) {
                cr_assert(end == expected_end(&f, i, marked, length, at));
                at = end;
            }
        }
    }
    end(&f);
}

// What is said to end before the text does must end there whatever follows.
Test(pretokenizer, gives_pieces_of_an_open_text_only_when_they_are_certain) {
    fixture f = begin();
    static uint8_t text[2000];
    lk_random random = lk_random_stream(3, LK_RANDOM_TEST, 0, 0);
    for (int round = 0; round < 60; round++) {
        size_t length = random_text(text, sizeof text, &random);
        size_t cut = lk_random_below(&random, length + 1);
        cut -= lk_utf8_incomplete_tail(text, cut);
        for (int i = 0; i < PATTERNS; i++) {
            static lk_piece_scan scan;
            size_t end, at = 0;
            lk_piece_scan_begin(&scan, &f.machines[i], text, cut, false);
            while (lk_piece_scan_next(&scan, &end, 1)) {
                cr_assert(end == expected_end(&f, i, text, length, at));
                at = end;
            }
        }
    }
    end(&f);
}
