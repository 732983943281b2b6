// Reverse-mode differentiation. Operations run at once and are noted on a tape; walking the tape
// backwards visits every operation after all that use its result, so no sorting and no recursion is
// needed.
//
// Lifetimes: nodes, results and gradients of results live in the tape's arena until lk_tape_reset,
// which keeps the memory; a step that repeats allocates nothing. Gradients of leaves belong to
// their owners and outlive the tape.
//
// Failure: an op that cannot allocate gives NULL and the tape remembers it; ops of a failed tape
// give NULL at once, so that a network is written without a check after each op. lk_tape_status
// tells at the end.
#ifndef LK_TAPE_H
#define LK_TAPE_H

#include "arena.h"
#include "grad/tensor.h"

// A gradient buffer that waits to be used again.
typedef struct lk_spare_buffer lk_spare_buffer;

// Sees an op after its forward pass (grad/op.h).
typedef struct lk_tape_observer {
    void (*see)(void *user, const lk_node *node); // NULL: nobody looks
    void *user;
} lk_tape_observer;

// Is told that a pass of an op has ended, so that it can look at a clock; of no op (NULL) where
// something else took time.
typedef struct lk_tape_meter {
    void (*passed)(void *user, const lk_node *node, bool backward); // NULL: nobody measures
    void *user;
} lk_tape_meter;

typedef struct lk_tape {
    lk_context *context;
    lk_kernels kernels; // the context's; in double, the reference kernels
    lk_arena arena;
    lk_node *last;
    lk_spare_buffer *spare;
    lk_status status;
    bool recording; // gradients are wanted
    bool keeping;   // the gradients of results stay until the tape is reset, to be looked at
    bool training;  // dropout is on
    uint64_t seed;  // of dropout, with step and the index of the op within the step
    uint64_t step;
    uint32_t dropout_index; // of the next op
    lk_tape_observer observer;
    lk_tape_meter meter;
} lk_tape;

lk_tape lk_tape_make(lk_context *context);
void lk_tape_release(lk_tape *tape);
// Forgets all nodes and tensors and keeps the memory. Switches and dropout's position stay.
void lk_tape_reset(lk_tape *tape);
lk_status lk_tape_status(const lk_tape *tape);

// A tensor that the ops read and that has no history; `value` is borrowed.
lk_tensor *lk_tape_constant(lk_tape *tape, int rank, const size_t *shape, lk_real *value);

// Sets d(loss)/d(loss) to `seed` and adds to the gradient of every leaf that needs one. `loss` must
// be a scalar of this tape. Can be done once for each tape.
lk_status lk_tape_backward(lk_tape *tape, lk_tensor *loss, double seed);

#endif
