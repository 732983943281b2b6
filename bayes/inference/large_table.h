// What is done to whole tables of doubles, by several threads where they are large.
#ifndef LK_LARGE_TABLE_H
#define LK_LARGE_TABLE_H

#include "kernels/kernels.h"
#include "pool.h"

typedef struct lk_table_worker {
    const lk_table_kernels *kernels;
    lk_pool *pool; // NULL: the calling thread does all
} lk_table_worker;

void lk_table_clear(lk_table_worker worker, double *x, size_t n);
lk_range lk_table_range(lk_table_worker worker, const double *x, size_t n);
// y = x / d where d is not 0, else 0; returns the range of y, which may be x.
lk_range lk_table_divide(lk_table_worker worker, double *y, const double *x, const double *d,
                         size_t n);

#endif
