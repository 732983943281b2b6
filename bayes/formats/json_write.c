#include "likelore/json.h"
#include "network/network.h"

static void add_variable(lk_json_writer *writer, const lk_network *network, uint32_t v) {
    const lk_variable *variable = &network->variables[v];
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "name", variable->name);
    lk_json_begin_array(writer, "states");
    for (uint32_t s = 0; s < variable->state_count; s++)
        lk_json_add_string(writer, NULL, variable->states[s]);
    lk_json_end(writer);
    lk_json_begin_array(writer, "parents");
    for (uint32_t i = 0; i < variable->parent_count; i++)
        lk_json_add_string(writer, NULL, network->variables[variable->parents[i]].name);
    lk_json_end(writer);
    if (variable->table) {
        lk_json_begin_array(writer, "table");
        for (size_t i = 0; i < variable->table_count; i++)
            lk_json_add_number(writer, NULL, variable->table[i]);
        lk_json_end(writer);
    } else {
        lk_json_add_null(writer, "table");
    }
    lk_json_end(writer);
}

static void add_potential(lk_json_writer *writer, const lk_network *network, uint32_t index) {
    const lk_table *table = lk_network_table_at(network, index);
    lk_json_begin_object(writer, NULL);
    lk_json_begin_array(writer, "scope");
    for (uint32_t i = 0; i < table->size; i++)
        lk_json_add_string(writer, NULL, network->variables[table->scope[i]].name);
    lk_json_end(writer);
    lk_json_begin_array(writer, "values");
    for (size_t i = 0; i < table->cells; i++) lk_json_add_number(writer, NULL, table->given[i]);
    lk_json_end(writer);
    lk_json_end(writer);
}

static void add_potentials(lk_json_writer *writer, const lk_network *network) {
    if (!network->is_markov) return;
    lk_json_begin_array(writer, "potentials");
    for (uint32_t i = 0; i < network->potential_count; i++) add_potential(writer, network, i);
    lk_json_end(writer);
}

lk_status lk_network_to_json(lk_buffer *out, const lk_network *network) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(network->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "kind", network->is_markov ? "markov" : "bayes");
    lk_json_add_string(writer, "name", network->name);
    lk_json_begin_array(writer, "variables");
    for (uint32_t v = 0; v < network->count; v++) add_variable(writer, network, v);
    lk_json_end(writer);
    add_potentials(writer, network);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}
