// Comparing networks, and networks on which formats can go wrong.
#ifndef LK_SAME_NETWORK_H
#define LK_SAME_NETWORK_H

#include "likelore/bayes.h"

#include "test_context.h"

#include <math.h>
#include <stdio.h>

static inline void expect_same_doubles(const double *a, size_t a_count, const double *b,
                                       size_t b_count, const char *what) {
    cr_assert(a_count == b_count, "%s: %zu and %zu values", what, a_count, b_count);
    cr_assert((a == NULL) == (b == NULL), "%s: one has no values", what);
    for (size_t i = 0; a && i < a_count; i++)
        cr_assert(a[i] == b[i], "%s: cell %zu is %.17g and was %.17g", what, i, b[i], a[i]);
}

static inline void expect_same_variable(const lk_network *a, const lk_network *b, uint32_t v) {
    const char *name = lk_network_variable_name(a, v);
    cr_assert(strcmp(name, lk_network_variable_name(b, v)) == 0, "%s became %s", name,
              lk_network_variable_name(b, v));
    cr_assert(lk_network_state_count(a, v) == lk_network_state_count(b, v), "%s", name);
    for (uint32_t s = 0; s < lk_network_state_count(a, v); s++)
        cr_assert(strcmp(lk_network_state_name(a, v, s), lk_network_state_name(b, v, s)) == 0,
                  "%s: state %s became %s", name, lk_network_state_name(a, v, s),
                  lk_network_state_name(b, v, s));
    cr_assert(lk_network_parent_count(a, v) == lk_network_parent_count(b, v), "%s", name);
    for (uint32_t i = 0; i < lk_network_parent_count(a, v); i++)
        cr_assert(lk_network_parents(a, v)[i] == lk_network_parents(b, v)[i], "%s", name);
    size_t a_count, b_count;
    const double *a_table = lk_network_table(a, v, &a_count);
    const double *b_table = lk_network_table(b, v, &b_count);
    expect_same_doubles(a_table, a_count, b_table, b_count, name);
}

static inline void expect_same_potential(const lk_network *a, const lk_network *b, uint32_t i) {
    uint32_t a_size, b_size;
    const uint32_t *a_scope = lk_network_potential_scope(a, i, &a_size);
    const uint32_t *b_scope = lk_network_potential_scope(b, i, &b_size);
    cr_assert(a_size == b_size);
    for (uint32_t k = 0; k < a_size; k++) cr_assert(a_scope[k] == b_scope[k]);
    size_t a_count, b_count;
    const double *a_values = lk_network_potential(a, i, &a_count);
    const double *b_values = lk_network_potential(b, i, &b_count);
    expect_same_doubles(a_values, a_count, b_values, b_count, "a potential");
}

// Everything but the name of the network.
static inline void expect_same_network(const lk_network *a, const lk_network *b) {
    cr_assert(lk_network_is_markov(a) == lk_network_is_markov(b));
    cr_assert(lk_network_variable_count(a) == lk_network_variable_count(b));
    for (uint32_t v = 0; v < lk_network_variable_count(a); v++) expect_same_variable(a, b, v);
    cr_assert(lk_network_potential_count(a) == lk_network_potential_count(b));
    for (uint32_t i = 0; i < lk_network_potential_count(a); i++) expect_same_potential(a, b, i);
}

// Values whose rows have no symmetry and no short decimals.
static inline double uneven(size_t i) {
    return fmod((double)(i + 1) * 0.6180339887498949, 1) + 0.01;
}

static inline void set_uneven_table(lk_network *network, uint32_t variable) {
    double values[4096];
    size_t states = lk_network_state_count(network, variable), count = states;
    for (uint32_t i = 0; i < lk_network_parent_count(network, variable); i++)
        count *= lk_network_state_count(network, lk_network_parents(network, variable)[i]);
    cr_assert(count <= 4096);
    for (size_t row = 0; row < count; row += states) {
        double sum = 0;
        for (size_t s = 0; s < states; s++) sum += uneven(row + s + 7 * variable);
        for (size_t s = 0; s < states; s++) values[row + s] = uneven(row + s + 7 * variable) / sum;
    }
    cr_assert(lk_network_set_table(network, variable, values, count, NULL) == LK_OK);
}

// Four variables of 2, 3, 4 and 5 states, the parents of the last in an order that is not the
// file's, and each name and each state with `suffix`.
static inline lk_network *uneven_network(lk_context *context, const char *suffix) {
    static const uint32_t parents[4][3] = {{2}, {0}, {0}, {1, 2, 0}};
    static const uint32_t parent_counts[4] = {1, 1, 0, 3};
    lk_network *network;
    cr_assert(lk_network_new(context, &network, "uneven") == LK_OK);
    char names[5][64], name[64];
    const char *states[5];
    for (uint32_t s = 0; s < 5; s++) {
        snprintf(names[s], sizeof names[s], "s%u%s", s, suffix);
        states[s] = names[s];
    }
    for (uint32_t v = 0; v < 4; v++) {
        uint32_t index;
        snprintf(name, sizeof name, "%c%s", 'D' - (char)v, suffix);
        cr_assert(lk_network_add_variable(network, &index, name, states, 2 + v) == LK_OK);
    }
    for (uint32_t v = 0; v < 4; v++) {
        cr_assert(lk_network_set_parents(network, v, parents[v], parent_counts[v]) == LK_OK);
        set_uneven_table(network, v);
    }
    cr_assert(lk_network_finish(network) == LK_OK, "%s", lk_context_error(context).message);
    return network;
}

// The same variables with potentials, some above 1, one that is a constant, one variable in none.
static inline lk_network *uneven_markov(lk_context *context) {
    lk_network *network;
    static const char *const states[] = {"s0", "s1", "s2", "s3", "s4"};
    cr_assert(lk_network_new_markov(context, &network, "uneven") == LK_OK);
    for (uint32_t v = 0; v < 4; v++) {
        uint32_t index;
        char name[] = {'D' - (char)v, 0};
        cr_assert(lk_network_add_variable(network, &index, name, states, 2 + v) == LK_OK);
    }
    double values[40];
    for (size_t i = 0; i < 40; i++) values[i] = uneven(i) * pow(10, (double)(i % 9) - 4);
    cr_assert(lk_network_add_potential(network, (uint32_t[]){3, 0, 2}, 3, values, 40) == LK_OK);
    cr_assert(lk_network_add_potential(network, (uint32_t[]){2}, 1, values + 3, 4) == LK_OK);
    cr_assert(lk_network_add_potential(network, NULL, 0, (double[]){2.5}, 1) == LK_OK);
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

#endif
