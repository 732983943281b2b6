// The transformer against the naive one. Built twice: with the library's float and in double.
#include "models/transformer.h"

#include "naive_transformer.h"
#include "test_context.h"

#include <math.h>
#include <stdlib.h>

#ifdef LK_REAL_IS_DOUBLE
#define VALUE_TOLERANCE 1e-11
#define GRADIENT_TOLERANCE 1e-8
#else
#define VALUE_TOLERANCE 1e-5
#define GRADIENT_TOLERANCE 1e-4
#endif

enum { SEQUENCES = 2, LENGTH = 5, VOCABULARY = 7 };

static const uint32_t ids[SEQUENCES * LENGTH] = {1, 6, 0, 3, 3, 5, 2, 2, 4, 1};
static const int32_t targets[SEQUENCES * LENGTH] = {6, 0, 3, 3, -1, 2, -1, 4, 1, 0};
static const lk_batch batch = {SEQUENCES, LENGTH, ids, targets};
// One token; an odd shape; a whole context, with sequences that are more than pairs.
static const uint32_t more_ids[21] = {4, 0, 1, 5, 2, 6, 3, 3, 1, 2, 0,
                                      4, 6, 5, 5, 2, 1, 0, 3, 6, 4};
static const int32_t more_targets[21] = {0, 1,  5, 2, 6, 3, -1, 1, 2, 0, 4,
                                         6, -1, 5, 2, 1, 0, 3,  6, 4, 0};
static const lk_batch batches[] = {
    {1, 1, more_ids, more_targets},
    {SEQUENCES, LENGTH, ids, targets},
    {3, LENGTH + 2, more_ids, more_targets},
};
enum { BATCHES = sizeof batches / sizeof *batches, MOST_LOGITS = 21 * VOCABULARY };

// Shaped as the presets chargpt, chargpt-tied, nanogpt, nanogpt-rope and cs336, and what they leave
// out; d_ff is not 4 n_embd and LENGTH is below block_size.
static const lk_model_config configs[] = {
    {.activation = LK_ACTIVATION_RELU, .bias = true, .head_bias = true},
    {.activation = LK_ACTIVATION_RELU, .bias = true, .tied_head = true, .head_bias = true},
    {.activation = LK_ACTIVATION_GELU, .bias = true, .qkv_bias = true, .tied_head = true},
    {.activation = LK_ACTIVATION_GELU_TANH, .qkv_bias = true},
    {.activation = LK_ACTIVATION_GELU,
     .positions = LK_POSITIONS_ROPE,
     .bias = true,
     .qkv_bias = true,
     .tied_head = true},
    {.activation = LK_ACTIVATION_SWIGLU, .norm = LK_NORM_RMS, .positions = LK_POSITIONS_ROPE},
    {.activation = LK_ACTIVATION_SWIGLU,
     .norm = LK_NORM_RMS,
     .positions = LK_POSITIONS_ROPE,
     .n_kv_head = 1,
     .bias = true,
     .qkv_bias = true},
    // The ablations: no norm, the norm behind, no positions, no gate.
    {.activation = LK_ACTIVATION_SWIGLU, .norm = LK_NORM_NONE, .positions = LK_POSITIONS_ROPE},
    {.activation = LK_ACTIVATION_SWIGLU, .norm = LK_NORM_RMS, .norm_place = LK_NORM_POST},
    {.activation = LK_ACTIVATION_SILU, .norm = LK_NORM_RMS, .positions = LK_POSITIONS_NONE},
};
enum { CONFIGS = sizeof configs / sizeof *configs };

// Weights that are far from the start: large, and no gain 1 or bias 0.
static lk_model *make_model(lk_context *context, const lk_model_config *options) {
    lk_model_config config = *options;
    config.vocab_size = VOCABULARY;
    config.block_size = LENGTH + 2;
    if (config.n_layer == 0) config.n_layer = 2;
    config.n_head = 3;
    config.n_embd = 12;
    config.d_ff = 11;
    config.rope_theta = 100;
    config.norm_epsilon = 1e-5f;
    lk_model *model = NULL;
    cr_assert(lk_model_new(context, &model, &config, 3) == LK_OK);
    lk_random random = lk_random_stream(4, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < model->parameter_count; i++) {
        lk_tensor *tensor = &model->parameters[i].tensor;
        for (size_t j = 0; j < tensor->count; j++)
            tensor->value[j] += (lk_real)(.3 * lk_random_normal(&random));
    }
    return model;
}

static lk_tape make_recording_tape(lk_context *context) {
    lk_tape tape = lk_tape_make(context);
    tape.recording = tape.training = true;
    return tape;
}

static void check_values(lk_context *context, const lk_model *model, const lk_batch *b) {
    double expected[MOST_LOGITS];
    double expected_loss = naive_loss(model, b, expected);
    lk_tape tape = lk_tape_make(context);
    const lk_tensor *logits = lk_transformer_logits(&tape, model, b);
    for (size_t i = 0; i < logits->count; i++)
        cr_assert(fabs((double)logits->value[i] - expected[i]) < 10 * VALUE_TOLERANCE,
                  "logit %zu: %.10g, expected %.10g", i, (double)logits->value[i], expected[i]);
    double loss = (double)*lk_transformer_loss(&tape, model, b)->value;
    cr_assert(fabs(loss - expected_loss) < VALUE_TOLERANCE, "loss %.12g, expected %.12g", loss,
              expected_loss);
    lk_tape_release(&tape);
}

Test(transformer, logits_and_loss_equal_the_naive_ones) {
    lk_context *context = make_context();
    for (int i = 0; i < CONFIGS; i++) {
        lk_model *model = make_model(context, &configs[i]);
        for (int b = 0; b < BATCHES; b++) check_values(context, model, &batches[b]);
        lk_model_free(model);
    }
    free_context(context);
}

// ---- Gradients ----------------------------------------------------------------------------------

// A copy of the weights in which one is moved by more than float could tell exactly.
static double naive_derivative(const lk_model *model, const lk_batch *b, lk_real *x) {
    const double steps[4] = {-2, -1, 1, 2};
    double values[4], old = (double)*x, moved[4];
    const double h = sizeof(lk_real) == sizeof(double) ? 1e-4 : 0x1p-8;
    for (int i = 0; i < 4; i++) {
        *x = (lk_real)(old + steps[i] * h);
        moved[i] = (double)*x - old;
        values[i] = naive_loss(model, b, NULL);
    }
    *x = (lk_real)old;
    double near = (values[2] - values[1]) / (moved[2] - moved[1]);
    double far = (values[3] - values[0]) / (moved[3] - moved[0]);
    return (4 * near - far) / 3;
}

static void check_gradients(const lk_model *model, const lk_batch *b) {
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        const lk_tensor *tensor = &parameter->tensor;
        for (size_t j = 0; j < tensor->count; j++) {
            double expected = naive_derivative(model, b, &tensor->value[j]);
            double got = (double)tensor->gradient[j];
            cr_assert(fabs(got - expected) < GRADIENT_TOLERANCE * (1 + fabs(expected)),
                      "%s[%zu]: %.10g, naive %.10g", parameter->name, j, got, expected);
        }
    }
}

static void differentiate(lk_context *context, lk_model *model, const lk_batch *b) {
    lk_tape tape = make_recording_tape(context);
    cr_assert(lk_model_need_gradients(model) == LK_OK);
    memset(model->gradients, 0xff, model->block_count * sizeof(lk_real)); // NaN
    lk_model_clear_gradients(model);
    lk_tensor *loss = lk_transformer_loss(&tape, model, b);
    cr_assert(lk_tape_backward(&tape, loss, 1) == LK_OK);
    lk_model_complete_gradients(model);
    lk_tape_release(&tape);
}

Test(transformer, gradients_of_all_weights_equal_the_naive_ones) {
    lk_context *context = make_context();
    for (int i = 0; i < CONFIGS; i++) {
        // The kink of ReLU spoils differences where it lies within a step; GELU stands for it here,
        // and the op's own test covers ReLU.
        lk_model_config config = configs[i];
        if (config.activation == LK_ACTIVATION_RELU) config.activation = LK_ACTIVATION_GELU;
        lk_model *model = make_model(context, &config);
        for (int b = 0; b < BATCHES; b++) {
            differentiate(context, model, &batches[b]);
            check_gradients(model, &batches[b]);
        }
        lk_model_free(model);
    }
    free_context(context);
}

Test(transformer, gradients_of_micro_batches_add_up) {
    lk_context *context = make_context();
    lk_model *model = make_model(context, &configs[2]);
    differentiate(context, model, &batch);
    lk_real *whole = malloc(model->block_count * sizeof *whole);
    memcpy(whole, model->gradients, model->block_count * sizeof *whole);
    lk_tape tape = make_recording_tape(context);
    lk_model_clear_gradients(model);
    for (size_t b = 0; b < SEQUENCES; b++) { // each sequence has four targets that count
        lk_batch part = {1, LENGTH, ids + b * LENGTH, targets + b * LENGTH};
        lk_tape_reset(&tape);
        cr_assert(lk_tape_backward(&tape, lk_transformer_loss(&tape, model, &part), .5) == LK_OK);
    }
    for (size_t i = 0; i < model->parameter_count; i++)
        for (size_t j = 0; j < model->parameters[i].tensor.count; j++) {
            double got = (double)model->parameters[i].tensor.gradient[j];
            double expected = (double)whole[model->parameters[i].offset + j];
            cr_assert(fabs(got - expected) < VALUE_TOLERANCE * (1 + fabs(expected)));
        }
    free(whole);
    lk_tape_release(&tape);
    lk_model_free(model);
    free_context(context);
}

// ---- What follows from causality and from the start ---------------------------------------------

static void check_causality(lk_context *context, const lk_model *model, int shape) {
    lk_tape tape = lk_tape_make(context);
    const lk_tensor *before = lk_transformer_logits(&tape, model, &batch);
    for (size_t t = 1; t < LENGTH; t++) {
        uint32_t changed[SEQUENCES * LENGTH];
        memcpy(changed, ids, sizeof changed);
        changed[t] = (changed[t] + 1) % VOCABULARY;
        const lk_tensor *after =
            lk_transformer_logits(&tape, model, &(lk_batch){SEQUENCES, LENGTH, changed, targets});
        size_t row = VOCABULARY * sizeof(lk_real);
        cr_assert(memcmp(before->value, after->value, t * row) == 0, "shape %d, token %zu", shape,
                  t);
        cr_assert(memcmp(before->value + t * VOCABULARY, after->value + t * VOCABULARY, row) != 0);
    }
    lk_tape_release(&tape);
}

Test(transformer, a_later_token_does_not_move_a_bit_of_earlier_logits) {
    lk_context *context = make_context();
    for (int i = 0; i < CONFIGS; i++) {
        lk_model *model = make_model(context, &configs[i]);
        check_causality(context, model, i);
        lk_model_free(model);
    }
    free_context(context);
}

// How far the last logits move when the tokens before the last change places.
static double effect_of_order(lk_context *context, const lk_model_config *options) {
    lk_model *model = make_model(context, options);
    lk_tape tape = lk_tape_make(context);
    static const uint32_t one[LENGTH] = {1, 6, 0, 3, 2}, other[LENGTH] = {3, 0, 6, 1, 2};
    const lk_real *x =
        lk_transformer_logits(&tape, model, &(lk_batch){1, LENGTH, one, NULL})->value;
    const lk_real *y =
        lk_transformer_logits(&tape, model, &(lk_batch){1, LENGTH, other, NULL})->value;
    double largest = 0;
    for (size_t i = (LENGTH - 1) * VOCABULARY; i < LENGTH * VOCABULARY; i++)
        largest = fmax(largest, fabs((double)x[i] - (double)y[i]));
    lk_tape_release(&tape);
    lk_model_free(model);
    return largest;
}

Test(transformer, knows_the_order_of_its_tokens_by_positions_alone) {
    lk_context *context = make_context();
    lk_model_config config = {.activation = LK_ACTIVATION_SILU, .norm = LK_NORM_RMS, .n_layer = 1};
    for (int i = LK_POSITIONS_LEARNED; i <= LK_POSITIONS_NONE; i++) {
        config.positions = (lk_positions)i;
        double effect = effect_of_order(context, &config);
        if (config.positions == LK_POSITIONS_NONE)
            cr_assert(effect < VALUE_TOLERANCE, "%g", effect);
        else
            cr_assert(effect > 1e-2, "positions %d: %g", i, effect);
    }
    free_context(context);
}

static uint64_t count_parameters(lk_context *context, const lk_model_config *config,
                                 bool without_positions) {
    lk_model *model = NULL;
    cr_assert(lk_model_new_empty(context, &model, config) == LK_OK);
    uint64_t count = lk_model_parameter_count(model, without_positions);
    lk_model_free(model);
    return count;
}

Test(transformer, parameter_counts_are_those_of_the_sources) {
    lk_context *context = make_context();
    lk_model_config chargpt = {.vocab_size = 65,
                               .block_size = 256,
                               .n_layer = 6,
                               .n_head = 6,
                               .n_embd = 384,
                               .activation = LK_ACTIVATION_RELU,
                               .bias = true,
                               .head_bias = true,
                               .norm_epsilon = 1e-5f};
    cr_assert(count_parameters(context, &chargpt, false) == 10788929);
    chargpt.tied_head = true;
    cr_assert(count_parameters(context, &chargpt, false) == 10763969);
    lk_model_config nanogpt = {.vocab_size = 50304,
                               .block_size = 1024,
                               .n_layer = 8,
                               .n_head = 8,
                               .n_embd = 512,
                               .activation = LK_ACTIVATION_GELU,
                               .bias = true,
                               .qkv_bias = true,
                               .tied_head = true,
                               .norm_epsilon = 1e-5f};
    cr_assert(count_parameters(context, &nanogpt, false) == 51500032);
    cr_assert(count_parameters(context, &nanogpt, true) == 50975744);
    free_context(context);
}

// CS336's formula: every projection is a parameter, a feed-forward width that is given is kept, and
// the embedding is as wide as the model, whatever that width is.
Test(transformer, parameter_counts_of_the_gated_shape_follow_the_formula) {
    lk_context *context = make_context();
    static const uint64_t inner[] = {100, 64, 17, 192};
    for (size_t i = 0; i < 4; i++) {
        const uint64_t v = 31, d = 64, f = inner[i], layers = 3;
        lk_model_config config = {.vocab_size = (uint32_t)v,
                                  .block_size = 8,
                                  .n_layer = (uint32_t)layers,
                                  .n_head = 4,
                                  .n_embd = (uint32_t)d,
                                  .d_ff = i == 3 ? 0 : (uint32_t)f, // 8/3 64 = 170.7
                                  .activation = LK_ACTIVATION_SWIGLU,
                                  .norm = LK_NORM_RMS,
                                  .positions = LK_POSITIONS_ROPE,
                                  .rope_theta = 10000,
                                  .norm_epsilon = 1e-5f};
        uint64_t expected = layers * (4 * d * d + 3 * d * f + 2 * d) + 2 * d * v + d;
        cr_assert(count_parameters(context, &config, false) == expected, "d_ff %d", (int)f);
        cr_assert(count_parameters(context, &config, true) == expected);
    }
    free_context(context);
}

Test(transformer, starts_with_a_loss_near_that_of_a_uniform_guess) {
    lk_context *context = make_context();
    lk_model_config config = {.vocab_size = 65,
                              .block_size = 32,
                              .n_layer = 2,
                              .n_head = 4,
                              .n_embd = 32,
                              .bias = true,
                              .norm_epsilon = 1e-5f};
    lk_model *model = NULL;
    cr_assert(lk_model_new(context, &model, &config, 42) == LK_OK);
    lk_tape tape = lk_tape_make(context);
    uint32_t tokens[32];
    int32_t next[32];
    for (size_t t = 0; t < 32; t++) {
        tokens[t] = (uint32_t)(t * 7 % 65);
        next[t] = (int32_t)(t * 11 % 65);
    }
    lk_batch text = {1, 32, tokens, next};
    double loss = (double)*lk_transformer_loss(&tape, model, &text)->value;
    cr_assert(fabs(loss - log(65)) < .1, "%g", loss);
    lk_tape_release(&tape);
    lk_model_free(model);
    free_context(context);
}

// Each dropout draws a stream: two parts and the attention of a layer, and the embedding.
Test(transformer, drops_from_the_embedding_where_that_is_asked_for) {
    lk_context *context = make_context();
    for (int i = 0; i < 2; i++) {
        lk_model_config config = configs[0];
        config.dropout = .1f;
        config.embedding_dropout = i;
        lk_model *model = make_model(context, &config);
        lk_tape tape = make_recording_tape(context);
        lk_transformer_loss(&tape, model, &batches[0]);
        cr_assert(tape.status == LK_OK);
        cr_assert(tape.dropout_index == 3 * model->config.n_layer + (uint32_t)i, "%u draws",
                  (unsigned)tape.dropout_index);
        lk_tape_release(&tape);
        lk_model_free(model);
    }
    free_context(context);
}

Test(transformer, weights_start_with_the_deviations_of_the_sources) {
    lk_context *context = make_context();
    lk_model_config config = {.vocab_size = 100,
                              .block_size = 64,
                              .n_layer = 8,
                              .n_head = 4,
                              .n_embd = 64,
                              .bias = true,
                              .scaled_residual_init = true,
                              .norm_epsilon = 1e-5f};
    lk_model *model = NULL;
    cr_assert(lk_model_new(context, &model, &config, 42) == LK_OK);
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        double mean = 0, square = 0, count = (double)parameter->tensor.count;
        for (size_t j = 0; j < parameter->tensor.count; j++) {
            mean += (double)parameter->tensor.value[j] / count;
            square +=
                (double)parameter->tensor.value[j] * (double)parameter->tensor.value[j] / count;
        }
        bool gain = strstr(parameter->name, "ln_") && strstr(parameter->name, ".weight");
        double deviation = parameter->tensor.rank == 1         ? 0
                           : strstr(parameter->name, "c_proj") ? .02 / 4
                                                               : .02;
        cr_assert(fabs(mean - gain) < 5 * deviation / sqrt(count) + 1e-12, "%s", parameter->name);
        cr_assert(fabs(sqrt(square) - (gain ? 1 : deviation)) < .1 * deviation + 1e-12, "%s",
                  parameter->name);
    }
    lk_model_free(model);
    free_context(context);
}

// Deviation of columns first … of a matrix, and the largest element in deviations.
static double spread(const lk_tensor *tensor, size_t first, size_t columns, double *largest) {
    double square = 0;
    *largest = 0;
    for (size_t i = 0; i < tensor->shape[0]; i++)
        for (size_t j = first; j < first + columns; j++) {
            double x = (double)tensor->value[i * tensor->shape[1] + j];
            square += x * x;
            *largest = fmax(*largest, fabs(x));
        }
    double deviation = sqrt(square / (double)(tensor->shape[0] * columns));
    *largest /= deviation;
    return deviation;
}

static void expect_spread(const lk_model *model, const char *name, size_t first, size_t columns,
                          double expected) {
    // The deviation of a normal distribution that is cut at 3 deviations.
    const double cut = .98658;
    double largest;
    double deviation = spread(&lk_model_find(model, name)->tensor, first, columns, &largest);
    cr_assert(fabs(deviation / (cut * expected) - 1) < .03, "%s: %g, expected %g", name, deviation,
              cut * expected);
    cr_assert(largest > 2.5 && largest * cut <= 3.0001 * 1.03, "%s: %g", name, largest);
}

Test(transformer, xavier_weights_are_cut_and_spread_by_their_own_matrix) {
    lk_context *context = make_context();
    lk_model_config config = {.vocab_size = 200,
                              .block_size = 8,
                              .n_layer = 1,
                              .n_head = 4,
                              .n_kv_head = 1,
                              .n_embd = 64,
                              .d_ff = 160,
                              .activation = LK_ACTIVATION_SWIGLU,
                              .norm = LK_NORM_RMS,
                              .positions = LK_POSITIONS_ROPE,
                              .rope_theta = 10000,
                              .init = LK_INIT_XAVIER,
                              .scaled_residual_init = true, // which is of N(0, .02) alone
                              .norm_epsilon = 1e-5f};
    lk_model *model = NULL;
    cr_assert(lk_model_new(context, &model, &config, 42) == LK_OK);
    expect_spread(model, "transformer.wte.weight", 0, 64, 1);
    expect_spread(model, "transformer.h.0.attn.c_attn.weight", 0, 64, sqrt(2. / 128));
    expect_spread(model, "transformer.h.0.attn.c_attn.weight", 64, 32, sqrt(2. / 80));
    expect_spread(model, "transformer.h.0.attn.c_proj.weight", 0, 64, sqrt(2. / 128));
    expect_spread(model, "transformer.h.0.mlp.c_fc.weight", 0, 320, sqrt(2. / 224));
    expect_spread(model, "transformer.h.0.mlp.c_proj.weight", 0, 64, sqrt(2. / 224));
    expect_spread(model, "lm_head.weight", 0, 64, sqrt(2. / 264));
    lk_model_free(model);
    free_context(context);
}

Test(transformer, weights_are_one_stream_a_tensor_however_the_work_is_split) {
    lk_context *context = make_context();
    lk_model_config config = {.vocab_size = 300,
                              .block_size = 4,
                              .n_layer = 1,
                              .n_head = 1,
                              .n_embd = 64,
                              .norm_epsilon = 1e-5f};
    lk_model *model = NULL;
    cr_assert(lk_model_new(context, &model, &config, 42) == LK_OK);
    lk_random random = lk_random_stream(42, LK_RANDOM_INIT, 0, 0);
    const lk_tensor *first = &model->parameters[0].tensor;
    for (size_t j = 0; j < first->count; j++)
        cr_assert(first->value[j] == (lk_real)(.02 * lk_random_normal(&random)), "element %zu", j);
    lk_model_free(model);
    free_context(context);
}

Test(transformer, refuses_configurations_that_cannot_be_naming_the_setting) {
    lk_context *context = make_context();
    lk_model_config good = {.vocab_size = 5,
                            .block_size = 4,
                            .n_layer = 1,
                            .n_head = 2,
                            .n_embd = 4,
                            .norm_epsilon = 1e-5f};
    lk_model *model = NULL;
    lk_model_config bad = good;
    bad.n_embd = 5;
    expect_failure(context, lk_model_new(context, &model, &bad, 1), LK_ERROR_USAGE, "n_head");
    bad = good;
    bad.n_kv_head = 3;
    expect_failure(context, lk_model_new(context, &model, &bad, 1), LK_ERROR_USAGE, "n_kv_head");
    bad = good;
    bad.positions = LK_POSITIONS_ROPE;
    expect_failure(context, lk_model_new(context, &model, &bad, 1), LK_ERROR_USAGE, "rope_theta");
    bad.n_embd = 6;
    expect_failure(context, lk_model_new(context, &model, &bad, 1), LK_ERROR_USAGE, "pairs");
    bad = good;
    bad.vocab_size = 0;
    expect_failure(context, lk_model_new(context, &model, &bad, 1), LK_ERROR_USAGE, "vocab_size");
    bad = good;
    bad.dropout = 1;
    expect_failure(context, lk_model_new(context, &model, &bad, 1), LK_ERROR_USAGE, "dropout");
    bad = good;
    bad.norm_epsilon = NAN;
    expect_failure(context, lk_model_new(context, &model, &bad, 1), LK_ERROR_USAGE, "norm_epsilon");
    bad = good;
    bad.activation = (lk_activation)9;
    expect_failure(context, lk_model_new(context, &model, &bad, 1), LK_ERROR_USAGE, "choice");
    cr_assert(model == NULL);
    free_context(context);
}
