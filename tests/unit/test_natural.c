// Natural numbers, against GMP's own integers.
#include "exact/natural.h"

#include "test_context.h"

#include <gmp.h>
#include <math.h>

static lk_context *context;
static lk_arena arena;

static void begin(void) {
    context = make_context();
    arena = lk_arena_make(context, 0);
}
static void end(void) {
    lk_arena_release(&arena);
    free_context(context);
}
TestSuite(natural, .init = begin, .fini = end);

// A number of up to `most` limbs; often with runs of zeros and ones, which is where carries go.
static lk_natural random_natural(lk_random *random, size_t most) {
    size_t count = lk_random_below(random, most + 1);
    lk_limb *limbs = lk_arena_alloc(&arena, count, sizeof *limbs);
    cr_assert(limbs);
    for (size_t i = 0; i < count; i++) {
        uint64_t kind = lk_random_below(random, 4);
        limbs[i] = kind == 0 ? 0 : kind == 1 ? ~(lk_limb)0 : (lk_limb)lk_random_u64(random);
    }
    return lk_natural_at(limbs, count);
}

static lk_natural random_positive(lk_random *random, size_t most) {
    for (;;) {
        lk_natural number = random_natural(random, most);
        if (number.count) return number;
    }
}

static void to_mpz(mpz_t z, lk_natural a) {
    mpz_import(z, a.count, -1, sizeof(lk_limb), 0, 0, a.limbs);
}

static void expect_mpz(lk_natural a, const mpz_t expected, const char *what) {
    mpz_t z;
    mpz_init(z);
    to_mpz(z, a);
    cr_assert(mpz_cmp(z, expected) == 0, "%s", what);
    cr_assert(a.count == 0 || a.limbs[a.count - 1] != 0, "%s has leading zeros", what);
    mpz_clear(z);
}

Test(natural, sums_products_quotients_and_divisors_are_those_of_gmp) {
    mpz_t a, b, c;
    mpz_inits(a, b, c, NULL);
    for (uint32_t i = 0; i < 3000; i++) {
        lk_random random = lk_random_stream(1, LK_RANDOM_TEST, i, 0);
        lk_natural x = random_natural(&random, 12), y = random_positive(&random, 12), z;
        to_mpz(a, x);
        to_mpz(b, y);
        cr_assert(lk_natural_add(&arena, &z, x, y) == LK_OK);
        mpz_add(c, a, b);
        expect_mpz(z, c, "the sum");
        cr_assert(lk_natural_subtract(&arena, &z, z, y) == LK_OK);
        expect_mpz(z, a, "the difference");
        cr_assert(lk_natural_multiply(&arena, &z, x, y) == LK_OK);
        mpz_mul(c, a, b);
        expect_mpz(z, c, "the product");
        cr_assert(lk_natural_divide(&arena, &z, z, y) == LK_OK);
        expect_mpz(z, a, "the quotient");
        cr_assert(lk_natural_gcd(&arena, &z, x, y) == LK_OK);
        mpz_gcd(c, a, b);
        expect_mpz(z, c, "the greatest common divisor");
        int order = lk_natural_compare(x, y), expected = mpz_cmp(a, b);
        cr_assert((order > 0) - (order < 0) == (expected > 0) - (expected < 0));
        cr_assert(lk_natural_bits(y) == mpz_sizeinbase(b, 2));
        lk_arena_reset(&arena);
    }
    mpz_clears(a, b, c, NULL);
}

Test(natural, a_common_factor_is_found) {
    for (uint32_t i = 0; i < 300; i++) {
        lk_random random = lk_random_stream(2, LK_RANDOM_TEST, i, 0);
        lk_natural x = random_positive(&random, 5), y = random_positive(&random, 5);
        lk_natural factor = random_positive(&random, 5), both, one, again;
        cr_assert(lk_natural_multiply(&arena, &x, x, factor) == LK_OK);
        cr_assert(lk_natural_multiply(&arena, &y, y, factor) == LK_OK);
        cr_assert(lk_natural_gcd(&arena, &both, x, y) == LK_OK);
        cr_assert(lk_natural_gcd(&arena, &again, both, factor) == LK_OK);
        cr_assert(lk_natural_compare(again, factor) == 0);
        cr_assert(lk_natural_divide(&arena, &x, x, both) == LK_OK);
        cr_assert(lk_natural_divide(&arena, &y, y, both) == LK_OK);
        cr_assert(lk_natural_gcd(&arena, &one, x, y) == LK_OK);
        cr_assert(one.count == 1 && one.limbs[0] == 1);
        lk_arena_reset(&arena);
    }
}

Test(natural, decimals_are_those_of_gmp) {
    mpz_t a;
    mpz_init(a);
    lk_buffer text = lk_buffer_make(context);
    for (uint32_t i = 0; i < 500; i++) {
        lk_random random = lk_random_stream(3, LK_RANDOM_TEST, i, 0);
        lk_natural x = random_natural(&random, i % 50 ? 8 : 900), again;
        to_mpz(a, x);
        char *expected = mpz_get_str(NULL, 10, a);
        lk_buffer_clear(&text);
        cr_assert(lk_natural_append(&arena, &text, x) == LK_OK);
        cr_assert(strcmp(lk_buffer_text(&text), expected) == 0, "%s", expected);
        cr_assert(lk_natural_from_digits(&arena, &again, expected, strlen(expected)) == LK_OK);
        cr_assert(lk_natural_compare(again, x) == 0);
        void (*release)(void *, size_t);
        mp_get_memory_functions(NULL, NULL, &release);
        release(expected, strlen(expected) + 1);
        lk_arena_reset(&arena);
    }
    lk_buffer_free(&text);
    mpz_clear(a);
}

Test(natural, powers_of_ten_have_their_zeros) {
    lk_buffer text = lk_buffer_make(context);
    for (size_t exponent = 0; exponent < 200; exponent++) {
        lk_natural power;
        cr_assert(lk_natural_power_of_ten(&arena, &power, exponent) == LK_OK);
        lk_buffer_clear(&text);
        cr_assert(lk_natural_append(&arena, &text, power) == LK_OK);
        cr_assert(text.length == exponent + 1 && text.data[0] == '1');
        cr_assert(strspn(text.data + 1, "0") == exponent);
    }
    lk_buffer_free(&text);
}

// ---- Doubles -----------------------------------------------------------------------------------

static double ratio(lk_natural a, lk_natural b) {
    double value = -1;
    cr_assert(lk_natural_ratio(&arena, &value, a, b) == LK_OK);
    return value;
}

// mantissa × 2^exponent as a pair of numbers, one of which is a power of two.
static void split(double value, lk_natural *a, lk_natural *b) {
    int exponent;
    double mantissa = frexp(value, &exponent);
    lk_limb *whole = lk_arena_alloc_zero(&arena, 40, sizeof *whole);
    lk_limb *power = lk_arena_alloc_zero(&arena, 40, sizeof *power);
    cr_assert(whole && power);
    uint64_t digits = (uint64_t)ldexp(mantissa, 53);
    exponent -= 53;
    lk_limb *shifted = exponent >= 0 ? whole : power;
    size_t bits = (size_t)(exponent >= 0 ? exponent : -exponent);
    whole[0] = digits;
    power[0] = 1;
    if (bits) {
        mpz_t z;
        mpz_init(z);
        mpz_import(z, 1, -1, 8, 0, 0, shifted);
        mpz_mul_2exp(z, z, bits);
        mpz_export(shifted, NULL, -1, sizeof(lk_limb), 0, 0, z);
        mpz_clear(z);
    }
    *a = lk_natural_at(whole, 40);
    *b = lk_natural_at(power, 40);
}

Test(natural, every_double_is_the_ratio_that_it_stands_for) {
    lk_random random = lk_random_stream(4, LK_RANDOM_TEST, 0, 0);
    for (int i = 0; i < 3000; i++) {
        double value =
            ldexp(0.5 + lk_random_uniform(&random) / 2, (int)lk_random_below(&random, 2098) - 1074);
        lk_natural a, b;
        split(value, &a, &b);
        cr_assert(ratio(a, b) == value, "%a", value);
        lk_arena_reset(&arena);
    }
}

// a/b ± a tiny bit around the middle between two doubles.
Test(natural, ratios_are_rounded_to_the_nearest_double_ties_to_even) {
    const double tests[] = {1,         1.5,         0.1,       1e300,    1e-300,
                            0x1p-1022, 0x1.8p-1023, 0x1p-1074, 0x3p-1074};
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        lk_natural a, b, c, d, one, middle, both, above, below;
        split(tests[i], &a, &b);
        split(nextafter(tests[i], INFINITY), &c, &d);
        // (a/b + c/d) / 2 = (ad + cb) / 2bd
        cr_assert(lk_natural_multiply(&arena, &middle, a, d) == LK_OK);
        cr_assert(lk_natural_multiply(&arena, &both, c, b) == LK_OK);
        cr_assert(lk_natural_add(&arena, &middle, middle, both) == LK_OK);
        cr_assert(lk_natural_multiply(&arena, &both, b, d) == LK_OK);
        cr_assert(lk_natural_add(&arena, &both, both, both) == LK_OK);
        uint64_t bits;
        memcpy(&bits, &tests[i], sizeof bits);
        double even = bits & 1 ? nextafter(tests[i], INFINITY) : tests[i];
        cr_assert(ratio(middle, both) == even, "%a", tests[i]);
        cr_assert(lk_natural_from_word(&arena, &one, 1) == LK_OK);
        lk_natural million;
        cr_assert(lk_natural_power_of_ten(&arena, &million, 200) == LK_OK);
        cr_assert(lk_natural_multiply(&arena, &middle, middle, million) == LK_OK);
        cr_assert(lk_natural_multiply(&arena, &both, both, million) == LK_OK);
        cr_assert(lk_natural_add(&arena, &above, middle, one) == LK_OK);
        cr_assert(lk_natural_subtract(&arena, &below, middle, one) == LK_OK);
        cr_assert(ratio(above, both) == nextafter(tests[i], INFINITY));
        cr_assert(ratio(below, both) == tests[i]);
    }
}

Test(natural, ratios_beyond_the_doubles_are_zero_and_infinite) {
    lk_natural one, large, zero = {NULL, 0};
    cr_assert(lk_natural_from_word(&arena, &one, 1) == LK_OK);
    cr_assert(lk_natural_power_of_ten(&arena, &large, 400) == LK_OK);
    cr_assert(ratio(one, large) == 0);
    cr_assert(isinf(ratio(large, one)));
    cr_assert(ratio(zero, large) == 0);
    cr_assert(ratio(large, large) == 1);
}

// ---- Limits ------------------------------------------------------------------------------------

static int requests;
static void *refuse_block(size_t bytes) {
    (void)bytes;
    requests++;
    return NULL;
}
static void *refuse_more(void *block, size_t old_bytes, size_t bytes) {
    (void)block, (void)old_bytes;
    return refuse_block(bytes);
}
static void refuse_free(void *block, size_t bytes) { (void)block, (void)bytes; }

static lk_natural full_natural(size_t count) {
    lk_limb *limbs = lk_arena_alloc(&arena, count, sizeof *limbs);
    cr_assert(limbs);
    lk_random random = lk_random_stream(6, LK_RANDOM_TEST, count, 0);
    for (size_t i = 0; i < count; i++) limbs[i] = (lk_limb)lk_random_u64(&random) | 1;
    return (lk_natural){limbs, count};
}

// GMP ends the process when it cannot have memory: so it must never ask for any.
Test(natural, the_longest_numbers_ask_gmp_for_no_memory) {
    mp_set_memory_functions(refuse_block, refuse_more, refuse_free);
    lk_buffer text = lk_buffer_make(context);
    for (size_t short_count = 1; short_count <= LK_NATURAL_LIMBS / 2; short_count *= 2) {
        lk_natural a = full_natural(LK_NATURAL_LIMBS - short_count), b = full_natural(short_count);
        lk_natural c;
        cr_assert(lk_natural_multiply(&arena, &c, a, b) == LK_OK);
        cr_assert(lk_natural_divide(&arena, &c, c, a) == LK_OK);
        cr_assert(lk_natural_compare(c, b) == 0);
        cr_assert(lk_natural_gcd(&arena, &c, a, b) == LK_OK);
        cr_assert(ratio(b, a) >= 0);
        cr_assert(lk_natural_append(&arena, &text, a) == LK_OK);
        lk_arena_reset(&arena);
    }
    lk_natural a = full_natural(LK_NATURAL_LIMBS), b = full_natural(LK_NATURAL_LIMBS / 2);
    lk_limb *room = lk_arena_alloc(&arena, 2 * LK_NATURAL_LIMBS, sizeof *room);
    cr_assert(room);
    lk_limbs_multiply(room, a, a);
    lk_limbs_multiply(room, a, b);
    lk_buffer_free(&text);
    cr_assert(requests == 0);
}

Test(natural, longer_numbers_are_refused) {
    lk_natural a, b;
    char *digits = lk_arena_alloc(&arena, LK_NATURAL_DIGITS + 1, 1);
    cr_assert(digits);
    memset(digits, '9', LK_NATURAL_DIGITS + 1);
    cr_assert(lk_natural_from_digits(&arena, &a, digits, LK_NATURAL_DIGITS) == LK_OK);
    expect_failure(context, lk_natural_from_digits(&arena, &b, digits, LK_NATURAL_DIGITS + 1),
                   LK_ERROR_LIMIT, "more than 19000 digits");
    expect_failure(context, lk_natural_power_of_ten(&arena, &b, SIZE_MAX), LK_ERROR_LIMIT,
                   "more than 19000 digits");
    expect_failure(context, lk_natural_multiply(&arena, &b, a, a), LK_ERROR_LIMIT,
                   "more than 19000 digits");
}
