// Ranks: processes, on one machine or several, that train one model together. MPI starts them
// (mpirun -np 4 …) and carries what they tell each other; rank 0 is the one that prints and writes.
// In every function NULL stands for the only rank of a process that was started alone.
//
// Functions marked "together" wait for the other ranks: all ranks call them in the same order.
#ifndef LIKELORE_LM_RANKS_H
#define LIKELORE_LM_RANKS_H

#include "likelore/lm.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lk_ranks lk_ranks;

// ---- Before MPI ---------------------------------------------------------------------------------

// Threads for each of the ranks of this machine, so that together they use its processors; 0 for a
// process that was started alone.
int lk_ranks_threads(void);
// Whether this is the first of the processes that were started on this machine, or the only one.
bool lk_ranks_is_first_here(void);

// ---- Life ---------------------------------------------------------------------------------------

// Together: joins the ranks this process was started with; NULL where there are no others, and then
// MPI is not touched. LK_ERROR_UNSUPPORTED in a build without MPI, or where its library cannot be
// loaded. Once in a process.
lk_status lk_ranks_open(lk_context *context, lk_ranks **ranks);
// Together.
void lk_ranks_close(lk_ranks *ranks);

int lk_ranks_rank(const lk_ranks *ranks);
int lk_ranks_count(const lk_ranks *ranks);

// ---- Agreement ----------------------------------------------------------------------------------

// Together: the status of the first rank that has failed, or LK_OK. Its message becomes that of the
// contexts of all. After a failure nothing is told any more, and this gives back `mine`.
lk_status lk_ranks_agree(lk_ranks *ranks, lk_status mine);
// Together: whether it is so on some rank.
bool lk_ranks_any(lk_ranks *ranks, bool mine);

// ---- Trainers -----------------------------------------------------------------------------------

// As lk_trainer_new and lk_trainer_resume, together. All ranks need the same settings and data, and
// see the same checkpoint; LK_ERROR_DATA when they do not. Micro-batch i of a step is rank
// i mod count's. In reproducible mode the bits are those of one rank, whatever their number; in
// fast mode sums of micro-batches are rounded in another order. Everything done with such a trainer
// is done together, but looking at it. LK_ERROR_USAGE when there are more ranks than micro-batches,
// LK_ERROR_UNSUPPORTED for batch normalisation, which sees the batches of a step in order.
lk_status lk_trainer_new_in_ranks(lk_context *context, lk_trainer **trainer,
                                  const lk_settings *settings, lk_ranks *ranks);
lk_status lk_trainer_resume_in_ranks(lk_context *context, lk_trainer **trainer, const char *path,
                                     const char *const *keys, const char *const *values,
                                     size_t count, lk_ranks *ranks);

#ifdef __cplusplus
}
#endif

#endif
