// Making a built network ready: an order with parents before children, found by a depth-first walk
// from child to parent that meets itself exactly when there is a cycle; and the children of each
// variable.
#include "network/network.h"

#include <assert.h>

typedef enum mark {
    UNSEEN,
    OPEN, // on the walk's path
    DONE
} mark;

typedef struct walk {
    lk_network *network;
    uint8_t *marks;
    uint32_t *path;        // the variables being visited, each a parent of the one before
    uint32_t *next_parent; // of each variable on the path: how many parents were visited
    uint32_t depth;
    uint32_t *order;
    uint32_t done;
} walk;

// Names the cycle that closes at `variable`, which is on the path, in the direction of the arrows.
static lk_status fail_cycle(const walk *w, uint32_t variable) {
    lk_context *context = w->network->context;
    lk_buffer text = lk_buffer_make(context);
    lk_buffer_append_text(&text, w->network->variables[variable].name);
    uint32_t i = w->depth;
    do {
        i--;
        lk_buffer_printf(&text, " → %s", w->network->variables[w->path[i]].name);
    } while (w->path[i] != variable);
    lk_status status = lk_buffer_status(&text);
    if (status == LK_OK)
        status = lk_fail_at(context, LK_ERROR_DATA, w->network->variables[variable].place,
                            "the arrows form a cycle: %.800s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    return status;
}

static void enter(walk *w, uint32_t variable) {
    w->marks[variable] = OPEN;
    w->next_parent[variable] = 0;
    w->path[w->depth++] = variable;
}

static lk_status visit_from(walk *w, uint32_t start) {
    if (w->marks[start] == DONE) return LK_OK;
    enter(w, start);
    while (w->depth > 0) {
        uint32_t v = w->path[w->depth - 1];
        const lk_variable *variable = &w->network->variables[v];
        if (w->next_parent[v] == variable->parent_count) {
            w->marks[v] = DONE;
            w->order[w->done++] = v;
            w->depth--;
            continue;
        }
        uint32_t parent = variable->parents[w->next_parent[v]++];
        if (w->marks[parent] == OPEN) return fail_cycle(w, parent);
        if (w->marks[parent] == UNSEEN) enter(w, parent);
    }
    return LK_OK;
}

static lk_status find_order(walk *w) {
    LK_NEED(w->marks);
    LK_NEED(w->path);
    LK_NEED(w->next_parent);
    LK_NEED(w->order);
    for (uint32_t v = 0; v < w->network->count; v++) LK_TRY(visit_from(w, v));
    return LK_OK;
}

static lk_status set_topological(lk_network *network) {
    lk_context *context = network->context;
    uint32_t n = network->count;
    walk w = {
        .network = network,
        .marks = lk_alloc_zero(context, n, 1),
        .path = lk_alloc(context, n, sizeof(uint32_t)),
        .next_parent = lk_alloc(context, n, sizeof(uint32_t)),
        .order = lk_alloc(context, n, sizeof(uint32_t)),
    };
    lk_status status = find_order(&w);
    lk_free(context, w.marks);
    lk_free(context, w.path);
    lk_free(context, w.next_parent);
    if (status != LK_OK) {
        lk_free(context, w.order);
        return status;
    }
    lk_free(context, network->topological);
    network->topological = w.order;
    return LK_OK;
}

// Counting sort of the arrows by parent.
static void fill_children(lk_network *network) {
    uint32_t *start = network->children_start;
    for (uint32_t v = 0; v < network->count; v++)
        for (uint32_t i = 0; i < network->variables[v].parent_count; i++)
            start[network->variables[v].parents[i] + 1]++;
    for (uint32_t v = 0; v < network->count; v++) start[v + 1] += start[v];
    for (uint32_t v = network->count; v-- > 0;)
        for (uint32_t i = 0; i < network->variables[v].parent_count; i++) {
            uint32_t parent = network->variables[v].parents[i];
            network->children[--start[parent + 1]] = v;
        }
    // Each start has moved down by one place in the list of starts.
    for (uint32_t v = 0; v < network->count; v++) start[v] = start[v + 1];
}

static lk_status set_children(lk_network *network) {
    size_t arrows = 0;
    for (uint32_t v = 0; v < network->count; v++) arrows += network->variables[v].parent_count;
    lk_context *context = network->context;
    lk_free(context, network->children);
    lk_free(context, network->children_start);
    network->children = lk_alloc(context, arrows, sizeof(uint32_t));
    network->children_start = lk_alloc_zero(context, (size_t)network->count + 1, sizeof(uint32_t));
    LK_NEED(network->children);
    LK_NEED(network->children_start);
    fill_children(network);
    network->children_start[network->count] = (uint32_t)arrows;
    return LK_OK;
}

static void note_normalization(lk_network *network) {
    lk_normalization *normalization = &network->normalization;
    if (normalization->rows == 0) return;
    lk_note(network->context,
            "%llu %s did not have the sum 1 and %s divided by it; the worst is off by %.3g, in the "
            "table of \"%s\"",
            (unsigned long long)normalization->rows, normalization->rows == 1 ? "row" : "rows",
            normalization->rows == 1 ? "was" : "were", normalization->worst,
            network->variables[normalization->worst_variable].name);
    *normalization = (lk_normalization){0};
}

lk_status lk_network_finish(lk_network *network) {
    if (network->count == 0)
        return lk_fail(network->context, LK_ERROR_DATA, "the network has no variables");
    if (network->is_markov) LK_TRY(lk_network_finish_potentials(network));
    LK_TRY(set_topological(network));
    LK_TRY(set_children(network));
    note_normalization(network);
    network->finished = true;
    return LK_OK;
}
