// What the modules of the UAI formats share: words, comments, whole numbers, variables.
#ifndef LK_UAI_H
#define LK_UAI_H

#include "formats/scanner.h"
#include "inference/query.h"

// The next word that is not in a comment; comments go from # to the end of the line, or are lines
// that begin with the word c.
lk_word lk_uai_next(lk_scanner *scanner);
lk_word lk_uai_peek(const lk_scanner *scanner);
// Reads a whole number up to `most`; LK_ERROR_SYNTAX for anything else, naming `what` it counts.
lk_status lk_uai_read_count(lk_scanner *scanner, uint32_t *count, uint32_t most, const char *what);

// Whether the files have the variable: not those that carry a likelihood. And how many they have.
bool lk_uai_has(const lk_network *network, uint32_t variable);
uint32_t lk_uai_count(const lk_network *network);
// The posterior of each variable, NULL of those that are observed; LK_ERROR_USAGE when one was not
// asked for by itself.
lk_status lk_uai_find_posteriors(const lk_query *query, const double **posteriors);

#endif
