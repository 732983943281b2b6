// Names as people write them: `X=a,Y=b` and `A,B,"C D"`.
#include "network/names.h"
#include "network/network.h"

// Grows a list by one element.
static lk_status reserve(lk_context *context, void **elements, size_t count, size_t *capacity,
                         size_t size) {
    if (count < *capacity) return LK_OK;
    size_t wanted = *capacity ? 2 * *capacity : 8;
    void *grown = lk_resize(context, *elements, wanted, size);
    LK_NEED(grown);
    *elements = grown;
    *capacity = wanted;
    return LK_OK;
}

lk_status lk_evidence_add_state(const lk_network *network, lk_evidence *evidence, uint32_t variable,
                                uint32_t state) {
    for (size_t i = 0; i < evidence->count; i++) {
        if (evidence->findings[i].variable != variable) continue;
        if (evidence->findings[i].state == state) return LK_OK;
        return lk_fail(network->context, LK_ERROR_USAGE,
                       "the evidence gives variable \"%s\" two states",
                       network->variables[variable].name);
    }
    void *findings = evidence->findings;
    lk_status status = reserve(network->context, &findings, evidence->count, &evidence->capacity,
                               sizeof *evidence->findings);
    evidence->findings = findings;
    LK_TRY(status);
    evidence->findings[evidence->count++] = (lk_finding){variable, state};
    return LK_OK;
}

// What stands between a variable and its state.
static lk_status read_relation(lk_names *c, bool *equal) {
    *equal = *c->at == '=';
    if (!*equal && strncmp(c->at, "!=", 2) != 0)
        return lk_names_fail(c, "\"=\" or \"!=\" and a state");
    c->at += *equal ? 1 : 2;
    return LK_OK;
}

lk_status lk_evidence_add_text(lk_network *network, lk_evidence *evidence, const char *text) {
    lk_names c = {.context = network->context, .at = text};
    for (bool more = true; more;) {
        uint32_t variable, state;
        bool equal;
        LK_TRY(lk_names_read(&c, "the name of a variable"));
        LK_TRY(lk_network_find_variable(network, &variable, c.name));
        LK_TRY(read_relation(&c, &equal));
        LK_TRY(lk_names_read(&c, "a state"));
        LK_TRY(lk_network_find_state(network, &state, variable, c.name));
        LK_TRY(equal ? lk_evidence_add_state(network, evidence, variable, state)
                     : lk_evidence_exclude_state(network, evidence, variable, state));
        LK_TRY(lk_names_comma(&c, &more));
    }
    return LK_OK;
}

void lk_evidence_free(const lk_network *network, lk_evidence *evidence) {
    if (network) lk_free(network->context, evidence->findings);
    *evidence = (lk_evidence){0};
}

static lk_status add_listed(const lk_network *network, lk_variable_list *list, uint32_t variable) {
    for (size_t i = 0; i < list->count; i++)
        if (list->variables[i] == variable)
            return lk_fail(network->context, LK_ERROR_USAGE, "variable \"%s\" is named twice",
                           network->variables[variable].name);
    void *variables = list->variables;
    lk_status status = reserve(network->context, &variables, list->count, &list->capacity,
                               sizeof *list->variables);
    list->variables = variables;
    LK_TRY(status);
    list->variables[list->count++] = variable;
    return LK_OK;
}

lk_status lk_variable_list_add_text(const lk_network *network, lk_variable_list *list,
                                    const char *text) {
    lk_names c = {.context = network->context, .at = text};
    for (bool more = true; more;) {
        uint32_t variable;
        LK_TRY(lk_names_read(&c, "the name of a variable"));
        LK_TRY(lk_network_find_variable(network, &variable, c.name));
        LK_TRY(add_listed(network, list, variable));
        LK_TRY(lk_names_comma(&c, &more));
    }
    return LK_OK;
}

void lk_variable_list_free(const lk_network *network, lk_variable_list *list) {
    if (network) lk_free(network->context, list->variables);
    *list = (lk_variable_list){0};
}
