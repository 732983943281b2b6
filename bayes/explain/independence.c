// Answering a question of independence: the verdict by reachability, then what explains it.
#include "explain/independence.h"

#include "inference/separation.h"

enum { MOST_TRAILS = 100 };
static const double TOLERANCE = 1e-9;

lk_status lk_sides_separated(lk_independence *a, bool *separated, const bool *observed) {
    lk_arena_mark mark = lk_arena_get_mark(&a->scratch);
    bool *connected = lk_arena_alloc(&a->scratch, a->network->count, sizeof *connected);
    LK_NEED(connected);
    LK_TRY(
        lk_find_connected(&a->scratch, connected, a->network, a->sides[0], a->counts[0], observed));
    *separated = true;
    for (size_t i = 0; i < a->counts[1]; i++)
        if (connected[a->sides[1][i]]) *separated = false;
    lk_arena_rewind(&a->scratch, mark);
    return LK_OK;
}

// ---- The question ------------------------------------------------------------------------------

// Copies a set whose variables may be in no other; `taken` marks those.
static lk_status take_set(lk_independence *a, uint32_t **copy, bool *taken,
                          const uint32_t *variables, size_t count) {
    *copy = lk_arena_alloc(&a->arena, count, sizeof **copy);
    LK_NEED(*copy);
    for (size_t i = 0; i < count; i++) {
        if (taken[variables[i]])
            return lk_fail(a->context, LK_ERROR_USAGE,
                           "variable \"%s\" is named twice; the two sides and what is given must "
                           "be apart",
                           a->network->variables[variables[i]].name);
        taken[variables[i]] = true;
        (*copy)[i] = variables[i];
    }
    return LK_OK;
}

static lk_status take_question(lk_independence *a, const uint32_t *const *sides,
                               const size_t *counts, const uint32_t *given, size_t given_count) {
    uint32_t n = a->network->count;
    LK_TRY(lk_network_need_finished(a->context, a->network));
    bool *taken = lk_arena_alloc_zero(&a->scratch, n, sizeof *taken);
    a->observed = lk_arena_alloc_zero(&a->arena, n, sizeof *a->observed);
    LK_NEED(taken);
    LK_NEED(a->observed);
    for (int i = 0; i < 2; i++) {
        if (counts[i] == 0)
            return lk_fail(a->context, LK_ERROR_USAGE, "independence is between two variables");
        LK_TRY(take_set(a, &a->sides[i], taken, sides[i], counts[i]));
        a->counts[i] = counts[i];
    }
    LK_TRY(take_set(a, &a->given, taken, given, given_count));
    a->given_count = given_count;
    for (size_t i = 0; i < given_count; i++) a->observed[given[i]] = true;
    a->question = (lk_trail_question){
        .network = a->network,
        .from = a->sides[0],
        .to = a->sides[1],
        .from_count = a->counts[0],
        .to_count = a->counts[1],
        .observed = a->observed,
    };
    if (a->network->is_markov) {
        a->question.edges = &a->edges;
        LK_TRY(lk_find_edges(&a->arena, &a->edges, a->network));
    }
    return lk_find_openers(&a->arena, &a->question.opened_by, a->network, a->observed);
}

static lk_status answer(lk_independence *a, const lk_independence_options *options,
                        lk_comparer compare) {
    size_t most = options->most_trails ? options->most_trails : MOST_TRAILS;
    a->tolerance = options->tolerance > 0 ? options->tolerance : TOLERANCE;
    a->most_operations = options->most_operations;
    LK_TRY(lk_sides_separated(a, &a->separated, a->observed));
    LK_TRY(lk_list_trails(&a->arena, &a->scratch, &a->trails, &a->question, most));
    LK_TRY(lk_find_change(a));
    return lk_find_difference(a, compare);
}

lk_status lk_independence_make(lk_context *context, lk_independence **out,
                               const lk_network *network, const uint32_t *left, size_t left_count,
                               const uint32_t *right, size_t right_count, const uint32_t *given,
                               size_t given_count, const lk_independence_options *options,
                               lk_comparer compare) {
    static const lk_independence_options defaults;
    lk_independence *a = lk_alloc_zero(context, 1, sizeof *a);
    LK_NEED(a);
    a->context = context;
    a->network = network;
    a->arena = lk_arena_make(context, 0);
    a->scratch = lk_arena_make(context, 0);
    lk_status status = take_question(a, (const uint32_t *const[]){left, right},
                                     (const size_t[]){left_count, right_count}, given, given_count);
    if (status == LK_OK) status = answer(a, options ? options : &defaults, compare);
    lk_arena_release(&a->scratch);
    if (status != LK_OK) {
        lk_independence_free(a);
        return status;
    }
    *out = a;
    return LK_OK;
}

lk_status lk_independence_new(lk_context *context, lk_independence **out, const lk_network *network,
                              const uint32_t *left, size_t left_count, const uint32_t *right,
                              size_t right_count, const uint32_t *given, size_t given_count,
                              const lk_independence_options *options) {
    return lk_independence_make(context, out, network, left, left_count, right, right_count, given,
                                given_count, options, lk_compare_doubles);
}

void lk_independence_free(lk_independence *a) {
    if (!a) return;
    lk_arena_release(&a->scratch);
    lk_arena_release(&a->arena);
    lk_free(a->context, a);
}

bool lk_independence_separated(const lk_independence *a) { return a->separated; }

bool lk_independence_difference(const lk_independence *a, double *largest, bool *equal) {
    if (!a->difference.available) return false;
    *largest = a->difference.largest;
    *equal = a->difference.equal;
    return true;
}
