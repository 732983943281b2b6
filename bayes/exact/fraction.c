// Fractions as they are answered: digits, in lowest terms.
#include "exact/exact.h"

static lk_status keep_digits(lk_arena *arena, lk_arena *scratch, const char **digits,
                             lk_natural number) {
    lk_buffer text = lk_buffer_make(arena->context);
    lk_status status = lk_natural_append(scratch, &text, number);
    if (status == LK_OK) {
        *digits = lk_arena_copy_text(arena, lk_buffer_text(&text), text.length);
        if (!*digits) status = LK_ERROR_MEMORY;
    }
    lk_buffer_free(&text);
    return status;
}

static lk_status keep(lk_arena *arena, lk_arena *scratch, lk_fraction *fraction,
                      lk_natural numerator, lk_natural denominator) {
    lk_rational lowest;
    LK_TRY(lk_rational_make(scratch, &lowest, numerator, denominator));
    LK_TRY(keep_digits(arena, scratch, &fraction->numerator, lowest.numerator));
    LK_TRY(keep_digits(arena, scratch, &fraction->denominator, lowest.denominator));
    return lk_rational_to_double(scratch, &fraction->value, lowest);
}

lk_status lk_fraction_keep(lk_arena *arena, lk_arena *scratch, lk_fraction *fraction,
                           lk_natural numerator, lk_natural denominator) {
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    lk_status status = keep(arena, scratch, fraction, numerator, denominator);
    lk_arena_rewind(scratch, mark);
    return status;
}

lk_status lk_fractions_keep(lk_arena *arena, lk_arena *scratch, lk_fraction *fractions,
                            const lk_exact_factor *factor, size_t cells, lk_natural denominator) {
    for (size_t i = 0; i < cells; i++)
        LK_TRY(
            lk_fraction_keep(arena, scratch, &fractions[i], lk_exact_cell(factor, i), denominator));
    return LK_OK;
}

void lk_buffer_append_fraction(lk_buffer *out, lk_fraction fraction) {
    lk_buffer_append_text(out, fraction.numerator);
    if (strcmp(fraction.denominator, "1") == 0) return;
    lk_buffer_append_byte(out, '/');
    lk_buffer_append_text(out, fraction.denominator);
}
