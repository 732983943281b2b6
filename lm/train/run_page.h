// What the parts of the page about runs share.
#ifndef LK_RUN_PAGE_H
#define LK_RUN_PAGE_H

#include "train/chart.h"

typedef struct lk_run_page {
    lk_buffer *out;
    const lk_run_log *logs;
    size_t count;
    const char **names;
    // Room for two of each run.
    lk_chart_line *lines;
    lk_chart_bars *bars;
} lk_run_page;

void lk_page_heading_append(lk_buffer *out, const char *title);
// A paragraph; that there is nothing to show, and what would record it, is one too.
void lk_page_words_append(lk_buffer *out, const char *text);
// The name of a run after its line.
void lk_page_name_append(lk_buffer *out, const char *name, size_t run);

// What the runs are and came to, and the settings in which they differ.
void lk_page_summary_append(const lk_run_page *page);
// All settings, folded away.
void lk_page_settings_append(const lk_run_page *page);
// What the operations took, of the runs that were profiled.
void lk_page_profiles_append(const lk_run_page *page);
// The statistics: updates of weights, activations, gradients, saturation.
void lk_page_statistics_append(const lk_run_page *page);

#endif
