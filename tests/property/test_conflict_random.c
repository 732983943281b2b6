// Findings that cannot be together, by enumeration: those that are named cannot, and without any of
// them the rest can.
#include "random_network.h"
#include "test_context.h"

static lk_context *context;

enum { VARIABLES = 6, STATES = 3 };

// Of a variable that is known with a likelihood, the states that this excludes.
typedef struct knowledge {
    bool is_known[VARIABLES];
    bool is_soft[VARIABLES];
    uint32_t state[VARIABLES];
} knowledge;

static knowledge random_knowledge(const lk_network *network, lk_random *random) {
    knowledge known = {0};
    for (uint32_t v = 0; v < VARIABLES; v++) {
        known.is_known[v] = lk_random_below(random, 3) > 0;
        known.is_soft[v] = lk_random_below(random, 3) == 0;
        known.state[v] = (uint32_t)lk_random_below(random, lk_network_state_count(network, v));
    }
    return known;
}

static void add_finding(lk_network *network, lk_evidence *evidence, const knowledge *known,
                        uint32_t v) {
    if (!known->is_soft[v]) {
        cr_assert(lk_evidence_add_state(network, evidence, v, known->state[v]) == LK_OK);
        return;
    }
    double likelihood[STATES] = {0};
    likelihood[known->state[v]] = 0.5;
    cr_assert(lk_evidence_add_likelihood(network, evidence, v, likelihood) == LK_OK);
}

// What comes of a question with the findings on the variables of `kept`, in a copy of the network.
static lk_status ask(const lk_network *network, const knowledge *known, const bool *kept,
                     lk_engine engine) {
    lk_network *copy;
    lk_evidence evidence = {0};
    lk_query *query;
    uint32_t observed[VARIABLES];
    cr_assert(lk_network_copy(context, &copy, network) == LK_OK);
    for (uint32_t v = 0; v < VARIABLES; v++)
        if (kept[v]) add_finding(copy, &evidence, known, v);
    for (size_t i = 0; i < evidence.count; i++) observed[i] = evidence.findings[i].variable;
    lk_query_options options = {.engine = engine};
    cr_assert(lk_query_new(context, &query, copy, NULL, 0, observed, evidence.count, &options) ==
              LK_OK);
    for (size_t i = 0; i < evidence.count; i++)
        cr_assert(lk_query_set_evidence(query, i, evidence.findings[i].state) == LK_OK);
    lk_status status = lk_query_run(query);
    lk_query_free(query);
    lk_evidence_free(copy, &evidence);
    lk_network_free(copy);
    return status;
}

// The variables that the last failure names, each once.
static uint32_t read_names(const lk_network *network, bool *named) {
    uint32_t count = 0;
    memset(named, 0, VARIABLES * sizeof *named);
    for (const char *name = lk_context_error(context).names; *name; name += strlen(name) + 1) {
        uint32_t variable;
        cr_assert(lk_network_find_variable(network, &variable, name) == LK_OK);
        cr_assert(!named[variable]);
        named[variable] = true;
        count++;
    }
    return count;
}

static void check(const lk_network *network, const knowledge *known) {
    bool conflict[VARIABLES];
    cr_assert(read_names(network, conflict) > 0);
    for (uint32_t v = 0; v < VARIABLES; v++) cr_assert(!conflict[v] || known->is_known[v]);
    cr_assert(ask(network, known, conflict, LK_ENGINE_ENUMERATION) == LK_ERROR_IMPOSSIBLE);
    for (uint32_t v = 0; v < VARIABLES; v++) {
        if (!conflict[v]) continue;
        conflict[v] = false;
        cr_assert(ask(network, known, conflict, LK_ENGINE_ENUMERATION) == LK_OK,
                  "%s can be left out", lk_network_variable_name(network, v));
        conflict[v] = true;
    }
}

Test(conflict, names_findings_none_of_which_can_be_left_out) {
    context = make_context();
    uint32_t impossible = 0, large = 0;
    for (uint32_t i = 0; i < 600; i++) {
        lk_random random = lk_random_stream(11, LK_RANDOM_TEST, i, 0);
        lk_network *network = random_network_of(context, &random, VARIABLES, STATES);
        knowledge known = random_knowledge(network, &random);
        lk_engine engine = i % 2 ? LK_ENGINE_ELIMINATION : LK_ENGINE_JUNCTION_TREE;
        if (ask(network, &known, known.is_known, engine) == LK_ERROR_IMPOSSIBLE) {
            bool named[VARIABLES];
            impossible++;
            large += read_names(network, named) > 2;
            check(network, &known);
        }
        lk_network_free(network);
    }
    cr_assert(impossible > 100 && large > 10, "%u impossible, %u of more than two", impossible,
              large);
    free_context(context);
}

Test(conflict, another_failure_names_nothing) {
    context = make_context();
    lk_random random = lk_random_stream(11, LK_RANDOM_TEST, 1000, 0);
    lk_network *network = random_network_of(context, &random, VARIABLES, STATES);
    uint32_t variable;
    cr_assert(lk_network_find_variable(network, &variable, "nobody") != LK_OK);
    cr_assert(*lk_context_error(context).names == 0);
    lk_network_free(network);
    free_context(context);
}
