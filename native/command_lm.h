// The verbs of `likelore lm`, one file for each group of them.
#ifndef LIKELORE_COMMAND_LM_H
#define LIKELORE_COMMAND_LM_H

#include "command.h"

#include "likelore/lm.h"

// Where a model has no tokenizer of its own.
#define LM_TOKENIZER                                                                               \
    { "tokenizer", 0, "FILE", "the tokenizer of a model that has none with it" }

extern const option train_options[];
extern const option resume_options[];
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
extern const command lm_import_command, lm_export_command;
// Loads the model that the first operand names, with the tokenizer of --tokenizer, if one is given.
lk_status load_checkpoint(invocation *call, lk_checkpoint **checkpoint);
lk_status run_eval(invocation *call);

#endif
