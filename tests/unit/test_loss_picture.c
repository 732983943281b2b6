// Pictures of losses: well-formed whatever the numbers are, and every point in its place.
#include "likelore/lm_report.h"

#include "test_context.h"
#include "xml_check.h"

#include <math.h>
#include <stdlib.h>

static lk_context *context;
static lk_buffer out;

static const char *draw(const lk_run_log *runs, size_t count) {
    context = make_context();
    out = lk_buffer_make(context);
    cr_assert(lk_losses_draw(&out, runs, count) == LK_OK);
    return lk_buffer_text(&out);
}

// A run of which the losses are known; the points are borrowed.
static lk_run_log run_of(const char *name, lk_log_point *training, size_t training_count,
                         lk_log_point *validation, size_t validation_count) {
    lk_run_log log = {.name = name};
    log.series[LK_LOG_LOSS] = (lk_log_series){training, training_count, training_count};
    log.series[LK_LOG_VAL_LOSS] = (lk_log_series){validation, validation_count, validation_count};
    return log;
}

static void finish(void) {
    lk_buffer_free(&out);
    free_context(context);
}

// The points of the n-th validation curve as x,y pairs; their number.
static size_t points_of(const char *svg, int index, double xy[][2], size_t most) {
    for (const char *at = svg; (at = strstr(at, "<polyline class=\"lk-val\"")); at++) {
        if (index-- > 0) continue;
        size_t count = 0;
        char *end = strstr((char *)(uintptr_t)at, " points=\"") + strlen(" points=\"");
        for (; *end != '"' && count < most; count++) {
            xy[count][0] = strtod(end, &end);
            xy[count][1] = strtod(end + 1, &end);
            while (*end == ' ') end++;
        }
        return count;
    }
    return 0;
}

Test(loss_picture, points_are_where_their_numbers_say) {
    lk_log_point points[] = {{0, 0, 4}, {50, 1, 3}, {100, 4, 2}};
    lk_run_log run = run_of("a", points, 3, points, 3);
    const char *svg = draw(&run, 1);
    double steps[4][2], seconds[4][2];
    cr_assert(points_of(svg, 0, steps, 4) == 3 && points_of(svg, 1, seconds, 4) == 3);
    cr_assert(fabs((steps[0][0] + steps[2][0]) / 2 - steps[1][0]) < .11, "equal steps across");
    cr_assert(fabs((seconds[1][0] - seconds[0][0]) * 4 - (seconds[2][0] - seconds[0][0])) < .5);
    for (int i = 0; i < 3; i++) cr_assert(steps[i][1] == seconds[i][1], "the same height");
    cr_assert(steps[0][1] < steps[1][1] && steps[1][1] < steps[2][1], "a lower loss lies lower");
    finish();
}

Test(loss_picture, long_curves_are_thinned_and_numbers_that_are_none_left_out) {
    enum { MANY = 10000 };
    lk_log_point *points = calloc(MANY, sizeof *points);
    for (int i = 0; i < MANY; i++) points[i] = (lk_log_point){i, i, 1.0 / (i + 1)};
    points[17].value = (double)NAN;
    points[9000].value = (double)INFINITY;
    lk_run_log run = run_of("long", NULL, 0, points, MANY);
    const char *svg = draw(&run, 1);
    static double xy[MANY][2];
    size_t count = points_of(svg, 0, xy, MANY);
    cr_assert(count > 200 && count < 410, "%zu", count);
    cr_assert(!strstr(svg, "nan") && !strstr(svg, "inf"));
    free(points);
    finish();
}

Test(loss_picture, anything_is_well_formed) {
    lk_log_point none = {(double)NAN, (double)NAN, (double)NAN}, one = {7, 7, 7};
    lk_log_point huge[] = {{0, 0, 1e300}, {1e15, 1e300, -1e300}};
    lk_run_log runs[20] = {run_of("", NULL, 0, NULL, 0),
                           run_of("<&\">\x01\xff", &none, 1, &none, 1),
                           run_of("one", &one, 1, &one, 1), run_of("huge", huge, 2, huge, 2)};
    for (int i = 4; i < 20; i++) runs[i] = runs[2];
    for (size_t first = 0; first < 4; first++) {
        check_xml(draw(runs + first, 1));
        finish();
    }
    check_xml(draw(runs, 20));
    finish();
    check_xml(draw(runs, 0));
    finish();
}
