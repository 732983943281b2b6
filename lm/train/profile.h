// Times of training by laps of a clock: each goes to the row of what has just ended.
#ifndef LK_PROFILE_H
#define LK_PROFILE_H

#include "grad/tape.h"
#include "likelore/lm_profile.h"

// What a step does beside its operations.
typedef enum lk_profile_part {
    LK_PROFILE_DATA,
    LK_PROFILE_NORM,
    LK_PROFILE_OPTIMIZER,
    LK_PROFILE_RANKS, // messages of other ranks, and waiting for them
    LK_PROFILE_OTHER,
    LK_PROFILE_PARTS
} lk_profile_part;

typedef struct lk_profile lk_profile;

lk_status lk_profile_new(lk_context *context, lk_profile **profile, lk_clock *clock,
                         uint64_t warmup);
void lk_profile_free(lk_profile *profile);

// A profile NULL, or one whose warm-up is not over, does nothing in all of these.
void lk_profile_step_begin(lk_profile *profile, lk_tape *tape);
// The part has ended.
void lk_profile_lap(lk_profile *profile, lk_profile_part part);
void lk_profile_step_end(lk_profile *profile, lk_tape *tape);
void lk_profile_stop(lk_profile *profile);
// Bytes that the part takes in each step, for its speed.
void lk_profile_set_bytes(lk_profile *profile, lk_profile_part part, double bytes);
// Steps, seconds and rows, and the peak of memory; no steps where there was no memory for a row.
lk_step_profile lk_profile_get(const lk_profile *profile);

#endif
