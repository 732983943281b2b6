// Solutions of questions about probabilities: as a product where every variable has a state, as a
// sum over what matters where some have none, and by Bayes' rule where something is given.
#include "explain/report.h"

#include "explain/explain_tables.h"
#include "explain/independence_words.h"
#include "explain/words.h"
#include "inference/separation.h"

#include <float.h>
#include <stdio.h>

enum { MOST_TRAILS = 10 };

static const lk_variable *variable_at(const lk_report *r, uint32_t v) {
    return &r->network->variables[v];
}

// ---- Formulas ----------------------------------------------------------------------------------

static void write_terms(lk_report *r, const lk_term *terms, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const lk_variable *variable = variable_at(r, terms[i].variable);
        if (i) lk_formula_sign(r->document, LK_SIGN_COMMA);
        lk_formula_name(r->document, variable->name);
        if (terms[i].state == LK_NO_STATE) continue;
        lk_formula_sign(r->document, LK_SIGN_STATE);
        lk_formula_name(r->document, variable->states[terms[i].state]);
    }
}

void lk_report_formula(lk_report *r, const lk_probability *p) {
    lk_formula_sign(r->document, LK_SIGN_PROBABILITY);
    write_terms(r, p->asked, p->asked_count);
    if (p->given_count) lk_formula_sign(r->document, LK_SIGN_GIVEN);
    write_terms(r, p->given, p->given_count);
    lk_formula_sign(r->document, LK_SIGN_CLOSE);
}

typedef struct inquiry {
    lk_report *report;
    const lk_probability *probability;
} inquiry;

static void write_inquiry(lk_document *d, const void *subject) {
    const inquiry *asked = subject;
    lk_document_formula(d);
    lk_report_formula(asked->report, asked->probability);
    lk_document_formula_end(d);
}

static void write_known(lk_report *r, uint32_t v, const uint32_t *states) {
    lk_term term = {v, states[v]};
    write_terms(r, &term, 1);
}

// P(B=b|A): the table of a variable, with the states that are known.
static void write_table(lk_report *r, uint32_t v, const uint32_t *states) {
    const lk_variable *child = variable_at(r, v);
    lk_formula_sign(r->document, LK_SIGN_PROBABILITY);
    write_known(r, v, states);
    for (uint32_t i = 0; i < child->parent_count; i++) {
        lk_formula_sign(r->document, i ? LK_SIGN_COMMA : LK_SIGN_GIVEN);
        write_known(r, child->parents[i], states);
    }
    lk_formula_sign(r->document, LK_SIGN_CLOSE);
}

// The entry of that table where all states are known.
static lk_status find_entry(lk_report *r, lk_report_number *entry, uint32_t v,
                            const uint32_t *states) {
    const lk_variable *child = variable_at(r, v);
    size_t index = 0;
    for (uint32_t i = 0; i < child->parent_count; i++)
        index = index * variable_at(r, child->parents[i])->state_count + states[child->parents[i]];
    return r->arithmetic->entry(r, entry, v, index * child->state_count + states[v]);
}

// ---- Numbers -----------------------------------------------------------------------------------

// An answer: a fraction has its decimal beside it.
static void write_number(lk_report *r, lk_report_number number) {
    if (number.log10 < 0)
        lk_formula_power(r->document, number.log10);
    else
        lk_formula_value(r->document, number.value, number.fraction);
}

// One of several numbers in a formula.
static void write_term(lk_report *r, lk_report_number number) {
    if (number.fraction)
        lk_formula_fraction(r->document, *number.fraction);
    else if (number.log10 < 0)
        lk_formula_power(r->document, number.log10);
    else
        lk_formula_number(r->document, number.value);
}

// Above or below the line of a fraction.
static void write_part(lk_report *r, lk_report_number number) {
    if (number.fraction) lk_formula_sign(r->document, LK_SIGN_WITHIN);
    write_term(r, number);
    if (number.fraction) lk_formula_sign(r->document, LK_SIGN_WITHIN_END);
}

static lk_report_number number_at(const lk_report_value *value, size_t cell) {
    const lk_fraction *fractions = value->values.fractions;
    return (lk_report_number){value->values.doubles[cell], fractions ? &fractions[cell] : NULL,
                              value->log10};
}

static bool is_zero(lk_report_number number) {
    if (number.fraction) return strcmp(number.fraction->numerator, "0") == 0;
    return number.value == 0 && number.log10 == 0;
}

// ---- Many variables ----------------------------------------------------------------------------

enum { MOST_CELLS = 4096 }; // of a joint table of which one cell is asked

static bool is_large(const lk_report *r, const lk_probability *p) {
    size_t cells = 1;
    for (size_t i = 0; i < p->asked_count && cells <= MOST_CELLS; i++)
        cells *= variable_at(r, p->asked[i].variable)->state_count;
    return cells > MOST_CELLS;
}

// P(a,b,c|e) = P(a|e) P(b|e,a) P(c|e,a,b), which needs no joint table.
static lk_status compute_chain(lk_report *r, lk_report_value *value, const lk_probability *p) {
    lk_term *known = lk_arena_alloc(&r->scratch, p->given_count + p->asked_count, sizeof *known);
    lk_report_number *product = lk_arena_alloc(&r->scratch, 1, sizeof *product);
    LK_NEED(known);
    LK_NEED(product);
    if (p->given_count) memcpy(known, p->given, p->given_count * sizeof *known);
    memcpy(known + p->given_count, p->asked, p->asked_count * sizeof *known);
    for (size_t i = 0; i < p->asked_count; i++) {
        lk_probability one = {.asked = &p->asked[i], .asked_count = 1, .given = known};
        lk_report_value next;
        one.given_count = p->given_count + i;
        LK_TRY(r->arithmetic->compute(r, i ? &next : value, &one));
        if (i == 0)
            *product = number_at(value, 0);
        else
            LK_TRY(r->arithmetic->multiply(r, product, *product, number_at(&next, 0)));
        if (is_zero(*product)) break; // what follows is given the impossible
    }
    value->values = (lk_trace_values){&product->value, product->fraction};
    value->log10 = product->log10;
    return LK_OK;
}

static lk_status compute(lk_report *r, lk_report_value *value, const lk_probability *p) {
    if (lk_asks_states(p) && is_large(r, p)) return compute_chain(r, value, p);
    LK_TRY(r->arithmetic->compute(r, value, p));
    bool may_be_small = lk_asks_states(p) && p->asked_count > 1 && !value->values.fractions &&
                        value->values.doubles[0] < DBL_MIN;
    return may_be_small ? compute_chain(r, value, p) : LK_OK;
}

// ---- Products and sums -------------------------------------------------------------------------

// The states that findings give; LK_NO_STATE elsewhere.
static lk_status states_of(lk_report *r, uint32_t **states, const lk_probability *p) {
    *states = lk_arena_alloc(&r->scratch, r->network->count, sizeof **states);
    LK_NEED(*states);
    for (uint32_t v = 0; v < r->network->count; v++) (*states)[v] = LK_NO_STATE;
    for (size_t i = 0; i < p->asked_count; i++) (*states)[p->asked[i].variable] = p->asked[i].state;
    for (size_t i = 0; i < p->given_count; i++) (*states)[p->given[i].variable] = p->given[i].state;
    return LK_OK;
}

// P(a,b) = P(a) P(b|a) = 0.4 × 0.7 = 0.28
static lk_status write_product(lk_report *r, const lk_probability *p, const uint32_t *states) {
    lk_document *d = r->document;
    uint32_t n = r->network->count;
    lk_report_number product = {.value = 1};
    lk_document_display(d);
    lk_report_formula(r, p);
    lk_formula_sign(d, LK_SIGN_EQUALS);
    for (uint32_t v = 0; v < n; v++) {
        if (v) lk_formula_sign(d, LK_SIGN_NEXT);
        write_table(r, v, states);
    }
    for (uint32_t v = 0; v < n; v++) {
        lk_report_number entry;
        LK_TRY(find_entry(r, &entry, v, states));
        lk_formula_sign(d, v ? LK_SIGN_TIMES : LK_SIGN_EQUALS);
        write_term(r, entry);
        if (v == 0)
            product = entry;
        else
            LK_TRY(r->arithmetic->multiply(r, &product, product, entry));
    }
    if (n > 1) lk_formula_sign(d, LK_SIGN_EQUALS);
    if (n > 1) write_number(r, product);
    lk_document_display_end(d);
    return LK_OK;
}

static void write_sum_sign(lk_report *r, const lk_relevance *relevance, const uint32_t *states) {
    uint32_t count = 0;
    for (uint32_t v = 0; v < r->network->count; v++) {
        if (relevance[v] != LK_RELEVANT || states[v] != LK_NO_STATE) continue;
        if (count) lk_formula_sign(r->document, LK_SIGN_COMMA);
        if (!count++) lk_formula_sign(r->document, LK_SIGN_SUM_MANY);
        lk_formula_name(r->document, variable_at(r, v)->name);
    }
    if (count) lk_formula_sign(r->document, LK_SIGN_SUM_MANY_END);
}

typedef struct pruning {
    lk_report *report;
    const lk_relevance *relevance;
} pruning;

static void write_irrelevant(lk_document *d, const void *subject) {
    const pruning *p = subject;
    bool any = false;
    for (uint32_t v = 0; v < p->report->network->count; v++) {
        if (p->relevance[v] == LK_RELEVANT) continue;
        if (any) lk_say(d, LK_SAY_COMMA);
        any = true;
        lk_document_formula(d);
        lk_formula_name(d, variable_at(p->report, v)->name);
        lk_document_formula_end(d);
    }
}

// The variables whose tables the sum does not have.
static void write_pruned(lk_report *r, const lk_probability *p, const lk_relevance *relevance) {
    const inquiry asked = {r, p};
    const pruning pruned = {r, relevance};
    bool any = false;
    for (uint32_t v = 0; v < r->network->count; v++) any = any || relevance[v] != LK_RELEVANT;
    if (any)
        lk_say_paragraph(
            r->document, LK_SAY_BARREN_IN_SUM,
            LK_SLOTS(lk_written(write_inquiry, &asked), lk_written(write_irrelevant, &pruned)));
}

// P(b) = Σ_A P(A) P(b|A) = 0.4: of findings alone, summed over the variables that matter.
static lk_status write_sum(lk_report *r, const lk_probability *p, const uint32_t *states) {
    uint32_t n = r->network->count;
    lk_relevance *relevance = lk_arena_alloc(&r->scratch, n, sizeof *relevance);
    bool *known = lk_arena_alloc(&r->scratch, n, sizeof *known);
    lk_report_value value;
    LK_NEED(relevance);
    LK_NEED(known);
    for (uint32_t v = 0; v < n; v++) known[v] = states[v] != LK_NO_STATE;
    LK_TRY(lk_find_relevance(&r->scratch, relevance, r->network, NULL, 0, known, true));
    LK_TRY(compute(r, &value, p));
    write_pruned(r, p, relevance);
    lk_document_display(r->document);
    lk_report_formula(r, p);
    lk_formula_sign(r->document, LK_SIGN_EQUALS);
    write_sum_sign(r, relevance, states);
    bool any = false;
    for (uint32_t v = 0; v < n; v++) {
        if (relevance[v] != LK_RELEVANT) continue;
        if (any) lk_formula_sign(r->document, LK_SIGN_NEXT);
        any = true;
        write_table(r, v, states);
    }
    lk_formula_sign(r->document, LK_SIGN_EQUALS);
    write_number(r, number_at(&value, 0));
    lk_document_display_end(r->document);
    return LK_OK;
}

// Of findings alone: a product when every variable has a state.
static lk_status write_joint(lk_report *r, const lk_probability *p) {
    uint32_t *states;
    LK_TRY(states_of(r, &states, p));
    if (!lk_network_has_tables(r->network))
        return lk_fail(r->context, LK_ERROR_DATA, "the network has no numbers");
    if (p->asked_count < r->network->count) return write_sum(r, p, states);
    return write_product(r, p, states);
}

// ---- Conditional probabilities -----------------------------------------------------------------

// Asked and given together, and what is given alone.
static lk_status split(lk_report *r, const lk_probability *p, lk_probability *both,
                       lk_probability *given) {
    *both = (lk_probability){.asked_count = p->asked_count + p->given_count};
    both->asked = lk_arena_alloc(&r->scratch, both->asked_count, sizeof *both->asked);
    LK_NEED(both->asked);
    memcpy(both->asked, p->asked, p->asked_count * sizeof *p->asked);
    memcpy(both->asked + p->asked_count, p->given, p->given_count * sizeof *p->given);
    *given = (lk_probability){.asked = p->given, .asked_count = p->given_count};
    return LK_OK;
}

static lk_status write_ratio(lk_report *r, const lk_probability *p, const lk_probability *both,
                             const lk_probability *given, const lk_report_value *value) {
    lk_document *d = r->document;
    lk_report_number p_both;
    LK_TRY(r->arithmetic->multiply(r, &p_both, number_at(value, 0), value->p_given));
    lk_document_display(d);
    lk_report_formula(r, p);
    lk_formula_sign(d, LK_SIGN_EQUALS);
    lk_formula_sign(d, LK_SIGN_FRACTION);
    lk_report_formula(r, both);
    lk_formula_sign(d, LK_SIGN_OVER);
    lk_report_formula(r, given);
    lk_formula_sign(d, LK_SIGN_FRACTION_END);
    lk_formula_sign(d, LK_SIGN_EQUALS);
    lk_formula_sign(d, LK_SIGN_FRACTION);
    write_part(r, p_both);
    lk_formula_sign(d, LK_SIGN_OVER);
    write_part(r, value->p_given);
    lk_formula_sign(d, LK_SIGN_FRACTION_END);
    lk_formula_sign(d, LK_SIGN_EQUALS);
    write_number(r, number_at(value, 0));
    lk_document_display_end(d);
    return LK_OK;
}

static lk_status write_posterior(lk_report *r, const lk_probability *p) {
    lk_probability both, given;
    lk_report_value value;
    LK_TRY(split(r, p, &both, &given));
    LK_TRY(compute(r, &value, p));
    LK_TRY(write_joint(r, &given));
    LK_TRY(write_joint(r, &both));
    const inquiry evidence = {r, &given};
    lk_say_paragraph(r->document, LK_SAY_BAYES_RULE,
                     LK_SLOTS(lk_written(write_inquiry, &evidence)));
    return write_ratio(r, p, &both, &given, &value);
}

// A table of all states.
static lk_status write_distribution(lk_report *r, const lk_probability *p) {
    lk_report_value value;
    uint32_t *scope = lk_arena_alloc(&r->scratch, p->asked_count, sizeof *scope);
    LK_NEED(scope);
    LK_TRY(compute(r, &value, p));
    for (size_t i = 0; i < p->asked_count; i++) scope[i] = p->asked[i].variable;
    if (p->given_count > 0) {
        lk_probability given = {.asked = p->given, .asked_count = p->given_count};
        LK_TRY(write_joint(r, &given));
    }
    lk_document_formula(r->document);
    lk_report_formula(r, p);
    lk_write_values(r->document, r->network, scope, (uint32_t)p->asked_count, value.values,
                    value.cells);
    return LK_OK;
}

lk_status lk_report_probability(lk_report *r, const lk_probability *p) {
    if (!lk_asks_states(p)) return write_distribution(r, p);
    return p->given_count > 0 ? write_posterior(r, p) : write_joint(r, p);
}

// ---- Comparisons -------------------------------------------------------------------------------

static bool has_term(const lk_term *terms, size_t count, lk_term term) {
    for (size_t i = 0; i < count; i++)
        if (terms[i].variable == term.variable && terms[i].state == term.state) return true;
    return false;
}

static bool all_within(const lk_term *terms, size_t count, const lk_term *others,
                       size_t others_count) {
    for (size_t i = 0; i < count; i++)
        if (!has_term(others, others_count, terms[i])) return false;
    return true;
}

// Largest difference of two tables over the same variables in the same order.
static bool comparable(const lk_probability *a, const lk_probability *b) {
    if (lk_asks_states(a) && lk_asks_states(b)) return true;
    if (lk_asks_states(a) || lk_asks_states(b) || a->asked_count != b->asked_count) return false;
    for (size_t i = 0; i < a->asked_count; i++)
        if (a->asked[i].variable != b->asked[i].variable) return false;
    return true;
}

static void write_value(lk_report *r, const lk_probability *p, const lk_report_value *value) {
    lk_document_display(r->document);
    lk_report_formula(r, p);
    lk_formula_sign(r->document, LK_SIGN_EQUALS);
    write_number(r, number_at(value, 0));
    lk_document_display_end(r->document);
}

// The largest difference between cells of two tables.
static lk_status find_largest(lk_report *r, lk_report_number *largest,
                              const lk_report_value *values) {
    for (size_t i = 0; i < values[0].cells; i++) {
        lk_report_number difference;
        LK_TRY(r->arithmetic->difference(r, &difference, number_at(&values[0], i),
                                         number_at(&values[1], i)));
        bool larger = difference.value > largest->value;
        if (i == 0 || larger || (is_zero(*largest) && !is_zero(difference))) *largest = difference;
    }
    return LK_OK;
}

typedef struct amount {
    lk_report *report;
    lk_report_number number;
} amount;

static void write_amount(lk_document *d, const void *subject) {
    const amount *a = subject;
    lk_document_formula(d);
    write_number(a->report, a->number);
    lk_document_formula_end(d);
}

static void say_within(lk_document *d, double tolerance) {
    char digits[24];
    snprintf(digits, sizeof digits, "%.0e", tolerance);
    LK_SAY(d, LK_SAY_WITHIN, lk_said(digits));
}

static void write_comparison(lk_report *r, lk_report_number largest, bool equal) {
    lk_document *d = r->document;
    const amount difference = {r, largest};
    lk_document_paragraph(d);
    lk_say_strong(d, equal ? LK_SAY_NUMBERS_EQUAL : LK_SAY_NUMBERS_NOT_EQUAL);
    if (equal && largest.fraction)
        lk_say(d, LK_SAY_AS_FRACTIONS);
    else if (equal)
        say_within(d, r->arithmetic->tolerance);
    else
        LK_SAY(d, LK_SAY_DIFFER_BY, lk_written(write_amount, &difference));
    lk_document_paragraph_end(d);
}

static lk_status compare_numbers(lk_report *r, const lk_probability *a, const lk_probability *b,
                                 bool *equal) {
    lk_report_value values[2];
    lk_report_number largest = {0};
    LK_TRY(compute(r, &values[0], a));
    LK_TRY(compute(r, &values[1], b));
    LK_TRY(find_largest(r, &largest, values));
    if (lk_asks_states(a)) write_value(r, a, &values[0]);
    if (lk_asks_states(b)) write_value(r, b, &values[1]);
    *equal = largest.fraction ? is_zero(largest) : largest.value <= r->arithmetic->tolerance;
    write_comparison(r, largest, *equal);
    return LK_OK;
}

// The numbers may be missing or undefined: the structure still answers.
static lk_status try_numbers(lk_report *r, const lk_probability *a, const lk_probability *b,
                             bool *equal, bool *has_numbers) {
    lk_status status = compare_numbers(r, a, b, equal);
    *has_numbers = status == LK_OK;
    if (status != LK_ERROR_DATA && status != LK_ERROR_IMPOSSIBLE && status != LK_ERROR_LIMIT)
        return status;
    lk_slot message[1];
    lk_slot reason = lk_because(message, status, lk_context_error(r->context).message);
    lk_say_paragraph(r->document, LK_SAY_NUMBERS_DO_NOT_TELL, LK_SLOTS(reason));
    return LK_OK;
}

static lk_phrase conclusion(bool separated, bool equal) {
    if (separated) return equal ? LK_SAY_BOTH_SAY_EQUAL : LK_SAY_STRUCTURE_ALONE_EQUAL;
    return equal ? LK_SAY_NUMBERS_ALONE_EQUAL : LK_SAY_BOTH_SAY_NOT_EQUAL;
}

// Whether what `more` knows beyond `less` is independent of what is asked.
static lk_status explain_by_structure(lk_report *r, const lk_probability *less,
                                      const lk_probability *more, bool has_numbers, bool equal) {
    size_t n = r->network->count, counts[3] = {0};
    uint32_t *sets[3];
    for (int i = 0; i < 3; i++) {
        sets[i] = lk_arena_alloc(&r->scratch, n, sizeof *sets[i]);
        LK_NEED(sets[i]);
    }
    for (size_t i = 0; i < less->asked_count; i++) sets[0][counts[0]++] = less->asked[i].variable;
    for (size_t i = 0; i < more->given_count; i++) {
        int set = has_term(less->given, less->given_count, more->given[i]) ? 2 : 1;
        sets[set][counts[set]++] = more->given[i].variable;
    }
    lk_independence *answer;
    lk_independence_options options = {.most_trails = MOST_TRAILS};
    LK_TRY(r->arithmetic->new_independence(r->context, &answer, r->network, sets[0], counts[0],
                                           sets[1], counts[1], sets[2], counts[2], &options));
    lk_write_structure_question(r->document, answer);
    lk_write_verdict(r->document, answer);
    lk_write_trails(r->document, answer);
    if (has_numbers)
        lk_say_paragraph(r->document, conclusion(lk_independence_separated(answer), equal), NULL);
    lk_independence_free(answer);
    return LK_OK;
}

static bool is_known(const lk_probability *p) {
    for (size_t i = 0; i < p->asked_count; i++)
        for (size_t k = 0; k < p->given_count; k++)
            if (p->asked[i].variable == p->given[k].variable) return true;
    return false;
}

lk_status lk_report_comparison(lk_report *r, const lk_probability *a, const lk_probability *b) {
    bool equal = false, has_numbers;
    if (!comparable(a, b))
        return lk_fail(r->context, LK_ERROR_DATA,
                       "the two sides are tables of different variables, or one is a number");
    LK_TRY(try_numbers(r, a, b, &equal, &has_numbers));
    const lk_probability *less = a->given_count <= b->given_count ? a : b;
    const lk_probability *more = less == a ? b : a;
    bool same_asked = a->asked_count == b->asked_count &&
                      all_within(a->asked, a->asked_count, b->asked, b->asked_count);
    if (same_asked && less->given_count < more->given_count && !is_known(more) &&
        all_within(less->given, less->given_count, more->given, more->given_count))
        return explain_by_structure(r, less, more, has_numbers, equal);
    lk_say_paragraph(r->document, LK_SAY_STRUCTURE_DOES_NOT_TELL, NULL);
    return LK_OK;
}
