// Joint distributions of families from a junction tree, against enumeration.
#include "inference/tree_joint.h"
#include "inference/tree_plan.h"

#include "random_network.h"
#include "test_context.h"

#include <math.h>

static lk_context *context;

typedef struct problem {
    lk_network *network;
    bool observed[RANDOM_MOST_VARIABLES];
    uint32_t states[RANDOM_MOST_VARIABLES];
    uint32_t open[RANDOM_MOST_VARIABLES];
    uint32_t open_count;
    lk_arena arena;
    lk_arena scratch;
    lk_junction_tree tree;
} problem;

static void make_problem(problem *p, lk_random *random) {
    uint32_t n = 1 + (uint32_t)lk_random_below(random, 8);
    *p = (problem){.network = random_network_of(context, random, n, 3),
                   .arena = lk_arena_make(context, 0),
                   .scratch = lk_arena_make(context, 0)};
    for (uint32_t v = 0; v < n; v++) {
        p->observed[v] = lk_random_below(random, 3) == 0;
        if (!p->observed[v]) p->open[p->open_count++] = v;
    }
    lk_tree_question question = {.network = p->network,
                                 .observed = p->observed,
                                 .targets = p->open,
                                 .target_count = p->open_count,
                                 .joints = true};
    cr_assert(lk_tree_plan(&p->arena, &p->tree, &p->scratch, &question) == LK_OK);
}

static void free_problem(problem *p) {
    lk_arena_release(&p->scratch);
    lk_arena_release(&p->arena);
    lk_network_free(p->network);
}

// The joint of a factor's variables in the order of its scope; NULL when the evidence is
// impossible.
static lk_query *enumerate(const problem *p, lk_scope scope) {
    uint32_t targets[RANDOM_MOST_VARIABLES], evidence[RANDOM_MOST_VARIABLES], count = 0;
    for (uint32_t i = 0; i < scope.size; i++) targets[i] = p->tree.variable_of[scope.ranks[i]];
    for (uint32_t v = 0; v < p->network->count; v++)
        if (p->observed[v]) evidence[count++] = v;
    lk_query *query;
    lk_query_options options = {.engine = LK_ENGINE_ENUMERATION, .joint = true};
    cr_assert(lk_query_new(context, &query, p->network, targets, scope.size, evidence, count,
                           &options) == LK_OK);
    for (uint32_t i = 0; i < count; i++)
        cr_assert(lk_query_set_evidence(query, i, p->states[evidence[i]]) == LK_OK);
    if (lk_query_run(query) == LK_OK) return query;
    lk_query_free(query);
    return NULL;
}

static void check_factor(const problem *p, const lk_tree_factor *factor) {
    lk_query *query = enumerate(p, factor->scope);
    if (!query) return; // a table of which all is observed rules the evidence out
    size_t count;
    const double *expected = lk_query_joint(query, &count);
    const double *got = p->tree.joints[factor->joint].values;
    for (size_t i = 0; i < count; i++)
        cr_assert(fabs(got[i] - expected[i]) < 1e-12, "%.17g is not %.17g", got[i], expected[i]);
    lk_query_free(query);
}

static bool run(problem *p) {
    lk_propagation result = lk_junction_tree_propagate(&p->tree, p->states);
    cr_assert(result != LK_PROPAGATED_WIDE);
    if (result == LK_PROPAGATED_ZERO) {
        cr_assert(enumerate(p, p->tree.factors[0].scope) == NULL);
        return false;
    }
    cr_assert(lk_junction_tree_read_joints(&p->tree) == LK_PROPAGATED);
    for (uint32_t i = 0; i < p->tree.factor_count; i++) check_factor(p, &p->tree.factors[i]);
    return true;
}

static void change_evidence(problem *p, lk_random *random) {
    for (uint32_t v = 0; v < p->network->count; v++) {
        if (!p->observed[v] || lk_random_below(random, 2)) continue;
        uint32_t count = lk_network_state_count(p->network, v);
        p->states[v] = (uint32_t)lk_random_below(random, count);
        lk_junction_tree_touch(&p->tree, v, NULL);
    }
}

Test(tree_joint, every_family_equals_enumeration_as_the_evidence_changes) {
    context = make_context();
    uint32_t possible = 0;
    for (uint32_t i = 0; i < 600; i++) {
        lk_random random = lk_random_stream(14, LK_RANDOM_TEST, i, 0);
        problem p;
        make_problem(&p, &random);
        for (int round = 0; p.open_count > 0 && round < 6; round++) {
            change_evidence(&p, &random);
            possible += run(&p);
        }
        free_problem(&p);
    }
    cr_assert(possible > 1000, "%u possible", possible);
    free_context(context);
}

Test(tree_joint, new_numbers_in_tables_count_after_forgetting) {
    context = make_context();
    for (uint32_t i = 0; i < 100; i++) {
        lk_random random = lk_random_stream(15, LK_RANDOM_TEST, i, 0);
        problem p;
        make_problem(&p, &random);
        for (int round = 0; p.open_count > 0 && round < 3; round++) {
            run(&p);
            for (uint32_t v = 0; v < p.network->count; v++) random_table(p.network, &random, v);
            lk_junction_tree_forget(&p.tree);
        }
        free_problem(&p);
    }
    free_context(context);
}
