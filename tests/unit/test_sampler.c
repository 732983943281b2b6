#include "generate/sampler.h"

#include "test_context.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_TOKENS = 40 };

// ---- The definition, word by word ---------------------------------------------------------------

static const float *sorted_logits;

static int by_falling_logit(const void *a, const void *b) {
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    if (sorted_logits[i] != sorted_logits[j]) return sorted_logits[i] > sorted_logits[j] ? -1 : 1;
    return i < j ? -1 : 1;
}

static void normalise(double *p, uint32_t count) {
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) sum += p[i];
    for (uint32_t i = 0; i < count; i++) p[i] /= sum;
}

// Softmax of the logits over the temperature, then each filter in its turn, normalising in between.
static void naive_distribution(double *p, const float *logits, uint32_t count,
                               const lk_sampling *sampling) {
    uint32_t order[MOST_TOKENS];
    for (uint32_t i = 0; i < count; i++) order[i] = i;
    sorted_logits = logits;
    qsort(order, count, sizeof *order, by_falling_logit);
    for (uint32_t i = 0; i < count; i++)
        p[i] = exp(((double)logits[i] - (double)logits[order[0]]) / sampling->temperature);
    if (sampling->top_k && sampling->top_k < count) {
        float kth = logits[order[sampling->top_k - 1]];
        for (uint32_t i = 0; i < count; i++)
            if (logits[i] < kth) p[i] = 0;
    }
    normalise(p, count);
    double sum = 0;
    bool reached = false;
    for (uint32_t r = 0; r < count; r++) {
        if (reached) p[order[r]] = 0;
        sum += p[order[r]];
        if (sum >= sampling->top_p && sampling->top_p < 1) reached = true;
    }
    normalise(p, count);
    double most = p[order[0]];
    for (uint32_t i = 0; i < count; i++)
        if (p[i] < sampling->min_p * most) p[i] = 0;
    normalise(p, count);
}

static void expect_distribution(const float *logits, uint32_t count, const lk_sampling *sampling) {
    lk_context *context = make_context();
    float got[MOST_TOKENS];
    double expected[MOST_TOKENS];
    uint32_t order[MOST_TOKENS];
    cr_assert(lk_sampling_distribution(context, got, order, logits, count, sampling) == LK_OK);
    naive_distribution(expected, logits, count, sampling);
    for (uint32_t i = 0; i < count; i++) {
        cr_assert(fabs((double)got[i] - expected[i]) <= 1e-6 * expected[i],
                  "token %u: %.9g, not %.9g (T %g, k %u, p %g, min p %g)", i, (double)got[i],
                  expected[i], sampling->temperature, sampling->top_k, sampling->top_p,
                  sampling->min_p);
    }
    free_context(context);
}

Test(sampler, every_combination_of_filters_gives_the_distribution_of_its_definition) {
    static const double temperatures[] = {0.3, 1, 2.5}, top_ps[] = {1, 0.9, 0.37, 0.01};
    static const double min_ps[] = {0, 0.05, 0.6, 1};
    static const uint32_t top_ks[] = {0, 1, 3, 12, 100};
    for (uint32_t round = 0; round < 20; round++) {
        float logits[MOST_TOKENS];
        lk_random random = lk_random_stream(1, LK_RANDOM_TEST, round, 0);
        uint32_t count = 1 + (uint32_t)lk_random_below(&random, MOST_TOKENS);
        // Ties are frequent: few different values.
        for (uint32_t i = 0; i < count; i++)
            logits[i] = (float)lk_random_below(&random, round % 2 ? 7 : 1000000) *
                        (round % 2 ? 0.7f : 5e-6f);
        for (size_t c = 0; c < 3 * 4 * 4 * 5; c++) {
            lk_sampling sampling = {.temperature = temperatures[c % 3],
                                    .top_p = top_ps[c / 3 % 4],
                                    .min_p = min_ps[c / 12 % 4],
                                    .top_k = top_ks[c / 48]};
            expect_distribution(logits, count, &sampling);
        }
    }
}

// ---- Single rules -------------------------------------------------------------------------------

static void distribution(float *p, const float *logits, uint32_t count, lk_sampling sampling) {
    lk_context *context = make_context();
    uint32_t order[MOST_TOKENS];
    cr_assert(lk_sampling_distribution(context, p, order, logits, count, &sampling) == LK_OK);
    free_context(context);
}

Test(sampler, temperature_zero_takes_the_lowest_id_of_the_most_probable) {
    float p[4];
    distribution(p, (float[]){1, 3, 3, 2}, 4, (lk_sampling){.temperature = 0, .top_p = 1});
    cr_assert(p[0] == 0 && p[1] == 1 && p[2] == 0 && p[3] == 0);
}

Test(sampler, a_tiny_temperature_does_not_overflow) {
    float p[3];
    distribution(p, (float[]){-1e30f, 1e30f, 1e29f}, 3,
                 (lk_sampling){.temperature = 1e-300, .top_p = 1});
    cr_assert(p[0] == 0 && p[1] == 1 && p[2] == 0);
}

Test(sampler, ties_with_the_kth_token_are_all_kept) {
    float p[5];
    distribution(p, (float[]){2, 1, 1, 0, 1}, 5,
                 (lk_sampling){.temperature = 1, .top_k = 2, .top_p = 1});
    cr_assert(p[0] > p[1] && p[1] == p[2] && p[2] == p[4] && p[1] > 0 && p[3] == 0);
}

Test(sampler, top_p_keeps_lower_ids_among_equals) {
    float p[4];
    distribution(p, (float[]){0, 0, 0, 0}, 4, (lk_sampling){.temperature = 1, .top_p = 0.5});
    cr_assert(p[0] == 0.5f && p[1] == 0.5f && p[2] == 0 && p[3] == 0);
}

Test(sampler, impossible_tokens_are_never_drawn) {
    float p[3];
    distribution(p, (float[]){-INFINITY, 1, -INFINITY}, 3,
                 (lk_sampling){.temperature = 1, .top_p = 0.99, .top_k = 2});
    cr_assert(p[0] == 0 && p[1] == 1 && p[2] == 0);
}

Test(sampler, wrong_arguments_and_logits_are_refused) {
    lk_context *context = make_context();
    float p[2];
    uint32_t order[2];
    static const float good[2] = {0, 1}, nan[2] = {0, NAN}, none[2] = {-INFINITY, -INFINITY};
    static const lk_sampling wrong[] = {
        {.temperature = -1, .top_p = 1},
        {.temperature = NAN, .top_p = 1},
        {.temperature = INFINITY, .top_p = 1},
        {.temperature = 1, .top_p = 0},
        {.temperature = 1, .top_p = 1.1},
        {.temperature = 1, .top_p = NAN},
        {.temperature = 1, .top_p = 1, .min_p = -1},
        {.temperature = 1, .top_p = 1, .min_p = 2},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        cr_assert(lk_sampling_distribution(context, p, order, good, 2, &wrong[i]) ==
                  LK_ERROR_USAGE);
    lk_sampling sampling = lk_sampling_default();
    expect_failure(context, lk_sampling_distribution(context, p, order, nan, 2, &sampling),
                   LK_ERROR_DATA, "token 1 is not finite");
    expect_failure(context, lk_sampling_distribution(context, p, order, none, 2, &sampling),
                   LK_ERROR_DATA, "no token is possible");
    free_context(context);
}

// ---- Drawing ------------------------------------------------------------------------------------

Test(sampler, tokens_are_drawn_in_proportion_to_their_probabilities) {
    static const float p[5] = {0.1f, 0, 0.4f, 0.2f, 0.3f};
    enum { DRAWS = 100000 };
    int counts[5] = {0};
    for (int i = 0; i < DRAWS; i++) counts[lk_sampling_draw(p, 5, (i + 0.5) / DRAWS)]++;
    for (int i = 0; i < 5; i++)
        cr_assert(abs(counts[i] - (int)((double)p[i] * DRAWS + 0.5)) <= 1, "%d", counts[i]);
    cr_assert(lk_sampling_draw(p, 5, 0) == 0 && lk_sampling_draw(p, 5, 1) == 4);
    cr_assert(lk_sampling_draw((float[]){0, 1, 0}, 3, 1) == 1, "never a token without probability");
}

// ---- What is drawn, against the distribution ----------------------------------------------------

// Pearson's statistic of counts against a distribution, and its degrees of freedom; tokens without
// probability must not have been drawn.
static double chi_square(const uint64_t *counts, const double *p, uint32_t count, uint64_t draws,
                         int *degrees) {
    double statistic = 0;
    *degrees = -1;
    for (uint32_t id = 0; id < count; id++) {
        cr_assert(p[id] > 0 || counts[id] == 0, "token %u must not be drawn", id);
        if (p[id] == 0) continue;
        double expected = p[id] * (double)draws, off = (double)counts[id] - expected;
        statistic += off * off / expected;
        ++*degrees;
    }
    return statistic;
}

// Wilson and Hilferty 1931: (χ²/k)^(1/3) is nearly normal. A value that one sample in a million
// exceeds.
static double chi_square_limit(int degrees) {
    double k = degrees, spread = 2 / (9 * k), root = 1 - spread + 4.75 * sqrt(spread);
    return k * root * root * root;
}

static void expect_draws(const float *logits, uint32_t count, const lk_sampling *sampling) {
    enum { DRAWS = 200000 };
    lk_context *context = make_context();
    float p[MOST_TOKENS];
    double expected[MOST_TOKENS];
    uint32_t order[MOST_TOKENS];
    uint64_t counts[MOST_TOKENS] = {0};
    cr_assert(lk_sampling_distribution(context, p, order, logits, count, sampling) == LK_OK);
    naive_distribution(expected, logits, count, sampling);
    for (uint64_t step = 0; step < DRAWS; step++) {
        lk_random random =
            lk_random_stream(sampling->seed, LK_RANDOM_SAMPLE, step, sampling->sample);
        counts[lk_sampling_draw(p, count, lk_random_uniform(&random))]++;
    }
    int degrees;
    double statistic = chi_square(counts, expected, count, DRAWS, &degrees);
    if (degrees > 0)
        cr_assert(statistic < chi_square_limit(degrees), "χ² = %g with %d degrees", statistic,
                  degrees);
    free_context(context);
}

// Logits in steps of 1/2, so that ties stand at every filter's edge.
Test(sampler, two_hundred_thousand_draws_follow_the_distribution_of_each_filter) {
    static const lk_sampling filters[] = {
        {.temperature = 1, .top_p = 1, .seed = 42},
        {.temperature = 0.8, .top_p = 1, .seed = 42, .top_k = 7},
        {.temperature = 1, .top_p = 0.9, .seed = 42},
        {.temperature = 1.5, .top_p = 1, .seed = 42, .min_p = 0.1},
        {.temperature = 0.7, .top_p = 0.8, .seed = 42, .top_k = 20, .min_p = 0.05, .sample = 3},
        {.temperature = 1, .top_p = 1, .seed = 42, .top_k = 1000},
        {.temperature = 0.01, .top_p = 1, .seed = 42},
    };
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        float logits[MOST_TOKENS];
        lk_random random = lk_random_stream(2, LK_RANDOM_TEST, i, 0);
        for (uint32_t id = 0; id < MOST_TOKENS; id++)
            logits[id] = .5f * (float)lk_random_below(&random, 9);
        expect_draws(logits, MOST_TOKENS, &filters[i]);
    }
}

Test(sampler, top_p_keeps_one_token_however_small_it_is) {
    float p[3];
    distribution(p, (float[]){1, 2, 0}, 3, (lk_sampling){.temperature = 1, .top_p = 1e-9});
    cr_assert(p[0] == 0 && p[1] == 1 && p[2] == 0);
}

Test(sampler, top_p_of_one_keeps_all_that_can_be_written) {
    float p[3];
    distribution(p, (float[]){0, -80, -85}, 3, (lk_sampling){.temperature = 1, .top_p = 1});
    cr_assert(p[0] > 0 && p[1] > 0 && p[2] > 0);
}

// The probabilities .5, .3, .2 become .63, .37 by top-k 2 first; .6 of these is the first alone.
// Top-p first would have kept two.
Test(sampler, top_k_comes_before_top_p) {
    float p[3], logits[3] = {logf(.5f), logf(.3f), logf(.2f)};
    distribution(p, logits, 3, (lk_sampling){.temperature = 1, .top_p = .6});
    cr_assert(p[0] > 0 && p[1] > 0 && p[2] == 0);
    distribution(p, logits, 3, (lk_sampling){.temperature = 1, .top_p = .6, .top_k = 2});
    cr_assert(p[0] == 1 && p[1] == 0 && p[2] == 0);
}

// At temperature 2 the probabilities .9, .1 are .75, .25, so that .8 takes both.
Test(sampler, temperature_comes_before_the_filters) {
    float p[2], logits[2] = {logf(.9f), logf(.1f)};
    distribution(p, logits, 2, (lk_sampling){.temperature = 1, .top_p = .8});
    cr_assert(p[0] == 1 && p[1] == 0);
    distribution(p, logits, 2, (lk_sampling){.temperature = 2, .top_p = .8});
    cr_assert(fabsf(p[0] - .75f) < 1e-6f && fabsf(p[1] - .25f) < 1e-6f);
}

Test(sampler, log_probabilities_are_those_of_softmax) {
    float logits[MOST_TOKENS];
    double log_probs[MOST_TOKENS], sum = 0;
    for (int i = 0; i < MOST_TOKENS; i++) logits[i] = (float)(i * i % 17) - 80;
    lk_log_softmax(log_probs, logits, MOST_TOKENS);
    for (int i = 0; i < MOST_TOKENS; i++) {
        sum += exp(log_probs[i]);
        cr_assert(fabs(log_probs[i] - log_probs[0] - (double)(logits[i] - logits[0])) < 1e-12);
    }
    cr_assert(fabs(sum - 1) < 1e-12);
}
