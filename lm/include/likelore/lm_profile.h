// Where the time of training goes: the passes of each operation, and what is beside them. Every
// moment of a step is in one row, so that the rows add up to it. Nothing that is computed changes.
#ifndef LIKELORE_LM_PROFILE_H
#define LIKELORE_LM_PROFILE_H

#include "likelore/bench.h"
#include "likelore/json.h"
#include "likelore/lm.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum lk_profile_phase {
    LK_PROFILE_FORWARD,
    LK_PROFILE_BACKWARD,
    LK_PROFILE_OUTSIDE, // data, gradient norm, optimizer, other
    LK_PROFILE_PHASES
} lk_profile_phase;

const char *lk_profile_phase_name(lk_profile_phase phase); // "forward", …

// Sums over all steps. Operations and bytes follow from the shapes alone: they are what the pass
// takes at the least, each number being read or written once and nothing computed twice.
enum { LK_PROFILE_SHAPE_BYTES = 80 };
typedef struct lk_profile_row {
    lk_profile_phase phase;
    const char *name; // of the operation, such as "linear", or of what is outside
    // Of a linear layer "3072×384×1536 gelu": rows × inputs × outputs, and the activation; of
    // attention "12×256, 6 heads × 64": sequences × tokens; of the loss rows × channels ×
    // vocabulary. "" of others.
    char shape[LK_PROFILE_SHAPE_BYTES];
    uint64_t calls;
    double seconds;
    double products;   // operations of matrix products, a multiplication and an addition being two
    double operations; // of these, and of rotations, softmax and norms
    double bytes;
} lk_profile_row;

typedef struct lk_step_profile {
    uint64_t steps; // measured
    uint64_t step_tokens;
    double seconds; // of all these steps: the sum of the rows
    const lk_profile_row *rows;
    size_t row_count;
    // In bytes, now: what the trainer holds for the model, the gradients, the optimizer and a
    // step's results; and the most that the context had ever allocated before
    // lk_trainer_profile_end.
    uint64_t model_bytes, gradient_bytes, optimizer_bytes, step_bytes, peak_bytes;
} lk_step_profile;

// Measures the optimizer steps from the next but `warmup` on, by the caller's clock, and forgets
// what was measured before.
lk_status lk_trainer_profile_begin(lk_trainer *trainer, lk_clock *clock, uint64_t warmup);
// What was measured stays.
void lk_trainer_profile_end(lk_trainer *trainer);
// Borrowed until the next step. Without lk_trainer_profile_begin it has no steps.
lk_step_profile lk_trainer_profile_get(const lk_trainer *trainer);

// As tables, the slowest first, with speeds and the share of the ceiling that each row is nearest
// to; `ceilings` may be NULL. Of no steps it is one line.
void lk_step_profile_text(lk_buffer *out, const lk_step_profile *profile,
                          const lk_ceilings *ceilings);
// {"version","steps","step_tokens","ms_per_step","tokens_per_s","ceilings":{"gflops","gb_per_s"},
// "rows":[{"phase","name","shape","calls","ms","share","operations","bytes","gflops","gb_per_s",
// "bound","of_ceiling"}…],"memory":{…}}: calls, ms, operations and bytes are of one step.
lk_status lk_step_profile_json(lk_context *context, lk_buffer *out, const lk_step_profile *profile,
                               const lk_ceilings *ceilings);

#ifdef __cplusplus
}
#endif

#endif
