// Checks of a table of kernels against naive versions written here. Plain C without a test
// framework, so that the same checks run natively and in WebAssembly.
#ifndef KERNEL_CHECKS_H
#define KERNEL_CHECKS_H

#include "kernels/kernels.h"

typedef struct kernel_checks {
    double tolerance;
    int done;
    int failed;
    char message[160]; // of the first failure
} kernel_checks;

// Every kernel at odd sizes and strides. With a tolerance of 0 the bits must be those of
// reproducible mode; otherwise results y may differ by tolerance × (4 + |y|), and those of matrix
// products by tolerance × Σ |a b|.
kernel_checks check_kernels(const lk_kernels *kernels, double tolerance);

// FNV-1a (64 bits) over the results of all kernels for fixed inputs: the same for every compiler
// and target.
uint64_t digest_of_kernels(const lk_kernels *kernels);
// Likewise over the elementary functions, at fixed arguments that reach all their branches.
uint64_t digest_of_mathfn(void);

// What the two give everywhere.
#define EXPECTED_KERNELS_DIGEST UINT64_C(0x7e59153f2d5b9f1e)
#define EXPECTED_MATHFN_DIGEST UINT64_C(0xcaf100ac8d825e84)

#endif
