// Random networks with random tables, for property tests.
#ifndef LK_RANDOM_NETWORK_H
#define LK_RANDOM_NETWORK_H

#include "likelore/bayes.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { RANDOM_MOST_VARIABLES = 12, RANDOM_MOST_STATES = 5, RANDOM_MOST_PARENTS = 3 };
enum { RANDOM_ROOM = 64 }; // for variables of networks that are not enumerated

// A row with some zeros and, before it is normalised, a sum that is not 0.
static inline void random_row(lk_random *random, double *row, uint32_t states) {
    double sum = 0;
    for (uint32_t s = 0; s < states; s++) {
        row[s] = lk_random_below(random, 5) == 0 ? 0 : lk_random_uniform(random);
        sum += row[s];
    }
    if (sum == 0) row[lk_random_below(random, states)] = sum = 1;
    for (uint32_t s = 0; s < states; s++) row[s] /= sum;
}

static inline void random_table(lk_network *network, lk_random *random, uint32_t variable) {
    double values[4000];
    size_t rows = 1;
    for (uint32_t i = 0; i < lk_network_parent_count(network, variable); i++)
        rows *= lk_network_state_count(network, lk_network_parents(network, variable)[i]);
    uint32_t states = lk_network_state_count(network, variable);
    for (size_t row = 0; row < rows; row++) random_row(random, values + row * states, states);
    cr_assert(lk_network_set_table(network, variable, values, rows * states, NULL) == LK_OK);
}

// `shuffled`: the order of the variables says nothing about the arrows.
static inline void random_parents(lk_network *network, lk_random *random, const uint32_t *shuffled,
                                  uint32_t at) {
    uint32_t parents[RANDOM_MOST_PARENTS], count = 0;
    for (uint32_t i = 0; i < at && count < RANDOM_MOST_PARENTS; i++)
        if (lk_random_below(random, at) < 2) parents[count++] = shuffled[i];
    cr_assert(lk_network_set_parents(network, shuffled[at], parents, count) == LK_OK);
}

static inline void shuffle(lk_random *random, uint32_t *items, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) items[i] = i;
    for (uint32_t i = count; i > 1; i--) {
        uint32_t j = (uint32_t)lk_random_below(random, i), swap = items[i - 1];
        items[i - 1] = items[j];
        items[j] = swap;
    }
}

// A finished network of `count` variables with 2 to `most_states` states and at most 3 parents.
static inline lk_network *random_network_of(lk_context *context, lk_random *random, uint32_t count,
                                            uint32_t most_states) {
    static const char *const states[] = {"s0", "s1", "s2", "s3", "s4"};
    lk_network *network;
    cr_assert(lk_network_new(context, &network, "random") == LK_OK);
    for (uint32_t v = 0; v < count; v++) {
        char name[16];
        uint32_t index;
        // Names whose alphabetical order is not that of the variables.
        snprintf(name, sizeof name, "%c%u", 'A' + (char)(v * 7 % 11), v);
        uint32_t state_count = 2 + (uint32_t)lk_random_below(random, most_states - 1);
        cr_assert(lk_network_add_variable(network, &index, name, states, state_count) == LK_OK);
    }
    uint32_t shuffled[RANDOM_ROOM];
    cr_assert(count <= RANDOM_ROOM);
    shuffle(random, shuffled, count);
    for (uint32_t i = 0; i < count; i++) random_parents(network, random, shuffled, i);
    for (uint32_t v = 0; v < count; v++) random_table(network, random, v);
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

static inline lk_network *random_network(lk_context *context, lk_random *random, uint32_t count) {
    return random_network_of(context, random, count, RANDOM_MOST_STATES);
}

#endif
