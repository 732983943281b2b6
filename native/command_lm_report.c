// `likelore lm report`: what the logs of runs tell, side by side.
#include "command_lm.h"
#include "run_log.h"
#include "terminal.h"
#include "text_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const option report_options[] = {
    {"format", 0, "FORMAT",
     "text, svg (the losses against steps and against seconds) or html (a page with all that was "
     "recorded); without it, what the extension of FILE says, or text"},
    {0},
};

// ---- Statistics ---------------------------------------------------------------------------------

static void append_number(lk_buffer *out, const lk_json *of, const char *key) {
    double number = lk_json_number(lk_json_get(of, key), (double)NAN);
    if (isfinite(number))
        lk_buffer_printf(out, "  %10.3g", number);
    else
        lk_buffer_append_text(out, "           -");
}

// One part of the statistics: a row for each of its members, with the columns of these keys.
static void append_part(lk_buffer *out, const lk_json *list, const char *heading,
                        const char *const *keys, size_t count) {
    int width = 0;
    for (const lk_json *row = lk_json_first(list); row; row = lk_json_next(row))
        widen(&width, lk_json_string(lk_json_get(row, "name"), ""));
    lk_buffer_append_byte(out, '\n');
    append_padded(out, "", width);
    lk_buffer_append_text(out, heading);
    for (const lk_json *row = lk_json_first(list); row; row = lk_json_next(row)) {
        append_padded(out, lk_json_string(lk_json_get(row, "name"), ""), width);
        for (size_t i = 0; i < count; i++) append_number(out, row, keys[i]);
        lk_buffer_append_byte(out, '\n');
    }
}

static void append_stats(lk_buffer *out, const lk_run_log *log) {
    static const char *const weight_keys[] = {"mean", "deviation", "gradient_mean",
                                              "gradient_deviation", "log10_update"};
    static const char *const activation_keys[] = {"mean", "deviation", "saturated"};
    const lk_json *stats = lk_json_get(log->stats, "stats");
    lk_buffer_printf(out, "\nstatistics of step %.0f\n",
                     lk_json_number(lk_json_get(log->stats, "step"), 0));
    append_part(out, lk_json_get(stats, "weights"),
                "        mean   deviation   grad mean    grad dev  log10 upd.\n", weight_keys,
                sizeof weight_keys / sizeof weight_keys[0]);
    append_part(out, lk_json_get(stats, "activations"), "        mean   deviation   saturated\n",
                activation_keys, sizeof activation_keys / sizeof activation_keys[0]);
}

// ---- Forms --------------------------------------------------------------------------------------

static lk_status write_text(lk_buffer *out, const lk_run_log *logs, size_t count) {
    run_logs_append_table(out, logs, count);
    lk_buffer_append_byte(out, '\n');
    run_logs_append_plot(out, logs, count, terminal_has_color(stdout));
    if (count == 1 && logs[0].stats) append_stats(out, &logs[0]);
    return lk_buffer_status(out);
}

static lk_status write_json(lk_buffer *out, const lk_run_log *logs, size_t count) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_begin_array(writer, "runs");
    for (size_t i = 0; i < count; i++) {
        lk_json_begin_object(writer, NULL);
        run_log_add_json(writer, &logs[i]);
        lk_json_end(writer);
    }
    lk_json_end(writer);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

// ---- All ----------------------------------------------------------------------------------------

// What only the page shows is read for it alone.
static lk_status write_html(lk_buffer *out, lk_run_log *logs, size_t count) {
    for (size_t i = 0; i < count; i++) LK_TRY(lk_run_log_read_facts(&logs[i]));
    return lk_runs_page(out, logs, count);
}

// --format, else what the extension of --output says.
static const char *find_format(const invocation *call) {
    const char *path = option_value(call->arguments, "output", "-"), *dot = strrchr(path, '.');
    const char *format = option_value(call->arguments, "format", NULL);
    if (format) return format;
    if (has_flag(call->arguments, "json") || !dot) return "text";
    return strcmp(dot, ".svg") == 0 ? "svg" : strcmp(dot, ".html") == 0 ? "html" : "text";
}

static lk_status write_report(invocation *call, lk_buffer *out, lk_run_log *logs, size_t count) {
    const char *format = find_format(call);
    bool json = has_flag(call->arguments, "json"), text = strcmp(format, "text") == 0;
    bool svg = strcmp(format, "svg") == 0, html = strcmp(format, "html") == 0;
    if (!svg && !html && !text)
        return usage_error(call, "--format takes text, svg or html, not '%s'", format);
    if (json && !text)
        return usage_error(call, "--json and --format %s exclude each other", format);
    if (svg) return lk_losses_draw(out, logs, count);
    if (html) return write_html(out, logs, count);
    return json ? write_json(out, logs, count) : write_text(out, logs, count);
}

static lk_status report_logs(invocation *call, lk_run_log *logs, const char *const *runs,
                             size_t count) {
    for (size_t i = 0; i < count; i++) LK_TRY(lk_run_log_read(call->context, &logs[i], runs[i]));
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = write_report(call, &out, logs, count);
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    return status;
}

lk_status report_runs(invocation *call, const char *const *runs, size_t count) {
    lk_run_log *logs = calloc(count, sizeof *logs);
    if (!logs) return LK_ERROR_MEMORY;
    lk_status status = report_logs(call, logs, runs, count);
    for (size_t i = 0; i < count; i++) lk_run_log_release(&logs[i]);
    free(logs);
    return status;
}

lk_status run_report(invocation *call) {
    return report_runs(call, call->arguments->operands, call->arguments->operand_count);
}
