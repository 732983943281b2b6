// The axes of charts: ranges that end at round numbers, and the marks along them.
#ifndef LK_AXIS_H
#define LK_AXIS_H

#include "context.h"

typedef struct lk_axis {
    double least, most;
    double step; // from one mark to the next
} lk_axis;

// An axis without values yet.
lk_axis lk_axis_make(void);
// Takes a value in; what is no finite number, or too large to be computed with, is passed over.
void lk_axis_widen(lk_axis *axis, double value);
// Chooses a step of 1, 2 or 5 times a power of ten, so that there are about `marks` marks, at
// multiples of it. Without values the axis goes from 0 to 1.
void lk_axis_divide(lk_axis *axis, int marks);
// The same, with marks at both ends.
void lk_axis_round(lk_axis *axis, int marks);
// The number of marks, and what the i-th of them stands at.
int lk_axis_count(const lk_axis *axis);
double lk_axis_mark(const lk_axis *axis, int index);
// Where a value lies: 0 is the least of the axis, 1 the most; from -1 to 2, if it is far beyond.
double lk_axis_place(const lk_axis *axis, double value);

#endif
