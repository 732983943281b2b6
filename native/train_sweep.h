// Trainings with every combination of some values of some settings, one after another.
#ifndef LIKELORE_TRAIN_SWEEP_H
#define LIKELORE_TRAIN_SWEEP_H

#include "lm_settings.h"

// What --sweep asks for. `out` is the directory of the runs, each in one of its own.
lk_status train_sweep(invocation *call, const given_settings *given, const char *out);

#endif
