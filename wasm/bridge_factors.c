// Operations on factors for JavaScript.
#include "bridge_request.h"

#include "likelore/factors.h"

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

static lk_status answer_factors(lk_bridge *bridge, const lk_request *request) {
    lk_variable_list list = {0};
    lk_status status = read_variables(bridge, request, &list);
    lk_factor_choice choice = {
        .tables = list.variables,
        .table_count = list.count,
        .targets = request->targets.variables,
        .target_count = request->targets.count,
        .evidence = request->evidence.findings,
        .evidence_count = request->evidence.count,
        .exact = lk_json_bool(lk_json_get(request->document, "exact"), false),
    };
    if (status == LK_OK)
        status = lk_network_factors_to_json(&bridge->output, request->network, &choice);
    lk_variable_list_free(request->network, &list);
    return status;
}

// Factors of a network with the evidence put in, as lk_network_factors_to_json has them: the tables
// of "variables":"A,B", or those that matter for the targets, or all; "exact":true for fractions.
LK_EXPORT lk_status lk_bridge_network_factors(lk_bridge *bridge, lk_network *network,
                                              const char *text, size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_factors);
}
