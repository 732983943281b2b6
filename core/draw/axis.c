#include "draw/axis.h"

#include <math.h>

// Beyond these, differences and quotients of values need not be numbers any more.
static const double largest = 1e300, smallest = 1e-280;

lk_axis lk_axis_make(void) { return (lk_axis){(double)INFINITY, -(double)INFINITY, 0}; }

void lk_axis_widen(lk_axis *axis, double value) {
    if (!(fabs(value) <= largest)) return;
    axis->least = fmin(axis->least, value);
    axis->most = fmax(axis->most, value);
}

void lk_axis_divide(lk_axis *axis, int marks) {
    double size = fmax(fabs(axis->least), fabs(axis->most));
    if (!(axis->least <= axis->most) || size < smallest) {
        *axis = (lk_axis){0, 1, 0};
        size = 1;
    }
    if (axis->most - axis->least <= 1e-9 * size) {
        axis->least -= size / 2;
        axis->most += size / 2;
    }
    double rough = (axis->most - axis->least) / marks, power = pow(10, floor(log10(rough)));
    double part = rough / power;
    axis->step = power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

// The ends as multiples of the step, rounded inwards; what is nearly a multiple is one.
static double first_multiple(const lk_axis *axis) { return ceil(axis->least / axis->step - 1e-9); }
static double last_multiple(const lk_axis *axis) { return floor(axis->most / axis->step + 1e-9); }

void lk_axis_round(lk_axis *axis, int marks) {
    lk_axis_divide(axis, marks);
    axis->least = floor(axis->least / axis->step + 1e-9) * axis->step;
    axis->most = ceil(axis->most / axis->step - 1e-9) * axis->step;
}

int lk_axis_count(const lk_axis *axis) {
    return (int)(last_multiple(axis) - first_multiple(axis) + 0.5) + 1;
}

// Without the last digits that rounding leaves.
double lk_axis_mark(const lk_axis *axis, int index) {
    double scale = pow(10, fmax(0, ceil(-log10(axis->step) - 1e-9)));
    double mark = (first_multiple(axis) + index) * axis->step,
           rounded = round(mark * scale) / scale;
    return isfinite(rounded) ? rounded + 0.0 : mark;
}

double lk_axis_place(const lk_axis *axis, double value) {
    double place = (value - axis->least) / (axis->most - axis->least);
    return fmin(fmax(place, -1), 2);
}
