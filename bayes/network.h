// What the modules of bayes see of a network.
//
// Tables of variables follow the layout rule of factor.h with the scope (parents in their order,
// the variable itself): a row, that is the distribution of the variable for one combination of
// its parents' states, is contiguous.
#ifndef LK_NETWORK_H
#define LK_NETWORK_H

#include "arena.h"
#include "hashmap.h"
#include "likelore/bayes.h"

enum { LK_NAME_BYTES = 1000 }; // longest name of a variable or state

typedef struct lk_variable {
    const char *name;
    const char *const *states;
    uint32_t state_count;
    uint32_t parent_count;
    uint32_t *parents;
    double *table; // NULL: structure alone
    size_t table_count;
    int smallest_exponent; // every value of the table that is not 0 is at least 2^this
} lk_variable;

// Rows that were divided by their sum.
typedef struct lk_normalization {
    uint64_t rows; // farther than 1e-9 from 1
    double worst;  // largest |sum - 1|
    uint32_t worst_variable;
} lk_normalization;

struct lk_network {
    lk_context *context;
    lk_arena names;
    const char *name;
    lk_variable *variables;
    const char **variable_names;
    uint32_t count;
    uint32_t capacity;
    lk_hashmap *variable_index; // name → variable
    lk_hashmap *state_index;    // (variable, name) → state
    lk_normalization normalization;
    bool finished;
    // Once finished:
    uint32_t *topological; // parents before children, ties in the order of the file
    uint32_t *children;    // of variable v: from children_start[v] up to children_start[v + 1]
    uint32_t *children_start;
};

// As lk_network_set_table, but takes over `values`. row_lines (NULL: unknown) has for each row its
// line in `file`, for messages.
lk_status lk_network_take_table(lk_network *network, uint32_t variable, double *values,
                                const lk_network_read_options *options, const uint32_t *row_lines,
                                const char *file);

// Looks a name up without recording a failure. False when there is none.
bool lk_network_lookup_variable(const lk_network *network, uint32_t *variable, const char *name);
bool lk_network_lookup_state(const lk_network *network, uint32_t *state, uint32_t variable,
                             const char *name);

// Number of cells of the table of a variable: LK_ERROR_LIMIT when it is above the memory limit.
lk_status lk_network_table_cells(const lk_network *network, size_t *cells, uint32_t variable);

// LK_ERROR_USAGE unless the network is finished.
lk_status lk_network_need_finished(lk_context *context, const lk_network *network);

#endif
