// --profile: where the time of a training goes, told on standard error and in profile.json of the
// run after so many steps.
#ifndef LIKELORE_TRAIN_PROFILE_H
#define LIKELORE_TRAIN_PROFILE_H

#include "command.h"

#include "likelore/lm.h"

#define TRAIN_PROFILE_OPTION                                                                       \
    {                                                                                              \
        "profile", 0, "[=STEPS]",                                                                  \
            "tell where the time goes, by operation, once 20 steps are done (and 3 that do not "   \
            "count), "                                                                             \
            "and write it to profile.json of the run"                                              \
    }

typedef struct train_profile {
    invocation *call;
    lk_trainer *trainer;
    const char *run;
    uint64_t steps; // wanted; 0: it is not asked for, or done
} train_profile;

// Without --profile this and what follows do nothing.
lk_status train_profile_begin(train_profile *profile, invocation *call, lk_trainer *trainer,
                              const char *run);
// Whether the steps are done, so that train_profile_end is due.
bool train_profile_is_due(const train_profile *profile);
// Tells what was measured so far.
lk_status train_profile_end(train_profile *profile);

#endif
