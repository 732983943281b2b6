// A query as its modules see it.
#ifndef LK_QUERY_H
#define LK_QUERY_H

#include "inference/eliminate.h"
#include "inference/junction_tree.h"
#include "inference/wide.h"

struct lk_query {
    lk_context *context;
    const lk_network *network;
    lk_arena arena; // plans and results, as long as the query lives
    lk_arena scratch;
    lk_engine engine; // not AUTO
    bool joint;
    uint32_t *targets;
    size_t target_count;
    uint32_t *evidence; // variables, in the caller's order
    size_t evidence_count;
    bool *observed;   // of each variable
    uint32_t *states; // of each observed variable
    // Variable elimination: one part a table, and one more for P(evidence) unless a table's part
    // gives it as well.
    lk_plan *parts;
    size_t part_count;
    size_t evidence_part;
    lk_workspace workspace;
    lk_junction_tree tree; // engine junction tree
    bool was_run;
    // Enumeration: sums for each cell of the tables.
    double joint_states;
    lk_wide **sums;
    // Results, one table a target or one for all.
    double **tables;
    size_t *table_cells;
    size_t table_count;
    lk_wide p_evidence;
};

// Checks what is common to queries and traces: distinct targets and evidence variables, none both,
// and a given order that names each variable once and no observed one. `observed` is filled in.
lk_status lk_check_question(const lk_network *network, bool *observed, const uint32_t *targets,
                            size_t target_count, const uint32_t *evidence, size_t evidence_count,
                            const lk_query_options *options);

#endif
