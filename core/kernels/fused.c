// The kernels of fast mode that differ from the reference: those that compute more than they move,
// with multiplication and addition fused.
#include "variant.h"

#include <string.h>

void LK_NAME(lk_kernels_install)(lk_kernels *kernels) {
    strcpy(kernels->name, LK_VARIANT_NAME);
    LK_NAME(lk_set_gemm)(kernels);
    LK_NAME(lk_set_norms)(kernels);
    LK_NAME(lk_set_unary)(kernels);
}
