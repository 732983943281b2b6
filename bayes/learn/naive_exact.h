// Answers of naive Bayes as fractions, computed from the counts without rounding.
#ifndef LK_NAIVE_EXACT_H
#define LK_NAIVE_EXACT_H

#include "exact/rational.h"
#include "learn/naive.h"

typedef struct lk_naive_fractions {
    lk_rational *joint;     // [classes] P(class, given)
    lk_rational *posterior; // [classes] P(class | given)
} lk_naive_fractions;

// A probability of the model, from its counts.
lk_status lk_naive_term_fraction(lk_arena *arena, lk_rational *number, lk_naive_term term);

// LK_ERROR_LIMIT when a number would be too long (thousands of words); the case has been run.
lk_status lk_naive_compute_fractions(lk_arena *arena, lk_naive_fractions *fractions,
                                     const lk_naive_case *c);

#endif
