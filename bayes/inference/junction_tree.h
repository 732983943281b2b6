// The junction tree: all marginals in two passes, kept from one query to the next.
//
// The variables that matter and are not observed are eliminated symbolically; the cliques that this
// makes become a tree (Lauritzen and Spiegelhalter, "Local computations with probabilities on
// graphical structures and their application to expert systems", 1988). Towards the root each
// clique sends the sum of its product over what the next clique does not have; back from the root
// each sends the belief over the separator, divided by what came up (Jensen, Lauritzen and Olesen,
// 1990). What is particular here:
//
//  * No table over a clique is ever stored. A pass joins the small tables and messages of the
//    clique in one loop nest, which adds to all outgoing messages at once.
//  * Observed variables are sliced out of the tables before the tree is planned.
//  * The root is the largest clique, which so is passed through once only.
//  * Messages that are 1 whatever the numbers (subtrees without evidence whose variables are not
//    conditions outside) are neither computed nor multiplied.
//  * A change of the evidence computes the messages again that it reaches, and no others. Where
//    all that has changed is below a clique, one pass gives the messages to its parent and to its
//    children: the belief over the separator, divided by what came down and stays. The child that
//    the news comes from is spared. And where the evidence separates a finding that has changed
//    from a separator, nothing passes it.
#ifndef LK_JUNCTION_TREE_H
#define LK_JUNCTION_TREE_H

#include "inference/nest_plan.h"
#include "inference/wide.h"
#include "network/network.h"

#include <stdatomic.h>

#define LK_NO_CLIQUE UINT32_MAX
#define LK_LARGE_CLIQUE (1 << 19) // cells of one that all threads work on together

// What a tree is built for.
typedef struct lk_tree_request {
    const lk_network *network;
    const bool *observed;  // of each variable: its state is known
    const bool *relevant;  // of each table of the network
    const bool *wanted;    // of each variable: its marginal is asked for
    const uint32_t *order; // of elimination: all unobserved variables that matter
    uint32_t order_count;
    // The variables from this place of the order on are not summed out: messages keep the largest
    // product over their states. order_count: none; 0: all.
    uint32_t maximized_from;
    bool joints; // the joint of each table's unobserved variables is asked for (tree_joint.h)
} lk_tree_request;

// A table of the network, the states of its observed variables taken.
typedef struct lk_tree_factor {
    const lk_table *table;
    lk_scope scope;
    size_t *strides;          // of the scope's variables in the table
    uint32_t *observed;       // observed variables of the table
    size_t *observed_strides; // and their strides there
    uint32_t observed_count;
    uint32_t group;
    uint32_t joint; // of the tree; where joints are asked for and the scope is not empty
} lk_tree_factor;

// The joint distribution of a factor's variables.
typedef struct lk_tree_joint {
    lk_scope scope;
    uint32_t clique;
    double *values; // the last variable of the scope is the fastest
} lk_tree_joint;

// A pass through a clique that reads joints: `count` of the tree's, from `first` on.
typedef struct lk_tree_reading {
    lk_join_plan plan;
    uint32_t first;
    uint32_t count;
    size_t *cells; // of each
} lk_tree_reading;

// The product of factors of one clique.
typedef struct lk_tree_group {
    lk_scope scope;
    size_t cells;
    double *values;
    uint32_t *factors;
    uint32_t factor_count;
    uint32_t clique;
    int64_t scale;
    int smallest_exponent;
    bool stale;
} lk_tree_group;

typedef struct lk_message {
    double *values;
    int64_t scale;
    int smallest_exponent;
    bool valid;
    bool has_zeros;
    // It was divided by a message with zeros: of those cells it knows nothing. That is no matter as
    // long as the other message stays as it is.
    bool has_gaps;
    // Of a message down: the evidence elsewhere has changed it by a factor that is not known.
    bool is_scaled;
} lk_message;

// One pass through a clique on the way back: to some of its children, and to the marginals of
// variables that no separator has.
typedef struct lk_tree_outflow {
    lk_join_plan plan;
    uint32_t *children; // the first outputs
    uint32_t child_count;
    uint32_t *variables; // the next, by rank
    uint32_t variable_count;
    bool turns_up;   // the last output is the belief over the separator
    uint32_t spared; // of a turn: the child that all news comes from; LK_NO_CLIQUE: there is none
    size_t *output_cells;
} lk_tree_outflow;

typedef struct lk_clique {
    lk_scope scope;
    lk_scope separator; // towards the parent
    size_t separator_cells;
    double cells;
    uint32_t parent; // LK_NO_CLIQUE: a root
    uint32_t *children;
    uint32_t child_count;
    lk_tree_group *groups; // of the tree, one behind the other
    uint32_t group_count;
    bool is_large;   // it or a clique below is (LK_LARGE_CLIQUE)
    bool is_vacuous; // the message to the parent is 1 by structure
    bool is_wanted;  // a marginal is read here or below
    bool maximizes;  // the message to the parent keeps the largest product
    // What this propagation brings: new values here, in so many cliques here and below, or
    // anywhere else; and whether the clique has been passed through on the way up.
    bool changed_here;
    uint32_t changes;
    bool changed_above;
    bool is_done;
    bool is_below_top; // of this propagation (see lk_junction_tree)
    lk_wide total;     // of a root: of its component
    lk_message up;
    lk_message down;
    lk_join_plan inflow; // to the parent
    lk_tree_outflow *outflows;
    uint32_t outflow_count;
    // Of a clique with one outflow that findings are in or below: what it sends where all news is
    // in it, or comes from one child, which is spared. That is the outflow, and what goes to the
    // parent. Where nothing else is left to be sent than that, there is no turn.
    lk_tree_outflow *turns;
    uint32_t turn_count;
    // Variables, by rank, whose marginal is read here: from the belief over the separator, and
    // those that no separator has.
    uint32_t *read_here;
    uint32_t read_count;
    uint32_t *own;
    uint32_t own_count;
} lk_clique;

// What walks through the tree on several threads need (tree_walk.h).
typedef struct lk_tree_walk_room {
    atomic_flag lock; // of the stack
    uint32_t *ready;  // [cliques] that may be visited now, a stack; NULL: there is one thread
    uint32_t ready_count;
    _Atomic uint32_t *pending; // of each clique: children not yet visited
    _Atomic uint32_t left;     // cliques to be visited
    atomic_bool failed;
} lk_tree_walk_room;

typedef struct lk_junction_tree {
    lk_context *context;
    lk_arena *arena;
    const lk_network *network;
    bool maximize;               // marginals are max-marginals
    uint32_t maximized_from;     // by rank
    uint32_t count;              // of variables in the tree
    const uint32_t *variable_of; // [count] by rank
    uint32_t *rank_of;           // of each variable; UINT32_MAX: not in the tree
    uint32_t *cardinalities;     // by rank
    lk_clique *cliques;          // parents before children
    uint32_t clique_count;
    lk_tree_factor *factors;
    uint32_t factor_count;
    lk_tree_group *groups;
    uint32_t group_count;
    double *belief;      // room for one over any separator
    double *own_beliefs; // the same for each thread, over those of cliques that are not large
    size_t own_belief_cells;
    double **marginals; // [variables of the network]; NULL: not asked for
    // Of this propagation: cliques with new values that others see; the variables, by rank, that
    // the changed findings have to do with; and the clique that all news is in or below, where none
    // of them is in the separator: what is above stays as it is. LK_NO_CLIQUE: there is none.
    uint32_t changes;
    bool *affected;
    bool all_affected;
    uint32_t top;
    bool has_turns;  // lk_junction_tree_expect_changes has been called
    bool repeatable; // answers are not to depend on earlier ones, in their last bits either
    lk_join_room room;
    lk_tree_walk_room walk_room;
    lk_tree_joint *joints; // by clique
    uint32_t joint_count;
    lk_tree_reading *readings;
    uint32_t reading_count;
    lk_join_room reading_room;
    double cells;         // of all cliques
    double largest_cells; // of one
    double operations;
    double bytes;
    // Of the last propagation:
    lk_wide total; // the sum (or maximum) of the product over all states
} lk_junction_tree;

// Builds and compiles the tree in the arena, which it keeps using. LK_ERROR_LIMIT when it needs
// more than lk_context_memory_limit.
lk_status lk_junction_tree_make(lk_arena *arena, lk_junction_tree *tree, lk_arena *scratch,
                                const lk_tree_request *request);

// What became of a propagation.
typedef enum lk_propagation {
    LK_PROPAGATED,
    LK_PROPAGATED_ZERO, // the evidence is impossible
    LK_PROPAGATED_WIDE  // the range of doubles does not suffice: nothing was computed
} lk_propagation;

// Brings all messages up to date with the evidence: states[v] of each observed variable v. Computes
// tree->total and tree->marginals (in max mode max-marginals), each with the sum, or maximum, 1.
// Allocates nothing.
lk_propagation lk_junction_tree_propagate(lk_junction_tree *tree, const uint32_t *states);
// Of a tree that maximizes, after a propagation: the states of the variables maximized over, in
// states[v] of each variable v, that together have the largest product (of several, those of which
// the first in the tree differs comes first).
void lk_junction_tree_decode(const lk_junction_tree *tree, uint32_t *states);
// Compiles the passes that only changes of the evidence take. A tree that does without them gives
// the same answers more slowly.
lk_status lk_junction_tree_expect_changes(lk_junction_tree *tree, lk_arena *scratch);
// Tells the tree that the state of an observed variable has changed. All have at first.
// affected[v], for each variable v of the network: the finding is not d-separated from v by the
// other ones; NULL: that is not known.
void lk_junction_tree_touch(lk_junction_tree *tree, uint32_t variable, const bool *affected);
// Tells the tree that the numbers of tables have changed: the next propagation computes all anew.
void lk_junction_tree_forget(lk_junction_tree *tree);

// junction_tree_groups.c: multiplies factors of one clique, which clique_of names for each, where
// their product is small beside the clique.
lk_status lk_junction_tree_group(lk_junction_tree *tree, lk_arena *scratch,
                                 const uint32_t *clique_of);
// junction_tree_plan.c: memory and loops of a tree whose cliques and groups stand.
lk_status lk_junction_tree_compile(lk_junction_tree *tree, lk_arena *scratch, const bool *wanted);

#endif
