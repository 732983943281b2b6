#include "tokenizer/pretokenizer.h"

#include "regex.h"
#include "unicode_classes.h"

enum { BLOCK = LK_BYTE_BLOCK };

// ---- Masks --------------------------------------------------------------------------------------

// Makes the masks from a block on.
static void load_masks(lk_piece_scan *scan, size_t block) {
    size_t blocks = (scan->text.length + BLOCK - 1) / BLOCK;
    scan->first = block;
    scan->count = blocks - block < LK_PIECE_BLOCKS ? blocks - block : LK_PIECE_BLOCKS;
    scan->begins.count = 0;
    lk_piece_masks_make(scan->masks, scan->count, &scan->text, block);
}

// The masks of the block that holds the byte `at`, which is below the length.
static inline const lk_piece_masks *masks_at(lk_piece_scan *scan, size_t at) {
    size_t block = at / BLOCK;
    if (block - scan->first >= scan->count) load_masks(scan, block);
    return &scan->masks[block - scan->first];
}

// ---- Runs ---------------------------------------------------------------------------------------

typedef enum piece_class {
    LETTER = offsetof(lk_piece_masks, letter),
    NUMBER = offsetof(lk_piece_masks, number),
    SPACE = offsetof(lk_piece_masks, space),
    NEWLINE = offsetof(lk_piece_masks, newline),
    OTHER = offsetof(lk_piece_masks, other),
    START = offsetof(lk_piece_masks, start),
    UPPER = offsetof(lk_piece_masks, upper),
    LOWER = offsetof(lk_piece_masks, lower)
} piece_class;

static inline uint64_t mask_of(const lk_piece_masks *masks, piece_class label) {
    return *(const uint64_t *)((const char *)masks + label);
}

// Whether the character at `at` is of the class; none is at the end.
static inline bool is(lk_piece_scan *scan, size_t at, piece_class label) {
    if (at >= scan->text.length) {
        scan->touched = true;
        return false;
    }
    return mask_of(masks_at(scan, at), label) >> at % BLOCK & 1;
}

// The end of the run of characters that are (not) of the class.
static inline size_t run_end_where(lk_piece_scan *scan, size_t at, piece_class label,
                                   uint64_t flip) {
    while (at < scan->text.length) {
        uint64_t outside = (mask_of(masks_at(scan, at), label) ^ flip) >> at % BLOCK;
        if (outside) {
            at += (size_t)__builtin_ctzll(outside);
            break;
        }
        at = (at / BLOCK + 1) * BLOCK;
    }
    if (at < scan->text.length) return at;
    scan->touched = true;
    return scan->text.length;
}

static inline size_t run_end(lk_piece_scan *scan, size_t at, piece_class label) {
    return run_end_where(scan, at, label, UINT64_MAX);
}

// Where the next character begins.
static inline size_t next_character(lk_piece_scan *scan, size_t at) {
    return run_end_where(scan, at + 1, START, 0);
}

// A run, and where the last of its characters that are of two more classes begins (SIZE_MAX: there
// is none).
typedef struct marked_run {
    size_t end;
    size_t last;
} marked_run;

static marked_run find_marked_run(lk_piece_scan *scan, size_t at, piece_class label,
                                  piece_class second, piece_class third) {
    marked_run run = {at, SIZE_MAX};
    size_t stop;
    do {
        const lk_piece_masks *masks = at < scan->text.length ? masks_at(scan, at) : NULL;
        if (!masks) break;
        uint64_t outside = ~mask_of(masks, label) & lk_mask_bits(at % BLOCK, BLOCK);
        size_t begin = at / BLOCK * BLOCK;
        stop = outside ? (size_t)__builtin_ctzll(outside) : BLOCK;
        uint64_t marked =
            lk_mask_bits(at % BLOCK, stop) & mask_of(masks, second) & mask_of(masks, third);
        if (marked) run.last = begin + 63 - (size_t)__builtin_clzll(marked);
        at = begin + stop;
    } while (stop == BLOCK);
    run.end = at < scan->text.length ? at : scan->text.length;
    scan->touched |= run.end == scan->text.length;
    return run;
}

// ---- What the patterns share --------------------------------------------------------------------

// \s+(?!\S)|\s+ : white space but for its last character where something follows.
static size_t end_of_space(lk_piece_scan *scan, size_t at) {
    marked_run run = find_marked_run(scan, at, SPACE, START, START);
    return run.end == scan->text.length || run.last == at ? run.end : run.last;
}

// \s*[\r\n]+|\s+(?!\S)|\s+ : the same, but lines end pieces.
static size_t end_of_space_or_lines(lk_piece_scan *scan, size_t at) {
    size_t newline = find_marked_run(scan, at, SPACE, NEWLINE, NEWLINE).last;
    return newline == SIZE_MAX ? end_of_space(scan, at) : newline + 1;
}

// Returns `at` where there is none.
static size_t end_of_contraction(lk_piece_scan *scan, size_t at, bool fold) {
    size_t left = scan->text.length - at;
    scan->touched |= left < 3;
    return at + lk_contraction_length(scan->text.bytes + at, left, fold);
}

// \p{N}{1,3}
static size_t end_of_three_numbers(lk_piece_scan *scan, size_t at) {
    for (int i = 0; i < 3 && is(scan, at, NUMBER); i++) at = next_character(scan, at);
    return at;
}

// The byte after a single space, or `at` where there is none.
static inline size_t after_space(const lk_piece_scan *scan, size_t at) {
    return at + (scan->text.bytes[at] == ' ');
}

// ---- The patterns -------------------------------------------------------------------------------

// '(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
static inline size_t end_of_gpt2(lk_piece_scan *scan, size_t at) {
    if (scan->text.bytes[at] == '\'') {
        size_t end = end_of_contraction(scan, at, false);
        if (end != at) return end;
    }
    size_t word = after_space(scan, at);
    if (is(scan, word, LETTER)) return run_end(scan, word, LETTER);
    if (is(scan, word, OTHER)) return run_end(scan, word, OTHER);
    if (is(scan, word, NUMBER)) return run_end(scan, word, NUMBER);
    return end_of_space(scan, at);
}

// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*
// |\s*[\r\n]+|\s+(?!\S)|\s+
static inline size_t end_of_cl100k(lk_piece_scan *scan, size_t at) {
    if (is(scan, at, LETTER)) return run_end(scan, at, LETTER);
    if (scan->text.bytes[at] == '\'') {
        size_t end = end_of_contraction(scan, at, true);
        if (end != at) return end;
    }
    if (is(scan, at, NUMBER)) return end_of_three_numbers(scan, at);
    if (!is(scan, at, NEWLINE)) {
        size_t word = next_character(scan, at);
        if (is(scan, word, LETTER)) return run_end(scan, word, LETTER);
        size_t sign = after_space(scan, at);
        if (is(scan, sign, OTHER)) return run_end(scan, run_end(scan, sign, OTHER), NEWLINE);
    }
    return end_of_space_or_lines(scan, at);
}

// One of the two forms of a word in o200k:
//     [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+
//     [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*
// The first, where the run of upper case is not followed by lower case, gives characters back until
// one is of both classes.
typedef enum word_form { ENDS_LOW, BEGINS_HIGH } word_form;

static size_t end_of_word_form(lk_piece_scan *scan, size_t at, word_form form) {
    marked_run run = find_marked_run(scan, at, UPPER, LOWER, START);
    if (is(scan, run.end, LOWER)) return run_end(scan, run.end, LOWER);
    if (form == BEGINS_HIGH) return run.end;
    return run.last == SIZE_MAX ? at : next_character(scan, run.last);
}

// [^\r\n\p{L}\p{N}]? before either form, then a contraction. A mark may be what stands before, or
// belong to the word. Returns `at` where there is no word.
static size_t end_of_cased_word(lk_piece_scan *scan, size_t at) {
    bool may_precede = !is(scan, at, LETTER) && !is(scan, at, NUMBER) && !is(scan, at, NEWLINE);
    size_t word = may_precede ? next_character(scan, at) : at;
    for (word_form form = ENDS_LOW; form <= BEGINS_HIGH; form++) {
        size_t end = word < scan->text.length ? end_of_word_form(scan, word, form) : word;
        if (end == word && word != at) end = end_of_word_form(scan, word = at, form);
        if (end != word) return end_of_contraction(scan, end, true);
        if (may_precede) word = next_character(scan, at);
    }
    return at;
}

// [\r\n/]*
static size_t end_of_lines_or_slashes(lk_piece_scan *scan, size_t at) {
    while (at < scan->text.length && (scan->text.bytes[at] == '\r' ||
                                      scan->text.bytes[at] == '\n' || scan->text.bytes[at] == '/'))
        at++;
    scan->touched |= at == scan->text.length;
    return at;
}

// A word of the two forms above, or
// \p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
static inline size_t end_of_o200k(lk_piece_scan *scan, size_t at) {
    if (is(scan, at, NUMBER)) return end_of_three_numbers(scan, at);
    size_t end = end_of_cased_word(scan, at);
    if (end != at) return end;
    size_t sign = after_space(scan, at);
    if (is(scan, sign, OTHER)) return end_of_lines_or_slashes(scan, run_end(scan, sign, OTHER));
    return end_of_space_or_lines(scan, at);
}

//  ?\S+|\s+(?!\S)|\s+
static inline size_t end_of_whitespace(lk_piece_scan *scan, size_t at) {
    size_t word = after_space(scan, at);
    if (word < scan->text.length && !is(scan, word, SPACE))
        return run_end_where(scan, word, SPACE, 0);
    scan->touched |= word == scan->text.length;
    return end_of_space(scan, at);
}

static inline size_t end_of_text(lk_piece_scan *scan, size_t at) {
    (void)at;
    scan->touched = true;
    return scan->text.length;
}

// ---- Scanning -----------------------------------------------------------------------------------

lk_status lk_pretokenizer_make(lk_context *context, lk_pretokenizer *pretokenizer,
                               lk_pattern pattern) {
    uint8_t *classes = lk_alloc(context, LK_UNICODE_DENSE, 1);
    LK_NEED(classes);
    lk_unicode_class_table(classes);
    *pretokenizer = (lk_pretokenizer){
        .pattern = pattern, .kernels = lk_context_byte_kernels(context), .classes = classes};
    return LK_OK;
}

lk_status lk_pretokenizer_set_expression(lk_context *context, lk_pretokenizer *pretokenizer,
                                         const char *expression) {
    lk_regex *regex;
    LK_TRY(lk_regex_new(context, &regex, expression));
    char *copy = lk_copy_text(context, expression, strlen(expression));
    if (!copy) {
        lk_regex_free(regex);
        return LK_ERROR_MEMORY;
    }
    lk_regex_free(pretokenizer->regex);
    lk_free(context, pretokenizer->expression);
    pretokenizer->pattern = LK_PATTERN_CUSTOM;
    pretokenizer->expression = copy;
    pretokenizer->regex = regex;
    return LK_OK;
}

const char *lk_pretokenizer_expression(const lk_pretokenizer *pretokenizer) {
    return pretokenizer->expression ? pretokenizer->expression
                                    : lk_pattern_expression(pretokenizer->pattern);
}

void lk_pretokenizer_release(lk_context *context, lk_pretokenizer *pretokenizer) {
    lk_regex_free(pretokenizer->regex);
    lk_free(context, pretokenizer->expression);
    lk_free(context, pretokenizer->classes);
    *pretokenizer = (lk_pretokenizer){.pattern = pretokenizer->pattern};
}

void lk_piece_scan_begin(lk_piece_scan *scan, const lk_pretokenizer *pretokenizer,
                         const uint8_t *text, size_t length, bool is_last) {
    scan->pattern = pretokenizer->pattern;
    scan->text = (lk_masked_text){pretokenizer->kernels, pretokenizer->classes, text, length};
    scan->at = 0;
    scan->is_last = is_last;
    scan->touched = false;
    scan->first = scan->count = scan->begins.count = 0;
    scan->regex = pretokenizer->regex;
    scan->failure = LK_OK;
    scan->valid_begin = scan->valid_end = 0;
}

// The loop of each machine, so that the machine is part of it.
#define SCAN(end_of)                                                                               \
    while (found < capacity && scan->at < scan->text.length) {                                     \
        size_t end = end_of(scan, scan->at);                                                       \
        if (scan->touched && !scan->is_last) break;                                                \
        ends[found++] = scan->at = end;                                                            \
    }                                                                                              \
    break

static size_t find_ends(lk_piece_scan *scan, size_t *ends, size_t capacity) {
    size_t found = 0;
    switch (scan->pattern) {
    case LK_PATTERN_GPT2:
        SCAN(end_of_gpt2);
    case LK_PATTERN_CL100K:
        SCAN(end_of_cl100k);
    case LK_PATTERN_O200K:
        SCAN(end_of_o200k);
    case LK_PATTERN_WHITESPACE:
        SCAN(end_of_whitespace);
    case LK_PATTERN_NONE:
        SCAN(end_of_text);
    case LK_PATTERN_CUSTOM:
        if (scan->regex) return lk_expression_scan_next(scan, ends, capacity);
        SCAN(end_of_text);
    }
    return found;
}

// Takes the begins after `at` as ends, until something rare comes or the blocks end.
static size_t take_begins(lk_piece_scan *scan, size_t *ends, size_t capacity) {
    const lk_piece_begins *begins = &scan->begins;
    size_t found = 0, i = scan->at / BLOCK - scan->first;
    uint64_t word = begins->words[i] & UINT64_MAX << scan->at % BLOCK << 1;
    while (!(begins->rare >> i & 1)) {
        size_t block = (scan->first + i) * BLOCK;
        for (; word && found < capacity; word &= word - 1)
            ends[found++] = block + (size_t)__builtin_ctzll(word);
        if (word || ++i == begins->count) break;
        word = begins->words[i];
    }
    if (found) scan->at = ends[found - 1];
    return found;
}

// Has the begins after `at` found, unless the text ends nearby.
static bool have_begins(lk_piece_scan *scan) {
    size_t block = scan->at / BLOCK;
    if (block - scan->first < scan->begins.count) return true;
    if (!lk_piece_begins_has(scan->pattern) || scan->text.length / BLOCK < block + 2) return false;
    load_masks(scan, block);
    size_t whole = scan->text.length / BLOCK - block;
    lk_piece_begins_find(&scan->begins, scan->pattern, scan->masks,
                         whole < scan->count ? whole : scan->count, scan->text.bytes, scan->at);
    return true;
}

size_t lk_piece_scan_next(lk_piece_scan *scan, size_t *ends, size_t capacity) {
    size_t found = 0;
    while (found < capacity && have_begins(scan)) {
        size_t block = scan->at / BLOCK;
        found += take_begins(scan, ends + found, capacity - found);
        bool may_go_on = scan->at / BLOCK != block;
        // What is rare, and a piece that goes on beyond the blocks, are the machine's.
        if (!may_go_on && found < capacity) {
            size_t more = find_ends(scan, ends + found, 1);
            if (!more) return found;
            found += more;
        }
    }
    return found + find_ends(scan, ends + found, capacity - found);
}
