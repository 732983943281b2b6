#include "train/settings_cost.h"
#include "train/trainer.h"

#include "test_context.h"

#include <math.h>

// ---- Numbers of Stanford's CS336 ----------------------------------------------------------------

static lk_model_config cs336(uint32_t layers, uint32_t width, uint32_t heads, uint32_t d_ff,
                             uint32_t block_size) {
    return (lk_model_config){.vocab_size = 50257,
                             .block_size = block_size,
                             .n_layer = layers,
                             .n_head = heads,
                             .n_embd = width,
                             .d_ff = d_ff,
                             .activation = LK_ACTIVATION_SWIGLU,
                             .norm = LK_NORM_RMS,
                             .positions = LK_POSITIONS_ROPE,
                             .rope_theta = 10000,
                             .norm_epsilon = 1e-5f};
}

static lk_model_cost cost_of(lk_context *context, lk_model_config config) {
    lk_model_cost cost;
    lk_status status = lk_model_cost_count(context, &cost, &config);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return cost;
}

Test(cost, the_shapes_of_gpt2_have_the_published_operations) {
    lk_context *context = make_context();
    lk_model_cost xl = cost_of(context, cs336(48, 1600, 25, 6400, 1024));
    cr_assert(xl.matrix_products == 4513336524800.0, "%.0f", xl.matrix_products);
    cr_assert(xl.parameters == 2127057600);
    cr_assert(cost_of(context, cs336(12, 768, 12, 3072, 1024)).matrix_products == 349630365696.0);
    cr_assert(cost_of(context, cs336(24, 1024, 16, 4096, 1024)).matrix_products == 1033109504000.0);
    cr_assert(cost_of(context, cs336(36, 1280, 20, 5120, 1024)).matrix_products == 2257754521600.0);
    lk_model_cost longer = cost_of(context, cs336(48, 1600, 25, 6400, 16384));
    cr_assert(longer.matrix_products == 149522795724800.0);
    cr_assert(fabs(longer.between_tokens / longer.matrix_products - .55) < .005);
    free_context(context);
}

Test(cost, the_second_total_adds_rotations_softmax_and_norms) {
    lk_context *context = make_context();
    double n = 48, d = 1600, s = 1024, h = 25;
    lk_model_cost cost = cost_of(context, cs336(48, 1600, 25, 6400, 1024));
    double expected =
        cost.matrix_products + n * (6 * d * s + 5 * h * s * s + 10 * d * s) + 5 * d * s;
    cr_assert(cost.operations == expected, "%.0f, not %.0f", cost.operations, expected);
    free_context(context);
}

Test(cost, grouped_heads_make_keys_and_values_cheaper) {
    lk_context *context = make_context();
    lk_model_config config = cs336(2, 64, 8, 128, 32);
    double before = cost_of(context, config).matrix_products;
    config.n_kv_head = 2;
    double after = cost_of(context, config).matrix_products;
    cr_assert(before - after == 2 * 2 * 2.0 * 64 * (64 - 16) * 32); // layers, keys and values
    free_context(context);
}

Test(cost, training_is_three_times_forward_with_half_of_the_pairs) {
    lk_context *context = make_context();
    double d = 64, f = 128, s = 32, v = 50257, layers = 2;
    lk_model_cost cost = cost_of(context, cs336(2, 64, 8, 128, 32));
    double pairs = s * (s + 1) / 2;
    double forward = layers * (8 * d * d * s + 6 * d * f * s + 4 * d * pairs) + 2 * d * v * s;
    double got = lk_model_cost_training(&cost, 32, 5);
    cr_assert(fabs(got / (3 * 5 * forward) - 1) < 1e-12, "%.0f", got);
    free_context(context);
}

Test(cost, a_wrong_shape_is_refused) {
    lk_context *context = make_context();
    lk_model_cost cost;
    lk_model_config config = cs336(2, 65, 8, 128, 32);
    expect_failure(context, lk_model_cost_count(context, &cost, &config), LK_ERROR_USAGE, "n_embd");
    free_context(context);
}

// ---- Any shape ----------------------------------------------------------------------------------

static uint32_t one_of(lk_random *random, uint32_t count) {
    return (uint32_t)lk_random_below(random, count);
}

static lk_model_config random_shape(lk_random *random) {
    uint32_t groups = 1 + one_of(random, 3), heads = groups * (1 + one_of(random, 3));
    return (lk_model_config){
        .vocab_size = 1 + one_of(random, 90),
        .block_size = 1 + one_of(random, 40),
        .n_layer = 1 + one_of(random, 4),
        .n_head = heads,
        .n_kv_head = one_of(random, 2) ? groups : 0,
        .n_embd = heads * 2 * (1 + one_of(random, 5)),
        .d_ff = one_of(random, 3) ? 1 + one_of(random, 70) : 0,
        .activation = (lk_activation)one_of(random, LK_ACTIVATION_SWIGLU + 1),
        .norm = (lk_norm)one_of(random, LK_NORM_NONE + 1),
        .norm_place = (lk_norm_place)one_of(random, LK_NORM_POST + 1),
        .positions = (lk_positions)one_of(random, LK_POSITIONS_NONE + 1),
        .rope_theta = 10000,
        .bias = one_of(random, 2),
        .qkv_bias = one_of(random, 2),
        .tied_head = one_of(random, 2),
        .head_bias = one_of(random, 2),
        .norm_epsilon = 1e-5f,
    };
}

Test(cost, parameters_of_any_shape_are_those_of_the_model) {
    lk_context *context = make_context();
    for (uint32_t round = 0; round < 300; round++) {
        lk_random random = lk_random_stream(11, LK_RANDOM_TEST, round, 0);
        lk_model_config config = random_shape(&random);
        lk_model_cost cost = cost_of(context, config);
        lk_model *model;
        cr_assert(lk_model_new(context, &model, &config, 1) == LK_OK);
        uint64_t all = lk_model_parameter_count(model, false);
        uint64_t without_positions = lk_model_parameter_count(model, true);
        cr_assert(cost.parameters == all, "round %u: %llu, not %llu", round,
                  (unsigned long long)cost.parameters, (unsigned long long)all);
        cr_assert(cost.parameters - cost.position_parameters == without_positions);
        lk_model_free(model);
    }
    free_context(context);
}

// ---- Memory -------------------------------------------------------------------------------------

typedef struct memory_case {
    const char *preset;
    const char *lines;
    int threads;
} memory_case;

static const memory_case memory_cases[] = {
    {"nanogpt", "n_layer = 4\nn_head = 4\nn_embd = 128\nblock_size = 128\nbatch_size = 8\n", 2},
    {"nanogpt-rope",
     "n_layer = 3\nn_head = 4\nn_embd = 192\nblock_size = 64\nbatch_size = 32\n"
     "dropout = 0.0\n",
     1},
    {"cs336", "n_layer = 2\nn_head = 8\nn_embd = 256\nblock_size = 256\nbatch_size = 4\n", 2},
    {"cs336",
     "n_layer = 2\nn_head = 8\nn_embd = 128\nn_kv_head = 2\nblock_size = 512\n"
     "batch_size = 1\nvocab_size = 5000\n",
     2},
    {"chargpt", "n_layer = 6\nn_head = 6\nn_embd = 96\nblock_size = 64\nbatch_size = 16\n", 1},
    {"llama",
     "n_layer = 2\nn_head = 4\nn_embd = 256\nblock_size = 32\nbatch_size = 2\n"
     "norm_place = post\nvocab_size = 20000\n",
     1},
    {"gpt2",
     "n_layer = 2\nn_head = 4\nn_embd = 128\nblock_size = 128\nbatch_size = 16\n"
     "norm = none\npositions = none\n",
     1},
    {"chargpt", "n_layer = 2\nn_embd = 192\nblock_size = 32\nbatch_size = 4\nstats = 1\n", 1},
    {"mlp", "n_embd = 32\nn_hidden = 500\nblock_size = 8\nbatch_size = 2000\n", 2},
    {"mlp", "n_hidden = 3000\neval_iters = 0\n", 1}, // evaluations are larger than steps
    {"mlp-bn", "n_hidden = 2000\neval_iters = 0\ncalibrate = True\noptimizer = adamw\n", 1},
    {"mlp-bn6", "n_hidden = 200\nbatch_size = 1500\nmomentum = 0.9\n", 1},
    {"wavenet", "n_hidden = 200\nbatch_size = 300\nbias = True\nstats = 1\n", 2},
    {"wavenet",
     "n_layer = 5\nblock_size = 32\nn_hidden = 150\nbatch_size = 100\nnorm = none\nl2 = 0.1\n", 1},
    {"bigram", "vocab_size = 1000\n", 1}, // all examples at once
    {"bigram", "vocab_size = 3000\nbatch_size = 50\neval_iters = 0\n", 1},
    {"bigram-counts", "vocab_size = 1500\n", 1},
};

static lk_settings *settings_of(lk_context *context, const memory_case *c) {
    lk_settings *settings;
    cr_assert(lk_settings_new(context, &settings, c->preset) == LK_OK);
    static const char *const small[][2] = {
        {"gradient_accumulation_steps", "1"}, {"eval_iters", "1"}, {"max_iters", "1"}};
    for (size_t i = 0; i < 3; i++)
        cr_assert(lk_settings_set(settings, small[i][0], small[i][1]) == LK_OK);
    lk_status status = lk_settings_read(settings, "case", c->lines, strlen(c->lines));
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return settings;
}

// What the context counts after a whole training, evaluations included; and that the tape has
// little left of what was set aside for it.
static void compare_training(const memory_case *c) {
    enum { TEXT = 8192 };
    static char text[TEXT];
    for (size_t i = 0; i < TEXT; i++)
        text[i] = i % 9 == 8 ? '\n' : (char)('a' + (i * i + i / 7) % 26);
    lk_context *context;
    cr_assert(lk_context_new(&context, &(lk_options){.threads = c->threads}) == LK_OK);
    lk_settings *settings = settings_of(context, c);
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    lk_trainer *trainer;
    lk_status status = lk_trainer_new_from_text(context, &trainer, settings, text, TEXT);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    double left = INFINITY; // of the tape's block, when it has least
    lk_train_report report;
    do {
        cr_assert(lk_trainer_next(trainer, &report) == LK_OK);
        left = fmin(left, (double)trainer->tape.arena.left);
    } while (report.event != LK_TRAIN_DONE);
    double counted = (double)(lk_context_memory_usage(context).peak_bytes - before);
    lk_model_config config = lk_model_config_get(lk_trainer_model(trainer));
    lk_training_memory memory;
    lk_training_load load = lk_settings_load(trainer->settings, &config,
                                             lk_batches_drawn(&trainer->batches, LK_SPLIT_TRAIN));
    cr_assert(lk_training_memory_count(context, &memory, &config, &load) == LK_OK);
    double ratio = (double)memory.total / counted;
    cr_assert(ratio > .95 && ratio < 1.05, "%s: %s: %.0f bytes, counted %.0f", c->preset, c->lines,
              (double)memory.total, counted);
    double tape = (double)(memory.activations + memory.backward + memory.evaluation);
    cr_assert(left < .05 * tape, "%s: %s: %.0f bytes left of %.0f", c->preset, c->lines, left,
              tape);
    lk_trainer_free(trainer);
    lk_settings_free(settings);
    lk_context_free(context);
}

Test(cost, training_takes_the_memory_that_was_foretold) {
    if (LK_ARENA_IS_WATCHED) cr_skip("a tool puts more between what is allocated");
    for (size_t i = 0; i < sizeof memory_cases / sizeof *memory_cases; i++)
        compare_training(&memory_cases[i]);
}

static lk_inference_memory compare_generation(lk_context *context, const lk_model_config *config) {
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    lk_model *model;
    lk_decoder *decoder;
    lk_inference_memory memory;
    cr_assert(lk_model_new(context, &model, config, 1) == LK_OK);
    cr_assert(lk_decoder_new(context, &decoder, model) == LK_OK);
    double counted = (double)(lk_context_memory_usage(context).live_bytes - before);
    cr_assert(lk_inference_memory_count(context, &memory, config) == LK_OK);
    double ratio = (double)memory.total / counted;
    cr_assert(ratio > .9 && ratio < 1.1, "family %d, %u wide: %.0f bytes, counted %.0f",
              (int)config->family, config->n_embd, (double)memory.total, counted);
    lk_decoder_free(decoder);
    lk_model_free(model);
    return memory;
}

Test(cost, generation_takes_the_memory_that_was_foretold) {
    lk_context *context = make_context();
    static const struct {
        uint32_t layers, width, heads, kv_heads, block_size, vocabulary;
    } shapes[] = {{2, 256, 4, 4, 512, 300}, {6, 128, 8, 2, 2048, 50}, {1, 192, 6, 3, 64, 30000}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        lk_model_config config =
            cs336(shapes[i].layers, shapes[i].width, shapes[i].heads, 0, shapes[i].block_size);
        config.n_kv_head = shapes[i].kv_heads;
        config.vocab_size = shapes[i].vocabulary;
        lk_inference_memory memory = compare_generation(context, &config);
        cr_assert(memory.cache == memory.cache_per_token * config.block_size);
    }
    free_context(context);
}

Test(cost, generation_of_the_models_of_a_window_does_so_too) {
    lk_context *context = make_context();
    static const struct {
        const char *preset;
        uint32_t hidden, vocabulary;
    } shapes[] = {{"bigram", 0, 1500},
                  {"mlp", 2000, 5000},
                  {"mlp-bn", 20000, 27},
                  {"mlp-bn6", 700, 27},
                  {"wavenet", 700, 600}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        lk_settings *settings;
        cr_assert(lk_settings_new(context, &settings, shapes[i].preset) == LK_OK);
        lk_model_config config = lk_settings_model_config(settings, shapes[i].vocabulary);
        config.n_hidden = shapes[i].hidden;
        cr_assert(compare_generation(context, &config).cache == 0);
        lk_settings_free(settings);
    }
    free_context(context);
}

Test(cost, a_training_that_does_not_fit_is_refused_before_its_data_are_read) {
    lk_context *context;
    lk_options options = {.threads = 1, .memory_limit = 100u << 20};
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    lk_settings *settings;
    lk_trainer *trainer;
    cr_assert(lk_settings_new(context, &settings, "nanogpt") == LK_OK);
    cr_assert(lk_settings_set(settings, "data", "no such file") == LK_OK);
    expect_failure(context, lk_trainer_new(context, &trainer, settings), LK_ERROR_LIMIT,
                   "MB, more than the limit of 105 MB");
    cr_assert(!trainer);
    lk_settings_free(settings);
    free_context(context);
}
