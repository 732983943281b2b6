// Fitting on random networks and data: complete data against counting, one iteration of EM against
// the sum over all completions of each record, and the promise that the objective never falls.
#include "learn/fit.h"

#include "random_data.h"
#include "test_context.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_CELLS = 5 * 5 * 5 * 5 };

static lk_context *context;

static double added(const lk_network *network, uint32_t v, const lk_fit_options *options) {
    size_t cells;
    lk_network_table(network, v, &cells);
    if (options->method == LK_FIT_LAPLACE) return options->alpha;
    return options->method == LK_FIT_BDEU ? options->ess / (double)cells : 0;
}

static size_t cell_of(const lk_network *network, uint32_t v, const uint32_t *states) {
    size_t cell = 0;
    for (uint32_t i = 0; i < lk_network_parent_count(network, v); i++) {
        uint32_t parent = lk_network_parents(network, v)[i];
        cell = cell * lk_network_state_count(network, parent) + states[parent];
    }
    return cell * lk_network_state_count(network, v) + states[v];
}

static double joint(const lk_network *network, const uint32_t *states) {
    double p = 1;
    for (uint32_t v = 0; v < lk_network_variable_count(network); v++)
        p *= lk_network_table(network, v, NULL)[cell_of(network, v, states)];
    return p;
}

// Counts the open variables of a record up; false after the last completion.
static bool next_completion(const lk_network *network, const uint32_t *record, uint32_t *states) {
    for (uint32_t v = lk_network_variable_count(network); v-- > 0;) {
        if (record[v] != LK_MISSING) continue;
        if (++states[v] < lk_network_state_count(network, v)) return true;
        states[v] = 0;
    }
    return false;
}

typedef struct brute {
    double counts[RANDOM_MOST_VARIABLES][MOST_CELLS];
    double log_likelihood;
} brute;

static void expect_record(const lk_network *network, brute *b, const uint32_t *record,
                          double weight) {
    uint32_t n = lk_network_variable_count(network), states[RANDOM_MOST_VARIABLES];
    double total = 0;
    for (int counting = 0; counting < 2; counting++) {
        for (uint32_t v = 0; v < n; v++) states[v] = record[v] == LK_MISSING ? 0 : record[v];
        do {
            double p = joint(network, states);
            if (!counting) total += p;
            for (uint32_t v = 0; counting && v < n; v++)
                b->counts[v][cell_of(network, v, states)] += weight * p / total;
        } while (next_completion(network, record, states));
    }
    b->log_likelihood += weight * log(total);
}

static brute *expect_by_brute_force(const lk_network *network, const lk_cases *cases) {
    brute *b = calloc(1, sizeof *b);
    for (size_t i = 0; i < cases->count; i++)
        expect_record(network, b, lk_case_at(cases, i), (double)cases->weights[i]);
    return b;
}

static void check_tables(const lk_network *fitted, const brute *b, const lk_fit_options *options) {
    for (uint32_t v = 0; v < lk_network_variable_count(fitted); v++) {
        size_t cells;
        const double *table = lk_network_table(fitted, v, &cells);
        uint32_t states = lk_network_state_count(fitted, v);
        double more = added(fitted, v, options);
        for (size_t i = 0; i < cells; i++) {
            double total = 0;
            for (uint32_t s = 0; s < states; s++)
                total += b->counts[v][i / states * states + s] + more;
            double expected = total == 0 ? 1.0 / states : (b->counts[v][i] + more) / total;
            cr_assert(fabs(table[i] - expected) < 1e-12, "%.17g is not %.17g", table[i], expected);
        }
    }
}

static lk_fit_options random_options(lk_random *random, bool em) {
    return (lk_fit_options){.method = (lk_fit_method)lk_random_below(random, 3),
                            .alpha = 0.1 + lk_random_uniform(random),
                            .ess = 0.5 + 10 * lk_random_uniform(random),
                            .em = em,
                            .seed = lk_random_u32(random)};
}

static lk_fit *make_fit(const lk_network *network, const lk_cases *cases,
                        const lk_fit_options *options) {
    lk_fit *fit = NULL;
    lk_status status = lk_fit_new(context, &fit, network, cases, options);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return fit;
}

static void next(lk_fit *fit, lk_fit_report *report) {
    lk_status status = lk_fit_next(fit, report);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
}

typedef void check(const lk_network *network, const lk_cases *cases, lk_random *random);

static void on_random_data(uint32_t times, uint32_t variables, uint32_t open, check *work) {
    context = make_context();
    for (uint32_t i = 0; i < times; i++) {
        lk_random random = lk_random_stream(7, LK_RANDOM_TEST, i, open);
        lk_network *network =
            random_network(context, &random, 1 + (uint32_t)lk_random_below(&random, variables));
        lk_buffer text = lk_buffer_make(context);
        random_table_text(&text, network, &random, 1 + (int)lk_random_below(&random, 30), open);
        lk_cases *cases = read_cases(context, network, &text);
        work(network, cases, &random);
        lk_cases_free(cases);
        lk_buffer_free(&text);
        lk_network_free(network);
    }
    free_context(context);
}

// ---- Complete data ----------------------------------------------------------------------------

static void check_complete(const lk_network *network, const lk_cases *cases, lk_random *random) {
    lk_fit_options options = random_options(random, false);
    lk_fit *fit = make_fit(network, cases, &options);
    lk_fit_report report;
    next(fit, &report);
    cr_assert(report.done && report.converged && report.iteration == 1);
    brute *b = expect_by_brute_force(lk_fit_network(fit), cases);
    check_tables(lk_fit_network(fit), b, &options);
    cr_assert(fabs(report.log_likelihood - b->log_likelihood) < 1e-9);
    free(b);
    lk_fit_free(fit);
}

Test(fit_random, complete_data_give_counts_over_totals) {
    on_random_data(300, 6, 0, check_complete);
}

// ---- Expectation-maximization -----------------------------------------------------------------

static void check_iteration(const lk_network *network, const lk_cases *cases, lk_random *random) {
    lk_fit_options options = random_options(random, true);
    lk_fit *fit = make_fit(network, cases, &options);
    lk_fit_report report;
    for (int i = 0; i < 3; i++) {
        brute *b = expect_by_brute_force(lk_fit_network(fit), cases);
        next(fit, &report);
        cr_assert(fabs(report.log_likelihood - b->log_likelihood) < 1e-9);
        if (!report.done) check_tables(lk_fit_network(fit), b, &options);
        free(b);
        if (report.done) break;
    }
    lk_fit_free(fit);
}

Test(fit_random, an_iteration_of_em_is_the_sum_over_all_completions) {
    on_random_data(150, 5, 4, check_iteration);
}

static void check_expected(const lk_fit *fit, const brute *b) {
    for (uint32_t v = 0; v < fit->network->count; v++)
        for (size_t i = 0; i < fit->cells[v]; i++)
            cr_assert(fabs(fit->expected[v][i] - b->counts[v][i]) < 1e-12 * 30,
                      "%.17g is not %.17g", fit->expected[v][i], b->counts[v][i]);
}

// One state of each row is nearly certain: four tables of such numbers are beyond doubles.
static void set_tiny_tables(lk_network *network, lk_random *random) {
    for (uint32_t v = 0; v < network->count; v++) {
        double values[MOST_CELLS];
        size_t cells;
        lk_network_table(network, v, &cells);
        uint32_t states = lk_network_state_count(network, v);
        for (size_t i = 0; i < cells; i += states) {
            for (uint32_t s = 0; s < states; s++) values[i + s] = 1e-200;
            values[i + lk_random_below(random, states)] = 1;
        }
        cr_assert(lk_network_set_table(network, v, values, cells, NULL) == LK_OK);
    }
}

// Records that tell one variable: their probability is at least 1e-200.
static lk_cases *nearly_empty_cases(const lk_network *network, lk_random *random) {
    uint32_t n = lk_network_variable_count(network);
    lk_buffer text = lk_buffer_make(context);
    for (int r = -1; r < 10; r++) {
        uint32_t told = (uint32_t)lk_random_below(random, n);
        uint32_t state = (uint32_t)lk_random_below(random, lk_network_state_count(network, told));
        for (uint32_t v = 0; v < n; v++) {
            const char *field = lk_network_variable_name(network, v);
            if (r >= 0) field = v == told ? lk_network_state_name(network, v, state) : "?";
            lk_buffer_printf(&text, "%s%c", field, v + 1 < n ? ',' : '\n');
        }
    }
    lk_cases *cases = read_cases(context, network, &text);
    lk_buffer_free(&text);
    return cases;
}

Test(fit_random, an_expectation_is_right_where_doubles_do_not_suffice) {
    context = make_context();
    uint32_t wide = 0;
    for (uint32_t i = 0; i < 60; i++) {
        lk_random random = lk_random_stream(7, LK_RANDOM_TEST, i, 99);
        lk_network *network = random_network_of(context, &random, 6, 3);
        lk_cases *cases = nearly_empty_cases(network, &random);
        lk_fit_options options = {.em = true};
        lk_fit *fit = make_fit(network, cases, &options);
        set_tiny_tables(fit->network, &random);
        brute *b = expect_by_brute_force(fit->network, cases);
        double log_likelihood;
        cr_assert(lk_fit_expect(fit, &log_likelihood) == LK_OK);
        cr_assert(fabs(log_likelihood - b->log_likelihood) <= 1e-12 * fabs(b->log_likelihood));
        check_expected(fit, b);
        for (size_t p = 0; p < fit->pattern_count; p++) wide += fit->patterns[p].queries != NULL;
        free(b);
        lk_fit_free(fit);
        lk_cases_free(cases);
        lk_network_free(network);
    }
    cr_assert(wide > 50, "%u patterns beyond the range of doubles", wide);
    free_context(context);
}

static void check_monotone(const lk_network *network, const lk_cases *cases, lk_random *random) {
    lk_fit_options options = random_options(random, true);
    options.max_iterations = 200;
    lk_fit *fit = make_fit(network, cases, &options);
    lk_fit_report report = {0};
    for (double before = -INFINITY; !report.done; before = report.objective) {
        next(fit, &report);
        cr_assert(report.objective >= before - 1e-9, "%.17g < %.17g", report.objective, before);
    }
    cr_assert(report.converged || report.iteration == 200);
    // The tables left behind are those of the last report.
    brute *b = expect_by_brute_force(lk_fit_network(fit), cases);
    cr_assert(fabs(report.log_likelihood - b->log_likelihood) < 1e-9);
    free(b);
    lk_fit_free(fit);
}

Test(fit_random, the_objective_never_falls) { on_random_data(60, 5, 3, check_monotone); }
