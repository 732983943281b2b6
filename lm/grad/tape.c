#include "grad/op.h"

#include "pool.h"

// ---- The table of ops ---------------------------------------------------------------------------

static const lk_op op_table[LK_OP_COUNT] = {
#define LK_OP_ROW(CODE, name)                                                                      \
    [LK_OP_##CODE] = {#name, lk_##name##_shape, lk_##name##_forward, lk_##name##_backward,         \
                      lk_##name##_cost},
    LK_OP_LIST(LK_OP_ROW)
#undef LK_OP_ROW
};

const lk_op *lk_op_at(lk_op_code code) { return &op_table[code]; }
const char *lk_op_name(lk_op_code code) { return op_table[code].name; }

// ---- Tensors ------------------------------------------------------------------------------------

size_t lk_tensor_columns(const lk_tensor *tensor) {
    return tensor->rank == 0 ? 1 : tensor->shape[tensor->rank - 1];
}

size_t lk_tensor_rows(const lk_tensor *tensor) {
    size_t rows = 1;
    for (int i = 0; i + 1 < tensor->rank; i++) rows *= tensor->shape[i];
    return rows;
}

bool lk_tensor_same_shape(const lk_tensor *a, const lk_tensor *b) {
    return a->rank == b->rank &&
           memcmp(a->shape, b->shape, (size_t)a->rank * sizeof a->shape[0]) == 0;
}

// ---- Life of a tape -----------------------------------------------------------------------------

lk_tape lk_tape_make(lk_context *context) {
    lk_tape tape = {.context = context, .arena = lk_arena_make(context, 1u << 20)};
#ifdef LK_REAL_IS_DOUBLE
    lk_kernels_reference_f64(&tape.kernels);
#else
    tape.kernels = *lk_context_kernels(context);
#endif
    return tape;
}

void lk_tape_release(lk_tape *tape) {
    lk_arena_release(&tape->arena);
    lk_context_release_scratch(tape->context);
    tape->last = NULL;
    tape->spare = NULL;
}

void lk_tape_reset(lk_tape *tape) {
    lk_arena_reset(&tape->arena);
    tape->last = NULL;
    tape->spare = NULL;
    tape->status = LK_OK;
}

lk_status lk_tape_status(const lk_tape *tape) { return tape->status; }

static void *allocate(lk_tape *tape, size_t count, size_t size) {
    void *room = tape->status == LK_OK ? lk_arena_alloc(&tape->arena, count, size) : NULL;
    if (!room && tape->status == LK_OK) tape->status = LK_ERROR_MEMORY;
    return room;
}

lk_tensor *lk_tape_constant(lk_tape *tape, int rank, const size_t *shape, lk_real *value) {
    lk_tensor *tensor = allocate(tape, 1, sizeof *tensor);
    if (!tensor) return NULL;
    *tensor = (lk_tensor){.rank = rank, .count = 1, .value = value};
    for (int i = 0; i < rank; i++) {
        tensor->shape[i] = shape[i];
        tensor->count *= shape[i];
    }
    return tensor;
}

// ---- Forward ------------------------------------------------------------------------------------

static lk_node *new_node(lk_tape *tape, lk_op_code code, lk_tensor *const inputs[LK_MAX_INPUTS],
                         const lk_attributes *attributes) {
    lk_node *node = allocate(tape, 1, sizeof *node);
    if (!node) return NULL;
    *node = (lk_node){.op = lk_op_at(code)};
    if (attributes) node->attributes = *attributes;
    node->output.source = node;
    for (int i = 0; i < LK_MAX_INPUTS; i++) {
        node->inputs[i] = inputs[i];
        if (tape->recording && lk_wants_gradient(inputs[i])) node->output.needs_gradient = true;
    }
    if (!node->op->shape(node)) {
        tape->status = lk_fail(tape->context, LK_ERROR_USAGE,
                               "the shapes of the inputs of '%s' do not fit", node->op->name);
        return NULL;
    }
    return node;
}

static void tell_pass(const lk_tape *tape, const lk_node *node, bool backward) {
    if (tape->meter.passed) tape->meter.passed(tape->meter.user, node, backward);
}

// The time of an observer is that of no op.
static void show_result(const lk_tape *tape, const lk_node *node) {
    tell_pass(tape, node, false);
    if (!tape->observer.see) return;
    tape->observer.see(tape->observer.user, node);
    tell_pass(tape, NULL, false);
}

lk_tensor *lk_tape_apply(lk_tape *tape, lk_op_code code, lk_tensor *first, lk_tensor *second,
                         lk_tensor *third, const lk_attributes *attributes) {
    if (tape->status != LK_OK) return NULL;
    lk_node *node = new_node(tape, code, (lk_tensor *[]){first, second, third}, attributes);
    if (!node) return NULL;
    lk_tensor *output = &node->output;
    output->count = 1;
    for (int i = 0; i < output->rank; i++) output->count *= output->shape[i];
    if (!output->value) output->value = lk_tape_room(tape, output->count);
    if (!output->value) return NULL;
    node->op->forward(tape, node);
    if (tape->status != LK_OK) return NULL;
    show_result(tape, node);
    node->previous = tape->last;
    tape->last = node;
    return output;
}

bool lk_shape_set(lk_node *node, int rank, const size_t *shape) {
    if (rank > LK_MAX_RANK) return false;
    node->output.rank = rank;
    for (int i = 0; i < rank; i++) node->output.shape[i] = shape[i];
    return true;
}

bool lk_shape_as(lk_node *node, const lk_tensor *tensor) {
    return lk_shape_set(node, tensor->rank, tensor->shape);
}

bool lk_shape_unary(lk_node *node) { return lk_shape_as(node, node->inputs[0]); }
bool lk_shape_scalar(lk_node *node) { return lk_shape_set(node, 0, NULL); }

// ---- Memory of a step ---------------------------------------------------------------------------

// Stands before each buffer that can be borrowed again.
struct lk_spare_buffer {
    lk_spare_buffer *next;
    size_t count;
};

enum { SPARE_HEADER = LK_ARENA_ALIGNMENT };

lk_real *lk_tape_room(lk_tape *tape, size_t count) {
    return allocate(tape, count, sizeof(lk_real));
}

static lk_real *spare_room(lk_spare_buffer *spare) {
    return (lk_real *)(void *)((uint8_t *)spare + SPARE_HEADER);
}

lk_real *lk_tape_borrow(lk_tape *tape, size_t count) {
    for (lk_spare_buffer **link = &tape->spare; *link; link = &(*link)->next) {
        lk_spare_buffer *spare = *link;
        if (spare->count != count) continue;
        *link = spare->next;
        return spare_room(spare);
    }
    size_t header = SPARE_HEADER / sizeof(lk_real);
    lk_spare_buffer *spare = allocate(tape, header + count, sizeof(lk_real));
    if (!spare) return NULL;
    spare->count = count;
    return spare_room(spare);
}

void lk_tape_give_back(lk_tape *tape, lk_real *room) {
    lk_spare_buffer *spare = (void *)((uint8_t *)room - SPARE_HEADER);
    spare->next = tape->spare;
    tape->spare = spare;
}

// ---- Gradients ----------------------------------------------------------------------------------

bool lk_wants_gradient(const lk_tensor *tensor) { return tensor && tensor->needs_gradient; }

lk_real *lk_gradient_target(lk_tape *tape, lk_tensor *tensor, bool *accumulate) {
    *accumulate = tensor->gradient_set;
    if (!tensor->gradient) tensor->gradient = lk_tape_borrow(tape, tensor->count);
    if (tensor->gradient_shared) { // what others read must not be added to
        lk_real *own = lk_tape_borrow(tape, tensor->count);
        if (!own) return NULL;
        memcpy(own, tensor->gradient, tensor->count * sizeof *own);
        tensor->gradient = own;
        tensor->gradient_shared = false;
    }
    tensor->gradient_set = true;
    return tensor->gradient;
}

lk_real *lk_gradient_sum(lk_tape *tape, lk_tensor *tensor) {
    bool accumulate;
    lk_real *target = lk_gradient_target(tape, tensor, &accumulate);
    if (target && !accumulate) memset(target, 0, tensor->count * sizeof *target);
    return target;
}

lk_real *lk_gradient_begin_part(lk_tape *tape, lk_tensor *tensor, bool *borrowed) {
    *borrowed = true;
    if (!lk_wants_gradient(tensor)) return lk_tape_borrow(tape, tensor->count);
    lk_real *target = lk_gradient_target(tape, tensor, borrowed);
    return *borrowed ? lk_tape_borrow(tape, tensor->count) : target;
}

void lk_gradient_end_part(lk_tape *tape, lk_tensor *tensor, lk_real *part, bool borrowed) {
    if (!borrowed) return;
    if (lk_wants_gradient(tensor)) tape->kernels.accumulate(tensor->gradient, part, tensor->count);
    lk_tape_give_back(tape, part);
}

lk_real *lk_gradient_in_place(lk_tape *tape, lk_node *node, lk_tensor *tensor, bool *accumulate) {
    lk_tensor *output = &node->output;
    bool can_move = tensor->source && !tensor->gradient && !output->gradient_shared &&
                    output->gradient && tensor->count == output->count;
    if (!can_move) return lk_gradient_target(tape, tensor, accumulate);
    tensor->gradient = output->gradient;
    tensor->gradient_set = true;
    output->gradient = NULL;
    *accumulate = false;
    return tensor->gradient;
}

lk_real *lk_gradient_writable(lk_tape *tape, lk_node *node, bool *borrowed) {
    *borrowed = node->output.gradient_shared;
    return *borrowed ? lk_tape_borrow(tape, node->output.count) : node->output.gradient;
}

// ---- Backward -----------------------------------------------------------------------------------

// The gradient of a result is complete when its op's turn comes, and may be worked on from then on.
static lk_real *copy_of_gradient(lk_tape *tape, const lk_tensor *output) {
    lk_real *copy = lk_tape_room(tape, output->count);
    if (copy) memcpy(copy, output->gradient, output->count * sizeof *copy);
    return copy;
}

static void run_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *output = &node->output;
    if (!output->needs_gradient || !output->gradient_set) return;
    lk_real *kept = tape->keeping ? copy_of_gradient(tape, output) : NULL;
    node->op->backward(tape, node);
    if (output->gradient && !output->gradient_shared) lk_tape_give_back(tape, output->gradient);
    output->gradient = kept;
    tell_pass(tape, node, true);
}

lk_status lk_tape_backward(lk_tape *tape, lk_tensor *loss, double seed) {
    LK_TRY(tape->status);
    if (loss->rank != 0)
        return lk_fail(tape->context, LK_ERROR_USAGE, "only a scalar can be differentiated");
    if (!loss->needs_gradient) return LK_OK;
    bool accumulate;
    lk_real *gradient = lk_gradient_target(tape, loss, &accumulate);
    if (gradient) *gradient = (lk_real)seed;
    for (lk_node *node = tape->last; node && tape->status == LK_OK; node = node->previous)
        run_backward(tape, node);
    return tape->status;
}
