#include "train/batches.h"

#include "context.h"

// ---- Making -------------------------------------------------------------------------------------

static uint64_t examples_of_all(const lk_dataset *dataset) {
    uint64_t most = 0;
    for (int split = 0; split < LK_SPLIT_COUNT; split++) {
        uint64_t count = lk_dataset_examples(dataset, (lk_split)split);
        if (count > most) most = count;
    }
    return most;
}

static lk_status allocate(lk_batches *batches) {
    lk_context *context = batches->context;
    size_t sequences = lk_batches_most(batches), length = batches->length;
    size_t targets = batches->one_target ? 1 : length;
    if (sequences > SIZE_MAX / length) return LK_ERROR_MEMORY;
    LK_NEED(batches->window = lk_alloc(context, length + 1, sizeof *batches->window));
    LK_NEED(batches->ids = lk_alloc(context, sequences * length, sizeof *batches->ids));
    LK_NEED(batches->targets = lk_alloc(context, sequences * targets, sizeof *batches->targets));
    return LK_OK;
}

lk_status lk_batches_make(lk_context *context, lk_batches *batches, const lk_dataset *dataset,
                          const lk_model_config *config, uint64_t batch_size) {
    bool one_target = lk_model_config_has_one_target(config);
    *batches = (lk_batches){.context = context,
                            .dataset = dataset,
                            .one_target = one_target,
                            .length = lk_dataset_block_size(dataset),
                            .drawn = (size_t)batch_size,
                            .in_order = one_target ? LK_EXAMPLES_IN_ORDER : (size_t)batch_size};
    if (batch_size == 0 && !one_target)
        return lk_fail(context, LK_ERROR_USAGE,
                       "batch_size is 0, all examples at once, which a transformer cannot take: "
                       "give a number from 1");
    return allocate(batches);
}

void lk_batches_release(lk_batches *batches) {
    lk_free(batches->context, batches->window);
    lk_free(batches->context, batches->ids);
    lk_free(batches->context, batches->targets);
}

size_t lk_batches_most(const lk_batches *batches) {
    size_t drawn = batches->drawn ? batches->drawn : (size_t)examples_of_all(batches->dataset);
    return drawn > batches->in_order ? drawn : batches->in_order;
}

// ---- Filling ------------------------------------------------------------------------------------

static void take_example(lk_batches *batches, size_t sequence, lk_split split, uint64_t index) {
    uint32_t *ids = batches->ids + sequence * batches->length;
    batches->targets[sequence] = (int32_t)lk_dataset_example(batches->dataset, ids, split, index);
}

// The first `skipped` targets do not count.
static void take_window(lk_batches *batches, size_t sequence, lk_split split, size_t start,
                        size_t skipped) {
    size_t length = batches->length;
    int32_t *targets = batches->targets + sequence * length;
    lk_dataset_read(batches->dataset, batches->window, split, start, length + 1);
    memcpy(batches->ids + sequence * length, batches->window, length * sizeof *batches->ids);
    for (size_t t = 0; t < length; t++)
        targets[t] = t < skipped ? -1 : (int32_t)batches->window[t + 1];
}

static lk_batch batch_of(const lk_batches *batches, size_t sequences) {
    return (lk_batch){sequences, batches->length, batches->ids, batches->targets};
}

// ---- At random ----------------------------------------------------------------------------------

size_t lk_batches_drawn(const lk_batches *batches, lk_split split) {
    return batches->drawn ? batches->drawn : (size_t)lk_dataset_examples(batches->dataset, split);
}

uint64_t lk_batches_drawn_targets(const lk_batches *batches, lk_split split) {
    return lk_batches_drawn(batches, split) * (batches->one_target ? 1 : batches->length);
}

enum { AHEAD = 32 }; // examples that memory is asked for before the first of them is read

static void draw_examples(lk_batches *batches, size_t first, size_t count, lk_split split,
                          lk_random *random) {
    uint64_t indices[AHEAD], examples = lk_dataset_examples(batches->dataset, split);
    for (size_t i = 0; i < count; i++) {
        indices[i] = lk_random_below(random, examples);
        lk_dataset_prefetch(batches->dataset, split, indices[i]);
    }
    for (size_t i = 0; i < count; i++) take_example(batches, first + i, split, indices[i]);
}

// nanoGPT's windows begin where an example does.
static void draw_windows(lk_batches *batches, size_t count, lk_split split, lk_random *random) {
    uint64_t examples = lk_dataset_examples(batches->dataset, split);
    for (size_t i = 0; i < count; i++)
        take_window(batches, i, split, (size_t)lk_random_below(random, examples), 0);
}

lk_batch lk_batches_draw(lk_batches *batches, lk_split split, lk_random *random) {
    size_t sequences = lk_batches_drawn(batches, split);
    if (batches->drawn == 0)
        for (size_t i = 0; i < sequences; i++) take_example(batches, i, split, i);
    else if (batches->one_target)
        for (size_t i = 0; i < sequences; i += AHEAD)
            draw_examples(batches, i, sequences - i < AHEAD ? sequences - i : AHEAD, split, random);
    else
        draw_windows(batches, sequences, split, random);
    return batch_of(batches, sequences);
}

// ---- In order -----------------------------------------------------------------------------------

// Sequences that cover a part: its examples, or windows one after another.
static uint64_t sequences_of(const lk_batches *batches, lk_split split) {
    if (batches->one_target) return lk_dataset_examples(batches->dataset, split);
    uint64_t targets = lk_dataset_count(batches->dataset, split);
    return targets < 2 ? 0 : (targets - 1 + batches->length - 1) / batches->length;
}

uint64_t lk_batches_count(const lk_batches *batches, lk_split split) {
    return (sequences_of(batches, split) + batches->in_order - 1) / batches->in_order;
}

// The last window of a part ends where the part does, so the one before it has had its first
// targets.
static size_t take_window_in_order(lk_batches *batches, size_t sequence, lk_split split,
                                   uint64_t index) {
    size_t length = batches->length, start = (size_t)index * length;
    size_t last = lk_dataset_count(batches->dataset, split) - length - 1;
    size_t skipped = start > last ? start - last : 0;
    take_window(batches, sequence, split, start - skipped, skipped);
    return length - skipped;
}

lk_batch lk_batches_at(lk_batches *batches, uint64_t *counted, lk_split split, uint64_t index) {
    uint64_t first = index * batches->in_order, all = sequences_of(batches, split);
    size_t sequences = all - first < batches->in_order ? (size_t)(all - first) : batches->in_order;
    *counted = batches->one_target ? sequences : 0;
    for (size_t i = 0; i < sequences; i++) {
        if (batches->one_target)
            take_example(batches, i, split, first + i);
        else
            *counted += take_window_in_order(batches, i, split, first + i);
    }
    return batch_of(batches, sequences);
}
