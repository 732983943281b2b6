// Encodes single pieces: from the leftmost pair of lowest rank on, one merge at a time, until no
// pair merges (Sennrich, Haddow and Birch 2016; this order is that of GPT-2's successors).
#ifndef LK_PIECE_H
#define LK_PIECE_H

#include "tokenizer/merges.h"

// The tokens of single bytes, where every piece begins, and the ranks of their pairs.
typedef struct lk_byte_tokens {
    uint32_t ids[256];
    uint32_t ranks[256][256]; // left, right
    // Whether some merge joins a token that ends with the left byte to one that begins with the
    // right one. Where none does, the merges on either side know nothing of each other.
    bool may_join[256][256];
} lk_byte_tokens;

// Bytes that are merged without memory of their own: of a piece, or of those of its stretches at
// whose ends no merge joins anything.
enum { LK_SHORT_PIECE = 2047 };

// Memory for long pieces, which grows and is kept.
typedef struct lk_piece_memory {
    lk_context *context;
    struct lk_symbol *symbols;
    size_t symbol_capacity;
    struct lk_bucket *buckets; // one a rank, all empty between pieces
    uint32_t bucket_count;
    uint64_t *heap;
    size_t heap_capacity;
} lk_piece_memory;

void lk_piece_memory_release(lk_piece_memory *memory);

// Writes at most `length` ids and says how many; all bytes of the piece have tokens. Fails only
// where more than LK_SHORT_PIECE bytes hang together: when there is no memory, or with
// LK_ERROR_LIMIT at 4 GiB, or, without a message, where `memory` is NULL.
lk_status lk_piece_encode(uint32_t *ids, size_t *count, lk_piece_memory *memory,
                          const lk_merges *merges, const lk_byte_tokens *bytes_as,
                          const uint8_t *piece, size_t length);

// Merges ids that stand in a row, as those of a piece; *count becomes that of what is left. The
// turn of each merge is given by `turns`, which may be alike; NULL: their ranks. Takes time that
// grows with n log n. LK_ERROR_LIMIT at 2^32 / 3 ids.
lk_status lk_piece_merge(uint32_t *ids, size_t *count, lk_piece_memory *memory,
                         const lk_merges *merges, const uint32_t *turns);

#endif
