#include "train_find_rate.h"
#include "plot.h"
#include "terminal.h"

#include "likelore/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STANDARD_STEPS = 1000, MOST_STEPS = 1000000, TABLE_ROWS = 16, ROWS = 12, COLUMNS = 80 };

// A loss this many times the lowest has diverged, and the search ends.
static const double diverged_factor = 4;
// The smoothed loss is the mean over about this part of all losses, later ones counting more.
static const double smoothed_part = .05;

typedef struct search {
    double from, to;
    size_t steps; // wanted
    size_t count; // done
    bool diverged;
    double *rates, *losses, *smoothed;
    size_t lowest, steepest; // of the smoothed losses
} search;

// ---- What is asked for --------------------------------------------------------------------------

static lk_status read_range(invocation *call, search *s) {
    const char *text = option_value(call->arguments, "find-lr", "");
    *s = (search){.from = 1e-3, .to = 1, .steps = STANDARD_STEPS};
    if (text[0] == 0) return LK_OK;
    char *end;
    double steps = STANDARD_STEPS;
    s->from = strtod(text, &end);
    bool right = end != text && *end == ':';
    const char *second = end + 1;
    if (right) s->to = strtod(second, &end);
    right = right && end != second && (*end == 0 || *end == ':');
    if (right && *end == ':') steps = strtod(end + 1, &end);
    if (!right || *end != 0 || !(s->from > 0) || !(s->to > s->from) || !isfinite(s->to) ||
        !(steps >= 2) || steps > MOST_STEPS || steps != floor(steps))
        return usage_error(call,
                           "--find-lr takes FROM:TO or FROM:TO:STEPS, such as 1e-5:1:300, with "
                           "rates that grow, not '%s'",
                           text);
    s->steps = (size_t)steps;
    return LK_OK;
}

static bool make_room(search *s) {
    s->rates = calloc(s->steps, sizeof *s->rates);
    s->losses = calloc(s->steps, sizeof *s->losses);
    s->smoothed = calloc(s->steps, sizeof *s->smoothed);
    return s->rates && s->losses && s->smoothed;
}

static void release(search *s) {
    free(s->rates);
    free(s->losses);
    free(s->smoothed);
}

// ---- Steps --------------------------------------------------------------------------------------

// FROM (TO/FROM)^(i/(steps-1)).
static double rate_at(const search *s, size_t i) {
    if (i + 1 == s->steps) return s->to; // in which rounding has no part
    return s->from * pow(s->to / s->from, (double)i / (double)(s->steps - 1));
}

// The mean begins with zeros, which the division takes out.
static double smooth(const search *s, double *mean, double loss) {
    double smoothing = fmax(0, 1 - 1 / (smoothed_part * (double)s->steps));
    *mean = smoothing * *mean + (1 - smoothing) * loss;
    return *mean / (1 - pow(smoothing, (double)s->count + 1));
}

static void show_progress(progress_line *line, const search *s, double loss) {
    if (!progress_is_due(line)) return;
    char text[128];
    snprintf(text, sizeof text, "step %zu / %zu  lr %.2e  loss %.4f", s->count, s->steps,
             s->rates[s->count - 1], loss);
    progress_show(line, text);
}

static lk_status run_steps(search *s, lk_trainer *trainer, progress_line *line, lk_ranks *ranks) {
    double mean = 0, lowest = (double)INFINITY;
    for (size_t i = 0; i < s->steps && !s->diverged; i++) {
        if (lk_ranks_any(ranks, terminal_interrupted())) return LK_ERROR_INTERRUPTED;
        lk_train_report report;
        lk_status status = lk_trainer_step_at(trainer, rate_at(s, i), &report);
        s->diverged = status == LK_ERROR_DATA && i > 0;
        if (s->diverged) break;
        LK_TRY(status);
        s->rates[i] = rate_at(s, i);
        s->losses[i] = report.loss;
        s->smoothed[i] = smooth(s, &mean, report.loss);
        s->count++;
        if (s->smoothed[i] < lowest) lowest = s->smoothed[i];
        s->diverged = s->smoothed[i] > diverged_factor * lowest;
        show_progress(line, s, report.loss);
    }
    return LK_OK;
}

// The lowest smoothed loss, and where it falls fastest before that: the slope over a few steps
// against the logarithm of the rate, whose steps are equal.
static void judge(search *s) {
    const size_t span = s->steps / 50 + 1;
    for (size_t i = 1; i < s->count; i++)
        if (s->smoothed[i] < s->smoothed[s->lowest]) s->lowest = i;
    double most = 0;
    for (size_t i = span; i <= s->lowest; i++) {
        double fall = s->smoothed[i - span] - s->smoothed[i];
        if (fall <= most) continue;
        most = fall;
        s->steepest = i - span / 2;
    }
}

// A tenth of the rate of the lowest loss: there the loss falls, and a long training stays stable.
static double suggestion(const search *s) { return s->rates[s->lowest] / 10; }

// ---- Telling ------------------------------------------------------------------------------------

static void add_numbers(lk_json_writer *writer, const char *name, const double *numbers,
                        size_t count) {
    lk_json_begin_array(writer, name);
    for (size_t i = 0; i < count; i++) lk_json_add_number(writer, NULL, numbers[i]);
    lk_json_end(writer);
}

static lk_status write_json(lk_buffer *out, const search *s) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_number(writer, "suggestion", suggestion(s));
    lk_json_add_number(writer, "lowest_rate", s->rates[s->lowest]);
    lk_json_add_number(writer, "lowest_loss", s->smoothed[s->lowest]);
    lk_json_add_number(writer, "steepest_rate", s->rates[s->steepest]);
    lk_json_add_bool(writer, "diverged", s->diverged);
    add_numbers(writer, "rates", s->rates, s->count);
    add_numbers(writer, "losses", s->losses, s->count);
    add_numbers(writer, "smoothed", s->smoothed, s->count);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

static void append_table(lk_buffer *out, const search *s) {
    size_t rows = s->count < TABLE_ROWS ? s->count : TABLE_ROWS;
    lk_buffer_append_text(out, "      rate      loss  smoothed\n");
    for (size_t row = 0; row < rows; row++) {
        size_t i = rows > 1 ? row * (s->count - 1) / (rows - 1) : 0;
        lk_buffer_printf(out, "%10.3e%10.4f%10.4f\n", s->rates[i], s->losses[i], s->smoothed[i]);
    }
}

static void append_plot(lk_buffer *out, const search *s, bool color) {
    curve curves[] = {{.name = "loss", .color = "\033[2m"},
                      {.name = "smoothed loss", .color = "\033[36m"}};
    for (size_t i = 0; i < s->count; i++) {
        curve_add(&curves[0], log10(s->rates[i]), s->losses[i]);
        curve_add(&curves[1], log10(s->rates[i]), s->smoothed[i]);
    }
    plot_append(out, curves, 2, &(plot_style){COLUMNS, ROWS, color, "log10 of the rate"});
    curve_free(&curves[0]);
    curve_free(&curves[1]);
}

static void write_text(lk_buffer *out, const search *s, bool color) {
    append_table(out, s);
    lk_buffer_append_byte(out, '\n');
    append_plot(out, s, color);
    if (s->diverged)
        lk_buffer_printf(out, "\nthe loss has diverged after the rate %.3e\n",
                         s->rates[s->count - 1]);
    lk_buffer_printf(out,
                     "\nlowest    %.3e\nsteepest  %.3e\nsuggested %.3e, a tenth of the lowest\n",
                     s->rates[s->lowest], s->rates[s->steepest], suggestion(s));
}

static lk_status tell(invocation *call, search *s) {
    judge(s);
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = LK_OK;
    if (has_flag(call->arguments, "json"))
        status = write_json(&out, s);
    else
        write_text(&out, s, terminal_has_color(stdout));
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    return status;
}

// ---- All ----------------------------------------------------------------------------------------

static lk_status search_with(invocation *call, search *s, lk_trainer *trainer) {
    if (!make_room(s)) return LK_ERROR_MEMORY;
    terminal_catch_interrupts();
    bool tells = lk_ranks_rank(call->ranks) == 0;
    progress_line line = progress_begin(stderr, !tells || has_flag(call->arguments, "quiet"));
    lk_status status = run_steps(s, trainer, &line, call->ranks);
    progress_clear(&line);
    return status == LK_OK && tells ? tell(call, s) : status;
}

lk_status find_rate(invocation *call, const lk_settings *settings) {
    search s;
    LK_TRY(read_range(call, &s));
    lk_trainer *trainer;
    LK_TRY(lk_trainer_new_in_ranks(call->context, &trainer, settings, call->ranks));
    lk_status status = search_with(call, &s, trainer);
    release(&s);
    lk_trainer_free(trainer);
    return status;
}
