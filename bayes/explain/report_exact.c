// The arithmetic of reports in fractions.
#include "exact/exact.h"
#include "explain/report.h"

// ---- Keeping -----------------------------------------------------------------------------------

static lk_status copy_digits(lk_report *r, const char **copy, const char *digits) {
    *copy = lk_arena_copy_text(&r->scratch, digits, strlen(digits));
    LK_NEED(*copy);
    return LK_OK;
}

// The answer of a query that is given back before the report is written.
static lk_status keep_fraction(lk_report *r, lk_fraction *kept, lk_fraction fraction) {
    LK_TRY(copy_digits(r, &kept->numerator, fraction.numerator));
    LK_TRY(copy_digits(r, &kept->denominator, fraction.denominator));
    kept->value = fraction.value;
    return LK_OK;
}

static lk_status keep_number(lk_report *r, lk_report_number *number, lk_fraction fraction) {
    lk_fraction *kept = lk_arena_alloc(&r->scratch, 1, sizeof *kept);
    LK_NEED(kept);
    LK_TRY(keep_fraction(r, kept, fraction));
    *number = (lk_report_number){.value = kept->value, .fraction = kept};
    return LK_OK;
}

static lk_status keep_rational(lk_report *r, lk_report_number *number, lk_rational rational) {
    lk_fraction *kept = lk_arena_alloc(&r->scratch, 1, sizeof *kept);
    lk_arena scratch = lk_arena_make(r->context, 0);
    LK_NEED(kept);
    lk_status status =
        lk_fraction_keep(&r->scratch, &scratch, kept, rational.numerator, rational.denominator);
    lk_arena_release(&scratch);
    LK_TRY(status);
    *number = (lk_report_number){.value = kept->value, .fraction = kept};
    return LK_OK;
}

// ---- Probabilities -----------------------------------------------------------------------------

static lk_status make_query(lk_report *r, lk_exact **exact, const lk_probability *p) {
    uint32_t *asked = lk_arena_alloc(&r->scratch, p->asked_count, sizeof *asked);
    lk_finding *given = lk_arena_alloc(&r->scratch, p->given_count, sizeof *given);
    LK_NEED(asked);
    LK_NEED(given);
    for (size_t i = 0; i < p->asked_count; i++) asked[i] = p->asked[i].variable;
    for (size_t i = 0; i < p->given_count; i++)
        given[i] = (lk_finding){p->given[i].variable, p->given[i].state};
    lk_query_options options = {.joint = true};
    LK_TRY(lk_exact_new(r->context, exact, r->network, asked, p->asked_count, given, p->given_count,
                        &options));
    return lk_exact_run(*exact);
}

static lk_status keep_values(lk_report *r, lk_report_value *value, const lk_probability *p,
                             const lk_exact *exact) {
    size_t first = lk_asks_states(p) ? lk_asked_cell(r, p) : 0;
    value->cells = lk_asks_states(p) ? 1 : exact->query->table_cells[0];
    lk_fraction *fractions = lk_arena_alloc(&r->scratch, value->cells, sizeof *fractions);
    double *doubles = lk_arena_alloc(&r->scratch, value->cells, sizeof *doubles);
    LK_NEED(fractions);
    LK_NEED(doubles);
    for (size_t i = 0; i < value->cells; i++) {
        LK_TRY(keep_fraction(r, &fractions[i], lk_exact_joint(exact, first + i)));
        doubles[i] = fractions[i].value;
    }
    value->values = (lk_trace_values){doubles, fractions};
    return keep_number(r, &value->p_given, lk_exact_p_evidence(exact));
}

static lk_status compute(lk_report *r, lk_report_value *value, const lk_probability *p) {
    lk_exact *exact = NULL;
    lk_status status = make_query(r, &exact, p);
    if (status == LK_OK) status = keep_values(r, value, p, exact);
    lk_exact_free(exact);
    return status;
}

static lk_status entry(lk_report *r, lk_report_number *number, uint32_t variable, size_t cell) {
    lk_arena scratch = lk_arena_make(r->context, 0);
    lk_rational rational;
    lk_status status = lk_exact_entry(&r->scratch, &scratch, &rational, r->network, variable, cell);
    lk_arena_release(&scratch);
    return status == LK_OK ? keep_rational(r, number, rational) : status;
}

// ---- Two numbers -------------------------------------------------------------------------------

static lk_status read_fraction(lk_report *r, lk_rational *rational, const lk_fraction *fraction) {
    LK_TRY(lk_natural_from_digits(&r->scratch, &rational->numerator, fraction->numerator,
                                  strlen(fraction->numerator)));
    return lk_natural_from_digits(&r->scratch, &rational->denominator, fraction->denominator,
                                  strlen(fraction->denominator));
}

typedef lk_status (*operation)(lk_arena *arena, lk_rational *out, lk_rational a, lk_rational b);

static lk_status operate(lk_report *r, lk_report_number *out, operation apply, lk_report_number a,
                         lk_report_number b) {
    lk_rational x, y, result;
    LK_TRY(read_fraction(r, &x, a.fraction));
    LK_TRY(read_fraction(r, &y, b.fraction));
    LK_TRY(apply(&r->scratch, &result, x, y));
    return keep_rational(r, out, result);
}

static lk_status multiply(lk_report *r, lk_report_number *product, lk_report_number a,
                          lk_report_number b) {
    return operate(r, product, lk_rational_multiply, a, b);
}

static lk_status difference(lk_report *r, lk_report_number *out, lk_report_number a,
                            lk_report_number b) {
    return operate(r, out, lk_rational_difference, a, b);
}

static const lk_arithmetic arithmetic = {
    .compute = compute,
    .entry = entry,
    .multiply = multiply,
    .difference = difference,
    .new_trace = lk_trace_new_exact,
    .new_independence = lk_independence_new_exact,
};

lk_status lk_report_write_exact(lk_context *context, lk_buffer *out, const lk_network *network,
                                const char *questions, size_t length, const char *file_name,
                                const lk_document_options *options) {
    return lk_report_write_with(context, out, network, questions, length, file_name, options,
                                &arithmetic);
}
