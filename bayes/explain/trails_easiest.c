// The trail that is easiest to open: breadth-first over states (variable, whether the arrow just
// taken points at it), in turns of one changed observation each. What a variable costs depends on
// the arrows on both sides of it, which the state and the next arrow tell.
//
// A way found so may pass a variable twice; cutting the loop out leaves a trail. A shortest active
// way has no loops: where it met itself it could be cut and would still be active, since a variable
// that is left downwards and come back to is above an observed one, which opens it as a collider.
#include "explain/trails.h"

#define NO_STATE UINT32_MAX

typedef struct finder {
    const lk_trail_question *question;
    bool as_it_is;
    bool *is_start;
    bool *is_end;
    uint32_t *before; // of each state: the one it was reached from, itself for the first
    bool *settled;
    uint32_t *now, *later; // states of this turn and of the next
    size_t now_count, later_count;
} finder;

// What passing a variable costs, entered along an arrow into it or out of it.
static bool costs_a_change(const finder *f, uint32_t variable, bool into, bool to_parent) {
    if (into && to_parent) return f->question->opened_by[variable] == LK_NO_VARIABLE;
    return f->question->observed[variable];
}

static void reach(finder *f, uint32_t state, uint32_t from, bool is_later) {
    if (f->settled[state]) return;
    if (!is_later) {
        f->settled[state] = true;
        f->before[state] = from;
        f->now[f->now_count++] = state;
    } else if (!f->as_it_is && f->before[state] == NO_STATE) {
        f->before[state] = from;
        f->later[f->later_count++] = state;
    }
}

static void leave(finder *f, uint32_t state) {
    const lk_trail_question *q = f->question;
    uint32_t variable = state / 2;
    for (uint32_t i = 0; i < lk_neighbour_count(q, variable); i++) {
        bool is_parent;
        uint32_t to = lk_neighbour_at(q, &is_parent, variable, i);
        if (f->is_start[to]) continue;
        bool change = !f->is_start[variable] && costs_a_change(f, variable, state % 2, is_parent);
        reach(f, 2 * to + !is_parent, state, change);
    }
}

// The next turn begins with what this one put off.
static void turn(finder *f) {
    f->now_count = 0;
    for (size_t i = 0; i < f->later_count; i++) {
        uint32_t state = f->later[i];
        if (f->settled[state]) continue;
        f->settled[state] = true;
        f->now[f->now_count++] = state;
    }
    f->later_count = 0;
}

// The state of the other side that is reached first, or NO_STATE.
static uint32_t find_end(finder *f) {
    for (size_t i = 0; i < f->question->from_count; i++)
        reach(f, 2 * f->question->from[i], 2 * f->question->from[i], false);
    while (f->now_count > 0) {
        for (size_t i = 0; i < f->now_count; i++) {
            if (f->is_end[f->now[i] / 2]) return f->now[i];
            leave(f, f->now[i]);
        }
        turn(f);
    }
    return NO_STATE;
}

static lk_status start(finder *f, lk_arena *scratch) {
    const lk_trail_question *q = f->question;
    size_t n = q->network->count;
    f->is_start = lk_arena_alloc_zero(scratch, n, sizeof *f->is_start);
    f->is_end = lk_arena_alloc_zero(scratch, n, sizeof *f->is_end);
    f->before = lk_arena_alloc(scratch, 2 * n, sizeof *f->before);
    f->settled = lk_arena_alloc_zero(scratch, 2 * n, sizeof *f->settled);
    f->now = lk_arena_alloc(scratch, 2 * n, sizeof *f->now);
    f->later = lk_arena_alloc(scratch, 2 * n, sizeof *f->later);
    LK_NEED(f->is_start);
    LK_NEED(f->is_end);
    LK_NEED(f->before);
    LK_NEED(f->settled);
    LK_NEED(f->now);
    LK_NEED(f->later);
    for (size_t i = 0; i < 2 * n; i++) f->before[i] = NO_STATE;
    for (size_t i = 0; i < q->from_count; i++) f->is_start[q->from[i]] = true;
    for (size_t i = 0; i < q->to_count; i++) f->is_end[q->to[i]] = true;
    return LK_OK;
}

// Walks back from the end, writing the trail from its end to its beginning; a variable that comes
// again takes what came since its first visit out.
static lk_status write_trail(const finder *f, lk_arena *arena, lk_trail *trail, uint32_t state) {
    uint32_t n = f->question->network->count, length = 0;
    trail->path = lk_arena_alloc(arena, n, sizeof *trail->path);
    LK_NEED(trail->path);
    for (;; state = f->before[state]) {
        uint32_t variable = state / 2;
        for (uint32_t i = 0; i < length; i++)
            if (trail->path[i] == variable) length = i;
        trail->path[length++] = variable;
        if (f->before[state] == state) break;
    }
    for (uint32_t i = 0; i < length / 2; i++) {
        uint32_t swap = trail->path[i];
        trail->path[i] = trail->path[length - 1 - i];
        trail->path[length - 1 - i] = swap;
    }
    trail->length = length;
    return LK_OK;
}

lk_status lk_find_easiest_trail(lk_arena *arena, lk_arena *scratch, lk_trail *trail, bool *found,
                                const lk_trail_question *question, bool as_it_is) {
    finder f = {.question = question, .as_it_is = as_it_is};
    LK_TRY(start(&f, scratch));
    uint32_t end = find_end(&f);
    *found = end != NO_STATE;
    if (!*found) return LK_OK;
    *trail = (lk_trail){.active = as_it_is};
    return write_trail(&f, arena, trail, end);
}
