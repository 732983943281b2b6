// Compiling joins of tables to loop nests (core/kernels/nest.h).
//
// Variables are known by their rank here, a number that orders them once for all tables: a table
// has those of lower rank slower. Tables of the same ranks then lie alike, and the variables of
// highest rank make the lines that all tables pass through cell by cell.
#ifndef LK_NEST_PLAN_H
#define LK_NEST_PLAN_H

#include "arena.h"
#include "inference/large_table.h"

// Ranks in increasing order.
typedef struct lk_scope {
    const uint32_t *ranks;
    uint32_t size;
} lk_scope;

typedef struct lk_join_plan {
    lk_nest nest;
    const uint32_t *slots; // [inputs + outputs] the caller's number of each operand of the nest
    double cells;          // of the join
    // A large join is worked on in parts: each holds some of the outermost wheels, which are
    // `split`, and runs the others. Outputs that not all of those wheels move are summed up by the
    // part, then over the parts.
    uint32_t parts;
    uint32_t split;
    lk_nest part;          // the wheels inside
    const bool *is_shared; // of each output: whether parts write to the same cells
    size_t shared_cells;   // of all such outputs
} lk_join_plan;

// The nest that passes through `join`, the union of the scopes. Operands are numbered inputs first,
// as they are given. At most LK_NEST_OPERANDS of them. `cardinalities` are by rank.
lk_status lk_join_compile(lk_arena *arena, lk_join_plan *plan, lk_arena *scratch,
                          const uint32_t *cardinalities, lk_scope join, const lk_scope *inputs,
                          uint32_t input_count, const lk_scope *outputs, uint32_t output_count,
                          bool maximize);

// Memory for running plans, to be made large enough for all of them by lk_join_need.
typedef struct lk_join_room {
    size_t line_cells;   // of one thread
    size_t shared_cells; // of the shared outputs of all parts
    size_t own_cells;    // the same, of joins that a thread runs alone
    double *lines;       // [threads × line_cells]
    double *shared;
    double *own; // [threads × own_cells]
} lk_join_room;

// `runs_alone`: a thread may run the join by itself, while others run others.
void lk_join_need(lk_join_room *room, const lk_join_plan *plan, bool runs_alone);
// The room itself, for `threads` threads.
lk_status lk_join_make_room(lk_arena *arena, lk_join_room *room, int threads);

// Fills the outputs. tables[i] is the operand that the caller numbered i; cells[i], of an output,
// their number. Without a pool the calling thread does all, in the same order of additions.
void lk_join_run(const lk_join_plan *plan, double *const *tables, const size_t *output_cells,
                 const lk_join_room *room, lk_table_worker worker);

double lk_scope_cells(const uint32_t *cardinalities, lk_scope scope);
bool lk_scope_contains(lk_scope scope, lk_scope part);
// Write the union or the intersection in increasing order and return its size. `out` has room for
// the union, or for a, and may be neither of the two.
uint32_t lk_scope_unite(uint32_t *out, lk_scope a, lk_scope b);
uint32_t lk_scope_intersect(uint32_t *out, lk_scope a, lk_scope b);
lk_status lk_scope_copy(lk_arena *arena, lk_scope *copy, lk_scope scope);

#endif
