#include "train/schedule.h"

#include "mathfn.h"

#define PI 3.14159265358979323846

double lk_schedule_rate(const lk_schedule *schedule, uint64_t iteration) {
    if (!schedule->decay) return schedule->learning_rate;
    if (iteration < schedule->warmup)
        return schedule->learning_rate * (double)(iteration + 1) / (double)(schedule->warmup + 1);
    if (iteration >= schedule->decay_end) return schedule->min_learning_rate;
    double progress =
        (double)(iteration - schedule->warmup) / (double)(schedule->decay_end - schedule->warmup);
    double part = .5 * (1 + lk_cos(PI * progress));
    return schedule->min_learning_rate +
           part * (schedule->learning_rate - schedule->min_learning_rate);
}
