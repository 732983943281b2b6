#include "exact/rational.h"

#include <assert.h>

// ---- Lowest terms ------------------------------------------------------------------------------

static bool is_one(lk_natural a) { return a.count == 1 && a.limbs[0] == 1; }

static lk_status divide_or_copy(lk_arena *arena, lk_natural *quotient, lk_natural a,
                                lk_natural divisor) {
    return is_one(divisor) ? lk_natural_copy(arena, quotient, a)
                           : lk_natural_divide(arena, quotient, a, divisor);
}

lk_status lk_rational_make(lk_arena *arena, lk_rational *number, lk_natural numerator,
                           lk_natural denominator) {
    assert(denominator.count > 0);
    lk_natural divisor;
    LK_TRY(lk_natural_gcd(arena, &divisor, numerator, denominator));
    LK_TRY(divide_or_copy(arena, &number->numerator, numerator, divisor));
    return divide_or_copy(arena, &number->denominator, denominator, divisor);
}

// ---- From text ---------------------------------------------------------------------------------

// The digits of a decimal without those zeros at either end that say nothing; the number is
// digits × 10^exponent.
typedef struct decimal {
    const char *digits;
    size_t count;
    int64_t exponent;
} decimal;

static int64_t read_exponent(const char *at, const char *end) {
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) at++;
    int64_t exponent = 0;
    for (; at < end; at++)
        if (exponent < 1000000000000) exponent = 10 * exponent + (*at - '0');
    return negative ? -exponent : exponent;
}

static lk_status split_decimal(lk_arena *arena, decimal *d, const char *text, size_t length) {
    *d = (decimal){0};
    const char *end = text + length;
    char *digits = lk_arena_alloc(arena, length, 1);
    LK_NEED(digits);
    bool point = false;
    for (; text < end && *text != 'e' && *text != 'E'; text++) {
        if (*text == '.') point = true;
        if (*text < '0' || *text > '9') continue;
        d->exponent -= point;
        if (*text != '0' || d->count > 0) digits[d->count++] = *text;
    }
    if (text < end) d->exponent += read_exponent(text + 1, end);
    for (; d->count > 0 && digits[d->count - 1] == '0'; d->count--) d->exponent++;
    d->digits = digits;
    return LK_OK;
}

static lk_status parse_decimal(lk_arena *arena, lk_rational *number, const char *text,
                               size_t length) {
    decimal d;
    LK_TRY(split_decimal(arena, &d, text, length));
    if (d.count == 0) d.exponent = 0;
    uint64_t shift = (uint64_t)(d.exponent < 0 ? -d.exponent : d.exponent);
    if (shift > LK_NATURAL_DIGITS) return lk_natural_refuse(arena->context);
    lk_natural digits, power, one;
    LK_TRY(lk_natural_from_digits(arena, &digits, d.digits, d.count));
    LK_TRY(lk_natural_power_of_ten(arena, &power, (size_t)shift));
    if (d.exponent < 0) return lk_rational_make(arena, number, digits, power);
    LK_TRY(lk_natural_multiply(arena, &digits, digits, power));
    LK_TRY(lk_natural_from_word(arena, &one, 1));
    return lk_rational_make(arena, number, digits, one);
}

lk_status lk_rational_parse(lk_arena *arena, lk_rational *number, const char *text, size_t length) {
    const char *slash = memchr(text, '/', length);
    if (!slash) return parse_decimal(arena, number, text, length);
    size_t before = (size_t)(slash - text);
    lk_rational numerator, denominator;
    LK_TRY(parse_decimal(arena, &numerator, text, before));
    LK_TRY(parse_decimal(arena, &denominator, slash + 1, length - before - 1));
    return lk_rational_divide(arena, number, numerator, denominator);
}

// ---- Arithmetic --------------------------------------------------------------------------------

// Both over the product of their denominators.
typedef struct pair {
    lk_natural a, b, denominator;
} pair;

static lk_status bring_together(lk_arena *arena, pair *p, lk_rational a, lk_rational b) {
    LK_TRY(lk_natural_multiply(arena, &p->a, a.numerator, b.denominator));
    LK_TRY(lk_natural_multiply(arena, &p->b, b.numerator, a.denominator));
    return lk_natural_multiply(arena, &p->denominator, a.denominator, b.denominator);
}

lk_status lk_rational_add(lk_arena *arena, lk_rational *sum, lk_rational a, lk_rational b) {
    pair p;
    lk_natural numerator;
    LK_TRY(bring_together(arena, &p, a, b));
    LK_TRY(lk_natural_add(arena, &numerator, p.a, p.b));
    return lk_rational_make(arena, sum, numerator, p.denominator);
}

lk_status lk_rational_difference(lk_arena *arena, lk_rational *difference, lk_rational a,
                                 lk_rational b) {
    pair p;
    lk_natural numerator;
    LK_TRY(bring_together(arena, &p, a, b));
    bool swap = lk_natural_compare(p.a, p.b) < 0;
    LK_TRY(lk_natural_subtract(arena, &numerator, swap ? p.b : p.a, swap ? p.a : p.b));
    return lk_rational_make(arena, difference, numerator, p.denominator);
}

lk_status lk_rational_multiply(lk_arena *arena, lk_rational *product, lk_rational a,
                               lk_rational b) {
    lk_natural numerator, denominator;
    LK_TRY(lk_natural_multiply(arena, &numerator, a.numerator, b.numerator));
    LK_TRY(lk_natural_multiply(arena, &denominator, a.denominator, b.denominator));
    return lk_rational_make(arena, product, numerator, denominator);
}

lk_status lk_rational_divide(lk_arena *arena, lk_rational *quotient, lk_rational a, lk_rational b) {
    return lk_rational_multiply(arena, quotient, a, (lk_rational){b.denominator, b.numerator});
}

lk_status lk_rational_compare(lk_arena *scratch, int *order, lk_rational a, lk_rational b) {
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    pair p = {0};
    lk_status status = bring_together(scratch, &p, a, b);
    if (status == LK_OK) *order = lk_natural_compare(p.a, p.b);
    lk_arena_rewind(scratch, mark);
    return status;
}

bool lk_rational_equal(lk_rational a, lk_rational b) {
    return lk_natural_compare(a.numerator, b.numerator) == 0 &&
           lk_natural_compare(a.denominator, b.denominator) == 0;
}

// ---- To text and double ------------------------------------------------------------------------

lk_status lk_rational_to_double(lk_arena *scratch, double *value, lk_rational a) {
    return lk_natural_ratio(scratch, value, a.numerator, a.denominator);
}

lk_status lk_rational_append(lk_arena *scratch, lk_buffer *text, lk_rational a) {
    LK_TRY(lk_natural_append(scratch, text, a.numerator));
    if (is_one(a.denominator)) return LK_OK;
    lk_buffer_append_byte(text, '/');
    return lk_natural_append(scratch, text, a.denominator);
}
