// The table of the reference kernels, with the short ones.
#include "variant.h"

#include "likelore/core.h"

#include <math.h>
#include <string.h>

// ---- Reductions ---------------------------------------------------------------------------------

typedef struct operands {
    const lk_real *x, *y;
} operands;

LK_INLINE double x_at(const void *terms, size_t i) {
    return (double)((const operands *)terms)->x[i];
}

LK_INLINE double product_at(const void *terms, size_t i) {
    const operands *vectors = terms;
    return (double)vectors->x[i] * (double)vectors->y[i];
}

static double sum(const lk_real *x, size_t n) { return lk_sum_terms(n, x_at, &(operands){x, x}); }

static double dot(const lk_real *x, const lk_real *y, size_t n) {
    return lk_sum_terms(n, product_at, &(operands){x, y});
}

static double square_sum(const lk_real *x, size_t n) { return dot(x, x, n); }

// ---- Element by element -------------------------------------------------------------------------

static void add(lk_real *y, const lk_real *a, const lk_real *b, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) y[i] = a[i] + b[i];
}

static void multiply(lk_real *y, const lk_real *a, const lk_real *b, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) y[i] = a[i] * b[i];
}

static void accumulate(lk_real *y, const lk_real *x, size_t n) { add(y, y, x, n); }

static void multiply_accumulate(lk_real *y, const lk_real *a, const lk_real *b, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) y[i] += a[i] * b[i];
}

static void scale(lk_real *y, const lk_real *x, lk_real factor, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) y[i] = factor * x[i];
}

static void scale_accumulate(lk_real *y, const lk_real *x, lk_real factor, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) y[i] += factor * x[i];
}

static void add_bias(lk_real *y, const lk_real *bias, size_t m, size_t n) {
    for (size_t i = 0; i < m; i++) accumulate(y + i * n, bias, n);
}

static void accumulate_columns(lk_real *sums, const lk_real *x, size_t m, size_t n) {
    for (size_t i = 0; i < m; i++) accumulate(sums, x + i * n, n);
}

// ---- Dropout ------------------------------------------------------------------------------------

static void dropout(lk_real *y, const lk_real *x, const uint32_t key[2], const uint32_t counter[4],
                    uint64_t first, uint32_t threshold, lk_real factor, size_t n) {
    uint32_t words[4];
    for (size_t i = 0; i < n; i++) {
        uint64_t position = first + i;
        if (i == 0 || position % 4 == 0) {
            uint32_t block[4] = {counter[0] + (uint32_t)(position / 4), counter[1], counter[2],
                                 counter[3]};
            lk_philox4x32(words, block, key);
        }
        y[i] = words[position % 4] >= threshold ? x[i] * factor : 0;
    }
}

// ---- Optimiser ----------------------------------------------------------------------------------

#ifdef LK_REAL_IS_DOUBLE
#define REAL_SQRT sqrt
#else
#define REAL_SQRT sqrtf
#endif

static void adamw(lk_real *parameter, lk_real *m, lk_real *v, const lk_real *gradient,
                  const lk_adamw_step *step, size_t n) {
    const lk_adamw_step s = *step;
    lk_real rest1 = 1 - s.beta1, rest2 = 1 - s.beta2;
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        lk_real g = gradient[i] * s.gradient_scale;
        lk_real first = s.beta1 * m[i] + rest1 * g;
        lk_real second = s.beta2 * v[i] + rest2 * (g * g);
        m[i] = first;
        v[i] = second;
        lk_real spread = REAL_SQRT(second) * s.inverse_correction2 + s.epsilon;
        parameter[i] = parameter[i] * s.decay - s.step_size * first / spread;
    }
}

// ---- Table --------------------------------------------------------------------------------------

void LK_NAME(lk_kernels_reference)(lk_kernels *kernels) {
    memset(kernels, 0, sizeof *kernels);
    strcpy(kernels->name, LK_VARIANT_NAME);
    kernels->gemm = LK_NAME(lk_gemm);
    kernels->sum = sum;
    kernels->dot = dot;
    kernels->square_sum = square_sum;
    kernels->add = add;
    kernels->multiply = multiply;
    kernels->accumulate = accumulate;
    kernels->multiply_accumulate = multiply_accumulate;
    kernels->scale = scale;
    kernels->scale_accumulate = scale_accumulate;
    kernels->add_bias = add_bias;
    kernels->accumulate_columns = accumulate_columns;
    kernels->dropout = dropout;
    kernels->adamw = adamw;
    LK_NAME(lk_set_norms)(kernels);
    LK_NAME(lk_set_unary)(kernels);
}
