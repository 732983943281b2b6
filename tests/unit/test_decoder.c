#include "likelore/lm.h"
#include "models/model.h"

#include "test_context.h"

#include <math.h>

enum { TOKENS = 11, BLOCK = 40 };

static lk_context *make(bool deterministic, int threads) {
    lk_context *context;
    lk_options options = {.threads = threads, .deterministic = deterministic};
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    return context;
}

typedef enum shape {
    SHAPE_CHARGPT,
    SHAPE_GPT2,
    SHAPE_GPT2_ROPE,
    SHAPE_LLAMA, // with groups of heads
    SHAPE_POST_NORM,
    SHAPE_BARE, // neither norms nor positions
    SHAPES
} shape;

static lk_model_config config_of(shape which) {
    lk_model_config config = {.vocab_size = TOKENS,
                              .block_size = BLOCK,
                              .n_layer = 2,
                              .n_head = 6,
                              .n_embd = 24,
                              .dropout = 0.2f,
                              .rope_theta = 100,
                              .norm_epsilon = 1e-5f};
    switch (which) {
    case SHAPE_CHARGPT:
        config.head_bias = true;
        break;
    case SHAPE_GPT2_ROPE:
        config.positions = LK_POSITIONS_ROPE;
        // fall through
    case SHAPE_GPT2:
        config.activation = LK_ACTIVATION_GELU;
        config.bias = config.qkv_bias = config.tied_head = true;
        break;
    case SHAPE_LLAMA:
        config.activation = LK_ACTIVATION_SWIGLU;
        config.norm = LK_NORM_RMS;
        config.positions = LK_POSITIONS_ROPE;
        config.n_kv_head = 2;
        break;
    case SHAPE_POST_NORM:
        config.activation = LK_ACTIVATION_SILU;
        config.norm = LK_NORM_RMS;
        config.norm_place = LK_NORM_POST;
        break;
    case SHAPE_BARE:
        config.norm = LK_NORM_NONE;
        config.positions = LK_POSITIONS_NONE;
        break;
    case SHAPES:
        break;
    }
    return config;
}

// Weights far from those of a fresh model, biases and gains included.
static lk_model *make_model(lk_context *context, const lk_model_config *config) {
    lk_model *model;
    cr_assert(lk_model_new(context, &model, config, 3) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_random random = lk_random_stream(5, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < lk_model_tensor_count(model); i++) {
        lk_tensor_view view = lk_model_tensor_at(model, i);
        size_t count = view.shape[0] * (view.rank == 2 ? view.shape[1] : 1);
        for (size_t j = 0; j < count; j++) view.data[j] += (float)(.3 * lk_random_normal(&random));
    }
    return model;
}

static void fill_ids(uint32_t *ids, size_t count) {
    lk_random random = lk_random_stream(6, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < count; i++) ids[i] = (uint32_t)lk_random_below(&random, TOKENS);
}

// Logits after the last of `length` ids, by the network that trains.
static void training_logits(lk_context *context, const lk_model *model, float *logits,
                            const uint32_t *ids, size_t length) {
    lk_tape tape = lk_tape_make(context);
    lk_batch batch = {1, length, ids, NULL};
    const lk_tensor *all = lk_transformer_logits(&tape, model, &batch);
    cr_assert(all);
    memcpy(logits, all->value + (length - 1) * TOKENS, TOKENS * sizeof *logits);
    lk_tape_release(&tape);
}

static const float *feed(lk_context *context, lk_decoder *decoder, const uint32_t *ids,
                         size_t count) {
    const float *logits = NULL;
    cr_assert(lk_decoder_feed(decoder, &logits, ids, count) == LK_OK, "%s",
              lk_context_error(context).message);
    return logits;
}

static bool same(const float *a, const float *b) { return memcmp(a, b, TOKENS * sizeof *a) == 0; }

static bool near(const float *a, const float *b) {
    for (int i = 0; i < TOKENS; i++)
        if (!(fabsf(a[i] - b[i]) <= 1e-4f * (1 + fabsf(b[i])))) return false;
    return true;
}

static void compare_with_training(shape which, bool deterministic, int threads) {
    lk_context *context = make(deterministic, threads);
    lk_model_config config = config_of(which);
    lk_model *model = make_model(context, &config);
    lk_decoder *decoder;
    cr_assert(lk_decoder_new(context, &decoder, model) == LK_OK);
    uint32_t ids[3 * BLOCK];
    fill_ids(ids, 3 * BLOCK);
    // A prompt at once, then token by token, and on with a window that slides.
    for (size_t end = 7; end <= 3 * BLOCK; end++) {
        float expected[TOKENS];
        size_t begin = end > BLOCK ? end - BLOCK : 0;
        const float *got =
            end == 7 ? feed(context, decoder, ids, end) : feed(context, decoder, ids + end - 1, 1);
        training_logits(context, model, expected, ids + begin, end - begin);
        cr_assert(deterministic ? same(got, expected) : near(got, expected),
                  "shape %d, position %zu", which, end);
    }
    lk_decoder_free(decoder);
    lk_model_free(model);
    lk_context_free(context);
}

Test(decoder, gives_the_bits_of_the_training_network_in_reproducible_mode) {
    for (int which = 0; which < SHAPES; which++)
        compare_with_training((shape)which, true, 1 + which % 2);
}

Test(decoder, agrees_with_the_training_network_in_fast_mode) {
    for (int which = 0; which < SHAPES; which++)
        compare_with_training((shape)which, false, 2 - which % 2);
}

Test(decoder, any_way_of_feeding_gives_the_same_logits) {
    lk_context *context = make(true, 1);
    lk_model_config config = config_of(SHAPE_GPT2);
    lk_model *model = make_model(context, &config);
    lk_decoder *decoder;
    cr_assert(lk_decoder_new(context, &decoder, model) == LK_OK);
    uint32_t ids[2 * BLOCK];
    fill_ids(ids, 2 * BLOCK);
    static const size_t pieces[] = {1, 2, 3, 33, BLOCK, BLOCK + 5, 2 * BLOCK};
    static const size_t lengths[] = {BLOCK, BLOCK + 1, 2 * BLOCK};
    for (size_t l = 0; l < 3; l++) {
        float expected[TOKENS];
        training_logits(context, model, expected, ids + lengths[l] - BLOCK, BLOCK);
        for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
            const float *got = NULL;
            lk_decoder_reset(decoder);
            for (size_t at = 0; at < lengths[l]; at += pieces[p]) {
                size_t left = lengths[l] - at;
                got = feed(context, decoder, ids + at, left < pieces[p] ? left : pieces[p]);
            }
            cr_assert(same(got, expected), "%zu ids in pieces of %zu", lengths[l], pieces[p]);
        }
    }
    lk_decoder_free(decoder);
    lk_model_free(model);
    free_context(context);
}

Test(decoder, a_decoded_token_allocates_nothing) {
    lk_context *context = make(false, 2);
    lk_model_config config = config_of(SHAPE_GPT2);
    lk_model *model = make_model(context, &config);
    lk_decoder *decoder;
    cr_assert(lk_decoder_new(context, &decoder, model) == LK_OK);
    uint32_t ids[3 * BLOCK];
    fill_ids(ids, 3 * BLOCK);
    uint64_t before = lk_context_memory_usage(context).allocations;
    feed(context, decoder, ids, BLOCK / 2);
    for (size_t i = BLOCK / 2; i < 3 * BLOCK; i++) feed(context, decoder, ids + i, 1);
    cr_assert(lk_context_memory_usage(context).allocations == before);
    lk_decoder_free(decoder);
    lk_model_free(model);
    lk_context_free(context);
}

Test(decoder, ids_outside_the_vocabulary_are_refused) {
    lk_context *context = make_context();
    lk_model_config config = config_of(SHAPE_GPT2);
    lk_model *model = make_model(context, &config);
    lk_decoder *decoder;
    const float *logits;
    cr_assert(lk_decoder_new(context, &decoder, model) == LK_OK);
    expect_failure(context, lk_decoder_feed(decoder, &logits, (uint32_t[]){0, TOKENS}, 2),
                   LK_ERROR_USAGE, "not in the vocabulary");
    expect_failure(context, lk_decoder_feed(decoder, &logits, NULL, 0), LK_ERROR_USAGE, "no ids");
    lk_decoder_free(decoder);
    lk_model_free(model);
    free_context(context);
}

Test(decoder, any_allocation_may_fail_without_a_leak) {
    lk_context *context = make_context();
    lk_model_config config = config_of(SHAPE_GPT2);
    lk_model *model = make_model(context, &config);
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_decoder *decoder = NULL;
        lk_context_fail_allocation(context, k);
        status = lk_decoder_new(context, &decoder, model);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_decoder_free(decoder);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
    }
    lk_model_free(model);
    free_context(context);
}
