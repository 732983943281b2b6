// Rotary positions: pairs of channels turned by angles that grow with the position, so that the
// product of a query and a key depends on their distance alone.
#include "grad/op.h"

#include "mathfn.h"

void lk_rotation_tables(lk_real *cosines, lk_real *sines, size_t positions, size_t width,
                        double theta) {
    size_t pairs = width / 2;
    for (size_t i = 0; i < pairs; i++) {
        double frequency = lk_pow(theta, -2 * (double)i / (double)width);
        for (size_t p = 0; p < positions; p++) {
            cosines[p * pairs + i] = (lk_real)lk_cos((double)p * frequency);
            sines[p * pairs + i] = (lk_real)lk_sin((double)p * frequency);
        }
    }
}

// A linear layer that applies no function never looks at its result again, so that this may be
// overwritten.
static bool may_overwrite(const lk_tensor *x) {
    return x->source && x->source->op == lk_op_at(LK_OP_LINEAR) &&
           !x->source->attributes.activation.active;
}

bool lk_rope_shape(lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    const lk_rotation *rotation = &node->attributes.rotation;
    if (x->rank != 3 || rotation->width % 2 != 0) return false;
    if (rotation->heads * rotation->width > x->shape[2]) return false;
    if (may_overwrite(x)) node->output.value = x->value;
    return lk_shape_as(node, x);
}

typedef struct rope_job {
    const lk_kernels *kernels;
    const lk_rotation *rotation;
    size_t length, columns; // rows of a sequence, and what a row holds
    lk_real *y;
    const lk_real *x; // may be y
    bool back;
} rope_job;

static void run_rope(void *argument, size_t begin, size_t end) {
    const rope_job *job = argument;
    const lk_rotation *rotation = job->rotation;
    size_t width = rotation->width, turned = rotation->heads * width;
    for (size_t row = begin; row < end; row++) {
        const lk_real *x = job->x + row * job->columns;
        lk_real *y = job->y + row * job->columns;
        size_t place = row % job->length;
        size_t position = rotation->positions ? rotation->positions[place] : place;
        const lk_real *cosines = rotation->cosines + position * width / 2;
        const lk_real *sines = rotation->sines + position * width / 2;
        for (size_t i = 0; i < turned; i += width)
            job->kernels->rotate(y + i, x + i, cosines, sines, job->back, width / 2);
        if (y != x) memcpy(y + turned, x + turned, (job->columns - turned) * sizeof *y);
    }
}

static void turn(const lk_tape *tape, const lk_node *node, lk_real *y, const lk_real *x,
                 bool back) {
    const lk_tensor *output = &node->output;
    rope_job job = {
        &tape->kernels, &node->attributes.rotation, output->shape[1], output->shape[2], y, x, back};
    size_t rows = lk_tensor_rows(output);
    lk_parallel_ranges(tape, rows, lk_row_grain(output->shape[2]), run_rope, &job);
}

void lk_rope_forward(lk_tape *tape, lk_node *node) {
    turn(tape, node, node->output.value, node->inputs[0]->value, false);
}

void lk_rope_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *x = node->inputs[0];
    const lk_real *dy = node->output.gradient;
    bool accumulate;
    lk_real *target = lk_gradient_in_place(tape, node, x, &accumulate);
    lk_real *part = accumulate ? lk_tape_borrow(tape, x->count) : target;
    if (!part) return;
    turn(tape, node, part, dy, true);
    lk_gradient_end_part(tape, x, part, accumulate);
}

// A pair takes four multiplications and two additions, in place, either way round.
lk_op_cost lk_rope_cost(const lk_node *node, bool backward) {
    (void)backward;
    const lk_rotation *rotation = &node->attributes.rotation;
    double turned = (double)(lk_tensor_rows(&node->output) * rotation->heads * rotation->width);
    return (lk_op_cost){.operations = 3 * turned, .numbers = 2 * turned};
}

lk_tensor *lk_rope(lk_tape *tape, lk_tensor *x, const lk_rotation *rotation) {
    lk_attributes attributes = {.rotation = *rotation};
    return lk_tape_apply(tape, LK_OP_ROPE, x, NULL, NULL, &attributes);
}
