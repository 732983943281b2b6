// OpenBLAS is loaded when the program runs, for two reasons: a program without it still works, and
// the library chooses its kernels while it is being loaded, wrongly on some machines. Old versions
// do not know new processors and take them for the oldest one ("Prescott", several times slower).
// So: load it, compare the core it chose with what the processor offers, and where it is behind,
// load it again with OPENBLAS_CORETYPE set. A value that the user has set wins. One thread is asked
// for in the same way: the threads are ours, and each calls it for a part of the work.
#include "openblas.h"

#include <assert.h>
#include <cblas.h>
#include <dlfcn.h>
#include <limits.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_BYTES = 64 };

typedef struct library {
    void *handle;
    __typeof__(&cblas_sgemm) sgemm;
    __typeof__(&cblas_sgemv) sgemv;
    __typeof__(&openblas_get_corename) get_corename;
    __typeof__(&openblas_get_config) get_config;
    __typeof__(&openblas_set_num_threads) set_num_threads;
} library;

typedef void gemm_function(bool, bool, size_t, size_t, size_t, const float *, size_t, const float *,
                           size_t, float *, size_t, bool);

static library blas;
static gemm_function *reference_gemm; // for what the library cannot do, and its judge

// ---- Environment --------------------------------------------------------------------------------

// A variable set for a while; `old` is what it was.
typedef struct variable {
    const char *name;
    bool was_set;
    char old[VALUE_BYTES];
} variable;

static variable set_variable(const char *name, const char *value) {
    variable saved = {.name = name};
    const char *old = getenv(name);
    if (old) {
        saved.was_set = true;
        snprintf(saved.old, sizeof saved.old, "%s", old);
    }
    setenv(name, value, 1);
    return saved;
}

static void restore_variable(const variable *saved) {
    if (saved->was_set) {
        setenv(saved->name, saved->old, 1);
    } else {
        unsetenv(saved->name);
    }
}

// ---- Loading ------------------------------------------------------------------------------------

// POSIX gives function pointers as void *; ISO C converts them by way of their bytes only.
static bool find_symbol(void *function, void *handle, const char *name) {
    void *symbol = dlsym(handle, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool load(void) {
    variable threads = set_variable("OPENBLAS_NUM_THREADS", "1");
    variable omp_threads = set_variable("OMP_NUM_THREADS", "1");
    blas.handle = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    restore_variable(&omp_threads);
    restore_variable(&threads);
    return blas.handle && find_symbol(&blas.sgemm, blas.handle, "cblas_sgemm") &&
           find_symbol(&blas.sgemv, blas.handle, "cblas_sgemv") &&
           find_symbol(&blas.get_corename, blas.handle, "openblas_get_corename") &&
           find_symbol(&blas.get_config, blas.handle, "openblas_get_config") &&
           find_symbol(&blas.set_num_threads, blas.handle, "openblas_set_num_threads");
}

static void unload(void) {
    if (blas.handle) dlclose(blas.handle);
    blas = (library){0};
}

// The core whose kernels use this processor's vectors; NULL where the baseline is all there is.
static const char *fitting_core(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("fma"))
        return "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#endif
    return NULL;
}

// Cores of OpenBLAS without AVX2, which a processor that has it should not run as.
static bool is_old_core(const char *name) {
    static const char *const old[] = {"Prescott",  "Katmai",     "Coppermine", "Northwood",
                                      "Banias",    "Core2",      "Penryn",     "Dunnington",
                                      "Nehalem",   "Atom",       "Athlon",     "Opteron",
                                      "Barcelona", "Bobcat",     "Nano",       "Sandybridge",
                                      "Bulldozer", "Piledriver", "Steamroller"};
    for (size_t i = 0; i < sizeof old / sizeof old[0]; i++)
        if (strncmp(name, old[i], strlen(old[i])) == 0) return true;
    return false;
}

static bool core_is_behind(const char *fitting) {
    const char *core = blas.get_corename();
    return is_old_core(core) || (strcmp(fitting, "SkylakeX") == 0 &&
                                 (strcmp(core, "Haswell") == 0 || strcmp(core, "Zen") == 0));
}

static bool load_with_fitting_core(void) {
    if (!load()) return false;
    const char *fitting = fitting_core();
    if (!fitting || getenv("OPENBLAS_CORETYPE") || !core_is_behind(fitting)) return true;
    unload();
    variable core = set_variable("OPENBLAS_CORETYPE", fitting);
    bool loaded = load();
    restore_variable(&core);
    return loaded;
}

// ---- Product ------------------------------------------------------------------------------------

static void multiply_row(bool transpose_b, size_t n, size_t k, const float *a, size_t a_step,
                         const float *b, size_t ldb, float *c, float beta) {
    if (transpose_b) {
        blas.sgemv(CblasRowMajor, CblasNoTrans, (blasint)n, (blasint)k, 1, b, (blasint)ldb, a,
                   (blasint)a_step, beta, c, 1);
    } else {
        blas.sgemv(CblasRowMajor, CblasTrans, (blasint)k, (blasint)n, 1, b, (blasint)ldb, a,
                   (blasint)a_step, beta, c, 1);
    }
}

static bool fits(size_t size) { return size <= INT_MAX; }

static void gemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, const float *a,
                 size_t lda, const float *b, size_t ldb, float *c, size_t ldc, bool accumulate) {
    bool fit = fits(m) && fits(n) && fits(k) && fits(lda) && fits(ldb) && fits(ldc);
    if (!fit || m == 0 || n == 0 || k == 0) {
        reference_gemm(transpose_a, transpose_b, m, n, k, a, lda, b, ldb, c, ldc, accumulate);
        return;
    }
    float beta = accumulate ? 1 : 0;
    if (m == 1) {
        multiply_row(transpose_b, n, k, a, transpose_a ? lda : 1, b, ldb, c, beta);
        return;
    }
    blas.sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
               transpose_b ? CblasTrans : CblasNoTrans, (blasint)m, (blasint)n, (blasint)k, 1, a,
               (blasint)lda, b, (blasint)ldb, beta, c, (blasint)ldc);
}

// ---- Trust --------------------------------------------------------------------------------------

// Old versions give wrong results on some new processors: a product of each kind is compared.
static bool product_is_right(bool transpose_a, bool transpose_b) {
    enum { M = 37, N = 51, K = 45, LONGEST = 51 };
    float a[LONGEST * LONGEST], b[LONGEST * LONGEST], c[M * N], expected[M * N];
    for (int i = 0; i < LONGEST * LONGEST; i++) {
        a[i] = (float)(i % 17 - 8);
        b[i] = (float)(i % 23 - 11);
    }
    gemm(transpose_a, transpose_b, M, N, K, a, LONGEST, b, LONGEST, c, N, false);
    reference_gemm(transpose_a, transpose_b, M, N, K, a, LONGEST, b, LONGEST, expected, N, false);
    return memcmp(c, expected, sizeof c) == 0; // small integers: exact in any order
}

static bool load_and_check(void) {
    if (!load_with_fitting_core()) return false;
    blas.set_num_threads(1);
    for (int kind = 0; kind < 4; kind++)
        if (!product_is_right(kind & 1, kind & 2)) return false;
    return true;
}

// ---- Initialisation -----------------------------------------------------------------------------

typedef enum load_state { NOT_LOADED, LOADING, LOADED, UNUSABLE } load_state;

// Loads once in a process; whoever comes while another thread loads waits.
static bool available(gemm_function *reference) {
    static atomic_int state;
    int expected = NOT_LOADED;
    if (atomic_compare_exchange_strong(&state, &expected, LOADING)) {
        reference_gemm = reference;
        bool usable = load_and_check();
        if (!usable) unload();
        atomic_store(&state, usable ? LOADED : UNUSABLE);
    }
    while (atomic_load(&state) == LOADING) sched_yield();
    return atomic_load(&state) == LOADED;
}

static void name_kernels(char *name, size_t size, const char *others) {
    char version[16] = "";
    assert(blas.get_config && blas.get_corename);
    sscanf(blas.get_config(), "OpenBLAS %15s", version);
    const char *vectors = strrchr(others, ' ');
    snprintf(name, size, "openblas %s %.16s + %.16s", version, blas.get_corename(),
             vectors ? vectors + 1 : others);
}

bool lk_openblas_install(lk_kernels *kernels) {
    if (!available(kernels->gemm)) return false;
    char others[sizeof kernels->name];
    memcpy(others, kernels->name, sizeof others);
    name_kernels(kernels->name, sizeof kernels->name, others);
    kernels->gemm = gemm;
    kernels->prefers_panels = false;
    return true;
}

const char *lk_openblas_withheld_core(void) {
    const char *fitting = blas.handle ? fitting_core() : NULL;
    return fitting && getenv("OPENBLAS_CORETYPE") && core_is_behind(fitting) ? fitting : NULL;
}
