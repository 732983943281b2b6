// Batches of a dataset for a model: drawn at random, or one after another until a part is covered.
#ifndef LK_BATCHES_H
#define LK_BATCHES_H

#include "models/config.h"
#include "models/network.h"
#include "train/dataset.h"

// Examples are small: so many of them together make a batch worth its overhead, where they come in
// order.
enum { LK_EXAMPLES_IN_ORDER = 1024 };

// Memory of one batch. Where a sequence has one target its sequences are examples; otherwise
// windows of block_size tokens with a target each.
typedef struct lk_batches {
    lk_context *context;
    const lk_dataset *dataset;
    bool one_target;
    size_t length;    // T
    size_t drawn;     // sequences of a drawn batch; 0: all examples of a part, in order
    size_t in_order;  // sequences of the batches that cover a part
    uint32_t *window; // T + 1
    uint32_t *ids;    // (most sequences, T)
    int32_t *targets;
} lk_batches;

// `batch_size` 0 takes all examples: LK_ERROR_USAGE where a sequence has a target for each
// position.
lk_status lk_batches_make(lk_context *context, lk_batches *batches, const lk_dataset *dataset,
                          const lk_model_config *config, uint64_t batch_size);
void lk_batches_release(lk_batches *batches);

// Sequences of the largest batch.
size_t lk_batches_most(const lk_batches *batches);
// Sequences, and targets, of a batch that is drawn from this part.
size_t lk_batches_drawn(const lk_batches *batches, lk_split split);
uint64_t lk_batches_drawn_targets(const lk_batches *batches, lk_split split);
// Sequences whose place is drawn from the stream. The batch is valid until the next one is asked
// for.
lk_batch lk_batches_draw(lk_batches *batches, lk_split split, lk_random *random);
// How many batches cover the part; each target is in exactly one.
uint64_t lk_batches_count(const lk_batches *batches, lk_split split);
// Batch `index` of these, and how many of its targets count.
lk_batch lk_batches_at(lk_batches *batches, uint64_t *counted, lk_split split, uint64_t index);

#endif
