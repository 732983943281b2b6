// Independence in random Markov networks against the definitions: separation by a search of paths
// in the graph, and conditional probabilities by enumeration, which for generic potentials are
// equal if and only if the graph separates.
#include "likelore/independence.h"
#include "likelore/json.h"

#include "test_context.h"

#include <math.h>

enum { N = 6, STATES = 1 << N };

typedef struct world {
    lk_network *network;
    bool edge[N][N], given[N];
    uint32_t left, right;
    double joint[STATES]; // bit v of the index: the state of variable v
} world;

static lk_context *context;

static void add_potential(world *w, lk_random *random) {
    uint32_t size = 1 + (uint32_t)lk_random_below(random, 3), scope[3];
    double values[8];
    for (uint32_t i = 0; i < size; i++) {
        scope[i] = (uint32_t)lk_random_below(random, N);
        for (uint32_t k = 0; k < i; k++)
            if (scope[k] == scope[i]) return;
    }
    for (uint32_t c = 0; c < 1u << size; c++) values[c] = 0.1 + lk_random_uniform(random);
    cr_assert(lk_network_add_potential(w->network, scope, size, values, (size_t)1 << size) ==
              LK_OK);
    for (uint32_t s = 0; s < STATES; s++) {
        uint32_t cell = 0;
        for (uint32_t i = 0; i < size; i++) cell = 2 * cell + (s >> scope[i] & 1);
        w->joint[s] *= values[cell];
    }
    for (uint32_t i = 0; i < size; i++)
        for (uint32_t k = 0; k < size; k++) w->edge[scope[i]][scope[k]] |= i != k;
}

static world random_world(lk_random *random) {
    static const char *const states[] = {"a", "b"};
    world w = {.left = (uint32_t)lk_random_below(random, N)};
    w.right = (w.left + 1 + (uint32_t)lk_random_below(random, N - 1)) % N;
    cr_assert(lk_network_new_markov(context, &w.network, "random") == LK_OK);
    for (uint32_t v = 0; v < N; v++) {
        uint32_t index;
        char name[] = {'v', (char)('0' + v), 0};
        cr_assert(lk_network_add_variable(w.network, &index, name, states, 2) == LK_OK);
        w.given[v] = v != w.left && v != w.right && lk_random_below(random, 3) == 0;
    }
    for (uint32_t s = 0; s < STATES; s++) w.joint[s] = 1;
    for (uint64_t i = 2 + lk_random_below(random, 6); i > 0; i--) add_potential(&w, random);
    cr_assert(lk_network_finish(w.network) == LK_OK);
    return w;
}

// ---- Oracles -----------------------------------------------------------------------------------

typedef struct census {
    uint32_t total, open;
} census;

static void walk(const world *w, const bool *given, uint32_t at, uint32_t visited, bool open,
                 census *counts) {
    for (uint32_t v = 0; v < N; v++) {
        if (!w->edge[at][v] || visited >> v & 1) continue;
        if (v == w->right)
            counts->total++, counts->open += open;
        else
            walk(w, given, v, visited | 1u << v, open && !given[v], counts);
    }
}

static census count_paths(const world *w, const bool *given) {
    census counts = {0};
    walk(w, given, w->left, 1u << w->left, true, &counts);
    return counts;
}

static double sum(const world *w, uint32_t mask, uint32_t as) {
    double total = 0;
    for (uint32_t s = 0; s < STATES; s++)
        if (((s ^ as) & mask) == 0) total += w->joint[s];
    return total;
}

static double largest_difference(const world *w) {
    double largest = 0;
    uint32_t x = 1u << w->left, y = 1u << w->right, z = 0;
    for (uint32_t v = 0; v < N; v++) z |= (uint32_t)w->given[v] << v;
    for (uint32_t s = 0; s < STATES; s++) {
        double p = sum(w, x | y | z, s) / sum(w, y | z, s);
        double q = sum(w, x | y | z, s ^ y) / sum(w, y | z, s ^ y);
        largest = fmax(largest, p - q);
    }
    return largest;
}

// ---- The library's answer ----------------------------------------------------------------------

static void apply(bool *given, const lk_json *names, bool observed) {
    for (const lk_json *n = lk_json_first(names); n; n = lk_json_next(n)) {
        uint32_t v = (uint32_t)(lk_json_string(n, "")[1] - '0');
        cr_assert(given[v] != observed);
        given[v] = observed;
    }
}

// Turns the verdict over, and does not when any one of it is left out.
static void check_change(const world *w, const lk_json *change, bool separated) {
    bool given[N];
    memcpy(given, w->given, sizeof given);
    if (lk_json_get_type(change) == LK_JSON_NULL) {
        cr_assert(separated ? count_paths(w, given).total == 0 : w->edge[w->left][w->right]);
        return;
    }
    apply(given, lk_json_get(change, "add"), true);
    apply(given, lk_json_get(change, "remove"), false);
    cr_assert((count_paths(w, given).open == 0) == !separated);
    for (uint32_t v = 0; v < N; v++) {
        if (given[v] == w->given[v]) continue;
        given[v] = !given[v];
        cr_assert((count_paths(w, given).open == 0) == separated, "v%u is not needed", v);
        given[v] = !given[v];
    }
}

static void check_paths(const world *w, const lk_json *json, census counts) {
    cr_assert(lk_json_number(lk_json_get(json, "trail_count"), -1) == counts.total);
    cr_assert(lk_json_number(lk_json_get(json, "active_count"), -1) == counts.open);
    const lk_json *path = lk_json_first(lk_json_get(json, "trails"));
    for (; path; path = lk_json_next(path)) {
        bool blocked = false;
        const lk_json *name = lk_json_first(lk_json_get(path, "path"));
        for (uint32_t before = N; name; name = lk_json_next(name)) {
            uint32_t v = (uint32_t)(lk_json_string(name, "")[1] - '0');
            cr_assert(before == N ? v == w->left : w->edge[before][v]);
            blocked = blocked || w->given[v];
            before = v;
        }
        cr_assert(lk_json_bool(lk_json_get(path, "active"), false) == !blocked);
    }
}

// Of all variables at once: those that no open path leads to, and the others.
static void check_list(const world *w, const uint32_t *given, size_t given_count) {
    lk_independence_list *list;
    cr_assert(lk_independence_list_new(context, &list, w->network, &w->left, 1, given,
                                       given_count) == LK_OK);
    size_t counts[2];
    const uint32_t *sides[] = {lk_independence_list_separated(list, &counts[0]),
                               lk_independence_list_connected(list, &counts[1])};
    cr_assert(counts[0] + counts[1] + given_count + 1 == N);
    for (int connected = 0; connected < 2; connected++)
        for (size_t i = 0; i < counts[connected]; i++) {
            world other = *w;
            other.right = sides[connected][i];
            cr_assert(other.right != w->left && !w->given[other.right]);
            cr_assert((count_paths(&other, w->given).open > 0) == connected);
        }
    lk_independence_list_free(list);
}

static bool check(const world *w) {
    uint32_t given[N], count = 0;
    for (uint32_t v = 0; v < N; v++)
        if (w->given[v]) given[count++] = v;
    lk_independence *answer;
    cr_assert(lk_independence_new(context, &answer, w->network, &w->left, 1, &w->right, 1, given,
                                  count, NULL) == LK_OK,
              "%s", lk_context_error(context).message);
    census counts = count_paths(w, w->given);
    bool separated = lk_independence_separated(answer), equal;
    cr_assert(separated == (counts.open == 0));
    double expected = largest_difference(w), largest = -1;
    cr_assert(separated ? expected < 1e-13 : expected > 1e-9, "%g", expected);
    cr_assert(lk_independence_difference(answer, &largest, &equal));
    cr_assert(fabs(largest - expected) < 1e-13 && equal == separated);
    lk_buffer text = lk_buffer_make(context);
    lk_json *json;
    cr_assert(lk_independence_to_json(&text, answer, LK_ENGLISH) == LK_OK);
    cr_assert(lk_json_parse(context, &json, text.data, text.length) == LK_OK);
    check_paths(w, json, counts);
    check_change(w, lk_json_get(json, "change"), separated);
    lk_json_free(context, json);
    lk_buffer_free(&text);
    lk_independence_free(answer);
    check_list(w, given, count);
    return separated;
}

Test(markov_independence, separation_is_independence_for_generic_potentials_on_500_networks) {
    context = make_context();
    int separated = 0;
    for (uint32_t i = 0; i < 500; i++) {
        lk_random random = lk_random_stream(41, LK_RANDOM_TEST, i, 0);
        world w = random_world(&random);
        separated += check(&w);
        lk_network_free(w.network);
    }
    cr_assert(separated > 100 && separated < 400, "%d separated", separated);
    free_context(context);
}
