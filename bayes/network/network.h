// What the modules of bayes see of a network.
//
// A network is a Bayesian network, with one table P(variable | parents) for each variable, or a
// Markov network, with any number of potentials. What only multiplies and sums sees both as a list
// of tables.
//
// Tables follow the layout rule of factor.h. The scope of a variable's table is (parents in their
// order, the variable itself): a row, that is the distribution of the variable for one combination
// of its parents' states, is contiguous.
#ifndef LK_NETWORK_H
#define LK_NETWORK_H

#include "arena.h"
#include "hashmap.h"
#include "likelore/bayes.h"
#include "network/literals.h"

enum { LK_NAME_BYTES = 1000 }; // longest name of a variable or state

#define LK_NO_VARIABLE UINT32_MAX

typedef struct lk_variable {
    const char *name;
    const char *const *states;
    uint32_t state_count;
    uint32_t parent_count;
    uint32_t *parents; // and, after them, the variable itself
    double *table;     // NULL: structure alone
    size_t table_count;
    double *raw_table;     // the values before rows were divided by their sum; NULL: none was
    lk_literals literals;  // what the file says beyond these values
    int smallest_exponent; // every value of the table that is not 0 is at least 2^this
    lk_location place;     // in the file it was read from; or none
    // Of soft evidence (soft_evidence.c):
    uint32_t seen_of; // the variable whose likelihood this one carries; LK_NO_VARIABLE: none
    bool is_set;      // by intervention
} lk_variable;

// A table as engines see it; it stands for values × 2^scale. Values are at most 1, unless their
// range is so wide that smallest_exponent (below -900 then) asks for wide factors anyway.
typedef struct lk_table {
    const uint32_t *scope; // variables, slowest first
    uint32_t size;         // of the scope
    uint32_t owner;        // whose table it is; LK_NO_VARIABLE for a potential
    double *values;        // NULL: structure alone
    size_t cells;          // 0 without values
    int smallest_exponent; // every value that is not 0 is at least 2^this
    int scale;             // 0 unless a potential
    const double *given;   // the values as the user gave them, which may be `values` themselves
    lk_literals literals;  // of a potential: what the file says beyond these
} lk_table;

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
    const char *file; // it was read from; NULL: none
    lk_variable *variables;
    const char **variable_names;
    uint32_t count;
    uint32_t capacity;
    bool is_markov;
    lk_table *tables; // of a Bayesian network: one a variable, in their order
    uint32_t table_count;
    uint32_t potential_count; // of the tables; the rest stand for variables in none of them
    uint32_t table_capacity;
    lk_hashmap *variable_index; // name → variable
    lk_hashmap *state_index;    // (variable, name) → state
    lk_normalization normalization;
    bool finished;
    // Once finished:
    uint32_t *topological; // parents before children, ties in the order of the file
    uint32_t *children;    // of variable v: from children_start[v] up to children_start[v + 1]
    uint32_t *children_start;
};

// As lk_network_set_table, but takes over `values`, and `literals` (NULL: none), which is empty
// then. row_lines (NULL: unknown) has for each row its line in `file`, for messages.
lk_status lk_network_take_table(lk_network *network, uint32_t variable, double *values,
                                lk_literals *literals, const lk_network_read_options *options,
                                const uint32_t *row_lines, const char *file);
// As lk_network_add_potential, but takes over `literals` (NULL: none), which is empty then.
lk_status lk_network_take_potential(lk_network *network, const uint32_t *scope, uint32_t size,
                                    const double *values, size_t count, lk_literals *literals);
// The tables of a network, whichever kind it is: those of the variables in their order, or the
// potentials in the order they were added. Once a network is finished, every variable is in the
// scope of a table: where no potential has it, in that of a table of ones after the potentials.
static inline uint32_t lk_network_table_count(const lk_network *network) {
    return network->table_count;
}

static inline const lk_table *lk_network_table_at(const lk_network *network, uint32_t index) {
    return &network->tables[index];
}

// Appends the number of a cell of a table as it was written, before its row was divided by its sum:
// its text in the file, or the shortest decimal of its double.
void lk_network_append_number(lk_buffer *out, const lk_network *network, uint32_t table,
                              size_t cell);

// Makes room for `count` tables.
lk_status lk_network_reserve_tables(lk_network *network, uint32_t count);

void lk_network_free_potentials(lk_network *network);
// Adds the tables of ones.
lk_status lk_network_finish_potentials(lk_network *network);

// The exponent of the smallest value that is not 0, at most 0.
int lk_smallest_exponent(const double *values, size_t count);

// Gives the network another name; what is beyond LK_NAME_BYTES is cut off.
lk_status lk_network_rename(lk_network *network, const char *name);

// Looks a name up without recording a failure. False when there is none.
bool lk_network_lookup_variable(const lk_network *network, uint32_t *variable, const char *name);
bool lk_network_lookup_state(const lk_network *network, uint32_t *state, uint32_t variable,
                             const char *name);

// Number of cells of the table of a variable: LK_ERROR_LIMIT when it is above the memory limit.
lk_status lk_network_table_cells(const lk_network *network, size_t *cells, uint32_t variable);

// The same for a table over any variables.
lk_status lk_network_scope_cells(const lk_network *network, size_t *cells, const uint32_t *scope,
                                 uint32_t size);

// Keeps where a file has the variable, for the place of later failures.
void lk_network_set_place(lk_network *network, uint32_t variable, lk_location place);

// The failure of a computation that needs a table of a variable that has none.
lk_status lk_network_fail_no_table(const lk_network *network, uint32_t variable);

// LK_ERROR_USAGE for a Markov network, which cannot do `what`.
lk_status lk_network_need_bayes(const lk_network *network, const char *what);

// LK_ERROR_USAGE unless the network is finished.
lk_status lk_network_need_finished(lk_context *context, const lk_network *network);

#endif
