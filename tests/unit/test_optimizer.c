// The optimizers, clipping and the schedules against hand-written versions. In double.
#include "train/optimizer.h"
#include "train/schedule.h"

#include "gradient_norm.h"
#include "test_context.h"

#include <math.h>
#include <stdlib.h>

static lk_model *make_model(lk_context *context) {
    lk_model_config config = {.vocab_size = 5,
                              .block_size = 3,
                              .n_layer = 1,
                              .n_head = 1,
                              .n_embd = 4,
                              .bias = true,
                              .norm_epsilon = 1e-5f};
    lk_model *model = NULL;
    cr_assert(lk_model_new(context, &model, &config, 1) == LK_OK);
    cr_assert(lk_model_need_gradients(model) == LK_OK);
    return model;
}

static void draw_gradients(lk_model *model, uint64_t step) {
    lk_random random = lk_random_stream(5, LK_RANDOM_TEST, step, 0);
    for (size_t i = 0; i < model->parameter_count; i++)
        for (size_t j = 0; j < model->parameters[i].tensor.count; j++)
            model->parameters[i].tensor.gradient[j] = lk_random_normal(&random);
}

// One weight, followed by the formulas as they are written, in PyTorch's order and in CS336's.
typedef struct followed {
    double weight, m, v;
} followed;

typedef void follow_rule(followed *f, const lk_optimizer_options *o, double gradient, double rate,
                         double decay, int t);

static void follow_moments(followed *f, const lk_optimizer_options *o, double gradient) {
    f->m = o->beta1 * f->m + (1 - o->beta1) * gradient;
    f->v = o->beta2 * f->v + (1 - o->beta2) * gradient * gradient;
}

static void follow_adamw(followed *f, const lk_optimizer_options *o, double gradient, double rate,
                         double decay, int t) {
    f->weight -= rate * decay * f->weight;
    follow_moments(f, o, gradient);
    double m = f->m / (1 - pow(o->beta1, t)), v = f->v / (1 - pow(o->beta2, t));
    f->weight -= rate * m / (sqrt(v) + o->epsilon);
}

static void follow_adamw_cs336(followed *f, const lk_optimizer_options *o, double gradient,
                               double rate, double decay, int t) {
    follow_moments(f, o, gradient);
    double corrected = rate * sqrt(1 - pow(o->beta2, t)) / (1 - pow(o->beta1, t));
    f->weight -= corrected * f->m / (sqrt(f->v) + o->epsilon);
    f->weight -= rate * decay * f->weight;
}

static void follow_sgd(followed *f, const lk_optimizer_options *o, double gradient, double rate,
                       double decay, int t) {
    (void)t;
    f->v = o->momentum * f->v + (gradient + decay * f->weight);
    f->weight -= rate * f->v;
}

static follow_rule *const rules[] = {
    [LK_OPTIMIZER_ADAMW] = follow_adamw,
    [LK_OPTIMIZER_ADAMW_CS336] = follow_adamw_cs336,
    [LK_OPTIMIZER_SGD] = follow_sgd,
};

// Largest distance of the model's weights from those that the rule gives, over all steps.
static double distance_from_rule(const lk_optimizer_options *options, follow_rule *rule,
                                 int steps) {
    lk_context *context = make_context();
    lk_model *model = make_model(context);
    lk_optimizer optimizer;
    lk_kernels kernels;
    lk_kernels_reference_f64(&kernels);
    cr_assert(lk_optimizer_make(&optimizer, model, options) == LK_OK);
    followed *all = calloc(model->block_count, sizeof *all);
    for (size_t i = 0; i < model->block_count; i++) all[i].weight = model->values[i];
    double most = 0;
    for (int t = 1; t <= steps; t++) {
        double rate = .01 * (t % 10 + 1), scale = 1.0 / (t % 7 + 1);
        draw_gradients(model, (uint64_t)t);
        lk_optimizer_step(&optimizer, model, &kernels, rate, scale);
        for (size_t i = 0; i < model->parameter_count; i++) {
            const lk_parameter *p = &model->parameters[i];
            bool spared = options->decay_matrices_only && p->tensor.rank < 2;
            for (size_t j = 0; j < p->tensor.count; j++) {
                followed *f = &all[p->offset + j];
                rule(f, options, p->tensor.gradient[j] * scale, rate,
                     spared ? 0 : options->weight_decay, t);
                most = fmax(most, fabs(p->tensor.value[j] - f->weight));
            }
        }
    }
    free(all);
    lk_optimizer_release(&optimizer);
    lk_model_free(model);
    free_context(context);
    return most;
}

static lk_optimizer_options some_options(lk_optimizer_kind kind) {
    return (lk_optimizer_options){.kind = kind,
                                  .beta1 = .9,
                                  .beta2 = .95,
                                  .epsilon = 1e-3,
                                  .momentum = .9,
                                  .weight_decay = .3};
}

Test(optimizer, each_follows_its_formulas_for_a_thousand_steps) {
    for (int kind = 0; kind <= LK_OPTIMIZER_SGD; kind++) {
        lk_optimizer_options options = some_options((lk_optimizer_kind)kind);
        for (int spared = 0; spared < 2; spared++) {
            options.decay_matrices_only = spared;
            double distance = distance_from_rule(&options, rules[kind], 1000);
            cr_assert(distance < 1e-12, "optimizer %d: %g", kind, distance);
        }
    }
}

// What tells them apart is where ε stands and whether the step itself decays.
Test(optimizer, the_forms_of_adamw_are_not_the_same) {
    for (int kind = 0; kind <= LK_OPTIMIZER_ADAMW_CS336; kind++) {
        lk_optimizer_options options = some_options((lk_optimizer_kind)kind);
        follow_rule *other = rules[1 - kind];
        cr_assert(distance_from_rule(&options, other, 1000) > 1e-3);
        options.weight_decay = 0;
        cr_assert(distance_from_rule(&options, other, 10) > 1e-5, "by epsilon");
        options.weight_decay = .3;
        options.epsilon = 1e-14;
        cr_assert(distance_from_rule(&options, other, 10) > 1e-5, "by the order of the decay");
    }
}

Test(optimizer, sgd_without_momentum_keeps_nothing) {
    lk_optimizer_options options = some_options(LK_OPTIMIZER_SGD);
    options.momentum = 0;
    cr_assert(distance_from_rule(&options, follow_sgd, 100) < 1e-13);
    lk_context *context = make_context();
    lk_model *model = make_model(context);
    lk_optimizer optimizer;
    cr_assert(lk_optimizer_make(&optimizer, model, &options) == LK_OK);
    cr_assert(optimizer.block_count == 0);
    lk_optimizer_release(&optimizer);
    lk_model_free(model);
    free_context(context);
}

// ---- Values by hand -----------------------------------------------------------------------------

// A model of one weight, for sequences that can be worked out by hand.
typedef struct one_weight {
    double value, gradient;
    lk_parameter parameter;
    lk_model model;
} one_weight;

static void make_one_weight(one_weight *w, lk_context *context, double value) {
    *w = (one_weight){.value = value};
    w->parameter = (lk_parameter){
        .name = "w",
        .tensor = {
            .rank = 1, .shape = {1}, .count = 1, .value = &w->value, .gradient = &w->gradient}};
    w->model = (lk_model){
        .context = context, .parameters = &w->parameter, .parameter_count = 1, .block_count = 1};
}

// Ten steps from 1 with the gradient 1, 2, …, 10, α = β1 = .5, β2 = .75, ε = .125 and λ = .25.
static void check_ten_steps(lk_optimizer_kind kind, const double expected[10]) {
    lk_context *context = make_context();
    one_weight w;
    make_one_weight(&w, context, 1);
    lk_optimizer_options options = {.kind = kind,
                                    .beta1 = .5,
                                    .beta2 = .75,
                                    .epsilon = .125,
                                    .momentum = .5,
                                    .weight_decay = .25};
    lk_optimizer optimizer;
    lk_kernels kernels;
    lk_kernels_reference_f64(&kernels);
    cr_assert(lk_optimizer_make(&optimizer, &w.model, &options) == LK_OK);
    for (int t = 1; t <= 10; t++) {
        w.gradient = t;
        lk_optimizer_step(&optimizer, &w.model, &kernels, .5, 1);
        cr_assert(fabs(w.value - expected[t - 1]) < 1e-14 * fmax(1, fabs(w.value)),
                  "optimizer %d, step %d: %.17g", kind, t, w.value);
    }
    lk_optimizer_release(&optimizer);
    free_context(context);
}

// Worked out with forty digits. The first step by hand: m = .5 and v = .25, corrected 1 and 1.
// PyTorch's form: 1 · .875 - .5 / (1 + .125). CS336's: α_1 = .5 · .5 / .5 = .5, and
// (1 - .5 · .5 / (.5 + .125)) · .875 = .6 · .875. SGD: v = 1 + .25, 1 - .5 · 1.25.
Test(optimizer, ten_steps_are_those_worked_out_by_hand) {
    static const double adamw[10] = {
        0.43055555555555558, -0.093407262240785036, -0.5761961018270062, -1.0187496398772933,
        -1.4214301768530999, -1.7849257188098171,   -2.1105360916374267, -2.4001648005637102,
        -2.6561798069106279, -2.8812383838795004};
    static const double cs336[10] = {
        0.52500000000000002, 0.062331619033502754, -0.3712847589784215, -0.77144584270413341,
        -1.1366541235742982, -1.4668088825202432,  -1.7627866174536984, -2.0261877542269935,
        -2.2591099573022317, -2.463945676684125};
    static const double sgd[10] = {0.375,
                                   -0.984375,
                                   -3.041015625,
                                   -5.689208984375,
                                   -8.802154541015625,
                                   -12.258358001708984,
                                   -15.954164981842041,
                                   -19.807797849178314,
                                   -23.758639551699162,
                                   -27.76423045899719};
    check_ten_steps(LK_OPTIMIZER_ADAMW, adamw);
    check_ten_steps(LK_OPTIMIZER_ADAMW_CS336, cs336);
    check_ten_steps(LK_OPTIMIZER_SGD, sgd);
}

// The toy of CS336: the mean of w² over 100 weights, the rate lr / √t.
static void check_toy(double rate, const double *expected, int count) {
    lk_context *context = make_context();
    one_weight w;
    make_one_weight(&w, context, 3);
    lk_optimizer_options options = {.kind = LK_OPTIMIZER_SGD};
    lk_optimizer optimizer;
    lk_kernels kernels;
    lk_kernels_reference_f64(&kernels);
    cr_assert(lk_optimizer_make(&optimizer, &w.model, &options) == LK_OK);
    for (int t = 1; t <= count; t++) {
        w.gradient = 2 * w.value / 100;
        lk_optimizer_step(&optimizer, &w.model, &kernels, rate / sqrt(t), 1);
        cr_assert(fabs(w.value * w.value / 9 - expected[t - 1]) < 5e-5, "lr %g, step %d", rate, t);
    }
    lk_optimizer_release(&optimizer);
    free_context(context);
}

Test(optimizer, the_toy_of_sgd_falls_and_diverges_as_it_should) {
    check_toy(1, (double[]){.9604, .9334}, 2);
    check_toy(10, (double[]){.64, .4718, .3691}, 3);
    check_toy(100, (double[]){1, .1716, .0041, 0}, 4);
    check_toy(1000, (double[]){361}, 1);
}

Test(optimizer, the_norm_is_of_all_gradients_together) {
    lk_context *context = make_context();
    lk_model *model = make_model(context);
    lk_kernels kernels;
    lk_kernels_reference_f64(&kernels);
    draw_gradients(model, 1);
    long double sum = 0;
    for (size_t i = 0; i < model->parameter_count; i++)
        for (size_t j = 0; j < model->parameters[i].tensor.count; j++) {
            long double g = model->parameters[i].tensor.gradient[j];
            sum += g * g;
        }
    double norm = gradient_norm(model, &kernels);
    cr_assert(fabs(norm - (double)sqrtl(sum)) < 1e-12 * norm);
    lk_model_free(model);
    free_context(context);
}

Test(optimizer, clipping_scales_down_and_never_up) {
    cr_assert(lk_clip_scale(4, 1) == 1 / (4 + 1e-6));
    cr_assert(lk_clip_scale(.5, 1) == 1);
    cr_assert(lk_clip_scale(1, 1) == 1 / (1 + 1e-6), "the formula's 1e-6 counts at the limit");
    cr_assert(lk_clip_scale(0, 1) == 1);
    cr_assert(lk_clip_scale(100, 0) == 1, "0 switches clipping off");
}

// ---- Schedule -----------------------------------------------------------------------------------

typedef struct rate_row {
    uint64_t iteration;
    double expected;
} rate_row;

static void check_rates(const char *what, lk_schedule schedule, const rate_row *rows,
                        size_t count) {
    for (size_t i = 0; i < count; i++) {
        double rate = lk_schedule_rate(&schedule, rows[i].iteration);
        cr_assert(fabs(rate - rows[i].expected) < 1e-15, "%s at %llu: %.17g", what,
                  (unsigned long long)rows[i].iteration, rate);
    }
}
#define CHECK_RATES(what, schedule, ...)                                                           \
    check_rates(what, schedule, (const rate_row[]){__VA_ARGS__},                                   \
                sizeof((const rate_row[]){__VA_ARGS__}) / sizeof(rate_row))

static lk_schedule schedule(lk_schedule_shape shape, bool from_zero, uint64_t warmup,
                            uint64_t end) {
    return (lk_schedule){shape, from_zero, 1e-3, 1e-4, warmup, end, 20};
}

// Half way to the quarter of a cosine: .5 (1 + cos(π/4)).
#define EIGHTH (.5 * (1 + sqrt(.5)))

Test(schedule, the_cosine_of_nanogpt) {
    lk_schedule s = schedule(LK_SCHEDULE_COSINE, false, 10, 110);
    CHECK_RATES("T_w 10, T_c 110", s, {0, 1e-3 / 11}, {1, 2e-3 / 11}, {9, 1e-2 / 11}, {10, 1e-3},
                {35, 1e-4 + 9e-4 * EIGHTH}, {60, 5.5e-4}, {85, 1e-4 + 9e-4 * (1 - EIGHTH)},
                {110, 1e-4}, {111, 1e-4}, {UINT64_MAX, 1e-4});
    cr_assert(lk_schedule_rate(&s, 109) > 1e-4);
}

Test(schedule, the_cosine_of_cs336) {
    lk_schedule s = schedule(LK_SCHEDULE_COSINE, true, 10, 110);
    CHECK_RATES("T_w 10, T_c 110", s, {0, 0}, {1, 1e-4}, {9, 9e-4}, {10, 1e-3},
                {35, 1e-4 + 9e-4 * EIGHTH}, {60, 5.5e-4}, {110, 1e-4}, {111, 1e-4},
                {UINT64_MAX, 1e-4});
}

// Also where there is nothing to divide by.
Test(schedule, without_warm_up_or_without_a_fall) {
    for (int from_zero = 0; from_zero < 2; from_zero++) {
        bool zero = from_zero;
        CHECK_RATES("T_w 0", schedule(LK_SCHEDULE_COSINE, zero, 0, 100), {0, 1e-3}, {50, 5.5e-4},
                    {100, 1e-4}, {101, 1e-4});
        CHECK_RATES("T_w = T_c", schedule(LK_SCHEDULE_COSINE, zero, 50, 50),
                    {25, zero ? 5e-4 : 26e-3 / 51}, {49, zero ? 9.8e-4 : 5e-2 / 51}, {50, 1e-4},
                    {51, 1e-4});
        CHECK_RATES("T_w = T_c = 0", schedule(LK_SCHEDULE_COSINE, zero, 0, 0), {0, 1e-4},
                    {1, 1e-4});
        CHECK_RATES("T_w > T_c", schedule(LK_SCHEDULE_WSD, zero, 100, 50),
                    {99, zero ? 9.9e-4 : 1e-1 / 101}, {100, 1e-4});
    }
}

Test(schedule, linear_falls_in_equal_steps) {
    CHECK_RATES("T_w 10, T_c 110", schedule(LK_SCHEDULE_LINEAR, false, 10, 110), {0, 1e-3 / 11},
                {10, 1e-3}, {35, 7.75e-4}, {60, 5.5e-4}, {109, 1.09e-4}, {110, 1e-4}, {111, 1e-4});
}

Test(schedule, wsd_stays_and_falls_at_its_end) {
    lk_schedule s = schedule(LK_SCHEDULE_WSD, false, 10, 110);
    CHECK_RATES("fall of 20", s, {0, 1e-3 / 11}, {10, 1e-3}, {89, 1e-3}, {90, 1e-3}, {95, 7.75e-4},
                {100, 5.5e-4}, {110, 1e-4}, {111, 1e-4});
    s.fall = 0;
    CHECK_RATES("no fall", s, {109, 1e-3}, {110, 1e-4});
    s.fall = 1000;
    CHECK_RATES("no stay", s, {10, 1e-3}, {60, 5.5e-4}, {110, 1e-4});
}

Test(schedule, a_constant_rate_stays) {
    CHECK_RATES("constant", schedule(LK_SCHEDULE_CONSTANT, true, 100, 200), {0, 1e-3}, {150, 1e-3},
                {1000, 1e-3});
}
