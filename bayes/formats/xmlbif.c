// XMLBIF 0.3 (F. G. Cozman, "The Interchange Format for Bayesian Networks", 1998).
//
//     <BIF VERSION="0.3"><NETWORK><NAME>asia</NAME>
//       <VARIABLE
//       TYPE="nature"><NAME>lung</NAME><OUTCOME>yes</OUTCOME><OUTCOME>no</OUTCOME></VARIABLE>
//       <DEFINITION><FOR>lung</FOR><GIVEN>smoke</GIVEN><TABLE>0.1 0.9 0.01
//       0.99</TABLE></DEFINITION>
//     </NETWORK></BIF>
//
// The table is over (GIVEN in their order, FOR), last fastest: the opposite of BIF.
#include "formats/values.h"
#include "formats/write.h"
#include "formats/xml.h"

#include <strings.h>

typedef struct reader {
    lk_network *network;
    const lk_source *source;
    const lk_network_read_options *options;
    lk_arena scratch;
    lk_values values;
    bool *is_defined; // of each variable
} reader;

static lk_status fail_node(const reader *r, lk_status status, const lk_xml_node *node,
                           const char *format, const char *name) {
    return lk_fail_at(r->network->context, status, lk_xml_location(node, r->source), format, name);
}

static lk_status locate(const reader *r, lk_status status, const lk_xml_node *node) {
    return lk_locate_failure(r->network->context, status, lk_xml_location(node, r->source));
}

// ---- Variables ---------------------------------------------------------------------------------

// The text of an element as a name; `buffer` has room for one.
static const char *name_of(const lk_xml_node *node, char *buffer) {
    return lk_read_identifier(buffer, node->text, strlen(node->text)) ? buffer : node->text;
}

static uint32_t count_children(const lk_xml_node *node, const char *name) {
    uint32_t count = 0;
    for (const lk_xml_node *c = lk_xml_child(node, name); c; c = lk_xml_next(c, name)) count++;
    return count;
}

static lk_status check_type(const reader *r, const lk_xml_node *node) {
    const char *type = lk_xml_attribute_value(node, "TYPE");
    if (!type || strcasecmp(type, "nature") == 0) return LK_OK;
    return fail_node(r, LK_ERROR_UNSUPPORTED, node,
                     "variables of the type \"%s\" are not read, only those of nature", type);
}

static lk_status read_variable(reader *r, const lk_xml_node *node) {
    LK_TRY(check_type(r, node));
    const lk_xml_node *name = lk_xml_child(node, "NAME");
    if (!name) return fail_node(r, LK_ERROR_SYNTAX, node, "a variable needs a %s", "NAME");
    uint32_t count = count_children(node, "OUTCOME"), variable;
    lk_arena_mark mark = lk_arena_get_mark(&r->scratch);
    const char **states = lk_arena_alloc(&r->scratch, count, sizeof *states);
    LK_NEED(states);
    char buffer[LK_NAME_BYTES + 1];
    uint32_t s = 0;
    for (const lk_xml_node *o = lk_xml_child(node, "OUTCOME"); o; o = lk_xml_next(o, "OUTCOME")) {
        const char *state = name_of(o, buffer);
        states[s] = lk_arena_copy_text(&r->scratch, state, strlen(state));
        LK_NEED(states[s++]);
    }
    lk_status status =
        lk_network_add_variable(r->network, &variable, name_of(name, buffer), states, count);
    lk_arena_rewind(&r->scratch, mark);
    LK_TRY(locate(r, status, node));
    lk_network_set_place(r->network, variable, lk_xml_location(node, r->source));
    return LK_OK;
}

// ---- Definitions -------------------------------------------------------------------------------

static lk_status find_variable(const reader *r, uint32_t *variable, const lk_xml_node *node) {
    char buffer[LK_NAME_BYTES + 1];
    return locate(r, lk_network_find_variable(r->network, variable, name_of(node, buffer)), node);
}

static lk_status read_child(const reader *r, uint32_t *child, const lk_xml_node *node) {
    const lk_xml_node *name = lk_xml_child(node, "FOR");
    if (!name) return fail_node(r, LK_ERROR_SYNTAX, node, "a definition needs %s", "FOR");
    if (lk_xml_next(name, "FOR"))
        return fail_node(r, LK_ERROR_UNSUPPORTED, node,
                         "a definition of several variables at once is not read%s", "");
    LK_TRY(find_variable(r, child, name));
    if (r->is_defined[*child])
        return fail_node(r, LK_ERROR_DATA, node, "variable \"%s\" has a definition already",
                         r->network->variables[*child].name);
    r->is_defined[*child] = true;
    return LK_OK;
}

static lk_status read_parents(reader *r, uint32_t child, const lk_xml_node *node) {
    uint32_t count = count_children(node, "GIVEN"), i = 0;
    lk_arena_mark mark = lk_arena_get_mark(&r->scratch);
    uint32_t *parents = lk_arena_alloc(&r->scratch, count, sizeof *parents);
    LK_NEED(parents);
    for (const lk_xml_node *g = lk_xml_child(node, "GIVEN"); g; g = lk_xml_next(g, "GIVEN"))
        LK_TRY(find_variable(r, &parents[i++], g));
    lk_status status = lk_network_set_parents(r->network, child, parents, count);
    lk_arena_rewind(&r->scratch, mark);
    return locate(r, status, node);
}

static lk_status read_definition(reader *r, const lk_xml_node *node) {
    uint32_t child = 0;
    LK_TRY(read_child(r, &child, node));
    LK_TRY(read_parents(r, child, node));
    const lk_xml_node *table = lk_xml_child(node, "TABLE");
    if (!table || !*table->text) return LK_OK;
    lk_context *context = r->network->context;
    lk_values_clear(context, &r->values);
    LK_TRY(
        locate(r, lk_values_add_all(context, &r->values, table->text, strlen(table->text)), table));
    return lk_values_set_table(r->network, child, &r->values, r->options,
                               lk_xml_location(table, r->source));
}

// ---- The whole ---------------------------------------------------------------------------------

static bool is_definition(const lk_xml_node *node) {
    return strcmp(node->name, "DEFINITION") == 0 || strcmp(node->name, "PROBABILITY") == 0;
}

static lk_status read_definitions(reader *r, const lk_xml_node *body) {
    r->is_defined = lk_arena_alloc_zero(&r->scratch, r->network->count, 1);
    LK_NEED(r->is_defined);
    for (const lk_xml_node *n = body->first; n; n = n->next)
        if (is_definition(n)) LK_TRY(read_definition(r, n));
    for (uint32_t v = 0; v < r->network->count; v++)
        if (!r->is_defined[v])
            return lk_fail_at(r->network->context, LK_ERROR_DATA, r->network->variables[v].place,
                              "there is no definition for variable \"%s\"",
                              r->network->variables[v].name);
    return LK_OK;
}

static lk_status read_network(reader *r) {
    lk_xml_node *root;
    LK_TRY(lk_xml_parse(&r->scratch, &root, r->source));
    const lk_xml_node *body = lk_xml_child(root, "NETWORK");
    if (strcmp(root->name, "BIF") != 0 || !body)
        return fail_node(r, LK_ERROR_SYNTAX, root, "expected an element NETWORK within %s", "BIF");
    const lk_xml_node *name = lk_xml_child(body, "NAME");
    char buffer[LK_NAME_BYTES + 1];
    if (name) LK_TRY(lk_network_rename(r->network, name_of(name, buffer)));
    for (const lk_xml_node *v = lk_xml_child(body, "VARIABLE"); v; v = lk_xml_next(v, "VARIABLE"))
        LK_TRY(read_variable(r, v));
    return read_definitions(r, body);
}

lk_status lk_xmlbif_read(lk_network *network, const lk_source *source,
                         const lk_network_read_options *options) {
    reader r = {.network = network,
                .source = source,
                .options = options,
                .scratch = lk_arena_make(network->context, 0)};
    lk_status status = read_network(&r);
    lk_values_free(network->context, &r.values);
    lk_arena_release(&r.scratch);
    return status;
}

bool lk_xmlbif_probe(const lk_source *source) { return lk_xml_probe(source, "BIF"); }

// ---- Writing -----------------------------------------------------------------------------------

// XML has no control characters and no U+FFFE and U+FFFF, and readers drop the white space around a
// text: such names are written as identifiers.
static void write_name(lk_buffer *out, const char *name) {
    size_t length = strlen(name);
    bool is_odd = length == 0 || name[0] == ' ' || name[length - 1] == ' ';
    is_odd = is_odd || strstr(name, "\xEF\xBF\xBE") || strstr(name, "\xEF\xBF\xBF");
    bool is_mark = strncmp(name, "lk__", 4) == 0;
    for (const char *c = name; *c; c++) is_odd = is_odd || (uint8_t)*c < ' ' || *c == 0x7F;
    if (is_odd || is_mark)
        lk_write_identifier(out, name);
    else
        lk_xml_write_text(out, name);
}

static void write_element(lk_buffer *out, const char *indent, const char *element,
                          const char *name) {
    lk_buffer_printf(out, "%s<%s>", indent, element);
    write_name(out, name);
    lk_buffer_printf(out, "</%s>\n", element);
}

static void write_variable(lk_buffer *out, const lk_variable *variable) {
    lk_buffer_append_text(out, "  <VARIABLE TYPE=\"nature\">\n");
    write_element(out, "    ", "NAME", variable->name);
    for (uint32_t s = 0; s < variable->state_count; s++)
        write_element(out, "    ", "OUTCOME", variable->states[s]);
    lk_buffer_append_text(out, "  </VARIABLE>\n");
}

static void write_table(lk_buffer *out, const lk_variable *child) {
    lk_buffer_append_text(out, "    <TABLE>\n");
    for (size_t i = 0; i < child->table_count; i++) {
        lk_buffer_append_text(out, i % child->state_count ? " " : "      ");
        lk_write_number(out, child->table[i]);
        if (i % child->state_count + 1 == child->state_count) lk_buffer_append_byte(out, '\n');
    }
    lk_buffer_append_text(out, "    </TABLE>\n");
}

static void write_definition(lk_buffer *out, const lk_network *network, const lk_variable *child) {
    lk_buffer_append_text(out, "  <DEFINITION>\n");
    write_element(out, "    ", "FOR", child->name);
    for (uint32_t i = 0; i < child->parent_count; i++)
        write_element(out, "    ", "GIVEN", network->variables[child->parents[i]].name);
    if (child->table) write_table(out, child);
    lk_buffer_append_text(out, "  </DEFINITION>\n");
}

lk_status lk_xmlbif_write(lk_buffer *out, const lk_network *network) {
    static const char start[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<!DOCTYPE BIF [\n"
        "  <!ELEMENT BIF ( NETWORK )*>\n"
        "  <!ATTLIST BIF VERSION CDATA #REQUIRED>\n"
        "  <!ELEMENT NETWORK ( NAME, ( PROPERTY | VARIABLE | DEFINITION )* )>\n"
        "  <!ELEMENT NAME (#PCDATA)>\n"
        "  <!ELEMENT VARIABLE ( NAME, ( OUTCOME | PROPERTY )* )>\n"
        "  <!ATTLIST VARIABLE TYPE (nature|decision|utility) \"nature\">\n"
        "  <!ELEMENT OUTCOME (#PCDATA)>\n"
        "  <!ELEMENT DEFINITION ( FOR | GIVEN | TABLE | PROPERTY )*>\n"
        "  <!ELEMENT FOR (#PCDATA)>\n"
        "  <!ELEMENT GIVEN (#PCDATA)>\n"
        "  <!ELEMENT TABLE (#PCDATA)>\n"
        "  <!ELEMENT PROPERTY (#PCDATA)>\n"
        "]>\n";
    LK_TRY(lk_write_need_bayes(network, "XMLBIF"));
    lk_buffer_append_text(out, start);
    lk_buffer_append_text(out, "<BIF VERSION=\"0.3\">\n<NETWORK>\n");
    write_element(out, "  ", "NAME", *network->name ? network->name : "unknown");
    for (uint32_t v = 0; v < network->count; v++) write_variable(out, &network->variables[v]);
    for (uint32_t v = 0; v < network->count; v++)
        write_definition(out, network, &network->variables[v]);
    lk_buffer_append_text(out, "</NETWORK>\n</BIF>\n");
    return LK_OK;
}
