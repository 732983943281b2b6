// The weights that learn, divided among the ranks: each adds up the gradients of all ranks for its
// part, and updates that part's weights where the optimizer is sharded.
//
//     block of the model   [ part of rank 0 | part of rank 1 | … ]   cuts[0], cuts[1], …
//
// Parts are runs of whole pieces (optimizer.h), about as many weights each.
#ifndef LK_PARTS_H
#define LK_PARTS_H

#include "models/model.h"
#include "train/ranks.h"

typedef struct lk_parts {
    lk_context *context;
    lk_ranks *ranks;   // borrowed
    size_t *cuts;      // of the ranks, and the end
    lk_real *received; // a piece of each rank; NULL where there is one rank
} lk_parts;

// LK_ERROR_LIMIT when a part has more elements than a message may.
lk_status lk_parts_make(lk_context *context, lk_parts *parts, const lk_model *model,
                        lk_ranks *ranks);
void lk_parts_release(lk_parts *parts);
// Own part: elements begin … end-1 of the model's blocks.
size_t lk_parts_begin(const lk_parts *parts);
size_t lk_parts_end(const lk_parts *parts);

// Together: total = s_0 + s_1 + …, where s_r is the own part of the block of rank r, for the first
// `summands` ranks, in this order; where `adding`, total + s_0 + s_1 + …. `total` holds the own
// part; it may be the block's where not `adding`.
void lk_parts_sum(const lk_parts *parts, const lk_kernels *kernels, lk_real *total,
                  const lk_real *block, int summands, bool adding);
// Together: the parts of a block to all ranks.
void lk_parts_share(const lk_parts *parts, lk_real *block);

#endif
