#include "network/evidence_json.h"

// {"not":["a"]} where the likelihoods are 0 or 1, else {"likelihood":{"a":0.3,"b":0.7}}.
static void add_likelihood(lk_json_writer *writer, const lk_network *network,
                           const lk_variable *child) {
    const lk_variable *v = &network->variables[child->seen_of];
    bool excludes = true;
    for (uint32_t s = 0; s < v->state_count; s++)
        if (child->table[2 * s] != 0 && child->table[2 * s] != 1) excludes = false;
    lk_json_begin_object(writer, v->name);
    if (excludes)
        lk_json_begin_array(writer, "not");
    else
        lk_json_begin_object(writer, "likelihood");
    for (uint32_t s = 0; s < v->state_count; s++) {
        if (!excludes)
            lk_json_add_number(writer, v->states[s], child->table[2 * s]);
        else if (child->table[2 * s] == 0)
            lk_json_add_string(writer, NULL, v->states[s]);
    }
    lk_json_end(writer);
    lk_json_end(writer);
}

void lk_json_add_evidence(lk_json_writer *writer, const lk_network *network,
                          const uint32_t *evidence, size_t count, const uint32_t *states) {
    lk_json_begin_object(writer, "evidence");
    for (size_t i = 0; i < count; i++) {
        const lk_variable *variable = &network->variables[evidence[i]];
        const char *state = variable->states[states[evidence[i]]];
        if (variable->seen_of != LK_NO_VARIABLE) {
            add_likelihood(writer, network, variable);
        } else if (variable->is_set) {
            lk_json_begin_object(writer, variable->name);
            lk_json_add_string(writer, "do", state);
            lk_json_end(writer);
        } else {
            lk_json_add_string(writer, variable->name, state);
        }
    }
    lk_json_end(writer);
}
