// Built for each instruction set, with contraction on: products and sums become fused.
#include "peak.h"
#include "variant.h"

extern const lk_peak_kernels LK_NAME(lk_peak_kernels);

enum { CHAINS = 12 }; // enough to hide the latency of both units

// The sums are used, so that they are computed.
static double multiply_add(size_t rounds) {
    lk_vector sums[CHAINS];
    for (size_t i = 0; i < CHAINS; i++) sums[i] = (lk_vector){0} + (lk_real)(i + 3);
    lk_vector factor = (lk_vector){0} + 0.5f, term = (lk_vector){0} + 1.0f;
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < CHAINS; i++) sums[i] = sums[i] * factor + term;
    lk_vector total = {0};
    for (size_t i = 0; i < CHAINS; i++) total += sums[i];
    double operations = 2.0 * (double)(rounds * CHAINS * LK_VECTOR);
    return total[0] > 100 ? 0 : operations;
}

enum { STREAMS = 8 };

static float read(const float *x, size_t n) {
    lk_vector sums[STREAMS] = {0};
    const size_t step = STREAMS * LK_VECTOR;
    for (size_t i = 0; i + step <= n; i += step)
        for (size_t s = 0; s < STREAMS; s++) sums[s] += lk_load(x + i + s * LK_VECTOR);
    for (size_t s = 1; s < STREAMS; s++) sums[0] += sums[s];
    return sums[0][0];
}

// A value that changes, so that the loop stays what it is: stores that go through the caches, as
// those of all other kernels do.
static void write(float *y, size_t n) {
    lk_vector value = {0};
    for (size_t i = 0; i + LK_VECTOR <= n; i += LK_VECTOR, value += 1.0f) lk_store(y + i, value);
}

const lk_peak_kernels LK_NAME(lk_peak_kernels) = {LK_VARIANT_NAME, multiply_add, read, write};
