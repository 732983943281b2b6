// Writing HUGIN's .net format (hugin.c).
#include "formats/write.h"

static void write_quoted(lk_buffer *out, const char *text) {
    lk_buffer_append_byte(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') lk_buffer_append_byte(out, '\\');
        lk_buffer_append_byte(out, *text);
    }
    lk_buffer_append_byte(out, '"');
}

static void write_node(lk_buffer *out, const lk_variable *variable) {
    lk_buffer_append_text(out, "\nnode ");
    lk_write_identifier(out, variable->name);
    lk_buffer_append_text(out, "\n{\n    label = ");
    write_quoted(out, variable->name);
    lk_buffer_append_text(out, ";\n    states = (");
    for (uint32_t s = 0; s < variable->state_count; s++) {
        if (s) lk_buffer_append_byte(out, ' ');
        write_quoted(out, variable->states[s]);
    }
    lk_buffer_append_text(out, ");\n}\n");
}

// One pair of parentheses for each state of each parent, around the rows below it.
static void write_parentheses(lk_buffer *out, const lk_network *network, const lk_variable *child,
                              size_t row, bool closing) {
    size_t below = 1;
    for (uint32_t i = child->parent_count; i-- > 0;) {
        bool at_edge = closing ? (row + 1) % below == 0 : row % below == 0;
        if (at_edge) lk_buffer_append_byte(out, closing ? ')' : '(');
        below *= network->variables[child->parents[i]].state_count;
    }
}

static void write_data(lk_buffer *out, const lk_network *network, const lk_variable *child) {
    lk_buffer_append_text(out, "    data = (");
    size_t rows = child->table_count / child->state_count;
    for (size_t row = 0; row < rows; row++) {
        if (row) lk_buffer_append_text(out, "\n            ");
        write_parentheses(out, network, child, row, false);
        for (uint32_t s = 0; s < child->state_count; s++) {
            if (s) lk_buffer_append_byte(out, ' ');
            lk_write_number(out, child->table[row * child->state_count + s]);
        }
        write_parentheses(out, network, child, row, true);
    }
    lk_buffer_append_text(out, ");\n");
}

static void write_potential(lk_buffer *out, const lk_network *network, const lk_variable *child) {
    lk_buffer_append_text(out, "\npotential (");
    lk_write_identifier(out, child->name);
    for (uint32_t i = 0; i < child->parent_count; i++) {
        lk_buffer_append_text(out, i ? " " : " | ");
        lk_write_identifier(out, network->variables[child->parents[i]].name);
    }
    lk_buffer_append_text(out, ")\n{\n");
    if (child->table) write_data(out, network, child);
    lk_buffer_append_text(out, "}\n");
}

lk_status lk_hugin_write(lk_buffer *out, const lk_network *network) {
    LK_TRY(lk_write_need_bayes(network, "HUGIN"));
    lk_buffer_append_text(out, "net\n{\n    node_size = (100 40);\n}\n");
    for (uint32_t v = 0; v < network->count; v++) write_node(out, &network->variables[v]);
    for (uint32_t v = 0; v < network->count; v++)
        write_potential(out, network, &network->variables[v]);
    return LK_OK;
}
