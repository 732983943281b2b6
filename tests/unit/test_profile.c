// What operations cost, against counts by hand and against the costs of models; and profiles of
// training by a clock that goes on by one second each time it is read.
#include "grad/op.h"
#include "likelore/lm_cost.h"
#include "likelore/lm_profile.h"

#include "tiny_trainer.h"

#include <math.h>
#include <stdio.h>

// ---- Operations, one by one ---------------------------------------------------------------------

static float values[4096], gradients[4096];

static lk_tensor leaf(int rank, size_t a, size_t b, size_t c) {
    lk_tensor tensor = {.rank = rank,
                        .shape = {a, b, c},
                        .count = a * b * c,
                        .value = values,
                        .gradient = gradients,
                        .needs_gradient = true};
    cr_assert(tensor.count <= sizeof values / sizeof *values);
    return tensor;
}

static void check_pass(const lk_tensor *output, bool backward, double products, double operations,
                       double numbers) {
    cr_assert(output);
    const lk_node *node = output->source;
    lk_op_cost cost = node->op->cost(node, backward);
    const char *pass = backward ? "backward" : "forward";
    cr_assert(cost.products == products, "%s %s: %g", node->op->name, pass, cost.products);
    cr_assert(cost.operations == operations, "%s %s: %g", node->op->name, pass, cost.operations);
    cr_assert(cost.numbers == numbers, "%s %s: %g", node->op->name, pass, cost.numbers);
}

static void check_moving(const lk_tensor *output, double forward, double backward) {
    check_pass(output, false, 0, 0, forward);
    check_pass(output, true, 0, 0, backward);
}

static lk_tape recording_tape(lk_context *context) {
    lk_tape tape = lk_tape_make(context);
    tape.recording = true;
    return tape;
}

Test(op_cost, of_linear_layers) {
    lk_context *context = make_context();
    lk_tape tape = recording_tape(context);
    lk_tensor x = leaf(2, 6, 4, 1), weight = leaf(2, 4, 5, 1), bias = leaf(1, 5, 1, 1);
    lk_tensor *plain = lk_linear(&tape, &x, &weight, &bias);
    check_pass(plain, false, 240, 240, 24 + 20 + 5 + 30);      // 2·6·4·5
    check_pass(plain, true, 480, 480, 2 * (24 + 20 + 5) + 30); // dw and dx
    lk_tensor *relu = lk_linear_activated(&tape, &x, &weight, NULL, LK_UNARY_RELU);
    check_pass(relu, false, 240, 240, 24 + 20 + 30);
    check_pass(relu, true, 480, 480, 2 * (24 + 20) + 30 + 30); // dy, and y for its slope
    lk_tensor *gelu = lk_linear_activated(&tape, &x, &weight, NULL, LK_UNARY_GELU);
    check_pass(gelu, false, 240, 240, 24 + 20 + 30 + 30); // what the slope follows from
    x.needs_gradient = false;
    check_pass(lk_linear(&tape, &x, &weight, NULL), true, 240, 240, 2 * (24 + 20) + 30);
    lk_tape_release(&tape);
    free_context(context);
}

Test(op_cost, of_products_and_rows_of_tables) {
    lk_context *context = make_context();
    lk_tape tape = recording_tape(context);
    lk_tensor a = leaf(3, 2, 3, 4), b = leaf(3, 2, 4, 5), table = leaf(2, 9, 4, 1);
    lk_tensor *product = lk_matrix_product(&tape, &a, &b);
    check_pass(product, false, 240, 240, 24 + 40 + 30); // 2 matrices, 2·3·4·5
    check_pass(product, true, 480, 480, 2 * (24 + 40) + 30);
    uint32_t ids[6] = {1, 2, 3, 1, 2, 3};
    check_moving(lk_embedding(&tape, &table, ids, 2, (size_t[]){2, 3}), 48, 72);
    lk_tape_release(&tape);
    free_context(context);
}

Test(op_cost, of_attention) {
    lk_context *context = make_context();
    lk_tape tape = recording_tape(context);
    lk_tensor qkv = leaf(3, 2, 5, 4 * 3 + 2 * 2 * 3); // 4 heads of 3 channels, 2 of keys and values
    lk_attention_options options = {.heads = 4, .kv_heads = 2, .causal = true};
    lk_tensor *causal = lk_self_attention(&tape, &qkv, &options);
    double scores = 2 * 4 * 15, moved = 2 * 5 * 24, output = 2 * 5 * 12; // 15 pairs of 5 positions
    check_pass(causal, false, scores * 4 * 3, scores * (4 * 3 + 5), moved + output);
    check_pass(causal, true, scores * 8 * 3, scores * (8 * 3 + 10), 2 * moved + output);
    options.causal = false;
    scores = 2 * 4 * 25;
    check_pass(lk_self_attention(&tape, &qkv, &options), false, scores * 4 * 3,
               scores * (4 * 3 + 5), moved + output);
    lk_tape_release(&tape);
    free_context(context);
}

Test(op_cost, of_the_loss) {
    lk_context *context = make_context();
    lk_tape tape = recording_tape(context);
    lk_tensor x = leaf(2, 3, 4, 1), head = leaf(2, 7, 4, 1);
    int32_t targets[3] = {1, 2, -1};
    lk_tensor *loss = lk_cross_entropy(&tape, &x, &head, NULL, targets);
    check_pass(loss, false, 2 * 3 * 4 * 7, 2 * 3 * 4 * 7 + 5 * 21, 12 + 28 + 21);
    check_pass(loss, true, 4 * 3 * 4 * 7, 4 * 3 * 4 * 7, 2 * (12 + 28) + 21);
    lk_tape_release(&tape);
    free_context(context);
}

Test(op_cost, of_norms_gates_and_rotations) {
    lk_context *context = make_context();
    lk_tape tape = recording_tape(context);
    lk_tensor x = leaf(3, 2, 3, 8), gain = leaf(1, 8, 1, 1), bias = leaf(1, 8, 1, 1);
    lk_tensor *norm = lk_layernorm(&tape, &x, &gain, &bias, 1e-5);
    check_pass(norm, false, 0, 8 * 48, 2 * 48);
    check_pass(norm, true, 0, 16 * 48, 3 * 48);
    check_pass(lk_layernorm(&tape, &x, &gain, NULL, 1e-5), false, 0, 7 * 48, 2 * 48);
    check_pass(lk_rmsnorm(&tape, &x, &gain, 1e-5), false, 0, 5 * 48, 2 * 48);
    check_moving(lk_swiglu(&tape, &x), 24 + 48, 24 + 48 + 48);
    lk_rotation rotation = {.cosines = values, .sines = values, .heads = 1, .width = 4};
    lk_tensor *turned = lk_rope(&tape, &x, &rotation);
    check_pass(turned, false, 0, 6 * 2 * 6, 2 * 24); // 6 rows of 2 pairs
    check_pass(turned, true, 0, 6 * 2 * 6, 2 * 24);
    lk_tape_release(&tape);
    free_context(context);
}

Test(op_cost, of_what_works_element_by_element) {
    lk_context *context = make_context();
    lk_tape tape = recording_tape(context);
    lk_tensor a = leaf(2, 3, 4, 1), b = leaf(2, 3, 4, 1), row = leaf(1, 4, 1, 1);
    check_moving(lk_add(&tape, &a, &b), 36, 0); // handed on
    check_moving(lk_add(&tape, &a, &row), 28, 16);
    check_moving(lk_multiply(&tape, &a, &b), 36, 60);
    check_moving(lk_apply_unary(&tape, &a, LK_UNARY_TANH), 24, 36);
    check_moving(lk_scale(&tape, &a, 2), 24, 24);
    check_moving(lk_mean(&tape, &a), 12, 12);
    check_moving(lk_reshape(&tape, &a, 1, (size_t[]){12}), 0, 0);
    check_moving(lk_transpose(&tape, &a), 24, 24);
    lk_tensor *softmax = lk_softmax(&tape, &a);
    check_pass(softmax, false, 0, 5 * 12, 24);
    lk_tape_release(&tape);
    free_context(context);
}

// ---- Profiles -----------------------------------------------------------------------------------

static double seconds_so_far;
static double tick(void) { return seconds_so_far++; }

static const training_setting quiet[] = {{"eval_interval", "1000"}, {"dropout", "0.1"}};

static lk_step_profile profile_of(lk_trainer *trainer, uint64_t warmup, uint64_t steps) {
    cr_assert(lk_trainer_profile_begin(trainer, tick, warmup) == LK_OK);
    for (uint64_t i = 0; i < warmup + steps; i++) next_step(trainer);
    lk_trainer_profile_end(trainer);
    return lk_trainer_profile_get(trainer);
}

Test(profile, rows_add_up_to_the_steps) {
    lk_context *context = make_context();
    lk_trainer *trainer = make_trainer(context, "nanogpt", quiet, 2);
    lk_step_profile profile = profile_of(trainer, 2, 3);
    cr_assert(profile.steps == 3 && profile.step_tokens == lk_trainer_step_tokens(trainer));
    double seconds = 0;
    uint64_t calls = 0;
    for (size_t i = 0; i < profile.row_count; i++) {
        seconds += profile.rows[i].seconds;
        calls += profile.rows[i].calls;
    }
    cr_assert(seconds == profile.seconds && seconds == (double)calls); // a second for each lap
    next_step(trainer);
    cr_assert(lk_trainer_profile_get(trainer).steps == 3);
    lk_trainer_free(trainer);
    free_context(context);
}

static double sum_of_products(const lk_step_profile *profile) {
    double products = 0;
    for (size_t i = 0; i < profile->row_count; i++) products += profile->rows[i].products;
    return products / (double)profile->steps;
}

static void check_products(const char *preset, const training_setting *more, size_t count) {
    lk_context *context = make_context();
    lk_trainer *trainer = make_trainer(context, preset, more, count);
    lk_step_profile profile = profile_of(trainer, 1, 2);
    double expected = lk_trainer_step_operations(trainer), got = sum_of_products(&profile);
    cr_assert(fabs(got - expected) <= 1e-12 * expected, "%s: %g, not %g", preset, got, expected);
    lk_trainer_free(trainer);
    free_context(context);
}

Test(profile, products_are_those_that_the_shape_of_the_model_costs) {
    static const char *const presets[] = {"nanogpt", "nanogpt-rope", "cs336",
                                          "llama",   "chargpt",      "chargpt-tied"};
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        check_products(presets[i], quiet, 2);
    training_setting grouped[] = {{"eval_interval", "1000"}, {"n_kv_head", "1"}};
    check_products("llama", grouped, 2);
}

// Of the forward pass alone: with rotations, softmax and norms, of the pairs that causality leaves,
// and with the softmax of the loss.
Test(profile, operations_forward_are_those_of_the_second_total) {
    static const char *const presets[] = {"nanogpt", "nanogpt-rope", "cs336", "llama"};
    for (size_t p = 0; p < sizeof presets / sizeof *presets; p++) {
        lk_context *context = make_context();
        lk_trainer *trainer = make_trainer(context, presets[p], quiet, 2);
        const lk_model_config *config = &trainer->model->config;
        lk_step_profile profile = profile_of(trainer, 0, 1);
        lk_model_cost cost;
        cr_assert(lk_model_cost_count(context, &cost, config) == LK_OK);
        double tokens = (double)profile.step_tokens, s = config->block_size, expected = 0, got = 0;
        for (size_t i = 0; i < cost.row_count; i++) {
            const lk_cost_row *row = &cost.rows[i];
            bool of_pairs = row->between_tokens || strcmp(row->part, "softmax") == 0;
            expected += row->times * row->operations * (of_pairs ? (s + 1) / (2 * s) : 1);
        }
        expected = expected * tokens / s + 5 * tokens * config->vocab_size;
        for (size_t i = 0; i < profile.row_count; i++)
            if (profile.rows[i].phase == LK_PROFILE_FORWARD) got += profile.rows[i].operations;
        cr_assert(fabs(got - expected) <= 1e-12 * expected, "%s: %g, not %g", presets[p], got,
                  expected);
        lk_trainer_free(trainer);
        free_context(context);
    }
}

Test(profile, changes_no_bit) {
    static const char *const presets[] = {"chargpt", "llama"};
    for (int i = 0; i < 2; i++) {
        lk_context *context = make_context();
        training_setting more[] = {{"stats", "2"}, {"dropout", "0.2"}};
        lk_trainer *plain = make_trainer(context, presets[i], more, 2);
        lk_trainer *measured = make_trainer(context, presets[i], more, 2);
        cr_assert(lk_trainer_profile_begin(measured, tick, 1) == LK_OK);
        train_until(plain, 6);
        train_until(measured, 6);
        cr_assert(lk_trainer_profile_get(measured).steps == 5);
        cr_assert(same(digests_of(plain), digests_of(measured)));
        lk_trainer_free(plain);
        lk_trainer_free(measured);
        free_context(context);
    }
}

Test(profile, tells_shapes_phases_and_memory) {
    lk_context *context = make_context();
    lk_trainer *trainer = make_trainer(context, "nanogpt", quiet, 2);
    const lk_model_config *config = &trainer->model->config;
    lk_step_profile profile = profile_of(trainer, 0, 1);
    unsigned seen[LK_PROFILE_PHASES] = {0};
    bool has_up = false;
    char up[64];
    size_t rows = lk_batches_drawn(&trainer->batches, LK_SPLIT_TRAIN) * config->block_size;
    snprintf(up, sizeof up, "%zu×%u×%u gelu", rows, config->n_embd, config->d_ff);
    for (size_t i = 0; i < profile.row_count; i++) {
        seen[profile.rows[i].phase]++;
        has_up |= strcmp(profile.rows[i].shape, up) == 0;
    }
    cr_assert(seen[LK_PROFILE_FORWARD] > 0 && seen[LK_PROFILE_OUTSIDE] == 4);
    cr_assert(seen[LK_PROFILE_FORWARD] == seen[LK_PROFILE_BACKWARD]);
    cr_assert(has_up, "%s is missing", up);
    uint64_t held =
        profile.model_bytes + profile.gradient_bytes + profile.optimizer_bytes + profile.step_bytes;
    cr_assert(profile.optimizer_bytes == 2 * profile.model_bytes && profile.step_bytes > 0);
    cr_assert(held < profile.peak_bytes);
    lk_trainer_free(trainer);
    free_context(context);
}

Test(profile, without_memory_for_a_row_training_goes_on_and_nothing_is_told) {
    lk_context *context = make_context();
    lk_trainer *plain = make_trainer(context, "chargpt", quiet, 2);
    lk_trainer *trainer = make_trainer(context, "chargpt", quiet, 2);
    train_until(plain, 3);
    train_until(trainer, 1);
    cr_assert(lk_trainer_profile_begin(trainer, tick, 0) == LK_OK);
    lk_context_fail_allocation(context, 1);
    train_until(trainer, 3);
    cr_assert(lk_trainer_profile_get(trainer).steps == 0);
    cr_assert(same(digests_of(plain), digests_of(trainer)));
    lk_trainer_free(plain);
    lk_trainer_free(trainer);
    free_context(context);
}

// ---- Showing ------------------------------------------------------------------------------------

Test(profile, shows_speeds_beside_the_ceiling_that_is_nearer) {
    lk_context *context = make_context();
    const lk_profile_row rows[] = {
        {LK_PROFILE_FORWARD, "linear", "2×3×4", 2, 1.5, 3e9, 3e9, 1e9},
        {LK_PROFILE_FORWARD, "linear", "4×3×2", 2, .5, 1e9, 1e9, 1e9},
        {LK_PROFILE_FORWARD, "add", "", 4, 1, 0, 0, 6e9},
        {LK_PROFILE_OUTSIDE, "data", "", 2, 1, 0, 0, 0},
    };
    lk_step_profile profile = {
        .steps = 2, .step_tokens = 100, .seconds = 4, .rows = rows, .row_count = 4};
    lk_ceilings ceilings = {.compute = 4, .memory = 8};
    lk_buffer out = lk_buffer_make(context);
    lk_step_profile_text(&out, &profile, &ceilings);
    cr_assert(lk_buffer_status(&out) == LK_OK);
    static const char *const lines[] = {
        "2 steps of 100 tokens, 2000.00 ms each: 50 tokens/s\n",
        "forward                                   4   1500.000   75.0 %      1.3      2.7    33 % "
        "memory\n",
        "  linear                                  2   1000.000   50.0 %      2.0      1.0    50 % "
        "compute\n",
        "    2×3×4                                 1    750.000   37.5 %      2.0      0.7    50 % "
        "compute\n",
        "  add                                     2    500.000   25.0 %               6.0    75 % "
        "memory\n",
        "  data                                         500.000   25.0 %\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        cr_assert(strstr(lk_buffer_text(&out), lines[i]), "%s is missing in\n%s", lines[i],
                  lk_buffer_text(&out));
    lk_buffer_clear(&out);
    cr_assert(lk_step_profile_json(context, &out, &profile, NULL) == LK_OK);
    lk_json *document;
    cr_assert(lk_json_parse(context, &document, out.data, out.length) == LK_OK);
    const lk_json *row = lk_json_first(lk_json_get(document, "rows"));
    cr_assert(lk_json_number(lk_json_get(row, "gflops"), 0) == 2);
    cr_assert(lk_json_number(lk_json_get(row, "ms"), 0) == 750);
    cr_assert(!lk_json_get(row, "bound"));
    lk_json_free(context, document);
    lk_buffer_clear(&out);
    lk_step_profile_text(&out, &(lk_step_profile){0}, NULL);
    cr_assert(strcmp(lk_buffer_text(&out), "no step was measured\n") == 0);
    lk_buffer_free(&out);
    free_context(context);
}
