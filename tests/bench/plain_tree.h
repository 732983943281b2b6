// The yardstick of the benchmark of exact inference: a junction tree as a textbook has it.
//
// The best of three greedy orders, dense tables over maximal cliques, evidence as zeros in the
// tables, two passes with division (Jensen, Lauritzen and Olesen, "Bayesian updating in causal
// probabilistic networks by local computations", 1990), and a marginal from the smallest clique of
// each variable. Nothing is pruned, sliced, kept or run in parallel.
#ifndef LIKELORE_PLAIN_TREE_H
#define LIKELORE_PLAIN_TREE_H

#include "likelore/bayes.h"

typedef struct plain_answer {
    double cells;       // of all cliques
    double bytes;       // of all tables
    double p_evidence;  // may underflow: the yardstick does not scale
    double **marginals; // of each variable
} plain_answer;

// All marginals given states[v] for each observed variable v. Ends the program when memory is out.
plain_answer plain_tree_run(const lk_network *network, const bool *observed,
                            const uint32_t *states);
void plain_answer_free(plain_answer *answer, const lk_network *network);

#endif
