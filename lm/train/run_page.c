// The page about runs: one HTML file with SVG in it and without scripts.
#include "train/run_page.h"

#include "draw/html_page.h"
#include "draw/svg_text.h"
#include "train/run_lines.h"

#include <math.h>

enum { MOST_SAMPLES = 12 };

static const char style[] =
    "body{max-width:84rem}"
    "code{font-family:ui-monospace,monospace;font-size:.9em}"
    ".legend{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;"
    "margin:0 -1rem;padding:.4rem 1rem;list-style:none;max-height:30vh;overflow-y:auto;"
    "background:var(--page);border-bottom:1px solid var(--line);font-size:.9rem}"
    ".run{white-space:nowrap}.run span{white-space:normal}"
    ".chart.key{display:inline-block;width:2.25rem;height:.6rem;margin-right:.4rem}"
    ".quiet{color:var(--quiet);font-size:.9rem}"
    "summary{cursor:pointer;padding:.25rem 0;color:var(--name)}details{margin:.75rem 0}"
    ".samples{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,"
    "20rem),1fr))}"
    ".samples figure{border:1px solid var(--line);border-radius:.3rem;padding:.4rem .6rem}"
    "pre{margin:.25rem 0 0;max-height:16rem;overflow:auto;white-space:pre-wrap;"
    "font:.8rem/1.4 ui-monospace,monospace}"
    "td,th{vertical-align:top}th[scope=row]{min-width:7rem}"
    "@media print{body{max-width:none;padding:0;font-size:10pt}.legend{position:static;margin:0;"
    "padding:.4rem 0}.charts{grid-template-columns:repeat(2,1fr)}"
    ".charts.many{grid-template-columns:repeat(4,1fr)}pre{max-height:none}"
    "h2,h3{break-after:avoid}}";

// ---- What the parts share -----------------------------------------------------------------------

void lk_page_heading_append(lk_buffer *out, const char *title) {
    lk_buffer_printf(out, "<h2>%s</h2>\n", title);
}

void lk_page_words_append(lk_buffer *out, const char *text) {
    lk_buffer_append_text(out, "<p class=\"quiet\">");
    lk_append_escaped(out, text);
    lk_buffer_append_text(out, "</p>\n");
}

void lk_page_name_append(lk_buffer *out, const char *name, size_t run) {
    lk_buffer_append_text(out, "<span class=\"run\"><svg class=\"chart key\" viewBox=\"0 0 36 10\" "
                               "aria-hidden=\"true\"><path class=\"line\"");
    lk_run_stroke_append(out, run);
    lk_buffer_append_text(out, " d=\"M2,5h32\"/></svg><span>");
    lk_append_escaped(out, name);
    lk_buffer_append_text(out, "</span></span>");
}

static void append_legend(const lk_run_page *page) {
    lk_buffer_append_text(page->out, "<ul class=\"legend\" aria-label=\"Runs\">\n");
    for (size_t i = 0; i < page->count; i++) {
        lk_buffer_append_text(page->out, "<li>");
        lk_page_name_append(page->out, page->names[i], i);
        lk_buffer_append_text(page->out, "</li>\n");
    }
    lk_buffer_append_text(page->out, "</ul>\n");
}

// ---- Curves -------------------------------------------------------------------------------------

static size_t add_lines(const lk_run_page *page, size_t count, lk_log_quantity quantity,
                        bool faint) {
    for (size_t i = 0; i < page->count; i++)
        page->lines[count++] = (lk_chart_line){&page->logs[i].series[quantity], i, faint};
    return count;
}

static void append_losses(const lk_run_page *page) {
    lk_chart chart = {.title = "Loss by step", .unit = "nats per token", .names = page->names};
    size_t count = add_lines(page, 0, LK_LOG_LOSS, true);
    // Without losses of steps, those of evaluations on the same data.
    for (size_t i = 0; i < page->count; i++)
        if (!lk_chart_has_points(&page->lines[i], 1))
            page->lines[i].series = &page->logs[i].series[LK_LOG_TRAIN_LOSS];
    count = add_lines(page, count, LK_LOG_VAL_LOSS, false);
    lk_page_heading_append(page->out, "Loss");
    if (!lk_chart_has_points(page->lines, count)) {
        lk_page_words_append(page->out, "No losses were recorded.");
        return;
    }
    lk_page_words_append(page->out, "Strong lines with dots: validation loss. Faint lines: "
                                    "training loss of single steps.");
    lk_buffer_append_text(page->out, "<div class=\"charts two\">\n");
    lk_chart_append(page->out, &chart, page->lines, count);
    chart.title = "Loss by time";
    chart.of_seconds = true;
    lk_chart_append(page->out, &chart, page->lines, count);
    lk_buffer_append_text(page->out, "</div>\n");
}

static double setting_of(const lk_run_log *log, const char *key) {
    return lk_json_number(lk_json_get(lk_json_get(log->trainer, "settings"), key), (double)NAN);
}

// The norms at which the runs clip, each once.
static void add_clips(const lk_run_page *page, lk_chart *chart) {
    for (size_t i = 0; i < page->count && chart->guide_count < LK_CHART_MOST_GUIDES; i++) {
        double clip = setting_of(&page->logs[i], "grad_clip");
        bool known = false;
        for (size_t g = 0; g < chart->guide_count; g++) known |= chart->guides[g] == clip;
        if (clip > 0 && !known) chart->guides[chart->guide_count++] = clip;
    }
}

static void append_curve(const lk_run_page *page, lk_chart *chart, lk_log_quantity quantity) {
    size_t count = add_lines(page, 0, quantity, false);
    chart->names = page->names;
    chart->from_zero = true;
    if (lk_chart_has_points(page->lines, count))
        lk_chart_append(page->out, chart, page->lines, count);
}

static bool has_points(const lk_run_page *page, lk_log_quantity quantity) {
    return lk_chart_has_points(page->lines, add_lines(page, 0, quantity, false));
}

static void append_curves(const lk_run_page *page) {
    lk_chart rate = {.title = "Learning rate", .unit = "per step"};
    lk_chart norm = {
        .title = "Gradient norm", .unit = "before clipping", .guide_name = "dotted: clipped at"};
    lk_chart speed = {.title = "Speed", .unit = "tokens per second"};
    lk_page_heading_append(page->out, "Learning rate, gradient norm, speed");
    if (!has_points(page, LK_LOG_LEARNING_RATE) && !has_points(page, LK_LOG_GRAD_NORM) &&
        !has_points(page, LK_LOG_TOKENS_PER_SECOND)) {
        lk_page_words_append(page->out, "No steps were recorded: a smaller log_interval does.");
        return;
    }
    add_clips(page, &norm);
    lk_buffer_append_text(page->out, "<div class=\"charts\">\n");
    append_curve(page, &rate, LK_LOG_LEARNING_RATE);
    append_curve(page, &norm, LK_LOG_GRAD_NORM);
    append_curve(page, &speed, LK_LOG_TOKENS_PER_SECOND);
    lk_buffer_append_text(page->out, "</div>\n");
}

// ---- Samples ------------------------------------------------------------------------------------

// Line ends and tabulators stay, which would be escaped as characters that XML does not have.
static void append_sample_text(lk_buffer *out, const char *text) {
    static const char kept[] = "\n\t";
    while (*text) {
        size_t length = strcspn(text, kept);
        lk_append_escaped_part(out, text, length);
        text += length;
        length = strspn(text, kept);
        lk_buffer_append(out, text, length);
        text += length;
    }
}

static void append_sample(lk_buffer *out, const lk_log_sample *sample) {
    lk_buffer_append_text(out, "<figure><figcaption>step ");
    lk_buffer_append_double(out, sample->step);
    lk_buffer_append_text(out, "</figcaption><pre tabindex=\"0\">");
    append_sample_text(out, sample->text);
    lk_buffer_append_text(out, "</pre></figure>\n");
}

// Of many samples some, at equal distances, with the first and the last.
static void append_samples_of(const lk_run_page *page, size_t run) {
    const lk_run_log *log = &page->logs[run];
    size_t shown = log->sample_count < MOST_SAMPLES ? log->sample_count : MOST_SAMPLES;
    if (shown == 0) return;
    lk_buffer_append_text(page->out, "<h3>");
    lk_page_name_append(page->out, log->name, run);
    lk_buffer_append_text(page->out, "</h3>\n");
    if (shown < log->sample_count)
        lk_buffer_printf(page->out, "<p class=\"quiet\">%d of %llu samples.</p>\n", (int)shown,
                         (unsigned long long)log->sample_count);
    lk_buffer_append_text(page->out, "<div class=\"samples\">\n");
    for (size_t i = 0; i < shown; i++) {
        size_t at = shown < 2 ? 0 : i * (log->sample_count - 1) / (shown - 1);
        append_sample(page->out, &log->samples[at]);
    }
    lk_buffer_append_text(page->out, "</div>\n");
}

static void append_samples(const lk_run_page *page) {
    bool any = false;
    for (size_t i = 0; i < page->count; i++) any |= page->logs[i].sample_count > 0;
    lk_page_heading_append(page->out, "Samples");
    if (!any)
        lk_page_words_append(page->out, "No texts were drawn: training with sample_tokens=200 "
                                        "draws one at each evaluation.");
    for (size_t i = 0; i < page->count; i++) append_samples_of(page, i);
}

// ---- All ----------------------------------------------------------------------------------------

static void append_title(lk_buffer *title, const lk_run_log *logs, size_t count) {
    lk_buffer_append_text(title, "Training of ");
    if (count == 1)
        lk_buffer_append_text(title, logs[0].name);
    else
        lk_buffer_printf(title, "%llu runs", (unsigned long long)count);
}

static void append_page(const lk_run_page *page, const char *title) {
    lk_buffer extra = lk_buffer_make(page->out->context);
    lk_buffer_append_text(&extra, lk_chart_style);
    lk_buffer_append_text(&extra, style); // on paper it has the last word
    if (lk_buffer_status(&extra) != LK_OK) page->out->status = LK_ERROR_MEMORY;
    lk_html_begin(page->out, "en", title, lk_buffer_text(&extra));
    lk_buffer_free(&extra);
    append_legend(page);
    lk_page_summary_append(page);
    append_losses(page);
    append_curves(page);
    lk_page_statistics_append(page);
    append_samples(page);
    lk_page_profiles_append(page);
    lk_page_settings_append(page);
    lk_html_end(page->out);
}

static lk_status make_page(lk_run_page *page) {
    lk_context *context = page->out->context;
    page->names = lk_alloc(context, page->count, sizeof *page->names);
    page->lines = lk_alloc(context, page->count, 2 * sizeof *page->lines);
    page->bars = lk_alloc(context, page->count, 2 * sizeof *page->bars);
    if (!page->names || !page->lines || !page->bars) return LK_ERROR_MEMORY;
    for (size_t i = 0; i < page->count; i++) page->names[i] = page->logs[i].name;
    lk_buffer title = lk_buffer_make(context);
    append_title(&title, page->logs, page->count);
    lk_status status = lk_buffer_status(&title);
    if (status == LK_OK) append_page(page, lk_buffer_text(&title));
    lk_buffer_free(&title);
    return status == LK_OK ? lk_buffer_status(page->out) : status;
}

lk_status lk_runs_page(lk_buffer *out, const lk_run_log *logs, size_t count) {
    lk_run_page page = {.out = out, .logs = logs, .count = count};
    lk_status status = make_page(&page);
    lk_free(out->context, page.names);
    lk_free(out->context, page.lines);
    lk_free(out->context, page.bars);
    return status;
}
