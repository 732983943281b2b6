// What would turn the verdict over.
//
// To separate the sides: a minimal separating set, in the moral graph of the ancestors (van der
// Zander, Liskiewicz and Textor, "Constructing separators and adjustment sets in ancestral graphs",
// UAI 2014). One that holds all that is observed now, or else any.
//
// To connect them: the trail that is easiest to open, its observed variables taken out of the
// evidence and its closed colliders into it; then what turns out not to be needed is put back.
#include "explain/independence.h"

static bool is_in(const uint32_t *list, size_t count, uint32_t variable) {
    for (size_t i = 0; i < count; i++)
        if (list[i] == variable) return true;
    return false;
}

// The changes from what is observed to `wanted`.
static lk_status write_change(lk_independence *a, const bool *wanted) {
    lk_change *change = &a->change;
    uint32_t n = a->network->count;
    change->add = lk_arena_alloc(&a->arena, n, sizeof *change->add);
    change->remove = lk_arena_alloc(&a->arena, n, sizeof *change->remove);
    LK_NEED(change->add);
    LK_NEED(change->remove);
    for (uint32_t v = 0; v < n; v++) {
        if (wanted[v] && !a->observed[v]) change->add[change->add_count++] = v;
        if (!wanted[v] && a->observed[v]) change->remove[change->remove_count++] = v;
    }
    change->possible = true;
    return LK_OK;
}

// ---- Separating --------------------------------------------------------------------------------

typedef struct moral {
    const lk_trail_question *question;
    const lk_network *network;
    bool *ancestor;   // or in one of the sets
    const bool *kept; // observed whatever else is, so that no walk comes there; NULL: none
    bool *stops;      // the walk does not pass it
    bool *reached;
    bool *married; // the parents of this child have been reached through each other
    uint32_t *stack;
    size_t depth;
} moral;

static void reach(moral *m, uint32_t variable) {
    if (!m->ancestor[variable] || m->reached[variable]) return;
    if (m->kept && m->kept[variable]) return;
    m->reached[variable] = true;
    if (!m->stops[variable]) m->stack[m->depth++] = variable;
}

static void reach_parents(moral *m, uint32_t child) {
    const lk_variable *variable = &m->network->variables[child];
    for (uint32_t i = 0; i < variable->parent_count; i++) reach(m, variable->parents[i]);
}

static void reach_along_edges(moral *m, uint32_t variable) {
    bool is_parent;
    for (uint32_t i = 0; i < lk_neighbour_count(m->question, variable); i++)
        reach(m, lk_neighbour_at(m->question, &is_parent, variable, i));
}

static void reach_neighbours(moral *m, uint32_t variable) {
    const lk_network *network = m->network;
    if (network->is_markov) {
        reach_along_edges(m, variable);
        return;
    }
    reach_parents(m, variable);
    for (uint32_t i = network->children_start[variable]; i < network->children_start[variable + 1];
         i++) {
        uint32_t child = network->children[i];
        if (!m->ancestor[child] || m->married[child]) continue;
        m->married[child] = true;
        reach(m, child);
        reach_parents(m, child);
    }
}

// Leaves of the stopping variables only those that the walk from `starts` comes to.
static void keep_reached(moral *m, const uint32_t *starts, size_t count) {
    uint32_t n = m->network->count;
    memset(m->reached, 0, n * sizeof *m->reached);
    memset(m->married, 0, n * sizeof *m->married);
    for (size_t i = 0; i < count; i++) reach(m, starts[i]);
    while (m->depth > 0) reach_neighbours(m, m->stack[--m->depth]);
    for (uint32_t v = 0; v < n; v++) m->stops[v] = m->stops[v] && m->reached[v];
}

static lk_status start_moral(lk_independence *a, moral *m) {
    uint32_t n = a->network->count;
    m->network = a->network;
    m->question = &a->question;
    m->ancestor = lk_arena_alloc_zero(&a->scratch, n, sizeof *m->ancestor);
    m->stops = lk_arena_alloc_zero(&a->scratch, n, sizeof *m->stops);
    m->reached = lk_arena_alloc(&a->scratch, n, sizeof *m->reached);
    m->married = lk_arena_alloc(&a->scratch, n, sizeof *m->married);
    m->stack = lk_arena_alloc(&a->scratch, n, sizeof *m->stack);
    LK_NEED(m->ancestor);
    LK_NEED(m->stops);
    LK_NEED(m->reached);
    LK_NEED(m->married);
    LK_NEED(m->stack);
    return LK_OK;
}

// In a Markov network a path may pass any variable.
static void mark_ancestors(const lk_independence *a, bool *marks) {
    for (uint32_t v = 0; a->network->is_markov && v < a->network->count; v++) marks[v] = true;
    if (a->network->is_markov) return;
    for (uint32_t i = a->network->count; i-- > 0;) {
        uint32_t v = a->network->topological[i];
        const lk_variable *child = &a->network->variables[v];
        for (uint32_t k = 0; marks[v] && k < child->parent_count; k++)
            marks[child->parents[k]] = true;
    }
}

// A minimal set that separates and holds `kept` (NULL: nothing). If any does, all the ancestors of
// the sides and of `kept` do.
static lk_status find_separating(lk_independence *a, const bool *kept, bool *found, bool *set) {
    moral m = {.kept = kept};
    uint32_t n = a->network->count;
    LK_TRY(start_moral(a, &m));
    if (kept) memcpy(m.ancestor, kept, n * sizeof *kept);
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < a->counts[side]; i++) m.ancestor[a->sides[side][i]] = true;
    mark_ancestors(a, m.ancestor);
    for (uint32_t v = 0; v < n; v++)
        m.stops[v] = m.ancestor[v] && !is_in(a->sides[0], a->counts[0], v) &&
                     !is_in(a->sides[1], a->counts[1], v);
    LK_TRY(lk_sides_separated(a, found, m.stops));
    if (!*found) return LK_OK;
    keep_reached(&m, a->sides[0], a->counts[0]);
    keep_reached(&m, a->sides[1], a->counts[1]);
    for (uint32_t v = 0; v < n; v++) set[v] = m.stops[v] || (kept && kept[v]);
    return LK_OK;
}

static lk_status find_how_to_separate(lk_independence *a) {
    bool *set = lk_arena_alloc(&a->scratch, a->network->count, sizeof *set);
    LK_NEED(set);
    bool found;
    LK_TRY(find_separating(a, a->observed, &found, set));
    if (!found) LK_TRY(find_separating(a, NULL, &found, set));
    return found ? write_change(a, set) : LK_OK;
}

// ---- Connecting --------------------------------------------------------------------------------

static lk_status open_trail(lk_independence *a, const lk_trail *trail, bool *wanted) {
    for (uint32_t i = 1; i + 1 < trail->length; i++)
        if (lk_trail_junction(a->network, trail, i) != LK_COLLIDER) wanted[trail->path[i]] = false;
    const uint32_t *opened_by;
    LK_TRY(lk_find_openers(&a->scratch, &opened_by, a->network, wanted));
    for (uint32_t i = 1; i + 1 < trail->length; i++)
        if (lk_trail_junction(a->network, trail, i) == LK_COLLIDER &&
            opened_by[trail->path[i]] == LK_NO_VARIABLE)
            wanted[trail->path[i]] = true;
    return LK_OK;
}

// Takes changes back, one by one, that are not needed.
static lk_status take_back(lk_independence *a, bool *wanted) {
    for (uint32_t v = 0; v < a->network->count; v++) {
        if (wanted[v] == a->observed[v]) continue;
        wanted[v] = !wanted[v];
        bool separated;
        LK_TRY(lk_sides_separated(a, &separated, wanted));
        if (separated) wanted[v] = !wanted[v];
    }
    return LK_OK;
}

static lk_status find_how_to_connect(lk_independence *a) {
    lk_trail trail;
    bool found;
    LK_TRY(lk_find_easiest_trail(&a->scratch, &a->scratch, &trail, &found, &a->question, false));
    if (!found) return LK_OK;
    bool *wanted = lk_arena_alloc(&a->scratch, a->network->count, sizeof *wanted);
    LK_NEED(wanted);
    memcpy(wanted, a->observed, a->network->count * sizeof *wanted);
    LK_TRY(open_trail(a, &trail, wanted));
    LK_TRY(take_back(a, wanted));
    return write_change(a, wanted);
}

lk_status lk_find_change(lk_independence *a) {
    return a->separated ? find_how_to_connect(a) : find_how_to_separate(a);
}
