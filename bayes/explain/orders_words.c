// Comparing orders in words: which does the least work, and where two given ones differ.
#include "explain/orders.h"
#include "explain/words.h"

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

// ---- Pieces ------------------------------------------------------------------------------------

lk_slot lk_order_named(const lk_order_entry *e) {
    for (lk_phrase name = LK_SAY_MIN_FILL; !e->is_given && name <= LK_SAY_OPTIMAL; name++)
        if (strcmp(lk_phrase_words(name, LK_ENGLISH), e->name) == 0) return lk_phrased(name, NULL);
    return lk_said(e->name);
}

static void write_work(lk_document *d, const void *subject) {
    const lk_trace_summary *s = subject;
    LK_SAY(d, LK_SAY_WORK, lk_cells(s->multiplications), lk_cells(s->additions));
}

static lk_slot work_of(const lk_order_entry *e) { return lk_written(write_work, &e->summary); }

static void write_size(lk_document *d, const void *subject) {
    const lk_order_entry *e = subject;
    LK_SAY(d, LK_SAY_FACTOR_SIZE, lk_count(largest_size(e)),
           lk_cells(lk_order_largest_generated(e)));
}

static lk_slot size_of(const lk_order_entry *e) { return lk_written(write_size, e); }

// ---- Two orders --------------------------------------------------------------------------------

typedef struct pair {
    const lk_order_entry *less, *more; // work
    bool same_size;                    // of the largest generated factor
} pair;

// "The largest generated factor is the same (2 variables, 4 values)"
static void write_largest(lk_document *d, const void *subject) {
    const pair *p = subject;
    if (p->same_size) {
        LK_SAY(d, LK_SAY_LARGEST_SAME, size_of(p->less));
        return;
    }
    bool larger = lk_order_largest_generated(p->more) > lk_order_largest_generated(p->less);
    LK_SAY(d, larger ? LK_SAY_LARGEST_LARGER : LK_SAY_LARGEST_SMALLER, lk_order_named(p->more),
           size_of(p->more), size_of(p->less));
}

// ", but E,A,H makes two of them and one more join of 8 rows"
static void write_counts(lk_document *d, const void *subject) {
    const pair *p = subject;
    double cells = lk_order_largest_generated(p->more), rows = lk_order_largest_join(p->more);
    if (lk_order_largest_join(p->less) > rows) rows = lk_order_largest_join(p->less);
    uint32_t generated = count_generated(p->more, cells);
    uint32_t joins = count_joins(p->more, rows), fewer = count_joins(p->less, rows);
    const lk_slot factors[] = {lk_worded(generated)};
    const lk_slot more_joins[] = {lk_worded(joins - fewer), lk_cells(rows)};
    const lk_slot both[] = {lk_phrased(LK_SAY_SO_MANY_FACTORS, factors),
                            lk_phrased(LK_SAY_MORE_JOINS, more_joins)};
    bool has_factors = p->same_size && generated > count_generated(p->less, cells);
    bool has_joins = joins > fewer;
    if (!has_factors && !has_joins) return;
    LK_SAY(d, p->same_size ? LK_SAY_BUT_MAKES : LK_SAY_AND_MAKES, lk_order_named(p->more),
           has_factors && has_joins ? lk_phrased(LK_SAY_BOTH, both) : both[has_factors ? 0 : 1]);
}

static void write_comparison(lk_document *d, const void *subject) {
    const pair *p = subject;
    lk_slot largest = lk_written(write_largest, p);
    if (lk_order_work(p->less) == lk_order_work(p->more))
        LK_SAY(d, p->same_size ? LK_SAY_AND_SAME_WORK : LK_SAY_BUT_SAME_WORK, largest,
               work_of(p->less));
    else
        LK_SAY(d, LK_SAY_MORE_WORK, largest, lk_written(write_counts, p), lk_order_named(p->more),
               work_of(p->more), work_of(p->less));
}

// A sentence and the byte that ends it.
static lk_status say_sentence(lk_buffer *text, lk_language language, lk_phrase phrase,
                              const lk_slot *slots) {
    LK_TRY(lk_say_plainly(text, language, phrase, slots));
    lk_buffer_append_byte(text, 0);
    return LK_OK;
}

static lk_status compare(lk_buffer *text, lk_language language, const lk_order_entry *a,
                         const lk_order_entry *b) {
    bool in_order = lk_order_work(a) <= lk_order_work(b);
    const pair p = {
        .less = in_order ? a : b,
        .more = in_order ? b : a,
        .same_size = lk_order_largest_generated(a) == lk_order_largest_generated(b) &&
                     largest_size(a) == largest_size(b),
    };
    return say_sentence(
        text, language, LK_SAY_COMPARED,
        LK_SLOTS(lk_order_named(a), lk_order_named(b), lk_written(write_comparison, &p)));
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

static void write_irrelevant(lk_document *d, const void *subject) {
    const lk_trace *t = subject;
    bool any = false;
    for (uint32_t v = 0; v < t->network->count; v++) {
        if (t->plan.relevance[v] == LK_RELEVANT) continue;
        if (any) lk_say(d, LK_SAY_COMMA);
        any = true;
        lk_document_text(d, "%s", t->network->variables[v].name);
    }
}

static void write_left_out(lk_document *d, const void *subject) {
    const lk_trace *t = subject;
    bool any = false;
    for (uint32_t v = 0; v < t->network->count; v++)
        any = any || t->plan.relevance[v] != LK_RELEVANT;
    if (any) LK_SAY(d, LK_SAY_LEAVES_OUT, lk_written(write_irrelevant, t));
}

typedef struct ranking {
    const lk_orders *orders;
    const lk_order_entry *best;
} ranking;

// The best orders, the first of them first.
static void write_best(lk_document *d, const void *subject) {
    const ranking *r = subject;
    lk_say_slot(d, lk_order_named(r->best));
    for (size_t i = 0; i < r->orders->count; i++) {
        const lk_order_entry *e = &r->orders->entries[i];
        if (e == r->best || !e->trace || lk_order_work(e) != lk_order_work(r->best)) continue;
        lk_say(d, LK_SAY_COMMA);
        lk_say_slot(d, lk_order_named(e));
    }
}

static lk_status name_best(lk_buffer *text, lk_language language, const lk_orders *o,
                           const lk_order_entry *best) {
    const ranking r = {o, best};
    return say_sentence(text, language, LK_SAY_LEAST_WORK,
                        LK_SLOTS(lk_written(write_best, &r), work_of(best),
                                 lk_written(write_left_out, best->trace)));
}

// Each given order is compared with the first given one, or a single one with the best.
lk_status lk_orders_write_words(lk_buffer *text, const lk_orders *o, lk_language language) {
    const lk_order_entry *first = NULL, *best = find_best(o);
    size_t compared = 0;
    if (!best) return LK_OK;
    for (size_t i = 0; i < o->count; i++) {
        const lk_order_entry *e = &o->entries[i];
        if (!e->is_given || !e->trace) continue;
        if (first) LK_TRY(compare(text, language, first, e));
        if (first) compared++;
        if (!first) first = e;
    }
    if (first && compared == 0 && lk_order_work(first) > lk_order_work(best))
        LK_TRY(compare(text, language, best, first));
    return name_best(text, language, o, best);
}
