// Questions of independence: "are A and B independent given C?", answered by the structure
// (d-separation: Pearl, Probabilistic Reasoning in Intelligent Systems, 1988; in a Markov network,
// separation in its graph: Koller and Friedman 2009, section 4.3.1) and by the numbers.
#ifndef LK_INDEPENDENCE_H
#define LK_INDEPENDENCE_H

#include "explain/trails.h"
#include "likelore/exact.h"

// What must be observed beside, and no longer be observed, for the opposite verdict: nothing of it
// can be left out.
typedef struct lk_change {
    bool possible;
    uint32_t *add;
    size_t add_count;
    uint32_t *remove;
    size_t remove_count;
} lk_change;

enum { LK_MOST_COMPARED = 1 << 22 }; // combinations of states

typedef enum lk_why_not { LK_NO_NUMBERS, LK_TOO_MANY_STATES, LK_HAS_ERROR } lk_why_not;

// The largest |P(x | y, z) - P(x | y', z)|, and where it is.
typedef struct lk_difference {
    bool available;
    lk_why_not why_not; // it is not available
    char cells[24];     // LK_TOO_MANY_STATES: their number
    lk_status status;   // LK_HAS_ERROR: the error
    const char *message;
    double largest;
    bool equal;            // within the tolerance, or exactly
    bool exact;            // computed in fractions, from which the doubles are rounded
    bool compared;         // whether there were two y to compare for some z
    uint32_t *states[2];   // of both sides: x and y
    uint32_t *other;       // y'
    uint32_t *given;       // z
    double probability[2]; // P(x | y, z) and P(x | y', z)
    lk_fraction largest_fraction;
    lk_fraction fractions[2]; // the probabilities; of an exact difference that was compared
} lk_difference;

// The tables that are compared: P(given, right side, left side), the last fastest, is one for
// each z with a row for each y and a column for each x.
typedef struct lk_comparison {
    lk_independence *answer;
    const uint32_t *targets; // the variables of the table
    size_t target_count;
    size_t given_cells, right_cells, left_cells;
    size_t z, x, y, other; // where the largest difference was found
} lk_comparison;

// Computes the table and finds its largest difference.
typedef lk_status (*lk_comparer)(lk_comparison *comparison);

struct lk_independence {
    lk_context *context;
    const lk_network *network;
    lk_arena arena;
    lk_arena scratch;
    uint32_t *sides[2];
    size_t counts[2];
    uint32_t *given;
    size_t given_count;
    bool *observed;
    lk_trail_question question;
    lk_edges edges; // of a Markov network
    bool separated;
    lk_trail_list trails;
    lk_change change;
    double tolerance;
    double most_operations; // 0: no limit
    lk_difference difference;
};

// The parts of an answer that are found by themselves (independence_change.c,
// independence_numbers.c).
lk_status lk_find_change(lk_independence *answer);
lk_status lk_find_difference(lk_independence *answer, lk_comparer compare);

lk_status lk_compare_doubles(lk_comparison *comparison);

// As lk_independence_new, the numbers compared so.
lk_status lk_independence_make(lk_context *context, lk_independence **answer,
                               const lk_network *network, const uint32_t *left, size_t left_count,
                               const uint32_t *right, size_t right_count, const uint32_t *given,
                               size_t given_count, const lk_independence_options *options,
                               lk_comparer compare);

// Whether the sides are d-separated by what is observed; `observed` may differ from the answer's.
lk_status lk_sides_separated(lk_independence *answer, bool *separated, const bool *observed);

#endif
