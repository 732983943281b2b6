// Exact answers of Markov networks against the definition, a sum over all joint states in GMP's
// rationals, on random networks in the UAI format whose potentials are decimals and fractions.
#include "likelore/exact.h"

#include "test_context.h"

#include <gmp.h>
#include <math.h>

enum { MOST_VARIABLES = 7, MOST_STATES = 3, MOST_SCOPE = 3, MOST_POTENTIALS = 9, MOST_CELLS = 27 };

// A network as the test knows it: its text, and the rationals that the text stands for.
typedef struct model {
    uint32_t count, potential_count;
    uint32_t states[MOST_VARIABLES];
    uint32_t sizes[MOST_POTENTIALS], scopes[MOST_POTENTIALS][MOST_SCOPE];
    mpq_t cells[MOST_POTENTIALS][MOST_CELLS];
    lk_buffer text;
} model;

static lk_context *context;

// ---- Potentials --------------------------------------------------------------------------------

static uint32_t cells_of(const model *m, uint32_t potential) {
    uint32_t cells = 1;
    for (uint32_t i = 0; i < m->sizes[potential]; i++) cells *= m->states[m->scopes[potential][i]];
    return cells;
}

static void draw_scope(model *m, lk_random *random, uint32_t potential) {
    m->sizes[potential] = 0;
    uint64_t size = lk_random_below(random, MOST_SCOPE + 1);
    for (uint32_t v = 0; v < m->count && m->sizes[potential] < size; v++)
        if (lk_random_below(random, 2)) m->scopes[potential][m->sizes[potential]++] = v;
    lk_buffer_printf(&m->text, "%u", m->sizes[potential]);
    for (uint32_t i = 0; i < m->sizes[potential]; i++)
        lk_buffer_printf(&m->text, " %u", m->scopes[potential][i]);
    lk_buffer_append_byte(&m->text, '\n');
}

// 0, a whole number, a decimal of up to 18 digits, or a fraction.
static void write_number(model *m, lk_random *random, mpq_t value, bool may_be_0) {
    unsigned long long numerator = 1 + lk_random_below(random, 999999999999999999);
    unsigned long long denominator = 1;
    switch (lk_random_below(random, 4)) {
    case 0:
        numerator = may_be_0 ? lk_random_below(random, 3) : 2;
        lk_buffer_printf(&m->text, " %llu", numerator);
        break;
    case 1:
        denominator = 1 + lk_random_below(random, 999999999999);
        lk_buffer_printf(&m->text, " %llu/%llu", numerator, denominator);
        break;
    default:
        denominator = 1000000000000000;
        lk_buffer_printf(&m->text, " %llue-15", numerator);
    }
    mpq_set_ui(value, numerator, denominator);
    mpq_canonicalize(value);
}

static void write_model(model *m, lk_random *random) {
    lk_buffer_clear(&m->text);
    m->count = 1 + (uint32_t)lk_random_below(random, MOST_VARIABLES);
    m->potential_count = (uint32_t)lk_random_below(random, MOST_POTENTIALS + 1);
    lk_buffer_printf(&m->text, "MARKOV\n%u\n", m->count);
    for (uint32_t v = 0; v < m->count; v++) {
        m->states[v] = 1 + (uint32_t)lk_random_below(random, MOST_STATES);
        lk_buffer_printf(&m->text, " %u", m->states[v]);
    }
    lk_buffer_printf(&m->text, "\n%u\n", m->potential_count);
    for (uint32_t i = 0; i < m->potential_count; i++) draw_scope(m, random, i);
    for (uint32_t i = 0; i < m->potential_count; i++) {
        uint32_t cells = cells_of(m, i);
        lk_buffer_printf(&m->text, "%u\n", cells);
        for (uint32_t c = 0; c < cells; c++) write_number(m, random, m->cells[i][c], c > 0);
        lk_buffer_append_byte(&m->text, '\n');
    }
}

// ---- The definition ----------------------------------------------------------------------------

typedef struct definition {
    mpq_t sums[MOST_VARIABLES][MOST_STATES];
    mpq_t z, product;
} definition;

static void multiply_cells(definition *d, const model *m, const uint32_t *states) {
    mpq_set_ui(d->product, 1, 1);
    for (uint32_t i = 0; i < m->potential_count; i++) {
        uint32_t cell = 0;
        for (uint32_t k = 0; k < m->sizes[i]; k++)
            cell = cell * m->states[m->scopes[i][k]] + states[m->scopes[i][k]];
        mpq_mul(d->product, d->product, m->cells[i][cell]);
    }
}

static bool agrees(const uint32_t *states, const lk_finding *evidence, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (states[evidence[i].variable] != evidence[i].state) return false;
    return true;
}

static bool next_states(const model *m, uint32_t *states) {
    for (uint32_t v = 0; v < m->count; v++) {
        if (++states[v] < m->states[v]) return true;
        states[v] = 0;
    }
    return false;
}

static void compute_definition(definition *d, const model *m, const lk_finding *evidence,
                               size_t count) {
    uint32_t states[MOST_VARIABLES] = {0};
    for (uint32_t v = 0; v < MOST_VARIABLES; v++)
        for (uint32_t s = 0; s < MOST_STATES; s++) mpq_set_ui(d->sums[v][s], 0, 1);
    mpq_set_ui(d->z, 0, 1);
    do {
        if (!agrees(states, evidence, count)) continue;
        multiply_cells(d, m, states);
        mpq_add(d->z, d->z, d->product);
        for (uint32_t v = 0; v < m->count; v++)
            mpq_add(d->sums[v][states[v]], d->sums[v][states[v]], d->product);
    } while (next_states(m, states));
}

// ---- The comparison ----------------------------------------------------------------------------

static void expect_fraction(lk_fraction got, const mpq_t expected, const model *m) {
    mpz_t numerator, denominator;
    mpz_init_set_str(numerator, got.numerator, 10);
    mpz_init_set_str(denominator, got.denominator, 10);
    cr_assert(mpz_cmp(numerator, mpq_numref(expected)) == 0 &&
                  mpz_cmp(denominator, mpq_denref(expected)) == 0,
              "%s/%s in\n%s", got.numerator, got.denominator, lk_buffer_text(&m->text));
    mpz_clears(numerator, denominator, NULL);
}

static bool compare(const model *m, const lk_network *network, definition *d,
                    const lk_finding *evidence, size_t evidence_count) {
    lk_exact *exact = NULL;
    lk_status status =
        lk_exact_new(context, &exact, network, NULL, 0, evidence, evidence_count, NULL);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    compute_definition(d, m, evidence, evidence_count);
    bool possible = mpq_sgn(d->z) != 0;
    status = lk_exact_run(exact);
    cr_assert(status == (possible ? LK_OK : LK_ERROR_IMPOSSIBLE), "%s in\n%s",
              lk_status_name(status), lk_buffer_text(&m->text));
    if (possible) expect_fraction(lk_exact_p_evidence(exact), d->z, m);
    for (size_t i = 0; possible && i < lk_exact_target_count(exact); i++) {
        uint32_t target = lk_exact_target(exact, i);
        for (uint32_t s = 0; s < m->states[target]; s++) {
            mpq_div(d->product, d->sums[target][s], d->z);
            expect_fraction(lk_exact_posterior(exact, i, s), d->product, m);
        }
    }
    lk_exact_free(exact);
    return possible;
}

// As it was read, or a copy of that.
static lk_network *read_model(const model *m, bool copy) {
    lk_network *network, *other;
    lk_status status = lk_network_read(context, &network, m->text.data, m->text.length, NULL, NULL);
    cr_assert(status == LK_OK, "%s in\n%s", lk_context_error(context).message,
              lk_buffer_text(&m->text));
    if (!copy) return network;
    cr_assert(lk_network_copy(context, &other, network) == LK_OK);
    lk_network_free(network);
    return other;
}

static bool try_network(model *m, definition *d, lk_random *random) {
    lk_finding evidence[MOST_VARIABLES];
    size_t evidence_count = 0;
    write_model(m, random);
    lk_network *network = read_model(m, lk_random_below(random, 2));
    for (uint32_t v = 0; v < m->count; v++)
        if (lk_random_below(random, 4) == 0)
            evidence[evidence_count++] =
                (lk_finding){v, (uint32_t)lk_random_below(random, m->states[v])};
    bool possible = compare(m, network, d, evidence, evidence_count);
    lk_network_free(network);
    return possible;
}

Test(markov_exact, equals_enumeration_in_rationals_on_300_random_networks) {
    context = make_context();
    static model m;
    static definition d;
    m.text = lk_buffer_make(context);
    for (uint32_t i = 0; i < MOST_POTENTIALS; i++)
        for (uint32_t c = 0; c < MOST_CELLS; c++) mpq_init(m.cells[i][c]);
    for (uint32_t v = 0; v < MOST_VARIABLES; v++)
        for (uint32_t s = 0; s < MOST_STATES; s++) mpq_init(d.sums[v][s]);
    mpq_inits(d.z, d.product, NULL);
    int possible = 0;
    for (uint32_t i = 0; i < 300; i++) {
        lk_random random = lk_random_stream(31, LK_RANDOM_TEST, i, 0);
        possible += try_network(&m, &d, &random);
    }
    cr_assert(possible > 150 && possible < 300, "%d possible", possible);
    lk_buffer_free(&m.text);
    free_context(context);
}

// ---- Our own JSON ------------------------------------------------------------------------------

Test(markov_exact, texts_in_json_are_the_numbers_they_hold) {
    context = make_context();
    static const char json[] =
        "{\"version\":1,\"kind\":\"markov\",\"name\":\"m\",\"variables\":["
        "{\"name\":\"X\",\"states\":[\"a\",\"b\"]},{\"name\":\"Y\",\"states\":[\"c\",\"d\"]}],"
        "\"potentials\":[{\"scope\":[\"X\"],\"values\":[\"1/3\",0.1]},"
        "{\"scope\":[\"X\",\"Y\"],\"values\":[\"1/7\",\"0.12345678901234567890\",2,0]}]}";
    lk_network *network;
    cr_assert(lk_network_read(context, &network, json, sizeof json - 1, NULL, NULL) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_exact *exact;
    cr_assert(lk_exact_new(context, &exact, network, NULL, 0, &(lk_finding){1, 0}, 1, NULL) ==
              LK_OK);
    cr_assert(lk_exact_run(exact) == LK_OK);
    lk_fraction z = lk_exact_p_evidence(exact), p = lk_exact_posterior(exact, 0, 0);
    cr_assert(strcmp(z.numerator, "26") == 0 && strcmp(z.denominator, "105") == 0, "%s/%s",
              z.numerator, z.denominator); // 1/3 × 1/7 + 1/10 × 2
    cr_assert(strcmp(p.numerator, "5") == 0 && strcmp(p.denominator, "26") == 0);
    lk_exact_free(exact);
    cr_assert(lk_exact_new(context, &exact, network, NULL, 0, NULL, 0, NULL) == LK_OK);
    cr_assert(lk_exact_run(exact) == LK_OK);
    z = lk_exact_p_evidence(exact); // and 1/3 × 0.1234567890123456789
    mpq_t expected;
    mpq_init(expected);
    mpq_set_str(expected, "1234567890123456789/30000000000000000000", 10);
    mpq_t part;
    mpq_init(part);
    mpq_set_str(part, "26/105", 10);
    mpq_add(expected, expected, part);
    mpq_canonicalize(expected);
    mpq_set_str(part, "0", 10);
    mpz_set_str(mpq_numref(part), z.numerator, 10);
    mpz_set_str(mpq_denref(part), z.denominator, 10);
    cr_assert(mpq_equal(part, expected), "%s/%s", z.numerator, z.denominator);
    mpq_clears(expected, part, NULL);
    lk_exact_free(exact);
    lk_network_free(network);
    free_context(context);
}

Test(markov_exact, every_failed_allocation_is_a_clean_error) {
    context = make_context();
    static const char text[] =
        "MARKOV 2 2 2 2 1 0 2 0 1 2 1/3 2/3 4 1/7 0.12345678901234567890 2 0";
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 2000);
        lk_network *network = NULL, *copy = NULL;
        lk_exact *exact = NULL;
        lk_context_fail_allocation(context, k);
        lk_status status = lk_network_read(context, &network, text, sizeof text - 1, NULL, NULL);
        if (status == LK_OK) status = lk_network_copy(context, &copy, network);
        if (status == LK_OK) status = lk_exact_new(context, &exact, copy, NULL, 0, NULL, 0, NULL);
        if (status == LK_OK) status = lk_exact_run(exact);
        lk_context_fail_allocation(context, 0);
        lk_exact_free(exact);
        lk_network_free(copy);
        lk_network_free(network);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "allocation %llu: %s", (unsigned long long)k,
                  lk_context_error(context).message);
    }
    free_context(context);
}
