#include "tokenizer/pretokenizer.h"

#include "kernels/kernels.h"
#include "unicode.h"
#include "unicode_classes.h"

enum { BLOCK = LK_BYTE_BLOCK };

// ---- Masks --------------------------------------------------------------------------------------

// The bits from `from` to below `to`; what is beyond the block is left out.
static inline uint64_t bits(size_t from, size_t to) {
    uint64_t below = to >= BLOCK ? UINT64_MAX : (UINT64_C(1) << to) - 1;
    return below & (UINT64_MAX << from);
}

// A character of more than one byte, or a byte that is no UTF-8.
typedef struct wide_character {
    size_t size; // in bytes
    lk_unicode_class label;
} wide_character;

static inline bool continues(uint8_t byte) { return (byte & 0xC0) == 0x80; }

static wide_character read_any_character(const lk_piece_scan *scan, size_t at) {
    uint32_t code_point;
    bool valid;
    size_t size = lk_utf8_decode(scan->text + at, scan->length - at, &code_point, &valid);
    if (!valid) return (wide_character){1, LK_UNICODE_OTHER};
    const uint8_t *classes = scan->pretokenizer->classes;
    bool is_dense = code_point < LK_UNICODE_DENSE;
    return (wide_character){size, is_dense ? (lk_unicode_class)classes[code_point]
                                           : lk_unicode_class_of(code_point)};
}

// The character that begins with the byte at `at`, which is not ASCII. The common ones have two
// or three bytes.
static inline wide_character read_character(const lk_piece_scan *scan, size_t at) {
    const uint8_t *text = scan->text + at, *classes = scan->pretokenizer->classes;
    if (scan->length - at >= 3 && continues(text[1])) {
        uint32_t lead = text[0];
        if (lead >= 0xC2 && lead < 0xE0)
            return (wide_character){
                2, (lk_unicode_class)classes[(lead & 0x1F) << 6 | (text[1] & 0x3F)]};
        // Neither the forms that are too long (E0) nor the surrogates (ED).
        if (lead > 0xE0 && lead < 0xF0 && lead != 0xED && continues(text[2]))
            return (wide_character){
                3, (lk_unicode_class)
                       classes[(lead & 0x0F) << 12 | (text[1] & 0x3Fu) << 6 | (text[2] & 0x3F)]};
    }
    return read_any_character(scan, at);
}

static inline void add_class(lk_piece_masks *masks, uint64_t bytes, lk_unicode_class label) {
    if (label >= LK_UNICODE_LETTER) masks->letter |= bytes;
    if (label >= LK_UNICODE_MARK && label != LK_UNICODE_LOWER) masks->upper |= bytes;
    if (label >= LK_UNICODE_MARK && label != LK_UNICODE_UPPER) masks->lower |= bytes;
    if (label == LK_UNICODE_NUMBER) masks->number |= bytes;
    if (label == LK_UNICODE_SPACE) masks->space |= bytes;
}

// Adds the characters that begin at the bytes `high` of a block. Returns the last one, its size
// being what lies in the next block.
static wide_character add_characters(const lk_piece_scan *scan, lk_piece_masks *masks, size_t block,
                                     uint64_t high) {
    wide_character character = {0, LK_UNICODE_OTHER};
    size_t end = 0;
    while (high) {
        size_t i = (size_t)__builtin_ctzll(high);
        character = read_character(scan, block * BLOCK + i);
        end = i + character.size;
        uint64_t bytes = bits(i, end);
        add_class(masks, bytes, character.label);
        masks->start &= ~(bytes & (bytes - 1));
        high &= ~bytes;
    }
    character.size = end > BLOCK ? end - BLOCK : 0;
    return character;
}

// Adds the bytes of a character that begins in the block before.
static void add_rest(lk_piece_masks *masks, wide_character rest) {
    uint64_t bytes = bits(0, rest.size);
    add_class(masks, bytes, rest.label);
    masks->start &= ~bytes;
}

// What of a character lies in a block, and begins before it.
static wide_character rest_before(const lk_piece_scan *scan, size_t block) {
    size_t begin = block * BLOCK;
    for (size_t back = 1; back <= 3 && back <= begin && continues(scan->text[begin]); back++) {
        if (scan->text[begin - back] < 0xC0) continue;
        wide_character character = read_character(scan, begin - back);
        if (character.size <= back) break;
        return (wide_character){character.size - back, character.label};
    }
    return (wide_character){0, LK_UNICODE_OTHER};
}

static void classify_blocks(const lk_piece_scan *scan, lk_byte_masks *raw) {
    const lk_byte_kernels *kernels = scan->pretokenizer->kernels;
    const uint8_t *bytes = scan->text + scan->first * BLOCK;
    size_t left = scan->length - scan->first * BLOCK;
    size_t whole = left / BLOCK < scan->count ? left / BLOCK : scan->count;
    kernels->classify(raw, bytes, whole);
    if (whole == scan->count) return;
    uint8_t last[BLOCK] = {0};
    memcpy(last, bytes + whole * BLOCK, left - whole * BLOCK);
    kernels->classify(raw + whole, last, 1);
}

// Makes the masks from a block on.
static void load_masks(lk_piece_scan *scan, size_t block) {
    lk_byte_masks raw[LK_PIECE_BLOCKS];
    size_t blocks = (scan->length + BLOCK - 1) / BLOCK;
    scan->first = block;
    scan->count = blocks - block < LK_PIECE_BLOCKS ? blocks - block : LK_PIECE_BLOCKS;
    classify_blocks(scan, raw);
    wide_character rest = rest_before(scan, block);
    for (size_t i = 0; i < scan->count; i++) {
        lk_piece_masks *masks = &scan->masks[i];
        *masks = (lk_piece_masks){.letter = raw[i].upper | raw[i].lower,
                                  .number = raw[i].digit,
                                  .space = raw[i].space,
                                  .newline = raw[i].newline,
                                  .start = UINT64_MAX,
                                  .upper = raw[i].upper,
                                  .lower = raw[i].lower};
        uint64_t high = raw[i].high & ~bits(0, rest.size);
        if (rest.size) add_rest(masks, rest);
        rest = (wide_character){0, LK_UNICODE_OTHER};
        if (high) rest = add_characters(scan, masks, block + i, high);
        uint64_t inside = bits(0, scan->length - (block + i) * BLOCK);
        masks->other = ~(masks->letter | masks->number | masks->space) & inside;
    }
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
    if (at >= scan->length) {
        scan->touched = true;
        return false;
    }
    return mask_of(masks_at(scan, at), label) >> at % BLOCK & 1;
}

// The end of the run of characters that are (not) of the class.
static inline size_t run_end_where(lk_piece_scan *scan, size_t at, piece_class label,
                                   uint64_t flip) {
    while (at < scan->length) {
        uint64_t outside = (mask_of(masks_at(scan, at), label) ^ flip) >> at % BLOCK;
        if (outside) {
            at += (size_t)__builtin_ctzll(outside);
            break;
        }
        at = (at / BLOCK + 1) * BLOCK;
    }
    if (at < scan->length) return at;
    scan->touched = true;
    return scan->length;
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
        const lk_piece_masks *masks = at < scan->length ? masks_at(scan, at) : NULL;
        if (!masks) break;
        uint64_t outside = ~mask_of(masks, label) & bits(at % BLOCK, BLOCK);
        size_t begin = at / BLOCK * BLOCK;
        stop = outside ? (size_t)__builtin_ctzll(outside) : BLOCK;
        uint64_t marked = bits(at % BLOCK, stop) & mask_of(masks, second) & mask_of(masks, third);
        if (marked) run.last = begin + 63 - (size_t)__builtin_clzll(marked);
        at = begin + stop;
    } while (stop == BLOCK);
    run.end = at < scan->length ? at : scan->length;
    scan->touched |= run.end == scan->length;
    return run;
}

// ---- What the patterns share --------------------------------------------------------------------

// \s+(?!\S)|\s+ : white space but for its last character where something follows.
static size_t end_of_space(lk_piece_scan *scan, size_t at) {
    marked_run run = find_marked_run(scan, at, SPACE, START, START);
    return run.end == scan->length || run.last == at ? run.end : run.last;
}

// \s*[\r\n]+|\s+(?!\S)|\s+ : the same, but lines end pieces.
static size_t end_of_space_or_lines(lk_piece_scan *scan, size_t at) {
    size_t newline = find_marked_run(scan, at, SPACE, NEWLINE, NEWLINE).last;
    return newline == SIZE_MAX ? end_of_space(scan, at) : newline + 1;
}

// '(?:[sdmt]|ll|ve|re), in any case if `fold`, which makes ſ (U+017F) an s. Returns the end, or
// `at` where there is none.
static size_t end_of_contraction(lk_piece_scan *scan, size_t at, bool fold) {
    const uint8_t *text = scan->text + at;
    size_t left = scan->length - at;
    scan->touched |= left < 3;
    if (left < 2 || text[0] != '\'') return at;
    uint8_t case_bit = fold ? 0x20 : 0, first = text[1] | case_bit;
    if (first == 's' || first == 'd' || first == 'm' || first == 't') return at + 2;
    if (left < 3) return at;
    if (fold && text[1] == 0xC5 && text[2] == 0xBF) return at + 3;
    uint8_t second = text[2] | case_bit;
    bool has_two = (first == 'l' && second == 'l') || (first == 'v' && second == 'e') ||
                   (first == 'r' && second == 'e');
    return has_two ? at + 3 : at;
}

// \p{N}{1,3}
static size_t end_of_three_numbers(lk_piece_scan *scan, size_t at) {
    for (int i = 0; i < 3 && is(scan, at, NUMBER); i++) at = next_character(scan, at);
    return at;
}

// The byte after a single space, or `at` where there is none.
static inline size_t after_space(const lk_piece_scan *scan, size_t at) {
    return at + (scan->text[at] == ' ');
}

// ---- The patterns -------------------------------------------------------------------------------

// '(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
static inline size_t end_of_gpt2(lk_piece_scan *scan, size_t at) {
    if (scan->text[at] == '\'') {
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
    if (scan->text[at] == '\'') {
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
        size_t end = word < scan->length ? end_of_word_form(scan, word, form) : word;
        if (end == word && word != at) end = end_of_word_form(scan, word = at, form);
        if (end != word) return end_of_contraction(scan, end, true);
        if (may_precede) word = next_character(scan, at);
    }
    return at;
}

// [\r\n/]*
static size_t end_of_lines_or_slashes(lk_piece_scan *scan, size_t at) {
    while (at < scan->length &&
           (scan->text[at] == '\r' || scan->text[at] == '\n' || scan->text[at] == '/'))
        at++;
    scan->touched |= at == scan->length;
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
    if (word < scan->length && !is(scan, word, SPACE)) return run_end_where(scan, word, SPACE, 0);
    scan->touched |= word == scan->length;
    return end_of_space(scan, at);
}

static inline size_t end_of_text(lk_piece_scan *scan, size_t at) {
    (void)at;
    scan->touched = true;
    return scan->length;
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

void lk_pretokenizer_release(lk_context *context, lk_pretokenizer *pretokenizer) {
    lk_free(context, pretokenizer->classes);
    pretokenizer->classes = NULL;
}

void lk_piece_scan_begin(lk_piece_scan *scan, const lk_pretokenizer *pretokenizer,
                         const uint8_t *text, size_t length, bool is_last) {
    scan->pretokenizer = pretokenizer;
    scan->text = text;
    scan->length = length;
    scan->at = 0;
    scan->is_last = is_last;
    scan->touched = false;
    scan->first = scan->count = 0;
}

// The loop of each machine, so that the machine is part of it.
#define SCAN(end_of)                                                                               \
    while (found < capacity && scan->at < scan->length) {                                          \
        size_t end = end_of(scan, scan->at);                                                       \
        if (scan->touched && !scan->is_last) break;                                                \
        ends[found++] = scan->at = end;                                                            \
    }                                                                                              \
    break

size_t lk_piece_scan_next(lk_piece_scan *scan, size_t *ends, size_t capacity) {
    size_t found = 0;
    switch (scan->pretokenizer->pattern) {
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
    case LK_PATTERN_COUNT:
        break;
    }
    return found;
}
