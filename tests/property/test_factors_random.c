// Operations on random factors against their definition: for each joint state of all variables the
// product of the cells that agree with it, in GMP's rationals.
#include "likelore/factors.h"

#include "test_context.h"

#include <gmp.h>
#include <math.h>
#include <stdio.h>

enum { VARIABLES = 5, MOST_STATES = 3, INPUTS = 4, MOST_CELLS = 243, ROUNDS = 400 };

static lk_context *context;

// A factor in the test's own terms.
typedef struct factor {
    lk_factor_variable scope[VARIABLES];
    int variables[VARIABLES];
    int size;
    size_t cells;
    mpq_t values[MOST_CELLS];
    double doubles[MOST_CELLS];
    char texts[MOST_CELLS][64];
    const char *pointers[MOST_CELLS];
    lk_factor_data data;
} factor;

typedef struct problem {
    int states[VARIABLES];
    factor inputs[INPUTS];
    int count;
    bool chosen[VARIABLES]; // variables of the request
    const char *names[VARIABLES];
    int order[VARIABLES]; // of the chosen ones
    int chosen_count;
} problem;

static const char *const names[VARIABLES] = {"C", "A", "E", "B", "D"};
static const char *const state_names[MOST_STATES] = {"x", "y", "z"};
static problem p;
static mpq_t expected[MOST_CELLS], product;
static int winners[MOST_CELLS][VARIABLES];

static void setup(void) {
    context = make_context();
    mpq_init(product);
    for (int i = 0; i < MOST_CELLS; i++) {
        mpq_init(expected[i]);
        for (int k = 0; k < INPUTS; k++) mpq_init(p.inputs[k].values[i]);
    }
}

static void teardown(void) {
    mpq_clear(product);
    for (int i = 0; i < MOST_CELLS; i++) {
        mpq_clear(expected[i]);
        for (int k = 0; k < INPUTS; k++) mpq_clear(p.inputs[k].values[i]);
    }
    free_context(context);
}

TestSuite(factors_random, .init = setup, .fini = teardown);

// ---- Random factors ----------------------------------------------------------------------------

static void set_value(factor *f, size_t cell, lk_random *random) {
    unsigned long numerator = (unsigned long)lk_random_below(random, 1000);
    unsigned long denominator = 1 + (unsigned long)lk_random_below(random, 1000);
    if (lk_random_below(random, 6) == 0) numerator = 0;
    if (lk_random_below(random, 2)) {
        mpq_set_ui(f->values[cell], numerator, denominator);
        snprintf(f->texts[cell], sizeof f->texts[cell], "%lu/%lu", numerator, denominator);
    } else {
        mpq_set_ui(f->values[cell], numerator, 1000);
        snprintf(f->texts[cell], sizeof f->texts[cell], "%lue-3", numerator);
    }
    mpq_canonicalize(f->values[cell]);
    f->doubles[cell] = mpq_get_d(f->values[cell]);
    f->pointers[cell] = f->texts[cell];
}

static void make_factor(factor *f, lk_random *random, bool as_texts) {
    f->size = 0;
    f->cells = 1;
    int first = (int)lk_random_below(random, VARIABLES);
    int step = 1 + (int)lk_random_below(random, VARIABLES - 1);
    for (int i = 0; i < VARIABLES; i++) {
        int v = (first + i * step) % VARIABLES; // all of them, in some order
        if (lk_random_below(random, 2)) continue;
        f->variables[f->size] = v;
        f->scope[f->size++] = (lk_factor_variable){names[v], state_names, (uint32_t)p.states[v]};
        f->cells *= (size_t)p.states[v];
    }
    for (size_t i = 0; i < f->cells; i++) set_value(f, i, random);
    f->data = (lk_factor_data){.symbol = "g",
                               .scope = f->scope,
                               .size = (size_t)f->size,
                               .values = as_texts ? NULL : f->doubles,
                               .texts = as_texts ? f->pointers : NULL,
                               .count = f->cells};
}

static bool occurs(int variable) {
    for (int k = 0; k < p.count; k++)
        for (int i = 0; i < p.inputs[k].size; i++)
            if (p.inputs[k].variables[i] == variable) return true;
    return false;
}

static void choose(lk_random *random) {
    p.chosen_count = 0;
    for (int v = 0; v < VARIABLES; v++) {
        p.chosen[v] = occurs(v) && lk_random_below(random, 2);
        if (p.chosen[v]) p.order[p.chosen_count++] = v;
    }
    for (int i = p.chosen_count - 1; i > 0; i--) {
        int k = (int)lk_random_below(random, (uint64_t)i + 1), v = p.order[i];
        p.order[i] = p.order[k];
        p.order[k] = v;
    }
    for (int i = 0; i < p.chosen_count; i++) p.names[i] = names[p.order[i]];
}

static void make_problem(lk_random *random, int count, bool as_texts) {
    for (int v = 0; v < VARIABLES; v++) p.states[v] = 1 + (int)lk_random_below(random, MOST_STATES);
    p.count = count;
    for (int k = 0; k < count; k++) make_factor(&p.inputs[k], random, as_texts);
    choose(random);
}

// ---- The definition ----------------------------------------------------------------------------

static size_t cell_of(const int *variables, int size, const int *joint) {
    size_t cell = 0;
    for (int i = 0; i < size; i++)
        cell = cell * (size_t)p.states[variables[i]] + (size_t)joint[variables[i]];
    return cell;
}

static int variable_named(const char *name) {
    for (int v = 0; v < VARIABLES; v++)
        if (strcmp(names[v], name) == 0) return v;
    cr_assert_fail("no variable %s", name);
    return -1;
}

// The variables of a result, which the definition is then laid out by.
static int read_scope(const lk_factor_data *data, int *variables) {
    for (size_t i = 0; i < data->size; i++) {
        variables[i] = variable_named(data->scope[i].name);
        cr_assert(data->scope[i].state_count == (uint32_t)p.states[variables[i]]);
    }
    return (int)data->size;
}

// Joint states of the variables that occur; the chosen ones turn fastest, in their order.
static bool next_joint(int *joint) {
    for (int i = p.chosen_count - 1; i >= 0; i--) {
        if (++joint[p.order[i]] < p.states[p.order[i]]) return true;
        joint[p.order[i]] = 0;
    }
    for (int v = 0; v < VARIABLES; v++) {
        if (p.chosen[v] || !occurs(v)) continue;
        if (++joint[v] < p.states[v]) return true;
        joint[v] = 0;
    }
    return false;
}

static void define(const int *variables, int size, bool maximize) {
    int joint[VARIABLES] = {0};
    bool seen[MOST_CELLS] = {false};
    for (int i = 0; i < MOST_CELLS; i++) mpq_set_ui(expected[i], 0, 1);
    do {
        mpq_set_ui(product, 1, 1);
        for (int k = 0; k < p.count; k++) {
            const factor *f = &p.inputs[k];
            mpq_mul(product, product, f->values[cell_of(f->variables, f->size, joint)]);
        }
        size_t cell = cell_of(variables, size, joint);
        if (!maximize) {
            mpq_add(expected[cell], expected[cell], product);
        } else if (!seen[cell] || mpq_cmp(product, expected[cell]) > 0) {
            mpq_set(expected[cell], product);
            for (int v = 0; v < VARIABLES; v++) winners[cell][v] = joint[v];
        }
        seen[cell] = true;
    } while (next_joint(joint));
}

// ---- Comparing ---------------------------------------------------------------------------------

static void compare_cell(const lk_factor_data *data, size_t cell, const mpq_t value) {
    double nearest = mpq_get_d(value); // cut off, so one unit may be missing
    cr_assert(fabs(data->values[cell] - nearest) <= 1e-13 * nearest, "%.17g is not %.17g",
              data->values[cell], nearest);
    if (!data->texts) return;
    char *text = mpq_get_str(NULL, 10, value);
    cr_assert(strcmp(text, data->texts[cell]) == 0, "%s is not %s", data->texts[cell], text);
    void (*release)(void *, size_t);
    mp_get_memory_functions(NULL, NULL, &release);
    release(text, strlen(text) + 1);
}

static void compare(const lk_factor_data *data) {
    size_t cells = 1;
    for (size_t i = 0; i < data->size; i++) cells *= data->scope[i].state_count;
    cr_assert(data->count == cells);
    for (size_t i = 0; i < cells; i++) compare_cell(data, i, expected[i]);
}

static lk_factor_result *ask(lk_factor_request request) {
    lk_factor_data data[INPUTS];
    for (int k = 0; k < p.count; k++) data[k] = p.inputs[k].data;
    request.factors = data;
    request.factor_count = (size_t)p.count;
    lk_factor_result *result = NULL;
    lk_status status = lk_factor_combine(context, &result, &request);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return result;
}

static void check_alphabetical(const lk_factor_data *data) {
    for (size_t i = 1; i < data->size; i++)
        cr_assert(strcmp(data->scope[i - 1].name, data->scope[i].name) < 0);
}

static void check_winners(const lk_factor_result *result) {
    const uint32_t *largest = lk_factor_result_largest(result);
    for (size_t cell = 0; cell < lk_factor_result_factor(result)->count; cell++)
        for (int i = 0; i < p.chosen_count; i++)
            cr_assert((int)*largest++ == winners[cell][p.order[i]]);
}

static void check_join(lk_factor_operation operation, bool exact) {
    lk_factor_result *result = ask((lk_factor_request){
        .operation = operation,
        .variables = operation == LK_FACTOR_MULTIPLY ? NULL : p.names,
        .variable_count = operation == LK_FACTOR_MULTIPLY ? 0 : (size_t)p.chosen_count,
        .exact = exact});
    const lk_factor_data *data = lk_factor_result_factor(result);
    int variables[VARIABLES];
    int size = read_scope(data, variables);
    check_alphabetical(data);
    define(variables, size, operation == LK_FACTOR_MAX_OUT);
    compare(data);
    cr_assert((lk_factor_result_largest(result) != NULL) == (operation == LK_FACTOR_MAX_OUT));
    if (operation == LK_FACTOR_MAX_OUT && exact) check_winners(result);
    lk_factor_result_free(result);
}

Test(factors_random, products_are_what_they_are_defined_as) {
    for (uint32_t round = 0; round < ROUNDS; round++) {
        lk_random random = lk_random_stream(11, LK_RANDOM_TEST, round, 0);
        make_problem(&random, 2 + (int)lk_random_below(&random, INPUTS - 1), round % 2);
        check_join(LK_FACTOR_MULTIPLY, round % 4 == 1);
    }
}

Test(factors_random, sums_and_maxima_of_products_are_what_they_are_defined_as) {
    for (uint32_t round = 0; round < ROUNDS; round++) {
        lk_random random = lk_random_stream(12, LK_RANDOM_TEST, round, 0);
        make_problem(&random, 1 + (int)lk_random_below(&random, INPUTS), round % 2);
        if (p.chosen_count == 0) continue;
        check_join(LK_FACTOR_SUM_OUT, round % 4 == 1);
        check_join(LK_FACTOR_MAX_OUT, round % 4 == 1);
    }
}

// ---- One factor --------------------------------------------------------------------------------

static void check_restriction(lk_random *random, bool exact) {
    const factor *f = &p.inputs[0];
    lk_factor_finding evidence[VARIABLES];
    int joint[VARIABLES] = {0}, variables[VARIABLES];
    for (int i = 0; i < p.chosen_count; i++) {
        joint[p.order[i]] = (int)lk_random_below(random, (uint64_t)p.states[p.order[i]]);
        evidence[i] = (lk_factor_finding){p.names[i], state_names[joint[p.order[i]]]};
    }
    lk_factor_result *result = ask((lk_factor_request){.operation = LK_FACTOR_RESTRICT,
                                                       .evidence = evidence,
                                                       .evidence_count = (size_t)p.chosen_count,
                                                       .exact = exact});
    const lk_factor_data *data = lk_factor_result_factor(result);
    int size = read_scope(data, variables);
    cr_assert(size == f->size - p.chosen_count);
    cr_assert(data->observed_count == (size_t)p.chosen_count);
    for (size_t cell = 0; cell < data->count; cell++) {
        size_t left = cell;
        for (int i = size - 1; i >= 0; i--) {
            joint[variables[i]] = (int)(left % (size_t)p.states[variables[i]]);
            left /= (size_t)p.states[variables[i]];
        }
        compare_cell(data, cell, f->values[cell_of(f->variables, f->size, joint)]);
    }
    lk_factor_result_free(result);
}

Test(factors_random, restrictions_are_the_cells_that_agree_with_the_evidence) {
    for (uint32_t round = 0; round < ROUNDS; round++) {
        lk_random random = lk_random_stream(13, LK_RANDOM_TEST, round, 0);
        make_problem(&random, 1, round % 2);
        if (p.chosen_count > 0) check_restriction(&random, round % 4 == 1);
    }
}

// The sum of the cells that differ from this one in the chosen variables alone.
static void sum_beside(mpq_t sum, const factor *f, const int *joint) {
    mpq_set_ui(sum, 0, 1);
    for (size_t other = 0; other < f->cells; other++) {
        size_t left = other;
        bool same = true;
        for (int i = f->size - 1; i >= 0; i--) {
            int v = f->variables[i], state = (int)(left % (size_t)p.states[v]);
            left /= (size_t)p.states[v];
            if (!p.chosen[v] && state != joint[v]) same = false;
        }
        if (same) mpq_add(sum, sum, f->values[other]);
    }
}

static bool define_normalization(const factor *f) {
    for (size_t cell = 0; cell < f->cells; cell++) {
        int joint[VARIABLES] = {0};
        size_t left = cell;
        for (int i = f->size - 1; i >= 0; i--) {
            joint[f->variables[i]] = (int)(left % (size_t)p.states[f->variables[i]]);
            left /= (size_t)p.states[f->variables[i]];
        }
        sum_beside(product, f, joint);
        if (mpq_sgn(product) == 0) return false;
        mpq_div(expected[cell], f->values[cell], product);
    }
    return true;
}

static void check_normalization(bool exact) {
    const factor *f = &p.inputs[0];
    lk_factor_request request = {.operation = LK_FACTOR_NORMALIZE,
                                 .factors = &f->data,
                                 .factor_count = 1,
                                 .variables = p.names,
                                 .variable_count = (size_t)p.chosen_count,
                                 .exact = exact};
    for (int v = 0; p.chosen_count == 0 && v < VARIABLES; v++) p.chosen[v] = true;
    if (!define_normalization(f)) {
        lk_factor_result *result;
        expect_failure(context, lk_factor_combine(context, &result, &request), LK_ERROR_DATA,
                       "add up to 0");
        return;
    }
    lk_factor_result *result = ask(request);
    compare(lk_factor_result_factor(result));
    lk_factor_result_free(result);
}

Test(factors_random, normalisations_divide_by_the_sum_or_say_that_it_is_0) {
    for (uint32_t round = 0; round < ROUNDS; round++) {
        lk_random random = lk_random_stream(14, LK_RANDOM_TEST, round, 0);
        make_problem(&random, 1, round % 2);
        check_normalization(round % 4 == 1);
    }
}

// ---- Together ----------------------------------------------------------------------------------

// Multiplying and then summing out is summing out of the product, in fractions to the digit.
Test(factors_random, results_are_factors_again) {
    for (uint32_t round = 0; round < ROUNDS; round++) {
        lk_random random = lk_random_stream(15, LK_RANDOM_TEST, round, 0);
        make_problem(&random, 2, true);
        if (p.chosen_count == 0) continue;
        lk_factor_result *joined =
            ask((lk_factor_request){.operation = LK_FACTOR_MULTIPLY, .exact = true});
        lk_factor_request request = {.operation = LK_FACTOR_SUM_OUT,
                                     .factors = lk_factor_result_factor(joined),
                                     .factor_count = 1,
                                     .variables = p.names,
                                     .variable_count = (size_t)p.chosen_count,
                                     .exact = true};
        lk_factor_result *summed;
        cr_assert(lk_factor_combine(context, &summed, &request) == LK_OK);
        const lk_factor_data *data = lk_factor_result_factor(summed);
        int variables[VARIABLES];
        int size = read_scope(data, variables);
        define(variables, size, false);
        compare(data);
        lk_factor_result_free(summed);
        lk_factor_result_free(joined);
    }
}
