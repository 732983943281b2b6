#include "checkpoint/trainer_state.h"

#include "train/parts.h"

// What rank 0 tells the others to do: to share a block, or that nothing more is wanted.
enum { NO_BLOCK = LK_OPTIMIZER_BLOCKS };

// ---- Blocks -------------------------------------------------------------------------------------

const lk_real *lk_trainer_whole_block(const lk_trainer *trainer, size_t index) {
    const lk_optimizer *optimizer = &trainer->optimizer;
    lk_real *whole = trainer->model->gradients;
    if (!lk_trainer_is_sharded(trainer)) return optimizer->blocks[index];
    memcpy(whole + optimizer->begin, optimizer->blocks[index],
           (optimizer->end - optimizer->begin) * sizeof *whole);
    lk_parts_share(&trainer->parts, whole);
    return whole;
}

static void tell(const lk_trainer *trainer, size_t *block) {
    lk_ranks_broadcast(trainer->parts.ranks, block, sizeof *block, 0);
}

static void bring(void *place) {
    const struct lk_state_block *block = place;
    lk_state_list *state = block->of;
    size_t index = block->index;
    if (state->present == index) return;
    tell(state->trainer, &index);
    lk_trainer_whole_block(state->trainer, index);
    state->present = index;
}

lk_status lk_state_finish(const lk_trainer *trainer, lk_status status) {
    size_t block = NO_BLOCK;
    if (!trainer->parts.ranks) return status;
    if (trainer->parts.ranks->rank == 0)
        tell(trainer, &block);
    else
        for (tell(trainer, &block); block != NO_BLOCK; tell(trainer, &block))
            lk_trainer_whole_block(trainer, block);
    return lk_ranks_agree(trainer->parts.ranks, status);
}

// ---- Lists --------------------------------------------------------------------------------------

// The tensors of block `index`, whose elements are in `whole`.
static lk_status list_block(lk_tensor_list *list, const lk_trainer *trainer, size_t index,
                            lk_real *whole) {
    return lk_tensor_list_make_state(
        list, trainer->model, lk_optimizer_block_names(&trainer->optimizer) + index, &whole, 1);
}

// Names begin with those of the blocks, so that sorting leaves each block's tensors together.
static void bring_when_sent(lk_state_list *state) {
    size_t each = state->trainer->model->parameter_count;
    for (size_t i = 0; i < state->list.count; i++) {
        state->list.tensors[i].bring = bring;
        state->list.tensors[i].place = &state->blocks[i / each];
    }
}

lk_status lk_state_list_make(lk_state_list *state, const lk_trainer *trainer) {
    const lk_optimizer *optimizer = &trainer->optimizer;
    bool sharded = lk_trainer_is_sharded(trainer);
    lk_real *blocks[LK_OPTIMIZER_BLOCKS];
    *state = (lk_state_list){.trainer = trainer, .present = NO_BLOCK};
    for (size_t i = 0; i < LK_OPTIMIZER_BLOCKS; i++) {
        state->blocks[i] = (struct lk_state_block){state, i};
        blocks[i] = sharded ? trainer->model->gradients : optimizer->blocks[i];
    }
    LK_TRY(lk_tensor_list_make_state(&state->list, trainer->model,
                                     lk_optimizer_block_names(optimizer), blocks,
                                     optimizer->block_count));
    if (sharded) bring_when_sent(state);
    return LK_OK;
}

// ---- Reading ------------------------------------------------------------------------------------

static lk_status read_block(lk_trainer *trainer, lk_tensor_set *set, size_t index) {
    const lk_optimizer *optimizer = &trainer->optimizer;
    bool sharded = lk_trainer_is_sharded(trainer);
    lk_real *own = optimizer->blocks[index];
    lk_real *whole = sharded ? trainer->model->gradients : own;
    lk_tensor_list list;
    LK_TRY(list_block(&list, trainer, index, whole));
    lk_status status = lk_tensor_list_read(trainer->context, &list, set, "", false);
    lk_tensor_list_release(&list);
    if (status == LK_OK && sharded)
        memcpy(own, whole + optimizer->begin, (optimizer->end - optimizer->begin) * sizeof *own);
    return status;
}

lk_status lk_trainer_read_state(lk_trainer *trainer, lk_tensor_set *set) {
    for (size_t i = 0; i < trainer->optimizer.block_count; i++) LK_TRY(read_block(trainer, set, i));
    return LK_OK;
}
