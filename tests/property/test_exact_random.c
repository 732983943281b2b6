// Exact answers against the definition, a sum over all joint states in GMP's rationals, on random
// networks whose tables are written as decimals and fractions; and doubles against both.
#include "likelore/exact.h"

#include "bif_text.h"

#include <gmp.h>
#include <math.h>

enum { MOST_VARIABLES = 8, MOST_STATES = 4, MOST_PARENTS = 3, MOST_CELLS = 256 };

// A network as the test knows it: its text, and the rationals that the text stands for.
typedef struct model {
    uint32_t count;
    uint32_t states[MOST_VARIABLES];
    uint32_t parent_count[MOST_VARIABLES];
    uint32_t parents[MOST_VARIABLES][MOST_PARENTS]; // of lower index
    mpq_t cells[MOST_VARIABLES][MOST_CELLS];
    lk_buffer text;
} model;

static lk_context *context;

// ---- Tables ------------------------------------------------------------------------------------

static void append_number(model *m, mpq_t value, uint64_t numerator, uint64_t denominator,
                          bool decimal) {
    mpq_set_ui(value, numerator, denominator);
    mpq_canonicalize(value);
    if (!decimal) {
        lk_buffer_printf(&m->text, " %llu/%llu", (unsigned long long)numerator,
                         (unsigned long long)denominator);
        return;
    }
    int digits = 0;
    for (uint64_t power = denominator; power > 1; power /= 10) digits++;
    lk_buffer_printf(&m->text, " %llue-%d", (unsigned long long)numerator, digits);
}

static void divide_by_sum(mpq_t *row, uint32_t states) {
    mpq_t sum;
    mpq_init(sum);
    for (uint32_t s = 0; s < states; s++) mpq_add(sum, sum, row[s]);
    for (uint32_t s = 0; s < states; s++) mpq_div(row[s], row[s], sum);
    mpq_clear(sum);
}

// Decimals of up to 18 digits or fractions, some of them 0; the sum is 1, or off by rounding.
static void write_row(model *m, lk_random *random, mpq_t *row, uint32_t states) {
    bool decimal = lk_random_below(random, 2);
    uint64_t whole = 1;
    if (decimal)
        for (uint64_t d = 1 + lk_random_below(random, 18); d > 0; d--) whole *= 10;
    else
        whole = 1 + lk_random_below(random, lk_random_below(random, 2) ? 20 : 1000000000000);
    bool is_off = whole > 1000 && lk_random_below(random, 3) == 0;
    uint64_t left = is_off ? whole - 1 - lk_random_below(random, whole / 1000) : whole;
    for (uint32_t s = 0; s < states; s++) {
        uint64_t part = s + 1 == states ? left : lk_random_below(random, left + 1);
        if (s + 1 < states && lk_random_below(random, 5) == 0) part = 0;
        append_number(m, row[s], part, whole, decimal);
        left -= part;
    }
    lk_buffer_append_byte(&m->text, ';');
    divide_by_sum(row, states);
}

static void write_block(model *m, lk_random *random, uint32_t v) {
    lk_buffer_printf(&m->text, "probability ( v%u", v);
    size_t rows = 1;
    for (uint32_t i = 0; i < m->parent_count[v]; i++) {
        lk_buffer_printf(&m->text, "%s v%u", i ? "," : " |", m->parents[v][i]);
        rows *= m->states[m->parents[v][i]];
    }
    lk_buffer_append_text(&m->text, " ) {\n");
    for (size_t row = 0; row < rows; row++) {
        size_t stride = rows;
        lk_buffer_append_byte(&m->text, '(');
        for (uint32_t i = 0; i < m->parent_count[v]; i++) {
            uint32_t states = m->states[m->parents[v][i]];
            stride /= states;
            lk_buffer_printf(&m->text, " s%zu", row / stride % states);
        }
        lk_buffer_append_byte(&m->text, ')');
        write_row(m, random, m->cells[v] + row * m->states[v], m->states[v]);
    }
    lk_buffer_append_text(&m->text, "}\n");
}

static void write_model(model *m, lk_random *random) {
    lk_buffer_clear(&m->text);
    m->count = 1 + (uint32_t)lk_random_below(random, MOST_VARIABLES);
    for (uint32_t v = 0; v < m->count; v++) {
        m->states[v] = 2 + (uint32_t)lk_random_below(random, MOST_STATES - 1);
        lk_buffer_printf(&m->text, "variable v%u { type discrete [ %u ] {", v, m->states[v]);
        for (uint32_t s = 0; s < m->states[v]; s++) lk_buffer_printf(&m->text, " s%u", s);
        lk_buffer_append_text(&m->text, " }; }\n");
        m->parent_count[v] = 0;
        for (uint32_t p = 0; p < v && m->parent_count[v] < MOST_PARENTS; p++)
            if (lk_random_below(random, v) < 2) m->parents[v][m->parent_count[v]++] = p;
    }
    for (uint32_t v = 0; v < m->count; v++) write_block(m, random, v);
}

// ---- The definition ----------------------------------------------------------------------------

typedef struct definition {
    const model *model;
    const bool *observed;
    uint32_t states[MOST_VARIABLES];
    mpq_t sums[MOST_VARIABLES][MOST_STATES];
    mpq_t total;
    mpq_t product[MOST_VARIABLES + 1];
} definition;

static size_t cell_of(const definition *d, uint32_t v) {
    const model *m = d->model;
    size_t cell = 0;
    for (uint32_t i = 0; i < m->parent_count[v]; i++)
        cell = cell * m->states[m->parents[v][i]] + d->states[m->parents[v][i]];
    return cell * m->states[v] + d->states[v];
}

// Adds up all joint states that have the first v variables as they are.
static void add_states(definition *d, uint32_t v) {
    const model *m = d->model;
    if (v == m->count) {
        mpq_add(d->total, d->total, d->product[v]);
        for (uint32_t i = 0; i < m->count; i++)
            mpq_add(d->sums[i][d->states[i]], d->sums[i][d->states[i]], d->product[v]);
        return;
    }
    uint32_t first = d->observed[v] ? d->states[v] : 0;
    uint32_t end = d->observed[v] ? d->states[v] + 1 : m->states[v];
    for (d->states[v] = first; d->states[v] < end; d->states[v]++) {
        mpq_mul(d->product[v + 1], d->product[v], m->cells[v][cell_of(d, v)]);
        if (mpq_sgn(d->product[v + 1]) != 0) add_states(d, v + 1);
    }
    if (d->observed[v]) d->states[v] = first;
}

static void compute_definition(definition *d) {
    for (uint32_t v = 0; v < MOST_VARIABLES; v++)
        for (uint32_t s = 0; s < MOST_STATES; s++) mpq_set_ui(d->sums[v][s], 0, 1);
    mpq_set_ui(d->total, 0, 1);
    mpq_set_ui(d->product[0], 1, 1);
    add_states(d, 0);
}

// ---- The comparison ----------------------------------------------------------------------------

static void expect_fraction(lk_fraction got, const mpq_t expected, const model *m) {
    mpq_t value;
    mpq_init(value);
    mpz_set_str(mpq_numref(value), got.numerator, 10);
    mpz_set_str(mpq_denref(value), got.denominator, 10);
    // Not brought to lowest terms here: the answer is to be in them.
    cr_assert(mpz_cmp(mpq_numref(value), mpq_numref(expected)) == 0 &&
                  mpz_cmp(mpq_denref(value), mpq_denref(expected)) == 0,
              "%s/%s in\n%s", got.numerator, got.denominator, lk_buffer_text(&m->text));
    double near = mpq_get_d(expected); // truncated
    cr_assert(got.value == near || got.value == nextafter(near, INFINITY));
    mpq_clear(value);
}

// The doubles of the same question.
static void expect_doubles(const lk_network *network, const lk_exact *exact,
                           const lk_finding *evidence, size_t evidence_count, bool possible) {
    uint32_t variables[MOST_VARIABLES];
    lk_query *query;
    for (size_t i = 0; i < evidence_count; i++) variables[i] = evidence[i].variable;
    cr_assert(lk_query_new(context, &query, network, NULL, 0, variables, evidence_count, NULL) ==
              LK_OK);
    for (size_t i = 0; i < evidence_count; i++)
        cr_assert(lk_query_set_evidence(query, i, evidence[i].state) == LK_OK);
    cr_assert(lk_query_run(query) == (possible ? LK_OK : LK_ERROR_IMPOSSIBLE));
    for (size_t i = 0; possible && i < lk_query_target_count(query); i++) {
        uint32_t target = lk_query_target(query, i);
        for (uint32_t s = 0; s < lk_network_state_count(network, target); s++)
            cr_assert(fabs(lk_query_posterior(query, i)[s] -
                           lk_exact_posterior(exact, i, s).value) <= 1e-12);
    }
    if (possible)
        cr_assert(fabs(lk_query_p_evidence(query) / lk_exact_p_evidence(exact).value - 1) <= 1e-12);
    lk_query_free(query);
}

static bool compare(const model *m, const lk_network *network, definition *d,
                    const lk_finding *evidence, size_t evidence_count) {
    lk_exact *exact = NULL;
    lk_status status =
        lk_exact_new(context, &exact, network, NULL, 0, evidence, evidence_count, NULL);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    compute_definition(d);
    bool possible = mpq_sgn(d->total) != 0;
    status = lk_exact_run(exact);
    cr_assert(status == (possible ? LK_OK : LK_ERROR_IMPOSSIBLE), "%s in\n%s",
              lk_status_name(status), lk_buffer_text(&m->text));
    if (possible) expect_fraction(lk_exact_p_evidence(exact), d->total, m);
    for (size_t i = 0; possible && i < lk_exact_target_count(exact); i++) {
        uint32_t target = lk_exact_target(exact, i);
        for (uint32_t s = 0; s < m->states[target]; s++) {
            mpq_div(d->sums[target][s], d->sums[target][s], d->total);
            expect_fraction(lk_exact_posterior(exact, i, s), d->sums[target][s], m);
        }
    }
    expect_doubles(network, exact, evidence, evidence_count, possible);
    lk_exact_free(exact);
    return possible;
}

static bool try_network(model *m, definition *d, lk_random *random) {
    bool observed[MOST_VARIABLES] = {false};
    lk_finding evidence[MOST_VARIABLES];
    size_t evidence_count = 0;
    write_model(m, random);
    lk_network *network = parse_bif(context, lk_buffer_text(&m->text));
    d->model = m;
    d->observed = observed;
    for (uint32_t v = 0; v < m->count; v++) {
        observed[v] = lk_random_below(random, 3) == 0;
        if (!observed[v]) continue;
        d->states[v] = (uint32_t)lk_random_below(random, m->states[v]);
        evidence[evidence_count++] = (lk_finding){v, d->states[v]};
    }
    bool possible = compare(m, network, d, evidence, evidence_count);
    lk_network_free(network);
    return possible;
}

Test(exact, equals_enumeration_in_rationals_on_500_random_networks) {
    context = make_context();
    static model m;
    static definition d;
    m.text = lk_buffer_make(context);
    for (uint32_t v = 0; v < MOST_VARIABLES; v++) {
        for (uint32_t i = 0; i < MOST_CELLS; i++) mpq_init(m.cells[v][i]);
        for (uint32_t s = 0; s < MOST_STATES; s++) mpq_init(d.sums[v][s]);
        mpq_init(d.product[v]);
    }
    mpq_init(d.product[MOST_VARIABLES]);
    mpq_init(d.total);
    int possible = 0;
    for (uint32_t i = 0; i < 500; i++) {
        lk_random random = lk_random_stream(11, LK_RANDOM_TEST, i, 0);
        possible += try_network(&m, &d, &random);
    }
    cr_assert(possible > 200 && possible < 500, "%d possible", possible);
    lk_buffer_free(&m.text);
    free_context(context);
}
