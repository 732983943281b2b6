// The page about runs: well-formed whatever the runs are, its points where the logs have them.
#include "likelore/lm_report.h"

#include "test_context.h"
#include "xml_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static lk_context *context;
static lk_buffer out;

static void start(void) {
    context = make_context();
    out = lk_buffer_make(context);
}

static void finish(void) {
    lk_buffer_free(&out);
    free_context(context);
}

TestSuite(run_page, .init = start, .fini = finish);

// ---- Runs and pages -----------------------------------------------------------------------------

static lk_run_log read_log(const char *name, const char *text) {
    lk_run_log log;
    lk_status status = lk_run_log_parse(context, &log, name, "log.jsonl", text, strlen(text));
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return log;
}

// What is within the page's element main, as a document of XML.
static void check_page(const char *page) {
    cr_assert(strncmp(page, "<!doctype html>\n", strlen("<!doctype html>\n")) == 0);
    static const char *const absent[] = {
        "<script", "http:", "https:", "url(", "src=", "href=", "nan", "inf\"", "inf<"};
    const char *begin = strstr(page, "<main>"), *end = strstr(page, "</main>\n");
    cr_assert(begin && end);
    lk_buffer content = lk_buffer_make(context);
    lk_buffer_append(&content, begin, (size_t)(end - begin) + strlen("</main>\n"));
    check_xml(lk_buffer_text(&content));
    lk_buffer_free(&content);
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        const char *found = strstr(page, absent[i]);
        bool is_namespace = found && strncmp(found, "http://www.w3.org/2000/svg", 26) == 0;
        cr_assert(!found || is_namespace, "“%.60s”", found);
    }
}

static const char *draw(const lk_run_log *logs, size_t count) {
    lk_buffer_clear(&out);
    cr_assert(lk_runs_page(&out, logs, count) == LK_OK);
    check_page(lk_buffer_text(&out));
    return lk_buffer_text(&out);
}

static bool has(const char *text, const char *words) { return strstr(text, words) != NULL; }

// ---- Lines --------------------------------------------------------------------------------------

enum { MOST_POINTS = 3000 };
typedef struct path {
    double x[MOST_POINTS], y[MOST_POINTS];
    size_t count, pieces;
} path;

// The path that is the index-th line of the chart with a title.
static void read_path(path *p, const char *page, const char *title, int index) {
    char opening[64];
    snprintf(opening, sizeof opening, "<title>%s</title>", title);
    const char *at = strstr(page, opening);
    cr_assert(at, "no chart %s", title);
    for (; index >= 0; index--) at = strstr(at + 1, "<path class=\"line");
    char *end = strstr((char *)(uintptr_t)at, " d=\"") + strlen(" d=\"");
    *p = (path){0};
    while (*end != '"') {
        cr_assert(p->count < MOST_POINTS && (*end == 'M' || *end == 'L'), "“%.20s”", end);
        p->pieces += *end == 'M';
        p->x[p->count] = strtod(end + 1, &end);
        p->y[p->count++] = strtod(end + 1, &end);
        if (strncmp(end, "h0", 2) == 0) end += 2;
    }
}

static const char three[] =
    "{\"step\":0,\"val_loss\":4,\"train_loss\":4,\"seconds\":0}\n"
    "{\"step\":50,\"loss\":3.5,\"lr\":1,\"grad_norm\":2,\"tokens_per_s\":9,\"seconds\":0.5}\n"
    "{\"step\":50,\"val_loss\":3,\"train_loss\":3,\"seconds\":1}\n"
    "{\"step\":100,\"val_loss\":2,\"train_loss\":2,\"seconds\":4}\n";

Test(run_page, points_are_where_their_numbers_say) {
    static path steps, times;
    lk_run_log log = read_log("a", three);
    const char *page = draw(&log, 1);
    read_path(&steps, page, "Loss by step", 1);
    read_path(&times, page, "Loss by time", 1);
    cr_assert(steps.count == 3 && times.count == 3 && steps.pieces == 1);
    cr_assert(fabs((steps.x[0] + steps.x[2]) / 2 - steps.x[1]) < .11, "steps across");
    cr_assert(fabs((times.x[1] - times.x[0]) * 4 - (times.x[2] - times.x[0])) < .5, "time across");
    cr_assert(fabs((steps.y[0] + steps.y[2]) / 2 - steps.y[1]) < .11, "losses upwards");
    cr_assert(steps.y[0] < steps.y[1]);
    for (int i = 0; i < 3; i++) cr_assert(steps.y[i] == times.y[i]);
    cr_assert(has(page, "a, step 50: 3</title>") && has(page, "a ends with 2 at step 100."));
    lk_run_log_release(&log);
}

static lk_run_log make_long(size_t count) {
    lk_run_log log = {.name = "long"};
    lk_log_point *points = calloc(count, sizeof *points);
    for (size_t i = 0; i < count; i++) points[i] = (lk_log_point){(double)i, (double)i, 1};
    log.series[LK_LOG_LOSS] = (lk_log_series){points, count, count};
    return log;
}

Test(run_page, long_lines_keep_their_extremes) {
    static path p;
    lk_run_log log = make_long(100000);
    lk_log_point *points = log.series[LK_LOG_LOSS].points;
    points[31234].value = 5;
    points[31235].value = -3;
    points[71000].value = (double)INFINITY;
    read_path(&p, draw(&log, 1), "Loss by step", 0);
    cr_assert(p.count >= 500 && p.count <= 1000 && p.pieces == 1, "%zu", p.count);
    double top = p.y[0], bottom = p.y[0], place = 0;
    for (size_t i = 0; i < p.count; i++) {
        if (p.y[i] < top) place = p.x[i];
        top = fmin(top, p.y[i]);
        bottom = fmax(bottom, p.y[i]);
    }
    cr_assert(fabs((p.y[0] - top) - (bottom - p.y[0])) < .3, "5 and -3 are as far from 1");
    cr_assert(fabs((place - p.x[0]) / (p.x[p.count - 1] - p.x[0]) - .31234) < .004);
    free(points);
}

Test(run_page, lines_break_where_there_is_no_number) {
    static path p;
    lk_run_log log = make_long(9);
    lk_log_point *points = log.series[LK_LOG_LOSS].points;
    points[3].value = points[5].value = (double)NAN;
    read_path(&p, draw(&log, 1), "Loss by step", 0);
    cr_assert(p.count == 7 && p.pieces == 3);
    free(points);
}

Test(run_page, resumed_runs_have_no_gap) {
    static path p;
    lk_run_log log = read_log("a", "{\"step\":1,\"val_loss\":1,\"seconds\":10}\n"
                                   "{\"step\":2,\"val_loss\":1,\"seconds\":20}\n"
                                   "{\"step\":3,\"val_loss\":1,\"resumed\":true,\"seconds\":10}\n");
    read_path(&p, draw(&log, 1), "Loss by time", 1);
    cr_assert(p.count == 3 && fabs((p.x[1] - p.x[0]) - (p.x[2] - p.x[1])) < .11);
    lk_run_log_release(&log);
}

// ---- Statistics ---------------------------------------------------------------------------------

static void append_bins(lk_buffer *text, const char *name, int peak) {
    lk_buffer_printf(text, "\"%s\":{\"least\":-1.6,\"most\":1.6,\"counts\":[", name);
    for (int i = 0; i < LK_BINS; i++)
        lk_buffer_printf(text, "%s%d", i ? "," : "", i == peak ? 30 : 10);
    lk_buffer_append_text(text, "]}");
}

static void append_stats(lk_buffer *text, int step, int peak) {
    lk_buffer_printf(text, "{\"step\":%d,\"stats\":{\"weights\":[{\"name\":\"wte.weight\",", step);
    lk_buffer_printf(text, "\"log10_update\":-2.5,");
    append_bins(text, "gradient_bins", peak);
    lk_buffer_append_text(text, "}],\"activations\":[{\"name\":\"tanh\",\"saturated\":0.25,");
    lk_buffer_append_text(text, "\"mean\":0,\"deviation\":1,");
    append_bins(text, "bins", peak);
    lk_buffer_append_text(text, "}]}}\n");
}

Test(run_page, histograms_have_the_heights_of_their_bins) {
    static path p;
    lk_buffer text = lk_buffer_make(context);
    append_stats(&text, 1, 3);
    append_stats(&text, 2, 20);
    lk_run_log log = read_log("a", lk_buffer_text(&text));
    const char *page = draw(&log, 1);
    const char *activations = strstr(page, "<h2>Activations</h2>");
    cr_assert(has(activations, "0 ± 1") && has(page, "class=\"guide\""));
    for (int index = 0; index < 2; index++) {
        int peak = index == 0 ? 3 : 20;
        read_path(&p, activations, "tanh", index);
        double zero = p.y[0], low = zero - p.y[1];
        cr_assert(p.count == 2 * LK_BINS + 2 && p.y[p.count - 1] == zero);
        for (int i = 0; i < LK_BINS; i++) {
            double height = zero - p.y[1 + 2 * i];
            cr_assert(fabs(height - (i == peak ? 3 * low : low)) < .5, "bin %d", i);
        }
    }
    lk_run_log_release(&log);
    lk_buffer_free(&text);
}

Test(run_page, a_part_of_several_runs_is_one_chart) {
    lk_buffer text = lk_buffer_make(context);
    append_stats(&text, 1, 3);
    lk_run_log logs[2] = {read_log("a", lk_buffer_text(&text)),
                          read_log("b", lk_buffer_text(&text))};
    const char *saturation = strstr(draw(logs, 2), "<h2>Saturation</h2>");
    const char *chart = strstr(saturation, "<title>tanh</title>");
    cr_assert(chart && !strstr(chart + 1, "<title>tanh</title>"));
    cr_assert(has(chart, "stroke:var(--c0)") && has(chart, "stroke:var(--c1)"));
    for (int i = 0; i < 2; i++) lk_run_log_release(&logs[i]);
    lk_buffer_free(&text);
}

// ---- What is there and what is not --------------------------------------------------------------

Test(run_page, what_was_not_recorded_tells_how_to) {
    lk_run_log log = read_log("a", "{\"step\":1}\n");
    const char *page = draw(&log, 1);
    static const char *const words[] = {"stats=100", "sample_tokens=200", "--profile",
                                        "log_interval", "No losses"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_assert(has(page, words[i]), "%s", words[i]);
    lk_run_log_release(&log);
}

Test(run_page, settings_that_differ_are_in_the_summary) {
    lk_run_log logs[2] = {read_log("a", three), read_log("b", three)};
    static const char *const trainers[] = {
        "{\"settings\":{\"out\":\"a\",\"n_layer\":2,\"grad_clip\":1.5,\"bias\":true,\"x\":\"1\"}}",
        "{\"settings\":{\"out\":\"b\",\"n_layer\":4,\"grad_clip\":1.5,\"bias\":true,\"y\":[]}}"};
    for (int i = 0; i < 2; i++)
        cr_assert(lk_json_parse(context, &logs[i].trainer, trainers[i], strlen(trainers[i])) ==
                  LK_OK);
    const char *page = draw(logs, 2), *losses = strstr(page, "<h2>Loss</h2>");
    const char *layers = strstr(page, ">n_layer</th><td>2</td><td>4</td>");
    cr_assert(layers && layers < losses && has(losses, ">n_layer</th>"));
    cr_assert(strstr(page, ">bias</th>") > losses && strstr(page, ">out</th>") > losses);
    cr_assert(has(page, "clipped at 1.5</text>"));
    for (int i = 0; i < 2; i++) lk_run_log_release(&logs[i]);
}

Test(run_page, operations_of_a_profile_come_slowest_first) {
    lk_run_log log = read_log("a", three);
    static const char profile[] =
        "{\"ms_per_step\":5,\"tokens_per_s\":1000,\"rows\":[{\"name\":\"fast\",\"ms\":1},"
        "{\"name\":\"slow\",\"ms\":4,\"share\":0.8},{\"ms\":\"x\"},7]}";
    cr_assert(lk_json_parse(context, &log.profile, profile, strlen(profile)) == LK_OK);
    const char *page = draw(&log, 1);
    cr_assert(has(page, "1,000 tokens per second") && has(page, ">80</td>"));
    cr_assert(strstr(page, ">slow<") < strstr(page, ">fast<"));
    lk_run_log_release(&log);
}

// ---- Hostile runs -------------------------------------------------------------------------------

Test(run_page, names_and_samples_are_escaped) {
    lk_run_log log =
        read_log("<b>&\"'\x01\xff.x", "{\"step\":1,\"sample\":\"<script>\\n\\u0001&\"}\n"
                                      "{\"step\":1e300,\"val_loss\":1e308}\n");
    const char *page = draw(&log, 1);
    cr_assert(has(page, "&lt;script&gt;\n") && has(page, "&lt;b&gt;&amp;&quot;"));
    lk_run_log_release(&log);
}

Test(run_page, any_number_of_runs_of_any_size) {
    lk_log_point none = {1, 1, (double)NAN}, one = {7, 7, 7};
    lk_log_point huge[] = {{0, 0, 1e305}, {1e15, 1e300, -1e300}, {1e200, 0, 5e-324}};
    lk_run_log runs[60] = {{.name = ""}, {.name = "none"}, {.name = "one"}, {.name = "huge"}};
    runs[1].series[LK_LOG_LOSS] = runs[1].series[LK_LOG_VAL_LOSS] = (lk_log_series){&none, 1, 1};
    runs[2].series[LK_LOG_LOSS] = runs[2].series[LK_LOG_GRAD_NORM] = (lk_log_series){&one, 1, 1};
    runs[3].series[LK_LOG_VAL_LOSS] = runs[3].series[LK_LOG_LEARNING_RATE] =
        (lk_log_series){huge, 3, 3};
    for (int i = 4; i < 60; i++) runs[i] = runs[i % 4];
    for (size_t first = 0; first < 4; first++) draw(runs + first, 1);
    draw(runs, 60);
    draw(runs, 0);
}

// Logs with bytes changed are read or refused, and what was read is drawn.
Test(run_page, damaged_logs_are_refused_or_drawn) {
    lk_buffer text = lk_buffer_make(context);
    lk_buffer_append_text(&text, three);
    append_stats(&text, 101, 5);
    lk_random random = lk_random_stream(42, LK_RANDOM_TEST, 0, 0);
    int drawn = 0, refused = 0;
    for (int i = 0; i < 2000; i++) {
        static const char bytes[] = "0123456789.-e\"{}[],:\n\\u ntrue\xff";
        size_t place = (size_t)lk_random_below(&random, text.length);
        char byte = bytes[lk_random_below(&random, sizeof bytes - 1)], before = text.data[place];
        lk_run_log log;
        text.data[place] = byte;
        lk_status status =
            lk_run_log_parse(context, &log, "a", "log.jsonl", text.data, text.length);
        drawn += status == LK_OK;
        refused += status == LK_ERROR_SYNTAX || status == LK_ERROR_DATA;
        cr_assert(drawn + refused == i + 1, "%s", lk_context_error(context).message);
        if (status == LK_OK) draw(&log, 1);
        if (status == LK_OK) lk_run_log_release(&log);
        text.data[place] = before;
    }
    cr_assert(drawn > 100 && refused > 100, "%d drawn, %d refused", drawn, refused);
    lk_buffer_free(&text);
}

Test(run_page, without_memory_the_page_fails) {
    lk_buffer text = lk_buffer_make(context);
    append_stats(&text, 1, 3);
    lk_run_log log = read_log("a", lk_buffer_text(&text));
    lk_status status = LK_ERROR_MEMORY;
    uint64_t k = 1;
    for (; status == LK_ERROR_MEMORY; k++) {
        lk_buffer_free(&out);
        out = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        status = lk_runs_page(&out, &log, 1);
        lk_context_fail_allocation(context, 0);
    }
    cr_assert(status == LK_OK && k > 10);
    check_page(lk_buffer_text(&out));
    lk_run_log_release(&log);
    lk_buffer_free(&text);
}
