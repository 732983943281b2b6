// The numeric answer: all of P(given, right side, left side) in one table, and in each of its
// slices for one z the largest difference between two of its rows.
#include "explain/independence.h"

#include <stdio.h>

// ---- In doubles --------------------------------------------------------------------------------

typedef struct doubles {
    lk_comparison *c;
    const double *joint;
    double *rows; // P(y, z) of one slice
    double largest;
} doubles;

// Finds, for one z and x, the y with the largest and the one with the smallest P(x | y, z).
static void compare_column(doubles *d, const double *slice, size_t z, size_t x) {
    size_t low = SIZE_MAX, high = SIZE_MAX;
    double smallest = 0, largest = 0;
    lk_comparison *c = d->c;
    for (size_t y = 0; y < c->right_cells; y++) {
        if (!(d->rows[y] > 0)) continue;
        double p = slice[y * c->left_cells + x] / d->rows[y];
        if (low == SIZE_MAX || p < smallest) smallest = p, low = y;
        if (high == SIZE_MAX || p > largest) largest = p, high = y;
    }
    if (low == SIZE_MAX || largest - smallest <= d->largest) return;
    d->largest = largest - smallest;
    c->z = z;
    c->x = x;
    c->y = high;
    c->other = low;
    c->answer->difference.probability[0] = largest;
    c->answer->difference.probability[1] = smallest;
}

static void compare_slice(doubles *d, size_t z) {
    lk_comparison *c = d->c;
    const double *slice = d->joint + z * c->right_cells * c->left_cells;
    size_t possible = 0;
    for (size_t y = 0; y < c->right_cells; y++) {
        d->rows[y] = 0;
        for (size_t x = 0; x < c->left_cells; x++) d->rows[y] += slice[y * c->left_cells + x];
        possible += d->rows[y] > 0;
    }
    if (possible < 2) return;
    c->answer->difference.compared = true;
    for (size_t x = 0; x < c->left_cells; x++) compare_column(d, slice, z, x);
}

static lk_status compare_table(lk_comparison *c, const double *joint) {
    doubles d = {.c = c, .joint = joint, .largest = -1};
    lk_independence *a = c->answer;
    d.rows = lk_arena_alloc(&a->scratch, c->right_cells, sizeof *d.rows);
    LK_NEED(d.rows);
    for (size_t z = 0; z < c->given_cells; z++) compare_slice(&d, z);
    a->difference.largest = a->difference.compared ? d.largest : 0;
    a->difference.equal = a->difference.largest <= a->tolerance;
    return LK_OK;
}

static lk_status check_work(const lk_independence *a, const lk_query *query) {
    double operations = lk_query_plan(query).operations;
    if (a->most_operations == 0 || operations <= a->most_operations) return LK_OK;
    return lk_fail(a->context, LK_ERROR_LIMIT,
                   "comparing the numbers takes %.3g operations, and %.3g are the limit here",
                   operations, a->most_operations);
}

lk_status lk_compare_doubles(lk_comparison *c) {
    lk_query *query = NULL;
    lk_independence *a = c->answer;
    lk_query_options options = {.joint = true, .engine = LK_ENGINE_ELIMINATION};
    lk_status status = lk_query_new(a->context, &query, a->network, c->targets, c->target_count,
                                    NULL, 0, &options);
    if (status == LK_OK) status = check_work(a, query);
    if (status == LK_OK) status = lk_query_run(query);
    if (status == LK_OK) status = compare_table(c, lk_query_joint(query, NULL));
    lk_query_free(query);
    return status;
}

// ---- Whatever the numbers ----------------------------------------------------------------------

static double cells_of(const lk_network *network, const uint32_t *variables, size_t count) {
    double cells = 1;
    for (size_t i = 0; i < count; i++) cells *= network->variables[variables[i]].state_count;
    return cells;
}

// The states of the variables at a cell of their table.
static lk_status states_at(lk_independence *a, uint32_t **states, const uint32_t *variables,
                           size_t count, size_t cell) {
    *states = lk_arena_alloc(&a->arena, count, sizeof **states);
    LK_NEED(*states);
    for (size_t i = count; i-- > 0;) {
        uint32_t cardinality = a->network->variables[variables[i]].state_count;
        (*states)[i] = (uint32_t)(cell % cardinality);
        cell /= cardinality;
    }
    return LK_OK;
}

static lk_status take_place(lk_independence *a, const lk_comparison *c) {
    lk_difference *d = &a->difference;
    d->available = true;
    LK_TRY(states_at(a, &d->states[0], a->sides[0], a->counts[0], c->x));
    LK_TRY(states_at(a, &d->states[1], a->sides[1], a->counts[1], c->y));
    LK_TRY(states_at(a, &d->other, a->sides[1], a->counts[1], c->other));
    return states_at(a, &d->given, a->given, a->given_count, c->z);
}

static lk_status compare_all(lk_independence *a, lk_comparer compare) {
    size_t count = 0, total = a->given_count + a->counts[0] + a->counts[1];
    uint32_t *targets = lk_arena_alloc(&a->scratch, total, sizeof *targets);
    LK_NEED(targets);
    for (size_t i = 0; i < a->given_count; i++) targets[count++] = a->given[i];
    for (size_t i = 0; i < a->counts[1]; i++) targets[count++] = a->sides[1][i];
    for (size_t i = 0; i < a->counts[0]; i++) targets[count++] = a->sides[0][i];
    lk_comparison c = {
        .answer = a,
        .targets = targets,
        .target_count = count,
        .given_cells = (size_t)cells_of(a->network, a->given, a->given_count),
        .right_cells = (size_t)cells_of(a->network, a->sides[1], a->counts[1]),
        .left_cells = (size_t)cells_of(a->network, a->sides[0], a->counts[0]),
    };
    LK_TRY(compare(&c));
    return take_place(a, &c);
}

static lk_status keep_error(lk_independence *a, lk_status status) {
    lk_difference *d = &a->difference;
    const char *message = lk_context_error(a->context).message;
    d->why_not = LK_HAS_ERROR;
    d->status = status;
    d->message = lk_arena_copy_text(&a->arena, message, strlen(message));
    LK_NEED(d->message);
    return LK_OK;
}

static lk_status refuse_size(lk_difference *d, double cells) {
    d->why_not = LK_TOO_MANY_STATES;
    snprintf(d->cells, sizeof d->cells, "%.4g", cells);
    return LK_OK;
}

lk_status lk_find_difference(lk_independence *a, lk_comparer compare) {
    double cells = cells_of(a->network, a->given, a->given_count) *
                   cells_of(a->network, a->sides[0], a->counts[0]) *
                   cells_of(a->network, a->sides[1], a->counts[1]);
    a->difference.why_not = LK_NO_NUMBERS;
    if (!a->network->is_markov && !lk_network_has_tables(a->network)) return LK_OK;
    if (cells > LK_MOST_COMPARED) return refuse_size(&a->difference, cells);
    lk_status status = compare_all(a, compare);
    if (status != LK_ERROR_LIMIT && status != LK_ERROR_IMPOSSIBLE) return status;
    return keep_error(a, status);
}
