// Vocabularies that say ranks of tokens instead of merges: two neighbours merge where their joined
// bytes are a token, the token of lowest id first.
//
// Many pairs may join to the same bytes, but only one of them can ever stand side by side. While
// the ends of those bytes are ends of tokens, the merges within them come in the same order as if
// they stood alone, whatever surrounds them; and alone, they pass through a single state of two
// tokens. So one merge for each token is enough: that state's.
#include "tokenizer/tokenizer.h"

enum { MOST_PARTS = 1023 };

// A token's bytes on the way to two parts: part i is from begins[i] to begins[i + 1].
typedef struct token_parts {
    const lk_tokenizer *tokenizer;
    const uint8_t *bytes;
    size_t count;
    uint16_t begins[MOST_PARTS + 1];
    uint32_t ranks[MOST_PARTS]; // of the joined bytes of parts i and i + 1
} token_parts;

static uint32_t token_from(const token_parts *parts, size_t first, size_t last) {
    uint16_t begin = parts->begins[first];
    return lk_bpe_token_of(parts->tokenizer, parts->bytes + begin,
                           (size_t)(parts->begins[last] - begin));
}

static void rank_pair(token_parts *parts, size_t i) {
    if (i + 1 < parts->count) parts->ranks[i] = token_from(parts, i, i + 2);
}

// Merges the leftmost pair of lowest rank. Returns whether there was one.
static bool merge_once(token_parts *parts) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < parts->count; i++)
        if (parts->ranks[i] < parts->ranks[best]) best = i;
    if (parts->ranks[best] == LK_NO_TOKEN) return false;
    size_t moved = parts->count - best - 1;
    memmove(parts->begins + best + 1, parts->begins + best + 2, moved * sizeof *parts->begins);
    size_t ranks = parts->count > best + 3 ? parts->count - best - 3 : 0;
    memmove(parts->ranks + best + 1, parts->ranks + best + 2, ranks * sizeof *parts->ranks);
    parts->count--;
    rank_pair(parts, best);
    if (best > 0) rank_pair(parts, best - 1);
    return true;
}

// Finds the two parts whose merge gives the token, if its bytes come to that.
static bool find_merge(lk_merge *merge, token_parts *parts, uint32_t id) {
    size_t length;
    parts->bytes = (const uint8_t *)lk_tokenizer_token_at(parts->tokenizer, id, &length);
    if (!parts->bytes || length < 2 || length > MOST_PARTS) return false;
    parts->count = length;
    for (size_t i = 0; i <= length; i++) parts->begins[i] = (uint16_t)i;
    for (size_t i = 0; i + 1 < length; i++) rank_pair(parts, i);
    while (parts->count > 2)
        if (!merge_once(parts)) return false;
    *merge = (lk_merge){token_from(parts, 0, 1), token_from(parts, 1, 2), id};
    return merge->left != LK_NO_TOKEN && merge->right != LK_NO_TOKEN;
}

// The same by the merges that are there, which are all of lower ranks: where they leave two tokens,
// these are the parts. This is so for tokens of trained vocabularies.
static bool find_merge_at_once(lk_merge *merge, const lk_tokenizer *tokenizer, uint32_t id) {
    const lk_bpe *bpe = tokenizer->bpe;
    uint32_t ids[MOST_PARTS];
    size_t length, count;
    const uint8_t *bytes = (const uint8_t *)lk_tokenizer_token_at(tokenizer, id, &length);
    if (!bytes || length > MOST_PARTS) return false;
    lk_status status =
        lk_piece_encode(ids, &count, NULL, &bpe->merges, &bpe->bytes_as, bytes, length);
    bool is_pair = status == LK_OK && count == 2 && ids[0] != LK_NO_TOKEN && ids[1] != LK_NO_TOKEN;
    if (!is_pair) return false;
    *merge = (lk_merge){ids[0], ids[1], id};
    return true;
}

// Gives the length of the token, 0 where nothing merges to it.
static size_t ranked_length(const lk_tokenizer *tokenizer, uint32_t id) {
    size_t length;
    const uint8_t *bytes = (const uint8_t *)lk_tokenizer_token_at(tokenizer, id, &length);
    bool is_ranked = bytes && lk_bpe_token_of(tokenizer, bytes, length) == id &&
                     !lk_bpe_is_special(tokenizer->bpe, id);
    return is_ranked ? length : 0;
}

lk_status lk_bpe_set_merges_by_rank(lk_tokenizer *tokenizer) {
    lk_bpe *bpe = tokenizer->bpe;
    LK_TRY(lk_bpe_reserve_merges(tokenizer, tokenizer->count));
    token_parts parts = {.tokenizer = tokenizer};
    for (uint32_t id = 0; id < tokenizer->count; id++) {
        size_t length = ranked_length(tokenizer, id);
        lk_merge merge;
        bool comes_of_merge = length > 1 && (find_merge_at_once(&merge, tokenizer, id) ||
                                             find_merge(&merge, &parts, id));
        if (comes_of_merge) lk_bpe_add_merge(tokenizer, &merge);
        bpe->stands_alone[id] = comes_of_merge || length == 1 || (length && bpe->ignores_merges);
    }
    return LK_OK;
}
