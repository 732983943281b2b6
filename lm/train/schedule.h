// The learning rate as a function of the iteration.
#ifndef LK_SCHEDULE_H
#define LK_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct lk_schedule {
    bool decay; // false: learning_rate from the first step to the last
    double learning_rate, min_learning_rate;
    uint64_t warmup, decay_end;
} lk_schedule;

// nanoGPT's: learning_rate (it+1)/(warmup+1) while it < warmup, a half cosine down to
// min_learning_rate at decay_end, that rate afterwards.
double lk_schedule_rate(const lk_schedule *schedule, uint64_t iteration);

#endif
