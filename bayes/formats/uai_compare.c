// Results in the UAI formats that another program may have written: reading them, and telling how
// far our answers are from them.
#include "formats/uai.h"
#include "inference/map.h"
#include "inference/query.h"
#include "likelore/json.h"
#include "number.h"

#include <math.h>

enum { VERSION = 1 };
static const uint32_t NO_STATE = UINT32_MAX;
static const char *const task_names[] = {
    [LK_UAI_PR] = "PR", [LK_UAI_MAR] = "MAR", [LK_UAI_MPE] = "MPE", [LK_UAI_MMAP] = "MMAP"};

// ---- Reading results ---------------------------------------------------------------------------

struct lk_uai_result {
    lk_context *context;
    const lk_network *network;
    lk_uai_task task;
    double log10;
    double **posteriors; // of each variable, NULL for those that carry likelihoods
    uint32_t *states;    // of each variable that it has a state of
    uint32_t *targets;   // those variables
    size_t target_count;
    lk_arena arena;
};

static lk_status read_number(lk_scanner *s, double *value, const char *what) {
    lk_word word = lk_uai_next(s);
    lk_number number;
    if (!lk_number_read(&number, word.text, word.length) || !isfinite(number.value))
        return lk_scanner_unexpected(s, &word, what);
    *value = number.value;
    return LK_OK;
}

static size_t words_left(const lk_scanner *s) {
    lk_scanner ahead = *s;
    size_t count = 0;
    while (lk_uai_next(&ahead).length > 0) count++;
    return count;
}

// A result of as many words has one more where the number of samples comes first.
static lk_status skip_samples(lk_scanner *s, size_t words) {
    uint32_t samples;
    lk_word word = lk_uai_peek(s);
    if (words_left(s) != words + 1 || word.length != 1 || word.text[0] != '1') return LK_OK;
    return lk_uai_read_count(s, &samples, 1, "the number of samples");
}

static lk_status read_own_count(lk_scanner *s, const lk_network *network) {
    uint32_t count = 0;
    lk_word word = lk_uai_peek(s);
    LK_TRY(lk_uai_read_count(s, &count, UINT32_MAX - 1, "the number of variables"));
    if (count == lk_uai_count(network)) return LK_OK;
    return lk_fail_at(s->context, LK_ERROR_DATA, lk_scanner_location(s, &word),
                      "the network has %u variables, not %u", lk_uai_count(network), count);
}

static lk_status read_posterior(lk_uai_result *r, lk_scanner *s, uint32_t variable) {
    const lk_variable *v = &r->network->variables[variable];
    uint32_t count = 0;
    lk_word word = lk_uai_peek(s);
    LK_TRY(lk_uai_read_count(s, &count, UINT32_MAX - 1, "the number of states"));
    if (count != v->state_count)
        return lk_fail_at(s->context, LK_ERROR_DATA, lk_scanner_location(s, &word),
                          "variable \"%.200s\" has %u states, not %u", v->name, v->state_count,
                          count);
    r->posteriors[variable] = lk_arena_alloc(&r->arena, count, sizeof(double));
    LK_NEED(r->posteriors[variable]);
    for (uint32_t k = 0; k < count; k++)
        LK_TRY(read_number(s, &r->posteriors[variable][k], "a probability"));
    return LK_OK;
}

static lk_status read_posteriors(lk_uai_result *r, lk_scanner *s) {
    const lk_network *network = r->network;
    size_t words = 1;
    for (uint32_t v = 0; v < network->count; v++)
        if (lk_uai_has(network, v)) words += 1 + (size_t)network->variables[v].state_count;
    r->posteriors = lk_arena_alloc_zero(&r->arena, network->count, sizeof *r->posteriors);
    LK_NEED(r->posteriors);
    LK_TRY(skip_samples(s, words));
    LK_TRY(read_own_count(s, network));
    for (uint32_t v = 0; v < network->count; v++)
        if (lk_uai_has(network, v)) LK_TRY(read_posterior(r, s, v));
    return LK_OK;
}

static lk_status make_states(lk_uai_result *r) {
    uint32_t n = r->network->count;
    r->states = lk_arena_alloc(&r->arena, n, sizeof *r->states);
    LK_NEED(r->states);
    for (uint32_t v = 0; v < n; v++) r->states[v] = NO_STATE;
    r->targets = lk_arena_alloc(&r->arena, n, sizeof *r->targets);
    LK_NEED(r->targets);
    return LK_OK;
}

static lk_status read_state(lk_uai_result *r, lk_scanner *s, uint32_t variable) {
    r->targets[r->target_count++] = variable;
    return lk_uai_read_count(s, &r->states[variable],
                             r->network->variables[variable].state_count - 1,
                             "the number of a state");
}

static lk_status read_states(lk_uai_result *r, lk_scanner *s) {
    LK_TRY(make_states(r));
    LK_TRY(skip_samples(s, 1 + (size_t)lk_uai_count(r->network)));
    LK_TRY(read_own_count(s, r->network));
    for (uint32_t v = 0; v < r->network->count; v++)
        if (lk_uai_has(r->network, v)) LK_TRY(read_state(r, s, v));
    return LK_OK;
}

static lk_status read_target(lk_uai_result *r, lk_scanner *s) {
    uint32_t variable;
    lk_word word = lk_uai_peek(s);
    LK_TRY(lk_uai_read_count(s, &variable, r->network->count - 1, "the number of a variable"));
    const char *name = r->network->variables[variable].name;
    if (!lk_uai_has(r->network, variable))
        return lk_scanner_unexpected(s, &word, "the number of a variable");
    if (r->states[variable] != NO_STATE)
        return lk_fail_at(s->context, LK_ERROR_DATA, lk_scanner_location(s, &word),
                          "variable \"%.200s\" is here a second time", name);
    return read_state(r, s, variable);
}

// The count and a pair for each target are an odd number of words.
static lk_status read_targets(lk_uai_result *r, lk_scanner *s) {
    uint32_t count = 0;
    LK_TRY(make_states(r));
    LK_TRY(skip_samples(s, (words_left(s) - 1) | 1));
    LK_TRY(lk_uai_read_count(s, &count, lk_uai_count(r->network), "the number of targets"));
    for (uint32_t i = 0; i < count; i++) LK_TRY(read_target(r, s));
    return LK_OK;
}

static lk_status read_log10(lk_uai_result *r, lk_scanner *s) {
    LK_TRY(skip_samples(s, 1));
    return read_number(s, &r->log10, "a logarithm");
}

static lk_status read_result(lk_uai_result *r, lk_scanner *s) {
    static lk_status (*const read[])(lk_uai_result *, lk_scanner *) = {
        [LK_UAI_PR] = read_log10,
        [LK_UAI_MAR] = read_posteriors,
        [LK_UAI_MPE] = read_states,
        [LK_UAI_MMAP] = read_targets,
    };
    lk_word word = lk_uai_next(s);
    for (size_t i = 0; i < sizeof read / sizeof read[0]; i++) {
        if (word.length != strlen(task_names[i]) ||
            memcmp(word.text, task_names[i], word.length) != 0)
            continue;
        r->task = (lk_uai_task)i;
        LK_TRY(read[i](r, s));
        lk_word rest = lk_uai_next(s);
        return rest.length == 0 ? LK_OK : lk_scanner_unexpected(s, &rest, "the end of the file");
    }
    return lk_fail_at(s->context, LK_ERROR_UNSUPPORTED, lk_scanner_location(s, &word),
                      "a UAI result begins with PR, MAR, MPE or MMAP");
}

lk_status lk_uai_result_read(lk_context *context, lk_uai_result **out, const lk_network *network,
                             const void *bytes, size_t length, const char *file_name) {
    lk_source source = {bytes, length, file_name, NULL};
    lk_scanner s = lk_scanner_make(context, &source);
    lk_uai_result *r = lk_alloc_zero(context, 1, sizeof *r);
    LK_NEED(r);
    r->context = context;
    r->network = network;
    r->arena = lk_arena_make(context, 0);
    lk_status status = read_result(r, &s);
    if (status != LK_OK) {
        lk_uai_result_free(r);
        return lk_fail_in_file(context, status, file_name);
    }
    *out = r;
    return LK_OK;
}

void lk_uai_result_free(lk_uai_result *r) {
    if (!r) return;
    lk_arena_release(&r->arena);
    lk_free(r->context, r);
}

lk_uai_task lk_uai_result_task(const lk_uai_result *r) { return r->task; }
double lk_uai_result_log10(const lk_uai_result *r) { return r->log10; }

const double *lk_uai_result_posterior(const lk_uai_result *r, uint32_t variable) {
    return r->posteriors[variable];
}

const uint32_t *lk_uai_result_targets(const lk_uai_result *r, size_t *count) {
    *count = r->target_count;
    return r->targets;
}

uint32_t lk_uai_result_state(const lk_uai_result *r, uint32_t variable) {
    return r->states[variable];
}

// ---- Results as JSON ---------------------------------------------------------------------------

static void add_posteriors(lk_json_writer *writer, const lk_uai_result *r) {
    lk_json_begin_object(writer, "posteriors");
    for (uint32_t v = 0; v < r->network->count; v++) {
        const lk_variable *variable = &r->network->variables[v];
        if (!r->posteriors[v]) continue;
        lk_json_begin_object(writer, variable->name);
        for (uint32_t s = 0; s < variable->state_count; s++)
            lk_json_add_number(writer, variable->states[s], r->posteriors[v][s]);
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

static void add_assignment(lk_json_writer *writer, const lk_uai_result *r) {
    lk_json_begin_object(writer, "assignment");
    for (size_t i = 0; i < r->target_count; i++) {
        const lk_variable *variable = &r->network->variables[r->targets[i]];
        lk_json_add_string(writer, variable->name, variable->states[r->states[r->targets[i]]]);
    }
    lk_json_end(writer);
}

lk_status lk_uai_result_to_json(lk_buffer *out, const lk_uai_result *r) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(r->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", VERSION);
    lk_json_add_string(writer, "task", task_names[r->task]);
    if (r->task == LK_UAI_PR)
        lk_json_add_number(writer, "log10", r->log10);
    else if (r->task == LK_UAI_MAR)
        add_posteriors(writer, r);
    else
        add_assignment(writer, r);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}

// ---- Posteriors, and P(evidence) ---------------------------------------------------------------

static lk_uai_difference difference_of(lk_uai_task task, double here, double there) {
    return (lk_uai_difference){
        .task = task, .largest = fabs(here - there), .here = here, .there = there};
}

static void compare_posteriors(const lk_query *q, const lk_uai_result *r,
                               const double *const *posteriors, lk_uai_difference *difference) {
    *difference = (lk_uai_difference){.largest = -1};
    for (uint32_t v = 0; v < q->network->count; v++) {
        for (uint32_t k = 0; r->posteriors[v] && k < q->network->variables[v].state_count; k++) {
            double here = posteriors[v] ? posteriors[v][k] : k == q->states[v];
            lk_uai_difference d = difference_of(LK_UAI_MAR, here, r->posteriors[v][k]);
            if (d.largest <= difference->largest) continue;
            *difference = d;
            difference->variable = v;
            difference->state = k;
        }
    }
}

lk_status lk_query_compare_uai(const lk_query *q, const lk_uai_result *r,
                               lk_uai_difference *difference) {
    if (r->task == LK_UAI_PR) {
        *difference = difference_of(r->task, lk_query_log10_p_evidence(q), r->log10);
        return LK_OK;
    }
    if (r->task != LK_UAI_MAR)
        return lk_fail(q->context, LK_ERROR_USAGE,
                       "a UAI result of the task %s has states, not probabilities",
                       task_names[r->task]);
    const double **posteriors = lk_alloc_zero(q->context, q->network->count, sizeof *posteriors);
    LK_NEED(posteriors);
    lk_status status = lk_uai_find_posteriors(q, posteriors);
    if (status == LK_OK) compare_posteriors(q, r, posteriors, difference);
    lk_free(q->context, posteriors);
    return status;
}

// ---- Most probable states ----------------------------------------------------------------------

// The states of a result beside the evidence of a map; *possible is false where they contradict it.
static void join_states(const lk_map *map, const lk_uai_result *r, uint32_t *states,
                        bool *possible) {
    for (uint32_t v = 0; v < map->network->count; v++)
        states[v] = map->observed[v] ? map->states[v] : NO_STATE;
    for (size_t i = 0; i < r->target_count; i++) {
        uint32_t target = r->targets[i];
        *possible &= states[target] == NO_STATE || states[target] == r->states[target];
        states[target] = r->states[target];
    }
}

static lk_status run_with(const lk_map *map, double *log10, const uint32_t *states,
                          uint32_t *variables) {
    uint32_t open = LK_NO_VARIABLE;
    size_t count = 0;
    for (uint32_t v = 0; v < map->network->count; v++) {
        if (states[v] == NO_STATE)
            open = v;
        else
            variables[count++] = v;
    }
    // P(evidence) is what is wanted; one variable that is open is enough to ask for.
    lk_query *query;
    lk_query_options options = {.engine = LK_ENGINE_ELIMINATION};
    LK_TRY(lk_query_new(map->context, &query, map->network, &open, open != LK_NO_VARIABLE,
                        variables, count, &options));
    lk_status status = LK_OK;
    for (size_t i = 0; i < count && status == LK_OK; i++)
        status = lk_query_set_evidence(query, i, states[variables[i]]);
    if (status == LK_OK) status = lk_query_run(query);
    if (status == LK_OK) *log10 = lk_query_log10_p_evidence(query);
    lk_query_free(query);
    return status;
}

// The logarithm of the probability of the states of a result together with the evidence.
static lk_status measure(const lk_map *map, double *log10, const lk_uai_result *r) {
    uint32_t *states = lk_alloc(map->context, map->network->count, 2 * sizeof *states);
    LK_NEED(states);
    bool possible = true;
    lk_status status = LK_ERROR_IMPOSSIBLE;
    join_states(map, r, states, &possible);
    if (possible) status = run_with(map, log10, states, states + map->network->count);
    lk_free(map->context, states);
    if (status != LK_ERROR_IMPOSSIBLE) return status;
    *log10 = -INFINITY;
    return LK_OK;
}

// Both are to be of the same variables, besides those that are observed.
static lk_status check_targets(const lk_map *map, const lk_uai_result *r) {
    if (r->task != LK_UAI_MPE && r->task != LK_UAI_MMAP)
        return lk_fail(map->context, LK_ERROR_USAGE, "a UAI result of the task %s has no states",
                       task_names[r->task]);
    size_t common = 0;
    for (size_t i = 0; i < map->target_count; i++) {
        uint32_t target = map->targets[i];
        if (r->states[target] != NO_STATE)
            common++;
        else if (lk_uai_has(map->network, target))
            return lk_fail(map->context, LK_ERROR_USAGE,
                           "the UAI result has no state of \"%s\", which is asked for",
                           map->network->variables[target].name);
    }
    for (size_t i = 0; i < r->target_count; i++) common += map->observed[r->targets[i]];
    if (common == r->target_count) return LK_OK;
    return lk_fail(map->context, LK_ERROR_USAGE,
                   "the UAI result has states of %zu variables that are not asked for",
                   r->target_count - common);
}

lk_status lk_map_compare_uai(const lk_map *map, const lk_uai_result *r,
                             lk_uai_difference *difference) {
    LK_TRY(check_targets(map, r));
    double there = 0;
    LK_TRY(measure(map, &there, r));
    *difference = difference_of(r->task, lk_map_log10_p_joint(map), there);
    return LK_OK;
}

// ---- Differences -------------------------------------------------------------------------------

const char *lk_uai_task_name(lk_uai_task task) { return task_names[task]; }

lk_status lk_uai_difference_to_json(lk_buffer *out, const lk_network *network,
                                    const lk_uai_difference *difference, double tolerance) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(network->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", VERSION);
    lk_json_add_string(writer, "task", task_names[difference->task]);
    lk_json_add_number(writer, "largest_difference", difference->largest);
    lk_json_add_number(writer, "here", difference->here);
    lk_json_add_number(writer, "there", difference->there);
    if (difference->task == LK_UAI_MAR) {
        const lk_variable *v = &network->variables[difference->variable];
        lk_json_add_string(writer, "variable", v->name);
        lk_json_add_string(writer, "state", v->states[difference->state]);
    }
    lk_json_add_number(writer, "tolerance", tolerance);
    lk_json_add_bool(writer, "agree", difference->largest <= tolerance);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}
