#include "train/schedule.h"

#include "mathfn.h"

#define PI 3.14159265358979323846

static double warming_rate(const lk_schedule *s, uint64_t iteration) {
    if (s->warmup_from_zero) return s->learning_rate * (double)iteration / (double)s->warmup;
    return s->learning_rate * (double)(iteration + 1) / (double)(s->warmup + 1);
}

// Where the fall begins: not before the warm-up is over.
static uint64_t fall_begin(const lk_schedule *s) {
    if (s->shape == LK_SCHEDULE_STEP) return s->decay_end;
    if (s->shape != LK_SCHEDULE_WSD || s->fall > s->decay_end - s->warmup) return s->warmup;
    return s->decay_end - s->fall;
}

// The part of the way down that is left, of an iteration between warm-up and decay_end.
static double part_left(const lk_schedule *s, uint64_t iteration) {
    uint64_t begin = fall_begin(s);
    if (iteration < begin) return 1;
    double progress = (double)(iteration - begin) / (double)(s->decay_end - begin);
    return s->shape == LK_SCHEDULE_COSINE ? .5 * (1 + lk_cos(PI * progress)) : 1 - progress;
}

double lk_schedule_rate(const lk_schedule *s, uint64_t iteration) {
    if (s->shape == LK_SCHEDULE_CONSTANT) return s->learning_rate;
    if (iteration < s->warmup) return warming_rate(s, iteration);
    if (iteration >= s->decay_end) return s->min_learning_rate;
    return s->min_learning_rate +
           part_left(s, iteration) * (s->learning_rate - s->min_learning_rate);
}
