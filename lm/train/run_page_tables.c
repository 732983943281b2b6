// The tables of the page about runs, with a column for each run.
#include "draw/html_page.h"
#include "draw/svg_text.h"
#include "models/cost_show.h"
#include "train/run_page.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

enum { MOST_SETTINGS = 500, MOST_ROWS = 500 };

static const char none[] = "–";

// ---- Tables of runs -----------------------------------------------------------------------------

// Content of the cell of a run in the row of `what`: markup.
typedef void append_content(lk_buffer *cell, const lk_run_log *log, const void *what);

static void append_runs_begin(const lk_run_page *page, const char *label) {
    lk_buffer cell = lk_buffer_make(page->out->context);
    lk_html_table_begin(page->out, label);
    lk_buffer_append_text(page->out, "<tr>");
    lk_html_cell_append(page->out, LK_HTML_COLUMN, false, "");
    for (size_t i = 0; i < page->count; i++) {
        lk_buffer_clear(&cell);
        lk_page_name_append(&cell, page->names[i], i);
        lk_html_cell_append(page->out, LK_HTML_COLUMN, false, lk_buffer_text(&cell));
    }
    lk_buffer_append_text(page->out, "</tr>\n");
    lk_html_table_body(page->out);
    if (cell.status != LK_OK) page->out->status = cell.status;
    lk_buffer_free(&cell);
}

static void append_row(const lk_run_page *page, const char *name, append_content *append,
                       const void *what) {
    lk_buffer cell = lk_buffer_make(page->out->context);
    lk_append_escaped(&cell, name);
    lk_buffer_append_text(page->out, "<tr>");
    lk_html_cell_append(page->out, LK_HTML_ROW, false, lk_buffer_text(&cell));
    for (size_t i = 0; i < page->count; i++) {
        lk_buffer_clear(&cell);
        append(&cell, &page->logs[i], what);
        lk_html_cell_append(page->out, LK_HTML_CELL, false, lk_buffer_text(&cell));
    }
    lk_buffer_append_text(page->out, "</tr>\n");
    if (cell.status != LK_OK) page->out->status = cell.status;
    lk_buffer_free(&cell);
}

// ---- Facts --------------------------------------------------------------------------------------

static void append_count(lk_buffer *cell, double number) {
    char text[LK_NUMBER_BYTES];
    bool whole = number >= 0 && number < 1e18;
    lk_buffer_append_text(cell, whole ? lk_show_count(text, number) : none);
}

typedef struct fact {
    const char *name;
    append_content *append;
    size_t offset; // of the number in lk_run_log, where it is one
} fact;

static double number_of(const lk_run_log *log, const fact *of) {
    return *(const double *)((const char *)log + of->offset);
}

static void append_whole(lk_buffer *cell, const lk_run_log *log, const void *what) {
    append_count(cell, number_of(log, what));
}

static void append_loss(lk_buffer *cell, const lk_run_log *log, const void *what) {
    lk_chart_number_append(cell, number_of(log, what), 5);
}

static void append_best(lk_buffer *cell, const lk_run_log *log, const void *what) {
    append_loss(cell, log, what);
    if (log->best_step < 0) return;
    lk_buffer_append_text(cell, " at step ");
    append_count(cell, log->best_step);
}

// The description goes over lines that are indented.
static void append_model(lk_buffer *cell, const lk_run_log *log, const void *what) {
    (void)what;
    lk_buffer words = lk_buffer_make(cell->context);
    bool blank = false;
    for (const char *c = log->model ? log->model : none; *c; c++) {
        bool is_blank = *c == ' ' || *c == '\n';
        if (!is_blank) lk_buffer_append_byte(&words, *c);
        if (is_blank && !blank) lk_buffer_append_byte(&words, ' ');
        blank = is_blank;
    }
    lk_append_escaped(cell, lk_buffer_text(&words));
    if (words.status != LK_OK) cell->status = words.status;
    lk_buffer_free(&words);
}

static void append_time(lk_buffer *cell, const lk_run_log *log, const void *what) {
    const double minute = 60, hour = 3600, most = 1e12;
    double s = fmin(number_of(log, what), most), rounded = floor(s + 0.5);
    if (s < minute) {
        lk_chart_number_append(cell, s, 3);
        lk_buffer_append_text(cell, " s");
    } else if (rounded < hour) {
        lk_buffer_printf(cell, "%.0f min %02.0f s", floor(rounded / minute), fmod(rounded, minute));
    } else {
        lk_buffer_printf(cell, "%.0f h %02.0f min", floor(rounded / hour),
                         floor(fmod(rounded, hour) / minute));
    }
}

// The mean over all the time, evaluations included.
static void append_speed(lk_buffer *cell, const lk_run_log *log, const void *what) {
    (void)what;
    append_count(cell, log->seconds > 0 ? floor(log->tokens / log->seconds + 0.5) : (double)NAN);
}

static const fact facts[] = {
    {"model", append_model, 0},
    {"parameters", append_whole, offsetof(lk_run_log, parameters)},
    {"vocabulary", append_whole, offsetof(lk_run_log, vocabulary)},
    {"best validation loss", append_best, offsetof(lk_run_log, best_val_loss)},
    {"last validation loss", append_loss, offsetof(lk_run_log, val_loss)},
    {"last training loss", append_loss, offsetof(lk_run_log, train_loss)},
    {"steps", append_whole, offsetof(lk_run_log, step)},
    {"tokens", append_whole, offsetof(lk_run_log, tokens)},
    {"time", append_time, offsetof(lk_run_log, seconds)},
    {"tokens per second", append_speed, 0},
};

// ---- Settings -----------------------------------------------------------------------------------

static const lk_json *settings_of(const lk_run_log *log) {
    return lk_json_get(log->trainer, "settings");
}

static void append_setting(lk_buffer *cell, const lk_run_log *log, const void *what) {
    const char *key = what;
    const lk_json *value = lk_json_get(settings_of(log), key);
    switch (value ? lk_json_get_type(value) : LK_JSON_NULL) {
    case LK_JSON_NUMBER:
        lk_buffer_append_double(cell, lk_json_number(value, 0));
        break;
    case LK_JSON_BOOL:
        lk_buffer_append_text(cell, lk_json_bool(value, false) ? "True" : "False");
        break;
    case LK_JSON_STRING:
        lk_append_escaped(cell, lk_json_string(value, ""));
        break;
    default:
        lk_buffer_append_text(cell, none);
    }
}

// Where a run is says nothing about it.
static bool differs(const lk_run_page *page, const char *key) {
    lk_buffer first = lk_buffer_make(page->out->context), other = first;
    bool is = false;
    append_setting(&first, &page->logs[0], key);
    for (size_t i = 1; i < page->count && strcmp(key, "out") != 0; i++) {
        lk_buffer_clear(&other);
        append_setting(&other, &page->logs[i], key);
        is |= strcmp(lk_buffer_text(&first), lk_buffer_text(&other)) != 0;
    }
    lk_buffer_free(&first);
    lk_buffer_free(&other);
    return is;
}

// Whether a run before this one has the setting.
static bool is_listed(const lk_run_page *page, size_t run, const char *key) {
    for (size_t i = 0; i < run; i++)
        if (lk_json_get(settings_of(&page->logs[i]), key)) return true;
    return false;
}

// Rows of all settings, or of those that differ.
static void append_settings(const lk_run_page *page, bool differing) {
    for (size_t run = 0; run < page->count; run++) {
        const lk_json *member = lk_json_first(settings_of(&page->logs[run]));
        for (int i = 0; member && i < MOST_SETTINGS; i++, member = lk_json_next(member)) {
            const char *key = lk_json_name(member);
            if (!key || is_listed(page, run, key) || (differing && !differs(page, key))) continue;
            append_row(page, key, append_setting, key);
        }
    }
}

void lk_page_summary_append(const lk_run_page *page) {
    lk_page_heading_append(page->out, "Summary");
    append_runs_begin(page, "Summary of the runs");
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        append_row(page, facts[i].name, facts[i].append, &facts[i]);
    append_settings(page, true);
    lk_html_table_end(page->out);
}

void lk_page_settings_append(const lk_run_page *page) {
    bool any = false;
    for (size_t i = 0; i < page->count; i++) any |= settings_of(&page->logs[i]) != NULL;
    lk_page_heading_append(page->out, "Settings");
    if (!any) {
        lk_page_words_append(page->out, "They are in the checkpoints of a run, and there is none.");
        return;
    }
    lk_buffer_append_text(page->out, "<details><summary>All settings</summary>\n");
    append_runs_begin(page, "Settings of the runs");
    append_settings(page, false);
    lk_html_table_end(page->out);
    lk_buffer_append_text(page->out, "</details>\n");
}

// ---- Profiles -----------------------------------------------------------------------------------

typedef struct timed_row {
    const lk_json *row;
    double ms;
} timed_row;

static int slower_first(const void *a, const void *b) {
    double left = ((const timed_row *)a)->ms, right = ((const timed_row *)b)->ms;
    return (left < right) - (left > right);
}

static void append_value(lk_buffer *out, const lk_json *row, const char *key, double factor) {
    lk_buffer cell = lk_buffer_make(out->context);
    lk_chart_number_append(&cell, factor * lk_json_number(lk_json_get(row, key), (double)NAN), 3);
    lk_html_cell_append(out, LK_HTML_CELL, true, lk_buffer_text(&cell));
    lk_buffer_free(&cell);
}

static void append_words(lk_buffer *out, lk_html_cell kind, const lk_json *row, const char *key) {
    lk_buffer cell = lk_buffer_make(out->context);
    lk_append_escaped(&cell, lk_json_string(lk_json_get(row, key), ""));
    lk_html_cell_append(out, kind, false, lk_buffer_text(&cell));
    lk_buffer_free(&cell);
}

static void append_profile_row(lk_buffer *out, const lk_json *row) {
    const double percent = 100;
    lk_buffer_append_text(out, "<tr>");
    append_words(out, LK_HTML_ROW, row, "name");
    append_words(out, LK_HTML_CELL, row, "phase");
    append_words(out, LK_HTML_CELL, row, "shape");
    append_value(out, row, "calls", 1);
    append_value(out, row, "ms", 1);
    append_value(out, row, "share", percent);
    append_value(out, row, "gflops", 1);
    append_value(out, row, "gb_per_s", 1);
    append_value(out, row, "of_ceiling", percent);
    lk_buffer_append_text(out, "</tr>\n");
}

static void append_profile_table(lk_buffer *out, const timed_row *rows, size_t count) {
    static const char *const heads[] = {"operation", "pass",    "shape", "calls",       "ms",
                                        "% of step", "GFLOP/s", "GB/s",  "% of ceiling"};
    enum { WORDS = 3 }; // columns of words, before those of numbers
    lk_html_table_begin(out, "Operations of a step");
    lk_buffer_append_text(out, "<tr>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        lk_html_cell_append(out, LK_HTML_COLUMN, i >= WORDS, heads[i]);
    lk_buffer_append_text(out, "</tr>\n");
    lk_html_table_body(out);
    for (size_t i = 0; i < count; i++) append_profile_row(out, rows[i].row);
    lk_html_table_end(out);
}

static void append_rows(lk_buffer *out, const lk_json *list) {
    size_t count = 0;
    timed_row *rows = lk_alloc(out->context, MOST_ROWS, sizeof *rows);
    if (!rows) {
        out->status = LK_ERROR_MEMORY;
        return;
    }
    const lk_json *row = lk_json_first(list);
    for (; row && count < MOST_ROWS; row = lk_json_next(row)) {
        double ms = lk_json_number(lk_json_get(row, "ms"), 0);
        rows[count++] = (timed_row){row, ms};
    }
    qsort(rows, count, sizeof *rows, slower_first);
    append_profile_table(out, rows, count);
    lk_free(out->context, rows);
}

static void append_profile(const lk_run_page *page, size_t run) {
    const lk_json *profile = page->logs[run].profile;
    if (!profile) return;
    lk_buffer_append_text(page->out, "<h3>");
    lk_page_name_append(page->out, page->names[run], run);
    lk_buffer_append_text(page->out, "</h3>\n<p>A step takes ");
    lk_chart_number_append(page->out,
                           lk_json_number(lk_json_get(profile, "ms_per_step"), (double)NAN), 4);
    lk_buffer_append_text(page->out, " ms: ");
    append_count(page->out,
                 floor(lk_json_number(lk_json_get(profile, "tokens_per_s"), (double)NAN)));
    lk_buffer_append_text(page->out, " tokens per second.</p>\n");
    append_rows(page->out, lk_json_get(profile, "rows"));
}

void lk_page_profiles_append(const lk_run_page *page) {
    bool any = false;
    for (size_t i = 0; i < page->count; i++) any |= page->logs[i].profile != NULL;
    lk_page_heading_append(page->out, "Where the time goes");
    if (!any)
        lk_page_words_append(page->out, "No step was profiled: training with --profile does so.");
    for (size_t i = 0; i < page->count; i++) append_profile(page, i);
}
