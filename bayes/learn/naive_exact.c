#include "learn/naive_exact.h"

#include <stdio.h>

// ---- Terms ------------------------------------------------------------------------------------

static lk_status from_integer(lk_arena *arena, lk_rational *number, uint64_t value) {
    char text[24];
    int length = snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    return lk_rational_parse(arena, number, text, (size_t)length);
}

// The decimal that people wrote, rather than the double nearest to it.
static lk_status from_double(lk_arena *arena, lk_rational *number, double value) {
    lk_buffer text = lk_buffer_make(arena->context);
    lk_buffer_append_double(&text, value);
    lk_status status = lk_buffer_status(&text);
    if (status == LK_OK) status = lk_rational_parse(arena, number, text.data, text.length);
    lk_buffer_free(&text);
    return status;
}

static bool is_zero(lk_rational number) { return number.numerator.count == 0; }

lk_status lk_naive_term_fraction(lk_arena *arena, lk_rational *number, lk_naive_term term) {
    lk_rational alpha, count, total, outcomes, above, below, added;
    LK_TRY(from_double(arena, &alpha, term.alpha));
    LK_TRY(from_integer(arena, &count, term.count));
    LK_TRY(from_integer(arena, &total, term.total));
    LK_TRY(from_integer(arena, &outcomes, term.outcomes));
    LK_TRY(lk_rational_add(arena, &above, count, alpha));
    LK_TRY(lk_rational_multiply(arena, &added, alpha, outcomes));
    LK_TRY(lk_rational_add(arena, &below, total, added));
    if (!is_zero(below)) return lk_rational_divide(arena, number, above, below);
    LK_TRY(from_integer(arena, &above, 1));
    return lk_rational_divide(arena, number, above, outcomes);
}

// ---- Products ---------------------------------------------------------------------------------

// product × term^exponent. Each factor but 0 and 1 makes the number longer, so that a large
// exponent soon reaches the limit.
static lk_status multiply_power(lk_arena *arena, lk_rational *product, lk_naive_term term,
                                uint64_t exponent) {
    lk_rational factor;
    LK_TRY(lk_naive_term_fraction(arena, &factor, term));
    if (is_zero(factor)) {
        *product = factor;
        return LK_OK;
    }
    if (lk_natural_compare(factor.numerator, factor.denominator) == 0) return LK_OK;
    for (; exponent && !is_zero(*product); exponent--)
        LK_TRY(lk_rational_multiply(arena, product, *product, factor));
    return LK_OK;
}

static lk_status multiply_given(lk_arena *arena, lk_rational *product, const lk_naive_case *c,
                                uint32_t label) {
    for (size_t i = 0; i < c->given_count; i++) {
        lk_naive_given given = c->given[i];
        lk_naive_term term = lk_naive_likelihood(c->model, given.feature, given.value, label);
        LK_TRY(multiply_power(arena, product, term, given.count));
    }
    return LK_OK;
}

static lk_status multiply_absent(lk_arena *arena, lk_rational *product, const lk_naive_case *c,
                                 uint32_t label) {
    for (size_t f = 0; f < c->model->feature_count && !is_zero(*product); f++) {
        if (c->slots[f]) continue;
        lk_naive_term term = lk_naive_opposite(lk_naive_likelihood(c->model, f, 0, label));
        LK_TRY(multiply_power(arena, product, term, 1));
    }
    return LK_OK;
}

lk_status lk_naive_compute_fractions(lk_arena *arena, lk_naive_fractions *fractions,
                                     const lk_naive_case *c) {
    uint32_t classes = c->model->class_count;
    fractions->joint = lk_arena_alloc(arena, classes, sizeof *fractions->joint);
    LK_NEED(fractions->joint);
    fractions->posterior = lk_arena_alloc(arena, classes, sizeof *fractions->posterior);
    LK_NEED(fractions->posterior);
    lk_rational total;
    LK_TRY(from_integer(arena, &total, 0));
    for (uint32_t k = 0; k < classes; k++) {
        lk_rational *joint = &fractions->joint[k];
        LK_TRY(lk_naive_term_fraction(arena, joint, lk_naive_prior(c->model, k)));
        LK_TRY(multiply_given(arena, joint, c, k));
        if (c->absent) LK_TRY(multiply_absent(arena, joint, c, k));
        LK_TRY(lk_rational_add(arena, &total, total, *joint));
    }
    for (uint32_t k = 0; k < classes; k++)
        LK_TRY(lk_rational_divide(arena, &fractions->posterior[k], fractions->joint[k], total));
    return LK_OK;
}

// ---- Text -------------------------------------------------------------------------------------

static lk_status append_fractions(lk_buffer *out, lk_arena *arena, const lk_naive_case *c) {
    lk_naive_fractions fractions;
    LK_TRY(lk_naive_compute_fractions(arena, &fractions, c));
    for (uint32_t k = 0; k < c->model->class_count; k++) {
        lk_buffer_printf(out, "P(%s=%s) = ", c->model->class_column, c->model->classes[k]);
        LK_TRY(lk_rational_append(arena, out, fractions.posterior[k]));
        lk_buffer_printf(out, " = %.10g\n", c->posterior[k]);
    }
    return lk_buffer_status(out);
}

lk_status lk_naive_case_fractions_to_text(lk_buffer *out, const lk_naive_case *c) {
    lk_arena arena = lk_arena_make(c->context, 0);
    lk_status status = append_fractions(out, &arena, c);
    lk_arena_release(&arena);
    return status;
}
