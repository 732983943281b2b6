// Builds without MPI: there is one rank.
#include "train/ranks.h"

#include "context.h"

lk_status lk_ranks_open(lk_context *context, lk_ranks **ranks) {
    *ranks = NULL;
    lk_launch launch = lk_launch_read();
    if (!launch.by_mpi) return LK_OK;
    return lk_fail(context, LK_ERROR_UNSUPPORTED,
                   "this process was started by MPI, and this build of Likelore is without it: "
                   "start it alone, or build it where mpi.h is found (Debian: libopenmpi-dev)");
}

void lk_ranks_close(lk_ranks *ranks) { (void)ranks; }

void lk_ranks_broadcast(lk_ranks *ranks, void *bytes, int length, int from) {
    (void)ranks;
    (void)bytes;
    (void)length;
    (void)from;
}

void lk_ranks_collect(lk_ranks *ranks, double *values, size_t count) {
    (void)ranks;
    (void)values;
    (void)count;
}

void lk_ranks_share(lk_ranks *ranks, float *block, const size_t *cuts) {
    (void)ranks;
    (void)block;
    (void)cuts;
}

void lk_ranks_exchange(lk_ranks *ranks, float *received, const float *block, const size_t *cuts,
                       size_t offset, size_t length, int senders) {
    (void)ranks;
    (void)received;
    (void)block;
    (void)cuts;
    (void)offset;
    (void)length;
    (void)senders;
}
