#include "train/optimizer.h"
#include "train/parts.h"

#include "test_context.h"

#include <string.h>

// One tensor of several pieces among small ones.
static lk_model *make_model(lk_context *context) {
    lk_model_config config = {.vocab_size = 300,
                              .block_size = 8,
                              .n_layer = 1,
                              .n_head = 2,
                              .n_embd = 260,
                              .norm = LK_NORM_LAYER,
                              .norm_epsilon = 1e-5f,
                              .bias = true,
                              .tied_head = true};
    lk_model *model;
    cr_assert(lk_model_new(context, &model, &config, 3) == LK_OK);
    cr_assert(lk_model_need_gradients(model) == LK_OK);
    return model;
}

// The parts of rank `rank` of so many; nobody is told anything.
static lk_parts make_parts(lk_context *context, const lk_model *model, lk_ranks *ranks, int rank,
                           int count) {
    lk_parts parts;
    *ranks = (lk_ranks){.context = context, .rank = rank, .count = count};
    cr_assert(lk_parts_make(context, &parts, model, ranks) == LK_OK);
    return parts;
}

static void draw_gradients(lk_model *model) {
    lk_random random = lk_random_stream(5, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < model->parameter_count; i++)
        for (size_t j = 0; j < model->parameters[i].tensor.count; j++)
            model->parameters[i].tensor.gradient[j] = lk_random_uniform_float(&random) - .5f;
}

// Whether a part may begin there: at a piece of a tensor.
static bool begins_piece(const lk_model *model, size_t offset) {
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *p = &model->parameters[i];
        if (offset >= p->offset && offset < p->offset + p->tensor.count)
            return (offset - p->offset) % LK_PIECE == 0;
    }
    return false;
}

static size_t weights_within(const lk_model *model, size_t begin, size_t end) {
    size_t count = 0;
    for (size_t i = 0; i < model->parameter_count; i++)
        for (size_t j = 0; j < model->parameters[i].tensor.count; j++) {
            size_t at = model->parameters[i].offset + j;
            count += at >= begin && at < end;
        }
    return count;
}

Test(parts, are_runs_of_pieces_with_about_as_many_weights) {
    lk_context *context = make_context();
    lk_model *model = make_model(context);
    size_t all = weights_within(model, 0, model->block_count);
    for (int count = 2; count <= 7; count++) {
        lk_ranks ranks;
        lk_parts parts = make_parts(context, model, &ranks, 0, count);
        size_t sum = 0;
        cr_assert(parts.cuts[0] == model->parameters[0].offset);
        for (int r = 0; r < count; r++) {
            size_t part = weights_within(model, parts.cuts[r], parts.cuts[r + 1]);
            size_t share = all / (size_t)count;
            cr_assert(begins_piece(model, parts.cuts[r]));
            cr_assert(part + LK_PIECE > share && part < share + LK_PIECE + (size_t)count,
                      "part %d of %d has %zu of %zu", r, count, part, all);
            sum += part;
        }
        cr_assert(sum == all);
        lk_parts_release(&parts);
    }
    lk_model_free(model);
    free_context(context);
}

Test(parts, more_ranks_than_pieces_leave_some_without_a_part) {
    lk_context *context = make_context();
    lk_model *model = make_model(context);
    lk_ranks ranks;
    int count = 3 * (int)lk_gradient_pieces(model);
    lk_parts parts = make_parts(context, model, &ranks, 0, count);
    size_t all = weights_within(model, 0, model->block_count), sum = 0;
    for (int r = 0; r < count; r++) {
        cr_assert(parts.cuts[r] <= parts.cuts[r + 1]);
        sum += weights_within(model, parts.cuts[r], parts.cuts[r + 1]);
    }
    cr_assert(sum == all);
    lk_parts_release(&parts);
    lk_model_free(model);
    free_context(context);
}

// Steps of optimizers for all parts, against one for the whole.
static void compare_steps(const lk_optimizer_options *options, int count) {
    lk_context *context = make_context();
    lk_model *whole = make_model(context), *model = make_model(context);
    const lk_kernels *kernels = lk_context_kernels(context);
    lk_optimizer all, own;
    draw_gradients(whole);
    draw_gradients(model);
    cr_assert(lk_optimizer_make(&all, whole, options) == LK_OK);
    for (int step = 0; step < 2; step++) lk_optimizer_step(&all, whole, kernels, .1, .5);
    for (int r = 0; r < count; r++) {
        lk_ranks ranks;
        lk_parts parts = make_parts(context, model, &ranks, r, count);
        size_t begin = lk_parts_begin(&parts), end = lk_parts_end(&parts);
        cr_assert(lk_optimizer_make_part(&own, model, options, begin, end) == LK_OK);
        for (int step = 0; step < 2; step++) lk_optimizer_step(&own, model, kernels, .1, .5);
        for (size_t i = 0; i < own.block_count; i++)
            cr_assert(memcmp(own.blocks[i], all.blocks[i] + begin, (end - begin) * sizeof(float)) ==
                      0);
        lk_optimizer_release(&own);
        lk_parts_release(&parts);
    }
    cr_assert(memcmp(model->values, whole->values, whole->block_count * sizeof(float)) == 0);
    lk_optimizer_release(&all);
    lk_model_free(whole);
    lk_model_free(model);
    free_context(context);
}

Test(parts, together_are_updated_as_the_whole) {
    lk_optimizer_options options = {.kind = LK_OPTIMIZER_ADAMW,
                                    .beta1 = .9,
                                    .beta2 = .95,
                                    .epsilon = 1e-8,
                                    .momentum = .9,
                                    .weight_decay = .1,
                                    .decay_matrices_only = true};
    for (int count = 2; count <= 5; count++) compare_steps(&options, count);
    options.kind = LK_OPTIMIZER_SGD;
    compare_steps(&options, 3);
}

Test(parts, squares_of_parts_are_those_of_the_whole) {
    lk_context *context = make_context();
    lk_model *model = make_model(context);
    const lk_kernels *kernels = lk_context_kernels(context);
    double whole[64], sum[64] = {0}, own[64];
    size_t pieces = lk_gradient_pieces(model);
    cr_assert(pieces <= 64 && pieces > model->parameter_count);
    draw_gradients(model);
    lk_gradient_squares(whole, model, kernels, 0, model->block_count);
    for (int r = 0; r < 4; r++) {
        lk_ranks ranks;
        lk_parts parts = make_parts(context, model, &ranks, r, 4);
        lk_gradient_squares(own, model, kernels, lk_parts_begin(&parts), lk_parts_end(&parts));
        for (size_t i = 0; i < pieces; i++) sum[i] += own[i];
        lk_parts_release(&parts);
    }
    cr_assert(memcmp(whole, sum, pieces * sizeof *whole) == 0);
    lk_model_free(model);
    free_context(context);
}

// Of one rank: what reproducible training adds up, micro-batch by micro-batch.
Test(parts, sums_of_one_rank_begin_with_the_first_summand) {
    lk_context *context = make_context();
    lk_model *model = make_model(context);
    const lk_kernels *kernels = lk_context_kernels(context);
    lk_parts parts;
    cr_assert(lk_parts_make(context, &parts, model, NULL) == LK_OK);
    size_t count = lk_parts_end(&parts) - lk_parts_begin(&parts);
    float *sum = lk_alloc(context, count, sizeof *sum);
    draw_gradients(model);
    memset(sum, 0xff, count * sizeof *sum);
    lk_parts_sum(&parts, kernels, sum, model->gradients, 1, false);
    cr_assert(memcmp(sum, model->gradients, count * sizeof *sum) == 0);
    lk_parts_sum(&parts, kernels, sum, model->gradients, 1, true);
    for (size_t i = 0; i < count; i++) cr_assert(sum[i] == 2 * model->gradients[i]);
    lk_free(context, sum);
    lk_parts_release(&parts);
    lk_model_free(model);
    free_context(context);
}
