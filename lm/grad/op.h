// Inside the tape: nodes, the table of ops, and how an op's backward pass hands gradients on.
//
// An op is one row of the table: its name, the rule that gives the shape of its result, its forward
// and its backward pass, and what these cost. The files ops_*.c hold these functions, forward and
// backward next to each other, and the function by which the op is put on a tape.
#ifndef LK_OP_H
#define LK_OP_H

#include "grad/ops.h"
#include "grad/tape.h"
#include "matmul.h"

enum { LK_MAX_INPUTS = 3 };

// What an op needs beside its inputs.
typedef union lk_attributes {
    lk_real factor;     // scale
    lk_unary function;  // unary
    double epsilon;     // norms of rows
    lk_dropout dropout; // dropout
    struct {
        bool active;
        lk_unary function;
    } activation; // linear
    struct {
        const uint32_t *ids;
        int rank;
        size_t shape[LK_MAX_RANK - 1];
    } lookup; // embedding
    struct {
        lk_attention_options options;
        lk_dropout dropout;
    } attention;
    lk_rotation rotation;   // rope
    const int32_t *targets; // cross_entropy
    struct {
        size_t begin, end;
    } columns; // slice
    struct {
        int rank;
        size_t shape[LK_MAX_RANK];
    } view; // reshape
    struct {
        lk_batch_statistics kept;
        bool of_batch; // mean and variance are those of the input
    } batchnorm;
} lk_attributes;

struct lk_node {
    const lk_op *op;
    lk_node *previous;
    lk_tensor *inputs[LK_MAX_INPUTS]; // NULL where an optional one is missing
    lk_tensor output;
    lk_attributes attributes;
    lk_real *saved[2]; // what the forward pass keeps for the backward pass
};

// What a pass of an op takes where nothing is computed twice, and each number it needs or gives is
// read or written once: less than it does, so that the speeds which follow are of use. Not counted,
// as in likelore/lm_cost.h: biases, residuals, activations, dropout. Backward, softmax and norms
// are counted twice.
typedef struct lk_op_cost {
    double products;   // operations of matrix products, a multiplication and an addition being two
    double operations; // of these, and of rotations, softmax and norms
    double numbers;    // read and written
} lk_op_cost;

struct lk_op {
    const char *name;
    // Sets rank and shape of node->output; false when the inputs do not fit each other. Sets its
    // value too where the result lies in memory that is there already.
    bool (*shape)(lk_node *node);
    void (*forward)(lk_tape *tape, lk_node *node);
    // Adds to the gradients of the inputs that want one.
    void (*backward)(lk_tape *tape, lk_node *node);
    lk_op_cost (*cost)(const lk_node *node, bool backward);
};

// Puts an op on the tape and runs it. NULL when the tape has failed.
lk_tensor *lk_tape_apply(lk_tape *tape, lk_op_code code, lk_tensor *first, lk_tensor *second,
                         lk_tensor *third, const lk_attributes *attributes);

// ---- Shape rules shared by ops ------------------------------------------------------------------

bool lk_shape_as(lk_node *node, const lk_tensor *tensor);
bool lk_shape_set(lk_node *node, int rank, const size_t *shape);
// The shape of the first input.
bool lk_shape_unary(lk_node *node);
bool lk_shape_scalar(lk_node *node);

// ---- Costs shared by ops ------------------------------------------------------------------------

// Elements of an input, which may be missing.
static inline double lk_count_of(const lk_tensor *tensor) {
    return tensor ? (double)tensor->count : 0;
}

static inline lk_op_cost lk_cost_of_moving(double numbers) {
    return (lk_op_cost){.numbers = numbers};
}

static inline lk_op_cost lk_cost_of_products(double products, double numbers) {
    return (lk_op_cost){products, products, numbers};
}

// `operations` of each element forward; backward x and dy make dx.
static inline lk_op_cost lk_cost_of_norm(const lk_tensor *output, double operations,
                                         bool backward) {
    double count = (double)output->count;
    return (lk_op_cost){.operations = (backward ? 2 : 1) * operations * count,
                        .numbers = (backward ? 3 : 2) * count};
}

// ---- Memory of a step ---------------------------------------------------------------------------

// Room until the tape is reset; NULL, and the tape failed, when there is none.
lk_real *lk_tape_room(lk_tape *tape, size_t count);
// Room that lk_tape_give_back makes free for the next taker of the same count.
lk_real *lk_tape_borrow(lk_tape *tape, size_t count);
void lk_tape_give_back(lk_tape *tape, lk_real *room);

// Rows of logits that cross-entropy holds at once, of `rows`.
size_t lk_cross_entropy_chunk(size_t rows, size_t vocabulary);
// Elements that attention borrows for each thread: heads of `width` channels see `keys` positions.
size_t lk_attention_scratch(const lk_kernels *kernels, size_t width, size_t keys);

// ---- Gradients ----------------------------------------------------------------------------------

// Whether the backward pass must give this input (which may be missing) a gradient.
bool lk_wants_gradient(const lk_tensor *tensor);
// Where to put a gradient: on top of what is there when *accumulate, else over memory that is not
// initialised. NULL when the tape has failed.
lk_real *lk_gradient_target(lk_tape *tape, lk_tensor *tensor, bool *accumulate);
// The same for those that can only add: zeros are laid first.
lk_real *lk_gradient_sum(lk_tape *tape, lk_tensor *tensor);
// The same for an op that works element by element: where it can be, the buffer of the result's
// gradient is handed over, so that the work is done in place.
lk_real *lk_gradient_in_place(lk_tape *tape, lk_node *node, lk_tensor *tensor, bool *accumulate);
// Hands dy, the gradient of the result, on to an input of as many elements as it is.
void lk_gradient_pass(lk_tape *tape, lk_node *node, lk_tensor *input, const lk_real *dy);
// The same for an op that overwrites: the gradient's own memory for its first part, else borrowed
// memory (*borrowed), also where no gradient is wanted; lk_gradient_end_part adds that and gives it
// back.
lk_real *lk_gradient_begin_part(lk_tape *tape, lk_tensor *tensor, bool *borrowed);
void lk_gradient_end_part(lk_tape *tape, lk_tensor *tensor, lk_real *part, bool borrowed);
// Where the gradient of the result may be worked on: its own memory, or, where others read that,
// borrowed memory that is not initialised (*borrowed).
lk_real *lk_gradient_writable(lk_tape *tape, lk_node *node, bool *borrowed);

// ---- Parallel work ------------------------------------------------------------------------------

// Does the elements begin … end-1.
typedef void (*lk_range_task)(void *argument, size_t begin, size_t end);

// Elements of one task of cheap work: some hundred kilobytes with its operands.
enum { LK_GRAIN = 16384 };

// Splits 0 … count-1 into ranges of `grain` (the last one shorter) and does them on the pool.
void lk_parallel_ranges(const lk_tape *tape, size_t count, size_t grain, lk_range_task task,
                        void *argument);
// Rows per task when a row has `columns` elements.
size_t lk_row_grain(size_t columns);
// Rows that are added up by one task, where columns are summed.
enum { LK_SUM_BLOCK_ROWS = 128 };
// target[j] = or += Σ_i x[i][j] over m rows of n. Rows are summed in blocks of a fixed size and the
// blocks in order, so that the threads leave no trace.
void lk_sum_columns(lk_tape *tape, lk_tensor *target, const lk_real *x, size_t m, size_t n);
// The same of an x that `make` makes, range by range of its elements; it may be NULL.
void lk_make_and_sum_columns(lk_tape *tape, lk_tensor *target, const lk_real *x, size_t m, size_t n,
                             lk_range_task make, void *argument);
// The matrix product of the kernel table, on all threads.
void lk_tape_gemm(const lk_tape *tape, bool transpose_a, bool transpose_b, size_t m, size_t n,
                  size_t k, const lk_real *a, size_t lda, const lk_real *b, size_t ldb, lk_real *c,
                  size_t ldc, bool accumulate);
// c (m×n) = a b, and then the epilogue where it is not NULL.
void lk_tape_gemm_then(const lk_tape *tape, size_t m, size_t n, size_t k, const lk_real *a,
                       const lk_real *b, lk_real *c, const lk_epilogue *epilogue);

// ---- Dropout -----------------------------------------------------------------------------------

// The stream of the next dropout of this step; not active unless the tape is training and p > 0.
lk_dropout lk_dropout_draw(lk_tape *tape, double p);
// y = dropout(x) for the elements first … first+count-1 of the stream; y may be x.
void lk_dropout_apply(const lk_kernels *kernels, const lk_dropout *dropout, lk_real *y,
                      const lk_real *x, uint64_t first, size_t count);

// ---- The rows of the table ----------------------------------------------------------------------

#define LK_OP_DECLARE(CODE, name)                                                                  \
    LK_REAL_RENAME(lk_##name##_shape)                                                              \
    LK_REAL_RENAME(lk_##name##_forward)                                                            \
    LK_REAL_RENAME(lk_##name##_backward)                                                           \
    LK_REAL_RENAME(lk_##name##_cost)                                                               \
    bool lk_##name##_shape(lk_node *node);                                                         \
    void lk_##name##_forward(lk_tape *tape, lk_node *node);                                        \
    void lk_##name##_backward(lk_tape *tape, lk_node *node);                                       \
    lk_op_cost lk_##name##_cost(const lk_node *node, bool backward);
LK_OP_LIST(LK_OP_DECLARE)
#undef LK_OP_DECLARE

#endif
