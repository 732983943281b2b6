// What ranks tell each other while they train. Failures of MPI itself end all processes, so that
// none of these functions can fail; with NULL, one rank, they do nothing.
#ifndef LK_RANKS_H
#define LK_RANKS_H

#include "likelore/lm_ranks.h"

struct lk_ranks {
    lk_context *context;
    int rank, count;
    bool failed;      // and all know it
    void *requests;   // of MPI, two for each rank
    double *statuses; // of all ranks
};

// Bytes of rank `from` to all.
void lk_ranks_broadcast(lk_ranks *ranks, void *bytes, int length, int from);
// Values of all ranks to all: each value is 0 but on one rank, so that adding them rounds nothing.
void lk_ranks_collect(lk_ranks *ranks, double *values, size_t count);
// Parts of a block to all: that of rank r, elements cuts[r] … cuts[r+1]-1, is valid on r. A part
// has at most INT_MAX elements.
void lk_ranks_share(lk_ranks *ranks, float *block, const size_t *cuts);
// Piece `offset` … offset+length-1 of each part of a block to the rank whose part it is, as far as
// the part goes. What comes from rank r is put to received[r length …]; ranks from `senders` on
// send nothing, and none sends to itself.
void lk_ranks_exchange(lk_ranks *ranks, float *received, const float *block, const size_t *cuts,
                       size_t offset, size_t length, int senders);

// Whether a text, such as a digest, is that of rank 0.
bool lk_ranks_is_same(lk_ranks *ranks, const char *text);

// What the launcher says in the environment; 0 where it does not.
typedef struct lk_launch {
    bool by_mpi;
    int count, count_here; // processes, and those of this machine
} lk_launch;
lk_launch lk_launch_read(void);

#endif
