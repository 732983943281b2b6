// Trails: paths along arrows in either direction that visit no variable twice. In a Markov network
// they lead along its edges, which join the variables of each potential.
#ifndef LK_TRAILS_H
#define LK_TRAILS_H

#include "network/network.h"

// How a trail passes a variable: → V → or ← V ←, ← V →, → V ←, — V —.
typedef enum lk_junction { LK_CHAIN, LK_FORK, LK_COLLIDER, LK_UNDIRECTED } lk_junction;

const char *lk_junction_name(lk_junction junction);

// An undirected graph: the neighbours of variable v, in increasing order, are from start[v] up to
// start[v + 1].
typedef struct lk_edges {
    size_t *start;
    uint32_t *neighbours;
} lk_edges;

// The edges of a Markov network, in the arena. LK_ERROR_LIMIT when they need more than the memory
// limit.
lk_status lk_find_edges(lk_arena *arena, lk_edges *edges, const lk_network *network);

// Between which sets of variables trails lead, and what is observed. Trails end at the first
// variable of a side, so that none passes through one.
typedef struct lk_trail_question {
    const lk_network *network;
    const lk_edges *edges; // of a Markov network
    const uint32_t *from, *to;
    size_t from_count, to_count;
    const bool *observed;      // of each variable
    const uint32_t *opened_by; // of each variable: itself, or else its nearest descendant that is
                               // observed; LK_NO_VARIABLE when there is none
} lk_trail_question;

typedef struct lk_trail {
    uint32_t *path;
    uint32_t length; // variables
    bool active;
    uint32_t blocked_at; // index in the path of the first variable that blocks it; 0: none
} lk_trail;

// The work that counting may take: variables that the search steps to. Beyond it the numbers of
// trails are lower bounds.
enum { LK_TRAIL_STEPS = 10000000 };

typedef struct lk_trail_list {
    lk_trail *trails; // the shortest first, those of equal length in the order of the file
    size_t count;
    uint64_t total; // of all trails, the listed ones included
    uint64_t active;
    bool complete; // whether all were counted
} lk_trail_list;

// opened_by of each variable, in the arena.
lk_status lk_find_openers(lk_arena *arena, const uint32_t **opened_by, const lk_network *network,
                          const bool *observed);

// Lists at most `most` trails and counts all. When some trail is active one such is listed, the
// last in place of a shorter one if it must be.
lk_status lk_list_trails(lk_arena *arena, lk_arena *scratch, lk_trail_list *list,
                         const lk_trail_question *question, size_t most);

// How the trail passes the variable at `index`, 0 < index < length - 1.
lk_junction lk_trail_junction(const lk_network *network, const lk_trail *trail, uint32_t index);
// Whether it is open there.
bool lk_trail_is_open(const lk_trail_question *question, const lk_trail *trail, uint32_t index);

bool lk_is_parent(const lk_network *network, uint32_t parent, uint32_t child);

// Neighbours of a variable by number, the parents first: `*is_parent` tells which.
uint32_t lk_neighbour_count(const lk_trail_question *question, uint32_t variable);
uint32_t lk_neighbour_at(const lk_trail_question *question, bool *is_parent, uint32_t variable,
                         uint32_t index);
// Whether an arrow or an edge joins them.
bool lk_are_neighbours(const lk_trail_question *question, uint32_t a, uint32_t b);

// A way from one side to the other that an active trail could take if as few observations as
// possible were changed, and that is shortest among the ways of its length of change: a simple
// trail. With `as_it_is` only trails that are active. *found is false when there is none.
lk_status lk_find_easiest_trail(lk_arena *arena, lk_arena *scratch, lk_trail *trail, bool *found,
                                const lk_trail_question *question, bool as_it_is);

#endif
