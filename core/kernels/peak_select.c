#include "peak.h"

extern const lk_peak_kernels lk_peak_kernels_baseline;
extern const lk_peak_kernels lk_peak_kernels_avx2;
extern const lk_peak_kernels lk_peak_kernels_avx512;

const lk_peak_kernels *lk_peak_kernels_select(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return &lk_peak_kernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &lk_peak_kernels_avx2;
#endif
    return &lk_peak_kernels_baseline;
}
