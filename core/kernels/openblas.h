// The door to OpenBLAS.
#ifndef LK_OPENBLAS_H
#define LK_OPENBLAS_H

#include "kernels.h"

// Puts OpenBLAS's matrix product into a table of reference kernels and names it there; false, the
// table unchanged, when the library is not there, gives wrong results on this processor, or knows
// no core that uses its vectors. The first call in a process loads it.
bool lk_openblas_install(lk_kernels *kernels);
// The core that fits this processor, where OPENBLAS_CORETYPE keeps the library, which is loaded,
// below it; else NULL.
const char *lk_openblas_withheld_core(void);

#endif
