// Checking networks: what each table by itself tells.
#include "network/check.h"

#include <math.h>
#include <stdio.h>

// Numbers that differ by less are taken for the same: rows have been divided by their sums.
static const double same_within = 1e-12;
// Below this a number that is not 0 is more likely a slip than knowledge.
static const double very_small = 1e-12;
// Rows farther than this from 1 are read with --normalize alone.
static const double far_from_one = 0.01;

// ---- Parents that do not matter ----------------------------------------------------------------

// Whether the table is the same for all states of the parent: it is, when each block of `stride`
// cells is like the one before it, within each run of one block for each state.
static bool ignores_parent(const double *table, size_t count, uint32_t states, size_t stride) {
    for (size_t start = 0; start < count; start += states * stride)
        for (size_t i = start + stride; i < start + states * stride; i++)
            if (fabs(table[i] - table[i - stride]) > same_within) return false;
    return true;
}

static lk_status find_idle_parents(lk_check *c, uint32_t variable) {
    const lk_variable *child = &c->network->variables[variable];
    size_t stride = child->table_count;
    for (uint32_t i = 0; i < child->parent_count; i++) {
        const lk_variable *parent = &c->network->variables[child->parents[i]];
        stride /= parent->state_count;
        if (parent->state_count == 1 ||
            !ignores_parent(child->table, child->table_count, parent->state_count, stride))
            continue;
        LK_TRY(lk_check_add(c, LK_SEVERITY_WARNING, "irrelevant-parent", variable,
                            "the table of \"%s\" does not depend on its parent \"%s\"", child->name,
                            parent->name));
    }
    return LK_OK;
}

// ---- Rows --------------------------------------------------------------------------------------

static lk_status find_far_rows(lk_check *c, uint32_t variable) {
    const lk_variable *child = &c->network->variables[variable];
    if (!child->raw_table) return LK_OK;
    size_t far = 0;
    double worst = 1;
    for (size_t row = 0; row < child->table_count; row += child->state_count) {
        double sum = 0;
        for (uint32_t s = 0; s < child->state_count; s++) sum += child->raw_table[row + s];
        far += fabs(sum - 1) > far_from_one;
        if (fabs(sum - 1) > fabs(worst - 1)) worst = sum;
    }
    if (far == 0) return LK_OK;
    return lk_check_add(c, LK_SEVERITY_WARNING, "far-rows", variable,
                        "%zu %s of the table of \"%s\" %s far from the sum 1: one has %.6g", far,
                        far == 1 ? "row" : "rows", child->name, far == 1 ? "is" : "are", worst);
}

static bool is_deterministic(const lk_variable *child) {
    if (child->state_count == 1) return false;
    for (size_t i = 0; i < child->table_count; i++)
        if (child->table[i] != 0 && child->table[i] != 1) return false;
    return true;
}

// ---- All tables --------------------------------------------------------------------------------

typedef struct summary {
    uint32_t deterministic; // tables
    size_t small;           // numbers
    double smallest;
    uint32_t smallest_table;
} summary;

static void look_for_small(summary *sum, const lk_table *table, uint32_t index) {
    for (size_t i = 0; i < table->cells; i++) {
        double value = table->given[i];
        if (!(value > 0 && value < very_small)) continue;
        if (sum->small++ > 0 && value >= sum->smallest) continue;
        sum->smallest = value;
        sum->smallest_table = index;
    }
}

static lk_status tell_small(lk_check *c, const summary *sum) {
    if (sum->small == 0) return LK_OK;
    const lk_table *table = lk_network_table_at(c->network, sum->smallest_table);
    uint32_t owner = c->network->is_markov ? LK_NO_VARIABLE : table->owner;
    char place[LK_NAME_BYTES + 32];
    if (owner == LK_NO_VARIABLE)
        snprintf(place, sizeof place, "potential %u", sum->smallest_table + 1);
    else
        snprintf(place, sizeof place, "the table of \"%s\"", c->network->variables[owner].name);
    return lk_check_add(c, LK_SEVERITY_NOTE, "very-small", owner,
                        "%zu %s not 0 but below %g; the smallest, %.6g, is in %s", sum->small,
                        sum->small == 1 ? "number is" : "numbers are", very_small, sum->smallest,
                        place);
}

lk_status lk_check_tables(lk_check *c) {
    summary sum = {0};
    for (uint32_t t = 0; t < lk_network_table_count(c->network); t++)
        look_for_small(&sum, lk_network_table_at(c->network, t), t);
    for (uint32_t v = 0; !c->network->is_markov && v < c->network->count; v++) {
        if (!c->network->variables[v].table) continue;
        LK_TRY(find_far_rows(c, v));
        LK_TRY(find_idle_parents(c, v));
        sum.deterministic += is_deterministic(&c->network->variables[v]);
    }
    if (sum.deterministic > 0)
        LK_TRY(lk_check_add(c, LK_SEVERITY_NOTE, "deterministic", LK_NO_VARIABLE,
                            "%u %s of 0 and 1 alone", sum.deterministic,
                            sum.deterministic == 1 ? "table consists" : "tables consist"));
    return tell_small(c, &sum);
}
