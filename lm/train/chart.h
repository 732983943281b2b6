// Charts of the page about runs: figures of HTML with SVG, which take their colours, and the size
// of their letters, from the style of the page.
#ifndef LK_CHART_H
#define LK_CHART_H

#include "likelore/lm_report.h"

// The part of the page's style that charts need.
extern const char lk_chart_style[];

// A value with so many digits, such as 0.0125, 12.5k, 3.2M or 5e-05; "–" for what is no finite
// number.
void lk_chart_number_append(lk_buffer *out, double value, int digits);

// A line of a chart, by a series of a run. What is shown faintly is there for comparison.
typedef struct lk_chart_line {
    const lk_log_series *series; // borrowed
    size_t run;                  // whose colour and dashes it has
    bool faint;
} lk_chart_line;

enum { LK_CHART_MOST_GUIDES = 4 };
typedef struct lk_chart {
    const char *title;
    const char *unit;                    // of the values
    const char **names;                  // of the runs
    bool small;                          // one of many
    bool of_seconds;                     // against time, not steps
    bool from_zero;                      // the axis of values has 0
    double guides[LK_CHART_MOST_GUIDES]; // values that have a line across
    size_t guide_count;
    const char *guide_name; // before their values; NULL: none
} lk_chart;

// Whether there is anything that a chart of these lines could show.
bool lk_chart_has_points(const lk_chart_line *lines, size_t count);
void lk_chart_append(lk_buffer *out, const lk_chart *chart, const lk_chart_line *lines,
                     size_t count);

// A histogram of a run.
typedef struct lk_chart_bars {
    const lk_log_histogram *histogram; // borrowed
    size_t run;
    bool faint;
} lk_chart_bars;

// Densities as outlines, within four deviations of the means: beyond lie a few values that would
// make all others a spike. `note` (NULL: none) stands below.
void lk_chart_append_histograms(lk_buffer *out, const lk_chart *chart, const lk_chart_bars *bars,
                                size_t count, const char *note);

#endif
