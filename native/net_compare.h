// `--compare`: our answers beside those of a UAI result file.
#ifndef LIKELORE_NET_COMPARE_H
#define LIKELORE_NET_COMPARE_H

#include "net_question.h"

#define NET_COMPARE(tasks)                                                                         \
    {"compare", 0, "FILE", "tell how far the answer is from a UAI result file: " tasks}, {         \
        "tolerance", 0, "T", "of --compare: differences that are none (default 1e-6)"              \
    }

bool asks_comparison(const invocation *call);
// Refuses --tolerance without --compare.
lk_status check_comparison(invocation *call);
// Appends the largest difference; the exit code is 1 when it is above the tolerance.
lk_status compare_query(invocation *call, const lk_network *network, const lk_query *query,
                        lk_buffer *out);
// Appends how much less probable the states of the file are, with the same exit code.
lk_status compare_map(invocation *call, const lk_network *network, const lk_map *map,
                      lk_buffer *out);

#endif
