#include "plot.h"

#include "test_context.h"

#include <math.h>

static void expect_plot(const curve *curves, size_t count, int columns, int rows, int lines,
                        const char *expected) {
    lk_context *context = make_context();
    lk_buffer out = lk_buffer_make(context);
    cr_assert(plot_append(&out, curves, count, &(plot_style){columns, rows, false, "steps"}) ==
              lines);
    cr_assert(strcmp(lk_buffer_text(&out), expected) == 0, "\n%s", lk_buffer_text(&out));
    lk_buffer_free(&out);
    free_context(context);
}

Test(plot, a_line_from_corner_to_corner_fills_the_diagonal) {
    curve line = {.name = "loss"};
    for (int i = 0; i < 16; i++) curve_add(&line, i, 15 - i);
    expect_plot(&line, 1, 16, 4, 5,
                "15.000 ┤⠑⢄⠀⠀⠀⠀⠀⠀\n"
                "10.000 ┤⠀⠀⠑⢄⠀⠀⠀⠀\n"
                " 5.000 ┤⠀⠀⠀⠀⠑⢄⠀⠀\n"
                " 0.000 ┤⠀⠀⠀⠀⠀⠀⠑⢄\n"
                "       └ steps 0 to 15   ━━ loss 0.0000\n");
    curve_free(&line);
}

Test(plot, distant_points_are_joined) {
    curve line = {.name = "loss"};
    curve_add(&line, 0, 15);
    curve_add(&line, 15, 0);
    expect_plot(&line, 1, 16, 4, 5,
                "15.000 ┤⠑⢄⠀⠀⠀⠀⠀⠀\n"
                "10.000 ┤⠀⠀⠑⢄⠀⠀⠀⠀\n"
                " 5.000 ┤⠀⠀⠀⠀⠑⢄⠀⠀\n"
                " 0.000 ┤⠀⠀⠀⠀⠀⠀⠑⢄\n"
                "       └ steps 0 to 15   ━━ loss 0.0000\n");
    curve_free(&line);
}

Test(plot, what_cannot_be_drawn_takes_no_lines) {
    curve line = {.name = "loss"};
    expect_plot(&line, 1, 80, 8, 0, "");
    curve_add(&line, 1, 2);
    expect_plot(&line, 1, 80, 8, 0, "");
    curve_add(&line, 2, (double)NAN);
    curve_add(&line, 3, 1);
    expect_plot(&line, 1, 9, 8, 0, "");
    curve_free(&line);
}
