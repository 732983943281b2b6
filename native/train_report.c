#include "train_report.h"
#include "kernels_remark.h"
#include "plot.h"

#include "likelore/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRAIN_CURVE, VAL_CURVE, CURVES, PLOT_ROWS = 8, MOST_PLOT_COLUMNS = 80 };

struct train_report {
    invocation *call;
    const lk_trainer *trainer;
    const char *run;
    bool tells; // rank 0 alone prints and writes
    bool quiet;
    FILE *log;
    progress_line line;
    double began;
    double max_iters, log_interval, eval_iters, seconds_allowed;
    // Speed: time and tokens of steps since the last line, evaluations left out.
    double event_at; // when the last event was reported
    double step_seconds;
    uint64_t tokens_before;
    double tokens_per_second;
    uint64_t first_step;
    double all_step_seconds;
    uint64_t evaluating; // batches of the evaluation that runs
    lk_buffer sample;    // drawn at the last evaluation
    bool resumed;        // and no line of the log has told so
    curve curves[CURVES];
    int plot_lines; // of the plot that stands at the end of the terminal; 0: none
};

double setting_number(lk_context *context, const lk_settings *settings, const char *key) {
    lk_buffer text = lk_buffer_make(context);
    double value = 0;
    if (lk_settings_get(&text, settings, key) == LK_OK)
        value =
            strcmp(lk_buffer_text(&text), "True") == 0 ? 1 : strtod(lk_buffer_text(&text), NULL);
    lk_buffer_free(&text);
    return value;
}

static double setting(const train_report *r, const char *key) {
    return setting_number(r->call->context, lk_trainer_settings(r->trainer), key);
}

double report_seconds(const train_report *report) { return terminal_seconds() - report->began; }

// ---- The log ------------------------------------------------------------------------------------

static lk_status log_failure(train_report *r) {
    snprintf(r->call->message, sizeof r->call->message, "%s/log.jsonl cannot be written", r->run);
    return LK_ERROR_IO;
}

static double step_of_line(lk_context *context, const char *line, size_t length) {
    lk_json *document;
    if (lk_json_parse(context, &document, line, length) != LK_OK) return INFINITY;
    double step = lk_json_number(lk_json_get(document, "step"), (double)INFINITY);
    lk_json_free(context, document);
    return step;
}

// Lines of the log of steps after this one tell what a killed process had done since its last
// checkpoint; they will be written again.
static void keep_lines(lk_context *context, lk_buffer *kept, const lk_file *file, double step) {
    const char *text = (const char *)lk_file_bytes(file);
    size_t length = lk_file_length(file);
    for (size_t begin = 0; begin < length;) {
        const char *newline = memchr(text + begin, '\n', length - begin);
        if (!newline) break; // a line that was not finished
        size_t end = (size_t)(newline - text);
        if (step_of_line(context, text + begin, end - begin) <= step)
            lk_buffer_append(kept, text + begin, end + 1 - begin);
        begin = end + 1;
    }
}

static lk_status cut_log(lk_context *context, const char *path, double step) {
    lk_file *file;
    lk_status status = lk_file_open(context, &file, path);
    if (status == LK_ERROR_NO_INPUT) return LK_OK;
    if (status != LK_OK) return status;
    lk_buffer kept = lk_buffer_make(context);
    keep_lines(context, &kept, file, step);
    lk_file_free(file);
    status = lk_buffer_status(&kept);
    if (status == LK_OK)
        status = lk_file_write(context, path, lk_buffer_text(&kept), kept.length, true);
    lk_buffer_free(&kept);
    return status;
}

static lk_status open_log(train_report *r, bool resumed, uint64_t step) {
    lk_context *context = r->call->context;
    if (!r->tells) return LK_OK;
    lk_buffer path = lk_buffer_make(context);
    lk_buffer_append_text(&path, r->run);
    lk_buffer_append_text(&path, "/log.jsonl");
    lk_status status = lk_buffer_status(&path);
    if (status == LK_OK && resumed) status = cut_log(context, path.data, (double)step);
    if (status == LK_OK && !(r->log = fopen(path.data, resumed ? "a" : "w")))
        status = log_failure(r);
    lk_buffer_free(&path);
    return status;
}

typedef void add_to_line(lk_json_writer *writer, const train_report *r,
                         const lk_train_report *event);

static void add_step(lk_json_writer *writer, const train_report *r, const lk_train_report *event) {
    lk_json_add_number(writer, "loss", event->loss);
    lk_json_add_number(writer, "lr", event->learning_rate);
    lk_json_add_number(writer, "grad_norm", event->grad_norm);
    lk_json_add_number(writer, "tokens_per_s", round(r->tokens_per_second));
}

static void add_evaluation(lk_json_writer *writer, const train_report *r,
                           const lk_train_report *event) {
    lk_json_add_number(writer, "train_loss", event->train_loss);
    lk_json_add_number(writer, "val_loss", event->val_loss);
    if (r->sample.length > 0) lk_json_add_string(writer, "sample", lk_buffer_text(&r->sample));
}

static void add_stats(lk_json_writer *writer, const train_report *r, const lk_train_report *event) {
    (void)r;
    lk_step_stats_add_json(writer, "stats", event->stats);
}

static lk_status write_log(train_report *r, const lk_train_report *event, add_to_line *add) {
    lk_json_writer *writer;
    if (!r->tells) return LK_OK;
    LK_TRY(lk_json_writer_new(r->call->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "step", (int64_t)event->step);
    lk_json_add_integer(writer, "tokens", (int64_t)event->tokens);
    add(writer, r, event);
    if (r->resumed) lk_json_add_bool(writer, "resumed", true);
    r->resumed = false;
    lk_json_add_number(writer, "seconds", round(report_seconds(r) * 1000) / 1000);
    lk_json_end(writer);
    lk_buffer line = lk_buffer_make(r->call->context);
    lk_status status = lk_json_finish(writer, &line, false);
    lk_json_writer_free(writer);
    if (status == LK_OK && (fprintf(r->log, "%s\n", line.data) < 0 || fflush(r->log) != 0))
        status = log_failure(r);
    lk_buffer_free(&line);
    return status;
}

// ---- The beginning ------------------------------------------------------------------------------

static void print_decay_groups(const train_report *r) {
    lk_decay_groups groups = lk_trainer_decay_groups(r->trainer);
    fprintf(stderr, "weight decay %g: %llu tensors with %llu weights; none: %llu with %llu\n",
            setting(r, "weight_decay"), (unsigned long long)groups.decayed_tensors,
            (unsigned long long)groups.decayed_weights, (unsigned long long)groups.other_tensors,
            (unsigned long long)groups.other_weights);
}

static lk_status print_configuration(const train_report *r) {
    lk_context *context = r->call->context;
    const lk_model *model = lk_trainer_model(r->trainer);
    lk_buffer text = lk_buffer_make(r->call->context);
    lk_status status = lk_settings_write_lines(&text, lk_trainer_settings(r->trainer));
    if (status == LK_OK) {
        double tokens = (double)lk_trainer_step_tokens(r->trainer);
        double steps = setting(r, "gradient_accumulation_steps");
        double targets = lk_model_targets(model), sequences = tokens / (steps * targets);
        fprintf(stderr, "%s\n", text.data);
        fprintf(stderr, "%llu parameters, %u tokens in the vocabulary\n",
                (unsigned long long)lk_model_parameter_count(model, false),
                lk_tokenizer_count(lk_trainer_tokenizer(r->trainer)));
        print_decay_groups(r);
        fprintf(stderr, "%.0f tokens per iteration = %g steps × %g sequences × %g tokens\n", tokens,
                steps, sequences, targets);
        int ranks = lk_ranks_count(r->call->ranks), threads = lk_context_threads(context);
        fprintf(stderr, "seed %.0f, kernels %s, ", setting(r, "seed"),
                lk_context_kernels_name(context));
        if (ranks > 1) fprintf(stderr, "%d ranks, each with ", ranks);
        fprintf(stderr, "%d thread%s, run %s\n", threads, threads == 1 ? "" : "s", r->run);
        print_kernels_remark(r->call);
    }
    lk_buffer_free(&text);
    return status;
}

static lk_status begin(train_report *r, bool resumed) {
    r->max_iters = setting(r, "max_iters");
    r->log_interval = setting(r, "log_interval");
    r->eval_iters = setting(r, "eval_iters");
    r->seconds_allowed = 60 * setting(r, "max_minutes");
    r->first_step = lk_trainer_step(r->trainer);
    r->tokens_before = lk_trainer_tokens(r->trainer);
    r->curves[TRAIN_CURVE] = (curve){.name = "training loss", .color = "\033[36m"};
    r->curves[VAL_CURVE] = (curve){.name = "validation loss", .color = "\033[33m"};
    r->resumed = resumed;
    LK_TRY(open_log(r, resumed, r->first_step));
    if (!r->quiet) LK_TRY(print_configuration(r));
    if (resumed && !r->quiet)
        fprintf(stderr, "going on from step %llu\n", (unsigned long long)r->first_step);
    r->line = progress_begin(stderr, r->quiet);
    r->began = r->event_at = terminal_seconds();
    return LK_OK;
}

lk_status report_begin(train_report **report, invocation *call, const lk_trainer *trainer,
                       const char *run, bool resumed) {
    train_report *r = calloc(1, sizeof *r);
    if (!r) return LK_ERROR_MEMORY;
    r->call = call;
    r->trainer = trainer;
    r->sample = lk_buffer_make(call->context);
    r->run = run;
    r->tells = lk_ranks_rank(call->ranks) == 0;
    r->quiet = !r->tells || has_flag(call->arguments, "quiet");
    lk_status status = begin(r, resumed);
    if (status != LK_OK) {
        report_free(r);
        return status;
    }
    *report = r;
    return LK_OK;
}

void report_free(train_report *report) {
    if (!report) return;
    report_end(report);
    if (report->log) fclose(report->log);
    lk_buffer_free(&report->sample);
    for (int i = 0; i < CURVES; i++) curve_free(&report->curves[i]);
    free(report);
}

// ---- Speed --------------------------------------------------------------------------------------

// Seconds since the last event.
static double lap(train_report *r) {
    double now = terminal_seconds(), seconds = now - r->event_at;
    r->event_at = now;
    return seconds;
}

void report_pause(train_report *report) { lap(report); }

static void measure(train_report *r, const lk_train_report *event) {
    double seconds = lap(r);
    r->step_seconds += seconds;
    r->all_step_seconds += seconds;
    if (r->step_seconds > 0)
        r->tokens_per_second = (double)(event->tokens - r->tokens_before) / r->step_seconds;
}

static void begin_interval(train_report *r, const lk_train_report *event) {
    r->step_seconds = 0;
    r->tokens_before = event->tokens;
}

static double seconds_left(const train_report *r, const lk_train_report *event) {
    double done = (double)(event->step - r->first_step);
    double left = (r->max_iters - (double)event->step) * r->all_step_seconds / done;
    double allowed = r->seconds_allowed - report_seconds(r);
    return r->seconds_allowed > 0 && allowed < left ? allowed : left;
}

static void duration(char text[32], double seconds) {
    unsigned long s = seconds > 0 ? (unsigned long)(seconds + 0.5) : 0;
    if (s < 3600)
        snprintf(text, 32, "%lu:%02lu", s / 60, s % 60);
    else
        snprintf(text, 32, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
}

// ---- Steps --------------------------------------------------------------------------------------

static void step_text(const train_report *r, const lk_train_report *event, char text[256]) {
    char left[32];
    duration(left, seconds_left(r, event));
    snprintf(text, 256, "step %6llu / %.0f  loss %.4f  lr %.2e  norm %.3f  %7.0f tokens/s  %s left",
             (unsigned long long)event->step, r->max_iters, event->loss, event->learning_rate,
             event->grad_norm, r->tokens_per_second, left);
}

lk_status report_step(train_report *r, const lk_train_report *event) {
    measure(r, event);
    char text[256];
    curve_add(&r->curves[TRAIN_CURVE], (double)event->step, event->loss);
    if (progress_is_due(&r->line)) {
        step_text(r, event, text);
        progress_show(&r->line, text);
    }
    if (event->stats) LK_TRY(write_log(r, event, add_stats));
    if (fmod((double)event->step, r->log_interval) != 0) return LK_OK;
    if (!r->line.live && !r->quiet) {
        step_text(r, event, text);
        fprintf(stderr, "%s\n", text);
    }
    LK_TRY(write_log(r, event, add_step));
    begin_interval(r, event);
    return LK_OK;
}

// ---- Evaluations --------------------------------------------------------------------------------

void report_evaluating(train_report *r, const lk_train_report *event) {
    lap(r);
    r->evaluating += (uint64_t)lk_ranks_count(r->call->ranks); // the last of them may be idle
    if (!progress_is_due(&r->line)) return;
    char text[128];
    snprintf(text, sizeof text, "step %6llu  evaluating: batch %llu / %.0f",
             (unsigned long long)event->step, (unsigned long long)r->evaluating, r->eval_iters);
    progress_show(&r->line, text);
}

// The plot stands below the lines of evaluations; the next one takes its place.
static void remove_plot(train_report *r) {
    if (r->plot_lines) fprintf(stderr, "\033[%dA\033[J", r->plot_lines);
    r->plot_lines = 0;
}

static void show_plot(train_report *r) {
    if (!r->line.live) return;
    int columns = terminal_width(stderr) - 1;
    lk_buffer text = lk_buffer_make(r->call->context);
    plot_style style = {columns < MOST_PLOT_COLUMNS ? columns : MOST_PLOT_COLUMNS, PLOT_ROWS,
                        terminal_has_color(stderr), "steps"};
    r->plot_lines = plot_append(&text, r->curves, CURVES, &style);
    fputs(lk_buffer_text(&text), stderr);
    lk_buffer_free(&text);
}

lk_status report_evaluation(train_report *r, const lk_train_report *event) {
    lap(r);
    r->evaluating = 0;
    curve_add(&r->curves[VAL_CURVE], (double)event->step, event->val_loss);
    progress_clear(&r->line);
    remove_plot(r);
    if (!r->quiet) {
        char elapsed[32];
        duration(elapsed, report_seconds(r));
        fprintf(stderr, "step %6llu  training loss %.4f  validation loss %.4f%s  after %s\n",
                (unsigned long long)event->step, event->train_loss, event->val_loss,
                event->best ? " (best)" : "", elapsed);
    }
    show_plot(r);
    lk_buffer_clear(&r->sample);
    if (r->tells) LK_TRY(lk_trainer_sample(r->trainer, &r->sample));
    lap(r);
    return write_log(r, event, add_evaluation);
}

void report_end(train_report *r) { progress_clear(&r->line); }

// ---- The end ------------------------------------------------------------------------------------

typedef struct summary {
    char weights[65], optimizer[65];
    double seconds;
} summary;

static lk_status write_summary_json(const train_report *r, lk_buffer *out,
                                    const lk_train_report *event, const summary *s) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(r->call->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "run", r->run);
    lk_json_add_integer(writer, "step", (int64_t)event->step);
    lk_json_add_integer(writer, "tokens", (int64_t)event->tokens);
    lk_json_add_number(writer, "train_loss", event->train_loss);
    lk_json_add_number(writer, "val_loss", event->val_loss);
    lk_json_add_number(writer, "test_loss", event->test_loss);
    lk_json_add_number(writer, "best_val_loss", event->best_val_loss);
    lk_json_add_integer(writer, "best_step", event->best_step);
    lk_json_add_bool(writer, "out_of_patience", event->out_of_patience);
    lk_json_add_string(writer, "digest", s->weights);
    lk_json_add_string(writer, "optimizer_digest", s->optimizer);
    lk_json_add_number(writer, "seconds", round(s->seconds * 1000) / 1000);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

static void write_summary_text(const train_report *r, lk_buffer *out, const lk_train_report *event,
                               const summary *s) {
    char elapsed[32];
    duration(elapsed, s->seconds);
    lk_buffer_printf(out, "%s: %llu steps, %llu tokens, training loss %.4f, validation loss %.4f, ",
                     r->run, (unsigned long long)event->step, (unsigned long long)event->tokens,
                     event->train_loss, event->val_loss);
    if (!isnan(event->test_loss)) lk_buffer_printf(out, "test loss %.4f, ", event->test_loss);
    lk_buffer_printf(out, "%s\n", elapsed);
    lk_buffer_printf(out, "digest %s\noptimizer digest %s\n", s->weights, s->optimizer);
}

static void say_early_end(const train_report *r, const lk_train_report *event) {
    if (!event->out_of_patience || r->quiet) return;
    fprintf(stderr,
            "ended early: no better validation loss in %g evaluations. The best was %.4f at step "
            "%lld\n",
            setting(r, "patience"), event->best_val_loss, (long long)event->best_step);
}

lk_status report_summary(train_report *r, const lk_train_report *event) {
    report_end(r);
    say_early_end(r, event);
    summary s = {.seconds = report_seconds(r)};
    LK_TRY(lk_trainer_digest(r->trainer, s.weights, s.optimizer));
    if (!r->tells) return LK_OK;
    lk_buffer out = lk_buffer_make(r->call->context);
    lk_status status = LK_OK;
    if (has_flag(r->call->arguments, "json"))
        status = write_summary_json(r, &out, event, &s);
    else
        write_summary_text(r, &out, event, &s);
    if (status == LK_OK) status = emit(r->call, &out);
    lk_buffer_free(&out);
    return status;
}
