// One training, of a run that is new or goes on.
#ifndef LIKELORE_TRAIN_RUN_H
#define LIKELORE_TRAIN_RUN_H

#include "command.h"

#include "likelore/lm.h"

// One of many tells nothing at its end, and a loss that is not finite is no failure: `diverged` is
// set instead, and the context has the message.
typedef struct train_mode {
    bool one_of_many;
    bool diverged;
} train_mode;

// Trains in the directory of the run. LK_ERROR_CREATE when it holds a run already, unless
// `replace`.
lk_status train_new_run(invocation *call, const lk_settings *settings, const char *run,
                        bool replace, train_mode *mode);
lk_status train_old_run(invocation *call, const char *run, train_mode *mode);

#endif
