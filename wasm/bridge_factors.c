// Operations on factors for JavaScript.
#include "bridge_request.h"

#include "likelore/factors.h"

#include <stdlib.h>

// The answer of lk_factor_combine_json.
LK_EXPORT lk_status lk_bridge_factors_combine(lk_bridge *bridge, const char *text, size_t length) {
    lk_buffer_clear(&bridge->output);
    return lk_factor_combine_json(bridge->context, &bridge->output, text, length);
}

static lk_status read_variables(lk_bridge *bridge, const lk_request *request,
                                lk_variable_list *list) {
    const char *text = lk_json_string(lk_json_get(request->document, "variables"), NULL);
    if (!text) return LK_OK;
    if (lk_network_is_markov(request->network))
        return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                              "a Markov network has potentials, not a table for each variable: "
                              "leave the variables out");
    return lk_variable_list_add_text(request->network, list, text);
}

// The potentials asked for by their numbers from 0, to be freed; NULL where all are wanted.
static lk_status read_potentials(lk_bridge *bridge, const lk_request *request, uint32_t **numbers,
                                 size_t *count) {
    const lk_json *asked = lk_json_get(request->document, "potentials");
    if (!asked) return LK_OK;
    if (!lk_network_is_markov(request->network))
        return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                              "a Bayesian network has a table for each variable, not potentials: "
                              "name variables");
    *numbers = malloc((lk_json_count(asked) + 1) * sizeof **numbers);
    if (!*numbers) return LK_ERROR_MEMORY;
    for (const lk_json *item = lk_json_first(asked); item; item = lk_json_next(item)) {
        int64_t number;
        if (!lk_json_integer(item, &number, 0, UINT32_MAX))
            return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                                  "\"potentials\" must be whole numbers, counted from 0");
        (*numbers)[(*count)++] = (uint32_t)number;
    }
    return LK_OK;
}

static lk_status answer_factors(lk_bridge *bridge, const lk_request *request) {
    lk_variable_list list = {0};
    uint32_t *potentials = NULL;
    size_t potential_count = 0;
    lk_status status = read_variables(bridge, request, &list);
    if (status == LK_OK) status = read_potentials(bridge, request, &potentials, &potential_count);
    lk_factor_choice choice = {
        .tables = potentials ? potentials : list.variables,
        .table_count = potentials ? potential_count : list.count,
        .targets = request->targets.variables,
        .target_count = request->targets.count,
        .evidence = request->evidence.findings,
        .evidence_count = request->evidence.count,
        .exact = lk_json_bool(lk_json_get(request->document, "exact"), false),
    };
    if (status == LK_OK)
        status = lk_network_factors_to_json(&bridge->output, request->network, &choice);
    lk_variable_list_free(request->network, &list);
    free(potentials);
    return status;
}

// Factors of a network with the evidence put in, as lk_network_factors_to_json has them: the tables
// of "variables":"A,B", or the "potentials":[0,2] of a Markov network, or those that matter for the
// targets, or all; "exact":true for fractions.
LK_EXPORT lk_status lk_bridge_network_factors(lk_bridge *bridge, lk_network *network,
                                              const char *text, size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_factors);
}
