#include "tokenizer/piece_begins.h"

enum { BLOCK = LK_BYTE_BLOCK, LONGEST_CONTRACTION = 3 };

size_t lk_contraction_length(const uint8_t *text, size_t left, bool fold) {
    if (left < 2 || text[0] != '\'') return 0;
    uint8_t case_bit = fold ? 0x20 : 0, first = text[1] | case_bit;
    if (first == 's' || first == 'd' || first == 'm' || first == 't') return 2;
    if (left < 3) return 0;
    if (fold && text[1] == 0xC5 && text[2] == 0xBF) return 3;
    uint8_t second = text[2] | case_bit;
    bool has_two = (first == 'l' && second == 'l') || (first == 'v' && second == 'e') ||
                   (first == 'r' && second == 'e');
    return has_two ? 3 : 0;
}

// What a block needs to know of those before it. All zero: nothing is before.
typedef struct blocks_before {
    lk_piece_masks masks;    // of the block before
    uint64_t numbers;        // where pieces of numbers begin in it
    uint64_t single;         // its bytes of runs of one `other` that may stand before letters
    uint64_t absorbed;       // its newlines that belong to what is before them
    uint64_t forced, denied; // begins of the block that comes, as contractions have it
    bool wide_number;        // it ends in numbers that were not counted
    bool unsure;             // its `others` are not all what they are taken for
} blocks_before;

// Each bit moves to the next byte.
static inline uint64_t after(uint64_t mask, uint64_t mask_before) {
    return mask << 1 | mask_before >> (BLOCK - 1);
}

// Each bit moves to the byte before.
static inline uint64_t ahead_of(uint64_t mask, uint64_t mask_after) {
    return mask >> 1 | mask_after << (BLOCK - 1);
}

// White space of more than one byte: the last character of a run may begin in the block before.
static inline bool has_wide_space(const lk_piece_masks *block, const lk_piece_masks *next) {
    return block->space & block->wide || next->space & next->wide & 3;
}

// Bits of two blocks.
static inline void mark(uint64_t words[2], size_t at) {
    words[at / BLOCK] |= UINT64_C(1) << at % BLOCK;
}

// A piece ends after a contraction, which begins at one of the quotes. Where it does not begin a
// piece but ends one, as `suffix` has it, none can follow another.
static inline uint64_t cut_contractions(blocks_before *before, uint64_t begins, uint64_t quotes,
                                        const uint8_t *text, bool fold, bool suffix) {
    uint64_t forced[2] = {before->forced, 0}, denied[2] = {before->denied, 0};
    for (; quotes; quotes &= quotes - 1) {
        size_t at = (size_t)__builtin_ctzll(quotes);
        size_t length = lk_contraction_length(text + at, BLOCK, fold);
        if (length == 0 || (suffix && forced[0] >> at & 1)) continue;
        for (size_t i = suffix ? 0 : 1; i < length; i++) mark(denied, at + i);
        mark(forced, at + length);
    }
    before->forced = forced[1];
    before->denied = denied[1];
    return (begins & ~denied[0]) | forced[0];
}

// '(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
static inline uint64_t begins_of_gpt2(blocks_before *before, const lk_piece_masks *block,
                                      const lk_piece_masks *next, const uint8_t *text,
                                      bool *is_rare) {
    const lk_piece_masks *past = &before->masks;
    uint64_t space_before = after(block->space, past->space);
    uint64_t goes_on = (block->letter & after(block->letter, past->letter)) |
                       (block->number & after(block->number, past->number)) |
                       (block->other & after(block->other, past->other)) |
                       after(block->blank, past->blank);
    uint64_t in_space = ~space_before | ~ahead_of(block->space, next->space);
    uint64_t begins = (block->space & in_space) | (~block->space & ~goes_on);
    *is_rare = has_wide_space(block, next);
    return cut_contractions(before, begins, block->quote & begins, text, false, false);
}

// ---- cl100k and o200k ---------------------------------------------------------------------------

// \p{N}{1,3}: runs are cut after each third digit.
static inline uint64_t begins_of_numbers(blocks_before *before, const lk_piece_masks *block) {
    uint64_t number = block->number, past = before->masks.number;
    uint64_t one_before = after(number, past);
    uint64_t inside = number & one_before & (number << 2 | past >> 62) & (number << 3 | past >> 61);
    uint64_t begins = number & ~one_before;
    uint64_t found = begins | (before->numbers >> 61 & inside);
    for (uint64_t added = found; (added = added << 3 & inside);) found |= added;
    before->numbers = found;
    return found;
}

// Letters that stand behind a single `other`, which is not behind a space, begin no piece.
static inline uint64_t joined_letters(blocks_before *before, const lk_piece_masks *block) {
    const lk_piece_masks *past = &before->masks;
    uint64_t blank_before = after(block->blank, past->blank);
    uint64_t rest = block->other & ~block->start, past_single = before->single;
    uint64_t single = block->other & ~after(block->other, past->other) & ~blank_before;
    if (block->wide)
        for (int i = 0; i < 3; i++) single |= after(single, past_single) & rest;
    before->single = single;
    return block->letter & after(single, past_single);
}

// Newlines that follow what is neither letter nor number, directly or after others.
static inline uint64_t absorbed_newlines(blocks_before *before, const lk_piece_masks *block) {
    uint64_t newline = block->newline;
    uint64_t first =
        newline & (after(block->other, before->masks.other) | before->absorbed >> (BLOCK - 1));
    uint64_t absorbed = newline & ~(newline + first);
    before->absorbed = absorbed;
    return absorbed;
}

// Whether white space within a line, from the `first` bytes on, ends at another newline.
static inline bool has_blank_line(uint64_t inline_space, uint64_t first, uint64_t newline,
                                  const lk_piece_masks *next) {
    uint64_t behind = inline_space + first;
    if (behind & ~inline_space & newline) return true;
    if (behind >= inline_space) return false;
    // The run goes on in the next block.
    uint64_t outside = ~(next->space & ~next->newline);
    return !outside || next->newline & outside & (~outside + 1);
}

// What both patterns have in common:
// [^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
static inline uint64_t begins_without_contractions(blocks_before *before,
                                                   const lk_piece_masks *block,
                                                   const lk_piece_masks *next, bool *is_rare) {
    const lk_piece_masks *past = &before->masks;
    uint64_t inline_space = block->space & ~block->newline, past_absorbed = before->absorbed;
    uint64_t letters = block->letter & ~after(block->letter, past->letter) &
                       ~after(inline_space, past->space & ~past->newline) &
                       ~joined_letters(before, block);
    uint64_t others =
        block->other & ~after(block->other, past->other) & ~after(block->blank, past->blank);
    uint64_t absorbed = absorbed_newlines(before, block), space = block->space & ~absorbed;
    uint64_t spaces = space & ~after(space, past->space & ~past_absorbed);
    uint64_t first_of_lines = inline_space & after(block->newline, past->newline);
    uint64_t last_of_space = inline_space & ~ahead_of(block->space, next->space);
    bool wide_number = block->number & block->wide ||
                       (before->wide_number && block->number & 1 && past->number >> (BLOCK - 1));
    *is_rare = has_wide_space(block, next) || wide_number ||
               has_blank_line(inline_space, first_of_lines, block->newline, next);
    before->wide_number = wide_number;
    return letters | others | begins_of_numbers(before, block) | spaces | first_of_lines |
           last_of_space;
}

// (?i:'s|'t|'re|'ve|'m|'ll|'d)| and what is above
static inline uint64_t begins_of_cl100k(blocks_before *before, const lk_piece_masks *block,
                                        const lk_piece_masks *next, const uint8_t *text,
                                        bool *is_rare) {
    uint64_t begins = begins_without_contractions(before, block, next, is_rare);
    return cut_contractions(before, begins, block->quote & begins, text, true, false);
}

// Whether a slash follows absorbed newlines: it is absorbed too.
static bool has_absorbed_slash(const lk_piece_masks *block, uint64_t absorbed,
                               uint64_t past_absorbed, const uint8_t *text) {
    for (uint64_t left = block->other & after(absorbed, past_absorbed); left; left &= left - 1)
        if (text[__builtin_ctzll(left)] == '/') return true;
    return false;
}

// The same, but that words have the form [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+
// or the like, that a contraction belongs to the word before it, and that others go on with
// [\r\n/]*. Marks, and upper case behind letters without case, are rare.
static inline uint64_t begins_of_o200k(blocks_before *before, const lk_piece_masks *block,
                                       const lk_piece_masks *next, const uint8_t *text,
                                       bool *is_rare) {
    const lk_piece_masks *past = &before->masks;
    uint64_t past_absorbed = before->absorbed;
    uint64_t begins = begins_without_contractions(before, block, next, is_rare);
    uint64_t upper = block->upper & ~block->lower, lower = block->lower & ~block->upper;
    uint64_t caseless = block->upper & block->lower, past_caseless = past->upper & past->lower;
    // A run, or a contraction, of which it is not known how it began.
    uint64_t goes_on =
        (past->other | past->newline) >> (BLOCK - 1) | past->quote >> (BLOCK - LONGEST_CONTRACTION);
    before->unsure = (before->unsure && goes_on) || caseless & ~block->letter ||
                     has_absorbed_slash(block, before->absorbed, past_absorbed, text);
    *is_rare |= before->unsure || (past_caseless & ~past->letter) >> (BLOCK - 1) ||
                upper & after(caseless, past_caseless);
    begins |= upper & after(lower, past->lower & ~past->upper);
    uint64_t quotes = block->quote & after(block->letter, past->letter);
    return cut_contractions(before, begins, quotes, text, true, true);
}

// ---- All blocks ---------------------------------------------------------------------------------

// What is before `at` does not matter: a piece begins there, whatever came before.
static lk_piece_masks masks_from(const lk_piece_masks *masks, size_t at) {
    uint64_t kept = UINT64_MAX << at;
    return (lk_piece_masks){.letter = masks->letter & kept,
                            .number = masks->number & kept,
                            .space = masks->space & kept,
                            .newline = masks->newline & kept,
                            .other = masks->other & kept,
                            .start = masks->start & kept,
                            .upper = masks->upper & kept,
                            .lower = masks->lower & kept,
                            .wide = masks->wide & kept,
                            .blank = masks->blank & kept,
                            .quote = masks->quote & kept};
}

#define FIND(begins_of)                                                                            \
    for (size_t i = 0; i + 1 < count; i++) {                                                       \
        bool is_rare;                                                                              \
        lk_piece_masks block = i ? masks[i] : masks_from(masks, at % BLOCK);                       \
        begins->words[i] = begins_of(&before, &block, &masks[i + 1], bytes + i * BLOCK, &is_rare); \
        begins->rare |= (uint32_t)is_rare << i;                                                    \
        before.masks = block;                                                                      \
    }                                                                                              \
    break

bool lk_piece_begins_has(lk_pattern pattern) {
    return pattern == LK_PATTERN_GPT2 || pattern == LK_PATTERN_CL100K ||
           pattern == LK_PATTERN_O200K;
}

void lk_piece_begins_find(lk_piece_begins *begins, lk_pattern pattern, const lk_piece_masks *masks,
                          size_t count, const uint8_t *text, size_t at) {
    const uint8_t *bytes = text + at / BLOCK * BLOCK;
    blocks_before before = {.single = 0};
    begins->count = count - 1;
    begins->rare = 0;
    switch (pattern) {
    case LK_PATTERN_GPT2:
        FIND(begins_of_gpt2);
    case LK_PATTERN_CL100K:
        FIND(begins_of_cl100k);
    case LK_PATTERN_O200K:
        FIND(begins_of_o200k);
    default:
        break;
    }
}
