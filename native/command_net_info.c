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

static void append_figures(lk_buffer *out, const lk_network *network, const lk_network_figures *f) {
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
