// Cliques that may be visited wait on a stack. A thread takes one, goes on from it along the tree
// as far as it can, and leaves what it passes by to the others.
#include "inference/tree_walk.h"

#include "pool.h"

#include <sched.h>

enum { LEAST_CELLS = 1 << 17 }; // of a tree that is worth several threads

typedef struct walk {
    lk_junction_tree *tree;
    lk_tree_walk_room *room;
    lk_clique_visit *visit;
    void *argument;
    bool upward;
} walk;

// ---- The stack ---------------------------------------------------------------------------------

static void lock(lk_tree_walk_room *room) {
    while (atomic_flag_test_and_set_explicit(&room->lock, memory_order_acquire)) continue;
}

static void unlock(lk_tree_walk_room *room) {
    atomic_flag_clear_explicit(&room->lock, memory_order_release);
}

static void push(lk_tree_walk_room *room, uint32_t clique) {
    lock(room);
    room->ready[room->ready_count++] = clique;
    unlock(room);
}

static uint32_t pop(lk_tree_walk_room *room) {
    uint32_t clique = LK_NO_CLIQUE;
    lock(room);
    if (room->ready_count > 0) clique = room->ready[--room->ready_count];
    unlock(room);
    return clique;
}

// ---- Walking -----------------------------------------------------------------------------------

// What can be visited next along the tree; LK_NO_CLIQUE: nothing yet, or any more.
static uint32_t next_upward(const walk *w, const lk_clique *clique) {
    uint32_t parent = clique->parent;
    if (parent == LK_NO_CLIQUE || w->tree->cliques[parent].is_large) return LK_NO_CLIQUE;
    return atomic_fetch_sub(&w->room->pending[parent], 1) == 1 ? parent : LK_NO_CLIQUE;
}

static uint32_t next_downward(const walk *w, const lk_clique *clique) {
    for (uint32_t i = 1; i < clique->child_count; i++) push(w->room, clique->children[i]);
    return clique->child_count ? clique->children[0] : LK_NO_CLIQUE;
}

static void follow(const walk *w, uint32_t index) {
    lk_tree_walk_room *room = w->room;
    while (index != LK_NO_CLIQUE) {
        lk_clique *clique = &w->tree->cliques[index];
        if (!atomic_load(&room->failed) && !w->visit(w->argument, clique))
            atomic_store(&room->failed, true);
        index = w->upward ? next_upward(w, clique) : next_downward(w, clique);
        atomic_fetch_sub(&room->left, 1);
    }
}

static void work(void *argument, size_t part) {
    const walk *w = argument;
    (void)part;
    while (atomic_load(&w->room->left) > 0) {
        uint32_t clique = pop(w->room);
        if (clique == LK_NO_CLIQUE)
            sched_yield(); // others are at work on what is next
        else
            follow(w, clique);
    }
}

static bool run(const walk *w) {
    lk_pool *pool = lk_context_pool(w->tree->context);
    atomic_store(&w->room->failed, false);
    lk_pool_run(pool, (size_t)lk_pool_threads(pool), work, (void *)w);
    return !atomic_load(&w->room->failed);
}

// Begins with the cliques that wait for no other.
static void start(const walk *w) {
    lk_junction_tree *tree = w->tree;
    lk_tree_walk_room *room = w->room;
    uint32_t left = 0;
    room->ready_count = 0;
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        const lk_clique *clique = &tree->cliques[i];
        if (clique->is_large) continue;
        left++;
        bool is_first =
            w->upward ? clique->child_count == 0
                      : clique->parent == LK_NO_CLIQUE || tree->cliques[clique->parent].is_large;
        if (is_first) room->ready[room->ready_count++] = i;
        atomic_store(&room->pending[i], clique->child_count);
    }
    atomic_store(&room->left, left);
}

bool lk_tree_walk_up(lk_junction_tree *tree, lk_clique_visit *visit, void *argument) {
    walk w = {tree, &tree->walk_room, visit, argument, true};
    start(&w);
    return run(&w);
}

bool lk_tree_walk_down(lk_junction_tree *tree, lk_clique_visit *visit, void *argument) {
    walk w = {tree, &tree->walk_room, visit, argument, false};
    start(&w);
    return run(&w);
}

// ---- Preparing ---------------------------------------------------------------------------------

bool lk_tree_has_walks(const lk_junction_tree *tree) {
    return tree->walk_room.ready && tree->cells >= LEAST_CELLS;
}

// Large cliques, and all above them, are worked on by all threads together.
static void find_large(lk_junction_tree *tree) {
    for (uint32_t i = tree->clique_count; i-- > 0;) {
        lk_clique *clique = &tree->cliques[i];
        if (clique->cells >= LK_LARGE_CLIQUE) clique->is_large = true;
        if (clique->is_large && clique->parent != LK_NO_CLIQUE)
            tree->cliques[clique->parent].is_large = true;
    }
}

lk_status lk_tree_prepare_walks(lk_junction_tree *tree) {
    lk_tree_walk_room *room = &tree->walk_room;
    find_large(tree);
    if (lk_pool_threads(lk_context_pool(tree->context)) == 1) return LK_OK;
    uint32_t *ready = lk_arena_alloc(tree->arena, tree->clique_count, sizeof *ready);
    room->pending = lk_arena_alloc(tree->arena, tree->clique_count, sizeof *room->pending);
    LK_NEED(ready);
    LK_NEED(room->pending);
    atomic_flag_clear(&room->lock);
    room->ready = ready;
    return LK_OK;
}
