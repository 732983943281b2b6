// What a step does to each weight tensor, and what each operation gives: the numbers by which one
// sees whether a network is initialised and trained well (Karpathy's "makemore", part 3).
#ifndef LK_STATISTICS_H
#define LK_STATISTICS_H

#include "grad/tape.h"
#include "likelore/lm.h"
#include "models/model.h"

typedef struct lk_statistics {
    const lk_model *model;
    lk_tape *tape; // that is watched
    lk_arena arena;
    lk_real *before; // the weights before the step
    lk_weight_stats *weights;
    lk_activation_stats *activations; // room for `capacity`
    size_t activation_count, capacity;
} lk_statistics;

lk_status lk_statistics_make(lk_statistics *statistics, const lk_model *model);
void lk_statistics_release(lk_statistics *statistics);

// Looks at the operations of a tape from now on, until lk_statistics_unwatch. Without memory the
// tape fails.
void lk_statistics_watch(lk_statistics *statistics, lk_tape *tape);
void lk_statistics_unwatch(lk_statistics *statistics);
// Looks at weights and gradients before the step, and at what the step has changed.
void lk_statistics_before_step(lk_statistics *statistics);
void lk_statistics_after_step(lk_statistics *statistics);
// Borrowed.
lk_step_stats lk_statistics_get(const lk_statistics *statistics);

#endif
