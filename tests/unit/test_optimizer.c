// AdamW, clipping and the schedule against hand-written double versions. In double.
#include "train/optimizer.h"
#include "train/schedule.h"

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

// One weight, followed for ten steps by the formulas of the paper in PyTorch's order.
typedef struct followed {
    double weight, m, v;
} followed;

static void follow(followed *f, const lk_adamw *adamw, double gradient, double rate, double decay,
                   int t) {
    f->weight -= rate * decay * f->weight;
    f->m = adamw->beta1 * f->m + (1 - adamw->beta1) * gradient;
    f->v = adamw->beta2 * f->v + (1 - adamw->beta2) * gradient * gradient;
    double m = f->m / (1 - pow(adamw->beta1, t)), v = f->v / (1 - pow(adamw->beta2, t));
    f->weight -= rate * m / (sqrt(v) + adamw->epsilon);
}

static void check_adamw(bool matrices_only) {
    lk_context *context = make_context();
    lk_model *model = make_model(context);
    lk_adamw adamw = {.9, .95, 1e-3, .3, matrices_only};
    lk_optimizer optimizer;
    lk_kernels kernels;
    lk_kernels_reference_f64(&kernels);
    cr_assert(lk_optimizer_make(&optimizer, model, &adamw) == LK_OK);
    followed *all = calloc(model->block_count, sizeof *all);
    for (size_t i = 0; i < model->block_count; i++) all[i].weight = model->values[i];
    for (int t = 1; t <= 10; t++) {
        double rate = .01 * t, scale = 1.0 / t;
        draw_gradients(model, (uint64_t)t);
        lk_optimizer_step(&optimizer, model, &kernels, rate, scale);
        for (size_t i = 0; i < model->parameter_count; i++) {
            const lk_parameter *p = &model->parameters[i];
            double decay = matrices_only && p->tensor.rank < 2 ? 0 : .3;
            for (size_t j = 0; j < p->tensor.count; j++) {
                followed *f = &all[p->offset + j];
                follow(f, &adamw, p->tensor.gradient[j] * scale, rate, decay, t);
                cr_assert(fabs(p->tensor.value[j] - f->weight) < 1e-13, "%s[%zu], step %d", p->name,
                          j, t);
            }
        }
    }
    free(all);
    lk_optimizer_release(&optimizer);
    lk_model_free(model);
    free_context(context);
}

Test(optimizer, adamw_follows_the_formulas_for_ten_steps) { check_adamw(false); }
Test(optimizer, adamw_can_spare_gains_and_biases_the_decay) { check_adamw(true); }

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
    double norm = lk_gradient_norm(model, &kernels);
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

static double rate_at(const lk_schedule *schedule, uint64_t iteration) {
    return lk_schedule_rate(schedule, iteration);
}

Test(schedule, warms_up_then_falls_along_a_cosine_to_the_least_rate) {
    lk_schedule s = {true, 1e-3, 1e-4, 10, 110};
    cr_assert(fabs(rate_at(&s, 0) - 1e-3 / 11) < 1e-18, "the first step already learns");
    cr_assert(fabs(rate_at(&s, 9) - 1e-3 * 10 / 11) < 1e-18);
    cr_assert(fabs(rate_at(&s, 10) - 1e-3) < 1e-18);
    cr_assert(fabs(rate_at(&s, 60) - 5.5e-4) < 1e-18);
    cr_assert(fabs(rate_at(&s, 35) - (1e-4 + 9e-4 * .5 * (1 + sqrt(.5)))) < 1e-17);
    cr_assert(rate_at(&s, 109) > 1e-4);
    cr_assert(rate_at(&s, 110) == 1e-4 && rate_at(&s, 111) == 1e-4 &&
              rate_at(&s, UINT64_MAX) == 1e-4);
}

Test(schedule, without_warm_up_or_without_decay_divides_by_nothing) {
    lk_schedule none = {true, 1e-3, 1e-4, 0, 100}, sudden = {true, 1e-3, 1e-4, 50, 50};
    lk_schedule empty = {true, 1e-3, 1e-4, 0, 0}, late = {true, 1e-3, 1e-4, 100, 50};
    cr_assert(rate_at(&none, 0) == 1e-3);
    cr_assert(rate_at(&sudden, 49) < 1e-3 && rate_at(&sudden, 50) == 1e-4);
    cr_assert(rate_at(&empty, 0) == 1e-4);
    cr_assert(rate_at(&late, 99) < 1e-3 && rate_at(&late, 100) == 1e-4);
}

Test(schedule, a_constant_rate_stays) {
    lk_schedule s = {false, 3e-4, 0, 100, 200};
    cr_assert(rate_at(&s, 0) == 3e-4 && rate_at(&s, 1000) == 3e-4);
}
