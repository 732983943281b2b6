#include "run_log.h"
#include "text_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 14, COLUMNS = 80 };

// ---- Reading ------------------------------------------------------------------------------------

static lk_status add_point(loss_series *series, lk_loss_point point) {
    if (series->count == series->capacity) {
        size_t capacity = series->capacity ? 2 * series->capacity : 64;
        lk_loss_point *grown = realloc(series->points, capacity * sizeof *grown);
        if (!grown) return LK_ERROR_MEMORY;
        series->points = grown;
        series->capacity = capacity;
    }
    series->points[series->count++] = point;
    return LK_OK;
}

typedef struct log_reader {
    run_log *log;
    double before; // seconds of the times the run was trained before this one
} log_reader;

// The clock begins anew when a run goes on.
static double add_seconds(log_reader *reader, const lk_json *line) {
    run_log *log = reader->log;
    double seconds = lk_json_number(lk_json_get(line, "seconds"), 0);
    if (reader->before + seconds < log->seconds) reader->before = log->seconds;
    return log->seconds = reader->before + seconds;
}

static lk_status add_evaluation(run_log *log, lk_loss_point point, const lk_json *line) {
    log->train_loss = lk_json_number(lk_json_get(line, "train_loss"), (double)NAN);
    log->val_loss = lk_json_number(lk_json_get(line, "val_loss"), (double)NAN);
    if (!(log->val_loss >= log->best_val_loss)) {
        log->best_val_loss = log->val_loss;
        log->best_step = point.step;
    }
    point.loss = log->train_loss;
    LK_TRY(add_point(&log->train, point));
    point.loss = log->val_loss;
    return add_point(&log->val, point);
}

// Keeps the document where it has statistics, and otherwise frees it.
static lk_status take_line(log_reader *reader, lk_json *line) {
    run_log *log = reader->log;
    log->step = lk_json_number(lk_json_get(line, "step"), log->step);
    log->tokens = lk_json_number(lk_json_get(line, "tokens"), log->tokens);
    lk_loss_point point = {.step = log->step, .seconds = add_seconds(reader, line)};
    if (lk_json_get(line, "stats")) {
        lk_json_free(log->context, log->stats);
        log->stats = line;
        return LK_OK;
    }
    lk_status status = LK_OK;
    const lk_json *loss = lk_json_get(line, "loss");
    point.loss = lk_json_number(loss, (double)NAN);
    if (loss) status = add_point(&log->losses, point);
    if (status == LK_OK && lk_json_get(line, "val_loss")) status = add_evaluation(log, point, line);
    lk_json_free(log->context, line);
    return status;
}

static lk_status read_lines(invocation *call, run_log *log, const char *path, const char *text,
                            size_t length) {
    log_reader reader = {.log = log};
    uint64_t number = 0;
    for (size_t begin = 0; begin < length;) {
        const char *newline = memchr(text + begin, '\n', length - begin);
        if (!newline) break; // a line that was not finished
        size_t end = (size_t)(newline - text);
        lk_json *line;
        number++;
        lk_status status = lk_json_parse(log->context, &line, text + begin, end - begin);
        if (status != LK_OK && status != LK_ERROR_MEMORY)
            snprintf(call->message, sizeof call->message, "%s: line %llu is no JSON", path,
                     (unsigned long long)number);
        LK_TRY(status);
        LK_TRY(take_line(&reader, line));
        begin = end + 1;
    }
    return LK_OK;
}

static lk_status read_file(invocation *call, run_log *log, const char *path) {
    lk_file *file;
    LK_TRY(lk_file_open(log->context, &file, path));
    lk_status status =
        read_lines(call, log, path, (const char *)lk_file_bytes(file), lk_file_length(file));
    lk_file_free(file);
    return status;
}

lk_status run_log_read(invocation *call, run_log *log, const char *run) {
    lk_context *context = call->context;
    *log = (run_log){.context = context,
                     .run = run,
                     .train_loss = (double)NAN,
                     .val_loss = (double)NAN,
                     .best_val_loss = (double)NAN,
                     .best_step = -1};
    lk_buffer path = lk_buffer_make(context);
    lk_buffer_append_text(&path, run);
    lk_buffer_append_text(&path, "/log.jsonl");
    lk_status status = lk_buffer_status(&path);
    if (status == LK_OK) status = read_file(call, log, lk_buffer_text(&path));
    lk_buffer_free(&path);
    if (status != LK_OK) run_log_release(log);
    return status;
}

void run_log_release(run_log *log) {
    free(log->losses.points);
    free(log->train.points);
    free(log->val.points);
    if (log->stats) lk_json_free(log->context, log->stats);
    *log = (run_log){0};
}

// ---- Table --------------------------------------------------------------------------------------

static void append_loss(lk_buffer *out, double loss, int width) {
    if (isfinite(loss))
        lk_buffer_printf(out, "  %*.4f", width, loss);
    else
        lk_buffer_printf(out, "  %*s", width, "-");
}

void run_logs_append_table(lk_buffer *out, const run_log *logs, size_t count) {
    int width = 3;
    for (size_t i = 0; i < count; i++) widen(&width, logs[i].run);
    append_padded(out, "run", width);
    lk_buffer_append_text(
        out, "      step        tokens  train loss  val loss  best val   at step   seconds\n");
    for (size_t i = 0; i < count; i++) {
        const run_log *log = &logs[i];
        append_padded(out, log->run, width);
        lk_buffer_printf(out, "  %8.0f  %12.0f", log->step, log->tokens);
        append_loss(out, log->train_loss, 10);
        append_loss(out, log->val_loss, 8);
        append_loss(out, log->best_val_loss, 8);
        if (log->best_step >= 0)
            lk_buffer_printf(out, "  %8.0f", log->best_step);
        else
            lk_buffer_append_text(out, "         -");
        lk_buffer_printf(out, "  %8.1f\n", log->seconds);
    }
}

// ---- JSON ---------------------------------------------------------------------------------------

static void add_evaluations(lk_json_writer *writer, const run_log *log) {
    lk_json_begin_array(writer, "evaluations");
    for (size_t i = 0; i < log->val.count; i++) {
        lk_json_begin_object(writer, NULL);
        lk_json_add_number(writer, "step", log->val.points[i].step);
        lk_json_add_number(writer, "seconds", log->val.points[i].seconds);
        lk_json_add_number(writer, "train_loss", log->train.points[i].loss);
        lk_json_add_number(writer, "val_loss", log->val.points[i].loss);
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

void run_log_add_json(lk_json_writer *writer, const run_log *log) {
    lk_json_add_string(writer, "run", log->run);
    lk_json_add_number(writer, "step", log->step);
    lk_json_add_number(writer, "tokens", log->tokens);
    lk_json_add_number(writer, "seconds", round(log->seconds * 1000) / 1000);
    lk_json_add_number(writer, "train_loss", log->train_loss);
    lk_json_add_number(writer, "val_loss", log->val_loss);
    lk_json_add_number(writer, "best_val_loss", log->best_val_loss);
    lk_json_add_number(writer, "best_step", log->best_step);
    add_evaluations(writer, log);
}

// ---- Plot ---------------------------------------------------------------------------------------

static const char *const colors[] = {"\033[36m", "\033[33m", "\033[32m",
                                     "\033[35m", "\033[34m", "\033[31m"};
enum { COLORS = sizeof colors / sizeof colors[0] };

static bool has_evaluations(const run_log *logs, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (logs[i].val.count > 1) return true;
    return false;
}

void run_logs_append_plot(lk_buffer *out, const run_log *logs, size_t count, bool color) {
    bool of_val = has_evaluations(logs, count);
    curve *curves = calloc(count, sizeof *curves);
    if (!curves) return;
    for (size_t i = 0; i < count; i++) {
        const loss_series *series = of_val ? &logs[i].val : &logs[i].losses;
        curves[i] = (curve){.name = logs[i].run, .color = colors[i % COLORS]};
        for (size_t j = 0; j < series->count; j++)
            curve_add(&curves[i], series->points[j].step, series->points[j].loss);
    }
    lk_buffer_append_text(out, of_val ? "validation loss\n" : "training loss\n");
    plot_append(out, curves, count, &(plot_style){COLUMNS, ROWS, color, "steps"});
    for (size_t i = 0; i < count; i++) curve_free(&curves[i]);
    free(curves);
}
