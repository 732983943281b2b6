// Softmax and the normalisations of rows. Statistics are computed in lanes of double; in fast mode
// the sums of softmax, of which rows are many and short, mostly in lanes of lk_real.
#include "variant.h"

#include "mathfn.h"
#include "mathfn_inline.h"

#include <math.h>

#ifdef LK_FUSED
#include "x86.h"
#endif

#ifdef LK_REAL_IS_DOUBLE
#define REAL_EXP lk_exp
#else
#define REAL_EXP lk_inline_expf
#endif

// What the terms of the reductions below are made of.
typedef struct rows {
    const lk_real *x, *dy, *gain;
    double mean, rstd;
} rows;

LK_INLINE double x_at(const void *operands, size_t i) {
    const rows *row = operands;
    return (double)row->x[i];
}

LK_INLINE double square_at(const void *operands, size_t i) {
    double x = x_at(operands, i);
    return x * x;
}

LK_INLINE double deviation_square_at(const void *operands, size_t i) {
    const rows *row = operands;
    double deviation = (double)row->x[i] - row->mean;
    return deviation * deviation;
}

LK_INLINE double product_at(const void *operands, size_t i) {
    const rows *row = operands;
    return (double)row->x[i] * (double)row->dy[i];
}

// The gradient with respect to the normalised x̂, and its product with x̂ = (x - mean) rstd.
LK_INLINE double gradient_at(const void *operands, size_t i) {
    const rows *row = operands;
    return (double)row->dy[i] * (double)row->gain[i];
}

LK_INLINE double gradient_product_at(const void *operands, size_t i) {
    const rows *row = operands;
    double normal = ((double)row->x[i] - row->mean) * row->rstd;
    return gradient_at(operands, i) * normal;
}

// ---- Softmax ------------------------------------------------------------------------------------

typedef __typeof__((lk_vector){0} > (lk_vector){0}) lk_vector_mask;

LK_INLINE lk_vector larger(lk_vector a, lk_vector b) {
    lk_vector_mask take_b = b > a;
    return (lk_vector)(((lk_vector_mask)a & ~take_b) | ((lk_vector_mask)b & take_b));
}

LK_INLINE lk_real max_of_lanes(lk_vector lanes) {
#ifdef LK_FUSED
    return lk_max_of_lanes(lanes);
#else
    lk_real joined[LK_VECTOR];
    lk_store(joined, lanes);
    for (size_t half = LK_VECTOR / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++)
            joined[i] = joined[i + half] > joined[i] ? joined[i + half] : joined[i];
    return joined[0];
#endif
}

static lk_real max_of(const lk_real *x, size_t n) {
    lk_real max = x[0];
    if (n < LK_VECTOR) {
        for (size_t i = 1; i < n; i++) max = x[i] > max ? x[i] : max;
        return max;
    }
    lk_vector lanes = lk_load(x + n - LK_VECTOR); // what is left over, and some twice
    for (size_t i = 0; i + LK_VECTOR <= n; i += LK_VECTOR) lanes = larger(lanes, lk_load(x + i));
    return max_of_lanes(lanes);
}

#ifdef LK_FUSED

enum { SPAN = 64 * LK_LANES }; // summed in lk_real, and the spans in double

static lk_lanes lanes_from(size_t first, size_t count) {
    size_t left = count > first ? count - first : 0;
    return lk_lanes_below(left < LK_VECTOR ? left : LK_VECTOR);
}

// Fewer than LK_LANES elements, and -∞ behind them.
static void load_rest(lk_real rest[LK_LANES], const lk_real *x, size_t count) {
    lk_vector none = (lk_vector){0} - (lk_real)INFINITY;
    for (size_t i = 0; i < LK_LANES; i += LK_VECTOR)
        lk_store(rest + i, lk_load_lanes_or(x + i, lanes_from(i, count), none));
}

static void store_rest(lk_real *y, const lk_real rest[LK_LANES], size_t count) {
    for (size_t i = 0; i < LK_LANES; i += LK_VECTOR)
        lk_store_lanes(y + i, lk_load(rest + i), lanes_from(i, count));
}

// n is a multiple of LK_LANES, so that all is done in whole vectors. Returns the sums of lanes.
static lk_vector exponentials_of_lanes(lk_real *y, const lk_real *x, lk_real max, size_t n) {
    n -= n % LK_LANES;
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) y[i] = REAL_EXP(x[i] - max);
    lk_vector sums = {0};
    for (size_t i = 0; i < n; i += LK_VECTOR) sums += lk_load(y + i);
    return sums;
}

static lk_real exponentials_of_span(lk_real *y, const lk_real *x, lk_real max, size_t n) {
    size_t whole = n - n % LK_LANES, count = n - whole;
    lk_vector sums = exponentials_of_lanes(y, x, max, whole);
    if (count > 0) { // many rows are short
        lk_real rest[LK_LANES];
        load_rest(rest, x + whole, count);
        sums += exponentials_of_lanes(rest, rest, max, LK_LANES);
        store_rest(y + whole, rest, count);
    }
    return lk_sum_of_lanes(sums);
}

// y = e^(x - max). Returns the sum of y.
static double exponentials(lk_real *y, const lk_real *x, lk_real max, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i += SPAN)
        sum += (double)exponentials_of_span(y + i, x + i, max, n - i < SPAN ? n - i : SPAN);
    return sum;
}

#else

// y = e^(x - max). Returns the sum of y.
static double exponentials(lk_real *y, const lk_real *x, lk_real max, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) y[i] = REAL_EXP(x[i] - max);
    return lk_sum_terms(n, x_at, &(rows){.x = y});
}

#endif

static void softmax(lk_real *y, double *normaliser, const lk_real *x, size_t n) {
    lk_real max = n > 0 ? max_of(x, n) : -(lk_real)INFINITY;
    if (normaliser) *normaliser = -(double)INFINITY;
    if (max == -(lk_real)INFINITY) {
        for (size_t i = 0; i < n; i++) y[i] = 0;
        return;
    }
    double sum = exponentials(y, x, max, n);
    lk_real factor = (lk_real)(1 / sum);
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) y[i] *= factor;
    if (normaliser) *normaliser = (double)max + lk_log(sum);
}

static void softmax_backward(lk_real *dx, const lk_real *dy, const lk_real *y, lk_real factor,
                             size_t n, bool accumulate) {
    lk_real inner = (lk_real)lk_sum_terms(n, product_at, &(rows){.x = y, .dy = dy});
    if (accumulate) {
        LK_INDEPENDENT
        for (size_t i = 0; i < n; i++) dx[i] += factor * (y[i] * (dy[i] - inner));
    } else {
        LK_INDEPENDENT
        for (size_t i = 0; i < n; i++) dx[i] = factor * (y[i] * (dy[i] - inner));
    }
}

// ---- Layer normalisation ------------------------------------------------------------------------

static void layernorm_row(lk_real *y, const lk_real *x, const lk_real *gain, const lk_real *bias,
                          lk_real mean, lk_real rstd, size_t n) {
    if (bias) {
        LK_INDEPENDENT
        for (size_t i = 0; i < n; i++) y[i] = (x[i] - mean) * rstd * gain[i] + bias[i];
    } else {
        LK_INDEPENDENT
        for (size_t i = 0; i < n; i++) y[i] = (x[i] - mean) * rstd * gain[i];
    }
}

static void layernorm(lk_real *y, lk_real *mean, lk_real *rstd, const lk_real *x,
                      const lk_real *gain, const lk_real *bias, double epsilon, size_t m,
                      size_t n) {
    for (size_t i = 0; i < m; i++, x += n, y += n) {
        rows row = {.x = x};
        row.mean = lk_sum_terms(n, x_at, &row) / (double)n;
        double variance = lk_sum_terms(n, deviation_square_at, &row) / (double)n;
        mean[i] = (lk_real)row.mean;
        rstd[i] = (lk_real)(1 / sqrt(variance + epsilon));
        layernorm_row(y, x, gain, bias, mean[i], rstd[i], n);
    }
}

// The sums over the columns' gradients are taken row after row.
static void layernorm_columns(lk_real *dgain, lk_real *dbias, const lk_real *dy, const lk_real *x,
                              lk_real mean, lk_real rstd, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) dgain[i] += dy[i] * ((x[i] - mean) * rstd);
    if (!dbias) return;
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) dbias[i] += dy[i];
}

// With g = dy gain: dx = rstd (g - average of g - x̂ times the average of g x̂).
static void layernorm_backward(lk_real *dx, lk_real *dgain, lk_real *dbias, const lk_real *dy,
                               const lk_real *x, const lk_real *gain, const lk_real *mean,
                               const lk_real *rstd, size_t m, size_t n) {
    for (size_t r = 0; r < m; r++, dx += n, dy += n, x += n) {
        rows row = {x, dy, gain, (double)mean[r], (double)rstd[r]};
        lk_real average = (lk_real)(lk_sum_terms(n, gradient_at, &row) / (double)n);
        lk_real slope = (lk_real)(lk_sum_terms(n, gradient_product_at, &row) / (double)n);
        lk_real centre = mean[r], scale = rstd[r];
        LK_INDEPENDENT
        for (size_t i = 0; i < n; i++) {
            lk_real normal = (x[i] - centre) * scale;
            dx[i] += scale * (dy[i] * gain[i] - average - normal * slope);
        }
        layernorm_columns(dgain, dbias, dy, x, centre, scale, n);
    }
}

// ---- Root mean square normalisation -------------------------------------------------------------

static void rmsnorm(lk_real *y, lk_real *rrms, const lk_real *x, const lk_real *gain,
                    double epsilon, size_t m, size_t n) {
    for (size_t i = 0; i < m; i++, x += n, y += n) {
        double mean_square = lk_sum_terms(n, square_at, &(rows){.x = x}) / (double)n;
        rrms[i] = (lk_real)(1 / sqrt(mean_square + epsilon));
        layernorm_row(y, x, gain, NULL, 0, rrms[i], n);
    }
}

static void rmsnorm_backward(lk_real *dx, lk_real *dgain, const lk_real *dy, const lk_real *x,
                             const lk_real *gain, const lk_real *rrms, size_t m, size_t n) {
    for (size_t r = 0; r < m; r++, dx += n, dy += n, x += n) {
        rows row = {x, dy, gain, 0, (double)rrms[r]};
        lk_real slope = (lk_real)(lk_sum_terms(n, gradient_product_at, &row) / (double)n);
        lk_real scale = rrms[r];
        LK_INDEPENDENT
        for (size_t i = 0; i < n; i++) dx[i] += scale * (dy[i] * gain[i] - x[i] * scale * slope);
        layernorm_columns(dgain, NULL, dy, x, 0, scale, n);
    }
}

void LK_NAME(lk_set_norms)(lk_kernels *kernels) {
    kernels->max = max_of;
    kernels->softmax = softmax;
    kernels->softmax_backward = softmax_backward;
    kernels->layernorm = layernorm;
    kernels->layernorm_backward = layernorm_backward;
    kernels->rmsnorm = rmsnorm;
    kernels->rmsnorm_backward = rmsnorm_backward;
}
