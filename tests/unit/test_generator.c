#include "likelore/lm.h"

#include "test_context.h"

#include <math.h>

typedef struct writer {
    lk_context *context;
    lk_tokenizer *tokenizer;
    lk_model *model;
} writer;

// A model with random weights over the letters of `alphabet`, and `padding` tokens beyond them.
static writer make_writer(const char *alphabet, uint32_t padding) {
    writer w = {0};
    lk_options options = {.threads = 1, .deterministic = true};
    cr_assert(lk_context_new(&w.context, &options) == LK_OK);
    cr_assert(lk_tokenizer_new_characters(w.context, &w.tokenizer, alphabet, strlen(alphabet)) ==
              LK_OK);
    lk_model_config config = {.vocab_size = lk_tokenizer_count(w.tokenizer) + padding,
                              .block_size = 16,
                              .n_layer = 2,
                              .n_head = 2,
                              .n_embd = 16,
                              .activation = LK_ACTIVATION_GELU,
                              .bias = true,
                              .qkv_bias = true,
                              .tied_head = true,
                              .norm_epsilon = 1e-5f};
    cr_assert(lk_model_new(w.context, &w.model, &config, 9) == LK_OK);
    lk_random random = lk_random_stream(9, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < lk_model_tensor_count(w.model); i++) {
        lk_tensor_view view = lk_model_tensor_at(w.model, i);
        size_t count = view.shape[0] * (view.rank == 2 ? view.shape[1] : 1);
        for (size_t j = 0; j < count; j++) view.data[j] += (float)(.4 * lk_random_normal(&random));
    }
    return w;
}

static void free_writer(writer *w) {
    lk_model_free(w->model);
    lk_tokenizer_free(w->tokenizer);
    free_context(w->context);
}

static lk_generator *begin(const writer *w, const char *prompt, lk_sampling sampling, uint32_t most,
                           const char *stop) {
    lk_generator *generator = NULL;
    lk_status status = lk_generator_new(w->context, &generator, w->model, w->tokenizer, prompt,
                                        strlen(prompt), &sampling, most, stop);
    cr_assert(status == LK_OK, "%s", lk_context_error(w->context).message);
    return generator;
}

static lk_generated next(const writer *w, lk_generator *generator) {
    lk_generated token;
    cr_assert(lk_generator_next(generator, &token) == LK_OK, "%s",
              lk_context_error(w->context).message);
    return token;
}

// The whole continuation as text, up to 200 bytes.
static lk_finish generate(const writer *w, char text[201], const char *prompt, lk_sampling sampling,
                          uint32_t most, const char *stop) {
    lk_generator *generator = begin(w, prompt, sampling, most, stop);
    lk_buffer out = lk_buffer_make(w->context);
    lk_generated token;
    do {
        token = next(w, generator);
        cr_assert(lk_tokenizer_decode(w->context, &out, w->tokenizer, &token.id, 1) == LK_OK);
    } while (token.finish == LK_FINISH_NONE);
    strncpy(text, out.data, 200);
    text[200] = 0;
    lk_buffer_free(&out);
    lk_generator_free(generator);
    return token.finish;
}

Test(generator, the_same_seed_gives_the_same_text_on_every_machine) {
    writer w = make_writer("abcdefghijklmnopqrstuvwxyz .\n", 0);
    char text[201];
    lk_sampling sampling = lk_sampling_default();
    sampling.top_p = 0.95;
    sampling.min_p = 0.01;
    generate(&w, text, "call me ", sampling, 64, NULL);
    static const char expected[] =
        "eeebweeeeeehvvfhvvvvvhvvvfvvvvfvvvvhpuzvhhhvhvhveclhhhhhvvzhhvhv";
    cr_assert(strcmp(text, expected) == 0, "%s", text);
    free_writer(&w);
}

Test(generator, seeds_and_samples_have_streams_of_their_own) {
    writer w = make_writer("abcdefghijklmnopqrstuvwxyz", 0);
    char first[201], other_seed[201], other_sample[201], again[201];
    lk_sampling sampling = lk_sampling_default();
    generate(&w, first, "a", sampling, 50, NULL);
    generate(&w, again, "a", sampling, 50, NULL);
    sampling.seed = 43;
    generate(&w, other_seed, "a", sampling, 50, NULL);
    sampling.seed = 42;
    sampling.sample = 1;
    generate(&w, other_sample, "a", sampling, 50, NULL);
    cr_assert(strcmp(first, again) == 0);
    cr_assert(strcmp(first, other_seed) != 0 && strcmp(first, other_sample) != 0);
    cr_assert(strcmp(other_seed, other_sample) != 0);
    free_writer(&w);
}

Test(generator, a_text_ends_after_the_most_tokens_or_with_the_stop_text) {
    writer w = make_writer("ab", 0);
    char text[201];
    lk_sampling sampling = lk_sampling_default();
    cr_assert(generate(&w, text, "a", sampling, 5, NULL) == LK_FINISH_LENGTH && strlen(text) == 5);
    cr_assert(generate(&w, text, "a", sampling, 200, "ab") == LK_FINISH_STOP);
    size_t length = strlen(text);
    cr_assert(length >= 2 && length < 200 && strcmp(text + length - 2, "ab") == 0, "%s", text);
    cr_assert(!strstr(text, "ab") || strstr(text, "ab") == text + length - 2, "%s", text);
    lk_generator *generator = begin(&w, "a", sampling, 1, NULL);
    lk_generated token = next(&w, generator);
    cr_assert(token.finish == LK_FINISH_LENGTH);
    expect_failure(w.context, lk_generator_next(generator, &token), LK_ERROR_USAGE, "complete");
    lk_generator_free(generator);
    free_writer(&w);
}

Test(generator, an_empty_prompt_begins_with_token_0) {
    writer w = make_writer("abcdefgh", 0);
    char empty[201], with_a[201];
    generate(&w, empty, "", lk_sampling_default(), 30, NULL);
    generate(&w, with_a, "a", lk_sampling_default(), 30, NULL);
    cr_assert(strcmp(empty, with_a) == 0);
    free_writer(&w);
}

Test(generator, padding_beyond_the_vocabulary_is_never_drawn) {
    writer w = make_writer("abc", 60);
    lk_sampling sampling = {.temperature = 100, .top_p = 1, .seed = 1};
    lk_generator *generator = begin(&w, "a", sampling, 300, NULL);
    for (int i = 0; i < 300; i++) {
        lk_generated token = next(&w, generator);
        cr_assert(token.id < 3 && token.candidate_count <= 3);
    }
    lk_generator_free(generator);
    free_writer(&w);
}

// Ids 3 … 6 are missing between the tokens of this vocabulary, and 8 ends texts.
static lk_tokenizer *make_gaps(lk_context *context) {
    static const char json[] =
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"c\":2,\"ab\":7},"
        "\"merges\":[[\"a\",\"b\"]]},\"added_tokens\":[{\"id\":8,\"content\":\"<|endoftext|>\","
        "\"special\":true}],\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false,"
        "\"use_regex\":true},\"decoder\":{\"type\":\"ByteLevel\"}}";
    lk_tokenizer *tokenizer = NULL;
    lk_status status = lk_tokenizer_parse(context, &tokenizer, json, strlen(json));
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return tokenizer;
}

static writer make_writer_with_gaps(void) {
    writer w = make_writer("abcdefghi", 0);
    lk_tokenizer_free(w.tokenizer);
    w.tokenizer = make_gaps(w.context);
    return w;
}

Test(generator, ids_without_a_token_are_never_drawn) {
    writer w = make_writer_with_gaps();
    lk_sampling sampling = {.temperature = 100, .top_p = 1, .seed = 1};
    lk_generator *generator = begin(&w, "a", sampling, 300, NULL);
    for (int i = 0; i < 300; i++) {
        lk_generated token = next(&w, generator);
        cr_assert(token.id < 3 || token.id > 6, "id %u", token.id);
    }
    lk_generator_free(generator);
    free_writer(&w);
}

Test(generator, a_text_ends_with_a_special_token_or_within_a_longer_one) {
    writer w = make_writer_with_gaps();
    static const char *const stops[] = {"<|endoftext|>", "a"};
    for (int i = 0; i < 2; i++) {
        lk_sampling sampling = {.temperature = 100, .top_p = 1, .seed = 7};
        lk_generator *generator = begin(&w, "c", sampling, 1000, stops[i]);
        lk_generated token;
        do {
            token = next(&w, generator);
            bool ends = i == 0 ? token.id == 8 : token.id == 0 || token.id == 7;
            cr_assert(ends == (token.finish == LK_FINISH_STOP), "id %u", token.id);
        } while (token.finish == LK_FINISH_NONE);
        lk_generator_free(generator);
    }
    free_writer(&w);
}

Test(generator, candidates_are_the_most_probable_tokens_in_order) {
    writer w = make_writer("abcdefghijklmnopqrstuvwxyz", 0);
    lk_sampling sampling = {.temperature = 1, .top_p = 1, .seed = 1};
    lk_generator *generator = begin(&w, "a", sampling, 50, NULL);
    lk_decoder *decoder;
    cr_assert(lk_decoder_new(w.context, &decoder, w.model) == LK_OK);
    uint32_t last = 0;
    for (int i = 0; i < 50; i++) {
        const float *logits;
        double log_probs[26];
        lk_generated token = next(&w, generator);
        cr_assert(lk_decoder_feed(decoder, &logits, &last, 1) == LK_OK);
        lk_log_softmax(log_probs, logits, 26);
        cr_assert(fabs(token.log_prob - log_probs[token.id]) < 1e-12);
        cr_assert(token.candidate_count == LK_CANDIDATES);
        for (uint32_t c = 0; c < token.candidate_count; c++) {
            const lk_candidate *candidate = &token.candidates[c];
            int better = 0;
            for (uint32_t id = 0; id < 26; id++) better += logits[id] > logits[candidate->id];
            cr_assert(better == (int)c);
            cr_assert(fabs(log((double)candidate->probability) - log_probs[candidate->id]) < 1e-5);
        }
        last = token.id;
    }
    lk_decoder_free(decoder);
    lk_generator_free(generator);
    free_writer(&w);
}

Test(generator, a_generated_token_allocates_nothing) {
    writer w = make_writer("abcdefghijklmnopqrstuvwxyz", 0);
    lk_sampling sampling = {.temperature = 1, .top_k = 5, .top_p = 0.9, .min_p = 0.1, .seed = 1};
    lk_generator *generator = begin(&w, "abc", sampling, 100, "zzzzzz");
    uint64_t before = lk_context_memory_usage(w.context).allocations;
    for (int i = 0; i < 100; i++) next(&w, generator);
    cr_assert(lk_context_memory_usage(w.context).allocations == before);
    lk_generator_free(generator);
    free_writer(&w);
}

Test(generator, any_allocation_may_fail_without_a_leak) {
    writer w = make_writer("abc", 0);
    lk_sampling sampling = lk_sampling_default();
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(w.context).live_bytes;
        lk_generator *generator = NULL;
        lk_context_fail_allocation(w.context, k);
        status = lk_generator_new(w.context, &generator, w.model, w.tokenizer, "abc", 3, &sampling,
                                  10, "ca");
        lk_context_fail_allocation(w.context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_generator_free(generator);
        cr_assert(lk_context_memory_usage(w.context).live_bytes == live);
    }
    free_writer(&w);
}
