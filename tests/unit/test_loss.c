// Softmax and cross-entropy against numbers that were worked out by hand and against sums over all
// rows, and what mistakes in them would show: one mean over all positions, one softmax.
#include "grad/ops.h"
#include "models/model.h"

#include "test_context.h"

#include <math.h>

Test(loss, softmax_of_0_1_2) {
    lk_context *context = make_context();
    lk_tape tape = lk_tape_make(context);
    lk_real x[] = {0, 1, 2}, y[3];
    tape.kernels.softmax(y, NULL, x, 3);
    const double expected[] = {.0900, .2447, .6652};
    for (int i = 0; i < 3; i++) cr_assert(fabs((double)y[i] - expected[i]) < 5e-5);
    lk_tape_release(&tape);
    free_context(context);
}

// The loss of rows × columns logits.
static double loss_of(lk_context *context, lk_real *logits, size_t rows, size_t columns,
                      const int32_t *targets) {
    lk_tape tape = lk_tape_make(context);
    lk_tensor *x = lk_tape_constant(&tape, 2, (size_t[]){rows, columns}, logits);
    const lk_tensor *loss = lk_cross_entropy(&tape, x, NULL, NULL, targets);
    cr_assert(loss && loss->rank == 0 && loss->count == 1, "a scalar");
    double value = (double)*loss->value;
    lk_tape_release(&tape);
    return value;
}

Test(loss, cross_entropy_of_the_rows_of_an_exercise) {
    lk_context *context = make_context();
    lk_real first[4], second[4], both[8];
    for (int i = 0; i < 4; i++) {
        both[i] = first[i] = (lk_real)i / 6;
        both[4 + i] = second[i] = (lk_real)(4 + i) / 22;
    }
    double a = loss_of(context, first, 1, 4, (int32_t[]){0});
    double b = loss_of(context, second, 1, 4, (int32_t[]){3});
    cr_assert(fabs(a - 1.6536) < 5e-5 && fabs(b - 1.3194) < 5e-5, "%g, %g", a, b);
    double mean = loss_of(context, both, 2, 4, (int32_t[]){0, 3});
    cr_assert(fabs(mean - (a + b) / 2) < 1e-12, "the mean of the rows, not %g", mean);
    free_context(context);
}

// -log of the probability of each target, by its definition, averaged over the targets that count.
static double naive_loss(const lk_real *logits, size_t rows, size_t columns,
                         const int32_t *targets) {
    double total = 0;
    size_t counted = 0;
    for (size_t i = 0; i < rows; i++) {
        if (targets[i] < 0) continue;
        double sum = 0, of_target = (double)logits[i * columns + (size_t)targets[i]];
        for (size_t j = 0; j < columns; j++) sum += exp((double)logits[i * columns + j]);
        total += log(sum) - of_target;
        counted++;
    }
    return counted ? total / (double)counted : 0;
}

Test(loss, is_the_mean_over_the_rows_that_have_a_target) {
    lk_context *context = make_context();
    enum { ROWS = 7, COLUMNS = 5 };
    for (uint32_t round = 0; round < 100; round++) {
        lk_random random = lk_random_stream(3, LK_RANDOM_TEST, round, 0);
        lk_real logits[ROWS * COLUMNS];
        int32_t targets[ROWS];
        for (int i = 0; i < ROWS * COLUMNS; i++) logits[i] = (lk_real)lk_random_normal(&random);
        for (int i = 0; i < ROWS; i++)
            targets[i] = (int32_t)lk_random_below(&random, COLUMNS + 1) - 1;
        double got = loss_of(context, logits, ROWS, COLUMNS, targets);
        double expected = naive_loss(logits, ROWS, COLUMNS, targets);
        cr_assert(fabs(got - expected) < 1e-12, "round %u: %g, not %g", round, got, expected);
    }
    free_context(context);
}

// ---- One softmax only ---------------------------------------------------------------------------

enum { TOKENS = 11, LENGTH = 6 };

// A step of plain gradient descent on a batch that has to be learned by heart.
static double descend(lk_tape *tape, lk_model *model, const lk_batch *batch, double rate) {
    lk_tape_reset(tape);
    tape->recording = true;
    lk_model_clear_gradients(model);
    lk_tensor *loss = lk_transformer_loss(tape, model, batch);
    cr_assert(loss && lk_tape_backward(tape, loss, 1) == LK_OK);
    lk_model_complete_gradients(model);
    for (size_t i = 0; i < model->parameter_count; i++) {
        lk_tensor *tensor = &model->parameters[i].tensor;
        for (size_t j = 0; j < tensor->count; j++)
            tensor->value[j] -= (lk_real)rate * tensor->gradient[j];
    }
    return (double)*loss->value;
}

// Were the logits probabilities already, so that softmax is applied twice, no target could have
// more than e / (e + V - 1), and the loss would stay above ln V - 1.
Test(loss, begins_at_ln_v_and_falls_below_ln_v_minus_1) {
    lk_context *context = make_context();
    lk_model_config config = {.vocab_size = TOKENS,
                              .block_size = LENGTH,
                              .n_layer = 1,
                              .n_head = 2,
                              .n_embd = 16,
                              .bias = true,
                              .qkv_bias = true,
                              .norm_epsilon = 1e-5f};
    lk_model *model;
    cr_assert(lk_model_new(context, &model, &config, 1) == LK_OK);
    cr_assert(lk_model_need_gradients(model) == LK_OK);
    lk_tape tape = lk_tape_make(context);
    const uint32_t ids[LENGTH] = {3, 1, 4, 1, 5, 9};
    const int32_t targets[LENGTH] = {1, 4, 1, 5, 9, 2};
    lk_batch batch = {1, LENGTH, ids, targets};
    double first = descend(&tape, model, &batch, .5), last = first;
    for (int step = 0; step < 200; step++) last = descend(&tape, model, &batch, .5);
    cr_assert(fabs(first - log(TOKENS)) < .05, "begins at %g, not ln V = %g", first, log(TOKENS));
    cr_assert(last < log(TOKENS) - 1 - .5, "falls to %g only", last);
    lk_tape_release(&tape);
    lk_model_free(model);
    free_context(context);
}
