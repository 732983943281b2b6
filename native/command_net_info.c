// `likelore net info`: what is in a network.
#include "command_net.h"

#include "net_question.h"
#include "text_table.h"

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

static const char *plural(uint32_t count) { return count == 1 ? "" : "s"; }

// The kind and, where there is one, the name.
static void append_title(lk_buffer *out, const lk_network *network) {
    const char *name = lk_network_name(network);
    lk_buffer_printf(out, "%s%s%s: ", lk_network_is_markov(network) ? "Markov network" : "network",
                     *name ? " " : "", name);
}

static void append_figures(lk_buffer *out, const lk_network *network, const lk_network_figures *f) {
    append_title(out, network);
    lk_buffer_printf(out, "%u variable%s, ", f->variables, plural(f->variables));
    if (lk_network_is_markov(network)) {
        lk_buffer_printf(out, "%u potential%s\n", f->potentials, plural(f->potentials));
        lk_buffer_printf(out, "at most %u state%s; %.0f cells in potentials\n\n", f->most_states,
                         plural(f->most_states), f->cells);
        return;
    }
    lk_buffer_printf(out, "%u arrow%s, %.0f free parameter%s\n", f->arrows, plural(f->arrows),
                     f->parameters, f->parameters == 1 ? "" : "s");
    lk_buffer_printf(out, "at most %u state%s and %u parent%s; %.0f table cells%s\n\n",
                     f->most_states, plural(f->most_states), f->most_parents,
                     plural(f->most_parents), f->cells,
                     lk_network_has_tables(network) ? "" : "; structure alone, without numbers");
}

static void append_info(lk_buffer *out, const lk_network *network) {
    lk_network_figures f = lk_network_get_figures(network);
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

static lk_status run(invocation *call) {
    lk_network *network;
    LK_TRY(load_network(call, &network));
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = LK_OK;
    if (has_flag(call->arguments, "json")) {
        status = lk_network_info_to_json(&out, network);
        lk_buffer_append_byte(&out, '\n');
    } else {
        append_info(&out, network);
    }
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
