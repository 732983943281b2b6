// What a training shows and writes down: lines and a live line on standard error, a plot of the
// losses on a terminal, and log.jsonl in the directory of the run.
#ifndef LIKELORE_TRAIN_REPORT_H
#define LIKELORE_TRAIN_REPORT_H

#include "command.h"
#include "terminal.h"

#include "likelore/lm.h"

typedef struct train_report train_report;

// Prints configuration and model and opens the log; of a resumed run it keeps the lines up to the
// step it goes on from.
lk_status report_begin(train_report **report, invocation *call, const lk_trainer *trainer,
                       const char *run, bool resumed);
void report_free(train_report *report);
// Seconds since report_begin.
double report_seconds(const train_report *report);

lk_status report_step(train_report *report, const lk_train_report *event);
void report_evaluating(train_report *report, const lk_train_report *event);
lk_status report_evaluation(train_report *report, const lk_train_report *event);
// The time since the last event was no training (a checkpoint was written).
void report_pause(train_report *report);
// Takes the live line away before a message.
void report_end(train_report *report);
// The end of a training: losses, digest; JSON with --json.
lk_status report_summary(train_report *report, const lk_train_report *event);

// A setting as a number: 1 and 0 for True and False.
double setting_number(lk_context *context, const lk_settings *settings, const char *key);

#endif
