#include "number.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// More significant digits than this cannot change the nearest double, except that what follows is
// not all zero: the longest decimal halfway between two doubles has 767 digits.
enum { MOST_DIGITS = 800 };

// A decimal taken apart: the number is 0.d1 d2 … × 10^exponent.
typedef struct decimal {
    char digits[MOST_DIGITS + 1]; // from the first that is not 0; one more stands for the rest
    size_t count;
    int64_t exponent;
    bool negative;
} decimal;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_any(char c, const char *characters) { return c != 0 && strchr(characters, c); }

static void add_digit(decimal *d, char digit, bool after_point) {
    bool leading_zero = d->count == 0 && digit == '0';
    if (leading_zero)
        d->exponent -= after_point;
    else
        d->exponent += !after_point;
    if (leading_zero) return;
    if (d->count < MOST_DIGITS)
        d->digits[d->count++] = digit;
    else if (digit != '0') {
        d->digits[MOST_DIGITS] = '1';
        d->count = MOST_DIGITS + 1;
    }
}

// Digits with at most one point among them; returns the first character behind, NULL without
// digits.
static const char *read_mantissa(decimal *d, const char *at, const char *end) {
    bool point = false, any = false;
    for (; at < end && (is_digit(*at) || (*at == '.' && !point)); at++) {
        if (*at == '.') {
            point = true;
            continue;
        }
        any = true;
        add_digit(d, *at, point);
    }
    return any ? at : NULL;
}

// The exponent behind e; NULL without digits. What is beyond ±10^12 is that, as no mantissa of a
// file makes up for it.
static const char *read_exponent(decimal *d, const char *at, const char *end) {
    const int64_t most = 1000000000000;
    bool negative = at < end && *at == '-';
    if (at < end && is_any(*at, "+-")) at++;
    if (at == end || !is_digit(*at)) return NULL;
    int64_t exponent = 0;
    for (; at < end && is_digit(*at); at++)
        if (exponent < most) exponent = 10 * exponent + (*at - '0');
    d->exponent += negative ? -exponent : exponent;
    return at;
}

static bool read_decimal(decimal *d, const char *text, const char *end) {
    d->count = 0;
    d->exponent = 0;
    d->negative = text < end && *text == '-';
    if (text < end && is_any(*text, "+-")) text++;
    text = read_mantissa(d, text, end);
    if (text && text < end && is_any(*text, "eE")) text = read_exponent(d, text + 1, end);
    while (d->count > 0 && d->digits[d->count - 1] == '0') d->count--;
    return text == end;
}

// Few digits and a small power of ten are doubles themselves, so that their product or quotient is
// rounded once (Clinger, "How to read floating point numbers accurately", 1990). False otherwise.
static bool read_short(double *value, const decimal *d) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const int64_t largest = sizeof powers / sizeof powers[0] - 1;
    int64_t exponent = d->exponent - (int64_t)d->count;
    if (d->count > DBL_DIG || exponent < -largest || exponent > largest) return false;
    int64_t digits = 0;
    for (size_t i = 0; i < d->count; i++) digits = 10 * digits + (d->digits[i] - '0');
    double whole = (double)(d->negative ? -digits : digits);
    *value = exponent < 0 ? whole / powers[-exponent] : whole * powers[exponent];
    return true;
}

// strtod rounds correctly, and without a point it reads the same in every locale.
static double read_long(const decimal *d) {
    int64_t exponent = d->exponent;
    if (exponent > 2000) exponent = 2000;
    if (exponent < -2000) exponent = -2000;
    char text[MOST_DIGITS + 32];
    snprintf(text, sizeof text, "%s%.*se%lld", d->negative ? "-" : "", (int)d->count, d->digits,
             (long long)exponent - (long long)d->count);
    return strtod(text, NULL);
}

// What is negative stays so, however small.
static double nearest_double(const decimal *d) {
    double value;
    if (d->count == 0) return 0;
    if (!read_short(&value, d)) value = read_long(d);
    return value == 0 && d->negative ? -DBL_TRUE_MIN : value;
}

// Every decimal of 15 digits survives a double that is neither subnormal nor infinite.
static bool is_plain(const decimal *d, double value) {
    if (d->count == 0) return true;
    return d->count <= DBL_DIG && fabs(value) >= DBL_MIN && fabs(value) <= DBL_MAX;
}

bool lk_number_read(lk_number *number, const char *text, size_t length) {
    decimal d;
    const char *end = text + length, *slash = memchr(text, '/', length);
    if (!read_decimal(&d, text, slash ? slash : end)) return false;
    double value = nearest_double(&d);
    *number = (lk_number){value, is_plain(&d, value)};
    if (!slash) return true;
    if (slash + 1 == end || is_any(slash[1], "+-") || !read_decimal(&d, slash + 1, end))
        return false;
    *number = (lk_number){value / nearest_double(&d), false};
    return d.count > 0 && isfinite(number->value) && isfinite(nearest_double(&d));
}
