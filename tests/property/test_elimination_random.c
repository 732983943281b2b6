// Variable elimination against enumeration, which is the definition of the answer, on random
// networks with random evidence, targets, orders and heuristics.
#include "likelore/bayes.h"

#include "random_network.h"
#include "test_context.h"

#include <math.h>

static const double TOLERANCE = 1e-12;

typedef struct question {
    lk_network *network;
    uint32_t targets[RANDOM_MOST_VARIABLES], evidence[RANDOM_MOST_VARIABLES],
        states[RANDOM_MOST_VARIABLES], order[RANDOM_MOST_VARIABLES];
    uint32_t target_count, evidence_count, order_count;
    lk_query_options options;
} question;

static lk_context *context;

// Splits the variables into targets, evidence and others at random.
static void random_question(question *q, lk_random *random) {
    uint32_t n = lk_network_variable_count(q->network), shuffled[RANDOM_MOST_VARIABLES];
    shuffle(random, shuffled, n);
    q->evidence_count = (uint32_t)lk_random_below(random, n);
    for (uint32_t i = 0; i < q->evidence_count; i++) {
        q->evidence[i] = shuffled[i];
        q->states[i] =
            (uint32_t)lk_random_below(random, lk_network_state_count(q->network, shuffled[i]));
    }
    uint32_t left = n - q->evidence_count;
    q->target_count = 1 + (uint32_t)lk_random_below(random, left < 3 ? left : 3);
    for (uint32_t i = 0; i < q->target_count; i++) q->targets[i] = shuffled[q->evidence_count + i];
    q->options = (lk_query_options){.joint = lk_random_below(random, 3) == 0,
                                    .no_prune = lk_random_below(random, 3) == 0};
    // A given order of all the others, and of the targets where these have tables of their own.
    bool own_tables = !q->options.joint && q->target_count > 1;
    q->order_count = 0;
    for (uint32_t i = q->evidence_count + (own_tables ? 0 : q->target_count); i < n; i++)
        q->order[q->order_count++] = shuffled[i];
    uint32_t choice = (uint32_t)lk_random_below(random, 7);
    if (choice < 5)
        q->options.heuristic = lk_order_heuristic_name(choice);
    else if (choice == 5) {
        q->options.order = q->order;
        q->options.order_count = q->order_count;
    }
}

static lk_query *make_query(const question *q, lk_engine engine) {
    lk_query_options options = q->options;
    options.engine = engine;
    lk_query *query;
    lk_status status = lk_query_new(context, &query, q->network, q->targets, q->target_count,
                                    q->evidence, q->evidence_count, &options);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    for (uint32_t i = 0; i < q->evidence_count; i++)
        cr_assert(lk_query_set_evidence(query, i, q->states[i]) == LK_OK);
    return query;
}

static void compare_tables(const double *a, const double *b, size_t count) {
    for (size_t i = 0; i < count; i++)
        cr_assert(fabs(a[i] - b[i]) <= TOLERANCE, "%.17g is not %.17g", a[i], b[i]);
}

// Runs both; returns whether the evidence was possible.
static bool compare_runs(const question *q, lk_query *fast, lk_query *slow) {
    lk_status fast_status = lk_query_run(fast), slow_status = lk_query_run(slow);
    cr_assert(fast_status == slow_status, "%s", lk_context_error(context).message);
    cr_assert(fast_status == LK_OK || fast_status == LK_ERROR_IMPOSSIBLE);
    if (fast_status != LK_OK) return false;
    double ratio = lk_query_p_evidence(fast) / lk_query_p_evidence(slow);
    cr_assert(fabs(ratio - 1) <= TOLERANCE);
    size_t count;
    const double *joint = lk_query_joint(fast, &count);
    if (joint) compare_tables(joint, lk_query_joint(slow, NULL), count);
    for (size_t i = 0; !joint && i < lk_query_target_count(fast); i++)
        compare_tables(lk_query_posterior(fast, i), lk_query_posterior(slow, i),
                       lk_network_state_count(q->network, lk_query_target(fast, i)));
    return true;
}

static bool compare_engines(const question *q, lk_engine engine) {
    lk_query *fast = make_query(q, engine), *slow = make_query(q, LK_ENGINE_ENUMERATION);
    bool possible = compare_runs(q, fast, slow);
    lk_query_free(fast);
    lk_query_free(slow);
    return possible;
}

// Mostly small networks; some of 10 variables, a few of 12, whose joint states can be enumerated.
static void make_question(question *q, lk_random *random, uint32_t i) {
    uint32_t variables = 1 + (uint32_t)lk_random_below(random, 8), states = RANDOM_MOST_STATES;
    if (i % 50 == 0) variables = 10, states = 3;
    if (i % 500 == 0) variables = 12, states = 2;
    *q = (question){.network = random_network_of(context, random, variables, states)};
    random_question(q, random);
}

Test(elimination, equals_enumeration_on_10000_random_networks) {
    context = make_context();
    int possible = 0;
    for (uint32_t i = 0; i < 10000; i++) {
        lk_random random = lk_random_stream(1, LK_RANDOM_TEST, i, 0);
        question q;
        make_question(&q, &random, i);
        possible += compare_engines(&q, LK_ENGINE_ELIMINATION);
        lk_network_free(q.network);
    }
    cr_assert(possible > 4000 && possible < 10000, "%d possible", possible);
    free_context(context);
}

// Changes some of the evidence's states.
static void change_evidence(const question *q, lk_query *fast, lk_query *slow, lk_random *random) {
    for (uint32_t i = 0; i < q->evidence_count; i++) {
        uint32_t states = lk_network_state_count(q->network, q->evidence[i]);
        if (lk_random_below(random, 2)) continue;
        uint32_t state = (uint32_t)lk_random_below(random, states);
        cr_assert(lk_query_set_evidence(fast, i, state) == LK_OK);
        cr_assert(lk_query_set_evidence(slow, i, state) == LK_OK);
    }
}

Test(junction_tree, equals_enumeration_on_10000_random_networks_and_as_the_evidence_changes) {
    context = make_context();
    int possible = 0, later = 0;
    for (uint32_t i = 0; i < 10000; i++) {
        lk_random random = lk_random_stream(2, LK_RANDOM_TEST, i, 0);
        question q;
        make_question(&q, &random, i);
        q.options.joint = false;
        lk_query *fast = make_query(&q, LK_ENGINE_JUNCTION_TREE);
        lk_query *slow = make_query(&q, LK_ENGINE_ENUMERATION);
        possible += compare_runs(&q, fast, slow);
        for (int change = 0; change < 3 && q.evidence_count > 0; change++) {
            change_evidence(&q, fast, slow, &random);
            later += compare_runs(&q, fast, slow);
        }
        lk_query_free(fast);
        lk_query_free(slow);
        lk_network_free(q.network);
    }
    cr_assert(possible > 4000 && possible < 10000, "%d possible", possible);
    cr_assert(later > 4000, "%d possible after a change", later);
    free_context(context);
}

static bool same_bits(const double *a, const double *b, size_t count) {
    return memcmp(a, b, count * sizeof *a) == 0;
}

// Runs both; their answers have the same bits.
static bool compare_bits(const question *q, lk_query *a, lk_query *b) {
    lk_status status = lk_query_run(a);
    cr_assert(lk_query_run(b) == status);
    if (status != LK_OK) return false;
    double numbers[2][2] = {{lk_query_p_evidence(a), lk_query_log10_p_evidence(a)},
                            {lk_query_p_evidence(b), lk_query_log10_p_evidence(b)}};
    cr_assert(same_bits(numbers[0], numbers[1], 2));
    for (size_t i = 0; i < lk_query_target_count(a); i++)
        cr_assert(same_bits(lk_query_posterior(a, i), lk_query_posterior(b, i),
                            lk_network_state_count(q->network, lk_query_target(a, i))));
    return true;
}

Test(junction_tree, a_repeatable_query_gives_the_bits_of_a_new_one_as_the_evidence_changes) {
    context = make_context();
    int possible = 0;
    for (uint32_t i = 0; i < 10000; i++) {
        lk_random random = lk_random_stream(4, LK_RANDOM_TEST, i, 0);
        question q;
        make_question(&q, &random, i);
        q.options.joint = false;
        q.options.repeatable = true;
        lk_query *standing = make_query(&q, LK_ENGINE_JUNCTION_TREE);
        for (int change = 0; change < 4; change++) {
            for (uint32_t k = 0; k < q.evidence_count; k++) {
                uint32_t states = lk_network_state_count(q.network, q.evidence[k]);
                if (lk_random_below(&random, 2))
                    q.states[k] = (uint32_t)lk_random_below(&random, states);
                cr_assert(lk_query_set_evidence(standing, k, q.states[k]) == LK_OK);
            }
            lk_query *made = make_query(&q, LK_ENGINE_JUNCTION_TREE);
            possible += compare_bits(&q, standing, made);
            lk_query_free(made);
        }
        lk_query_free(standing);
        lk_network_free(q.network);
    }
    cr_assert(possible > 16000, "%d possible", possible);
    free_context(context);
}

// ---- The trace ---------------------------------------------------------------------------------

#include "likelore/json.h"

static bool has_member(const lk_json *array, const char *name) {
    for (const lk_json *m = lk_json_first(array); m; m = lk_json_next(m))
        if (strcmp(lk_json_string(m, ""), name) == 0) return true;
    return false;
}

static double cells_of(const lk_network *network, const lk_json *scope) {
    double cells = 1;
    for (const lk_json *m = lk_json_first(scope); m; m = lk_json_next(m)) {
        uint32_t variable;
        cr_assert(lk_network_find_variable(network, &variable, lk_json_string(m, "")) == LK_OK);
        cells *= lk_network_state_count(network, variable);
    }
    return cells;
}

// The factor of that name among the initial ones and the outputs of steps before `end`.
static const lk_json *factor_named(const lk_json *trace, const char *name, const lk_json *end) {
    const lk_json *f = lk_json_first(lk_json_get(trace, "factors"));
    for (; f; f = lk_json_next(f))
        if (strcmp(lk_json_string(lk_json_get(f, "name"), ""), name) == 0) return f;
    const lk_json *s = lk_json_first(lk_json_get(trace, "steps"));
    for (; s && s != end; s = lk_json_next(s)) {
        f = lk_json_get(s, "output");
        if (strcmp(lk_json_string(lk_json_get(f, "name"), ""), name) == 0) return f;
    }
    cr_assert(false, "no factor %s", name);
    return NULL;
}

static double number(const lk_json *object, const char *name) {
    return lk_json_number(lk_json_get(object, name), NAN);
}

// Recounts a step from the scopes of its inputs alone.
static void check_step(const lk_network *network, const lk_json *trace, const lk_json *step) {
    const char *eliminated = lk_json_string(lk_json_get(step, "eliminate"), "");
    const lk_json *join = lk_json_get(step, "join"), *output = lk_json_get(step, "output");
    size_t inputs = 0;
    for (const lk_json *i = lk_json_first(lk_json_get(step, "inputs")); i; i = lk_json_next(i)) {
        const lk_json *input = factor_named(trace, lk_json_string(i, ""), step);
        const lk_json *scope = lk_json_get(input, "scope");
        cr_assert(has_member(scope, eliminated));
        for (const lk_json *m = lk_json_first(scope); m; m = lk_json_next(m))
            cr_assert(has_member(lk_json_get(join, "scope"), lk_json_string(m, "")));
        cr_assert(!has_member(lk_json_get(step, "remaining"), lk_json_string(i, "")));
        inputs++;
    }
    double join_cells = cells_of(network, lk_json_get(join, "scope"));
    double output_cells = cells_of(network, lk_json_get(output, "scope"));
    cr_assert(number(join, "cells") == join_cells);
    cr_assert(number(output, "cells") == output_cells);
    cr_assert(number(join, "size") == number(output, "size") + 1);
    cr_assert(lk_json_count(lk_json_get(output, "values")) == (size_t)output_cells);
    cr_assert(number(step, "multiplications") == (double)(inputs - 1) * join_cells);
    cr_assert(number(step, "additions") == join_cells - output_cells);
    cr_assert(!has_member(lk_json_get(output, "scope"), eliminated));
    const char *name = lk_json_string(lk_json_get(output, "name"), "");
    cr_assert(has_member(lk_json_get(step, "remaining"), name));
}

static void check_trace(const question *q, const double *posterior, size_t cells) {
    lk_finding findings[RANDOM_MOST_VARIABLES];
    for (uint32_t i = 0; i < q->evidence_count; i++)
        findings[i] = (lk_finding){q->evidence[i], q->states[i]};
    lk_trace *made;
    cr_assert(lk_trace_new(context, &made, q->network, q->targets, q->target_count, findings,
                           q->evidence_count, &q->options) == LK_OK,
              "%s", lk_context_error(context).message);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_trace_to_json(&text, made) == LK_OK);
    lk_json *trace;
    cr_assert(lk_json_parse(context, &trace, text.data, text.length) == LK_OK);
    double multiplications = 0, additions = 0, total = 0;
    const lk_json *step = lk_json_first(lk_json_get(trace, "steps"));
    for (; step; step = lk_json_next(step)) {
        check_step(q->network, trace, step);
        multiplications += number(step, "multiplications");
        additions += number(step, "additions");
        total += number(lk_json_get(step, "output"), "cells");
    }
    const lk_json *summary = lk_json_get(trace, "summary");
    cr_assert(number(summary, "multiplications") == multiplications);
    cr_assert(number(summary, "additions") == additions);
    cr_assert(number(summary, "cells") == total);
    cr_assert(lk_json_count(lk_json_get(trace, "factors")) +
                  lk_json_count(lk_json_get(trace, "pruned")) ==
              lk_network_variable_count(q->network));
    const lk_json *value = lk_json_first(lk_json_get(lk_json_get(trace, "result"), "values"));
    for (size_t i = 0; i < cells; i++, value = lk_json_next(value))
        cr_assert(fabs(lk_json_number(value, NAN) - posterior[i]) <= TOLERANCE);
    lk_json_free(context, trace);
    lk_buffer_free(&text);
    lk_trace_free(made);
}

Test(trace, agrees_with_a_recount_and_with_the_posterior_on_random_networks) {
    context = make_context();
    int checked = 0;
    for (uint32_t i = 0; i < 300; i++) {
        lk_random random = lk_random_stream(2, LK_RANDOM_TEST, i, 0);
        question q = {
            .network = random_network(context, &random, 2 + (uint32_t)lk_random_below(&random, 7))};
        random_question(&q, &random);
        q.options.joint = true;
        if (q.options.order && q.target_count > 1) q.options.order = NULL;
        lk_query *query = make_query(&q, LK_ENGINE_ENUMERATION);
        if (lk_query_run(query) == LK_OK) {
            size_t cells;
            const double *joint = lk_query_joint(query, &cells);
            check_trace(&q, joint, cells);
            checked++;
        }
        lk_query_free(query);
        lk_network_free(q.network);
    }
    cr_assert(checked > 100);
    free_context(context);
}
