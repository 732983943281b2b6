// Speed of training one model beside what this machine can do, as one line of JSON.
//
//     bench_train SECONDS PRESET [KEY=VALUE]…     steps of a training on random text
//     bench_train SECONDS --products PRESET …     only the matrix products of such a step
//     bench_train SECONDS --peak                  multiplications and additions in registers
//
// tests/bench/train/run.py takes these and PyTorch's in turns.
#include "../bench.h"
#include "likelore/bench.h"
#include "matmul.h"
#include "train/trainer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

// ---- Steps --------------------------------------------------------------------------------------

// Words of so many different characters, one on each line.
static char *make_text(lk_context *context, size_t length, unsigned characters) {
    char *text = lk_alloc(context, length, 1);
    if (!text) bench_need(context, LK_ERROR_MEMORY);
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < length; i++)
        text[i] = i % 8 == 7 ? '\n' : (char)('!' + lk_random_below(&random, characters));
    return text;
}

static lk_settings *read_settings(lk_context *context, int count, char **arguments) {
    lk_settings *settings;
    bench_need(context, lk_settings_new(context, &settings, arguments[0]));
    bench_need(context, lk_settings_set(settings, "gradient_accumulation_steps", "1"));
    bench_need(context, lk_settings_set(settings, "eval_interval", "1000000000"));
    for (int i = 1; i < count; i++) {
        char *value = strchr(arguments[i], '=');
        if (!value) {
            fprintf(stderr, "bench_train: '%s' has no value\n", arguments[i]);
            exit(2);
        }
        *value = 0;
        bench_need(context, lk_settings_set(settings, arguments[i], value + 1));
    }
    return settings;
}

static lk_trainer *make_trainer(lk_context *context, const lk_settings *settings) {
    enum { LENGTH = 400000 };
    lk_trainer *trainer;
    bool of_names = settings->documents == LK_DOCUMENTS_LINES;
    char *text = make_text(context, LENGTH, of_names ? 26 : 64);
    bench_need(context, lk_trainer_new_from_text(context, &trainer, settings, text, LENGTH));
    trainer->progress.evaluated_step = 0; // none before the first step
    lk_free(context, text);
    return trainer;
}

static int compare_times(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// The median time of a step, of those of about `seconds` after the first two.
static double time_steps(lk_context *context, lk_trainer *trainer, double seconds,
                         lk_train_report *report) {
    enum { MOST = 100000, FIRST = 2 };
    static double times[MOST];
    size_t count = 0;
    double end = bench_seconds() + seconds;
    for (int i = 0; i < FIRST; i++) bench_need(context, lk_trainer_next(trainer, report));
    while (count < FIRST || (bench_seconds() < end && count < MOST)) {
        double start = bench_seconds();
        bench_need(context, lk_trainer_next(trainer, report));
        times[count++] = bench_seconds() - start;
    }
    qsort(times, count, sizeof *times, compare_times);
    return times[count / 2];
}

static void bench_steps(lk_context *context, double seconds, const lk_settings *settings) {
    lk_trainer *trainer = make_trainer(context, settings);
    lk_train_report report;
    double step = time_steps(context, trainer, seconds, &report);
    double tokens = (double)report.tokens / (double)report.step;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"tokens_per_s\": %.1f, \"step_s\": %.9f, \"gflops\": %.2f, \"peak_bytes\": %.0f, "
           "\"kernels\": \"%s\", \"threads\": %d}\n",
           tokens / step, step, 1e-9 * lk_trainer_step_operations(trainer) / step,
           1024.0 * (double)usage.ru_maxrss, lk_context_kernels_name(context),
           lk_context_threads(context));
    lk_trainer_free(trainer);
}

// ---- Products -----------------------------------------------------------------------------------

// The matrix products of one step, each linear layer's three, on memory of their sizes.
typedef struct products {
    lk_context *context;
    size_t rows; // tokens of a step
    float *a, *b, *c;
    double operations, seconds; // so far
} products;

static void multiply(products *p, bool transpose_a, bool transpose_b, size_t m, size_t n,
                     size_t k) {
    double start = bench_seconds();
    lk_matmul(p->context, transpose_a, transpose_b, m, n, k, p->a, transpose_a ? m : k, p->b,
              transpose_b ? k : n, p->c, n, false);
    p->seconds += bench_seconds() - start;
    p->operations += 2 * (double)m * (double)n * (double)k;
}

static void multiply_linear(products *p, size_t inputs, size_t outputs) {
    multiply(p, false, false, p->rows, outputs, inputs);
    multiply(p, true, false, inputs, outputs, p->rows);
    multiply(p, false, true, p->rows, inputs, outputs);
}

static void multiply_step(products *p, const lk_model_config *config) {
    size_t c = config->n_embd, kv = lk_model_config_kv_width(config), f = config->d_ff;
    for (size_t i = 0; i < config->n_layer; i++) {
        multiply_linear(p, c, c + 2 * kv);
        multiply_linear(p, c, c);
        multiply_linear(p, c, config->activation == LK_ACTIVATION_SWIGLU ? 2 * f : f);
        multiply_linear(p, f, c);
    }
    multiply_linear(p, c, config->vocab_size);
}

static size_t largest(size_t a, size_t b) { return a > b ? a : b; }

static products make_products(lk_context *context, const lk_settings *settings,
                              const lk_model_config *config) {
    size_t rows = (size_t)settings->batch_size * config->block_size;
    size_t widest =
        largest(largest(3 * (size_t)config->n_embd, 2 * (size_t)config->d_ff), config->vocab_size);
    size_t count = largest(rows, config->d_ff) * widest;
    products p = {.context = context, .rows = rows};
    float **all[] = {&p.a, &p.b, &p.c};
    for (size_t i = 0; i < 3; i++) {
        *all[i] = lk_alloc(context, count, sizeof(float));
        if (!*all[i]) bench_need(context, LK_ERROR_MEMORY);
        for (size_t j = 0; j < count; j++) (*all[i])[j] = (float)(j % 7); // touched, and no zeros
    }
    return p;
}

static void bench_products(lk_context *context, double seconds, const lk_settings *settings) {
    lk_model_config config = lk_settings_model_config(settings, 65);
    lk_model_config_complete(&config);
    products p = make_products(context, settings, &config);
    double best = 0, end = bench_seconds() + seconds;
    do {
        p.seconds = p.operations = 0;
        multiply_step(&p, &config);
        double gflops = 1e-9 * p.operations / p.seconds;
        if (gflops > best) best = gflops;
    } while (bench_seconds() < end);
    printf("{\"gflops\": %.2f, \"kernels\": \"%s\"}\n", best, lk_context_kernels_name(context));
    lk_free(context, p.a);
    lk_free(context, p.b);
    lk_free(context, p.c);
}

// ---- The program --------------------------------------------------------------------------------

int main(int count, char **arguments) {
    if (count < 3) {
        fprintf(stderr, "usage: bench_train SECONDS [--products] PRESET [KEY=VALUE]… | --peak\n");
        return 2;
    }
    double seconds = strtod(arguments[1], NULL);
    bool products_only = strcmp(arguments[2], "--products") == 0;
    lk_context *context;
    if (lk_context_new(&context, NULL) != LK_OK) return 1;
    if (strcmp(arguments[2], "--peak") == 0) {
        printf("{\"gflops\": %.2f}\n", lk_bench_multiply_add(context, bench_seconds, seconds));
    } else {
        int first = products_only ? 3 : 2;
        lk_settings *settings = read_settings(context, count - first, arguments + first);
        (products_only ? bench_products : bench_steps)(context, seconds, settings);
        lk_settings_free(settings);
    }
    lk_context_free(context);
    return 0;
}
