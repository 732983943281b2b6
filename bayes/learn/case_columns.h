// The columns of a table in terms of a network: a variable each, whose states are the fields.
#ifndef LK_CASE_COLUMNS_H
#define LK_CASE_COLUMNS_H

#include "likelore/csv.h"
#include "network/network.h"

#define LK_MISSING UINT32_MAX // the state of a variable that is open

typedef struct lk_case_columns {
    lk_context *context;
    const lk_network *network;
    lk_csv *table;
    uint32_t *variables;     // of each column, LK_NO_VARIABLE: ignored
    const char *soft_advice; // what to do with fields that say what is no state
} lk_case_columns;

// Finds the variable of each column by its name. LK_ERROR_UNKNOWN_NAME, naming the nearest name,
// unless `ignore_unknown`; LK_ERROR_DATA when no column is left. To be released in any case.
lk_status lk_case_columns_make(lk_case_columns *columns, lk_context *context,
                               const lk_network *network, lk_csv *table, bool ignore_unknown);
void lk_case_columns_release(lk_case_columns *columns);

// The state that a column has in the record just read; LK_MISSING where it is open or the column is
// ignored. With the place: LK_ERROR_UNKNOWN_NAME, naming the nearest name, and LK_ERROR_UNSUPPORTED
// for fields that exclude a state or give likelihoods.
lk_status lk_case_columns_read(const lk_case_columns *columns, uint32_t *state, size_t column);

#endif
