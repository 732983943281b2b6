// What a vocabulary is made of.
#include "likelore/tokenizer_insight.h"

#include "tokenizer/token_text.h"
#include "tokenizer/tokenizer.h"

enum { SINGLE_BINS = 16 }; // of one length each

void lk_token_length_bin(size_t bin, size_t *least, size_t *most) {
    *least = bin < SINGLE_BINS ? bin + 1 : ((size_t)SINGLE_BINS << (bin - SINGLE_BINS)) + 1;
    *most = bin < SINGLE_BINS ? *least : (size_t)SINGLE_BINS << (bin - SINGLE_BINS + 1);
    if (bin + 1 == LK_TOKEN_LENGTHS) *most = SIZE_MAX;
}

static size_t bin_of(size_t length) {
    size_t bin = 0, least, most;
    for (;; bin++) {
        lk_token_length_bin(bin, &least, &most);
        if (length <= most) return bin;
    }
}

// Special tokens are few or come in the order of their texts, so ids of them are looked for by
// text.
static bool is_special(const lk_tokenizer *tokenizer, uint32_t id, const char *bytes,
                       size_t length) {
    const lk_specials *specials = lk_tokenizer_specials(tokenizer);
    size_t low = 0, high = specials ? specials->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const lk_special *special = &specials->list[middle];
        size_t common = special->length < length ? special->length : length;
        int order = memcmp(special->text, bytes, common);
        if (order == 0) order = (special->length > length) - (special->length < length);
        if (order == 0) return special->id == id;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static size_t length_of(const lk_tokenizer *tokenizer, uint32_t id) {
    size_t length;
    lk_token_bytes(tokenizer, id, &length);
    return length;
}

static void keep_longest(lk_tokenizer_figures *f, const lk_tokenizer *tokenizer, uint32_t id,
                         size_t length) {
    size_t at = f->longest_count;
    while (at > 0 && length_of(tokenizer, f->longest[at - 1]) < length) at--;
    if (at == LK_LONGEST_TOKENS) return;
    if (f->longest_count < LK_LONGEST_TOKENS) f->longest_count++;
    for (size_t i = f->longest_count - 1; i > at; i--) f->longest[i] = f->longest[i - 1];
    f->longest[at] = id;
}

static void count_token(lk_tokenizer_figures *f, const lk_tokenizer *tokenizer, uint32_t id,
                        uint64_t *bytes) {
    size_t length;
    const char *token = lk_tokenizer_token_at(tokenizer, id, &length);
    if (!token) return;
    f->tokens++;
    if (is_special(tokenizer, id, token, length)) {
        f->scripts[LK_SCRIPT_SPECIAL]++;
        return;
    }
    lk_script script = lk_script_of(token, length);
    f->scripts[script]++;
    f->invalid += script == LK_SCRIPT_PARTS;
    f->lengths[bin_of(length)]++;
    keep_longest(f, tokenizer, id, length);
    *bytes += length;
}

lk_tokenizer_figures lk_tokenizer_get_figures(const lk_tokenizer *tokenizer) {
    const lk_bpe *bpe = tokenizer->bpe;
    const lk_merges *merges = lk_tokenizer_merges(tokenizer);
    lk_tokenizer_figures f = {.is_bpe = bpe != NULL,
                              .is_character_bpe = tokenizer->character_bpe != NULL,
                              .pattern = bpe ? bpe->pretokenizer.pattern : LK_PATTERN_NONE,
                              .expression =
                                  bpe ? lk_pretokenizer_expression(&bpe->pretokenizer) : "",
                              .ids = tokenizer->count,
                              .merges = merges ? merges->count : 0,
                              .specials = (uint32_t)lk_tokenizer_special_count(tokenizer)};
    uint64_t bytes = 0;
    for (uint32_t id = 0; id < tokenizer->count; id++) count_token(&f, tokenizer, id, &bytes);
    uint32_t plain = f.tokens - f.scripts[LK_SCRIPT_SPECIAL];
    f.mean_bytes = plain ? (double)bytes / plain : 0;
    return f;
}
