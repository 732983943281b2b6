#include "formats/formats.h"
#include "likelore/json.h"
#include "network/network.h"

// A document being written.
typedef struct output {
    lk_json_writer *writer;
    const lk_network *network;
    bool as_written; // numbers of which their doubles are not all, as texts
    lk_buffer text;  // of such a number
    lk_status status;
} output;

static void add_cell(output *o, const double *values, const lk_literals *written, size_t cell) {
    size_t length = 0;
    const char *literal = written ? lk_literals_find(written, &length, cell) : NULL;
    if (!literal) {
        lk_json_add_number(o->writer, NULL, values[cell]);
        return;
    }
    lk_buffer_clear(&o->text);
    lk_buffer_append(&o->text, literal, length);
    if (o->status == LK_OK) o->status = lk_buffer_status(&o->text);
    lk_json_add_string(o->writer, NULL, lk_buffer_text(&o->text));
}

// Rows that were divided by their sum are no longer what was written.
static void add_variable(output *o, uint32_t v) {
    lk_json_writer *writer = o->writer;
    const lk_network *network = o->network;
    const lk_variable *variable = &network->variables[v];
    bool literally = o->as_written && !variable->raw_table;
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
            add_cell(o, variable->table, literally ? &variable->literals : NULL, i);
        lk_json_end(writer);
    } else {
        lk_json_add_null(writer, "table");
    }
    lk_json_end(writer);
}

static void add_potential(output *o, uint32_t index) {
    lk_json_writer *writer = o->writer;
    const lk_network *network = o->network;
    const lk_table *table = lk_network_table_at(network, index);
    lk_json_begin_object(writer, NULL);
    lk_json_begin_array(writer, "scope");
    for (uint32_t i = 0; i < table->size; i++)
        lk_json_add_string(writer, NULL, network->variables[table->scope[i]].name);
    lk_json_end(writer);
    lk_json_begin_array(writer, "values");
    for (size_t i = 0; i < table->cells; i++)
        add_cell(o, table->given, o->as_written ? &table->literals : NULL, i);
    lk_json_end(writer);
    lk_json_end(writer);
}

static void add_potentials(output *o) {
    if (!o->network->is_markov) return;
    lk_json_begin_array(o->writer, "potentials");
    for (uint32_t i = 0; i < o->network->potential_count; i++) add_potential(o, i);
    lk_json_end(o->writer);
}

static void add_network(output *o) {
    lk_json_writer *writer = o->writer;
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "kind", o->network->is_markov ? "markov" : "bayes");
    lk_json_add_string(writer, "name", o->network->name);
    lk_json_begin_array(writer, "variables");
    for (uint32_t v = 0; v < o->network->count; v++) add_variable(o, v);
    lk_json_end(writer);
    add_potentials(o);
    lk_json_end(writer);
}

static lk_status write_network(lk_buffer *out, const lk_network *network, bool as_written) {
    output o = {
        .network = network, .as_written = as_written, .text = lk_buffer_make(network->context)};
    LK_TRY(lk_json_writer_new(network->context, &o.writer));
    add_network(&o);
    lk_status status = o.status;
    if (status == LK_OK) status = lk_json_finish(o.writer, out, false);
    lk_json_writer_free(o.writer);
    lk_buffer_free(&o.text);
    return status;
}

lk_status lk_network_to_json(lk_buffer *out, const lk_network *network) {
    return write_network(out, network, false);
}

// A file ends with a line end, as those of other formats do.
lk_status lk_network_json_write(lk_buffer *out, const lk_network *network) {
    LK_TRY(write_network(out, network, true));
    lk_buffer_append_byte(out, '\n');
    return LK_OK;
}
