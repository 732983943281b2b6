// Traces in fractions on random networks: each factor against its definition in GMP's rationals,
// the answer against the exact query, and all of it against the trace in doubles.
#include "explain/explain.h"

#include "random_network.h"
#include "test_context.h"

#include <gmp.h>
#include <math.h>

enum { MOST_CELLS = 20000 };

static lk_context *context;

static void set_fraction(mpq_t value, lk_fraction fraction) {
    mpz_set_str(mpq_numref(value), fraction.numerator, 10);
    mpz_set_str(mpq_denref(value), fraction.denominator, 10);
}

// Whether the fraction is this number, and in lowest terms as this is.
static bool is(lk_fraction fraction, const mpq_t expected) {
    mpq_t value;
    mpq_init(value);
    set_fraction(value, fraction);
    bool same = mpz_cmp(mpq_numref(value), mpq_numref(expected)) == 0 &&
                mpz_cmp(mpq_denref(value), mpq_denref(expected)) == 0;
    mpq_clear(value);
    return same;
}

static bool is_near(double a, double b) { return fabs(a - b) <= 1e-12 * fmax(1, fabs(b)); }

// ---- Steps against their definition -------------------------------------------------------------

static size_t cell_of(const lk_network *network, const uint32_t *scope, uint32_t size,
                      const uint32_t *states) {
    size_t cell = 0;
    for (uint32_t i = 0; i < size; i++)
        cell = cell * lk_network_state_count(network, scope[i]) + states[scope[i]];
    return cell;
}

static bool next_states(const lk_network *network, const lk_plan_step *step, uint32_t *states) {
    for (uint32_t i = 0; i < step->join_size; i++) {
        uint32_t v = step->join[i];
        if (++states[v] < lk_network_state_count(network, v)) return true;
        states[v] = 0;
    }
    return false;
}

// Adds up the products of the inputs in `sums`, one a cell of the output.
static void add_products(const lk_trace *t, const lk_plan_step *step, mpq_t *sums) {
    uint32_t states[RANDOM_MOST_VARIABLES] = {0};
    const lk_plan_factor *shapes = t->plan.factors, *output = &shapes[step->output];
    mpq_t product, factor;
    mpq_inits(product, factor, NULL);
    do {
        mpq_set_ui(product, 1, 1);
        for (uint32_t i = 0; i < step->input_count; i++) {
            const lk_plan_factor *shape = &shapes[step->inputs[i]];
            size_t cell = cell_of(t->network, shape->scope, shape->size, states);
            set_fraction(factor, t->factors[step->inputs[i]].values.fractions[cell]);
            mpq_mul(product, product, factor);
        }
        size_t cell = cell_of(t->network, output->scope, output->size, states);
        mpq_add(sums[cell], sums[cell], product);
    } while (next_states(t->network, step, states));
    mpq_clears(product, factor, NULL);
}

static void expect_result(const lk_trace *t, mpq_t *products, size_t cells) {
    mpq_t sum, quotient;
    mpq_inits(sum, quotient, NULL);
    for (size_t i = 0; i < cells; i++) mpq_add(sum, sum, products[i]);
    cr_assert(is(*t->sum.fraction, sum));
    for (size_t i = 0; i < cells; i++) {
        mpq_div(quotient, products[i], sum);
        cr_assert(is(t->result.fractions[i], quotient));
    }
    mpq_clears(sum, quotient, NULL);
}

static void expect_steps(const lk_trace *t) {
    static mpq_t sums[MOST_CELLS];
    for (uint32_t s = 0; s < t->plan.step_count; s++) {
        const lk_plan_step *step = &t->plan.steps[s];
        size_t cells = (size_t)t->plan.factors[step->output].cells;
        cr_assert(cells <= MOST_CELLS);
        for (size_t i = 0; i < cells; i++) mpq_init(sums[i]);
        add_products(t, step, sums);
        if (s + 1 == t->plan.step_count)
            expect_result(t, sums, cells);
        else
            for (size_t i = 0; i < cells; i++)
                cr_assert(is(t->factors[step->output].values.fractions[i], sums[i]));
        for (size_t i = 0; i < cells; i++) mpq_clear(sums[i]);
    }
}

// ---- Both kinds of numbers ----------------------------------------------------------------------

static void expect_near(lk_trace_values exact, lk_trace_values doubles, double cells) {
    cr_assert(doubles.fractions == NULL);
    for (size_t i = 0; i < (size_t)cells; i++) {
        cr_assert(exact.doubles[i] == exact.fractions[i].value);
        cr_assert(is_near(exact.doubles[i], doubles.doubles[i]), "%.17g is not near %.17g",
                  exact.doubles[i], doubles.doubles[i]);
    }
}

static void expect_same_trace(const lk_trace *exact, const lk_trace *doubles) {
    uint32_t last = exact->plan.factor_count - 1;
    cr_assert(doubles->plan.factor_count == last + 1);
    for (uint32_t f = 0; f < last; f++) {
        cr_assert(strcmp(exact->factors[f].name, doubles->factors[f].name) == 0);
        expect_near(exact->factors[f].values, doubles->factors[f].values,
                    exact->plan.factors[f].cells);
    }
    expect_near(exact->result, doubles->result, exact->plan.factors[last].cells);
    cr_assert(is_near(exact->sum.value, doubles->sum.value));
    cr_assert(is_near(exact->sum.log10, doubles->sum.log10));
}

static void expect_query(const lk_trace *t, const lk_network *network, const uint32_t *target,
                         const lk_finding *evidence, size_t evidence_count) {
    lk_exact *answer;
    cr_assert(lk_exact_new(context, &answer, network, target, 1, evidence, evidence_count, NULL) ==
              LK_OK);
    cr_assert(lk_exact_run(answer) == LK_OK);
    for (uint32_t s = 0; s < lk_network_state_count(network, *target); s++) {
        lk_fraction expected = lk_exact_posterior(answer, 0, s);
        cr_assert(strcmp(t->result.fractions[s].numerator, expected.numerator) == 0);
        cr_assert(strcmp(t->result.fractions[s].denominator, expected.denominator) == 0);
    }
    lk_exact_free(answer);
}

static bool try_question(lk_network *network, lk_random *random, uint32_t count) {
    lk_finding evidence[RANDOM_MOST_VARIABLES];
    size_t evidence_count = 0;
    uint32_t target = (uint32_t)lk_random_below(random, count);
    for (uint32_t v = 0; v < count; v++)
        if (v != target && lk_random_below(random, 4) == 0)
            evidence[evidence_count++] = (lk_finding){
                v, (uint32_t)lk_random_below(random, lk_network_state_count(network, v))};
    lk_query_options options = {.no_prune = lk_random_below(random, 2)};
    lk_trace *exact = NULL, *doubles = NULL;
    lk_status status = lk_trace_new_exact(context, &exact, network, &target, 1, evidence,
                                          evidence_count, &options);
    cr_assert(lk_trace_new(context, &doubles, network, &target, 1, evidence, evidence_count,
                           &options) == status);
    bool possible = status == LK_OK;
    cr_assert(possible || status == LK_ERROR_IMPOSSIBLE, "%s", lk_context_error(context).message);
    if (possible) {
        expect_steps(exact);
        expect_same_trace(exact, doubles);
        expect_query(exact, network, &target, evidence, evidence_count);
    }
    lk_trace_free(exact);
    lk_trace_free(doubles);
    return possible;
}

Test(trace_exact, every_factor_is_its_definition_and_rounds_to_the_trace_in_doubles) {
    context = make_context();
    int possible = 0;
    for (uint32_t i = 0; i < 150; i++) {
        lk_random random = lk_random_stream(23, LK_RANDOM_TEST, i, 0);
        uint32_t count = 2 + (uint32_t)lk_random_below(&random, 6);
        lk_network *network = random_network_of(context, &random, count, 4);
        possible += try_question(network, &random, count);
        lk_network_free(network);
    }
    cr_assert(possible > 80 && possible < 150, "%d possible", possible);
    free_context(context);
}
