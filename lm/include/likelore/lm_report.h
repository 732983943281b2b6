// Runs looked at afterwards: their logs, pictures of their losses, and a page that shows several of
// them side by side.
#ifndef LIKELORE_LM_REPORT_H
#define LIKELORE_LM_REPORT_H

#include "likelore/json.h"
#include "likelore/lm.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Logs -------------------------------------------------------------------------------------

// Seconds are those of training, added up over the times that the run went on.
typedef struct lk_log_point {
    double step, seconds;
    double value; // NaN where the log has null
} lk_log_point;

typedef struct lk_log_series {
    lk_log_point *points;
    size_t count, capacity;
} lk_log_series;

typedef enum lk_log_quantity {
    LK_LOG_LOSS,       // of steps
    LK_LOG_TRAIN_LOSS, // of evaluations, with as many points as the next
    LK_LOG_VAL_LOSS,
    LK_LOG_LEARNING_RATE,
    LK_LOG_GRAD_NORM, // before clipping
    LK_LOG_TOKENS_PER_SECOND,
    LK_LOG_QUANTITIES
} lk_log_quantity;

// How values lie in equal parts between the least and the most of them. Without any, `total` is 0.
typedef struct lk_log_histogram {
    double step;
    double mean, deviation, least, most;
    double counts[LK_BINS], total;
} lk_log_histogram;

// What the statistics tell of a weight tensor (log10 of its update over its size, histograms of its
// gradient) or of an operation (the share of its results that is saturated, histograms of them).
typedef struct lk_log_part {
    char *name;
    size_t copy;  // how many before it have the same name
    int64_t line; // of the log that told of it last
    lk_log_series values;
    lk_log_histogram first, last;
} lk_log_part;

typedef struct lk_log_parts {
    lk_log_part *parts;
    size_t count, capacity;
} lk_log_parts;

typedef struct lk_log_sample {
    double step;
    char *text;
} lk_log_sample;

// What a run tells. A number that it does not tell is NaN, and -1 for the step of the best.
typedef struct lk_run_log {
    lk_context *context;
    const char *name; // the path as it was given; borrowed
    lk_log_series series[LK_LOG_QUANTITIES];
    lk_log_parts weights, activations;
    lk_log_sample *samples;
    size_t sample_count, sample_capacity;
    lk_json *stats; // the last line with statistics; NULL: there is none
    double step, tokens, seconds;
    double train_loss, val_loss, best_val_loss, best_step;
    // Of lk_run_log_read_facts.
    lk_json *trainer; // trainer.json of the latest checkpoint; NULL: there is none
    lk_json *profile; // profile.json; NULL: there is none
    char *model;      // in words, from that checkpoint; NULL: there is none
    double parameters, vocabulary;
} lk_run_log;

// Reads RUN/log.jsonl; `run` is borrowed. LK_ERROR_NO_INPUT when there is none; LK_ERROR_SYNTAX or
// LK_ERROR_DATA, with file and line, for a line that is no object with a step. A last line that was
// not finished does not count.
lk_status lk_run_log_read(lk_context *context, lk_run_log *log, const char *run);
// The same of a log in memory; `file` is its name in messages.
lk_status lk_run_log_parse(lk_context *context, lk_run_log *log, const char *name, const char *file,
                           const char *text, size_t length);
// Adds what the latest checkpoint and profile.json of the run tell, where they are.
lk_status lk_run_log_read_facts(lk_run_log *log);
void lk_run_log_release(lk_run_log *log);

// ---- Pictures ---------------------------------------------------------------------------------

// Appends the losses of runs as SVG, for light and dark: against steps, and against seconds.
lk_status lk_losses_draw(lk_buffer *out, const lk_run_log *logs, size_t count);

// Appends one HTML page that needs no other file and no script: summary, losses, learning rate,
// norms, speed, statistics, samples, profile and settings. A run has the same line everywhere.
lk_status lk_runs_page(lk_buffer *out, const lk_run_log *logs, size_t count);

#ifdef __cplusplus
}
#endif

#endif
