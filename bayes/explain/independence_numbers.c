// The numeric answer: all of P(given, right side, left side) in one table, and in each of its
// slices for one z the largest difference between two of its rows.
#include "explain/independence.h"

enum { MOST_CELLS = 1 << 22 };

typedef struct comparison {
    lk_independence *answer;
    const double *joint; // over (given, right, left), last fastest
    size_t given_cells, right_cells, left_cells;
    double *rows; // P(y, z) of one slice
    double largest;
    size_t z, x, y, other; // where
} comparison;

static double cells_of(const lk_network *network, const uint32_t *variables, size_t count) {
    double cells = 1;
    for (size_t i = 0; i < count; i++) cells *= network->variables[variables[i]].state_count;
    return cells;
}

// Finds, for one z and x, the y with the largest and the one with the smallest P(x | y, z).
static void compare_column(comparison *c, const double *slice, size_t z, size_t x) {
    size_t low = SIZE_MAX, high = SIZE_MAX;
    double smallest = 0, largest = 0;
    for (size_t y = 0; y < c->right_cells; y++) {
        if (!(c->rows[y] > 0)) continue;
        double p = slice[y * c->left_cells + x] / c->rows[y];
        if (low == SIZE_MAX || p < smallest) smallest = p, low = y;
        if (high == SIZE_MAX || p > largest) largest = p, high = y;
    }
    if (low == SIZE_MAX || largest - smallest <= c->largest) return;
    c->largest = largest - smallest;
    c->z = z;
    c->x = x;
    c->y = high;
    c->other = low;
    c->answer->difference.probability[0] = largest;
    c->answer->difference.probability[1] = smallest;
}

static void compare_slice(comparison *c, size_t z) {
    const double *slice = c->joint + z * c->right_cells * c->left_cells;
    size_t possible = 0;
    for (size_t y = 0; y < c->right_cells; y++) {
        c->rows[y] = 0;
        for (size_t x = 0; x < c->left_cells; x++) c->rows[y] += slice[y * c->left_cells + x];
        possible += c->rows[y] > 0;
    }
    if (possible < 2) return;
    c->answer->difference.compared = true;
    for (size_t x = 0; x < c->left_cells; x++) compare_column(c, slice, z, x);
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

static lk_status compare(lk_independence *a, const double *joint) {
    comparison c = {
        .answer = a,
        .joint = joint,
        .given_cells = (size_t)cells_of(a->network, a->given, a->given_count),
        .right_cells = (size_t)cells_of(a->network, a->sides[1], a->counts[1]),
        .left_cells = (size_t)cells_of(a->network, a->sides[0], a->counts[0]),
        .largest = -1,
    };
    c.rows = lk_arena_alloc(&a->scratch, c.right_cells, sizeof *c.rows);
    LK_NEED(c.rows);
    for (size_t z = 0; z < c.given_cells; z++) compare_slice(&c, z);
    lk_difference *d = &a->difference;
    d->available = true;
    d->largest = d->compared ? c.largest : 0;
    d->equal = d->largest <= a->tolerance;
    LK_TRY(states_at(a, &d->states[0], a->sides[0], a->counts[0], c.x));
    LK_TRY(states_at(a, &d->states[1], a->sides[1], a->counts[1], c.y));
    LK_TRY(states_at(a, &d->other, a->sides[1], a->counts[1], c.other));
    return states_at(a, &d->given, a->given, a->given_count, c.z);
}

static lk_status compute(lk_independence *a, lk_query **query) {
    size_t count = 0, total = a->given_count + a->counts[0] + a->counts[1];
    uint32_t *targets = lk_arena_alloc(&a->scratch, total, sizeof *targets);
    LK_NEED(targets);
    for (size_t i = 0; i < a->given_count; i++) targets[count++] = a->given[i];
    for (size_t i = 0; i < a->counts[1]; i++) targets[count++] = a->sides[1][i];
    for (size_t i = 0; i < a->counts[0]; i++) targets[count++] = a->sides[0][i];
    lk_query_options options = {.joint = true, .engine = LK_ENGINE_ELIMINATION};
    LK_TRY(lk_query_new(a->context, query, a->network, targets, count, NULL, 0, &options));
    return lk_query_run(*query);
}

static lk_status give_reason(lk_independence *a, const char *reason) {
    a->difference.reason = lk_arena_copy_text(&a->arena, reason, strlen(reason));
    LK_NEED(a->difference.reason);
    return LK_OK;
}

static lk_status refuse_size(lk_independence *a, double cells) {
    lk_buffer text = lk_buffer_make(a->context);
    lk_buffer_printf(&text, "%.4g combinations of states are more than %d", cells, MOST_CELLS);
    lk_status status = lk_buffer_status(&text);
    if (status == LK_OK) status = give_reason(a, lk_buffer_text(&text));
    lk_buffer_free(&text);
    return status;
}

lk_status lk_find_difference(lk_independence *a) {
    double cells = cells_of(a->network, a->given, a->given_count) *
                   cells_of(a->network, a->sides[0], a->counts[0]) *
                   cells_of(a->network, a->sides[1], a->counts[1]);
    if (!lk_network_has_tables(a->network)) return give_reason(a, "the network has no numbers");
    if (cells > MOST_CELLS) return refuse_size(a, cells);
    lk_query *query = NULL;
    lk_status status = compute(a, &query);
    if (status == LK_OK) status = compare(a, lk_query_joint(query, NULL));
    lk_query_free(query);
    if (status != LK_ERROR_LIMIT) return status;
    return give_reason(a, lk_context_error(a->context).message);
}
