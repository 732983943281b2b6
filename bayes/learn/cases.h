// Records of data in terms of a network: the state of each variable, where it is known. Records
// that say the same are one case, counted; cases that leave the same variables open are neighbours.
#ifndef LK_CASES_H
#define LK_CASES_H

#include "learn/case_columns.h"
#include "likelore/learn.h"

struct lk_cases {
    lk_context *context;
    uint32_t variables;
    uint32_t *states;  // [count × variables], LK_MISSING where open
    uint64_t *weights; // [count] records that say so
    uint64_t *lines;   // [count] line of the first of them
    char *file;        // NULL: not known
    size_t count;
    uint64_t records;
    size_t *patterns; // where each run of cases with the same open variables begins; and `count`
    size_t pattern_count;
};

static inline const uint32_t *lk_case_at(const lk_cases *cases, size_t index) {
    return cases->states + index * cases->variables;
}

#endif
