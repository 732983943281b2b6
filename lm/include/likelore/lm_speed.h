// How fast a training will be on this machine, foretold. Steps of it are really taken, on random
// tokens in the place of its data. What would take too long or too much memory for that is made
// smaller: fewer layers, each of which takes the same time, and fewer sequences.
#ifndef LIKELORE_LM_SPEED_H
#define LIKELORE_LM_SPEED_H

#include "likelore/bench.h"
#include "likelore/json.h"
#include "likelore/lm.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lk_training_speed {
    double micro_batch_seconds; // forward and backward
    double forward_seconds;     // of these; an evaluation's batch takes about as long
    double update_seconds;      // of a step, once: gradient norm and optimizer
    double step_seconds;
    uint64_t step_tokens;
    double tokens_per_second;  // as lm train tells it, evaluations left out
    uint64_t steps;            // of the settings
    double training_seconds;   // of all of them
    double evaluation_seconds; // of all evaluations; NaN where they go through all data
    // What was measured: so many micro-batches of so many sequences; with `layers` not 0 by a model
    // of so many layers, from which the time of the others follows.
    uint32_t micro_batches, sequences, layers;
} lk_training_speed;

// Takes about `seconds` by the caller's clock, more on a slow machine, and memory as the training
// does. `vocab_size` 0: what the settings tell (lk_settings_shape). LK_ERROR_USAGE where the
// settings leave the size of a step to the data; LK_ERROR_LIMIT where even the smallest part of the
// model is above the memory limit.
lk_status lk_training_speed_measure(lk_context *context, lk_training_speed *speed,
                                    const lk_settings *settings, uint32_t vocab_size,
                                    lk_clock *clock, double seconds);

// Lines that tell it, after an empty one; and {"tokens_per_s","step_seconds","step_tokens",…} as a
// member of the object that is being written.
void lk_training_speed_text(lk_buffer *out, const lk_training_speed *speed);
void lk_training_speed_add_json(lk_json_writer *writer, const char *name,
                                const lk_training_speed *speed);

#ifdef __cplusplus
}
#endif

#endif
