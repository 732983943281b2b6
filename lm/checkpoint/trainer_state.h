// What saving and resuming share.
#ifndef LK_TRAINER_STATE_H
#define LK_TRAINER_STATE_H

#include "checkpoint/tensor_list.h"
#include "likelore/lm.h"
#include "train/trainer.h"

// Together: block `index` of the optimizer, that of the whole model. Where each rank keeps a part
// it is put together in the place of the gradients, which are lost.
const lk_real *lk_trainer_whole_block(const lk_trainer *trainer, size_t index);

// The tensors of trainer.safetensors, in its order. Where the ranks have parts of them, rank 0 gets
// those when it sends a tensor, so that it never holds more than one block.
typedef struct lk_state_list {
    const lk_trainer *trainer;
    lk_tensor_list list;
    struct lk_state_block {
        struct lk_state_list *of;
        size_t index;
    } blocks[LK_OPTIMIZER_BLOCKS];
    size_t present; // the block that is put together; LK_OPTIMIZER_BLOCKS: none
} lk_state_list;

// `state` must stay where it is until its list is released.
lk_status lk_state_list_make(lk_state_list *state, const lk_trainer *trainer);
// Together, after whatever has sent the tensors on rank 0 (`status`) and in its place on the
// others, which give their parts as long as rank 0 asks for them. Agrees on the status.
lk_status lk_state_finish(const lk_trainer *trainer, lk_status status);

// Reads the blocks of the optimizer, or the own part of them.
lk_status lk_trainer_read_state(lk_trainer *trainer, lk_tensor_set *set);

// Removes checkpoints of a run but the `keep` newest and those that are pointed at, and what killed
// processes left behind.
lk_status lk_run_prune(lk_context *context, const char *run, size_t keep);

#endif
