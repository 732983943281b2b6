// Functions of one variable and their derivatives, element by element.
#include "variant.h"

#include "mathfn.h"
#include "mathfn_inline.h"

#ifdef LK_REAL_IS_DOUBLE
#define FUNCTION(name) lk_##name
#else
#define FUNCTION(name) lk_inline_##name##f
#endif

#define SQRT_HALF ((lk_real)0.70710678118654752440)
#define SQRT_2_OVER_PI ((lk_real)0.79788456080286535588)
#define INVERSE_SQRT_2_PI ((lk_real)0.39894228040143267794)
#define GELU_CUBIC ((lk_real)0.044715)
#define HALF ((lk_real)0.5)

// ---- Values -------------------------------------------------------------------------------------

LK_INLINE lk_real value_exp(lk_real x) { return FUNCTION(exp)(x); }
LK_INLINE lk_real value_log(lk_real x) { return FUNCTION(log)(x); }
LK_INLINE lk_real value_tanh(lk_real x) { return FUNCTION(tanh)(x); }
LK_INLINE lk_real value_sigmoid(lk_real x) { return 1 / (1 + FUNCTION(exp)(-x)); }
LK_INLINE lk_real value_relu(lk_real x) { return x < 0 ? 0 : x; } // a NaN stays

LK_INLINE lk_real normal_cumulative(lk_real x) { return HALF * (1 + FUNCTION(erf)(x * SQRT_HALF)); }
LK_INLINE lk_real value_gelu(lk_real x) { return x * normal_cumulative(x); }

LK_INLINE lk_real gelu_tanh_part(lk_real x) {
    return FUNCTION(tanh)(SQRT_2_OVER_PI * (x + GELU_CUBIC * (x * x * x)));
}
LK_INLINE lk_real value_gelu_tanh(lk_real x) { return HALF * x * (1 + gelu_tanh_part(x)); }

LK_INLINE lk_real value_silu(lk_real x) { return x * value_sigmoid(x); }

// ---- Derivatives, from the input x and the value y ----------------------------------------------

LK_INLINE lk_real slope_exp(lk_real x, lk_real y) { return (void)x, y; }
LK_INLINE lk_real slope_log(lk_real x, lk_real y) { return (void)y, 1 / x; }
LK_INLINE lk_real slope_tanh(lk_real x, lk_real y) { return (void)x, 1 - y * y; }
LK_INLINE lk_real slope_sigmoid(lk_real x, lk_real y) { return (void)x, y * (1 - y); }
LK_INLINE lk_real slope_relu(lk_real x, lk_real y) { return (void)y, x > 0 ? 1 : (lk_real)0; }

LK_INLINE lk_real slope_gelu(lk_real x, lk_real y) {
    (void)y;
    lk_real density = INVERSE_SQRT_2_PI * FUNCTION(exp)(-HALF * (x * x));
    return normal_cumulative(x) + x * density;
}

LK_INLINE lk_real slope_gelu_tanh(lk_real x, lk_real y) {
    (void)y;
    lk_real t = gelu_tanh_part(x);
    lk_real inner = SQRT_2_OVER_PI * (1 + 3 * GELU_CUBIC * (x * x));
    return HALF * (1 + t) + HALF * x * (1 - t * t) * inner;
}

LK_INLINE lk_real slope_silu(lk_real x, lk_real y) {
    lk_real s = value_sigmoid(x);
    return s + y * (1 - s);
}

// ---- Loops --------------------------------------------------------------------------------------

#define DEFINE_LOOPS(CODE, name)                                                                   \
    static void apply_##name(lk_real *y, const lk_real *x, size_t n) {                             \
        LK_INDEPENDENT                                                                             \
        for (size_t i = 0; i < n; i++) y[i] = value_##name(x[i]);                                  \
    }                                                                                              \
    static void both_##name(lk_real *y, lk_real *slope, const lk_real *x, size_t n) {              \
        LK_INDEPENDENT                                                                             \
        for (size_t i = 0; i < n; i++) {                                                           \
            lk_real input = x[i], value = value_##name(input);                                     \
            y[i] = value;                                                                          \
            slope[i] = slope_##name(input, value);                                                 \
        }                                                                                          \
    }                                                                                              \
    static void back_##name(lk_real *dx, const lk_real *dy, const lk_real *x, const lk_real *y,    \
                            size_t n) {                                                            \
        LK_INDEPENDENT                                                                             \
        for (size_t i = 0; i < n; i++) dx[i] = slope_##name(x[i], y[i]) * dy[i];                   \
    }
LK_UNARY_LIST(DEFINE_LOOPS)

void LK_NAME(lk_set_unary)(lk_kernels *kernels) {
#define SET_LOOPS(CODE, name)                                                                      \
    kernels->unary[LK_UNARY_##CODE] = apply_##name;                                                \
    kernels->unary_with_slope[LK_UNARY_##CODE] = both_##name;                                      \
    kernels->unary_backward[LK_UNARY_##CODE] = back_##name;
    LK_UNARY_LIST(SET_LOOPS)
}
