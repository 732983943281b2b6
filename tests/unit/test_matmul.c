// Products on all threads against the kernel's product on one: the same bits in reproducible mode.
#include "context.h"
#include "matmul.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { PADDING = 5 };

typedef struct shape {
    size_t m, n, k;
} shape;

// Those of the first rows are small, the others are packed: in parts of the columns (more than
// 4096), in parts of k, and with odd edges everywhere.
static const shape shapes[] = {{3, 5, 7},     {1, 900, 80},   {200, 300, 0},    {70, 301, 131},
                               {64, 4500, 9}, {65, 4200, 10}, {97, 1030, 1100}, {333, 65, 129}};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static lk_context *make_context(int threads, bool deterministic) {
    lk_context *context;
    lk_options options = {.threads = threads, .deterministic = deterministic};
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    return context;
}

static float *random_matrix(size_t rows, size_t stride, uint32_t index) {
    float *x = malloc((rows * stride + 1) * sizeof *x);
    lk_random random = lk_random_stream(7, LK_RANDOM_TEST, 0, index);
    for (size_t i = 0; i < rows * stride; i++) x[i] = (float)(lk_random_uniform(&random) * 4 - 2);
    return x;
}

typedef struct operands {
    bool transpose_a, transpose_b, accumulate;
    shape s;
    size_t lda, ldb, ldc;
    float *a, *b, *c;
} operands;

static operands make_operands(shape s, int kind) {
    operands o = {kind & 1, kind & 2, kind & 4, s, 0, 0, s.n + PADDING, NULL, NULL, NULL};
    o.lda = (o.transpose_a ? s.m : s.k) + PADDING;
    o.ldb = (o.transpose_b ? s.k : s.n) + PADDING;
    o.a = random_matrix(o.transpose_a ? s.k : s.m, o.lda, 1);
    o.b = random_matrix(o.transpose_b ? s.n : s.k, o.ldb, 2);
    o.c = random_matrix(s.m, o.ldc, 3);
    return o;
}

static void free_operands(operands *o) {
    free(o->a);
    free(o->b);
    free(o->c);
}

static void multiply(lk_context *context, const operands *o, float *c) {
    lk_matmul(context, o->transpose_a, o->transpose_b, o->s.m, o->s.n, o->s.k, o->a, o->lda, o->b,
              o->ldb, c, o->ldc, o->accumulate);
}

static float *copy_of(const operands *o) {
    size_t bytes = o->s.m * o->ldc * sizeof(float);
    float *copy = malloc(bytes);
    memcpy(copy, o->c, bytes);
    return copy;
}

// The product with `context`, and what lies between the rows, against `expected`.
static void expect_product(lk_context *context, const operands *o, const float *expected) {
    float *got = copy_of(o);
    multiply(context, o, got);
    cr_assert(memcmp(got, expected, o->s.m * o->ldc * sizeof *got) == 0,
              "%zu x %zu x %zu, transposed %d %d, accumulated %d", o->s.m, o->s.n, o->s.k,
              o->transpose_a, o->transpose_b, o->accumulate);
    free(got);
}

Test(matmul, has_the_bits_of_the_kernel_for_any_number_of_threads) {
    lk_context *contexts[] = {make_context(1, true), make_context(3, true)};
    const lk_kernels *kernels = lk_context_kernels(contexts[0]);
    for (size_t i = 0; i < SHAPES; i++)
        for (int kind = 0; kind < 8; kind++) {
            operands o = make_operands(shapes[i], kind);
            float *expected = copy_of(&o);
            kernels->gemm(o.transpose_a, o.transpose_b, o.s.m, o.s.n, o.s.k, o.a, o.lda, o.b, o.ldb,
                          expected, o.ldc, o.accumulate);
            expect_product(contexts[0], &o, expected);
            expect_product(contexts[1], &o, expected);
            free(expected);
            free_operands(&o);
        }
    lk_context_free(contexts[0]);
    lk_context_free(contexts[1]);
}

// In fast mode too, whatever its kernels are.
Test(matmul, does_not_depend_on_the_threads_in_fast_mode) {
    lk_context *one = make_context(1, false), *three = make_context(3, false);
    for (size_t i = 0; i < SHAPES; i++)
        for (int kind = 0; kind < 8; kind++) {
            operands o = make_operands(shapes[i], kind);
            float *expected = copy_of(&o);
            multiply(one, &o, expected);
            expect_product(three, &o, expected);
            free(expected);
            free_operands(&o);
        }
    lk_context_free(one);
    lk_context_free(three);
}

Test(matmul, gives_the_same_without_memory_for_panels) {
    lk_context *context = make_context(2, false), *starved = make_context(2, false);
    operands o = make_operands((shape){97, 1030, 300}, 2);
    float *expected = copy_of(&o);
    multiply(context, &o, expected);
    lk_context_fail_allocation(starved, 1);
    expect_product(starved, &o, expected);
    expect_product(starved, &o, expected);
    free(expected);
    free_operands(&o);
    lk_context_free(context);
    lk_context_free(starved);
}
