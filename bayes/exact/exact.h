// Exact elimination: plans of variable elimination carried out in natural numbers.
//
// All cells of a factor are natural numbers over one denominator, in so many limbs each (its
// width) as the largest may need; so products and sums are products and sums of the naturals, and
// no division is needed before the answer. The denominator of a join is the product of its inputs'.
#ifndef LK_EXACT_H
#define LK_EXACT_H

#include "exact/rational.h"
#include "inference/plan.h"
#include "inference/query.h"
#include "likelore/exact.h"
#include "likelore/json.h"

// Words of 64 bits that a question may multiply: some minutes of work.
#define LK_EXACT_MOST_WORK 1e11

// What the observed variables leave of a table of the network.
typedef struct lk_exact_table {
    lk_natural denominator; // of all cells
    size_t bits;            // no numerator has more
} lk_exact_table;

// The evidence, and what it makes of the tables.
typedef struct lk_exact_input {
    const lk_network *network;
    const bool *observed;   // of each variable
    const uint32_t *states; // of each observed variable
    lk_exact_table *tables; // of each table that was measured
} lk_exact_input;

// Reads a table as it is written, rows divided by their sum, and finds its denominator.
lk_status lk_exact_measure(lk_arena *arena, lk_arena *scratch, lk_exact_input *input,
                           uint32_t table);
// The number of a cell of a table as it is written, divided by the sum of its row.
lk_status lk_exact_entry(lk_arena *arena, lk_arena *scratch, lk_rational *number,
                         const lk_network *network, uint32_t table, size_t cell);
// The least common multiple of a and b, which are not 0; it may be `a` itself.
lk_status lk_exact_common_multiple(lk_arena *arena, lk_natural *multiple, lk_natural a,
                                   lk_natural b);
// Writes the numerators of an initial factor into cells of `width` limbs.
lk_status lk_exact_load(lk_arena *scratch, lk_limb *cells, size_t width,
                        const lk_exact_input *input, const lk_plan_factor *factor);

// ---- Loops -------------------------------------------------------------------------------------

// Nested loops over variables, the last the fastest, which carry along an index into each of
// several tables.
typedef struct lk_loops {
    uint32_t count, tracks;
    const uint32_t *variables;
    size_t *extents;
    size_t *turns;   // where each loop is
    size_t *strides; // [tracks × count]
    size_t *indices; // [tracks]
} lk_loops;

lk_status lk_loops_make(lk_arena *arena, lk_loops *loops, const lk_network *network,
                        const uint32_t *variables, uint32_t count, uint32_t tracks);
// Track `track` is a table over `scope`, the last variable the fastest.
void lk_loops_set_track(lk_loops *loops, uint32_t track, const lk_network *network,
                        const uint32_t *scope, uint32_t size);
// False, with everything back at the start, after the last turn.
bool lk_loops_next(lk_loops *loops);

// ---- Elimination -------------------------------------------------------------------------------

typedef struct lk_exact_factor {
    lk_limb *cells; // NULL until made and after it was joined
    size_t width;   // limbs of a cell
    size_t bits;
    lk_natural denominator;
} lk_exact_factor;

// A plan being carried out.
typedef struct lk_elimination {
    lk_context *context;
    const lk_exact_input *input;
    const lk_plan *plan;
    bool keep_all; // factors are not given back once joined
    lk_arena arena;
    lk_arena scratch;           // of the step at hand
    lk_exact_factor *factors;   // of the plan
    double work, bytes, digits; // foreseen; digits: of the longest number
    uint32_t step;
    bool in_step;
    lk_loops loops;
    lk_limb *rooms[2];
} lk_elimination;

lk_elimination lk_elimination_make(lk_context *context, const lk_exact_input *input);
void lk_elimination_release(lk_elimination *run);

// Begins another plan, whose tables were measured, and foresees what it takes. LK_ERROR_LIMIT when
// numbers get too long or the cells need more than the memory limit.
lk_status lk_elimination_start(lk_elimination *run, const lk_plan *plan, bool keep_all);
// Works for about `words` multiplications of words. *done: the result is there.
lk_status lk_elimination_next(lk_elimination *run, bool *done, double words);
// The factor of the last step; NULL before all is done.
const lk_exact_factor *lk_elimination_result(const lk_elimination *run);
// LK_ERROR_LIMIT when work foreseen is above LK_EXACT_MOST_WORK.
lk_status lk_exact_check_work(lk_context *context, double work, double digits);
// The sum of the numerators of all cells.
lk_status lk_exact_add_cells(lk_arena *arena, lk_natural *sum, const lk_exact_factor *factor,
                             size_t cells);

// ---- Fractions ---------------------------------------------------------------------------------

// Keeps numerator / denominator, which is not 0, in the arena.
lk_status lk_fraction_keep(lk_arena *arena, lk_arena *scratch, lk_fraction *fraction,
                           lk_natural numerator, lk_natural denominator);
// Keeps each cell of a factor over `denominator`: its own, or the sum of all cells.
lk_status lk_fractions_keep(lk_arena *arena, lk_arena *scratch, lk_fraction *fractions,
                            const lk_exact_factor *factor, size_t cells, lk_natural denominator);

// ---- Answers -----------------------------------------------------------------------------------

struct lk_exact {
    lk_context *context;
    lk_query *query; // the plans
    lk_exact_input input;
    lk_elimination run;
    lk_arena arena; // denominators of tables, and the answers
    lk_arena scratch;
    size_t part; // of the query, at hand
    bool started;
    lk_fraction p_evidence;
    lk_fraction **tables; // as those of the query
};

// Carries out the plan of one part of the query by itself; *product is there until the next.
lk_status lk_exact_run_part(lk_exact *exact, size_t part, const lk_exact_factor **product);
// Adds the member "exact" to a document.
lk_status lk_exact_add_json(lk_json_writer *writer, const lk_exact *exact);

static inline lk_natural lk_exact_cell(const lk_exact_factor *factor, size_t cell) {
    return lk_natural_at(factor->cells + cell * factor->width, factor->width);
}

#endif
