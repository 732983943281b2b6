// The search for a learning rate (Smith 2017): steps with exponentially growing rates show from
// which one on the loss falls, and from which one on it grows.
#ifndef LIKELORE_TRAIN_FIND_RATE_H
#define LIKELORE_TRAIN_FIND_RATE_H

#include "command.h"

#include "likelore/lm.h"

// What --find-lr asks for: FROM:TO, or FROM:TO:STEPS.
lk_status find_rate(invocation *call, const lk_settings *settings);

#endif
