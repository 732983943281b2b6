// Listing trails by iterative deepening (Korf, "Depth-first iterative-deepening", 1985): all trails
// of one length after those of another, so that the shortest come first and nothing but the listed
// ones is kept. A branch is left when its end is farther from the other side, all else ignored,
// than the length allows.
#include "explain/trails.h"

typedef struct search {
    const lk_trail_question *question;
    lk_arena *arena; // of the listed trails
    lk_trail_list *list;
    size_t most;
    bool *is_end;        // of each variable: on the other side
    bool *on_trail;      // or on this side, which trails do not come back to
    uint32_t *distances; // to the other side; UINT32_MAX: no way
    uint32_t *path;
    uint32_t *next; // of each variable of the path: the number of the neighbour to look at next
    uint32_t depth; // arrows of the path
    uint32_t limit; // arrows of the trails of this turn
    bool cut;       // whether a longer trail may exist
    uint32_t steps;
    bool has_active; // among the listed
} search;

const char *lk_junction_name(lk_junction junction) {
    static const char *const names[] = {"chain", "fork", "collider", "undirected"};
    return names[junction];
}

// ---- The graph ---------------------------------------------------------------------------------

bool lk_is_parent(const lk_network *network, uint32_t parent, uint32_t child) {
    const lk_variable *variable = &network->variables[child];
    for (uint32_t i = 0; i < variable->parent_count; i++)
        if (variable->parents[i] == parent) return true;
    return false;
}

uint32_t lk_neighbour_count(const lk_trail_question *q, uint32_t variable) {
    const lk_network *network = q->network;
    if (q->edges) return (uint32_t)(q->edges->start[variable + 1] - q->edges->start[variable]);
    return network->variables[variable].parent_count + network->children_start[variable + 1] -
           network->children_start[variable];
}

uint32_t lk_neighbour_at(const lk_trail_question *q, bool *is_parent, uint32_t variable,
                         uint32_t index) {
    const lk_network *network = q->network;
    uint32_t parents = network->variables[variable].parent_count;
    *is_parent = index < parents;
    if (q->edges) return q->edges->neighbours[q->edges->start[variable] + index];
    if (*is_parent) return network->variables[variable].parents[index];
    return network->children[network->children_start[variable] + index - parents];
}

bool lk_are_neighbours(const lk_trail_question *q, uint32_t a, uint32_t b) {
    bool is_parent;
    for (uint32_t i = 0; i < lk_neighbour_count(q, a); i++)
        if (lk_neighbour_at(q, &is_parent, a, i) == b) return true;
    return false;
}

lk_junction lk_trail_junction(const lk_network *network, const lk_trail *trail, uint32_t index) {
    uint32_t at = trail->path[index];
    if (network->is_markov) return LK_UNDIRECTED;
    bool into = lk_is_parent(network, trail->path[index - 1], at);
    bool back = lk_is_parent(network, trail->path[index + 1], at);
    return into && back ? LK_COLLIDER : into || back ? LK_CHAIN : LK_FORK;
}

bool lk_trail_is_open(const lk_trail_question *question, const lk_trail *trail, uint32_t index) {
    uint32_t at = trail->path[index];
    if (lk_trail_junction(question->network, trail, index) == LK_COLLIDER)
        return question->opened_by[at] != LK_NO_VARIABLE;
    return !question->observed[at];
}

static void judge(const lk_trail_question *question, lk_trail *trail) {
    trail->blocked_at = 0;
    for (uint32_t i = 1; i + 1 < trail->length && !trail->blocked_at; i++)
        if (!lk_trail_is_open(question, trail, i)) trail->blocked_at = i;
    trail->active = trail->blocked_at == 0;
}

lk_status lk_find_openers(lk_arena *arena, const uint32_t **out, const lk_network *network,
                          const bool *observed) {
    uint32_t n = network->count, head = 0, tail = 0;
    uint32_t *opened_by = lk_arena_alloc(arena, n, sizeof *opened_by);
    uint32_t *queue = lk_arena_alloc(arena, n, sizeof *queue);
    LK_NEED(opened_by);
    LK_NEED(queue);
    for (uint32_t v = 0; v < n; v++) {
        opened_by[v] = observed[v] ? v : LK_NO_VARIABLE;
        if (observed[v]) queue[tail++] = v;
    }
    while (head < tail) {
        uint32_t v = queue[head++];
        const lk_variable *child = &network->variables[v];
        for (uint32_t i = 0; i < child->parent_count; i++) {
            uint32_t parent = child->parents[i];
            if (opened_by[parent] != LK_NO_VARIABLE) continue;
            opened_by[parent] = opened_by[v];
            queue[tail++] = parent;
        }
    }
    *out = opened_by;
    return LK_OK;
}

// ---- Searching ---------------------------------------------------------------------------------

// Distances to the other side along ways that pass neither side.
static lk_status measure_distances(search *s, lk_arena *scratch) {
    const lk_trail_question *q = s->question;
    uint32_t n = q->network->count, head = 0, tail = 0;
    uint32_t *queue = lk_arena_alloc(scratch, n, sizeof *queue);
    LK_NEED(queue);
    for (uint32_t v = 0; v < n; v++) s->distances[v] = UINT32_MAX;
    for (size_t i = 0; i < q->to_count; i++) {
        s->distances[q->to[i]] = 0;
        queue[tail++] = q->to[i];
    }
    while (head < tail) {
        uint32_t v = queue[head++];
        for (uint32_t i = 0; i < lk_neighbour_count(q, v); i++) {
            bool is_parent;
            uint32_t w = lk_neighbour_at(q, &is_parent, v, i);
            if (s->distances[w] != UINT32_MAX) continue;
            s->distances[w] = s->distances[v] + 1;
            if (!s->on_trail[w]) queue[tail++] = w;
        }
    }
    return LK_OK;
}

static lk_status keep_trail(search *s, const lk_trail *trail) {
    lk_trail *kept = &s->list->trails[s->list->count];
    *kept = *trail;
    kept->path = lk_arena_alloc(s->arena, trail->length, sizeof *kept->path);
    LK_NEED(kept->path);
    memcpy(kept->path, trail->path, trail->length * sizeof *kept->path);
    s->list->count++;
    if (trail->active) s->has_active = true;
    return LK_OK;
}

// The path and one more variable are a trail.
static lk_status count_trail(search *s, uint32_t end) {
    s->path[s->depth + 1] = end;
    lk_trail trail = {.path = s->path, .length = s->depth + 2};
    judge(s->question, &trail);
    s->list->total++;
    s->list->active += trail.active;
    return s->list->count < s->most ? keep_trail(s, &trail) : LK_OK;
}

// Steps to a neighbour of the end of the path, if that may lead on.
static lk_status step_to(search *s, uint32_t variable) {
    uint32_t length = s->depth + 1;
    s->steps++;
    if (s->is_end[variable]) return length == s->limit ? count_trail(s, variable) : LK_OK;
    if (s->on_trail[variable] || s->distances[variable] == UINT32_MAX) return LK_OK;
    if (s->distances[variable] > s->limit - length) {
        s->cut = true;
        return LK_OK;
    }
    s->path[++s->depth] = variable;
    s->next[s->depth] = 0;
    s->on_trail[variable] = true;
    return LK_OK;
}

static lk_status search_from(search *s, uint32_t start) {
    const lk_trail_question *q = s->question;
    s->path[0] = start;
    s->next[0] = 0;
    s->depth = 0;
    while (s->steps < LK_TRAIL_STEPS) {
        uint32_t at = s->path[s->depth];
        if (s->next[s->depth] < lk_neighbour_count(q, at)) {
            bool is_parent;
            LK_TRY(step_to(s, lk_neighbour_at(q, &is_parent, at, s->next[s->depth]++)));
        } else if (s->depth == 0) {
            return LK_OK;
        } else {
            s->on_trail[at] = false;
            s->depth--;
        }
    }
    return LK_OK;
}

static lk_status search_all(search *s) {
    const lk_trail_question *q = s->question;
    for (bool more = true; more && s->steps < LK_TRAIL_STEPS; more = s->cut) {
        s->limit++;
        s->cut = false;
        for (size_t i = 0; i < q->from_count; i++) LK_TRY(search_from(s, q->from[i]));
    }
    s->list->complete = s->steps < LK_TRAIL_STEPS;
    return LK_OK;
}

static lk_status start_search(search *s, lk_arena *scratch) {
    const lk_trail_question *q = s->question;
    uint32_t n = q->network->count;
    s->is_end = lk_arena_alloc_zero(scratch, n, sizeof *s->is_end);
    s->on_trail = lk_arena_alloc_zero(scratch, n, sizeof *s->on_trail);
    s->distances = lk_arena_alloc(scratch, n, sizeof *s->distances);
    s->path = lk_arena_alloc(scratch, (size_t)n + 1, sizeof *s->path);
    s->next = lk_arena_alloc(scratch, n, sizeof *s->next);
    s->list->trails = lk_arena_alloc(s->arena, s->most, sizeof *s->list->trails);
    LK_NEED(s->is_end);
    LK_NEED(s->on_trail);
    LK_NEED(s->distances);
    LK_NEED(s->path);
    LK_NEED(s->next);
    LK_NEED(s->list->trails);
    for (size_t i = 0; i < q->from_count; i++) s->on_trail[q->from[i]] = true;
    for (size_t i = 0; i < q->to_count; i++) s->is_end[q->to[i]] = true;
    return measure_distances(s, scratch);
}

static lk_status list_trails(search *s, lk_arena *scratch) {
    LK_TRY(start_search(s, scratch));
    LK_TRY(search_all(s));
    if (s->has_active || s->most == 0) return LK_OK;
    lk_trail active;
    bool found;
    LK_TRY(lk_find_easiest_trail(s->arena, scratch, &active, &found, s->question, true));
    if (!found) return LK_OK;
    if (s->list->count == s->most) s->list->count--;
    s->list->trails[s->list->count++] = active;
    if (s->list->active == 0) s->list->active = 1; // counting ended before it came to it
    if (s->list->total < s->list->count) s->list->total = s->list->count;
    return LK_OK;
}

lk_status lk_list_trails(lk_arena *arena, lk_arena *scratch, lk_trail_list *list,
                         const lk_trail_question *question, size_t most) {
    *list = (lk_trail_list){0};
    search s = {.question = question, .arena = arena, .list = list, .most = most};
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    lk_status status = list_trails(&s, scratch);
    lk_arena_rewind(scratch, mark);
    return status;
}
