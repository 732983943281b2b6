// Which tables a question needs: d-separation and barren variables.
#ifndef LK_SEPARATION_H
#define LK_SEPARATION_H

#include "network/network.h"

// Why the table of a variable is not needed.
typedef enum lk_relevance {
    LK_RELEVANT,
    LK_BARREN,   // neither a target nor evidence at or below it: its table sums to 1
    LK_SEPARATED // d-separated from the targets by the evidence
} lk_relevance;

// relevance[v] for each variable: the tables that P(starts | observed variables) depends on, by the
// Bayes-ball algorithm (Shachter, "Bayes-Ball: The rational pastime", UAI 1998; the requisite
// probability nodes). With `of_evidence`, those that P(starts, observed variables) depends on: all
// at or above one of them.
//
// In a Markov network, relevant variables are those that are connected with a start by potentials
// whose other variables are unobserved, and the observed ones next to them; with `of_evidence`,
// all.
lk_status lk_find_relevance(lk_arena *scratch, lk_relevance *relevance, const lk_network *network,
                            const uint32_t *starts, size_t start_count, const bool *observed,
                            bool of_evidence);

// Whether the question needs a table: that of a relevant variable; a potential of a relevant one,
// where a potential of observed variables alone is one factor for all states and only needed
// `of_evidence`.
bool lk_table_matters(const lk_table *table, const lk_relevance *relevance, const bool *observed,
                      bool of_evidence);

// Marks the variables that are d-connected with one of `starts` given the observed ones, these
// excepted, and the starts themselves (reachability by the same game); in a Markov network those
// that a way along its edges leads to which passes no observed one. LK_ERROR_MEMORY only; what
// `scratch` is asked for is given back.
lk_status lk_find_connected(lk_arena *scratch, bool *connected, const lk_network *network,
                            const uint32_t *starts, size_t start_count, const bool *observed);

#endif
