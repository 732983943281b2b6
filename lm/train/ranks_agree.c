// What ranks agree upon, told by the functions of the door to MPI.
#include "train/ranks.h"

#include "context.h"

#include <stdio.h>

int lk_ranks_rank(const lk_ranks *ranks) { return ranks ? ranks->rank : 0; }
int lk_ranks_count(const lk_ranks *ranks) { return ranks ? ranks->count : 1; }

// The first rank that has failed, or the number of ranks.
static int first_failed(lk_ranks *ranks, lk_status mine) {
    for (int i = 0; i < ranks->count; i++) ranks->statuses[i] = 0;
    ranks->statuses[ranks->rank] = mine;
    lk_ranks_collect(ranks, ranks->statuses, (size_t)ranks->count);
    int first = 0;
    while (first < ranks->count && ranks->statuses[first] == (double)LK_OK) first++;
    return first;
}

static void write_failure(char *text, size_t size, const lk_context *context, lk_status status) {
    lk_error error = lk_context_error(context);
    const char *file = error.location.file;
    snprintf(text, size, "%s%s%s", file ? file : "", file ? ": " : "",
             error.status == status ? error.message : lk_status_text(status));
}

lk_status lk_ranks_agree(lk_ranks *ranks, lk_status mine) {
    if (!ranks || ranks->failed) return mine;
    char message[1024] = "";
    int first = first_failed(ranks, mine);
    if (first == ranks->count) return LK_OK;
    lk_status status = (lk_status)ranks->statuses[first];
    ranks->failed = true;
    if (first == ranks->rank) write_failure(message, sizeof message, ranks->context, status);
    lk_ranks_broadcast(ranks, message, sizeof message, first);
    message[sizeof message - 1] = 0;
    if (first == ranks->rank) return status;
    return lk_fail(ranks->context, status, "rank %d: %s", first, message);
}

bool lk_ranks_any(lk_ranks *ranks, bool mine) {
    double count = mine;
    lk_ranks_collect(ranks, &count, 1);
    return count > 0;
}

bool lk_ranks_is_same(lk_ranks *ranks, const char *text) {
    char first[65] = "";
    if (!ranks) return true;
    snprintf(first, sizeof first, "%s", text);
    lk_ranks_broadcast(ranks, first, sizeof first, 0);
    return strcmp(first, text) == 0;
}
