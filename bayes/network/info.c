// What is in a network, in figures.
#include "likelore/bayes.h"
#include "likelore/json.h"

static void count_potentials(lk_network_figures *f, const lk_network *network) {
    f->potentials = lk_network_potential_count(network);
    f->cells = f->parameters = 0;
    for (uint32_t i = 0; i < f->potentials; i++) {
        size_t count;
        lk_network_potential(network, i, &count);
        f->cells += (double)count;
    }
    f->parameters = f->cells;
}

lk_network_figures lk_network_get_figures(const lk_network *network) {
    lk_network_figures f = {.variables = lk_network_variable_count(network)};
    for (uint32_t v = 0; v < f.variables; v++) {
        uint32_t parents = lk_network_parent_count(network, v);
        uint32_t states = lk_network_state_count(network, v);
        double rows = 1;
        for (uint32_t i = 0; i < parents; i++)
            rows *= lk_network_state_count(network, lk_network_parents(network, v)[i]);
        f.arrows += parents;
        if (parents > f.most_parents) f.most_parents = parents;
        if (states > f.most_states) f.most_states = states;
        f.cells += rows * states;
        f.parameters += rows * (states - 1);
    }
    if (lk_network_is_markov(network)) count_potentials(&f, network);
    return f;
}

static void add_figures(lk_json_writer *writer, const lk_network *network) {
    lk_network_figures f = lk_network_get_figures(network);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "name", lk_network_name(network));
    lk_json_add_string(writer, "kind", lk_network_is_markov(network) ? "markov" : "bayes");
    lk_json_add_integer(writer, "variable_count", f.variables);
    lk_json_add_integer(writer, "arrows", f.arrows);
    lk_json_add_integer(writer, "potentials", f.potentials);
    lk_json_add_integer(writer, "most_states", f.most_states);
    lk_json_add_integer(writer, "most_parents", f.most_parents);
    lk_json_add_number(writer, "cells", f.cells);
    lk_json_add_number(writer, "parameters", f.parameters);
    lk_json_add_bool(writer, "has_tables", lk_network_has_tables(network));
}

static void add_variable(lk_json_writer *writer, const lk_network *network, uint32_t v) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "name", lk_network_variable_name(network, v));
    lk_json_begin_array(writer, "states");
    for (uint32_t s = 0; s < lk_network_state_count(network, v); s++)
        lk_json_add_string(writer, NULL, lk_network_state_name(network, v, s));
    lk_json_end(writer);
    const uint32_t *parents = lk_network_parents(network, v);
    lk_json_begin_array(writer, "parents");
    for (uint32_t i = 0; i < lk_network_parent_count(network, v); i++)
        lk_json_add_string(writer, NULL, lk_network_variable_name(network, parents[i]));
    lk_json_end(writer);
    lk_json_end(writer);
}

lk_status lk_network_info_to_json(lk_buffer *out, const lk_network *network) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    lk_json_begin_object(writer, NULL);
    add_figures(writer, network);
    lk_json_begin_array(writer, "variables");
    for (uint32_t v = 0; v < lk_network_variable_count(network); v++)
        add_variable(writer, network, v);
    lk_json_end(writer);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}
