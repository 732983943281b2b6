#include "draw/drawing.h"

#include <stdio.h>

static const uint32_t NONE = UINT32_MAX;
enum { MOST_TOLD = 12 }; // states, of a mark

typedef struct maker {
    lk_arena *arena;
    lk_diagram *diagram;
    const lk_network *network;
    const lk_draw_options *options;
    lk_graph moral;
} maker;

// ---- Findings and posteriors -------------------------------------------------------------------

// "≠ a" or "likelihood a 0.3, b 0.7": what the child that carries a likelihood says of its parent.
static void append_likelihood(lk_buffer *mark, const lk_network *network,
                              const lk_variable *child) {
    const lk_variable *v = &network->variables[child->seen_of];
    bool excludes = true;
    for (uint32_t s = 0; s < v->state_count; s++)
        if (child->table[2 * s] != 0 && child->table[2 * s] != 1) excludes = false;
    lk_buffer_append_text(mark, excludes ? "≠ " : "likelihood ");
    for (uint32_t s = 0, told = 0; s < v->state_count; s++) {
        if (excludes && child->table[2 * s] != 0) continue;
        if (told == MOST_TOLD) {
            lk_buffer_append_text(mark, ", …");
            return;
        }
        lk_buffer_printf(mark, "%s%s", told++ ? ", " : "", v->states[s]);
        if (excludes) continue;
        lk_buffer_append_byte(mark, ' ');
        lk_buffer_append_double(mark, child->table[2 * s]);
    }
}

// Adds to the mark of a variable what a finding says of it beyond its state.
static lk_status add_mark(maker *m, const char **marks, uint32_t observed) {
    const lk_variable *variable = &m->network->variables[observed];
    bool is_soft = variable->seen_of != LK_NO_VARIABLE;
    if (!is_soft && !variable->is_set) return LK_OK;
    const char **mark = &marks[is_soft ? variable->seen_of : observed];
    lk_buffer text = lk_buffer_make(m->network->context);
    if (*mark) lk_buffer_printf(&text, "%s; ", *mark);
    if (is_soft)
        append_likelihood(&text, m->network, variable);
    else
        lk_buffer_append_text(&text, "set by intervention");
    lk_status status = lk_buffer_status(&text);
    if (status == LK_OK) {
        *mark = lk_arena_copy_text(m->arena, lk_buffer_text(&text), text.length);
        if (!*mark) status = LK_ERROR_MEMORY;
    }
    lk_buffer_free(&text);
    return status;
}

static lk_status note_marks(maker *m) {
    const char **marks = lk_arena_alloc_zero(m->arena, m->network->count, sizeof *marks);
    LK_NEED(marks);
    for (size_t i = 0; i < m->options->evidence_count; i++)
        LK_TRY(add_mark(m, marks, m->options->evidence[i].variable));
    m->diagram->marks = marks;
    return LK_OK;
}

static lk_status note_evidence(maker *m) {
    uint32_t n = m->network->count;
    uint32_t *states = lk_arena_alloc(m->arena, n, sizeof *states);
    LK_NEED(states);
    for (uint32_t v = 0; v < n; v++) states[v] = LK_NO_STATE;
    for (size_t i = 0; i < m->options->evidence_count; i++) {
        lk_finding finding = m->options->evidence[i];
        if (finding.variable >= n ||
            finding.state >= m->network->variables[finding.variable].state_count)
            return lk_fail(m->network->context, LK_ERROR_USAGE,
                           "the evidence has a variable or a state that does not exist");
        states[finding.variable] = finding.state;
    }
    m->diagram->states = states;
    return LK_OK;
}

static lk_status note_posteriors(maker *m) {
    const lk_query *query = m->options->posteriors;
    const double **posteriors =
        lk_arena_alloc_zero(m->arena, m->network->count, sizeof *posteriors);
    LK_NEED(posteriors);
    for (size_t i = 0; query && i < lk_query_target_count(query); i++)
        posteriors[lk_query_target(query, i)] = lk_query_posterior(query, i);
    m->diagram->posteriors = posteriors;
    return LK_OK;
}

// ---- Nodes and edges ---------------------------------------------------------------------------

static lk_status reserve_nodes(maker *m, uint32_t count) {
    m->diagram->nodes = lk_arena_alloc_zero(m->arena, count, sizeof *m->diagram->nodes);
    LK_NEED(m->diagram->nodes);
    m->diagram->node_count = count;
    return LK_OK;
}

static lk_status reserve_edges(maker *m, size_t count) {
    m->diagram->edges = lk_arena_alloc(m->arena, count, sizeof *m->diagram->edges);
    m->diagram->kinds = lk_arena_alloc(m->arena, count, sizeof *m->diagram->kinds);
    LK_NEED(m->diagram->edges);
    LK_NEED(m->diagram->kinds);
    return LK_OK;
}

// Edges that decide about layers are added first.
static void add_edge(maker *m, uint32_t from, uint32_t to, lk_edge_kind kind, bool decides) {
    size_t index = m->diagram->edge_count++;
    m->diagram->edges[index] = (lk_layout_edge){from, to};
    m->diagram->kinds[index] = kind;
    if (decides) m->diagram->layered_count++;
}

static lk_status make_variable_nodes(maker *m) {
    LK_TRY(reserve_nodes(m, lk_drawn_count(m->network)));
    for (uint32_t v = 0; v < lk_drawn_count(m->network); v++) m->diagram->nodes[v].variable = v;
    return LK_OK;
}

static size_t count_parents(const lk_network *network) {
    size_t arrows = 0;
    for (uint32_t v = 0; v < lk_drawn_count(network); v++)
        arrows += network->variables[v].parent_count;
    return arrows;
}

static size_t count_edges(const lk_graph *graph) {
    size_t edges = 0;
    for (size_t w = 0; w < graph->count * graph->words; w++)
        edges += (size_t)__builtin_popcountll(graph->rows[w]);
    return edges / 2;
}

static void add_parents(maker *m, lk_edge_kind kind) {
    for (uint32_t v = 0; v < lk_drawn_count(m->network); v++) {
        const lk_variable *variable = &m->network->variables[v];
        for (uint32_t i = 0; i < variable->parent_count; i++)
            add_edge(m, variable->parents[i], v, kind, true);
    }
}

static lk_status make_dag(maker *m) {
    m->diagram->is_directed = true;
    LK_TRY(make_variable_nodes(m));
    LK_TRY(reserve_edges(m, count_parents(m->network)));
    add_parents(m, LK_EDGE_ARROW);
    return LK_OK;
}

// ---- Undirected graphs -------------------------------------------------------------------------

// Adds the edges that `graph` has beyond those of `without`, as `kind`.
static lk_status add_new_edges(maker *m, const lk_graph *graph, const lk_graph *without,
                               lk_edge_kind kind) {
    uint32_t *neighbours = lk_arena_alloc(m->arena, graph->count, sizeof *neighbours);
    LK_NEED(neighbours);
    for (uint32_t v = 0; v < graph->count; v++) {
        uint32_t count = lk_graph_neighbours(graph, neighbours, v);
        for (uint32_t i = 0; i < count && neighbours[i] < v; i++)
            if (!lk_graph_connected(without, v, neighbours[i]))
                add_edge(m, neighbours[i], v, kind, false);
    }
    return LK_OK;
}

// A Bayesian network keeps the layers of its arrows.
static lk_status add_edges_of_bayes(maker *m) {
    lk_graph arrows;
    LK_TRY(lk_graph_make(m->arena, &arrows, lk_drawn_count(m->network)));
    add_parents(m, LK_EDGE_PLAIN);
    for (size_t i = 0; i < m->diagram->edge_count; i++)
        lk_graph_connect(&arrows, m->diagram->edges[i].from, m->diagram->edges[i].to);
    return add_new_edges(m, &m->moral, &arrows, LK_EDGE_MORAL);
}

// Distances from `start` in what can be reached; returns the node that is reached last.
static uint32_t find_distances(const lk_graph *graph, uint32_t start, uint32_t *distances,
                               uint32_t *queue, uint32_t *neighbours) {
    uint32_t head = 0, tail = 0;
    distances[start] = 0;
    queue[tail++] = start;
    while (head < tail) {
        uint32_t v = queue[head++], count = lk_graph_neighbours(graph, neighbours, v);
        for (uint32_t i = 0; i < count; i++) {
            if (distances[neighbours[i]] != NONE) continue;
            distances[neighbours[i]] = distances[v] + 1;
            queue[tail++] = neighbours[i];
        }
    }
    return queue[tail - 1];
}

// The layers of a Markov network are distances from a node at its edge, so that an edge joins nodes
// of one layer or of two neighbouring ones.
static lk_status add_edges_of_markov(maker *m) {
    uint32_t n = lk_drawn_count(m->network);
    uint32_t *distances = lk_arena_alloc(m->arena, n, sizeof *distances);
    uint32_t *again = lk_arena_alloc(m->arena, n, sizeof *again);
    uint32_t *queue = lk_arena_alloc(m->arena, n, sizeof *queue);
    uint32_t *neighbours = lk_arena_alloc(m->arena, n, sizeof *neighbours);
    LK_NEED(distances);
    LK_NEED(again);
    LK_NEED(queue);
    LK_NEED(neighbours);
    for (uint32_t v = 0; v < n; v++) distances[v] = again[v] = NONE;
    for (uint32_t v = 0; v < n; v++) {
        if (distances[v] != NONE) continue;
        uint32_t edge = find_distances(&m->moral, v, again, queue, neighbours);
        find_distances(&m->moral, edge, distances, queue, neighbours);
    }
    for (int decides = 1; decides >= 0; decides--) {
        for (uint32_t v = 0; v < n; v++) {
            uint32_t count = lk_graph_neighbours(&m->moral, neighbours, v);
            for (uint32_t i = 0; i < count; i++) {
                uint32_t w = neighbours[i];
                if (decides ? distances[v] < distances[w] : distances[v] == distances[w] && v < w)
                    add_edge(m, v, w, LK_EDGE_PLAIN, decides);
            }
        }
    }
    return LK_OK;
}

static lk_status add_moral_edges(maker *m) {
    return m->network->is_markov ? add_edges_of_markov(m) : add_edges_of_bayes(m);
}

static lk_status make_moral(maker *m) {
    LK_TRY(make_variable_nodes(m));
    LK_TRY(reserve_edges(m, count_edges(&m->moral)));
    return add_moral_edges(m);
}

// ---- Triangulation and junction tree -----------------------------------------------------------

// "1 cell", "12 cells"; without an exponent as long as that is exact.
typedef struct count_text {
    char text[40];
} count_text;

static count_text count_of(double count, const char *one, const char *many) {
    count_text made;
    snprintf(made.text, sizeof made.text, count < 1e15 ? "%.0f %s" : "%.0e %s", count,
             count == 1 ? one : many);
    return made;
}

static void describe_cliques(maker *m, const lk_clique_tree *tree) {
    double largest = 0, sum = 0;
    for (uint32_t c = 0; c < tree->count; c++) {
        double cells = lk_cells_of(m->network, tree->members + tree->starts[c],
                                   tree->starts[c + 1] - tree->starts[c]);
        if (cells > largest) largest = cells;
        sum += cells;
    }
    size_t fill = count_edges(&tree->filled) - count_edges(&m->moral);
    count_text edges = count_of((double)fill, "edge", "edges");
    count_text cliques = count_of(tree->count, "clique", "cliques");
    count_text most = count_of(largest, "cell", "cells"), all = count_of(sum, "cell", "cells");
    snprintf(m->diagram->notes[0], sizeof m->diagram->notes[0], "%s added by the triangulation",
             edges.text);
    snprintf(m->diagram->notes[1], sizeof m->diagram->notes[1], "%s, the largest of %s, %s in all",
             cliques.text, most.text, all.text);
}

static lk_status make_triangulated(maker *m) {
    lk_clique_tree tree;
    LK_TRY(lk_clique_tree_make(m->arena, &tree, m->network, &m->moral, m->options));
    LK_TRY(make_variable_nodes(m));
    for (uint32_t i = 0; i < lk_drawn_count(m->network); i++)
        m->diagram->nodes[tree.order[i]].step = i + 1;
    LK_TRY(reserve_edges(m, count_edges(&tree.filled)));
    LK_TRY(add_moral_edges(m));
    describe_cliques(m, &tree);
    return add_new_edges(m, &tree.filled, &m->moral, LK_EDGE_FILL);
}

// The variables that two cliques share.
static lk_status find_separator(maker *m, lk_diagram_node *node, const lk_clique_tree *tree,
                                uint32_t a, uint32_t b) {
    uint32_t size = tree->starts[a + 1] - tree->starts[a];
    uint32_t *members = lk_arena_alloc(m->arena, size, sizeof *members);
    LK_NEED(members);
    *node = (lk_diagram_node){.variable = LK_NO_VARIABLE, .members = members, .is_separator = true};
    for (uint32_t i = tree->starts[a], j = tree->starts[b]; i < tree->starts[a + 1]; i++) {
        while (j < tree->starts[b + 1] && tree->members[j] < tree->members[i]) j++;
        if (j < tree->starts[b + 1] && tree->members[j] == tree->members[i])
            members[node->member_count++] = tree->members[i];
    }
    return LK_OK;
}

// Cliques are the first nodes, separators follow; each stands between its clique and the parent of
// that.
static lk_status make_tree(maker *m) {
    if (m->options->posteriors)
        return lk_fail(m->network->context, LK_ERROR_USAGE,
                       "bars need nodes that are variables, which those of a tree are not");
    lk_clique_tree tree;
    LK_TRY(lk_clique_tree_make(m->arena, &tree, m->network, &m->moral, m->options));
    LK_TRY(reserve_nodes(m, 2 * tree.count));
    LK_TRY(reserve_edges(m, 2 * (size_t)tree.count));
    for (uint32_t c = 0; c < tree.count; c++)
        m->diagram->nodes[c] =
            (lk_diagram_node){.variable = LK_NO_VARIABLE,
                              .members = tree.members + tree.starts[c],
                              .member_count = tree.starts[c + 1] - tree.starts[c]};
    m->diagram->node_count = tree.count;
    for (uint32_t i = 0; i < tree.count; i++) {
        uint32_t c = tree.sequence[i], separator = m->diagram->node_count;
        if (tree.parents[c] == c) continue;
        LK_TRY(find_separator(m, &m->diagram->nodes[separator], &tree, c, tree.parents[c]));
        m->diagram->node_count++;
        add_edge(m, tree.parents[c], separator, LK_EDGE_PLAIN, true);
        add_edge(m, separator, c, LK_EDGE_PLAIN, true);
    }
    describe_cliques(m, &tree);
    return LK_OK;
}

// ---- The choice --------------------------------------------------------------------------------

static const struct choice {
    const char *name;
    lk_status (*make)(maker *);
} choices[] = {
    {"dag", make_dag},
    {"moral", make_moral},
    {"triangulated", make_triangulated},
    {"tree", make_tree},
};

enum { CHOICE_COUNT = sizeof choices / sizeof choices[0] };

const char *lk_drawing_graph_name(size_t index) {
    return index < CHOICE_COUNT ? choices[index].name : NULL;
}

static lk_status find_choice(const struct choice **found, const lk_network *network,
                             const char *name) {
    if (!name) name = network->is_markov ? "moral" : "dag";
    const char *names[CHOICE_COUNT];
    for (size_t i = 0; i < CHOICE_COUNT; i++) {
        names[i] = choices[i].name;
        *found = &choices[i];
        if (strcmp(names[i], name) == 0) return LK_OK;
    }
    const char *nearest = lk_suggest(name, names, CHOICE_COUNT);
    if (!nearest)
        return lk_fail(network->context, LK_ERROR_UNKNOWN_NAME, "there is no graph \"%.100s\"",
                       name);
    return lk_fail(network->context, LK_ERROR_UNKNOWN_NAME,
                   "there is no graph \"%.100s\"; did you mean \"%s\"?", name, nearest);
}

lk_status lk_diagram_make(lk_arena *arena, lk_diagram *diagram, const lk_network *network,
                          const lk_draw_options *options) {
    *diagram = (lk_diagram){.network = network, .options = options};
    maker m = {arena, diagram, network, options, {0}};
    const struct choice *choice;
    LK_TRY(find_choice(&choice, network, options->graph));
    if (choice->make == make_dag) LK_TRY(lk_network_need_bayes(network, "be drawn with arrows"));
    LK_TRY(note_evidence(&m));
    LK_TRY(note_marks(&m));
    LK_TRY(note_posteriors(&m));
    if (choice->make != make_dag) LK_TRY(lk_network_moral_graph(arena, &m.moral, network));
    return choice->make(&m);
}
