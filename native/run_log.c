#include "run_log.h"
#include "text_table.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 14, COLUMNS = 80 };

// ---- Table --------------------------------------------------------------------------------------

static void append_loss(lk_buffer *out, double loss, int width) {
    if (isfinite(loss))
        lk_buffer_printf(out, "  %*.4f", width, loss);
    else
        lk_buffer_printf(out, "  %*s", width, "-");
}

void run_logs_append_table(lk_buffer *out, const lk_run_log *logs, size_t count) {
    int width = 3;
    for (size_t i = 0; i < count; i++) widen(&width, logs[i].name);
    append_padded(out, "run", width);
    lk_buffer_append_text(
        out, "      step        tokens  train loss  val loss  best val   at step   seconds\n");
    for (size_t i = 0; i < count; i++) {
        const lk_run_log *log = &logs[i];
        append_padded(out, log->name, width);
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

static void add_evaluations(lk_json_writer *writer, const lk_run_log *log) {
    lk_json_begin_array(writer, "evaluations");
    const lk_log_series *train = &log->series[LK_LOG_TRAIN_LOSS];
    const lk_log_series *val = &log->series[LK_LOG_VAL_LOSS];
    for (size_t i = 0; i < val->count; i++) {
        lk_json_begin_object(writer, NULL);
        lk_json_add_number(writer, "step", val->points[i].step);
        lk_json_add_number(writer, "seconds", val->points[i].seconds);
        lk_json_add_number(writer, "train_loss", train->points[i].value);
        lk_json_add_number(writer, "val_loss", val->points[i].value);
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

void run_log_add_json(lk_json_writer *writer, const lk_run_log *log) {
    lk_json_add_string(writer, "run", log->name);
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

static bool has_evaluations(const lk_run_log *logs, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (logs[i].series[LK_LOG_VAL_LOSS].count > 1) return true;
    return false;
}

void run_logs_append_plot(lk_buffer *out, const lk_run_log *logs, size_t count, bool color) {
    bool of_val = has_evaluations(logs, count);
    curve *curves = calloc(count, sizeof *curves);
    if (!curves) return;
    for (size_t i = 0; i < count; i++) {
        const lk_log_series *series = &logs[i].series[of_val ? LK_LOG_VAL_LOSS : LK_LOG_LOSS];
        curves[i] = (curve){.name = logs[i].name, .color = colors[i % COLORS]};
        for (size_t j = 0; j < series->count; j++)
            curve_add(&curves[i], series->points[j].step, series->points[j].value);
    }
    lk_buffer_append_text(out, of_val ? "validation loss\n" : "training loss\n");
    plot_append(out, curves, count, &(plot_style){COLUMNS, ROWS, color, "steps"});
    for (size_t i = 0; i < count; i++) curve_free(&curves[i]);
    free(curves);
}
