// A diagram in Graphviz's language. Names are quoted; a backslash is doubled everywhere, because it
// begins escapes in labels and would hide a quote behind it.
#include "draw/drawing.h"

enum { MOST_STATES = 12 }; // in a label

static void append_quoted(lk_buffer *out, const char *text) {
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') lk_buffer_append_byte(out, '\\');
        if (*text == '\n')
            lk_buffer_append_text(out, "\\n");
        else
            lk_buffer_append_byte(out, *text);
    }
}

static void append_id(lk_buffer *out, const lk_diagram *d, uint32_t node) {
    if (d->nodes[node].variable == LK_NO_VARIABLE) {
        lk_buffer_printf(out, "%s%u", d->nodes[node].is_separator ? "separator" : "clique", node);
        return;
    }
    lk_buffer_append_byte(out, '"');
    append_quoted(out, d->network->variables[d->nodes[node].variable].name);
    lk_buffer_append_byte(out, '"');
}

static void append_variable(lk_buffer *out, const lk_diagram *d, uint32_t variable) {
    append_quoted(out, d->network->variables[variable].name);
    if (d->states[variable] == LK_NO_STATE) return;
    lk_buffer_append_text(out, " = ");
    append_quoted(out, d->network->variables[variable].states[d->states[variable]]);
}

static void append_mark(lk_buffer *out, const lk_diagram *d, uint32_t variable) {
    if (!d->marks[variable]) return;
    lk_buffer_append_text(out, "\\n");
    append_quoted(out, d->marks[variable]);
}

static void append_posterior(lk_buffer *out, const lk_diagram *d, uint32_t variable) {
    const lk_variable *v = &d->network->variables[variable];
    if (!d->posteriors[variable]) return;
    lk_buffer_append_text(out, "\\n");
    for (uint32_t s = 0; s < v->state_count && s < MOST_STATES; s++) {
        append_quoted(out, v->states[s]);
        lk_buffer_append_text(out, "  ");
        lk_append_percentage(out, d->posteriors[variable][s], "<", ">");
        lk_buffer_append_text(out, "\\l");
    }
    if (v->state_count > MOST_STATES)
        lk_buffer_printf(out, "%u others\\l", v->state_count - MOST_STATES);
}

static void append_set(lk_buffer *out, const lk_diagram *d, const lk_diagram_node *node) {
    for (uint32_t i = 0; i < node->member_count; i++) {
        if (i > 0) lk_buffer_append_text(out, ", ");
        append_variable(out, d, node->members[i]);
    }
    if (node->is_separator) return;
    double cells = lk_cells_of(d->network, node->members, node->member_count);
    lk_buffer_printf(out, cells < 1e15 ? "\\n%.0f %s" : "\\n%.0e %s", cells,
                     cells == 1 ? "cell" : "cells");
}

static void append_node(lk_buffer *out, const lk_diagram *d, uint32_t index) {
    const lk_diagram_node *node = &d->nodes[index];
    lk_buffer_append_text(out, "  ");
    append_id(out, d, index);
    lk_buffer_append_text(out, " [label=\"");
    if (node->variable == LK_NO_VARIABLE) {
        append_set(out, d, node);
    } else {
        append_variable(out, d, node->variable);
        append_mark(out, d, node->variable);
        if (node->step) lk_buffer_printf(out, "\\neliminated %u", node->step);
        append_posterior(out, d, node->variable);
    }
    lk_buffer_append_byte(out, '"');
    if (node->is_separator) lk_buffer_append_text(out, ", style=dashed");
    if (node->variable == LK_NO_VARIABLE && !node->is_separator)
        lk_buffer_append_text(out, ", style=rounded");
    if (node->variable != LK_NO_VARIABLE && d->states[node->variable] != LK_NO_STATE)
        lk_buffer_append_text(out, ", style=filled, penwidth=2");
    else if (node->variable != LK_NO_VARIABLE && d->marks[node->variable])
        lk_buffer_append_text(out, ", style=\"filled,dashed\"");
    lk_buffer_append_text(out, "];\n");
}

static void append_edge(lk_buffer *out, const lk_diagram *d, size_t index) {
    lk_buffer_append_text(out, "  ");
    append_id(out, d, d->edges[index].from);
    lk_buffer_append_text(out, d->is_directed ? " -> " : " -- ");
    append_id(out, d, d->edges[index].to);
    if (d->kinds[index] == LK_EDGE_MORAL) lk_buffer_append_text(out, " [style=dashed]");
    if (d->kinds[index] == LK_EDGE_FILL) lk_buffer_append_text(out, " [style=dotted, penwidth=2]");
    lk_buffer_append_text(out, ";\n");
}

void lk_diagram_to_dot(lk_buffer *out, const lk_diagram *d) {
    lk_buffer_append_text(out, d->is_directed ? "digraph \"" : "graph \"");
    append_quoted(out, d->network->name);
    lk_buffer_append_text(out, "\" {\n  node [shape=box];\n");
    if (d->notes[0][0]) lk_buffer_printf(out, "  label=\"%s\\n%s\";\n", d->notes[0], d->notes[1]);
    for (uint32_t i = 0; i < d->node_count; i++) append_node(out, d, i);
    for (size_t e = 0; e < d->edge_count; e++) append_edge(out, d, e);
    lk_buffer_append_text(out, "}\n");
}
