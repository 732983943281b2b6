// Exact inference beside a plain junction tree, in the same run:
//
//     bench_bayes DIRECTORY [NAME…]
//
// DIRECTORY has networks/NAME.bif and reference/NAME.json; the evidence is that of the reference's
// case 1. Times are CPU time of one thread, the least of several runs that take turns with the
// peer's, from a loaded network to all marginals: the search for an order and the building of the
// tree are in them. The speed-up by threads is one of wall-clock times.
#include "bench.h"
#include "inference/query.h"
#include "likelore/bayes.h"
#include "likelore/json.h"
#include "plain_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 2048, LEAST_RUNS = 5, MOST_RUNS = 200 };

static const double SECONDS = 0.6; // spent on each network, at least

typedef struct work {
    lk_context *context;
    lk_network *network;
    uint32_t variables[MOST]; // evidence
    uint32_t states[MOST];
    size_t count;
} work;

static void read_evidence(work *w, const char *path) {
    lk_file *file;
    bench_need(w->context, lk_file_open(w->context, &file, path));
    lk_json *document;
    bench_need(w->context, lk_json_parse(w->context, &document, (const char *)lk_file_bytes(file),
                                         lk_file_length(file)));
    const lk_json *test_case = lk_json_next(lk_json_first(lk_json_get(document, "cases")));
    const lk_json *evidence = lk_json_get(test_case, "evidence");
    for (const lk_json *f = lk_json_first(evidence); f; f = lk_json_next(f), w->count++) {
        uint32_t *variable = &w->variables[w->count];
        bench_need(w->context, lk_network_find_variable(w->network, variable, lk_json_name(f)));
        bench_need(w->context, lk_network_find_state(w->network, &w->states[w->count], *variable,
                                                     lk_json_string(f, "")));
    }
    lk_json_free(w->context, document);
    lk_file_free(file);
}

static work load(const char *directory, const char *name, int threads) {
    work w = {0};
    char path[1024];
    if (lk_context_new(&w.context, &(lk_options){.threads = threads}) != LK_OK) exit(71);
    snprintf(path, sizeof path, "%s/networks/%s.bif", directory, name);
    bench_need(w.context, lk_network_load(w.context, &w.network, path, NULL));
    snprintf(path, sizeof path, "%s/reference/%s.json", directory, name);
    read_evidence(&w, path);
    return w;
}

static void unload(work *w) {
    lk_network_free(w->network);
    lk_context_free(w->context);
}

// ---- Ours --------------------------------------------------------------------------------------

static lk_query *answer(const work *w, const uint32_t *targets, size_t target_count) {
    lk_query *query;
    lk_query_options options = {.engine = LK_ENGINE_JUNCTION_TREE};
    bench_need(w->context, lk_query_new(w->context, &query, w->network, targets, target_count,
                                        w->variables, w->count, &options));
    for (size_t i = 0; i < w->count; i++)
        bench_need(w->context, lk_query_set_evidence(query, i, w->states[i]));
    bench_need(w->context, lk_query_run(query));
    return query;
}

static double time_of(const work *w, const uint32_t *targets, size_t target_count,
                      double (*seconds)(void)) {
    double start = seconds();
    lk_query *query = answer(w, targets, target_count);
    double taken = seconds() - start;
    lk_query_free(query);
    return taken;
}

// The variable observed last that can be in another state, and that state.
static size_t other_state(const work *w, lk_query *query, uint32_t *state) {
    for (size_t i = w->count; i-- > 0;) {
        uint32_t count = lk_network_state_count(w->network, w->variables[i]);
        for (uint32_t s = 0; s < count; s++) {
            if (s == w->states[i]) continue;
            bench_need(w->context, lk_query_set_evidence(query, i, s));
            if (lk_query_run(query) == LK_OK) {
                *state = s;
                return i;
            }
        }
        bench_need(w->context, lk_query_set_evidence(query, i, w->states[i]));
    }
    return SIZE_MAX;
}

// A query that stands while one finding changes there and back.
typedef struct standing {
    lk_query *query;
    size_t index; // of the finding; SIZE_MAX: none can be changed
    uint32_t other;
} standing_query;

static standing_query make_standing(const work *w) {
    standing_query s = {.query = answer(w, NULL, 0)};
    s.index = other_state(w, s.query, &s.other);
    return s;
}

static void change(const work *w, const standing_query *s, uint32_t state) {
    bench_need(w->context, lk_query_set_evidence(s->query, s->index, state));
    bench_need(w->context, lk_query_run(s->query));
}

// The mean of the way there and the way back, once the tree is in the caches again.
static double warm_time(const work *w, const standing_query *s) {
    if (s->index == SIZE_MAX) return 0;
    change(w, s, w->states[s->index]);
    change(w, s, s->other);
    double start = bench_cpu_seconds();
    change(w, s, w->states[s->index]);
    change(w, s, s->other);
    return (bench_cpu_seconds() - start) / 2;
}

// ---- A network ---------------------------------------------------------------------------------

typedef struct figures {
    double cold, plain, one, warm, wall_1, wall_2;
    double cells, bytes, plain_bytes;
} figures;

static void keep_least(double *least, double seconds) {
    if (*least == 0 || seconds < *least) *least = seconds;
}

static void measure_times(const work *w, figures *f) {
    uint32_t n = lk_network_variable_count(w->network), last = n - 1;
    bool observed[MOST] = {0};
    uint32_t states[MOST] = {0};
    for (size_t i = 0; i < w->count; i++) {
        observed[w->variables[i]] = true;
        states[w->variables[i]] = w->states[i];
    }
    while (observed[last]) last--;
    standing_query standing = make_standing(w);
    double until = bench_seconds() + SECONDS;
    for (int run = 0; run < MOST_RUNS && (run < LEAST_RUNS || bench_seconds() < until); run++) {
        keep_least(&f->cold, time_of(w, NULL, 0, bench_cpu_seconds));
        keep_least(&f->one, time_of(w, &last, 1, bench_cpu_seconds));
        double start = bench_cpu_seconds();
        plain_answer plain = plain_tree_run(w->network, observed, states);
        keep_least(&f->plain, bench_cpu_seconds() - start);
        f->plain_bytes = plain.bytes;
        plain_answer_free(&plain, w->network);
        keep_least(&f->warm, warm_time(w, &standing));
    }
    lk_query_free(standing.query);
}

static void measure_memory(const work *w, figures *f) {
    uint64_t before = lk_context_memory_usage(w->context).live_bytes;
    lk_query *query = answer(w, NULL, 0);
    f->bytes = (double)(lk_context_memory_usage(w->context).live_bytes - before);
    f->cells = query->tree.cells;
    lk_query_free(query);
}

// Others disturb two threads more than one: more runs.
static void measure_threads(const work *one, const work *two, figures *f) {
    for (int run = 0; run < 4 * LEAST_RUNS; run++) {
        keep_least(&f->wall_1, time_of(one, NULL, 0, bench_seconds));
        keep_least(&f->wall_2, time_of(two, NULL, 0, bench_seconds));
    }
}

static void bench(const char *directory, const char *name) {
    work one = load(directory, name, 1), two = load(directory, name, 2);
    figures f = {0};
    measure_times(&one, &f);
    measure_memory(&one, &f);
    measure_threads(&one, &two, &f);
    printf("%-12s %9.3f %9.3f %6.1f %9.3f %6.1f %9.3f %6.2f %9.2e %6.1f %8.1f %8.1f\n", name,
           1e3 * f.cold, 1e3 * f.plain, f.plain / f.cold, 1e3 * f.warm,
           f.warm > 0 ? f.cold / f.warm : 0, 1e3 * f.one, f.wall_1 / f.wall_2, f.cells,
           1e9 * f.cold / f.cells, f.bytes / 1e6, f.plain_bytes / 1e6);
    fflush(stdout);
    unload(&one);
    unload(&two);
}

int main(int count, char **words) {
    static const char *const all[] = {"asia",     "alarm",      "hailfinder", "insurance", "hepar2",
                                      "win95pts", "pathfinder", "andes",      "pigs",      "water",
                                      "mildew",   "munin2",     "munin3",     "diabetes",  "munin",
                                      "munin4",   "barley",     "link",       "munin1"};
    if (count < 2) {
        fputs("usage: bench_bayes DIRECTORY [NAME...]\n", stderr);
        return 2;
    }
    printf("all marginals, milliseconds; one: the posterior of the last variable alone\n");
    printf("%-12s %9s %9s %6s %9s %6s %9s %6s %9s %6s %8s %8s\n", "network", "cold", "plain",
           "ratio", "warm", "ratio", "one", "2 thr.", "cells", "ns/c.", "MB", "plain MB");
    if (count > 2)
        for (int i = 2; i < count; i++) bench(words[1], words[i]);
    else
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) bench(words[1], all[i]);
    return 0;
}
