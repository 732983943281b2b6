// `likelore net draw`: pictures of networks, and of the graphs that inference makes of them.
#include "command_net.h"

#include "net_question.h"

#include "likelore/json.h"

#include <string.h>

static bool takes_order(const char *graph) {
    return graph && (strcmp(graph, "triangulated") == 0 || strcmp(graph, "tree") == 0);
}

// {"version","format","drawing"}
static lk_status wrap_in_json(lk_buffer *out, const char *format) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "format", format ? format : "svg");
    lk_json_add_string(writer, "drawing", lk_buffer_text(out));
    lk_json_end(writer);
    lk_buffer_clear(out);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

static lk_status draw_with(const question *q, const char *graph, const char *format,
                           const lk_query *posteriors, lk_buffer *out) {
    lk_draw_options options = {.graph = graph,
                               .format = format,
                               .posteriors = posteriors,
                               .evidence = q->evidence.findings,
                               .evidence_count = q->evidence.count,
                               .heuristic = q->options.heuristic,
                               .order = q->options.order,
                               .order_count = q->options.order_count};
    return lk_network_draw(out, q->network, &options);
}

static lk_status draw(invocation *call, const question *q, lk_buffer *out) {
    const char *graph = option_value(call->arguments, "graph", NULL);
    const char *format = option_value(call->arguments, "format", NULL);
    if (option_value(call->arguments, "order", NULL) && !takes_order(graph))
        return usage_error(call, "--order is for --graph triangulated and --graph tree");
    if (!has_flag(call->arguments, "bars")) {
        if (q->targets.count > 0)
            return usage_error(call, "-t says which variables have bars: it needs --bars");
        return draw_with(q, graph, format, NULL, out);
    }
    // The order is that of the figure, not of the query.
    question asked = *q;
    asked.options = (lk_query_options){0};
    lk_query *query;
    LK_TRY(run_query(call, &asked, &query));
    lk_status status = draw_with(q, graph, format, query, out);
    lk_query_free(query);
    return status;
}

static const option options[] = {
    {"graph", 0, "GRAPH", "dag (the arrows), moral, triangulated, or tree (a junction tree)"},
    {"bars", 0, NULL, "show the probabilities of the states, given the evidence"},
    NET_TARGET,
    NET_EVIDENCE,
    NET_ORDER,
    {"format", 0, "FORMAT", "svg, or dot for Graphviz"},
    NET_NORMALIZE,
    {0}};

static lk_status draw_for_call(invocation *call, const question *q, lk_buffer *out) {
    LK_TRY(draw(call, q, out));
    if (!has_flag(call->arguments, "json")) return LK_OK;
    return wrap_in_json(out, option_value(call->arguments, "format", NULL));
}

static lk_status run(invocation *call) { return run_question(call, draw_for_call); }

const command net_draw_command = {
    .noun = "net",
    .verb = "draw",
    .operands = "FILE",
    .summary = "draw a network as SVG",
    .details =
        "Draws the arrows of a network, or one of the graphs that inference makes of it: the "
        "moral graph, its triangulation by an order of elimination, and a junction tree. "
        "What is observed is marked; with --bars every variable, or each target of -t, "
        "shows its posterior.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
