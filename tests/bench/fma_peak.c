// Built for each instruction set with contraction on: products and sums become fused.
#include "variant.h"

double LK_NAME(fma_peak_run)(size_t rounds);

enum { CHAINS = 12 }; // enough to hide the latency of both units

// Returns the operations done; the sums are used, so that they are computed.
double LK_NAME(fma_peak_run)(size_t rounds) {
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
