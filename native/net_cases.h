// `net query --cases`: the question asked for each row of a table.
#ifndef LIKELORE_NET_CASES_H
#define LIKELORE_NET_CASES_H

#include "net_question.h"
#include "table_file.h"

#define NET_CASES                                                                                  \
    {"cases", 0, "FILE.csv", "answer for each row of a CSV file, whose columns are variables"}, {  \
        "ignore-columns", 0, NULL, "of --cases: pass over columns that are no variables"           \
    }

bool asks_cases(const invocation *call);
// Refuses options that do not go with --cases, or not without it.
lk_status check_cases_options(invocation *call);
// Appends the answers, long ones straight to standard output. LK_ERROR_IMPOSSIBLE, with everything
// written, when some row has no answer.
lk_status answer_cases(invocation *call, const question *q, lk_buffer *out, bool json);

#endif
