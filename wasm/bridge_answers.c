// All posteriors of a network, asked again and again as findings come, change and go: numbers in,
// numbers out, and queries that stand between the questions. A question with the same observed
// variables and targets as one before is planned no more, and only what the change of a finding
// reaches is computed. The numbers are those of lk_bridge_network_query to the last bit.
#include "bridge_request.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STANDING = 8 };

#define NOT_OBSERVED UINT32_MAX
// Bytes of the queries that stand between questions, and while a new one is made beside them.
#define MOST_BETWEEN ((uint64_t)512 << 20)
#define MOST_BESIDE ((uint64_t)64 << 20)

// What follows the posteriors in the numbers: as many as there are here, then the plan's order.
enum {
    P_EVIDENCE,
    LOG10_P_EVIDENCE,
    SECONDS,
    ENGINE,
    LARGEST_TABLE,
    OPERATIONS,
    BYTES,
    ORDER_COUNT,
    FIGURES
};

// A query that answers whenever these variables are observed and these targets asked for.
typedef struct standing_query {
    lk_query *query;
    uint32_t *key; // observed variables in the order of the network, then the targets
    size_t evidence_count, target_count;
    uint64_t bytes;
    uint64_t last_used; // number of the question
} standing_query;

typedef struct lk_answers {
    const lk_network *network;
    uint32_t count;    // of variables
    uint32_t *states;  // [count] of the question: of each variable, or NOT_OBSERVED
    uint32_t *targets; // [count] of the question, behind the states
    uint32_t *key;     // [2 count] of the question, behind the targets
    double *numbers;   // of the answer
    size_t *first;     // [count + 1] where the posteriors of each variable begin there
    standing_query standing[MOST_STANDING];
    size_t standing_count;
    uint64_t asked; // number of the question
} lk_answers;

// ---- Making ---------------------------------------------------------------------------------

static void drop(lk_answers *a, size_t index) {
    lk_query_free(a->standing[index].query);
    free(a->standing[index].key);
    a->standing[index] = a->standing[--a->standing_count];
}

LK_EXPORT void lk_bridge_answers_free(lk_answers *a) {
    if (!a) return;
    while (a->standing_count > 0) drop(a, 0);
    free(a->states);
    free(a->numbers);
    free(a->first);
    free(a);
}

static lk_status make_room(lk_answers *a) {
    a->first = calloc((size_t)a->count + 1, sizeof *a->first);
    a->states = calloc((size_t)a->count * 4 + 1, sizeof *a->states);
    if (!a->first || !a->states) return LK_ERROR_MEMORY;
    a->targets = a->states + a->count;
    a->key = a->targets + a->count;
    for (uint32_t v = 0; v < a->count; v++)
        a->first[v + 1] = a->first[v] + lk_network_state_count(a->network, v);
    a->numbers = calloc(a->first[a->count] + FIGURES + a->count, sizeof *a->numbers);
    return a->numbers ? LK_OK : LK_ERROR_MEMORY;
}

// The network must outlive it.
LK_EXPORT lk_status lk_bridge_answers_open(lk_bridge *bridge, lk_answers **made,
                                           const lk_network *network) {
    (void)bridge;
    lk_answers *a = calloc(1, sizeof *a);
    if (!a) return LK_ERROR_MEMORY;
    a->network = network;
    a->count = lk_network_variable_count(network);
    lk_status status = make_room(a);
    if (status == LK_OK)
        *made = a;
    else
        lk_bridge_answers_free(a);
    return status;
}

// Where JavaScript puts a question, as numbers of 32 bits: the state of each variable, UINT32_MAX
// for those that are not observed, and then the targets.
LK_EXPORT uint32_t *lk_bridge_answers_question(lk_answers *a) { return a->states; }

// Where it finds the answer, as doubles: for each variable a probability a state, 1 for what is
// observed and 0 for what was not asked for; then P(evidence), NaN in a Markov network; its
// logarithm to base 10, there of Z; the seconds that it took; the engine, as a number of lk_engine;
// the largest table, the operations and the bytes of the plan; and its order of elimination as
// count and variables.
LK_EXPORT const double *lk_bridge_answers_numbers(const lk_answers *a) { return a->numbers; }

// ---- Standing queries -----------------------------------------------------------------------

static standing_query *find_standing(lk_answers *a, size_t evidence_count, size_t target_count) {
    for (size_t i = 0; i < a->standing_count; i++) {
        standing_query *s = &a->standing[i];
        if (s->evidence_count == evidence_count && s->target_count == target_count &&
            memcmp(s->key, a->key, (evidence_count + target_count) * sizeof *s->key) == 0)
            return s;
    }
    return NULL;
}

static uint64_t standing_bytes(const lk_answers *a) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < a->standing_count; i++) bytes += a->standing[i].bytes;
    return bytes;
}

static void drop_oldest(lk_answers *a) {
    size_t oldest = 0;
    for (size_t i = 1; i < a->standing_count; i++)
        if (a->standing[i].last_used < a->standing[oldest].last_used) oldest = i;
    drop(a, oldest);
}

static void drop_above(lk_answers *a, uint64_t bytes) {
    while (standing_bytes(a) > bytes) drop_oldest(a);
}

static uint64_t live_bytes(const lk_bridge *bridge) {
    return lk_context_memory_usage(bridge->context).live_bytes;
}

static lk_status add_standing(lk_bridge *bridge, lk_answers *a, standing_query **out,
                              size_t evidence_count, size_t target_count) {
    lk_query_options options = {.repeatable = true};
    standing_query made = {.evidence_count = evidence_count, .target_count = target_count};
    size_t count = evidence_count + target_count;
    drop_above(a, MOST_BESIDE);
    if (a->standing_count == MOST_STANDING) drop_oldest(a);
    made.key = malloc((count + 1) * sizeof *made.key);
    if (!made.key) return LK_ERROR_MEMORY;
    memcpy(made.key, a->key, count * sizeof *made.key);
    uint64_t before = live_bytes(bridge);
    lk_status status =
        lk_query_new(bridge->context, &made.query, a->network, made.key + evidence_count,
                     target_count, made.key, evidence_count, &options);
    if (status != LK_OK) {
        free(made.key);
        return status;
    }
    made.bytes = live_bytes(bridge) - before;
    *out = &a->standing[a->standing_count++];
    **out = made;
    return LK_OK;
}

// ---- Answers --------------------------------------------------------------------------------

static double engine_number(const char *name) {
    size_t number = 0;
    while (strcmp(lk_engine_name(number), name) != 0) number++;
    return (double)number;
}

static void write_figures(const lk_answers *a, const lk_query *query, double seconds) {
    double *out = a->numbers + a->first[a->count];
    lk_plan_summary plan = lk_query_plan(query);
    out[P_EVIDENCE] = lk_network_is_markov(a->network) ? NAN : lk_query_p_evidence(query);
    out[LOG10_P_EVIDENCE] = lk_query_log10_p_evidence(query);
    out[SECONDS] = seconds;
    out[ENGINE] = engine_number(plan.engine);
    out[LARGEST_TABLE] = plan.largest_table;
    out[OPERATIONS] = plan.operations;
    out[BYTES] = plan.bytes;
    out[ORDER_COUNT] = (double)plan.order_count;
    for (size_t i = 0; i < plan.order_count; i++) out[FIGURES + i] = plan.order[i];
}

static void write_posteriors(const lk_answers *a, const lk_query *query) {
    memset(a->numbers, 0, a->first[a->count] * sizeof *a->numbers);
    for (uint32_t v = 0; v < a->count; v++)
        if (a->states[v] != NOT_OBSERVED) a->numbers[a->first[v] + a->states[v]] = 1;
    for (size_t i = 0; i < lk_query_target_count(query); i++) {
        uint32_t v = lk_query_target(query, i);
        memcpy(&a->numbers[a->first[v]], lk_query_posterior(query, i),
               (a->first[v + 1] - a->first[v]) * sizeof *a->numbers);
    }
}

static lk_status run(const lk_bridge *bridge, const lk_answers *a, standing_query *s) {
    for (size_t i = 0; i < s->evidence_count; i++)
        LK_TRY(lk_query_set_evidence(s->query, i, a->states[s->key[i]]));
    uint64_t before = live_bytes(bridge);
    LK_TRY(lk_query_run(s->query));
    s->bytes += live_bytes(bridge) - before; // a first run may have to plan more
    return LK_OK;
}

static lk_status answer(lk_bridge *bridge, lk_answers *a, size_t evidence_count,
                        size_t target_count) {
    double start = lk_bridge_seconds();
    standing_query *s = find_standing(a, evidence_count, target_count);
    if (!s) LK_TRY(add_standing(bridge, a, &s, evidence_count, target_count));
    s->last_used = ++a->asked;
    lk_status status = run(bridge, a, s);
    if (status != LK_OK) {
        // Of evidence that is possible it may be asked again.
        if (status != LK_ERROR_IMPOSSIBLE) drop(a, (size_t)(s - a->standing));
        return status;
    }
    write_posteriors(a, s->query);
    write_figures(a, s->query, lk_bridge_seconds() - start);
    return LK_OK;
}

// Lists the observed variables and the targets; false where one of these does not exist.
static bool make_key(lk_answers *a, size_t *evidence_count, size_t target_count) {
    size_t count = 0;
    if (target_count > a->count) return false;
    for (uint32_t v = 0; v < a->count; v++)
        if (a->states[v] != NOT_OBSERVED) a->key[count++] = v;
    *evidence_count = count;
    for (size_t i = 0; i < target_count; i++) {
        if (a->targets[i] >= a->count) return false;
        a->key[count++] = a->targets[i];
    }
    return true;
}

// Answers the question that is there. Its targets are so many; 0: every variable that is not
// observed. Errors as those of lk_query_new and lk_query_run.
LK_EXPORT lk_status lk_bridge_answers_ask(lk_bridge *bridge, lk_answers *a, uint32_t target_count) {
    size_t evidence_count;
    if (!make_key(a, &evidence_count, target_count))
        return lk_bridge_fail(bridge, LK_ERROR_USAGE, "there is no such target");
    lk_status status = answer(bridge, a, evidence_count, target_count);
    // Perhaps those that stand took the memory.
    if ((status == LK_ERROR_LIMIT || status == LK_ERROR_MEMORY) && a->standing_count > 0) {
        drop_above(a, 0);
        status = answer(bridge, a, evidence_count, target_count);
    }
    drop_above(a, MOST_BETWEEN);
    return status;
}
