// Parameters from data: counts over totals for complete data, and expectation-maximization for
// records that leave variables open.
//
// S. L. Lauritzen, "The EM algorithm for graphical association models with missing data", 1995.
#include "learn/fit.h"

#include <math.h>

// ---- Tables -----------------------------------------------------------------------------------

// What is added to each cell of a variable's table.
static double added_to(const lk_fit *fit, uint32_t variable) {
    switch (fit->options.method) {
    case LK_FIT_LAPLACE:
        return fit->options.alpha;
    case LK_FIT_BDEU:
        return fit->options.ess / (double)fit->cells[variable];
    default:
        return 0;
    }
}

// Rows in proportion to counts + added; uniform where that is 0, which *unseen counts.
static void divide_rows(double *table, const double *counts, size_t cells, uint32_t states,
                        double added, uint64_t *unseen) {
    for (size_t row = 0; row < cells; row += states) {
        double total = 0;
        for (uint32_t s = 0; s < states; s++) total += counts[row + s] + added;
        *unseen += total == 0;
        for (uint32_t s = 0; s < states; s++)
            table[row + s] = total == 0 ? 1.0 / states : (counts[row + s] + added) / total;
    }
}

// The maximization: new tables from counts.
static lk_status set_tables(lk_fit *fit, double **counts) {
    fit->unseen_rows = 0;
    for (uint32_t v = 0; v < fit->network->count; v++) {
        divide_rows(fit->tables[v], counts[v], fit->cells[v],
                    fit->network->variables[v].state_count, added_to(fit, v), &fit->unseen_rows);
        LK_TRY(lk_network_set_table(fit->network, v, fit->tables[v], fit->cells[v], NULL));
    }
    return LK_OK;
}

// Σ added log θ, what the prior adds to the log likelihood up to a constant.
static double log_prior(const lk_fit *fit) {
    double sum = 0;
    for (uint32_t v = 0; v < fit->network->count; v++) {
        double added = added_to(fit, v), logs = 0;
        if (added == 0) continue;
        const double *table = fit->network->variables[v].table;
        for (size_t i = 0; i < fit->cells[v]; i++) logs += lk_log(table[i]);
        sum += added * logs;
    }
    return sum;
}

// ---- Counts -----------------------------------------------------------------------------------

bool lk_fit_find_cell(const lk_network *network, const uint32_t *states, uint32_t variable,
                      size_t *cell) {
    const lk_variable *child = &network->variables[variable];
    size_t index = 0;
    for (uint32_t i = 0; i <= child->parent_count; i++) {
        uint32_t member = child->parents[i]; // the variable itself is the last
        if (states[member] == LK_MISSING) return false;
        index = index * network->variables[member].state_count + states[member];
    }
    *cell = index;
    return true;
}

static void count_complete(lk_fit *fit) {
    for (size_t i = 0; i < fit->cases->count; i++)
        for (uint32_t v = 0; v < fit->network->count; v++) {
            size_t cell;
            if (lk_fit_find_cell(fit->network, lk_case_at(fit->cases, i), v, &cell))
                fit->counts[v][cell] += (double)fit->cases->weights[i];
        }
}

// Complete data have a log likelihood at once.
static double complete_log_likelihood(const lk_fit *fit) {
    double sum = 0;
    for (uint32_t v = 0; v < fit->network->count; v++) {
        const double *table = fit->network->variables[v].table;
        for (size_t i = 0; i < fit->cells[v]; i++)
            if (fit->counts[v][i] > 0) sum += fit->counts[v][i] * lk_log(table[i]);
    }
    return sum;
}

static lk_status check_complete(const lk_fit *fit) {
    const lk_cases *cases = fit->cases;
    for (size_t i = 0; i < cases->count; i++)
        for (uint32_t v = 0; v < cases->variables; v++) {
            if (lk_case_at(cases, i)[v] != LK_MISSING) continue;
            lk_location place = {cases->file, (int64_t)cases->lines[i], 0, -1};
            lk_fail_at(fit->context, LK_ERROR_DATA, place, "this record does not tell \"%s\"",
                       fit->network->variables[v].name);
            return lk_fail_with_remedy(fit->context, LK_REMEDY_LEARN_INCOMPLETE, LK_ERROR_DATA);
        }
    return LK_OK;
}

// ---- Making -----------------------------------------------------------------------------------

// Evidence that changed the network would be taken for a part of it: a likelihood for a variable
// that no record tells, an intervention for parents that are missing.
static lk_status check_no_evidence(const lk_network *structure) {
    for (uint32_t v = 0; v < structure->count; v++) {
        const lk_variable *variable = &structure->variables[v];
        if (variable->seen_of != LK_NO_VARIABLE || variable->is_set)
            return lk_fail(structure->context, LK_ERROR_USAGE,
                           "\"%s\" holds evidence, which a network to be fitted must be without",
                           variable->name);
    }
    return LK_OK;
}

static lk_status copy_structure(lk_fit *fit, const lk_network *structure) {
    LK_TRY(lk_network_need_bayes(structure, "be fitted"));
    LK_TRY(check_no_evidence(structure));
    LK_TRY(lk_network_new(fit->context, &fit->network, structure->name));
    for (uint32_t v = 0; v < structure->count; v++) {
        uint32_t index;
        const lk_variable *variable = &structure->variables[v];
        LK_TRY(lk_network_add_variable(fit->network, &index, variable->name, variable->states,
                                       variable->state_count));
    }
    for (uint32_t v = 0; v < structure->count; v++)
        LK_TRY(lk_network_set_parents(fit->network, v, structure->variables[v].parents,
                                      structure->variables[v].parent_count));
    return LK_OK;
}

static lk_status make_rooms(lk_fit *fit) {
    uint32_t n = fit->network->count;
    double ***rooms[] = {&fit->counts, &fit->expected, &fit->tables};
    fit->cells = lk_arena_alloc(&fit->arena, n, sizeof *fit->cells);
    LK_NEED(fit->cells);
    for (size_t r = 0; r < 3; r++) {
        *rooms[r] = lk_arena_alloc(&fit->arena, n, sizeof **rooms[r]);
        LK_NEED(*rooms[r]);
    }
    for (uint32_t v = 0; v < n; v++) {
        LK_TRY(lk_network_table_cells(fit->network, &fit->cells[v], v));
        for (size_t r = 0; r < 3; r++) {
            (*rooms[r])[v] = lk_arena_alloc_zero(&fit->arena, fit->cells[v], sizeof(double));
            LK_NEED((*rooms[r])[v]);
        }
    }
    return LK_OK;
}

// Where EM begins: the complete families' counts, and on every cell between 1/2 and 3/2 by chance,
// so that no probability is 0 and the states of a hidden variable differ.
static lk_status set_start(lk_fit *fit) {
    for (uint32_t v = 0; v < fit->network->count; v++) {
        lk_random random = lk_random_stream(fit->options.seed, LK_RANDOM_INIT, 0, v);
        for (size_t i = 0; i < fit->cells[v]; i++)
            fit->expected[v][i] = fit->counts[v][i] + 0.5 + lk_random_uniform(&random);
    }
    return set_tables(fit, fit->expected);
}

static lk_status check_options(const lk_fit *fit) {
    const lk_fit_options *o = &fit->options;
    if (o->method == LK_FIT_LAPLACE && !(o->alpha > 0 && o->alpha <= 1e9))
        return lk_fail(fit->context, LK_ERROR_USAGE, "alpha is above 0 and at most 1e9, not %g",
                       o->alpha);
    if (o->method == LK_FIT_BDEU && !(o->ess > 0 && o->ess <= 1e9))
        return lk_fail(fit->context, LK_ERROR_USAGE,
                       "the equivalent sample size is above 0 and at most 1e9, not %g", o->ess);
    if (!(o->tolerance > 0 && o->tolerance < 1))
        return lk_fail(fit->context, LK_ERROR_USAGE, "the tolerance is between 0 and 1, not %g",
                       o->tolerance);
    return LK_OK;
}

static void set_defaults(lk_fit_options *options) {
    if (options->alpha == 0) options->alpha = 1;
    if (options->ess == 0) options->ess = 1;
    if (options->tolerance == 0) options->tolerance = 1e-6;
    if (options->max_iterations == 0) options->max_iterations = 1000;
}

static lk_status begin(lk_fit *fit, const lk_network *structure) {
    set_defaults(&fit->options);
    LK_TRY(check_options(fit));
    LK_TRY(copy_structure(fit, structure));
    LK_TRY(make_rooms(fit));
    count_complete(fit);
    if (!fit->options.em) LK_TRY(check_complete(fit));
    LK_TRY(set_start(fit));
    LK_TRY(lk_network_finish(fit->network));
    return fit->options.em ? lk_fit_make_patterns(fit) : LK_OK;
}

lk_status lk_fit_new(lk_context *context, lk_fit **out, const lk_network *structure,
                     const lk_cases *cases, const lk_fit_options *options) {
    lk_fit *fit = lk_alloc_zero(context, 1, sizeof *fit);
    LK_NEED(fit);
    fit->context = context;
    fit->cases = cases;
    if (options) fit->options = *options;
    fit->arena = lk_arena_make(context, 0);
    fit->scratch = lk_arena_make(context, 0);
    lk_status status = begin(fit, structure);
    if (status != LK_OK) {
        lk_fit_free(fit);
        return status;
    }
    *out = fit;
    return LK_OK;
}

void lk_fit_free(lk_fit *fit) {
    if (!fit) return;
    lk_fit_free_patterns(fit);
    lk_network_free(fit->network);
    lk_arena_release(&fit->scratch);
    lk_arena_release(&fit->arena);
    lk_free(fit->context, fit);
}

// ---- Steps ------------------------------------------------------------------------------------

static lk_status fit_complete(lk_fit *fit, lk_fit_report *report) {
    LK_TRY(set_tables(fit, fit->counts));
    report->log_likelihood = complete_log_likelihood(fit);
    report->objective = report->log_likelihood + log_prior(fit);
    report->done = report->converged = true;
    return LK_OK;
}

static lk_status fit_expected(lk_fit *fit, lk_fit_report *report) {
    LK_TRY(lk_fit_expect(fit, &report->log_likelihood));
    report->objective = report->log_likelihood + log_prior(fit);
    report->gain = fit->iteration > 1 ? report->objective - fit->objective : INFINITY;
    report->converged = report->gain <= fit->options.tolerance * fabs(report->objective);
    report->done = report->converged || fit->iteration >= fit->options.max_iterations;
    fit->objective = report->objective;
    return report->done ? LK_OK : set_tables(fit, fit->expected);
}

static void note_unseen(const lk_fit *fit) {
    if (fit->unseen_rows)
        lk_note(fit->context,
                "no record has the parents' states of %llu %s of the tables, which %s uniform",
                (unsigned long long)fit->unseen_rows, fit->unseen_rows == 1 ? "row" : "rows",
                fit->unseen_rows == 1 ? "is" : "are");
}

lk_status lk_fit_next(lk_fit *fit, lk_fit_report *report) {
    if (fit->done) return lk_fail(fit->context, LK_ERROR_USAGE, "the fit is done");
    *report = (lk_fit_report){.iteration = ++fit->iteration};
    LK_TRY(fit->options.em ? fit_expected(fit, report) : fit_complete(fit, report));
    fit->done = report->done;
    if (fit->done) note_unseen(fit);
    return LK_OK;
}

const lk_network *lk_fit_network(const lk_fit *fit) { return fit->network; }
