// Answers of `net query` by sampling.
#ifndef LIKELORE_NET_WEIGHTING_H
#define LIKELORE_NET_WEIGHTING_H

#include "net_question.h"

#define NET_PRECISION                                                                              \
    {                                                                                              \
        "precision", 0, "P",                                                                       \
            "of --engine lw: draw until every standard error is at most P (default 0.001)"         \
    }
#define NET_MAX_SAMPLES                                                                            \
    { "max-samples", 0, "N", "of --engine lw: draw at most N cases (default 10000000)" }

// Whether --engine asks for it.
bool asks_weighting(const invocation *call);
// Refuses options of --engine lw without it.
lk_status check_weighting_options(invocation *call);
// Estimates by likelihood weighting, with their standard errors.
lk_status answer_by_weighting(invocation *call, const question *q, lk_buffer *out);

#endif
