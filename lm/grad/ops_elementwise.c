// Ops that work element by element, and sums.
#include "grad/op.h"

#include "mathfn.h"

#ifdef LK_REAL_IS_DOUBLE
#define FUNCTION(name) lk_##name
#else
#define FUNCTION(name) lk_##name##f
#endif

// ---- Two tensors meet ---------------------------------------------------------------------------

// Whether b's shape equals the last dimensions of a's.
static bool repeats_over(const lk_tensor *a, const lk_tensor *b) {
    if (b->rank > a->rank) return false;
    const size_t *tail = a->shape + (a->rank - b->rank);
    return memcmp(tail, b->shape, (size_t)b->rank * sizeof *tail) == 0;
}

static bool broadcast_shape(lk_node *node) {
    return repeats_over(node->inputs[0], node->inputs[1]) && lk_shape_as(node, node->inputs[0]);
}

typedef void (*pair_kernel)(lk_real *y, const lk_real *a, const lk_real *b, size_t n);

typedef struct pair_job {
    pair_kernel kernel;
    lk_real *y;
    const lk_real *a, *b;
    size_t period; // elements of b
} pair_job;

static void run_pairs(void *argument, size_t begin, size_t end) {
    const pair_job *job = argument;
    while (begin < end) {
        size_t offset = begin % job->period, count = job->period - offset;
        if (count > end - begin) count = end - begin;
        job->kernel(job->y + begin, job->a + begin, job->b + offset, count);
        begin += count;
    }
}

// y = kernel(a, b), b repeated every `period` elements.
static void apply_pairs(const lk_tape *tape, pair_kernel kernel, lk_real *y, const lk_real *a,
                        const lk_real *b, size_t count, size_t period) {
    pair_job job = {kernel, y, a, b, period};
    lk_parallel_ranges(tape, count, LK_GRAIN, run_pairs, &job);
}

typedef struct copy_job {
    const lk_kernels *kernels;
    lk_real *to;
    const lk_real *from;
    bool accumulate;
} copy_job;

static void run_copy(void *argument, size_t begin, size_t end) {
    const copy_job *job = argument;
    lk_real *to = job->to + begin;
    const lk_real *from = job->from + begin;
    if (job->accumulate)
        job->kernels->accumulate(to, from, end - begin);
    else
        memcpy(to, from, (end - begin) * sizeof *to);
}

static void copy_or_accumulate(const lk_tape *tape, lk_real *to, const lk_real *from, size_t count,
                               bool accumulate) {
    copy_job job = {&tape->kernels, to, from, accumulate};
    if (to != from || accumulate) lk_parallel_ranges(tape, count, LK_GRAIN, run_copy, &job);
}

void lk_gradient_pass(lk_tape *tape, lk_node *node, lk_tensor *input, const lk_real *dy) {
    bool accumulate;
    lk_real *target = lk_gradient_in_place(tape, node, input, &accumulate);
    if (target) copy_or_accumulate(tape, target, dy, input->count, accumulate);
}

static void give_copy(lk_tape *tape, lk_tensor *input, const lk_real *from) {
    bool accumulate;
    lk_real *target = lk_gradient_target(tape, input, &accumulate);
    if (target) copy_or_accumulate(tape, target, from, input->count, accumulate);
}

// Adds parts, one for each element of the result, to the gradient of b, which is repeated.
static void give_repeated(lk_tape *tape, lk_tensor *b, const lk_real *parts, size_t count) {
    lk_sum_columns(tape, b, parts, count / b->count, b->count);
}

// ---- a + b --------------------------------------------------------------------------------------

bool lk_add_shape(lk_node *node) { return broadcast_shape(node); }

void lk_add_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    apply_pairs(tape, tape->kernels.add, node->output.value, a->value, b->value, a->count,
                b->count);
}

// Whether b may look at a gradient that a owns: b's own op is the next one that the backward pass
// visits, so that nothing is added to a's before b's has been used, unless that op itself adds.
static bool may_share(const lk_node *node, const lk_tensor *a, const lk_tensor *b) {
    if (!b->source || b->source != node->previous || b->gradient || a == b) return false;
    for (int i = 0; i < LK_MAX_INPUTS; i++)
        if (b->source->inputs[i] == a) return false;
    return true;
}

void lk_add_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    lk_real *dy = node->output.gradient;
    bool repeated = b->count != a->count;
    // While the result's gradient is still its own.
    if (lk_wants_gradient(b) && repeated) give_repeated(tape, b, dy, a->count);
    if (lk_wants_gradient(a)) lk_gradient_pass(tape, node, a, dy);
    if (!lk_wants_gradient(b) || repeated) return;
    bool owned_by_a = a->gradient == dy && !a->gradient_shared;
    if (owned_by_a && may_share(node, a, b)) {
        b->gradient = dy;
        b->gradient_set = b->gradient_shared = true;
    } else {
        lk_gradient_pass(tape, node, b, dy);
    }
}

// Gradients of one shape are handed on.
lk_op_cost lk_add_cost(const lk_node *node, bool backward) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    bool repeated = b->count != a->count;
    if (backward) return lk_cost_of_moving(repeated ? lk_count_of(a) + lk_count_of(b) : 0);
    return lk_cost_of_moving(2 * lk_count_of(a) + lk_count_of(b));
}

lk_tensor *lk_add(lk_tape *tape, lk_tensor *a, lk_tensor *b) {
    return lk_tape_apply(tape, LK_OP_ADD, a, b, NULL, NULL);
}

// ---- a b ----------------------------------------------------------------------------------------

bool lk_multiply_shape(lk_node *node) { return broadcast_shape(node); }

void lk_multiply_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    apply_pairs(tape, tape->kernels.multiply, node->output.value, a->value, b->value, a->count,
                b->count);
}

void lk_multiply_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    const lk_real *dy = node->output.gradient;
    if (lk_wants_gradient(b)) {
        lk_real *parts = lk_tape_borrow(tape, a->count);
        if (!parts) return;
        apply_pairs(tape, tape->kernels.multiply, parts, dy, a->value, a->count, a->count);
        give_repeated(tape, b, parts, a->count);
        lk_tape_give_back(tape, parts);
    }
    if (lk_wants_gradient(a)) {
        bool accumulate;
        lk_real *target = lk_gradient_in_place(tape, node, a, &accumulate);
        pair_kernel kernel =
            accumulate ? tape->kernels.multiply_accumulate : tape->kernels.multiply;
        if (target) apply_pairs(tape, kernel, target, dy, b->value, a->count, b->count);
    }
}

lk_op_cost lk_multiply_cost(const lk_node *node, bool backward) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    return lk_cost_of_moving(2 * lk_count_of(a) + lk_count_of(b) +
                             (backward ? lk_count_of(a) + lk_count_of(b) : 0));
}

lk_tensor *lk_multiply(lk_tape *tape, lk_tensor *a, lk_tensor *b) {
    return lk_tape_apply(tape, LK_OP_MULTIPLY, a, b, NULL, NULL);
}

// ---- factor x -----------------------------------------------------------------------------------

typedef struct scale_job {
    void (*kernel)(lk_real *y, const lk_real *x, lk_real factor, size_t n);
    lk_real *y;
    const lk_real *x;
    lk_real factor;
} scale_job;

static void run_scale(void *argument, size_t begin, size_t end) {
    const scale_job *job = argument;
    job->kernel(job->y + begin, job->x + begin, job->factor, end - begin);
}

bool lk_scale_shape(lk_node *node) { return lk_shape_unary(node); }

void lk_scale_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    scale_job job = {tape->kernels.scale, node->output.value, x->value, node->attributes.factor};
    lk_parallel_ranges(tape, x->count, LK_GRAIN, run_scale, &job);
}

void lk_scale_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *x = node->inputs[0];
    const lk_real *dy = node->output.gradient;
    bool accumulate;
    lk_real *target = lk_gradient_in_place(tape, node, x, &accumulate);
    if (!target) return;
    scale_job job = {accumulate ? tape->kernels.scale_accumulate : tape->kernels.scale, target, dy,
                     node->attributes.factor};
    lk_parallel_ranges(tape, x->count, LK_GRAIN, run_scale, &job);
}

lk_op_cost lk_scale_cost(const lk_node *node, bool backward) {
    (void)backward;
    return lk_cost_of_moving(2 * lk_count_of(node->inputs[0]));
}

lk_tensor *lk_scale(lk_tape *tape, lk_tensor *x, double factor) {
    lk_attributes attributes = {.factor = (lk_real)factor};
    return lk_tape_apply(tape, LK_OP_SCALE, x, NULL, NULL, &attributes);
}

// ---- a - b --------------------------------------------------------------------------------------

static void subtract(lk_real *y, const lk_real *a, const lk_real *b, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = a[i] - b[i];
}

bool lk_subtract_shape(lk_node *node) { return broadcast_shape(node); }

void lk_subtract_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    apply_pairs(tape, subtract, node->output.value, a->value, b->value, a->count, b->count);
}

void lk_subtract_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    const lk_real *dy = node->output.gradient;
    if (lk_wants_gradient(b)) {
        lk_real *parts = lk_tape_borrow(tape, a->count);
        if (!parts) return;
        scale_job job = {tape->kernels.scale, parts, dy, -1};
        lk_parallel_ranges(tape, a->count, LK_GRAIN, run_scale, &job);
        give_repeated(tape, b, parts, a->count);
        lk_tape_give_back(tape, parts);
    }
    if (lk_wants_gradient(a)) lk_gradient_pass(tape, node, a, dy);
}

lk_op_cost lk_subtract_cost(const lk_node *node, bool backward) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    return lk_cost_of_moving((backward ? 1 : 2) * lk_count_of(a) + lk_count_of(b));
}

lk_tensor *lk_subtract(lk_tape *tape, lk_tensor *a, lk_tensor *b) {
    return lk_tape_apply(tape, LK_OP_SUBTRACT, a, b, NULL, NULL);
}

// ---- a / b --------------------------------------------------------------------------------------

static void divide(lk_real *y, const lk_real *a, const lk_real *b, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = a[i] / b[i];
}

bool lk_divide_shape(lk_node *node) { return broadcast_shape(node); }

void lk_divide_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    apply_pairs(tape, divide, node->output.value, a->value, b->value, a->count, b->count);
}

// da = dy / b, db = -y da
void lk_divide_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    lk_real *parts = lk_tape_borrow(tape, a->count);
    if (!parts) return;
    apply_pairs(tape, divide, parts, node->output.gradient, b->value, a->count, b->count);
    if (lk_wants_gradient(a)) give_copy(tape, a, parts);
    if (lk_wants_gradient(b)) {
        scale_job job = {tape->kernels.scale, parts, parts, -1};
        lk_parallel_ranges(tape, a->count, LK_GRAIN, run_scale, &job);
        apply_pairs(tape, tape->kernels.multiply, parts, parts, node->output.value, a->count,
                    a->count);
        give_repeated(tape, b, parts, a->count);
    }
    lk_tape_give_back(tape, parts);
}

// Backward: dy, y and b make da and db.
lk_op_cost lk_divide_cost(const lk_node *node, bool backward) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    if (backward) return lk_cost_of_moving(3 * lk_count_of(a) + 2 * lk_count_of(b));
    return lk_cost_of_moving(2 * lk_count_of(a) + lk_count_of(b));
}

lk_tensor *lk_divide(lk_tape *tape, lk_tensor *a, lk_tensor *b) {
    return lk_tape_apply(tape, LK_OP_DIVIDE, a, b, NULL, NULL);
}

// ---- a^b ----------------------------------------------------------------------------------------

static void raise(lk_real *y, const lk_real *a, const lk_real *b, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = FUNCTION(pow)(a[i], b[i]);
}

bool lk_power_shape(lk_node *node) { return broadcast_shape(node); }

void lk_power_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    apply_pairs(tape, raise, node->output.value, a->value, b->value, a->count, b->count);
}

typedef struct power_job {
    const lk_node *node;
    lk_real *parts;
} power_job;

// ∂(a^b)/∂a = b a^(b-1), which is 0 for b = 0 even where a is 0.
static void run_slope_of_base(void *argument, size_t begin, size_t end) {
    const power_job *job = argument;
    const lk_tensor *a = job->node->inputs[0], *b = job->node->inputs[1];
    for (size_t i = begin; i < end; i++) {
        lk_real exponent = b->value[i % b->count];
        lk_real slope = exponent == 0 ? 0 : exponent * FUNCTION(pow)(a->value[i], exponent - 1);
        job->parts[i] = slope * job->node->output.gradient[i];
    }
}

// ∂(a^b)/∂b = a^b log a, which goes to 0 as a does if b is positive.
static void run_slope_of_exponent(void *argument, size_t begin, size_t end) {
    const power_job *job = argument;
    const lk_tensor *a = job->node->inputs[0], *b = job->node->inputs[1];
    for (size_t i = begin; i < end; i++) {
        bool vanishes = a->value[i] == 0 && b->value[i % b->count] >= 0;
        lk_real slope = vanishes ? 0 : job->node->output.value[i] * FUNCTION(log)(a->value[i]);
        job->parts[i] = slope * job->node->output.gradient[i];
    }
}

void lk_power_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    power_job job = {node, lk_tape_borrow(tape, a->count)};
    if (!job.parts) return;
    if (lk_wants_gradient(a)) {
        lk_parallel_ranges(tape, a->count, LK_GRAIN, run_slope_of_base, &job);
        give_copy(tape, a, job.parts);
    }
    if (lk_wants_gradient(b)) {
        lk_parallel_ranges(tape, a->count, LK_GRAIN, run_slope_of_exponent, &job);
        give_repeated(tape, b, job.parts, a->count);
    }
    lk_tape_give_back(tape, job.parts);
}

// Backward: dy, y, a and b make da and db.
lk_op_cost lk_power_cost(const lk_node *node, bool backward) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    if (backward) return lk_cost_of_moving(4 * lk_count_of(a) + 2 * lk_count_of(b));
    return lk_cost_of_moving(2 * lk_count_of(a) + lk_count_of(b));
}

lk_tensor *lk_power(lk_tape *tape, lk_tensor *a, lk_tensor *b) {
    return lk_tape_apply(tape, LK_OP_POWER, a, b, NULL, NULL);
}

// ---- f(x) ---------------------------------------------------------------------------------------

typedef struct unary_job {
    const lk_kernels *kernels;
    lk_unary function;
    lk_real *to;
    const lk_real *dy, *x, *y;
    bool accumulate;
} unary_job;

enum { PIECE = 1024 }; // of a gradient that is added to another

static void run_unary(void *argument, size_t begin, size_t end) {
    const unary_job *job = argument;
    job->kernels->unary[job->function](job->to + begin, job->x + begin, end - begin);
}

static void run_unary_backward(void *argument, size_t begin, size_t end) {
    const unary_job *job = argument;
    lk_real piece[PIECE];
    for (size_t i = begin; i < end; i += PIECE) {
        size_t count = end - i < PIECE ? end - i : PIECE;
        job->kernels->unary_backward[job->function](job->accumulate ? piece : job->to + i,
                                                    job->dy + i, job->x + i, job->y + i, count);
        if (job->accumulate) job->kernels->accumulate(job->to + i, piece, count);
    }
}

bool lk_unary_shape(lk_node *node) { return lk_shape_unary(node); }

void lk_unary_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    unary_job job = {.kernels = &tape->kernels,
                     .function = node->attributes.function,
                     .to = node->output.value,
                     .x = x->value};
    lk_parallel_ranges(tape, x->count, LK_GRAIN, run_unary, &job);
}

void lk_unary_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *x = node->inputs[0];
    unary_job job = {.kernels = &tape->kernels,
                     .function = node->attributes.function,
                     .dy = node->output.gradient,
                     .x = x->value,
                     .y = node->output.value};
    job.to = lk_gradient_in_place(tape, node, x, &job.accumulate);
    if (job.to) lk_parallel_ranges(tape, x->count, LK_GRAIN, run_unary_backward, &job);
}

// Backward: dy, and x or y, make dx.
lk_op_cost lk_unary_cost(const lk_node *node, bool backward) {
    return lk_cost_of_moving((backward ? 3 : 2) * lk_count_of(node->inputs[0]));
}

lk_tensor *lk_apply_unary(lk_tape *tape, lk_tensor *x, lk_unary function) {
    lk_attributes attributes = {.function = function};
    return lk_tape_apply(tape, LK_OP_UNARY, x, NULL, NULL, &attributes);
}

// ---- Σ x, mean x and mean x² --------------------------------------------------------------------

static void fill_gradient(lk_tape *tape, lk_tensor *x, lk_real value) {
    lk_real *target = lk_gradient_sum(tape, x);
    if (!target) return;
    for (size_t i = 0; i < x->count; i++) target[i] += value;
}

bool lk_sum_shape(lk_node *node) { return lk_shape_scalar(node); }

void lk_sum_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    *node->output.value = (lk_real)tape->kernels.sum(x->value, x->count);
}

void lk_sum_backward(lk_tape *tape, lk_node *node) {
    fill_gradient(tape, node->inputs[0], *node->output.gradient);
}

lk_op_cost lk_sum_cost(const lk_node *node, bool backward) {
    (void)backward;
    return lk_cost_of_moving(lk_count_of(node->inputs[0]));
}

lk_tensor *lk_sum(lk_tape *tape, lk_tensor *x) {
    return lk_tape_apply(tape, LK_OP_SUM, x, NULL, NULL, NULL);
}

bool lk_mean_shape(lk_node *node) { return node->inputs[0]->count > 0 && lk_shape_scalar(node); }

void lk_mean_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    *node->output.value = (lk_real)(tape->kernels.sum(x->value, x->count) / (double)x->count);
}

void lk_mean_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *x = node->inputs[0];
    fill_gradient(tape, x, *node->output.gradient / (lk_real)x->count);
}

lk_op_cost lk_mean_cost(const lk_node *node, bool backward) {
    (void)backward;
    return lk_cost_of_moving(lk_count_of(node->inputs[0]));
}

lk_tensor *lk_mean(lk_tape *tape, lk_tensor *x) {
    return lk_tape_apply(tape, LK_OP_MEAN, x, NULL, NULL, NULL);
}

bool lk_mean_square_shape(lk_node *node) { return lk_mean_shape(node); }

void lk_mean_square_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    *node->output.value =
        (lk_real)(tape->kernels.square_sum(x->value, x->count) / (double)x->count);
}

// dx = 2 dy x / n
void lk_mean_square_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *x = node->inputs[0];
    bool accumulate;
    lk_real *target = lk_gradient_target(tape, x, &accumulate);
    if (!target) return;
    scale_job job = {accumulate ? tape->kernels.scale_accumulate : tape->kernels.scale, target,
                     x->value, 2 * *node->output.gradient / (lk_real)x->count};
    lk_parallel_ranges(tape, x->count, LK_GRAIN, run_scale, &job);
}

// Backward, dx is made of x.
lk_op_cost lk_mean_square_cost(const lk_node *node, bool backward) {
    return lk_cost_of_moving((backward ? 2 : 1) * lk_count_of(node->inputs[0]));
}

lk_tensor *lk_mean_square(lk_tape *tape, lk_tensor *x) {
    return lk_tape_apply(tape, LK_OP_MEAN_SQUARE, x, NULL, NULL, NULL);
}
