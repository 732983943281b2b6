// Writing the Bayesian interchange format (bif.c). Rows are written one by one, in the order of the
// table, which every reader understands alike.
#include "formats/write.h"

// Names of these characters need no quotes anywhere.
static bool is_plain(const char *name) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    return *name && strspn(name, plain) == strlen(name);
}

static bool is_reserved(const char *name) {
    return strcmp(name, "default") == 0 || strcmp(name, "table") == 0;
}

static void write_name(lk_buffer *out, const char *name) {
    if (is_plain(name) && !is_reserved(name))
        lk_buffer_append_text(out, name);
    else
        lk_buffer_printf(out, "\"%s\"", name);
}

static lk_status check_name(const lk_network *network, const char *name) {
    if (!strchr(name, '"')) return LK_OK;
    return lk_fail(network->context, LK_ERROR_UNSUPPORTED,
                   "the BIF format has no way to write the quote in the name %s", name);
}

static lk_status check_names(const lk_network *network) {
    for (uint32_t v = 0; v < network->count; v++) {
        const lk_variable *variable = &network->variables[v];
        LK_TRY(check_name(network, variable->name));
        for (uint32_t s = 0; s < variable->state_count; s++)
            LK_TRY(check_name(network, variable->states[s]));
    }
    return LK_OK;
}

static void write_variable(lk_buffer *out, const lk_variable *variable) {
    lk_buffer_append_text(out, "variable ");
    write_name(out, variable->name);
    lk_buffer_printf(out, " {\n  type discrete [ %u ] { ", variable->state_count);
    for (uint32_t s = 0; s < variable->state_count; s++) {
        if (s) lk_buffer_append_text(out, ", ");
        write_name(out, variable->states[s]);
    }
    lk_buffer_append_text(out, " };\n}\n");
}

static void write_header(lk_buffer *out, const lk_network *network, const lk_variable *child) {
    lk_buffer_append_text(out, "probability ( ");
    write_name(out, child->name);
    for (uint32_t i = 0; i < child->parent_count; i++) {
        lk_buffer_append_text(out, i ? ", " : " | ");
        write_name(out, network->variables[child->parents[i]].name);
    }
    lk_buffer_append_text(out, " ) {\n");
}

static void write_states(lk_buffer *out, const lk_network *network, const lk_variable *child,
                         size_t row) {
    size_t stride = child->table_count / child->state_count;
    for (uint32_t i = 0; i < child->parent_count; i++) {
        const lk_variable *parent = &network->variables[child->parents[i]];
        stride /= parent->state_count;
        lk_buffer_append_text(out, i ? ", " : "(");
        write_name(out, parent->states[row / stride % parent->state_count]);
    }
    lk_buffer_append_byte(out, ')');
}

static void write_rows(lk_buffer *out, const lk_network *network, const lk_variable *child) {
    size_t rows = child->table_count / child->state_count;
    for (size_t row = 0; row < rows; row++) {
        lk_buffer_append_text(out, "  ");
        if (child->parent_count)
            write_states(out, network, child, row);
        else
            lk_buffer_append_text(out, "table");
        for (uint32_t s = 0; s < child->state_count; s++) {
            lk_buffer_append_text(out, s ? ", " : " ");
            lk_write_number(out, child->table[row * child->state_count + s]);
        }
        lk_buffer_append_text(out, ";\n");
    }
}

lk_status lk_bif_write(lk_buffer *out, const lk_network *network) {
    LK_TRY(lk_write_need_bayes(network, "BIF"));
    LK_TRY(check_names(network));
    LK_TRY(check_name(network, network->name));
    lk_buffer_append_text(out, "network ");
    write_name(out, *network->name ? network->name : "unknown");
    lk_buffer_append_text(out, " {\n}\n");
    for (uint32_t v = 0; v < network->count; v++) write_variable(out, &network->variables[v]);
    for (uint32_t v = 0; v < network->count; v++) {
        const lk_variable *child = &network->variables[v];
        write_header(out, network, child);
        if (child->table) write_rows(out, network, child);
        lk_buffer_append_text(out, "}\n");
    }
    return LK_OK;
}
