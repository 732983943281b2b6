// The learning rate as a function of the iteration.
#ifndef LK_SCHEDULE_H
#define LK_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

// In the order of the names below, which are those of the setting `schedule`.
typedef enum lk_schedule_shape {
    LK_SCHEDULE_CONSTANT,
    LK_SCHEDULE_LINEAR,
    LK_SCHEDULE_COSINE,
    LK_SCHEDULE_WSD,
    LK_SCHEDULE_STEP
} lk_schedule_shape;
#define LK_SCHEDULE_CHOICES "constant|linear|cosine|wsd|step"

typedef struct lk_schedule {
    lk_schedule_shape shape;
    bool warmup_from_zero;
    double learning_rate, min_learning_rate;
    uint64_t warmup;    // steps
    uint64_t decay_end; // from this iteration on min_learning_rate
    uint64_t fall;      // WSD: steps of the fall that ends there
} lk_schedule;

// Constant: learning_rate from the first step to the last, without a warm-up. The others, of which
// nanoGPT and CS336 have the cosine and Hu et al. 2024 ("MiniCPM") the last:
//
//     it < warmup      learning_rate (it+1)/(warmup+1), as nanoGPT has it; with warmup_from_zero
//                      learning_rate it/warmup, as CS336 has it, 0 at the first step
//     then             falling to min_learning_rate, linearly or along a half cosine, from the end
//                      of the warm-up on; WSD (warm-up, stable, decay) stays at learning_rate and
//                      falls linearly in the `fall` steps before decay_end; step falls at once
//                      at decay_end
//     it >= decay_end  min_learning_rate
double lk_schedule_rate(const lk_schedule *schedule, uint64_t iteration);

#endif
