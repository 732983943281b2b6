// Executing plans.
#ifndef LK_ELIMINATE_H
#define LK_ELIMINATE_H

#include "inference/plan.h"

// Memory that plans are executed in; kept from one execution to the next.
typedef struct lk_workspace {
    lk_context *context;
    double *cells;
    size_t cell_count;
    int32_t *exponents; // beside the cells; NULL until wide factors need them
    lk_factor *factors; // of the plan executed last
    size_t factor_count;
    const lk_factor **inputs; // room for those of one step, and for their cursors
    const double **cursors;
    size_t input_count;
} lk_workspace;

lk_workspace lk_workspace_make(lk_context *context);
void lk_workspace_release(lk_workspace *workspace);
// Makes room for a plan; what was computed before is forgotten when that takes memory.
lk_status lk_workspace_reserve(lk_workspace *workspace, const lk_plan *plan);

// Executes a plan that has been reserved room for; states[v] for each observed variable v. The
// result is workspace->factors[output of the last step], valid until the next execution.
// Allocates nothing, unless wide factors occur for the first time.
lk_status lk_plan_execute(lk_workspace *workspace, const lk_factor **result, const lk_plan *plan,
                          const uint32_t *states);

#endif
