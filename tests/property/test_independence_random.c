// d-separation against two oracles on random networks: independence found by enumerating the joint
// distribution of random parameters, and active trails found by walking along every trail.
#include "likelore/exact.h"
#include "likelore/independence.h"
#include "likelore/json.h"

#include "test_context.h"

#include <criterion/criterion.h>
#include <gmp.h>
#include <math.h>
#include <stdio.h>

enum { MOST = 7 };

typedef struct world {
    lk_network *network;
    uint32_t n;
    bool arrow[MOST][MOST]; // from, to
    double p[MOST][1 << MOST];
    double joint[1 << MOST]; // bit v: state of variable v
    bool side[2][MOST];
    bool given[MOST];
} world;

static lk_context *context;

// ---- Random worlds -----------------------------------------------------------------------------

static void add_variables(world *w, lk_random *random) {
    static const char *const states[] = {"s0", "s1"};
    cr_assert(lk_network_new(context, &w->network, "world") == LK_OK);
    for (uint32_t v = 0; v < w->n; v++) {
        char name[16];
        uint32_t index;
        snprintf(name, sizeof name, "V%u", v);
        cr_assert(lk_network_add_variable(w->network, &index, name, states, 2) == LK_OK);
    }
    uint32_t order[MOST];
    for (uint32_t i = 0; i < w->n; i++) order[i] = i;
    for (uint32_t i = w->n; i > 1; i--) {
        uint32_t j = (uint32_t)lk_random_below(random, i), swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
    }
    uint64_t density = 1 + lk_random_below(random, 6);
    for (uint32_t j = 0; j < w->n; j++)
        for (uint32_t i = 0; i < j; i++)
            w->arrow[order[i]][order[j]] = lk_random_below(random, 10) < density;
}

static void add_tables(world *w, lk_random *random) {
    for (uint32_t v = 0; v < w->n; v++) {
        uint32_t parents[MOST], count = 0;
        for (uint32_t u = 0; u < w->n; u++)
            if (w->arrow[u][v]) parents[count++] = u;
        cr_assert(lk_network_set_parents(w->network, v, parents, count) == LK_OK);
        double values[2 << MOST];
        for (size_t row = 0; row < (size_t)1 << count; row++) {
            values[2 * row] = 0.05 + 0.9 * lk_random_uniform(random);
            values[2 * row + 1] = 1 - values[2 * row];
        }
        cr_assert(lk_network_set_table(w->network, v, values, (size_t)2 << count, NULL) == LK_OK);
        for (uint32_t cell = 0; cell < 1u << w->n; cell++) {
            size_t row = 0;
            for (uint32_t i = 0; i < count; i++) row = 2 * row + (cell >> parents[i] & 1);
            w->p[v][cell] = values[2 * row + (cell >> v & 1)];
        }
    }
    for (uint32_t cell = 0; cell < 1u << w->n; cell++) {
        w->joint[cell] = 1;
        for (uint32_t v = 0; v < w->n; v++) w->joint[cell] *= w->p[v][cell];
    }
    cr_assert(lk_network_finish(w->network) == LK_OK);
}

// Each side gets one variable or two, some of the others are given.
static void draw_question(world *w, lk_random *random) {
    uint32_t left = (uint32_t)lk_random_below(random, w->n);
    uint32_t right = (left + 1 + (uint32_t)lk_random_below(random, w->n - 1)) % w->n;
    w->side[0][left] = w->side[1][right] = true;
    for (uint32_t v = 0; v < w->n; v++) {
        if (v == left || v == right) continue;
        uint64_t choice = lk_random_below(random, 12);
        if (choice < 4) w->given[v] = true;
        if (choice == 4) w->side[0][v] = true;
        if (choice == 5) w->side[1][v] = true;
    }
}

static world random_world(lk_random *random) {
    world w = {.n = 2 + (uint32_t)lk_random_below(random, MOST - 1)};
    add_variables(&w, random);
    add_tables(&w, random);
    draw_question(&w, random);
    return w;
}

// ---- Oracles -----------------------------------------------------------------------------------

static uint32_t mask_of(const world *w, const bool *set) {
    uint32_t mask = 0;
    for (uint32_t v = 0; v < w->n; v++) mask |= (uint32_t)set[v] << v;
    return mask;
}

// P(the variables of the mask as in `cell`).
static double marginal(const world *w, uint32_t mask, uint32_t cell) {
    double sum = 0;
    for (uint32_t c = 0; c < 1u << w->n; c++)
        if (((c ^ cell) & mask) == 0) sum += w->joint[c];
    return sum;
}

// The largest |P(x | y, z) - P(x | y', z)|.
static double largest_difference(const world *w) {
    uint32_t x = mask_of(w, w->side[0]), y = mask_of(w, w->side[1]), z = mask_of(w, w->given);
    double largest = 0;
    for (uint32_t a = 0; a < 1u << w->n; a++) {
        if (a & ~(x | y | z)) continue;
        double p = marginal(w, x | y | z, a) / marginal(w, y | z, a);
        for (uint32_t other = 0; other < 1u << w->n; other++) {
            if (other & ~y) continue;
            uint32_t b = (a & ~y) | other;
            double q = marginal(w, x | y | z, b) / marginal(w, y | z, b);
            if (p - q > largest) largest = p - q;
        }
    }
    return largest;
}

static bool given_at_or_below(const world *w, const bool *given, uint32_t v) {
    if (given[v]) return true;
    for (uint32_t c = 0; c < w->n; c++)
        if (w->arrow[v][c] && given_at_or_below(w, given, c)) return true;
    return false;
}

typedef struct census {
    uint32_t total, active;
} census;

static bool is_active(const world *w, const bool *given, const uint32_t *path, uint32_t length) {
    for (uint32_t i = 1; i + 1 < length; i++) {
        bool collider = w->arrow[path[i - 1]][path[i]] && w->arrow[path[i + 1]][path[i]];
        if (collider ? !given_at_or_below(w, given, path[i]) : given[path[i]]) return false;
    }
    return true;
}

static void walk(const world *w, const bool *given, uint32_t *path, uint32_t length,
                 census *counts) {
    for (uint32_t v = 0; v < w->n && length <= MOST; v++) {
        uint32_t at = path[length - 1];
        if (!w->arrow[at][v] && !w->arrow[v][at]) continue;
        bool repeated = w->side[0][v];
        for (uint32_t i = 0; i < length; i++) repeated = repeated || path[i] == v;
        if (repeated) continue;
        path[length] = v;
        if (!w->side[1][v]) {
            walk(w, given, path, length + 1, counts);
            continue;
        }
        counts->total++;
        counts->active += is_active(w, given, path, length + 1);
    }
}

static census count_trails(const world *w, const bool *given) {
    census counts = {0};
    uint32_t path[MOST + 2];
    for (uint32_t v = 0; v < w->n; v++) {
        path[0] = v;
        if (w->side[0][v]) walk(w, given, path, 1, &counts);
    }
    return counts;
}

// ---- The library's answer ----------------------------------------------------------------------

static size_t list_of(const world *w, const bool *set, uint32_t *list) {
    size_t count = 0;
    for (uint32_t v = 0; v < w->n; v++)
        if (set[v]) list[count++] = v;
    return count;
}

typedef lk_status asker(lk_context *, lk_independence **, const lk_network *, const uint32_t *,
                        size_t, const uint32_t *, size_t, const uint32_t *, size_t,
                        const lk_independence_options *);

static lk_independence *ask_by(asker *asked, const world *w,
                               const lk_independence_options *options) {
    uint32_t left[MOST], right[MOST], given[MOST];
    size_t counts[3] = {list_of(w, w->side[0], left), list_of(w, w->side[1], right),
                        list_of(w, w->given, given)};
    lk_independence *answer;
    lk_status status = asked(context, &answer, w->network, left, counts[0], right, counts[1], given,
                             counts[2], options);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return answer;
}

static lk_independence *ask(const world *w, const lk_independence_options *options) {
    return ask_by(lk_independence_new, w, options);
}

static lk_json *json_of(const lk_independence *answer) {
    lk_buffer text = lk_buffer_make(context);
    lk_json *json;
    cr_assert(lk_independence_to_json(&text, answer, LK_ENGLISH) == LK_OK);
    cr_assert(lk_json_parse(context, &json, text.data, text.length) == LK_OK);
    lk_buffer_free(&text);
    return json;
}

static uint32_t variable_of(const lk_json *name) {
    return (uint32_t)(lk_json_string(name, "")[1] - '0');
}

static uint32_t read_path(const lk_json *trail, uint32_t *path) {
    uint32_t length = 0;
    const lk_json *name = lk_json_first(lk_json_get(trail, "path"));
    for (; name; name = lk_json_next(name)) path[length++] = variable_of(name);
    return length;
}

typedef void check_function(const world *w);

static void check_worlds(uint64_t seed, uint32_t count, check_function *check) {
    context = make_context();
    for (uint32_t i = 0; i < count; i++) {
        lk_random random = lk_random_stream(seed, LK_RANDOM_TEST, i, 0);
        world w = random_world(&random);
        check(&w);
        lk_network_free(w.network);
    }
    free_context(context);
}

// ---- Tests -------------------------------------------------------------------------------------

static int separated_count, connected_count;

static void check_verdict(const world *w) {
    lk_independence *answer = ask(w, NULL);
    double difference = largest_difference(w), largest = -1;
    bool separated = lk_independence_separated(answer), equal = false;
    cr_assert(separated ? difference < 1e-13 : difference > 1e-10, "%g", difference);
    cr_assert(lk_independence_difference(answer, &largest, &equal));
    cr_assert(fabs(largest - difference) < 1e-13, "%g is not %g", largest, difference);
    cr_assert(equal == (difference <= 1e-9));
    separated_count += separated;
    connected_count += !separated;
    lk_independence_free(answer);
}

Test(independence, d_separation_is_independence_for_generic_numbers_on_1000_random_networks) {
    check_worlds(1, 1000, check_verdict);
    cr_assert(separated_count > 200 && connected_count > 200, "%d, %d", separated_count,
              connected_count);
}

static void mark(bool *marks, const uint32_t *variables, size_t count) {
    for (size_t i = 0; i < count; i++) {
        cr_assert(i == 0 || variables[i - 1] < variables[i]);
        marks[variables[i]] = true;
    }
}

// Whether no trail leads from the left side to this variable that is active.
static bool separated_from(const world *w, uint32_t variable) {
    world one = *w;
    memset(one.side[1], 0, sizeof one.side[1]);
    one.side[1][variable] = true;
    lk_independence *answer = ask(&one, NULL);
    bool separated = lk_independence_separated(answer);
    cr_assert(separated == (count_trails(&one, one.given).active == 0));
    lk_independence_free(answer);
    return separated;
}

static void check_list(const world *w) {
    uint32_t left[MOST], given[MOST];
    size_t left_count = list_of(w, w->side[0], left), given_count = list_of(w, w->given, given);
    lk_independence_list *list;
    cr_assert(lk_independence_list_new(context, &list, w->network, left, left_count, given,
                                       given_count) == LK_OK);
    bool separated[MOST] = {0}, connected[MOST] = {0};
    size_t count;
    const uint32_t *variables = lk_independence_list_separated(list, &count);
    mark(separated, variables, count);
    variables = lk_independence_list_connected(list, &count);
    mark(connected, variables, count);
    for (uint32_t v = 0; v < w->n; v++) {
        bool asked = w->side[0][v] || w->given[v];
        cr_assert(separated[v] == (!asked && separated_from(w, v)), "%u", v);
        cr_assert(connected[v] == (!asked && !separated[v]), "%u", v);
    }
    lk_independence_list_free(list);
}

Test(independence, the_list_of_all_variables_says_of_each_what_its_own_question_does) {
    check_worlds(21, 300, check_list);
}

static void read_fraction(mpq_t value, const lk_json *text) {
    cr_assert(mpq_set_str(value, lk_json_string(text, ""), 10) == 0);
}

// The difference is that of the two probabilities, and these are what doubles say.
static void check_fractions(const lk_json *numeric) {
    mpq_t p, q, largest;
    mpq_inits(p, q, largest, NULL);
    const lk_json *exact = lk_json_get(numeric, "exact");
    const lk_json *first = lk_json_first(lk_json_get(exact, "probabilities"));
    read_fraction(largest, lk_json_get(exact, "largest_difference"));
    read_fraction(p, first);
    read_fraction(q, lk_json_next(first));
    mpq_sub(p, p, q);
    cr_assert(mpq_equal(p, largest));
    cr_assert(lk_json_bool(lk_json_get(numeric, "equal"), false) == (mpq_sgn(largest) == 0));
    double rounded = lk_json_number(lk_json_get(numeric, "largest_difference"), NAN);
    cr_assert(fabs(mpq_get_d(largest) - rounded) <= 1e-15);
    mpq_clears(p, q, largest, NULL);
}

static void check_exact_verdict(const world *w) {
    lk_independence *answer = ask_by(lk_independence_new_exact, w, NULL);
    double largest = -1;
    bool equal = false;
    cr_assert(lk_independence_difference(answer, &largest, &equal));
    cr_assert(equal == lk_independence_separated(answer), "as fractions");
    cr_assert(fabs(largest - largest_difference(w)) < 1e-13);
    lk_json *json = json_of(answer);
    check_fractions(lk_json_get(json, "numeric"));
    lk_json_free(context, json);
    lk_independence_free(answer);
}

Test(independence, fractions_are_equal_if_and_only_if_d_separated_on_300_random_networks) {
    check_worlds(11, 300, check_exact_verdict);
}

static void check_trails(const world *w) {
    lk_independence *answer = ask(w, &(lk_independence_options){.most_trails = 10000});
    lk_json *json = json_of(answer);
    census counts = count_trails(w, w->given);
    cr_assert(lk_independence_separated(answer) == (counts.active == 0));
    cr_assert(lk_json_number(lk_json_get(json, "trail_count"), -1) == counts.total);
    cr_assert(lk_json_number(lk_json_get(json, "active_count"), -1) == counts.active);
    cr_assert(lk_json_bool(lk_json_get(json, "counted_all"), false));
    const lk_json *trails = lk_json_get(json, "trails");
    cr_assert(lk_json_count(trails) == counts.total);
    uint32_t before = 0, path[MOST + 2];
    for (const lk_json *t = lk_json_first(trails); t; t = lk_json_next(t)) {
        uint32_t length = read_path(t, path);
        cr_assert(length >= before && length >= 2);
        before = length;
        bool active = lk_json_bool(lk_json_get(t, "active"), false);
        cr_assert(active == is_active(w, w->given, path, length));
        if (active) continue;
        uint32_t blocked = variable_of(lk_json_get(t, "blocked_at")), at = 1;
        while (path[at] != blocked) at++;
        cr_assert(!is_active(w, w->given, path + at - 1, 3), "it is blocked there");
        cr_assert(is_active(w, w->given, path, at + 1), "and not before");
    }
    lk_json_free(context, json);
    lk_independence_free(answer);
}

Test(independence, every_trail_is_listed_with_what_blocks_it_and_the_shortest_first) {
    check_worlds(2, 1000, check_trails);
}

static void check_short_list(const world *w) {
    lk_independence *answer = ask(w, &(lk_independence_options){.most_trails = 1});
    lk_json *json = json_of(answer);
    const lk_json *trail = lk_json_first(lk_json_get(json, "trails"));
    census counts = count_trails(w, w->given);
    cr_assert((trail != NULL) == (counts.total > 0));
    if (trail) cr_assert(lk_json_bool(lk_json_get(trail, "active"), false) == (counts.active > 0));
    lk_json_free(context, json);
    lk_independence_free(answer);
}

Test(independence, an_active_trail_is_among_the_listed_however_few_these_are) {
    check_worlds(3, 500, check_short_list);
}

static bool separated_by(const world *w, uint32_t given_mask) {
    bool given[MOST];
    for (uint32_t v = 0; v < w->n; v++) given[v] = given_mask >> v & 1;
    return count_trails(w, given).active == 0;
}

static uint32_t mask_of_names(const lk_json *names) {
    uint32_t mask = 0;
    for (const lk_json *name = lk_json_first(names); name; name = lk_json_next(name))
        mask |= 1u << variable_of(name);
    return mask;
}

// Whether some proper part of the changes has the same effect.
static bool part_suffices(const world *w, uint32_t changed, bool wanted) {
    uint32_t given = mask_of(w, w->given);
    for (uint32_t part = (changed - 1) & changed; changed; part = (part - 1) & changed) {
        if (separated_by(w, given ^ part) == wanted) return true;
        if (part == 0) break;
    }
    return false;
}

static void check_change(const world *w) {
    lk_independence *answer = ask(w, NULL);
    lk_json *json = json_of(answer);
    uint32_t given = mask_of(w, w->given);
    uint32_t sides = mask_of(w, w->side[0]) | mask_of(w, w->side[1]);
    bool wanted = !lk_independence_separated(answer);
    const lk_json *change = lk_json_get(json, "change");
    if (lk_json_get_type(change) == LK_JSON_NULL) {
        for (uint32_t z = 0; z < 1u << w->n; z++)
            if (!(z & sides)) cr_assert(separated_by(w, z) != wanted);
    } else {
        uint32_t add = mask_of_names(lk_json_get(change, "add"));
        uint32_t remove = mask_of_names(lk_json_get(change, "remove"));
        cr_assert(!(add & (given | sides)) && !(remove & ~given));
        cr_assert(separated_by(w, given ^ (add | remove)) == wanted);
        // Only additions to what is observed are minimal among all their parts.
        if (wanted && !remove) cr_assert(!part_suffices(w, add, wanted));
        if (!wanted)
            for (uint32_t v = 0; v < w->n; v++)
                if ((add | remove) >> v & 1)
                    cr_assert(separated_by(w, given ^ (add | remove) ^ 1u << v) != wanted);
    }
    lk_json_free(context, json);
    lk_independence_free(answer);
}

Test(independence, the_change_turns_the_verdict_over_or_no_evidence_does) {
    check_worlds(4, 1000, check_change);
}
