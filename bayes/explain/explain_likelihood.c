// What a trace says of evidence that is a likelihood: its formula, and its number for each state.
#include "explain/explain_tables.h"
#include "explain/words.h"

typedef struct likelihood {
    const lk_trace *trace;
    uint32_t child;
} likelihood;

static const lk_variable *subject_of(const likelihood *l) {
    const lk_variable *variables = l->trace->network->variables;
    return &variables[variables[l->child].seen_of];
}

static void write_formula(lk_document *d, const void *subject) {
    const likelihood *l = subject;
    lk_document_formula(d);
    lk_formula_variable(d, l->trace, l->child);
    lk_document_formula_end(d);
}

static void write_subject(lk_document *d, const void *subject) {
    lk_document_formula(d);
    lk_formula_name(d, subject_of(subject)->name);
    lk_document_formula_end(d);
}

// Each row of the table is that of a state: the likelihood and what is left to 1.
static void write_states(lk_document *d, const void *subject) {
    const likelihood *l = subject;
    const lk_variable *variable = subject_of(l);
    const double *table = l->trace->network->variables[l->child].table;
    for (uint32_t s = 0; s < variable->state_count; s++) {
        if (s) lk_say(d, LK_SAY_COMMA);
        lk_document_text(d, "%s ", variable->states[s]);
        lk_document_formula(d);
        lk_formula_number(d, table[2 * s]);
        lk_document_formula_end(d);
    }
}

bool lk_trace_has_likelihood(const lk_trace *trace, uint32_t variable) {
    return trace->network->variables[variable].seen_of != LK_NO_VARIABLE &&
           trace->plan.relevance[variable] == LK_RELEVANT;
}

void lk_say_likelihood(lk_document *d, const lk_trace *trace, uint32_t variable) {
    const likelihood l = {trace, variable};
    LK_SAY(d, LK_SAY_LIKELIHOOD, lk_written(write_formula, &l), lk_written(write_subject, &l),
           lk_written(write_states, &l));
}
