// Contractions against their definition: every cell by its states, one at a time.
#include "inference/factor.h"
#include "inference/wide.h"

#include "test_context.h"

#include <math.h>

enum { VARIABLES = 5, INPUTS = 4, MOST_CELLS = 1024 };

typedef struct table {
    uint32_t scope[VARIABLES];
    uint32_t size;
    size_t cells;
    double values[MOST_CELLS];
} table;

typedef struct problem {
    size_t cardinalities[VARIABLES];
    table inputs[INPUTS];
    uint32_t input_count;
    table output;
    uint32_t join[VARIABLES];
    uint32_t join_size;
    bool maximize;
} problem;

static void set_cells(const problem *p, table *t) {
    t->cells = 1;
    for (uint32_t i = 0; i < t->size; i++) t->cells *= p->cardinalities[t->scope[i]];
}

// The index of the cell of `states` by the rule of factor.h.
static size_t index_of(const problem *p, const table *t, const size_t *states) {
    size_t index = 0;
    for (uint32_t i = 0; i < t->size; i++)
        index = index * p->cardinalities[t->scope[i]] + states[t->scope[i]];
    return index;
}

static bool has(const uint32_t *scope, uint32_t size, uint32_t variable) {
    for (uint32_t i = 0; i < size; i++)
        if (scope[i] == variable) return true;
    return false;
}

static void random_scope(lk_random *random, table *t, const uint32_t *from, uint32_t count) {
    t->size = 0;
    for (uint32_t i = 0; i < count; i++)
        if (lk_random_below(random, 2)) t->scope[t->size++] = from[i];
    for (uint32_t i = t->size; i > 1; i--) {
        uint32_t j = (uint32_t)lk_random_below(random, i), swap = t->scope[i - 1];
        t->scope[i - 1] = t->scope[j];
        t->scope[j] = swap;
    }
}

static void random_problem(problem *p, lk_random *random, int smallest_exponent) {
    static const uint32_t all[VARIABLES] = {0, 1, 2, 3, 4};
    for (int i = 0; i < VARIABLES; i++) p->cardinalities[i] = 1 + lk_random_below(random, 4);
    p->input_count = 1 + (uint32_t)lk_random_below(random, INPUTS);
    p->join_size = 0;
    for (uint32_t k = 0; k < p->input_count; k++) {
        random_scope(random, &p->inputs[k], all, VARIABLES);
        set_cells(p, &p->inputs[k]);
        for (uint32_t i = 0; i < p->inputs[k].size; i++)
            if (!has(p->join, p->join_size, p->inputs[k].scope[i]))
                p->join[p->join_size++] = p->inputs[k].scope[i];
        for (size_t i = 0; i < p->inputs[k].cells; i++) {
            double value = lk_random_below(random, 5) ? lk_random_uniform(random) : 0;
            int shift = (int)lk_random_below(random, (uint64_t)(1 - smallest_exponent));
            p->inputs[k].values[i] = ldexp(value, -shift);
        }
    }
    random_scope(random, &p->output, p->join, p->join_size);
    set_cells(p, &p->output);
    p->maximize = lk_random_below(random, 2);
}

static bool next_states(const problem *p, size_t *states) {
    for (uint32_t i = p->join_size; i-- > 0;) {
        uint32_t variable = p->join[i];
        if (++states[variable] < p->cardinalities[variable]) return true;
        states[variable] = 0;
    }
    return false;
}

// The definition, in numbers without bounds.
static void naive(const problem *p, lk_wide *output) {
    size_t states[VARIABLES] = {0};
    for (size_t i = 0; i < p->output.cells; i++) output[i] = (lk_wide){0, 0};
    do {
        lk_wide product = lk_wide_make(1, 0);
        for (uint32_t k = 0; k < p->input_count; k++) {
            double value = p->inputs[k].values[index_of(p, &p->inputs[k], states)];
            product = lk_wide_multiply(product, lk_wide_make(value, 0));
        }
        size_t at = index_of(p, &p->output, states);
        output[at] =
            p->maximize ? lk_wide_larger(output[at], product) : lk_wide_add(output[at], product);
    } while (next_states(p, states));
}

static void fill_strides(const problem *p, const table *t, size_t *strides) {
    for (uint32_t i = 0; i < p->join_size; i++) {
        strides[i] = 0;
        size_t stride = 1;
        for (uint32_t k = t->size; k-- > 0; stride *= p->cardinalities[t->scope[k]])
            if (t->scope[k] == p->join[i]) strides[i] = stride;
    }
}

static int32_t exponents[MOST_CELLS];
static bool exponents_given;

static int32_t *give_exponents(void *unused) {
    (void)unused;
    exponents_given = true;
    return exponents;
}

static void check(problem *p) {
    static lk_wide expected[MOST_CELLS];
    static double output[MOST_CELLS];
    naive(p, expected);
    size_t extents[VARIABLES], strides[VARIABLES * (INPUTS + 1)];
    lk_contraction c = {p->join_size, p->input_count, extents, strides, p->maximize};
    for (uint32_t i = 0; i < p->join_size; i++) extents[i] = p->cardinalities[p->join[i]];
    fill_strides(p, &p->output, strides);
    lk_factor factors[INPUTS];
    const lk_factor *inputs[INPUTS];
    const double *cursors[INPUTS];
    for (uint32_t k = 0; k < p->input_count; k++) {
        fill_strides(p, &p->inputs[k], strides + (k + 1) * p->join_size);
        factors[k] = (lk_factor){.values = p->inputs[k].values, .cells = p->inputs[k].cells};
        for (size_t i = 0; i < factors[k].cells; i++) {
            int exponent;
            frexp(factors[k].values[i], &exponent);
            if (factors[k].values[i] != 0 && exponent - 1 < factors[k].smallest_exponent)
                factors[k].smallest_exponent = exponent - 1;
        }
        inputs[k] = &factors[k];
    }
    lk_contraction_simplify(&c);
    lk_factor got = {.values = output, .cells = p->output.cells};
    cr_assert(lk_factor_join(&got, inputs, cursors, &c, give_exponents, NULL) == LK_OK);
    for (size_t i = 0; i < p->output.cells; i++) {
        lk_wide value =
            lk_wide_make(got.values[i], got.scale + (got.exponents ? got.exponents[i] : 0));
        if (expected[i].mantissa == 0) {
            cr_assert(value.mantissa == 0);
            continue;
        }
        cr_assert(fabs(lk_wide_ratio(value, expected[i]) - 1) < 1e-14, "cell %zu", i);
    }
}

Test(factor, a_contraction_equals_its_definition_for_any_scopes_and_orders) {
    static problem p;
    exponents_given = false;
    for (uint32_t i = 0; i < 3000; i++) {
        lk_random random = lk_random_stream(4, LK_RANDOM_TEST, i, 0);
        random_problem(&p, &random, -20);
        check(&p);
    }
    cr_assert(!exponents_given, "ordinary numbers need no exponents of their own");
}

Test(factor, products_far_below_the_range_of_doubles_are_exact) {
    static problem p;
    exponents_given = false;
    for (uint32_t i = 0; i < 3000; i++) {
        lk_random random = lk_random_stream(5, LK_RANDOM_TEST, i, 0);
        random_problem(&p, &random, -1000);
        check(&p);
    }
    cr_assert(exponents_given);
}

Test(factor, long_lines_are_worked_on_in_parts) {
    enum { LONG = 1000 };
    static double a[3 * LONG], b[LONG], out[LONG];
    for (size_t i = 0; i < 3 * LONG; i++) a[i] = (double)(i % 7);
    for (size_t i = 0; i < LONG; i++) b[i] = (double)(i % 5);
    size_t extents[] = {3, LONG}, strides[] = {0, 1, LONG, 1, 0, 1};
    const double *cursors[] = {a, b};
    lk_contraction c = {2, 2, extents, strides, false};
    lk_contract(out, LONG, cursors, &c);
    for (size_t i = 0; i < LONG; i++)
        cr_assert(out[i] == (a[i] + a[LONG + i] + a[2 * LONG + i]) * b[i]);
}
