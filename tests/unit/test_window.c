// The models of a window against the naive ones. Built twice: with the library's float and in
// double.
#include "models/window.h"

#include "naive_window.h"
#include "test_context.h"

#include <math.h>

#ifdef LK_REAL_IS_DOUBLE
static const double VALUE_TOLERANCE = 1e-11, GRADIENT_TOLERANCE = 1e-7;
#else
static const double VALUE_TOLERANCE = 2e-5, GRADIENT_TOLERANCE = 5e-2;
#endif

enum { TOKENS = 7, SEQUENCES = 5, MOST_LENGTH = 8 };

static lk_model_config config_of(lk_family family, uint32_t block, uint32_t layers, lk_norm norm) {
    return (lk_model_config){.family = family,
                             .vocab_size = TOKENS,
                             .block_size = block,
                             .n_layer = layers,
                             .n_embd = 3,
                             .n_hidden = 5,
                             .norm = norm,
                             .norm_epsilon = 1e-5f,
                             .norm_momentum = 0.1f,
                             .bias = norm == LK_NORM_NONE,
                             .head_bias = true,
                             .init_gain = 1,
                             .head_scale = 1};
}

enum { SHAPES = 6 };

static lk_model_config shape(int index) {
    lk_model_config config;
    switch (index) {
    case 0:
        return config_of(LK_FAMILY_MLP, 3, 1, LK_NORM_NONE);
    case 1:
        config = config_of(LK_FAMILY_MLP, 3, 1, LK_NORM_BATCH);
        config.running = LK_RUNNING_DEVIATION;
        return config;
    case 2: // as the network of six layers
        config = config_of(LK_FAMILY_MLP, 2, 3, LK_NORM_BATCH);
        config.head_norm = true;
        config.head_bias = false;
        return config;
    case 3:
        return config_of(LK_FAMILY_WAVENET, 8, 3, LK_NORM_BATCH);
    case 4:
        return config_of(LK_FAMILY_WAVENET, 4, 2, LK_NORM_NONE);
    default: // biases below norms, which change nothing but must not hurt
        config = config_of(LK_FAMILY_MLP, 1, 2, LK_NORM_BATCH);
        config.bias = true;
        return config;
    }
}

typedef struct examples {
    uint32_t ids[SEQUENCES * MOST_LENGTH];
    int32_t targets[SEQUENCES];
    lk_batch batch;
} examples;

static void draw_examples(examples *e, const lk_model_config *config) {
    lk_random random = lk_random_stream(6, LK_RANDOM_TEST, 0, 0);
    size_t length = config->block_size;
    for (size_t i = 0; i < SEQUENCES * length; i++)
        e->ids[i] = (uint32_t)lk_random_below(&random, TOKENS);
    for (size_t i = 0; i < SEQUENCES; i++)
        e->targets[i] = (int32_t)lk_random_below(&random, TOKENS);
    e->batch = (lk_batch){SEQUENCES, length, e->ids, e->targets};
}

// Weights far from those of a fresh model, gains and what is kept included.
static lk_model *make_model(lk_context *context, const lk_model_config *config) {
    lk_model *model = NULL;
    cr_assert(lk_model_new(context, &model, config, 3) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_random random = lk_random_stream(4, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < lk_model_tensor_count(model); i++) {
        lk_tensor *tensor = &model->parameters[i].tensor;
        for (size_t j = 0; j < tensor->count; j++)
            tensor->value[j] += (lk_real)(.5 * lk_random_uniform(&random));
    }
    return model;
}

static lk_tape make_tape(lk_context *context, bool training) {
    lk_tape tape = lk_tape_make(context);
    tape.recording = tape.training = training;
    return tape;
}

static void check_values(lk_context *context, lk_model *model, const lk_batch *batch,
                         bool training) {
    double expected[SEQUENCES * TOKENS];
    double expected_loss = naive_window_loss(model, batch, training, expected);
    lk_tape tape = make_tape(context, training);
    const lk_tensor *logits = lk_model_logits(&tape, model, batch);
    cr_assert(logits && logits->count == SEQUENCES * TOKENS);
    for (size_t i = 0; i < logits->count; i++)
        cr_assert(fabs((double)logits->value[i] - expected[i]) < 10 * VALUE_TOLERANCE,
                  "logit %zu: %.10g, expected %.10g", i, (double)logits->value[i], expected[i]);
    double loss = (double)*lk_model_loss(&tape, model, batch)->value;
    cr_assert(fabs(loss - expected_loss) < VALUE_TOLERANCE, "loss %.12g, expected %.12g", loss,
              expected_loss);
    lk_tape_release(&tape);
}

Test(window, logits_and_loss_equal_the_naive_ones_in_training_and_afterwards) {
    lk_context *context = make_context();
    for (int i = 0; i < SHAPES; i++) {
        lk_model_config config = shape(i);
        lk_model *model = make_model(context, &config);
        examples e;
        draw_examples(&e, &config);
        cr_assert(lk_model_need_gradients(model) == LK_OK);
        check_values(context, model, &e.batch, true);
        check_values(context, model, &e.batch, false);
        lk_model_free(model);
    }
    free_context(context);
}

// ---- Gradients ----------------------------------------------------------------------------------

static double naive_derivative(const lk_model *model, const lk_batch *batch, lk_real *x) {
    const double h = sizeof(lk_real) == sizeof(double) ? 1e-5 : 0x1p-8;
    const double steps[4] = {-2, -1, 1, 2};
    double values[4], moved[4], old = (double)*x;
    for (int i = 0; i < 4; i++) {
        *x = (lk_real)(old + steps[i] * h);
        moved[i] = (double)*x - old;
        values[i] = naive_window_loss(model, batch, true, NULL);
    }
    *x = (lk_real)old;
    double near = (values[2] - values[1]) / (moved[2] - moved[1]);
    double far = (values[3] - values[0]) / (moved[3] - moved[0]);
    return (4 * near - far) / 3;
}

static void check_gradients(const lk_model *model, const lk_batch *batch, int which) {
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        for (size_t j = 0; j < parameter->tensor.count; j++) {
            double expected = naive_derivative(model, batch, &parameter->tensor.value[j]);
            double got = (double)parameter->tensor.gradient[j];
            cr_assert(fabs(got - expected) < GRADIENT_TOLERANCE * (1 + fabs(expected)),
                      "shape %d, %s[%zu]: %.10g, naive %.10g", which, parameter->name, j, got,
                      expected);
        }
    }
}

static void differentiate(lk_context *context, lk_model *model, const lk_batch *batch) {
    lk_tape tape = make_tape(context, true);
    cr_assert(lk_model_need_gradients(model) == LK_OK);
    lk_model_clear_gradients(model);
    cr_assert(lk_tape_backward(&tape, lk_model_loss(&tape, model, batch), 1) == LK_OK);
    lk_model_complete_gradients(model);
    lk_tape_release(&tape);
}

// Of few rows batch normalisation makes a steep function, too steep for differences of floats.
Test(window, gradients_of_all_weights_equal_the_naive_ones) {
    static const size_t sizes[] = {SEQUENCES, 3, 4};
    const size_t count = sizeof(lk_real) == sizeof(double) ? 3 : 1;
    lk_context *context = make_context();
    for (int i = 0; i < SHAPES; i++) {
        lk_model_config config = shape(i);
        lk_model *model = make_model(context, &config);
        examples e;
        draw_examples(&e, &config);
        for (size_t j = 0; j < count; j++) {
            e.batch.sequences = sizes[j];
            differentiate(context, model, &e.batch);
            check_gradients(model, &e.batch, i);
        }
        lk_model_free(model);
    }
    free_context(context);
}

// The penalty makemore gives its bigram.
Test(window, the_penalty_is_the_mean_square_of_each_matrix) {
    lk_context *context = make_context();
    lk_model_config config = {
        .family = LK_FAMILY_BIGRAM, .vocab_size = TOKENS, .block_size = 1, .padding = 2};
    lk_model *model = make_model(context, &config);
    const lk_tensor *table = &model->bigram.table->tensor;
    double expected = 0;
    for (size_t i = 0; i < table->count; i++)
        expected += pow((double)table->value[i], 2) / (double)table->count;
    lk_tape tape = make_tape(context, true);
    double got = (double)*lk_model_mean_squares(&tape, model)->value;
    cr_assert(fabs(got - expected) < VALUE_TOLERANCE);
    lk_tape_release(&tape);
    lk_model_free(model);
    free_context(context);
}

// ---- What batch normalisation keeps -------------------------------------------------------------

// With a momentum of 1 what is kept is the batch itself, so that the network used afterwards says
// what it said in training. Variance and deviation mixed up would give something else.
Test(window, afterwards_the_batch_is_normalised_as_in_training_whatever_is_kept) {
    lk_context *context = make_context();
    for (int running = 0; running < 2; running++) {
        lk_model_config config = config_of(LK_FAMILY_WAVENET, 8, 3, LK_NORM_BATCH);
        config.running = (lk_running)running;
        config.norm_momentum = 1;
        lk_model *model = make_model(context, &config);
        examples e;
        draw_examples(&e, &config);
        cr_assert(lk_model_need_gradients(model) == LK_OK);
        lk_tape tape = make_tape(context, true);
        double before = (double)*lk_model_loss(&tape, model, &e.batch)->value;
        lk_model_keep_statistics(model);
        tape.recording = tape.training = false;
        double after = (double)*lk_model_loss(&tape, model, &e.batch)->value;
        cr_assert(fabs(before - after) < VALUE_TOLERANCE, "%g and %g", before, after);
        lk_tape_release(&tape);
        lk_model_free(model);
    }
    free_context(context);
}

// kept = (1 - momentum) kept + momentum of the batch, of the deviation where that is kept;
// forgotten when the step is not made.
Test(window, what_is_kept_moves_by_the_momentum_and_only_when_the_step_is_made) {
    lk_context *context = make_context();
    for (int running = 0; running < 2; running++) {
        lk_model_config config = config_of(LK_FAMILY_MLP, 3, 1, LK_NORM_BATCH);
        config.running = (lk_running)running;
        config.norm_momentum = .25f;
        lk_model *model = make_model(context, &config);
        examples e;
        draw_examples(&e, &config);
        cr_assert(lk_model_need_gradients(model) == LK_OK);
        lk_tape tape = make_tape(context, false);
        const lk_tensor *x = lk_model_norm_input(&tape, model, &e.batch, 0);
        double mean = 0, squares = 0;
        for (size_t i = 0; i < SEQUENCES; i++) mean += (double)x->value[i * 5] / SEQUENCES;
        for (size_t i = 0; i < SEQUENCES; i++) squares += pow((double)x->value[i * 5] - mean, 2);
        double variance = squares / (SEQUENCES - 1);
        double spread = running ? sqrt(variance + (double)config.norm_epsilon) : variance;
        const lk_window_norm *norm = &model->window.layers[0].norm;
        double old_mean = (double)*norm->mean->tensor.value;
        double old_spread = (double)*norm->spread->tensor.value;
        tape.training = tape.recording = true;
        lk_model_loss(&tape, model, &e.batch);
        cr_assert((double)*norm->mean->tensor.value == old_mean, "the step is not made yet");
        lk_model_clear_statistics(model);
        lk_model_keep_statistics(model);
        cr_assert((double)*norm->mean->tensor.value == old_mean, "the step was given up");
        lk_model_loss(&tape, model, &e.batch);
        lk_model_keep_statistics(model);
        cr_assert(fabs((double)*norm->mean->tensor.value - (.75 * old_mean + .25 * mean)) <
                  VALUE_TOLERANCE);
        cr_assert(fabs((double)*norm->spread->tensor.value - (.75 * old_spread + .25 * spread)) <
                  VALUE_TOLERANCE);
        lk_tape_release(&tape);
        lk_model_free(model);
    }
    free_context(context);
}

Test(window, one_row_has_no_variance_to_train_with) {
    lk_context *context = make_context();
    lk_model_config config = config_of(LK_FAMILY_MLP, 3, 1, LK_NORM_BATCH);
    lk_model *model = make_model(context, &config);
    examples e;
    draw_examples(&e, &config);
    e.batch.sequences = 1;
    cr_assert(lk_model_need_gradients(model) == LK_OK);
    lk_tape tape = make_tape(context, true);
    cr_assert(!lk_model_loss(&tape, model, &e.batch));
    expect_failure(context, lk_tape_status(&tape), LK_ERROR_USAGE, "raise batch_size");
    lk_tape_reset(&tape);
    tape.recording = tape.training = false;
    cr_assert(lk_model_loss(&tape, model, &e.batch));
    lk_tape_release(&tape);
    lk_model_free(model);
    free_context(context);
}

// ---- Configurations -----------------------------------------------------------------------------

static void expect_refusal(lk_context *context, lk_model_config config, const char *words) {
    lk_model *model = NULL;
    expect_failure(context, lk_model_new(context, &model, &config, 1), LK_ERROR_USAGE, words);
    cr_assert(!model);
}

Test(window, refuses_configurations_that_cannot_be_naming_the_setting) {
    lk_context *context = make_context();
    lk_model_config config = config_of(LK_FAMILY_WAVENET, 6, 3, LK_NORM_BATCH);
    expect_refusal(context, config, "2 to the power of n_layer");
    config = config_of(LK_FAMILY_MLP, 3, 1, LK_NORM_LAYER);
    expect_refusal(context, config, "batchnorm or none");
    config = config_of(LK_FAMILY_MLP, 3, 1, LK_NORM_BATCH);
    config.norm_momentum = 0;
    expect_refusal(context, config, "norm_momentum");
    config = config_of(LK_FAMILY_MLP, 3, 1, LK_NORM_BATCH);
    config.head_scale = 0;
    expect_refusal(context, config, "head_scale");
    config = config_of(LK_FAMILY_MLP, 3, 1, LK_NORM_BATCH);
    config.n_hidden = 0;
    expect_refusal(context, config, "n_hidden");
    config = config_of(LK_FAMILY_MLP, 3, 1, LK_NORM_BATCH);
    config.padding = TOKENS;
    expect_refusal(context, config, "padding");
    config = config_of(LK_FAMILY_BIGRAM, 3, 1, LK_NORM_NONE);
    expect_refusal(context, config, "block_size");
    config = config_of(LK_FAMILY_TRANSFORMER, 3, 1, LK_NORM_BATCH);
    config.n_head = 1;
    expect_refusal(context, config, "batch normalisation");
    free_context(context);
}
