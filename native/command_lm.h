// The verbs of `likelore lm`, one file for each group of them.
#ifndef LIKELORE_COMMAND_LM_H
#define LIKELORE_COMMAND_LM_H

#include "command.h"

extern const option train_options[];
extern const option report_options[];
extern const option sample_options[];
extern const option info_options[];
extern const option eval_options[];
lk_status run_train(invocation *call);
lk_status run_resume(invocation *call);
lk_status run_report(invocation *call);
// What `lm report` says of these runs.
lk_status report_runs(invocation *call, const char *const *runs, size_t count);
lk_status run_sample(invocation *call);
lk_status run_info(invocation *call);
lk_status run_eval(invocation *call);

#endif
