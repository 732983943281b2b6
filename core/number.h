// Numbers as people write them, the same in every format and locale: decimals such as 0.25, .5,
// 1e-3 and +2, and fractions of two decimals such as 1/3.
#ifndef LK_NUMBER_H
#define LK_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct lk_number {
    // Of a decimal the nearest double (infinite beyond the largest; below the smallest 0, or the
    // largest negative one where the number is negative); of a fraction the quotient of the nearest
    // doubles.
    double value;
    bool plain; // the shortest decimal that reads back as `value` is the number itself, so that
                // nothing is lost in keeping the double alone
} lk_number;

// Reads the number that all of text is (no white space). False when it is none; fractions whose
// denominator has a sign or is 0, or whose parts are beyond the doubles, are none.
bool lk_number_read(lk_number *number, const char *text, size_t length);

#endif
