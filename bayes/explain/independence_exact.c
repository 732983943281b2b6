// The numeric answer in fractions: conditional probabilities compared as naturals, crosswise, so
// that equal means equal.
#include "exact/exact.h"
#include "explain/independence.h"

// numerator / denominator, which is not 0; in no particular terms.
typedef struct ratio {
    lk_natural numerator, denominator;
} ratio;

typedef struct fractions {
    lk_comparison *c;
    const lk_exact_factor *joint; // the table
    lk_arena *scratch;            // of one slice
    lk_natural *rows;             // P(y, z) of one slice
    lk_arena kept[2];             // the largest difference is in one of them
    int current;
    ratio largest;
} fractions;

static lk_natural cell_at(const fractions *f, size_t z, size_t y, size_t x) {
    const lk_comparison *c = f->c;
    return lk_exact_cell(f->joint, (z * c->right_cells + y) * c->left_cells + x);
}

static lk_status sum_row(fractions *f, lk_natural *sum, size_t z, size_t y) {
    *sum = (lk_natural){NULL, 0};
    for (size_t x = 0; x < f->c->left_cells; x++)
        LK_TRY(lk_natural_add(f->scratch, sum, *sum, cell_at(f, z, y, x)));
    return LK_OK;
}

static lk_status order_of(lk_arena *scratch, int *order, ratio a, ratio b) {
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    lk_natural left, right;
    lk_status status = lk_natural_multiply(scratch, &left, a.numerator, b.denominator);
    if (status == LK_OK) status = lk_natural_multiply(scratch, &right, b.numerator, a.denominator);
    if (status == LK_OK) *order = lk_natural_compare(left, right);
    lk_arena_rewind(scratch, mark);
    return status;
}

// a - b, which is not negative.
static lk_status subtract(lk_arena *arena, ratio *difference, ratio a, ratio b) {
    lk_natural left, right;
    LK_TRY(lk_natural_multiply(arena, &left, a.numerator, b.denominator));
    LK_TRY(lk_natural_multiply(arena, &right, b.numerator, a.denominator));
    LK_TRY(lk_natural_subtract(arena, &difference->numerator, left, right));
    return lk_natural_multiply(arena, &difference->denominator, a.denominator, b.denominator);
}

// Keeps the difference and where it is if it is the first, or larger than all before.
static lk_status keep_larger(fractions *f, ratio difference, size_t z, size_t x, size_t high,
                             size_t low) {
    lk_comparison *c = f->c;
    int order = 1;
    if (f->largest.denominator.count > 0)
        LK_TRY(order_of(f->scratch, &order, difference, f->largest));
    if (order <= 0) return LK_OK;
    f->current = !f->current;
    lk_arena *arena = &f->kept[f->current];
    lk_arena_reset(arena);
    LK_TRY(lk_natural_copy(arena, &f->largest.numerator, difference.numerator));
    LK_TRY(lk_natural_copy(arena, &f->largest.denominator, difference.denominator));
    c->z = z, c->x = x, c->y = high, c->other = low;
    return LK_OK;
}

// For one z and x: the largest and the smallest P(x | y, z), of different y even if they are equal.
static lk_status compare_column(fractions *f, size_t z, size_t x) {
    size_t low = SIZE_MAX, high = SIZE_MAX;
    ratio smallest = {0}, largest = {0}, difference;
    for (size_t y = 0; y < f->c->right_cells; y++) {
        ratio p = {cell_at(f, z, y, x), f->rows[y]};
        if (p.denominator.count == 0) continue;
        int below = -1, above = 1;
        if (low != SIZE_MAX) LK_TRY(order_of(f->scratch, &below, p, smallest));
        if (high != SIZE_MAX) LK_TRY(order_of(f->scratch, &above, p, largest));
        if (below < 0) smallest = p, low = y;
        if (above >= 0) largest = p, high = y;
    }
    LK_TRY(subtract(f->scratch, &difference, largest, smallest));
    return keep_larger(f, difference, z, x, high, low);
}

static lk_status compare_slice(fractions *f, size_t z) {
    size_t possible = 0;
    for (size_t y = 0; y < f->c->right_cells; y++) {
        LK_TRY(sum_row(f, &f->rows[y], z, y));
        possible += f->rows[y].count > 0;
    }
    if (possible < 2) return LK_OK;
    f->c->answer->difference.compared = true;
    for (size_t x = 0; x < f->c->left_cells; x++) {
        lk_arena_mark mark = lk_arena_get_mark(f->scratch);
        LK_TRY(compare_column(f, z, x));
        lk_arena_rewind(f->scratch, mark);
    }
    return LK_OK;
}

// ---- Answers -----------------------------------------------------------------------------------

static lk_status keep_probability(fractions *f, int index, size_t y) {
    const lk_comparison *c = f->c;
    lk_difference *d = &c->answer->difference;
    lk_natural row;
    LK_TRY(sum_row(f, &row, c->z, y));
    LK_TRY(lk_fraction_keep(&c->answer->arena, f->scratch, &d->fractions[index],
                            cell_at(f, c->z, y, c->x), row));
    d->probability[index] = d->fractions[index].value;
    return LK_OK;
}

static lk_status keep_answer(fractions *f) {
    lk_difference *d = &f->c->answer->difference;
    d->exact = true;
    d->equal = f->largest.numerator.count == 0;
    if (!d->compared) {
        d->largest_fraction = (lk_fraction){"0", "1", 0};
        return LK_OK;
    }
    LK_TRY(lk_fraction_keep(&f->c->answer->arena, f->scratch, &d->largest_fraction,
                            f->largest.numerator, f->largest.denominator));
    d->largest = d->largest_fraction.value;
    LK_TRY(keep_probability(f, 0, f->c->y));
    return keep_probability(f, 1, f->c->other);
}

// ---- The whole ---------------------------------------------------------------------------------

// Each cell is multiplied crosswise with two, each difference with another.
static lk_status check_work(const fractions *f) {
    const lk_comparison *c = f->c;
    double words = (double)f->joint->width * LK_LIMB_BITS / 64 + 1;
    double columns = (double)c->given_cells * (double)c->left_cells;
    double work = columns * ((double)c->right_cells * 4 + 8) * words * words;
    return lk_exact_check_work(c->answer->context, work, (double)f->joint->bits * 0.30103);
}

static lk_status compare_table(fractions *f) {
    f->rows = lk_arena_alloc(&f->c->answer->scratch, f->c->right_cells, sizeof *f->rows);
    LK_NEED(f->rows);
    LK_TRY(check_work(f));
    for (size_t z = 0; z < f->c->given_cells; z++) {
        LK_TRY(compare_slice(f, z));
        lk_arena_reset(f->scratch);
    }
    return keep_answer(f);
}

static lk_status compare_fractions(lk_comparison *c) {
    lk_exact *exact = NULL;
    lk_context *context = c->answer->context;
    lk_arena scratch = lk_arena_make(context, 0);
    fractions f = {.c = c,
                   .scratch = &scratch,
                   .kept = {lk_arena_make(context, 0), lk_arena_make(context, 0)}};
    lk_query_options options = {.joint = true};
    lk_status status = lk_exact_new(context, &exact, c->answer->network, c->targets,
                                    c->target_count, NULL, 0, &options);
    if (status == LK_OK) status = lk_exact_run_part(exact, 0, &f.joint);
    if (status == LK_OK) status = compare_table(&f);
    lk_exact_free(exact);
    for (int i = 0; i < 2; i++) lk_arena_release(&f.kept[i]);
    lk_arena_release(&scratch);
    return status;
}

lk_status lk_independence_new_exact(lk_context *context, lk_independence **out,
                                    const lk_network *network, const uint32_t *left,
                                    size_t left_count, const uint32_t *right, size_t right_count,
                                    const uint32_t *given, size_t given_count,
                                    const lk_independence_options *options) {
    return lk_independence_make(context, out, network, left, left_count, right, right_count, given,
                                given_count, options, compare_fractions);
}
