// The table of the reference kernels, with the short ones.
#include "variant.h"

#include "philox.h"

#ifdef __AVX2__
#include "philox_x86.h"
#endif

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

LK_INLINE double square_at(const void *terms, size_t i) {
    double x = x_at(terms, i);
    return x * x;
}

static double sum(const lk_real *x, size_t n) { return lk_sum_terms(n, x_at, &(operands){x, x}); }

static double dot(const lk_real *x, const lk_real *y, size_t n) {
    return lk_sum_terms(n, product_at, &(operands){x, y});
}

static double square_sum(const lk_real *x, size_t n) {
    return lk_sum_terms(n, square_at, &(operands){x, x});
}

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

static void scale_where(lk_real *y, const lk_real *x, const lk_real *mask, lk_real factor,
                        size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        lk_real scaled = factor * x[i];
        y[i] = mask[i] != 0 ? scaled : 0;
    }
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

// ---- Rotation -----------------------------------------------------------------------------------

static void rotate(lk_real *y, const lk_real *x, const lk_real *cosines, const lk_real *sines,
                   bool back, size_t pairs) {
    lk_real sign = back ? -1 : 1;
    LK_INDEPENDENT
    for (size_t i = 0; i < pairs; i++) {
        lk_real sine = sign * sines[i], even = x[2 * i], odd = x[2 * i + 1];
        y[2 * i] = even * cosines[i] - odd * sine;
        y[2 * i + 1] = even * sine + odd * cosines[i];
    }
}

// ---- Dropout ------------------------------------------------------------------------------------

enum { BLOCKS = 32, BLOCK_WORDS = 4, WORDS = BLOCKS * BLOCK_WORDS };

#if defined(__AVX2__)

// The words of `count` blocks from `first` on, at least one, or of some more.
static void draw_words(uint32_t words[WORDS], const uint32_t key[2], const uint32_t counter[4],
                       uint32_t first, size_t count) {
    size_t j = 0;
    do {
        lk_draw_blocks(words + BLOCK_WORDS * j, key, counter, first + (uint32_t)j);
        j += LK_ABREAST;
    } while (j < count);
}

#else

// One round of Philox4x32 (lk_philox4x32) on BLOCKS blocks side by side, c[i][j] being word i of
// block j.
LK_INLINE void philox_round(uint32_t c[BLOCK_WORDS][BLOCKS], uint32_t key0, uint32_t key1) {
    LK_INDEPENDENT
    for (size_t j = 0; j < BLOCKS; j++) {
        uint64_t product0 = (uint64_t)LK_PHILOX_M0 * c[0][j];
        uint64_t product1 = (uint64_t)LK_PHILOX_M1 * c[2][j];
        c[0][j] = (uint32_t)(product1 >> 32) ^ c[1][j] ^ key0;
        c[1][j] = (uint32_t)product1;
        c[2][j] = (uint32_t)(product0 >> 32) ^ c[3][j] ^ key1;
        c[3][j] = (uint32_t)product0;
    }
}

// The words of BLOCKS blocks from `first` on, however few are wanted.
static void draw_words(uint32_t words[WORDS], const uint32_t key[2], const uint32_t counter[4],
                       uint32_t first, size_t count) {
    (void)count;
    uint32_t c[BLOCK_WORDS][BLOCKS];
    for (size_t j = 0; j < BLOCKS; j++) {
        c[0][j] = counter[0] + first + (uint32_t)j;
        c[1][j] = counter[1], c[2][j] = counter[2], c[3][j] = counter[3];
    }
    for (uint32_t round = 0; round < LK_PHILOX_ROUNDS; round++)
        philox_round(c, key[0] + round * LK_PHILOX_W0, key[1] + round * LK_PHILOX_W1);
    for (size_t j = 0; j < BLOCKS; j++)
        for (size_t i = 0; i < BLOCK_WORDS; i++) words[j * BLOCK_WORDS + i] = c[i][j];
}

#endif

static void dropout(lk_real *y, const lk_real *x, const uint32_t key[2], const uint32_t counter[4],
                    uint64_t first, uint32_t threshold, lk_real factor, size_t n) {
    size_t offset = (size_t)(first % BLOCK_WORDS); // of element 0 within the words drawn
    uint32_t block = (uint32_t)(first / BLOCK_WORDS);
    for (size_t i = 0; i < n; block += BLOCKS) {
        uint32_t words[WORDS];
        size_t count = WORDS - offset < n - i ? WORDS - offset : n - i;
        draw_words(words, key, counter, block, (offset + count + BLOCK_WORDS - 1) / BLOCK_WORDS);
        LK_INDEPENDENT
        for (size_t j = 0; j < count; j++) {
            lk_real kept = x[i + j] * factor;
            y[i + j] = words[offset + j] >= threshold ? kept : 0;
        }
        i += count;
        offset = 0;
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
        lk_real moved = parameter[i] * s.keep - s.step_size * first / spread;
        parameter[i] = moved - s.shrink * moved;
    }
}

static void sgd_plain(lk_real *parameter, const lk_real *gradient, lk_sgd_step s, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        lk_real g = gradient[i] * s.gradient_scale + s.weight_decay * parameter[i];
        parameter[i] -= s.step_size * g;
    }
}

static void sgd(lk_real *parameter, lk_real *velocity, const lk_real *gradient,
                const lk_sgd_step *step, size_t n) {
    const lk_sgd_step s = *step;
    if (!velocity) {
        sgd_plain(parameter, gradient, s, n);
        return;
    }
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        lk_real g = gradient[i] * s.gradient_scale + s.weight_decay * parameter[i];
        lk_real moved = s.momentum * velocity[i] + g;
        velocity[i] = moved;
        parameter[i] -= s.step_size * moved;
    }
}

// ---- Table --------------------------------------------------------------------------------------

void LK_NAME(lk_kernels_reference)(lk_kernels *kernels) {
    memset(kernels, 0, sizeof *kernels);
    strcpy(kernels->name, LK_VARIANT_NAME);
    LK_NAME(lk_set_gemm)(kernels);
    kernels->sum = sum;
    kernels->dot = dot;
    kernels->square_sum = square_sum;
    kernels->add = add;
    kernels->multiply = multiply;
    kernels->accumulate = accumulate;
    kernels->multiply_accumulate = multiply_accumulate;
    kernels->scale = scale;
    kernels->scale_where = scale_where;
    kernels->scale_accumulate = scale_accumulate;
    kernels->add_bias = add_bias;
    kernels->accumulate_columns = accumulate_columns;
    kernels->rotate = rotate;
    kernels->dropout = dropout;
    kernels->adamw = adamw;
    kernels->sgd = sgd;
    LK_NAME(lk_set_norms)(kernels);
    LK_NAME(lk_set_unary)(kernels);
}
