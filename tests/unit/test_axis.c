// Axes of charts: marks at round numbers, whatever the values are.
#include "draw/axis.h"

#include <criterion/criterion.h>
#include <math.h>

static lk_axis axis_of(double a, double b) {
    lk_axis axis = lk_axis_make();
    lk_axis_widen(&axis, a);
    lk_axis_widen(&axis, b);
    return axis;
}

Test(axis, marks_are_multiples_of_a_round_step) {
    lk_axis axis = axis_of(.13, 1.07);
    lk_axis_divide(&axis, 5);
    cr_assert(axis.step == .2 && axis.least == .13 && axis.most == 1.07);
    cr_assert(lk_axis_count(&axis) == 5);
    const double marks[] = {.2, .4, .6, .8, 1};
    for (int i = 0; i < 5; i++) cr_assert(lk_axis_mark(&axis, i) == marks[i]);
}

Test(axis, round_axes_have_marks_at_their_ends) {
    lk_axis axis = axis_of(-3, 17);
    lk_axis_round(&axis, 5);
    cr_assert(axis.least == -5 && axis.most == 20 && axis.step == 5);
    cr_assert(lk_axis_count(&axis) == 6 && lk_axis_mark(&axis, 1) == 0);
    cr_assert(lk_axis_place(&axis, -5) == 0 && lk_axis_place(&axis, 7.5) == .5);
    cr_assert(lk_axis_place(&axis, 1e300) == 2 && lk_axis_place(&axis, -1e300) == -1);
}

Test(axis, one_value_lies_in_the_middle) {
    lk_axis axis = axis_of(3e-4, 3e-4);
    lk_axis_round(&axis, 4);
    cr_assert(axis.least < 3e-4 && axis.most > 3e-4 && axis.most < 1e-3);
}

Test(axis, any_values_have_some_marks) {
    const double values[] = {0,      1,      -1,     5e-324,           1e-290,
                             1e-279, 3e-279, 1e15,   1e15 + 1,         1e300,
                             -1e300, 1e308,  -1e308, (double)INFINITY, (double)NAN};
    const size_t count = sizeof values / sizeof *values;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            for (int marks = 2; marks < 7; marks++) {
                lk_axis axis = axis_of(values[i], values[j]);
                lk_axis_round(&axis, marks);
                int found = lk_axis_count(&axis);
                cr_assert(found >= 2 && found <= 2 * marks + 3, "%g to %g: %d marks", values[i],
                          values[j], found);
                cr_assert(isfinite(lk_axis_mark(&axis, 0)) && isfinite(lk_axis_mark(&axis, 1)));
                cr_assert(lk_axis_mark(&axis, 0) < lk_axis_mark(&axis, found - 1));
            }
}
