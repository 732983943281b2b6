// Comparing orders in words: which does the least work, and where two given ones differ.
#include "explain/orders.h"

#include <stdio.h>

static const char *number_word(char room[24], double count) {
    static const char *const words[] = {"no",  "one",   "two",   "three", "four", "five",
                                        "six", "seven", "eight", "nine",  "ten"};
    if (count < 11) return words[(int)count];
    snprintf(room, 24, "%.0f", count);
    return room;
}

static const char *plural(double count) { return count == 1 ? "" : "s"; }

// ---- Counting ----------------------------------------------------------------------------------

static uint32_t count_generated(const lk_order_entry *e, double cells) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < lk_trace_eliminations(e->trace); i++)
        count += e->trace->plan.factors[e->trace->plan.steps[i].output].cells == cells;
    return count;
}

static uint32_t count_joins(const lk_order_entry *e, double cells) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < lk_trace_eliminations(e->trace); i++)
        count += e->trace->plan.steps[i].join_cells == cells;
    return count;
}

static uint32_t largest_size(const lk_order_entry *e) {
    uint32_t factor = e->summary.largest_generated;
    return factor == LK_NO_VARIABLE ? 0 : e->trace->plan.factors[factor].size;
}

// ---- Two orders --------------------------------------------------------------------------------

static void append_work(lk_buffer *text, const lk_order_entry *e) {
    lk_buffer_printf(text, "%.0f multiplication%s and %.0f addition%s", e->summary.multiplications,
                     plural(e->summary.multiplications), e->summary.additions,
                     plural(e->summary.additions));
}

static void append_size(lk_buffer *text, const lk_order_entry *e) {
    uint32_t size = largest_size(e);
    double cells = lk_order_largest_generated(e);
    lk_buffer_printf(text, "%u variable%s, %.0f value%s", size, plural(size), cells, plural(cells));
}

// "The largest generated factor is the same (2 variables, 4 values)"
static void append_largest(lk_buffer *text, const lk_order_entry *less, const lk_order_entry *more,
                           bool is_same) {
    if (is_same) {
        lk_buffer_append_text(text, "The largest generated factor is the same (");
        append_size(text, less);
        lk_buffer_append_byte(text, ')');
        return;
    }
    bool larger = lk_order_largest_generated(more) > lk_order_largest_generated(less);
    lk_buffer_printf(text, "The largest generated factor of %s is %s (", more->name,
                     larger ? "larger" : "smaller");
    append_size(text, more);
    lk_buffer_append_text(text, " against ");
    append_size(text, less);
    lk_buffer_append_byte(text, ')');
}

// ", but E,A,H makes two of them and one more join of 8 rows"
static void append_counts(lk_buffer *text, const lk_order_entry *less, const lk_order_entry *more,
                          bool is_same) {
    char room[24];
    double cells = lk_order_largest_generated(more), rows = lk_order_largest_join(more);
    if (lk_order_largest_join(less) > rows) rows = lk_order_largest_join(less);
    uint32_t generated = count_generated(more, cells);
    uint32_t joins = count_joins(more, rows), fewer = count_joins(less, rows);
    bool more_factors = is_same && generated > count_generated(less, cells);
    bool more_joins = joins > fewer;
    if (more_factors || more_joins)
        lk_buffer_printf(text, ", %s %s makes ", is_same ? "but" : "and", more->name);
    if (more_factors) lk_buffer_printf(text, "%s of them", number_word(room, generated));
    if (more_factors && more_joins) lk_buffer_append_text(text, " and ");
    if (more_joins)
        lk_buffer_printf(text, "%s more join%s of %.0f rows", number_word(room, joins - fewer),
                         plural(joins - fewer), rows);
}

static void compare(lk_buffer *text, const lk_order_entry *a, const lk_order_entry *b) {
    const lk_order_entry *less = lk_order_work(a) <= lk_order_work(b) ? a : b;
    const lk_order_entry *more = less == a ? b : a;
    bool same_work = lk_order_work(a) == lk_order_work(b);
    bool is_same = lk_order_largest_generated(a) == lk_order_largest_generated(b) &&
                   largest_size(a) == largest_size(b);
    lk_buffer_printf(text, "%s and %s: ", a->name, b->name);
    append_largest(text, less, more, is_same);
    if (same_work) {
        lk_buffer_append_text(text, is_same ? ", and they do the same work, "
                                            : ", but they do the same work, ");
        append_work(text, a);
    } else {
        append_counts(text, less, more, is_same);
        lk_buffer_printf(text, ", so %s does more work: ", more->name);
        append_work(text, more);
        lk_buffer_append_text(text, " against ");
        append_work(text, less);
    }
    lk_buffer_append_text(text, ".");
    lk_buffer_append_byte(text, 0);
}

// ---- All orders --------------------------------------------------------------------------------

static const lk_order_entry *find_best(const lk_orders *o) {
    const lk_order_entry *best = NULL;
    for (size_t i = 0; i < o->count; i++) {
        const lk_order_entry *e = &o->entries[i];
        if (e->trace && (!best || lk_order_work(e) < lk_order_work(best))) best = e;
    }
    return best;
}

static void append_left_out(lk_buffer *text, const lk_trace *t) {
    const char *before = "; it leaves out ";
    for (uint32_t v = 0; v < t->network->count; v++) {
        if (t->plan.relevance[v] == LK_RELEVANT) continue;
        lk_buffer_printf(text, "%s%s", before, t->network->variables[v].name);
        before = ", ";
    }
    if (before[0] == ',') lk_buffer_append_text(text, ", on which the answer does not depend");
}

static void name_best(lk_buffer *text, const lk_orders *o, const lk_order_entry *best) {
    const lk_trace *t = best->trace;
    lk_buffer_printf(text, "Least work: %s", best->name);
    for (size_t i = 0; i < o->count; i++)
        if (&o->entries[i] != best && o->entries[i].trace &&
            lk_order_work(&o->entries[i]) == lk_order_work(best))
            lk_buffer_printf(text, ", %s", o->entries[i].name);
    lk_buffer_append_text(text, ", with ");
    append_work(text, best);
    append_left_out(text, t);
    lk_buffer_append_byte(text, '.');
    lk_buffer_append_byte(text, 0);
}

// Each given order is compared with the first given one, or a single one with the best.
lk_status lk_orders_write_words(lk_buffer *text, const lk_orders *o) {
    const lk_order_entry *first = NULL, *best = find_best(o);
    size_t compared = 0;
    if (!best) return LK_OK;
    for (size_t i = 0; i < o->count; i++) {
        const lk_order_entry *e = &o->entries[i];
        if (!e->is_given || !e->trace) continue;
        if (first) compare(text, first, e);
        if (first) compared++;
        if (!first) first = e;
    }
    if (first && compared == 0 && lk_order_work(first) > lk_order_work(best))
        compare(text, best, first);
    name_best(text, o, best);
    return lk_buffer_status(text);
}
