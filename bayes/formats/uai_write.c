// Writing the UAI format (uai.c).
#include "formats/write.h"

static void write_scope(lk_buffer *out, const lk_table *table) {
    lk_buffer_printf(out, "%u", table->size);
    for (uint32_t i = 0; i < table->size; i++) lk_buffer_printf(out, " %u", table->scope[i]);
    lk_buffer_append_byte(out, '\n');
}

// A line for each run of the fastest variable.
static void write_values(lk_buffer *out, const lk_network *network, const lk_table *table) {
    size_t row = table->size ? network->variables[table->scope[table->size - 1]].state_count : 1;
    lk_buffer_printf(out, "\n%zu\n", table->cells);
    for (size_t i = 0; i < table->cells; i++) {
        lk_buffer_append_byte(out, i % row ? ' ' : '\t');
        lk_write_number(out, table->given[i]);
        if (i % row + 1 == row) lk_buffer_append_byte(out, '\n');
    }
}

lk_status lk_uai_write(lk_buffer *out, const lk_network *network) {
    if (!network->is_markov) LK_TRY(lk_write_need_tables(network, "UAI"));
    uint32_t functions = network->is_markov ? network->potential_count : network->count;
    lk_buffer_printf(out, "%s\n%u\n", network->is_markov ? "MARKOV" : "BAYES", network->count);
    for (uint32_t v = 0; v < network->count; v++)
        lk_buffer_printf(out, "%s%u", v ? " " : "", network->variables[v].state_count);
    lk_buffer_printf(out, "\n%u\n", functions);
    for (uint32_t i = 0; i < functions; i++) write_scope(out, &network->tables[i]);
    for (uint32_t i = 0; i < functions; i++) write_values(out, network, &network->tables[i]);
    return LK_OK;
}
