// The statistics of the page about runs: a small chart for each weight or operation, which shows
// all runs that have it.
#include "draw/svg_text.h"
#include "train/run_page.h"

#include <math.h>
#include <stdio.h>

// Charts that are not folded away.
enum { MOST_OPEN = 24 };

typedef struct section {
    const char *title, *words;
    bool of_weights;
    bool of_histograms;
    bool from_zero;
    const double *guide; // NULL: none
    const char *none;
} section;

static const double healthy_update = -3;
#define HOW_TO_RECORD " were recorded: training with stats=100 does so every hundredth step."
static const section sections[] = {
    {.title = "Updates of weights",
     .words = "log10 of the deviation of a weight's update over that of its values. The dotted "
              "line, -3, is about healthy.",
     .of_weights = true,
     .guide = &healthy_update,
     .none = "No updates" HOW_TO_RECORD},
    {.title = "Activations",
     .words = "How the results of operations lie at the last step recorded; faint: at the first.",
     .of_histograms = true,
     .none = "No activations" HOW_TO_RECORD},
    {.title = "Gradients",
     .words = "How the gradients of weights lie at the last step recorded, before clipping; "
              "faint: at the first.",
     .of_weights = true,
     .of_histograms = true,
     .none = "No gradients" HOW_TO_RECORD},
    {.title = "Saturation",
     .words = "Share of results where the function hardly changes: beyond 0.97 of tanh and "
              "sigmoid, 0 of relu.",
     .from_zero = true,
     .none = "No saturation of tanh, sigmoid or relu was recorded: training with stats=100 does so "
             "where a model has them."},
};

// ---- Parts of several runs ----------------------------------------------------------------------

static const lk_log_parts *parts_of(const lk_run_page *page, const section *s, size_t run) {
    return s->of_weights ? &page->logs[run].weights : &page->logs[run].activations;
}

static bool is_same(const lk_log_part *a, const lk_log_part *b) {
    return a->copy == b->copy && strcmp(a->name, b->name) == 0;
}

// The same part of another run, mostly at the same place; NULL where it has none.
static const lk_log_part *find(const lk_log_parts *parts, const lk_log_part *like, size_t place) {
    if (place < parts->count && is_same(&parts->parts[place], like)) return &parts->parts[place];
    for (size_t i = 0; i < parts->count; i++)
        if (is_same(&parts->parts[i], like)) return &parts->parts[i];
    return NULL;
}

// A place in the list of all parts of all runs, each of which is there once.
typedef struct cursor {
    size_t run, place;
} cursor;

static bool is_in_earlier_run(const lk_run_page *page, const section *s, cursor at) {
    const lk_log_part *part = &parts_of(page, s, at.run)->parts[at.place];
    for (size_t run = 0; run < at.run; run++)
        if (find(parts_of(page, s, run), part, at.place)) return true;
    return false;
}

// The part at the cursor, which moves on; NULL at the end.
static const lk_log_part *next_part(const lk_run_page *page, const section *s, cursor *at) {
    while (at->run < page->count) {
        cursor here = *at;
        const lk_log_parts *parts = parts_of(page, s, here.run);
        *at = here.place < parts->count ? (cursor){here.run, here.place + 1}
                                        : (cursor){here.run + 1, 0};
        if (here.place < parts->count && !is_in_earlier_run(page, s, here))
            return &parts->parts[here.place];
    }
    return NULL;
}

// ---- Charts -------------------------------------------------------------------------------------

// What the runs have of a part, at `place` of theirs; the number of lines or bars.
static size_t gather(const lk_run_page *page, const section *s, const lk_log_part *like,
                     size_t place) {
    size_t count = 0;
    for (size_t run = 0; run < page->count; run++) {
        const lk_log_part *part = find(parts_of(page, s, run), like, place);
        if (!part) continue;
        if (!s->of_histograms) {
            lk_chart_line line = {&part->values, run, false};
            if (lk_chart_has_points(&line, 1)) page->lines[count++] = line;
            continue;
        }
        bool changed = part->first.step < part->last.step && part->first.total > 0;
        if (changed) page->bars[count++] = (lk_chart_bars){&part->first, run, true};
        if (part->last.total > 0) page->bars[count++] = (lk_chart_bars){&part->last, run, false};
    }
    return count;
}

// Of one run mean and deviation of its histogram; several have no room for them.
static const char *note_of(const lk_run_page *page, lk_buffer *note, size_t count) {
    const lk_log_histogram *h = page->bars[count - 1].histogram;
    if (page->count > 1) return NULL;
    lk_buffer_append_text(note, "mean ");
    lk_chart_number_append(note, h->mean, 2);
    lk_buffer_append_text(note, " ± ");
    lk_chart_number_append(note, h->deviation, 2);
    return lk_buffer_text(note);
}

static void append_chart(const lk_run_page *page, const section *s, const lk_log_part *part,
                         size_t count) {
    lk_buffer title = lk_buffer_make(page->out->context);
    lk_buffer note = lk_buffer_make(page->out->context);
    lk_buffer_append_text(&title, part->name);
    if (part->copy > 0) lk_buffer_printf(&title, " (%llu)", (unsigned long long)part->copy + 1);
    lk_chart chart = {.title = lk_buffer_text(&title),
                      .names = page->names,
                      .small = true,
                      .from_zero = s->from_zero};
    if (s->guide) chart.guides[chart.guide_count++] = *s->guide;
    if (s->of_histograms)
        lk_chart_append_histograms(page->out, &chart, page->bars, count,
                                   note_of(page, &note, count));
    else
        lk_chart_append(page->out, &chart, page->lines, count);
    if (title.status != LK_OK || note.status != LK_OK) page->out->status = LK_ERROR_MEMORY;
    lk_buffer_free(&title);
    lk_buffer_free(&note);
}

static size_t count_charts(const lk_run_page *page, const section *s) {
    size_t charts = 0;
    cursor at = {0};
    for (const lk_log_part *part; (part = next_part(page, s, &at));)
        charts += gather(page, s, part, at.place - 1) > 0;
    return charts;
}

static void append_charts(const lk_run_page *page, const section *s, size_t charts) {
    size_t shown = 0;
    cursor at = {0};
    lk_buffer_append_text(page->out, "<div class=\"charts many\">\n");
    for (const lk_log_part *part; (part = next_part(page, s, &at));) {
        size_t count = gather(page, s, part, at.place - 1);
        if (count == 0) continue;
        if (shown++ == MOST_OPEN)
            lk_buffer_printf(page->out,
                             "</div>\n<details><summary>%llu more</summary>\n"
                             "<div class=\"charts many\">\n",
                             (unsigned long long)(charts - MOST_OPEN));
        append_chart(page, s, part, count);
    }
    lk_buffer_append_text(page->out, shown > MOST_OPEN ? "</div></details>\n" : "</div>\n");
}

void lk_page_statistics_append(const lk_run_page *page) {
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        const section *s = &sections[i];
        size_t charts = count_charts(page, s);
        lk_page_heading_append(page->out, s->title);
        lk_page_words_append(page->out, charts > 0 ? s->words : s->none);
        if (charts > 0) append_charts(page, s, charts);
    }
}
