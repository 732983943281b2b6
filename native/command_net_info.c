// `likelore net info`: what is in a network.
#include "command_net.h"

#include "net_question.h"
#include "text_table.h"

#include "likelore/json.h"

typedef struct figures {
    uint32_t variables;
    uint32_t arrows;
    uint32_t most_parents;
    uint32_t most_states;
    uint32_t potentials;
    double cells;      // of all tables
    double parameters; // cells that can be chosen: one fewer a row
} figures;

static void count_potentials(figures *f, const lk_network *network) {
    f->potentials = lk_network_potential_count(network);
    f->cells = f->parameters = 0;
    for (uint32_t i = 0; i < f->potentials; i++) {
        size_t count;
        lk_network_potential(network, i, &count);
        f->cells += (double)count;
    }
    f->parameters = f->cells;
}

static figures count_figures(const lk_network *network) {
    figures f = {.variables = lk_network_variable_count(network)};
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

static void append_states(lk_buffer *out, const lk_network *network, uint32_t v) {
    for (uint32_t s = 0; s < lk_network_state_count(network, v); s++)
        lk_buffer_printf(out, "%s%s", s ? ", " : "", lk_network_state_name(network, v, s));
}

static void append_parents(lk_buffer *out, const lk_network *network, uint32_t v) {
    const uint32_t *parents = lk_network_parents(network, v);
    for (uint32_t i = 0; i < lk_network_parent_count(network, v); i++)
        lk_buffer_printf(out, "%s%s", i ? ", " : "  ← ",
                         lk_network_variable_name(network, parents[i]));
}

static void append_figures(lk_buffer *out, const lk_network *network, const figures *f) {
    if (lk_network_is_markov(network)) {
        lk_buffer_printf(out, "Markov network %s: %u variables, %u potentials\n",
                         lk_network_name(network), f->variables, f->potentials);
        lk_buffer_printf(out, "at most %u states; %.0f cells in potentials\n\n", f->most_states,
                         f->cells);
        return;
    }
    lk_buffer_printf(out, "network %s: %u variables, %u arrows, %.0f free parameters\n",
                     lk_network_name(network), f->variables, f->arrows, f->parameters);
    lk_buffer_printf(out, "at most %u states and %u parents; %.0f table cells%s\n\n",
                     f->most_states, f->most_parents, f->cells,
                     lk_network_has_tables(network) ? "" : "; structure alone, without numbers");
}

static void append_info(lk_buffer *out, const lk_network *network) {
    figures f = count_figures(network);
    append_figures(out, network, &f);
    int names = 0;
    for (uint32_t v = 0; v < f.variables; v++) widen(&names, lk_network_variable_name(network, v));
    for (uint32_t v = 0; v < f.variables; v++) {
        append_padded(out, lk_network_variable_name(network, v), names + 2);
        append_states(out, network, v);
        append_parents(out, network, v);
        lk_buffer_append_byte(out, '\n');
    }
}

static void add_info(lk_json_writer *writer, const lk_network *network) {
    figures f = count_figures(network);
    lk_json_begin_object(writer, NULL);
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
    lk_json_begin_array(writer, "variables");
    for (uint32_t v = 0; v < f.variables; v++) {
        lk_json_begin_object(writer, NULL);
        lk_json_add_string(writer, "name", lk_network_variable_name(network, v));
        lk_json_begin_array(writer, "states");
        for (uint32_t s = 0; s < lk_network_state_count(network, v); s++)
            lk_json_add_string(writer, NULL, lk_network_state_name(network, v, s));
        lk_json_end(writer);
        lk_json_begin_array(writer, "parents");
        for (uint32_t i = 0; i < lk_network_parent_count(network, v); i++)
            lk_json_add_string(
                writer, NULL, lk_network_variable_name(network, lk_network_parents(network, v)[i]));
        lk_json_end(writer);
        lk_json_end(writer);
    }
    lk_json_end(writer);
    lk_json_end(writer);
}

static lk_status info_json(lk_buffer *out, const lk_network *network) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    add_info(writer, network);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

static lk_status run(invocation *call) {
    lk_network *network;
    LK_TRY(load_network(call, &network));
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = LK_OK;
    if (has_flag(call->arguments, "json"))
        status = info_json(&out, network);
    else
        append_info(&out, network);
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    lk_network_free(network);
    return status;
}

static const option options[] = {NET_NORMALIZE, {0}};

const command net_info_command = {
    .noun = "net",
    .verb = "info",
    .operands = "FILE",
    .summary = "show what is in a network",
    .details = "Counts variables, arrows and parameters, and lists the variables with their "
               "states and parents.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
