#include "likelore/core.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static void expect_block(const uint32_t counter[4], const uint32_t key[2],
                         const uint32_t expected[4]) {
    uint32_t out[4];
    lk_philox4x32(out, counter, key);
    cr_assert(memcmp(out, expected, sizeof out) == 0, "%08x %08x %08x %08x", out[0], out[1], out[2],
              out[3]);
}

// The known answers published with Random123 (philox4x32, 10 rounds).
Test(random, philox_gives_the_known_answers) {
    expect_block((uint32_t[4]){0}, (uint32_t[2]){0},
                 (uint32_t[4]){0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    expect_block((uint32_t[4]){0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                 (uint32_t[2]){0xffffffff, 0xffffffff},
                 (uint32_t[4]){0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    expect_block((uint32_t[4]){0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                 (uint32_t[2]){0xa4093822, 0x299f31d0},
                 (uint32_t[4]){0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

Test(random, a_stream_is_named_by_its_four_numbers) {
    lk_random base = lk_random_stream(1, LK_RANDOM_TEST, 2, 3);
    lk_random same = lk_random_stream(1, LK_RANDOM_TEST, 2, 3);
    lk_random others[] = {
        lk_random_stream(2, LK_RANDOM_TEST, 2, 3),
        lk_random_stream(1 + (UINT64_C(1) << 32), LK_RANDOM_TEST, 2, 3),
        lk_random_stream(1, LK_RANDOM_EVAL, 2, 3),
        lk_random_stream(1, LK_RANDOM_TEST, 3, 3),
        lk_random_stream(1, LK_RANDOM_TEST, 2 + (UINT64_C(1) << 55), 3),
        lk_random_stream(1, LK_RANDOM_TEST, 2, 4),
    };
    uint64_t first = lk_random_u64(&base);
    cr_assert(lk_random_u64(&same) == first);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        cr_assert(lk_random_u64(&others[i]) != first, "stream %zu", i);
}

Test(random, words_are_the_blocks_of_successive_counters) {
    lk_random random = lk_random_stream(99, LK_RANDOM_TEST, 5, 6);
    for (uint32_t block = 0; block < 10; block++) {
        uint32_t counter[4] = {block, 6, 5, LK_RANDOM_TEST}, expected[4];
        lk_philox4x32(expected, counter, (uint32_t[2]){99, 0});
        for (int i = 0; i < 4; i++) cr_assert(lk_random_u32(&random) == expected[i]);
    }
}

Test(random, a_copied_stream_goes_on_from_the_same_place) {
    lk_random random = lk_random_stream(4, LK_RANDOM_TEST, 0, 0);
    for (int i = 0; i < 7; i++) lk_random_u32(&random);
    lk_random copy = random;
    for (int i = 0; i < 100; i++) cr_assert(lk_random_u32(&random) == lk_random_u32(&copy));
}

// ---- Distributions ------------------------------------------------------------------------------

// Pearson's statistic of counts that should be equal.
static double chi_square(const unsigned *counts, size_t cells, double total) {
    double expected = total / (double)cells, sum = 0;
    for (size_t i = 0; i < cells; i++)
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    return sum;
}

// The statistic has mean d and variance 2d with d degrees of freedom, and is nearly normal for the
// d used here: beyond five standard deviations something is wrong, and too close to 0 as well.
static void expect_equal_counts(const unsigned *counts, size_t cells, double total) {
    double degrees = (double)cells - 1;
    double deviation = (chi_square(counts, cells, total) - degrees) / sqrt(2 * degrees);
    cr_assert(fabs(deviation) < 5, "%.1f standard deviations", deviation);
}

enum { CELLS = 256, DRAWS = 200000 };

Test(random, uniform_numbers_fill_the_unit_interval_evenly) {
    lk_random random = lk_random_stream(5, LK_RANDOM_TEST, 0, 0);
    static unsigned doubles[CELLS], floats[CELLS];
    for (int i = 0; i < DRAWS; i++) {
        double x = lk_random_uniform(&random);
        float y = lk_random_uniform_float(&random);
        cr_assert(x >= 0 && x < 1 && y >= 0 && y < 1);
        doubles[(size_t)(x * CELLS)]++;
        floats[(size_t)(y * CELLS)]++;
    }
    expect_equal_counts(doubles, CELLS, DRAWS);
    expect_equal_counts(floats, CELLS, DRAWS);
}

Test(random, successive_numbers_do_not_depend_on_each_other) {
    lk_random random = lk_random_stream(6, LK_RANDOM_TEST, 0, 0);
    static unsigned pairs[CELLS];
    for (int i = 0; i < DRAWS; i++) {
        size_t a = (size_t)(lk_random_uniform(&random) * 16);
        size_t b = (size_t)(lk_random_uniform(&random) * 16);
        pairs[a * 16 + b]++;
    }
    expect_equal_counts(pairs, CELLS, DRAWS);
}

Test(random, neighbouring_streams_do_not_depend_on_each_other) {
    static unsigned pairs[CELLS];
    for (uint32_t i = 0; i < DRAWS; i++) {
        lk_random a = lk_random_stream(7, LK_RANDOM_TEST, 0, i);
        lk_random b = lk_random_stream(7, LK_RANDOM_TEST, 0, i + 1);
        pairs[(lk_random_u32(&a) >> 28) * 16 + (lk_random_u32(&b) >> 28)]++;
    }
    expect_equal_counts(pairs, CELLS, DRAWS);
}

Test(random, every_number_below_a_bound_is_equally_likely) {
    static const uint64_t bounds[] = {1, 2, 3, 10, 100, 1000};
    lk_random random = lk_random_stream(8, LK_RANDOM_TEST, 0, 0);
    for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++) {
        unsigned counts[1000] = {0};
        for (int i = 0; i < DRAWS; i++) {
            uint64_t drawn = lk_random_below(&random, bounds[b]);
            cr_assert(drawn < bounds[b]);
            counts[drawn]++;
        }
        if (bounds[b] > 1) expect_equal_counts(counts, bounds[b], DRAWS);
    }
}

// With the bound 3/4 of 2^64, a word modulo the bound is twice as likely to fall into the lowest
// third, and the high half of word times bound, taken without rejection, to be a multiple of 3.
Test(random, a_huge_bound_is_not_biased) {
    lk_random random = lk_random_stream(9, LK_RANDOM_TEST, 0, 0);
    uint64_t bound = UINT64_C(3) << 62;
    unsigned thirds[3] = {0}, remainders[3] = {0};
    for (int i = 0; i < DRAWS; i++) {
        uint64_t drawn = lk_random_below(&random, bound);
        thirds[drawn >> 62]++;
        remainders[drawn % 3]++;
    }
    expect_equal_counts(thirds, 3, DRAWS);
    expect_equal_counts(remainders, 3, DRAWS);
}

static double normal_cdf(double x) { return 0.5 * erfc(-x / sqrt(2)); }

Test(random, normal_numbers_follow_the_normal_distribution) {
    lk_random random = lk_random_stream(10, LK_RANDOM_TEST, 0, 0);
    static unsigned counts[CELLS];
    double sum = 0, squares = 0;
    for (int i = 0; i < DRAWS; i++) {
        double x = lk_random_normal(&random);
        cr_assert(isfinite(x));
        sum += x;
        squares += x * x;
        counts[(size_t)fmin(normal_cdf(x) * CELLS, CELLS - 1)]++;
    }
    expect_equal_counts(counts, CELLS, DRAWS);
    cr_assert(fabs(sum / DRAWS) < 5 / sqrt(DRAWS));
    cr_assert(fabs(squares / DRAWS - 1) < 5 * sqrt(2.0 / DRAWS));
}
