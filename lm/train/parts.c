#include "train/parts.h"

#include "context.h"
#include "pool.h"
#include "train/optimizer.h"

#include <limits.h>

enum {
    LENGTH = 65536, // elements of each rank that are added up at a time
    GRAIN = 8192    // of these, elements of one task
};

// ---- Making -------------------------------------------------------------------------------------

static size_t count_weights(const lk_model *model) {
    size_t count = 0;
    for (size_t i = 0; i < model->parameter_count; i++) count += model->parameters[i].tensor.count;
    return count;
}

// A part begins with the first piece that has its share of the weights before it.
static void cut(size_t *cuts, size_t ranks, const lk_model *model) {
    size_t all = count_weights(model), before = 0, next = 0, end = 0;
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        for (size_t begin = 0; begin < parameter->tensor.count; begin += LK_PIECE) {
            while (next < ranks && before + begin >= all / ranks * next)
                cuts[next++] = parameter->offset + begin;
        }
        before += parameter->tensor.count;
        end = parameter->offset + parameter->tensor.count;
    }
    while (next <= ranks) cuts[next++] = end;
}

static lk_status allocate(lk_parts *parts, size_t ranks) {
    LK_NEED(parts->cuts = lk_alloc(parts->context, ranks + 1, sizeof *parts->cuts));
    if (ranks > 1)
        LK_NEED(parts->received =
                    lk_alloc(parts->context, ranks, LENGTH * sizeof *parts->received));
    return LK_OK;
}

static lk_status check_length(const lk_parts *parts, size_t ranks) {
    for (size_t r = 0; r < ranks && ranks > 1; r++)
        if (parts->cuts[r + 1] - parts->cuts[r] > INT_MAX)
            return lk_fail(parts->context, LK_ERROR_LIMIT,
                           "the part of a rank has more than %d weights: start more ranks",
                           INT_MAX);
    return LK_OK;
}

lk_status lk_parts_make(lk_context *context, lk_parts *parts, const lk_model *model,
                        lk_ranks *ranks) {
    size_t count = (size_t)lk_ranks_count(ranks);
    *parts = (lk_parts){.context = context, .ranks = ranks};
    LK_TRY(allocate(parts, count));
    cut(parts->cuts, count, model);
    return check_length(parts, count);
}

void lk_parts_release(lk_parts *parts) {
    if (!parts->context) return;
    lk_free(parts->context, parts->cuts);
    lk_free(parts->context, parts->received);
    *parts = (lk_parts){0};
}

size_t lk_parts_begin(const lk_parts *parts) { return parts->cuts[lk_ranks_rank(parts->ranks)]; }
size_t lk_parts_end(const lk_parts *parts) { return parts->cuts[lk_ranks_rank(parts->ranks) + 1]; }

// ---- Sums ---------------------------------------------------------------------------------------

typedef struct sum_job {
    const lk_kernels *kernels;
    lk_real *total;
    const lk_real *summands; // one after another, `step` elements apart
    size_t step, count;
    int summand_count;
    bool adding;
} sum_job;

static void run_sum(void *argument, size_t index) {
    const sum_job *job = argument;
    size_t begin = index * GRAIN;
    size_t count = job->count - begin < GRAIN ? job->count - begin : GRAIN;
    lk_real *total = job->total + begin;
    for (int r = 0; r < job->summand_count; r++) {
        const lk_real *summand = job->summands + (size_t)r * job->step + begin;
        if (r == 0 && !job->adding)
            memcpy(total, summand, count * sizeof *total);
        else
            job->kernels->accumulate(total, summand, count);
    }
}

static void run(const lk_parts *parts, sum_job *job) {
    lk_pool_run(lk_context_pool(parts->context), (job->count + GRAIN - 1) / GRAIN, run_sum, job);
}

static size_t longest_part(const lk_parts *parts) {
    size_t longest = 0;
    for (int r = 0; r < lk_ranks_count(parts->ranks); r++) {
        size_t length = parts->cuts[r + 1] - parts->cuts[r];
        if (length > longest) longest = length;
    }
    return longest;
}

// The own summand goes among the others, so that the total may take its place.
static void sum_piece(const lk_parts *parts, sum_job *job, const lk_real *own, size_t offset,
                      size_t part) {
    lk_ranks *ranks = parts->ranks;
    if (offset >= part) return;
    job->count = part - offset < LENGTH ? part - offset : LENGTH;
    if (ranks->rank < job->summand_count)
        memcpy(parts->received + (size_t)ranks->rank * LENGTH, own + offset,
               job->count * sizeof *own);
    run(parts, job);
    job->total += job->count;
}

static void sum_of_ranks(const lk_parts *parts, sum_job *job, const lk_real *block) {
    size_t part = lk_parts_end(parts) - lk_parts_begin(parts), longest = longest_part(parts);
    job->summands = parts->received;
    job->step = LENGTH;
    for (size_t offset = 0; offset < longest; offset += LENGTH) {
        lk_ranks_exchange(parts->ranks, parts->received, block, parts->cuts, offset, LENGTH,
                          job->summand_count);
        sum_piece(parts, job, block + lk_parts_begin(parts), offset, part);
    }
}

void lk_parts_sum(const lk_parts *parts, const lk_kernels *kernels, lk_real *total,
                  const lk_real *block, int summands, bool adding) {
    const lk_real *own = block + lk_parts_begin(parts);
    sum_job job = {.kernels = kernels,
                   .total = total,
                   .summands = own,
                   .count = lk_parts_end(parts) - lk_parts_begin(parts),
                   .summand_count = summands,
                   .adding = adding};
    if (parts->ranks)
        sum_of_ranks(parts, &job, block);
    else if (total != own)
        run(parts, &job);
}

void lk_parts_share(const lk_parts *parts, lk_real *block) {
    lk_ranks_share(parts->ranks, block, parts->cuts);
}
