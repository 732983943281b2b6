// What is wrong or doubtful in a network: a list of findings under construction.
#ifndef LK_CHECK_H
#define LK_CHECK_H

#include "network/network.h"

struct lk_check {
    lk_context *context;
    lk_arena arena;      // texts
    lk_network *network; // NULL: could not be read
    lk_check_finding *findings;
    size_t count;
    size_t capacity;
    size_t counts[3]; // by severity
    lk_status status; // of what could not be told while reading
    // What all posteriors together cost, where there are numbers:
    bool planned;
    double largest_clique; // cells
    double operations;
    double bytes;
};

// Adds a finding. `variable` may be LK_NO_VARIABLE.
lk_status lk_check_add(lk_check *check, lk_severity severity, const char *code, uint32_t variable,
                       const char *format, ...) LK_PRINTF(5, 6);

// check_tables.c: what each table by itself tells.
lk_status lk_check_tables(lk_check *check);

#endif
