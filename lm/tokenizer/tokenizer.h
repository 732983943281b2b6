// Inside a tokenizer: its vocabulary, and how texts become tokens of it. The bytes of all tokens
// lie one after another, with LK_COPIED_BYTES of room behind them; token i is bytes[offsets[i]] …
// bytes[offsets[i + 1] - 1]; an id without a token has none.
#ifndef LK_TOKENIZER_H
#define LK_TOKENIZER_H

#include "likelore/tokenizer.h"

#include "context.h"
#include "tokenizer/piece.h"
#include "tokenizer/pretokenizer.h"
#include "tokenizer/specials.h"

enum {
    LK_CHARACTER_BYTES = 4,   // longest UTF-8 of a code point
    LK_COPIED_BYTES = 16,     // of a token, at once
    LK_MOST_TOKENS = LK_NO_ID // one less than there are words for
};
#define LK_NO_TOKEN UINT32_MAX

// Byte-pair encoding. Never changes, so that many threads may use it.
typedef struct lk_bpe {
    lk_pretokenizer pretokenizer;
    lk_merges merges;
    lk_specials specials;
    lk_byte_tokens bytes_as; // LK_NO_TOKEN where the vocabulary lacks a byte
    bool lacks_bytes;
    // A piece that is a token becomes this token, whatever the merges give.
    bool ignores_merges;
    // By id: whether the bytes of the token, as a piece, become just it.
    uint8_t *stands_alone;
    struct lk_token_slot *slots; // tokens by their bytes
    unsigned slot_bits;
} lk_bpe;

struct lk_tokenizer {
    lk_context *context;
    uint32_t count;
    char *bytes;
    size_t *offsets;          // count + 1
    uint32_t *character_ids;  // by code point, LK_NO_TOKEN where the vocabulary has none
    uint32_t character_count; // entries of character_ids: the largest code point + 1
    lk_bpe *bpe;              // byte-level; NULL: another kind
    struct lk_character_bpe *character_bpe; // from characters; NULL: another kind
    struct lk_bpe_encoder *encoder;         // for calls that bring none of their own
};

// Makes room for so many more.
lk_status lk_ids_reserve(lk_ids *ids, size_t more);

lk_status lk_tokenizer_new_empty(lk_context *context, lk_tokenizer **tokenizer);
// NULL for a kind of tokenizer that has none.
const lk_specials *lk_tokenizer_specials(const lk_tokenizer *tokenizer);
const lk_merges *lk_tokenizer_merges(const lk_tokenizer *tokenizer);

// ---- Characters ---------------------------------------------------------------------------------

// Makes room for `count` tokens of one character each, all below `characters`.
lk_status lk_tokenizer_reserve_characters(lk_tokenizer *tokenizer, uint32_t count,
                                          uint32_t characters);
// Gives the next id to a character. The room must be there.
void lk_tokenizer_add_character(lk_tokenizer *tokenizer, uint32_t code_point);
// `offset` is that of the text in what the caller gave, for messages.
lk_status lk_characters_encode(lk_context *context, lk_ids *ids, const lk_tokenizer *tokenizer,
                               const char *text, size_t length, uint64_t offset);

// ---- Byte-pair encoding -------------------------------------------------------------------------

// What a byte-pair encoding is made of, besides its merges. Everything is copied.
typedef struct lk_bpe_parts {
    const char *bytes; // of all tokens together, special ones included
    const size_t *offsets;
    uint32_t count;
    const lk_special *specials;
    size_t special_count;
    lk_pattern pattern;
    const char *expression; // a regular expression in the place of the pattern; NULL: none
    bool ignores_merges;
} lk_bpe_parts;

// Copies bytes, offsets and count of the parts into a tokenizer that is empty.
lk_status lk_tokenizer_copy_tokens(lk_tokenizer *tokenizer, const lk_bpe_parts *parts);
// The tokenizer is not ready before lk_bpe_set_merges, which may look up tokens in it.
lk_status lk_tokenizer_new_bpe(lk_context *context, lk_tokenizer **tokenizer,
                               const lk_bpe_parts *parts);
lk_status lk_bpe_set_merges(lk_tokenizer *tokenizer, const lk_merge *list, uint32_t count);
// The same in parts: room for so many merges, then one after another. The caller sets
// `stands_alone`.
lk_status lk_bpe_reserve_merges(lk_tokenizer *tokenizer, uint32_t count);
void lk_bpe_add_merge(lk_tokenizer *tokenizer, const lk_merge *merge);
// Sets the merges that give the same ids as this rule: two neighbours merge where their joined
// bytes are a token, the token of lowest id first.
lk_status lk_bpe_set_merges_by_rank(lk_tokenizer *tokenizer);
void lk_bpe_free(lk_context *context, lk_bpe *bpe);
bool lk_bpe_is_special(const lk_bpe *bpe, uint32_t id);
// The token of these bytes, LK_NO_TOKEN where there is none.
uint32_t lk_bpe_token_of(const lk_tokenizer *tokenizer, const uint8_t *bytes, size_t length);

#endif
