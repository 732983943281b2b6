// Fitting as its modules see it.
#ifndef LK_FIT_H
#define LK_FIT_H

#include "inference/junction_tree.h"
#include "learn/cases.h"

// Cases that leave the same variables open.
typedef struct lk_fit_pattern {
    size_t first, end;      // cases
    lk_junction_tree *tree; // over the open variables; NULL: not planned, or given back
    lk_arena arena;         // of the tree
    const uint32_t *shown;  // states that the tree has seen; NULL: none under the tables so far
    lk_query **queries;     // of each family, where the tree's numbers did not suffice; or NULL
} lk_fit_pattern;

struct lk_fit {
    lk_context *context;
    const lk_cases *cases;
    lk_network *network; // with the tables so far
    lk_fit_options options;
    lk_arena arena;    // of what lives as long
    lk_arena scratch;  // of planning
    double **counts;   // [variables][cells] of complete families, the same in every iteration
    double **expected; // [variables][cells] with what open ones are expected to add
    double **tables;   // [variables][cells] room for new values
    size_t *cells;
    lk_fit_pattern *patterns;
    size_t pattern_count;
    uint64_t iteration;
    double objective; // of the iteration before
    double log_likelihood;
    bool done;
    uint64_t unseen_rows; // parents' states that no record has, under maximum likelihood
};

// ---- Expectation (fit_expect.c) ---------------------------------------------------------------

lk_status lk_fit_make_patterns(lk_fit *fit);
void lk_fit_free_patterns(lk_fit *fit);
// expected = counts + what the open families are expected to add under the tables so far, and the
// log likelihood of all cases under them. LK_ERROR_IMPOSSIBLE, with its line, for a case of
// probability 0.
lk_status lk_fit_expect(lk_fit *fit, double *log_likelihood);
// The cell of a case in the table of a variable; false when one of the family is open.
bool lk_fit_find_cell(const lk_network *network, const uint32_t *states, uint32_t variable,
                      size_t *cell);
lk_status lk_fit_fail_case(const lk_fit *fit, size_t index);

// One case by variable elimination, for which doubles need not suffice (fit_wide.c): adds its open
// families to `expected` and gives its probability. LK_ERROR_IMPOSSIBLE when that is 0.
lk_status lk_fit_expect_wide(lk_fit *fit, lk_fit_pattern *pattern, size_t index,
                             double *log10_probability);
void lk_fit_free_queries(const lk_fit *fit, lk_fit_pattern *pattern);

#endif
