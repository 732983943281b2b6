// Speed of training beside the machine's ceiling for matrix products, which is measured in the same
// run, before and after. Prints; never fails because of a time.
//
//     bench_train [SECONDS]      for each model, about; 10 by default
#include "likelore/bench.h"
#include "train/trainer.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct training_work {
    const char *title;
    const char *preset;
    const char *settings; // `key = value` lines
} training_work;

static const training_work works[] = {
    {"4 layers x 128, block 64, batch 12", "nanogpt",
     "n_layer = 4\nn_head = 4\nn_embd = 128\nblock_size = 64\nbatch_size = 12\ndropout = 0\n"},
    {"6 layers x 384, block 256, batch 12, dropout .2", "chargpt", "batch_size = 12\n"},
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void need(const lk_context *context, lk_status status) {
    if (status == LK_OK) return;
    fprintf(stderr, "bench_train: %s\n", lk_context_error(context).message);
    exit(1);
}

// The best rate of a square product that fits no cache, in operations a second.
static double product_rate(lk_context *context) {
    double gflops;
    need(context,
         lk_bench_product(context, &gflops, (lk_product_shape){1024, 1024, 1024}, now, .2));
    return 1e9 * gflops;
}

// Text of 65 different characters.
static char *make_text(lk_context *context, size_t length) {
    char *text = lk_alloc(context, length, 1);
    if (!text) need(context, LK_ERROR_MEMORY);
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < length; i++)
        text[i] = (char)(' ' + (i < 65 ? i : lk_random_below(&random, 65)));
    return text;
}

static lk_trainer *make_trainer(lk_context *context, const training_work *work) {
    enum { LENGTH = 200000 };
    lk_settings *settings;
    lk_trainer *trainer;
    char *text = make_text(context, LENGTH);
    need(context, lk_settings_new(context, &settings, work->preset));
    need(context, lk_settings_read(settings, "bench", work->settings, strlen(work->settings)));
    need(context, lk_settings_set(settings, "gradient_accumulation_steps", "1"));
    need(context, lk_trainer_new_from_text(context, &trainer, settings, text, LENGTH));
    trainer->progress.evaluated_step = 0; // none before the first step
    lk_settings_free(settings);
    lk_free(context, text);
    return trainer;
}

static void measure(lk_context *context, const training_work *work, double seconds) {
    double before = product_rate(context);
    lk_trainer *trainer = make_trainer(context, work);
    lk_train_report report;
    need(context, lk_trainer_next(trainer, &report));
    double start = now();
    uint64_t tokens = report.tokens, steps = report.step;
    while (now() - start < seconds && report.step < 240)
        need(context, lk_trainer_next(trainer, &report));
    double elapsed = now() - start, after = product_rate(context);
    double ceiling = before > after ? before : after;
    double rate = lk_trainer_step_operations(trainer) * (double)(report.step - steps) / elapsed;
    printf("%-50s %9.0f tokens/s %7.1f GFLOP/s = %4.1f %% of %.1f in products of 1024\n",
           work->title, (double)(report.tokens - tokens) / elapsed, rate / 1e9,
           100 * rate / ceiling, ceiling / 1e9);
    lk_trainer_free(trainer);
}

int main(int count, char **arguments) {
    double seconds = count > 1 ? strtod(arguments[1], NULL) : 10;
    lk_context *context;
    if (lk_context_new(&context, NULL) != LK_OK) return 1;
    printf("%d threads, kernels: %s\n", lk_context_threads(context),
           lk_context_kernels_name(context));
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) measure(context, &works[i], seconds);
    lk_context_free(context);
    return 0;
}
