// Statistics of training steps against values computed from weights and gradients themselves.
#include "train/statistics.h"

#include "tiny_trainer.h"

#include <math.h>
#include <stdlib.h>

static double deviation_of(const float *x, size_t count) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) sum += (double)x[i];
    for (size_t i = 0; i < count; i++)
        squares += ((double)x[i] - sum / (double)count) * ((double)x[i] - sum / (double)count);
    return sqrt(squares / (double)count);
}

static void check_distribution(const lk_distribution *d, const float *x, size_t count) {
    cr_assert(d->count == count && fabs(d->deviation - deviation_of(x, count)) < 1e-12);
    uint64_t bins[LK_BINS] = {0}, all = 0;
    double width = (d->most - d->least) / LK_BINS;
    for (size_t i = 0; i < count; i++) {
        cr_assert((double)x[i] >= d->least && (double)x[i] <= d->most);
        int bin = width > 0 ? (int)(((double)x[i] - d->least) / width) : 0;
        bins[bin < LK_BINS ? bin : LK_BINS - 1]++;
    }
    for (int i = 0; i < LK_BINS; i++) all += d->bins[i];
    cr_assert(all == count);
    cr_assert(d->bins[0] > 0 && memcmp(bins, d->bins, sizeof bins) == 0);
}

Test(statistics, statistics_are_of_the_weights_the_gradients_and_the_step) {
    lk_context *context = make_context();
    training_setting more[] = {{"stats", "3"}, {"eval_interval", "1000"}};
    lk_trainer *trainer = make_trainer(context, "chargpt", more, 2);
    const lk_model *model = trainer->model;
    float *before = calloc(model->block_count, sizeof *before);
    for (uint64_t step = 0; step < 6;) {
        memcpy(before, model->values, model->block_count * sizeof *before);
        lk_train_report report = next_step(trainer);
        step = report.step;
        cr_assert((report.stats != NULL) == (step % 3 == 0));
        if (!report.stats) continue;
        cr_assert(report.stats->weight_count == model->parameter_count);
        for (size_t i = 0; i < model->parameter_count; i++) {
            const lk_parameter *p = &model->parameters[i];
            const lk_weight_stats *stats = &report.stats->weights[i];
            size_t count = p->tensor.count;
            cr_assert(strcmp(stats->name, p->name) == 0);
            check_distribution(&stats->weights, before + p->offset, count);
            check_distribution(&stats->gradient, p->tensor.gradient, count);
            float *change = calloc(count, sizeof *change);
            for (size_t j = 0; j < count; j++)
                change[j] = p->tensor.value[j] - before[p->offset + j];
            double ratio = deviation_of(change, count) / stats->weights.deviation;
            cr_assert(isnan(stats->log10_update) || fabs(stats->log10_update - log10(ratio)) < 1e-3,
                      "%s: %g, not %g", p->name, stats->log10_update, log10(ratio));
            cr_assert(p->tensor.rank == 1 || isfinite(stats->log10_update));
            free(change);
        }
    }
    free(before);
    lk_trainer_free(trainer);
    free_context(context);
}

static const lk_activation_stats *find_activation(const lk_step_stats *stats, const char *name) {
    for (size_t i = 0; i < stats->activation_count; i++)
        if (strcmp(stats->activations[i].name, name) == 0) return &stats->activations[i];
    cr_assert(false, "%s", name);
    return NULL;
}

Test(statistics, statistics_tell_what_the_operations_give) {
    lk_context *context = make_context();
    training_setting more[] = {{"stats", "1"}, {"eval_interval", "1000"}, {"dropout", "0"}};
    lk_trainer *trainer = make_trainer(context, "chargpt", more, 3);
    lk_train_report report = next_step(trainer);
    const lk_activation_stats *embedding =
        find_activation(report.stats, "embedding transformer.wte.weight");
    cr_assert(embedding->values.count == 3 * 11 * 12, "one micro-batch of two");
    cr_assert(fabs(embedding->values.deviation - .02) < .005 && isnan(embedding->saturated));
    const lk_activation_stats *relu =
        find_activation(report.stats, "linear relu transformer.h.0.mlp.c_fc.weight");
    cr_assert(relu->values.least == 0 && fabs(relu->saturated - .5) < .1, "%g", relu->saturated);
    double zeros = (double)relu->values.bins[0] / (double)relu->values.count;
    cr_assert(relu->saturated <= zeros);
    find_activation(report.stats, "attention");
    cr_assert(trainer->tape.observer.see == NULL);
    size_t count = report.stats->activation_count;
    lk_memory_usage usage = lk_context_memory_usage(context);
    train_until(trainer, 10);
    cr_assert(trainer->step_stats.activation_count == count);
    cr_assert(lk_context_memory_usage(context).allocations == usage.allocations);
    lk_trainer_free(trainer);
    free_context(context);
}

Test(statistics, statistics_do_not_touch_the_training) {
    lk_context *context = make_context();
    training_setting more[] = {{"stats", "1"}};
    lk_trainer *with = make_trainer(context, "nanogpt", more, 1);
    lk_trainer *without = make_trainer(context, "nanogpt", NULL, 0);
    train_until(with, 10);
    train_until(without, 10);
    cr_assert(same(digests_of(with), digests_of(without)));
    lk_trainer_free(with);
    lk_trainer_free(without);
    free_context(context);
}
