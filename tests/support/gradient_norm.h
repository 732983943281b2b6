// The norm of all gradients of a small model.
#ifndef LK_TEST_GRADIENT_NORM_H
#define LK_TEST_GRADIENT_NORM_H

#include "train/optimizer.h"

#include <criterion/criterion.h>
#include <math.h>

static inline double gradient_norm(const lk_model *model, const lk_kernels *kernels) {
    double squares[256], sum = 0;
    size_t pieces = lk_gradient_pieces(model);
    cr_assert(pieces <= sizeof squares / sizeof squares[0]);
    lk_gradient_squares(squares, model, kernels, 0, SIZE_MAX);
    for (size_t i = 0; i < pieces; i++) sum += squares[i];
    return sqrt(sum);
}

#endif
