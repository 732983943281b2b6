// The log of a run, log.jsonl, read again.
#ifndef LIKELORE_RUN_LOG_H
#define LIKELORE_RUN_LOG_H

#include "command.h"
#include "plot.h"

#include "likelore/json.h"
#include "likelore/lm.h"

typedef struct loss_series {
    lk_loss_point *points;
    size_t count, capacity;
} loss_series;

// Seconds are those of training, added up over the times that the run went on. What the log does
// not tell is NaN, and -1 for the step of the best.
typedef struct run_log {
    lk_context *context;
    const char *run; // the path as it was given
    loss_series losses, train, val;
    double step, tokens, seconds;
    double train_loss, val_loss, best_val_loss, best_step;
    lk_json *stats; // the last line with statistics; NULL: there is none
} run_log;

// LK_ERROR_NO_INPUT when there is no log; LK_ERROR_SYNTAX with the line that is no JSON. A last
// line that was not finished does not count.
lk_status run_log_read(invocation *call, run_log *log, const char *run);
void run_log_release(run_log *log);
// The columns of a table of runs: a heading, and a row for each.
void run_logs_append_table(lk_buffer *out, const run_log *logs, size_t count);
// Members of the object of a run.
void run_log_add_json(lk_json_writer *writer, const run_log *log);
// The validation losses of runs as curves on a terminal; the training losses where there are too
// few.
void run_logs_append_plot(lk_buffer *out, const run_log *logs, size_t count, bool color);

#endif
