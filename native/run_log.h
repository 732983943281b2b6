// Logs of runs as tables, JSON and curves on a terminal.
#ifndef LIKELORE_RUN_LOG_H
#define LIKELORE_RUN_LOG_H

#include "plot.h"

#include "likelore/lm_report.h"

// The columns of a table of runs: a heading, and a row for each.
void run_logs_append_table(lk_buffer *out, const lk_run_log *logs, size_t count);
// Members of the object of a run.
void run_log_add_json(lk_json_writer *writer, const lk_run_log *log);
// The validation losses of runs as curves on a terminal; the training losses where there are too
// few.
void run_logs_append_plot(lk_buffer *out, const lk_run_log *logs, size_t count, bool color);

#endif
