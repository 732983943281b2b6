// Byte-pair encoding from characters, as SentencePiece has it: the tokenizers of Llama and of
// llama2.c. A text begins with a space and is cut into its characters, those without a token into
// bytes; then pairs of neighbours merge, the leftmost of those whose turn is first, one at a time,
// until no pair merges. Bytes that stand for a character do not merge.
#ifndef LK_CHARACTER_BPE_H
#define LK_CHARACTER_BPE_H

#include "hashmap.h"
#include "tokenizer/tokenizer.h"

typedef struct lk_character_bpe {
    lk_hashmap *by_bytes;   // ids of tokens; not those of bytes, and no special ones
    uint32_t byte_ids[256]; // the tokens of bytes, <0x00> … <0xFF>
    lk_merges merges;
    uint32_t *turns; // of each merge; several may have the same; NULL: their ranks
    // Whether some merge joins a token that ends with the left byte to one that begins with the
    // right one: where none does, the text is cut.
    bool may_join[256][256];
    lk_specials specials;
    bool finds_specials; // in texts
    bool reads_marks;    // a space mark in a text is a space
    bool has_begin;      // whether there is a token before every text
    uint32_t begin;
} lk_character_bpe;

// What the files of SentencePiece have for a space: U+2581.
#define LK_SPACE_MARK "\xE2\x96\x81"

// Of the parts, bytes, offsets, count and special tokens are looked at. The tokenizer is not ready
// before its merges are set; the caller sets what says how texts are read.
lk_status lk_tokenizer_new_character_bpe(lk_context *context, lk_tokenizer **tokenizer,
                                         const lk_bpe_parts *parts, const uint32_t byte_ids[256]);
// Neither token of a merge is one of a byte.
lk_status lk_character_bpe_set_merges(lk_tokenizer *tokenizer, const lk_merge *list,
                                      uint32_t count);
void lk_character_bpe_free(lk_context *context, lk_character_bpe *bpe);
// The token of these bytes, LK_NO_TOKEN where there is none.
uint32_t lk_character_bpe_find(const lk_character_bpe *bpe, const void *bytes, size_t length);
bool lk_character_bpe_is_byte(const lk_tokenizer *tokenizer, uint32_t id);

lk_status lk_character_bpe_encode(lk_context *context, lk_ids *ids, const lk_tokenizer *tokenizer,
                                  const uint8_t *text, size_t length, lk_special_rules rules);

#endif
