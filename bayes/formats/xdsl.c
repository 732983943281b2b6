// XDSL, the format of GeNIe and SMILE (BayesFusion, "SMILE Programmer's Manual").
//
//     <smile version="1.0" id="asia"><nodes>
//       <cpt id="lung"><state id="yes"/><state id="no"/><parents>smoke</parents>
//         <probabilities>0.1 0.9 0.01 0.99</probabilities></cpt>
//     </nodes></smile>
//
// The table is over (parents in their order, the node), last fastest. Deterministic and noisy-MAX
// nodes become tables. Identifiers are letters, digits and underscores.
#include "formats/values.h"
#include "formats/write.h"
#include "formats/xdsl_noisy.h"
#include "formats/xml.h"

#include "formats/scanner.h"

#include <stdlib.h>

typedef struct node {
    const lk_xml_node *element;
    uint32_t place; // in the order the network had, where the file tells it
} node;

typedef struct reader {
    lk_network *network;
    const lk_source *source;
    const lk_network_read_options *options;
    lk_arena scratch;
    lk_values values;
    node *nodes;
    uint32_t count;
} reader;

static lk_status fail_node(const reader *r, lk_status status, const lk_xml_node *element,
                           const char *format, const char *name) {
    return lk_fail_at(r->network->context, status, lk_xml_location(element, r->source), format,
                      name);
}

static lk_status locate(const reader *r, lk_status status, const lk_xml_node *element) {
    return lk_locate_failure(r->network->context, status, lk_xml_location(element, r->source));
}

// ---- Words -------------------------------------------------------------------------------------

// Takes the next word of a text that white space separates; false at its end.
static bool take_word(const char **text, const char **word, size_t *length) {
    while (lk_is_space(**text)) ++*text;
    *word = *text;
    while (**text && !lk_is_space(**text)) ++*text;
    *length = (size_t)(*text - *word);
    return *length > 0;
}

static uint32_t count_words(const char *text) {
    uint32_t count = 0;
    const char *word;
    size_t length;
    while (take_word(&text, &word, &length)) count++;
    return count;
}

// A word as a name: an identifier of ours is taken back.
static void read_name(char name[LK_NAME_BYTES + 1], const char *word, size_t length) {
    if (lk_read_identifier(name, word, length)) return;
    if (length > LK_NAME_BYTES) length = LK_NAME_BYTES;
    memcpy(name, word, length);
    name[length] = 0;
}

// ---- Nodes -------------------------------------------------------------------------------------

static lk_status check_kind(const reader *r, const lk_xml_node *element) {
    static const char *const kinds[] = {"cpt", "deterministic", "noisymax"};
    if (lk_xml_attribute_value(element, "dynamic"))
        return fail_node(r, LK_ERROR_UNSUPPORTED, element, "dynamic networks are not read%s", "");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(element->name, kinds[i]) == 0) return LK_OK;
    return fail_node(r, LK_ERROR_UNSUPPORTED, element,
                     "nodes of the kind \"%s\" are not read, only cpt, deterministic and noisymax",
                     element->name);
}

static const char PLACE[] = "likelore_place";

static uint32_t find_place(const lk_xml_node *element, uint32_t otherwise) {
    const lk_xml_node *p = lk_xml_child(element, "property");
    for (; p; p = lk_xml_next(p, "property")) {
        const char *id = lk_xml_attribute_value(p, "id");
        if (id && strcmp(id, PLACE) == 0) return (uint32_t)strtoul(p->text, NULL, 10);
    }
    return otherwise;
}

static int compare_places(const void *a, const void *b) {
    const node *x = a, *y = b;
    if (x->place != y->place) return x->place < y->place ? -1 : 1;
    return x->element->byte < y->element->byte ? -1 : 1;
}

static lk_status collect_nodes(reader *r, const lk_xml_node *list) {
    for (const lk_xml_node *e = list->first; e; e = e->next) r->count++;
    r->nodes = lk_arena_alloc(&r->scratch, r->count, sizeof *r->nodes);
    LK_NEED(r->nodes);
    uint32_t i = 0;
    for (const lk_xml_node *e = list->first; e; e = e->next, i++) {
        LK_TRY(check_kind(r, e));
        r->nodes[i] = (node){e, find_place(e, i)};
    }
    if (r->count) qsort(r->nodes, r->count, sizeof *r->nodes, compare_places);
    return LK_OK;
}

static lk_status copy_id(reader *r, const char **out, const lk_xml_node *element) {
    const char *id = lk_xml_attribute_value(element, "id");
    if (!id)
        return fail_node(r, LK_ERROR_SYNTAX, element, "an element \"%s\" needs an id",
                         element->name);
    char name[LK_NAME_BYTES + 1];
    if (lk_read_identifier(name, id, strlen(id))) id = name;
    *out = lk_arena_copy_text(&r->scratch, id, strlen(id));
    LK_NEED(*out);
    return LK_OK;
}

static lk_status add_node(reader *r, const lk_xml_node *element) {
    lk_arena_mark mark = lk_arena_get_mark(&r->scratch);
    uint32_t count = 0, variable;
    const lk_xml_node *s = lk_xml_child(element, "state");
    for (; s; s = lk_xml_next(s, "state")) count++;
    const char **states = lk_arena_alloc(&r->scratch, count, sizeof *states), *name = NULL;
    LK_NEED(states);
    count = 0;
    for (s = lk_xml_child(element, "state"); s; s = lk_xml_next(s, "state"))
        LK_TRY(copy_id(r, &states[count++], s));
    LK_TRY(copy_id(r, &name, element));
    lk_status status = lk_network_add_variable(r->network, &variable, name, states, count);
    lk_arena_rewind(&r->scratch, mark);
    LK_TRY(locate(r, status, element));
    lk_network_set_place(r->network, variable, lk_xml_location(element, r->source));
    return LK_OK;
}

// ---- Definitions -------------------------------------------------------------------------------

static lk_status read_parents(reader *r, uint32_t variable, const lk_xml_node *element) {
    const lk_xml_node *list = lk_xml_child(element, "parents");
    if (!list) return LK_OK;
    lk_arena_mark mark = lk_arena_get_mark(&r->scratch);
    uint32_t count = count_words(list->text), i = 0;
    uint32_t *parents = lk_arena_alloc(&r->scratch, count, sizeof *parents);
    LK_NEED(parents);
    const char *text = list->text, *word;
    size_t length;
    char name[LK_NAME_BYTES + 1];
    while (take_word(&text, &word, &length)) {
        read_name(name, word, length);
        LK_TRY(locate(r, lk_network_find_variable(r->network, &parents[i++], name), list));
    }
    lk_status status = lk_network_set_parents(r->network, variable, parents, count);
    lk_arena_rewind(&r->scratch, mark);
    return locate(r, status, list);
}

// The numbers of a child element; *there is false without it.
static lk_status read_numbers(reader *r, bool *there, const lk_xml_node *element,
                              const char *child) {
    lk_values_clear(r->network->context, &r->values);
    const lk_xml_node *list = lk_xml_child(element, child);
    *there = list != NULL;
    if (!list) return LK_OK;
    return locate(
        r, lk_values_add_all(r->network->context, &r->values, list->text, strlen(list->text)),
        list);
}

static lk_status define_table(reader *r, uint32_t variable, const lk_xml_node *element) {
    bool there = false;
    LK_TRY(read_numbers(r, &there, element, "probabilities"));
    if (!there) return LK_OK;
    return lk_values_set_table(r->network, variable, &r->values, r->options,
                               lk_xml_location(element, r->source));
}

// Each row has 1 for the state that is named.
static lk_status define_deterministic(reader *r, uint32_t variable, const lk_xml_node *element) {
    lk_values_clear(r->network->context, &r->values);
    const lk_xml_node *list = lk_xml_child(element, "resultingstates");
    if (!list) return LK_OK;
    const char *text = list->text, *word;
    size_t length;
    char name[LK_NAME_BYTES + 1];
    while (take_word(&text, &word, &length)) {
        uint32_t state = 0;
        read_name(name, word, length);
        LK_TRY(locate(r, lk_network_find_state(r->network, &state, variable, name), list));
        for (uint32_t s = 0; s < r->network->variables[variable].state_count; s++)
            LK_TRY(lk_values_add_double(r->network->context, &r->values, s == state));
    }
    return lk_values_set_table(r->network, variable, &r->values, r->options,
                               lk_xml_location(list, r->source));
}

// The order of the states' strengths, which is read when it is that of the states alone.
static lk_status check_strengths(reader *r, uint32_t variable, const lk_xml_node *element) {
    bool there = false;
    LK_TRY(read_numbers(r, &there, element, "strengths"));
    if (!there) return LK_OK;
    const lk_variable *child = &r->network->variables[variable];
    size_t at = 0;
    for (uint32_t i = 0; i < child->parent_count; i++)
        for (uint32_t s = 0; s < r->network->variables[child->parents[i]].state_count; s++, at++)
            if (at >= r->values.count || r->values.values[at] != s)
                return fail_node(r, LK_ERROR_UNSUPPORTED, element,
                                 "the noisy-MAX variable \"%s\" orders the strengths of its "
                                 "parents' states in another way than the states themselves, "
                                 "which is not read",
                                 child->name);
    return LK_OK;
}

static lk_status define_noisy(reader *r, uint32_t variable, const lk_xml_node *element) {
    bool there = false;
    LK_TRY(check_strengths(r, variable, element));
    LK_TRY(read_numbers(r, &there, element, "parameters"));
    if (!there) return LK_OK;
    return locate(r, lk_noisy_max_expand(r->network, variable, &r->values), element);
}

static lk_status define_node(reader *r, uint32_t variable, const lk_xml_node *element) {
    LK_TRY(read_parents(r, variable, element));
    if (strcmp(element->name, "deterministic") == 0)
        return define_deterministic(r, variable, element);
    if (strcmp(element->name, "noisymax") == 0) return define_noisy(r, variable, element);
    return define_table(r, variable, element);
}

// ---- The whole ---------------------------------------------------------------------------------

static lk_status read_network(reader *r) {
    lk_xml_node *root;
    LK_TRY(lk_xml_parse(&r->scratch, &root, r->source));
    const lk_xml_node *list = lk_xml_child(root, "nodes");
    if (strcmp(root->name, "smile") != 0 || !list)
        return fail_node(r, LK_ERROR_SYNTAX, root, "expected an element nodes within %s", "smile");
    if (lk_xml_child(root, "dynamic"))
        return fail_node(r, LK_ERROR_UNSUPPORTED, root, "dynamic networks are not read%s", "");
    const char *id = lk_xml_attribute_value(root, "id");
    char name[LK_NAME_BYTES + 1];
    if (id)
        LK_TRY(lk_network_rename(r->network, lk_read_identifier(name, id, strlen(id)) ? name : id));
    LK_TRY(collect_nodes(r, list));
    for (uint32_t i = 0; i < r->count; i++) LK_TRY(add_node(r, r->nodes[i].element));
    for (uint32_t i = 0; i < r->count; i++) LK_TRY(define_node(r, i, r->nodes[i].element));
    return LK_OK;
}

lk_status lk_xdsl_read(lk_network *network, const lk_source *source,
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

bool lk_xdsl_probe(const lk_source *source) { return lk_xml_probe(source, "smile"); }

// ---- Writing -----------------------------------------------------------------------------------

static void write_ids(lk_buffer *out, const lk_network *network, const lk_variable *child) {
    for (uint32_t s = 0; s < child->state_count; s++) {
        lk_buffer_append_text(out, "            <state id=\"");
        lk_write_identifier(out, child->states[s]);
        lk_buffer_append_text(out, "\" />\n");
    }
    if (child->parent_count == 0) return;
    lk_buffer_append_text(out, "            <parents>");
    for (uint32_t i = 0; i < child->parent_count; i++) {
        if (i) lk_buffer_append_byte(out, ' ');
        lk_write_identifier(out, network->variables[child->parents[i]].name);
    }
    lk_buffer_append_text(out, "</parents>\n");
}

static void write_numbers(lk_buffer *out, const lk_variable *child) {
    if (!child->table) return;
    lk_buffer_append_text(out, "            <probabilities>");
    for (size_t i = 0; i < child->table_count; i++) {
        if (i) lk_buffer_append_byte(out, ' ');
        lk_write_number(out, child->table[i]);
    }
    lk_buffer_append_text(out, "</probabilities>\n");
}

static void write_node(lk_buffer *out, const lk_network *network, uint32_t v, bool with_place) {
    const lk_variable *child = &network->variables[v];
    lk_buffer_append_text(out, "        <cpt id=\"");
    lk_write_identifier(out, child->name);
    lk_buffer_append_text(out, "\">\n");
    write_ids(out, network, child);
    write_numbers(out, child);
    if (with_place)
        lk_buffer_printf(out, "            <property id=\"%s\">%u</property>\n", PLACE, v);
    lk_buffer_append_text(out, "        </cpt>\n");
}

// GeNIe wants parents before children; where that is another order than the network's, each node
// says its place.
lk_status lk_xdsl_write(lk_buffer *out, const lk_network *network) {
    LK_TRY(lk_write_need_bayes(network, "XDSL"));
    bool reordered = false;
    for (uint32_t i = 0; i < network->count; i++)
        reordered = reordered || network->topological[i] != i;
    lk_buffer_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<smile version=\"1.0\" "
                               "id=\"");
    lk_write_identifier(out, *network->name ? network->name : "unknown");
    lk_buffer_append_text(out, "\" numsamples=\"10000\" discsamples=\"10000\">\n    <nodes>\n");
    for (uint32_t i = 0; i < network->count; i++)
        write_node(out, network, network->topological[i], reordered);
    lk_buffer_append_text(out, "    </nodes>\n</smile>\n");
    return LK_OK;
}
