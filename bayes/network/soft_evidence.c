// Evidence that is not "X is in state a", as changes of the model after which it is.
//
//  * What is known of X with a likelihood L(x) is the observation of a new child of X whose row for
//    x is (L(x), 1 - L(x)): virtual evidence (Pearl, Probabilistic Reasoning in Intelligent
//    Systems, 1988, section 2.2.2). That X is not in a state is the likelihood that is 0 there and
//    1 elsewhere. In a Markov network the likelihood is a potential, and nothing is observed.
//  * To set X to a state cuts the arrows into X (Pearl, Causality, 2000, section 3.2.3).
#include "network/names.h"
#include "network/network.h"
#include "number.h"

#include <math.h>

// ---- Likelihoods --------------------------------------------------------------------------------

typedef struct lk_likelihood {
    const double *values;       // one a state
    const lk_literals *written; // what these do not say; NULL: nothing
} lk_likelihood;

// 1 - p, as it would be written for a p of few digits.
static double complement(double p) { return round((1 - p) * 1e15) / 1e15; }

// Takes over `literals`.
static lk_status add_child(lk_network *network, lk_evidence *evidence, uint32_t variable,
                           const double *likelihood, lk_literals *literals, const char *name) {
    static const char *const states[] = {"seen", "not seen"};
    uint32_t child, count = network->variables[variable].state_count;
    LK_TRY(lk_network_add_variable(network, &child, name, states, 2));
    LK_TRY(lk_network_set_parents(network, child, &variable, 1));
    double *rows = lk_alloc(network->context, count, 2 * sizeof *rows);
    LK_NEED(rows);
    for (uint32_t s = 0; s < count; s++) {
        rows[2 * s] = likelihood[s];
        rows[2 * s + 1] = complement(likelihood[s]);
    }
    LK_TRY(lk_network_take_table(network, child, rows, literals, NULL, NULL, NULL));
    network->variables[child].seen_of = variable;
    LK_TRY(lk_network_finish(network));
    return lk_evidence_add_state(network, evidence, child, 0);
}

static lk_status check_likelihood(const lk_network *network, uint32_t variable,
                                  const double *likelihood, double *largest) {
    const lk_variable *v = &network->variables[variable];
    *largest = 0;
    for (uint32_t s = 0; s < v->state_count; s++) {
        if (!(likelihood[s] >= 0) || isinf(likelihood[s]))
            return lk_fail(network->context, LK_ERROR_USAGE,
                           "the likelihood of %s=%s must be a number from 0 on", v->name,
                           v->states[s]);
        if (likelihood[s] > *largest) *largest = likelihood[s];
    }
    if (*largest > 0) return LK_OK;
    return lk_fail(network->context, LK_ERROR_USAGE,
                   "the likelihoods of \"%s\" are all 0: nothing is possible then", v->name);
}

// The numbers that the doubles of the model do not say, at the cells of a table whose rows have
// `stride` numbers: those that `written` has, and where all were divided, every one.
static lk_status collect_literals(lk_context *context, lk_literals *literals,
                                  const lk_likelihood *given, uint32_t count, size_t stride,
                                  bool divided) {
    lk_buffer number = lk_buffer_make(context);
    lk_status status = LK_OK;
    for (uint32_t s = 0; s < count && status == LK_OK; s++) {
        size_t length = 0;
        const char *text = given->written ? lk_literals_find(given->written, &length, s) : NULL;
        lk_buffer_clear(&number);
        if (text)
            lk_buffer_append(&number, text, length);
        else if (divided)
            lk_buffer_append_double(&number, given->values[s]);
        status = lk_buffer_status(&number);
        if (status == LK_OK && number.length > 0)
            status = lk_literals_add(context, literals, s * stride, lk_buffer_text(&number),
                                     number.length);
    }
    lk_buffer_free(&number);
    return status;
}

// Largest 1, which divides nothing, where all are at most 1.
static lk_status add_scaled(lk_network *network, lk_evidence *evidence, uint32_t variable,
                            const lk_likelihood *given, double largest, const char *name) {
    lk_context *context = network->context;
    uint32_t count = network->variables[variable].state_count;
    lk_literals literals = {0};
    double *scaled = lk_alloc(context, count, sizeof *scaled);
    LK_NEED(scaled);
    for (uint32_t s = 0; s < count; s++) scaled[s] = given->values[s] / largest;
    lk_status status = collect_literals(context, &literals, given, count, 2, largest > 1);
    if (status == LK_OK) status = add_child(network, evidence, variable, scaled, &literals, name);
    lk_literals_free(context, &literals);
    lk_free(context, scaled);
    return status;
}

static lk_status add_potential(lk_network *network, uint32_t variable, const lk_likelihood *given) {
    uint32_t count = network->variables[variable].state_count;
    lk_literals literals = {0};
    lk_status status = collect_literals(network->context, &literals, given, count, 1, false);
    if (status == LK_OK)
        status = lk_network_take_potential(network, &variable, 1, given->values, count, &literals);
    lk_literals_free(network->context, &literals);
    LK_TRY(status);
    return lk_network_finish(network);
}

static lk_status add_named(lk_network *network, lk_evidence *evidence, uint32_t variable,
                           const lk_likelihood *given, const char *name) {
    double largest;
    LK_TRY(lk_network_need_finished(network->context, network));
    LK_TRY(check_likelihood(network, variable, given->values, &largest));
    if (network->is_markov) return add_potential(network, variable, given);
    LK_TRY(add_scaled(network, evidence, variable, given, largest > 1 ? largest : 1, name));
    if (largest > 1)
        lk_note(network->context,
                "the likelihoods of \"%s\" were divided by the largest, %.6g; the probability of "
                "the evidence is that of the divided ones",
                network->variables[variable].name, largest);
    return LK_OK;
}

// Names of the children tell them apart, and say in messages what was seen.
static lk_status make_name(const lk_network *network, lk_buffer *name, const char *format,
                           const char *a, const char *b) {
    lk_buffer_printf(name, format, a, b);
    for (int i = 2; lk_buffer_status(name) == LK_OK; i++) {
        uint32_t found;
        if (!lk_network_lookup_variable(network, &found, lk_buffer_text(name))) break;
        lk_buffer_clear(name);
        lk_buffer_printf(name, format, a, b);
        lk_buffer_printf(name, " (%d)", i);
    }
    return lk_buffer_status(name);
}

static lk_status add_likelihood(lk_network *network, lk_evidence *evidence, uint32_t variable,
                                const lk_likelihood *given) {
    lk_buffer name = lk_buffer_make(network->context);
    lk_status status =
        make_name(network, &name, "likelihood of %s%s", network->variables[variable].name, "");
    if (status == LK_OK)
        status = add_named(network, evidence, variable, given, lk_buffer_text(&name));
    lk_buffer_free(&name);
    return status;
}

lk_status lk_evidence_add_likelihood(lk_network *network, lk_evidence *evidence, uint32_t variable,
                                     const double *likelihood) {
    lk_likelihood given = {.values = likelihood};
    return add_likelihood(network, evidence, variable, &given);
}

lk_status lk_evidence_exclude_state(lk_network *network, lk_evidence *evidence, uint32_t variable,
                                    uint32_t state) {
    const lk_variable *v = &network->variables[variable];
    double *likelihood = lk_alloc(network->context, v->state_count, sizeof *likelihood);
    LK_NEED(likelihood);
    for (uint32_t s = 0; s < v->state_count; s++) likelihood[s] = s != state;
    lk_buffer name = lk_buffer_make(network->context);
    lk_status status = make_name(network, &name, "%s!=%s", v->name, v->states[state]);
    lk_likelihood given = {.values = likelihood};
    if (status == LK_OK)
        status = add_named(network, evidence, variable, &given, lk_buffer_text(&name));
    lk_buffer_free(&name);
    lk_free(network->context, likelihood);
    return status;
}

// ---- Interventions ------------------------------------------------------------------------------

lk_status lk_evidence_set_state(lk_network *network, lk_evidence *evidence, uint32_t variable,
                                uint32_t state) {
    LK_TRY(lk_network_need_finished(network->context, network));
    LK_TRY(lk_network_need_bayes(network, "say what an intervention does"));
    uint32_t count = network->variables[variable].state_count;
    LK_TRY(lk_evidence_add_state(network, evidence, variable, state));
    double *row = lk_alloc_zero(network->context, count, sizeof *row);
    LK_NEED(row);
    row[state] = 1;
    lk_status status = lk_network_set_parents(network, variable, NULL, 0);
    if (status == LK_OK) status = lk_network_set_table(network, variable, row, count, NULL);
    lk_free(network->context, row);
    LK_TRY(status);
    network->variables[variable].is_set = true;
    return lk_network_finish(network);
}

// ---- As people write them -----------------------------------------------------------------------

typedef struct likelihood_reader {
    const lk_network *network;
    uint32_t variable;
    double *values;
    bool *given; // which states have been named
    lk_literals written;
} likelihood_reader;

static lk_status read_number(lk_names *c, likelihood_reader *r, uint32_t state) {
    while (*c->at == ' ') c->at++;
    size_t length = strcspn(c->at, ", \t");
    lk_number number;
    if (!lk_number_read(&number, c->at, length)) return lk_names_fail(c, "a number");
    r->values[state] = number.value;
    r->given[state] = true;
    if (!number.plain) LK_TRY(lk_literals_add(c->context, &r->written, state, c->at, length));
    c->at += length;
    while (*c->at == ' ' || *c->at == '\t') c->at++;
    return LK_OK;
}

static lk_status read_variable(lk_names *c, const lk_network *network, uint32_t *variable) {
    LK_TRY(lk_names_read(c, "the name of a variable"));
    LK_TRY(lk_network_find_variable(network, variable, c->name));
    if (*c->at != '=') return lk_names_fail(c, "\"=\" and a state");
    c->at++;
    return LK_OK;
}

static lk_status read_likelihoods(lk_names *c, likelihood_reader *r) {
    const lk_variable *v = &r->network->variables[r->variable];
    for (bool more = true; more;) {
        uint32_t state;
        LK_TRY(lk_names_read(c, "a state"));
        LK_TRY(lk_network_find_state(r->network, &state, r->variable, c->name));
        if (r->given[state])
            return lk_fail(c->context, LK_ERROR_USAGE, "%s=%s has two likelihoods", v->name,
                           v->states[state]);
        if (*c->at != ':') return lk_names_fail(c, "\":\" and a likelihood");
        c->at++;
        LK_TRY(read_number(c, r, state));
        LK_TRY(lk_names_comma(c, &more));
    }
    for (uint32_t s = 0; s < v->state_count; s++)
        if (!r->given[s])
            return lk_fail(c->context, LK_ERROR_USAGE, "%s=%s has no likelihood: name every state",
                           v->name, v->states[s]);
    lk_literals_sort(&r->written);
    return LK_OK;
}

lk_status lk_evidence_add_likelihood_text(lk_network *network, lk_evidence *evidence,
                                          const char *text) {
    lk_names c = {.context = network->context, .at = text};
    uint32_t variable;
    LK_TRY(read_variable(&c, network, &variable));
    uint32_t count = network->variables[variable].state_count;
    likelihood_reader r = {.network = network, .variable = variable};
    r.values = lk_alloc_zero(network->context, count, sizeof *r.values);
    r.given = lk_alloc_zero(network->context, count, sizeof *r.given);
    lk_status status = r.values && r.given ? LK_OK : LK_ERROR_MEMORY;
    if (status == LK_OK) status = read_likelihoods(&c, &r);
    lk_likelihood given = {r.values, &r.written};
    if (status == LK_OK) status = add_likelihood(network, evidence, variable, &given);
    lk_free(network->context, r.values);
    lk_free(network->context, r.given);
    lk_literals_free(network->context, &r.written);
    return status;
}

lk_status lk_evidence_set_text(lk_network *network, lk_evidence *evidence, const char *text) {
    lk_names c = {.context = network->context, .at = text};
    for (bool more = true; more;) {
        uint32_t variable, state;
        LK_TRY(read_variable(&c, network, &variable));
        LK_TRY(lk_names_read(&c, "a state"));
        LK_TRY(lk_network_find_state(network, &state, variable, c.name));
        LK_TRY(lk_evidence_set_state(network, evidence, variable, state));
        LK_TRY(lk_names_comma(&c, &more));
    }
    return LK_OK;
}
