// Building the tree: factors, symbolic elimination, cliques, root, and where factors belong.
#include "inference/tree_joint.h"

enum {
    MOST_CHILDREN = 6, // of a clique: operands of its nest are limited
    MOST_SIBLINGS = 64 // that are compared pairwise
};

// A clique while the tree takes shape.
typedef struct draft {
    lk_scope scope;
    lk_scope separator; // towards the parent
    double cells;
    uint32_t parent; // LK_NO_CLIQUE: a root
    uint32_t child_count;
    uint32_t *children;
    bool maximizes;
} draft;

typedef struct builder {
    lk_junction_tree *tree;
    lk_arena *arena;
    lk_arena *scratch;
    const lk_tree_request *request;
    draft *drafts;  // of the cliques
    uint32_t *room; // [count + 1]
    uint32_t *home; // of each rank: the clique in which it is eliminated
} builder;

static bool is_observed(const builder *b, uint32_t variable) {
    return b->request->observed[variable];
}

// ---- Factors -----------------------------------------------------------------------------------

static void sort_scope(lk_tree_factor *f, uint32_t *ranks, uint32_t size) {
    for (uint32_t i = 1; i < size; i++) {
        uint32_t rank = ranks[i], k = i;
        size_t stride = f->strides[i];
        for (; k > 0 && ranks[k - 1] > rank; k--) {
            ranks[k] = ranks[k - 1];
            f->strides[k] = f->strides[k - 1];
        }
        ranks[k] = rank;
        f->strides[k] = stride;
    }
    f->scope = (lk_scope){ranks, size};
}

// Of what there is room for, as the table has variables, the scope takes the front and the observed
// ones the back.
static void add_table(builder *b, const lk_table *table, uint32_t *ranks, size_t *strides) {
    lk_tree_factor *f = &b->tree->factors[b->tree->factor_count++];
    *f = (lk_tree_factor){.table = table,
                          .strides = strides,
                          .observed = ranks + table->size,
                          .observed_strides = strides + table->size};
    size_t stride = 1;
    uint32_t size = 0;
    for (uint32_t i = table->size; i-- > 0;) {
        uint32_t variable = table->scope[i];
        uint32_t states = b->request->network->variables[variable].state_count;
        if (states == 1) continue; // moves no cell
        if (is_observed(b, variable)) {
            *--f->observed = variable;
            *--f->observed_strides = stride;
            f->observed_count++;
        } else {
            strides[size] = stride;
            ranks[size++] = b->tree->rank_of[variable];
        }
        stride *= states;
    }
    sort_scope(f, ranks, size);
}

static lk_status add_factors(builder *b) {
    const lk_network *network = b->request->network;
    const bool *relevant = b->request->relevant;
    uint32_t tables = lk_network_table_count(network), count = 0;
    size_t size = 0;
    for (uint32_t i = 0; i < tables; i++) {
        if (!relevant[i]) continue;
        count++;
        size += lk_network_table_at(network, i)->size;
    }
    b->tree->factors = lk_arena_alloc(b->arena, count, sizeof *b->tree->factors);
    uint32_t *ranks = lk_arena_alloc(b->arena, size, sizeof *ranks);
    size_t *strides = lk_arena_alloc(b->arena, size, sizeof *strides);
    LK_NEED(b->tree->factors);
    LK_NEED(ranks);
    LK_NEED(strides);
    for (uint32_t i = 0; i < tables; i++) {
        if (!relevant[i]) continue;
        const lk_table *table = lk_network_table_at(network, i);
        add_table(b, table, ranks, strides);
        ranks += table->size;
        strides += table->size;
    }
    return LK_OK;
}

static lk_status set_ranks(builder *b) {
    lk_junction_tree *tree = b->tree;
    const lk_network *network = b->request->network;
    tree->count = b->request->order_count;
    uint32_t *variable_of = lk_arena_alloc(b->arena, tree->count, sizeof *variable_of);
    tree->rank_of = lk_arena_alloc(b->arena, network->count, sizeof *tree->rank_of);
    tree->cardinalities = lk_arena_alloc(b->arena, tree->count, sizeof *tree->cardinalities);
    b->room = lk_arena_alloc(b->scratch, (size_t)tree->count + 1, sizeof *b->room);
    b->home = lk_arena_alloc(b->scratch, tree->count, sizeof *b->home);
    LK_NEED(variable_of);
    LK_NEED(tree->rank_of);
    LK_NEED(tree->cardinalities);
    LK_NEED(b->room);
    LK_NEED(b->home);
    for (uint32_t v = 0; v < network->count; v++) tree->rank_of[v] = UINT32_MAX;
    for (uint32_t rank = 0; rank < tree->count; rank++) {
        variable_of[rank] = b->request->order[rank];
        tree->rank_of[variable_of[rank]] = rank;
        tree->cardinalities[rank] = network->variables[variable_of[rank]].state_count;
    }
    tree->variable_of = variable_of;
    return LK_OK;
}

// ---- Symbolic elimination ----------------------------------------------------------------------

typedef struct link {
    lk_scope scope;
    const struct link *next;
} link;

static void put(link *node, const link **list, lk_scope scope) {
    *node = (link){scope, *list};
    *list = node;
}

// joins[i]: what is joined when rank i is eliminated, itself first. Scopes wait at the first of
// their ranks (as rows do in the symbolic factorisation of a sparse matrix).
static lk_status eliminate(builder *b, lk_scope *joins) {
    uint32_t n = b->tree->count;
    const link **waiting = lk_arena_alloc_zero(b->scratch, n, sizeof *waiting);
    uint32_t *stamps = lk_arena_alloc_zero(b->scratch, n, sizeof *stamps);
    link *links = lk_arena_alloc(b->scratch, (size_t)b->tree->factor_count + n, sizeof *links);
    LK_NEED(waiting);
    LK_NEED(stamps);
    LK_NEED(links);
    for (uint32_t i = 0; i < b->tree->factor_count; i++) {
        lk_scope scope = b->tree->factors[i].scope;
        if (scope.size) put(links++, &waiting[scope.ranks[0]], scope);
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t size = 0;
        b->room[size++] = i;
        stamps[i] = i + 1;
        for (const link *l = waiting[i]; l; l = l->next)
            for (uint32_t k = 0; k < l->scope.size; k++) {
                uint32_t rank = l->scope.ranks[k];
                if (stamps[rank] == i + 1) continue;
                stamps[rank] = i + 1;
                uint32_t at = size++;
                for (; at > 0 && b->room[at - 1] > rank; at--) b->room[at] = b->room[at - 1];
                b->room[at] = rank;
            }
        LK_TRY(lk_scope_copy(b->arena, &joins[i], (lk_scope){b->room, size}));
        lk_scope rest = {joins[i].ranks + 1, size - 1};
        if (rest.size) put(links++, &waiting[rest.ranks[0]], rest);
    }
    return LK_OK;
}

// ---- Cliques -----------------------------------------------------------------------------------

static bool is_maximized(const builder *b, uint32_t rank) {
    return rank >= b->tree->maximized_from;
}

// A join that is part of the join below it belongs to the same clique. Cliques come children first;
// the parent of each is set.
static lk_status make_cliques(builder *b) {
    uint32_t n = b->tree->count;
    lk_scope *joins = lk_arena_alloc(b->scratch, n, sizeof *joins);
    LK_NEED(joins);
    LK_TRY(eliminate(b, joins));
    // Room for cliques that are put between a clique and its many children.
    b->drafts = lk_arena_alloc(b->scratch, (size_t)n * 2 + 1, sizeof(draft));
    uint32_t *absorbed = lk_arena_alloc(b->scratch, n, sizeof *absorbed);
    LK_NEED(b->drafts);
    LK_NEED(absorbed);
    for (uint32_t i = 0; i < n; i++) absorbed[i] = UINT32_MAX;
    for (uint32_t i = 0; i < n; i++) {
        // From the child's side: the next join is the rest of this one.
        uint32_t clique = absorbed[i];
        if (clique == UINT32_MAX) {
            clique = b->tree->clique_count++;
            b->drafts[clique] =
                (draft){.scope = joins[i], .parent = LK_NO_CLIQUE, .maximizes = is_maximized(b, i)};
        }
        b->home[i] = clique;
        if (joins[i].size == 1) continue;
        uint32_t above = joins[i].ranks[1];
        if (joins[above].size + 1 == joins[i].size && absorbed[above] == UINT32_MAX &&
            is_maximized(b, above) == is_maximized(b, i))
            absorbed[above] = clique;
    }
    for (uint32_t i = 0; i < n; i++)
        if (joins[i].size > 1 && b->home[joins[i].ranks[1]] != b->home[i])
            b->drafts[b->home[i]].parent = b->home[joins[i].ranks[1]];
    return LK_OK;
}

// Turns the arrows on the way from a clique to its root around: it becomes the root.
static void make_root(draft *cliques, uint32_t clique) {
    uint32_t child = LK_NO_CLIQUE;
    while (clique != LK_NO_CLIQUE) {
        uint32_t parent = cliques[clique].parent;
        cliques[clique].parent = child;
        child = clique;
        clique = parent;
    }
}

static uint32_t find_root(const draft *cliques, uint32_t clique) {
    while (cliques[clique].parent != LK_NO_CLIQUE) clique = cliques[clique].parent;
    return clique;
}

// Whether the clique is the better root: the largest, which then is passed through once only; in a
// tree that maximizes the smallest, of which all states are tried in decoding.
static bool is_better_root(const builder *b, uint32_t clique, uint32_t best) {
    double cells = b->drafts[clique].cells, best_cells = b->drafts[best].cells;
    return b->tree->maximize ? cells < best_cells : cells > best_cells;
}

// Chooses the root of each component. (A tree that first sums and then maximizes has that of its
// order: what is maximized over must be nearer to the root.)
static lk_status choose_roots(builder *b) {
    lk_junction_tree *tree = b->tree;
    if (tree->maximize && tree->maximized_from > 0) return LK_OK;
    uint32_t *root_of = lk_arena_alloc(b->scratch, tree->clique_count, sizeof *root_of);
    uint32_t *best = lk_arena_alloc(b->scratch, tree->clique_count, sizeof *best);
    LK_NEED(root_of);
    LK_NEED(best);
    for (uint32_t i = 0; i < tree->clique_count; i++) best[i] = i;
    // The parent of a clique may come before it: roots are looked up, and ways are short.
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        uint32_t root = root_of[i] = find_root(b->drafts, i);
        if (is_better_root(b, i, best[root])) best[root] = i;
    }
    for (uint32_t i = 0; i < tree->clique_count; i++)
        if (root_of[i] == i) make_root(b->drafts, best[i]);
    return LK_OK;
}

// What each clique has in common with its parent.
static lk_status set_separators(builder *b) {
    lk_junction_tree *tree = b->tree;
    size_t most = 0;
    for (uint32_t i = 0; i < tree->clique_count; i++) most += b->drafts[i].scope.size;
    uint32_t *ranks = lk_arena_alloc(b->arena, most, sizeof *ranks);
    LK_NEED(ranks);
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        draft *clique = &b->drafts[i];
        clique->separator = (lk_scope){ranks, 0};
        if (clique->parent == LK_NO_CLIQUE) continue;
        clique->separator.size =
            lk_scope_intersect(ranks, clique->scope, b->drafts[clique->parent].scope);
        ranks += clique->separator.size;
    }
    return LK_OK;
}

// Lists of children by counting, one behind the other in `children` [cliques].
static void set_children(builder *b, uint32_t *children) {
    uint32_t n = b->tree->clique_count;
    for (uint32_t i = 0; i < n; i++) b->drafts[i].child_count = 0;
    for (uint32_t i = 0; i < n; i++)
        if (b->drafts[i].parent != LK_NO_CLIQUE) b->drafts[b->drafts[i].parent].child_count++;
    for (uint32_t i = 0; i < n; i++) {
        draft *clique = &b->drafts[i];
        clique->children = children;
        children += clique->child_count;
        clique->child_count = 0;
    }
    for (uint32_t i = 0; i < n; i++)
        if (b->drafts[i].parent != LK_NO_CLIQUE) {
            draft *parent = &b->drafts[b->drafts[i].parent];
            parent->children[parent->child_count++] = i;
        }
}

// A clique whose separator is part of a smaller sibling hangs below that sibling as well as below
// the parent: the less there is to multiply in large cliques the better.
static void move_below_siblings(builder *b, uint32_t parent) {
    draft *cliques = b->drafts, *p = &cliques[parent];
    if (p->child_count > MOST_SIBLINGS) return;
    for (uint32_t i = 0; i < p->child_count; i++) {
        draft *child = &cliques[p->children[i]];
        uint32_t best = parent;
        for (uint32_t k = 0; k < p->child_count; k++) {
            draft *sibling = &cliques[p->children[k]];
            // Only to siblings that stay: no circles. And what is maximized is not summed after.
            if (k == i || sibling->parent != parent || (child->maximizes && !sibling->maximizes) ||
                sibling->cells >= cliques[best].cells ||
                sibling->separator.size <= child->separator.size ||
                !lk_scope_contains(sibling->separator, child->separator))
                continue;
            best = p->children[k];
        }
        child->parent = best;
    }
}

// Puts cliques between a clique and its children until they are few: each stands for the union of
// the separators of some of them.
static lk_status limit_children(builder *b, uint32_t parent) {
    lk_junction_tree *tree = b->tree;
    draft *p = &b->drafts[parent];
    while (p->child_count > MOST_CHILDREN) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < p->child_count; i += MOST_CHILDREN) {
            uint32_t count =
                p->child_count - i < MOST_CHILDREN ? p->child_count - i : MOST_CHILDREN;
            uint32_t between = p->children[i];
            if (count > 1) {
                between = tree->clique_count++;
                draft *clique = &b->drafts[between];
                *clique =
                    (draft){.parent = parent, .child_count = count, .maximizes = p->maximizes};
                clique->children = lk_arena_alloc(b->scratch, count, sizeof *clique->children);
                LK_NEED(clique->children);
                for (uint32_t k = 0; k < count; k++) {
                    draft *child = &b->drafts[p->children[i + k]];
                    clique->children[k] = p->children[i + k];
                    child->parent = between;
                    uint32_t size = lk_scope_unite(b->room, clique->scope, child->separator);
                    LK_TRY(lk_scope_copy(b->arena, &clique->scope, (lk_scope){b->room, size}));
                }
                clique->separator = clique->scope;
                clique->cells = lk_scope_cells(tree->cardinalities, clique->scope);
            }
            p->children[kept++] = between;
        }
        p->child_count = kept;
    }
    return LK_OK;
}

// Children with like separators are put side by side, so that what is put between stays small.
static void sort_children(const draft *cliques, draft *p) {
    for (uint32_t i = 1; i < p->child_count; i++) {
        uint32_t child = p->children[i], k = i;
        const lk_scope *s = &cliques[child].separator;
        for (; k > 0; k--) {
            const lk_scope *other = &cliques[p->children[k - 1]].separator;
            uint32_t m = 0;
            while (m < s->size && m < other->size && s->ranks[m] == other->ranks[m]) m++;
            bool before = m < s->size && (m == other->size || s->ranks[m] > other->ranks[m]);
            if (!before) break;
            p->children[k] = p->children[k - 1];
        }
        p->children[k] = child;
    }
}

// Sorts cliques so that parents come before children, and tells factors' homes the new numbers.
static lk_status sort_cliques(builder *b) {
    lk_junction_tree *tree = b->tree;
    uint32_t n = tree->clique_count, count = 0;
    uint32_t *sorted = lk_arena_alloc(b->scratch, n, sizeof *sorted);
    uint32_t *place = lk_arena_alloc(b->scratch, n, sizeof *place);
    lk_clique *cliques = lk_arena_alloc_zero(b->arena, n, sizeof *cliques);
    uint32_t *numbers = lk_arena_alloc(b->arena, n, sizeof *numbers);
    LK_NEED(sorted);
    LK_NEED(place);
    LK_NEED(cliques);
    LK_NEED(numbers);
    for (uint32_t i = 0; i < n; i++)
        if (b->drafts[i].parent == LK_NO_CLIQUE) sorted[count++] = i;
    uint32_t next = count; // children are numbered in the order of their parents
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < b->drafts[sorted[i]].child_count; k++)
            sorted[count++] = b->drafts[sorted[i]].children[k];
    for (uint32_t i = 0; i < n; i++) place[sorted[i]] = numbers[i] = i;
    for (uint32_t i = 0; i < n; i++) {
        const draft *d = &b->drafts[sorted[i]];
        lk_clique *clique = &cliques[i];
        clique->scope = d->scope;
        clique->separator = d->separator;
        clique->cells = d->cells;
        clique->maximizes = d->maximizes;
        clique->parent = d->parent == LK_NO_CLIQUE ? LK_NO_CLIQUE : place[d->parent];
        clique->children = numbers + next;
        clique->child_count = d->child_count;
        next += d->child_count;
    }
    for (uint32_t rank = 0; rank < tree->count; rank++) b->home[rank] = place[b->home[rank]];
    tree->cliques = cliques;
    return LK_OK;
}

static lk_status shape_tree(builder *b) {
    lk_junction_tree *tree = b->tree;
    for (uint32_t i = 0; i < tree->clique_count; i++)
        b->drafts[i].cells = lk_scope_cells(tree->cardinalities, b->drafts[i].scope);
    LK_TRY(choose_roots(b));
    LK_TRY(set_separators(b));
    uint32_t *children = lk_arena_alloc(b->scratch, tree->clique_count, sizeof *children);
    LK_NEED(children);
    set_children(b, children);
    for (uint32_t i = 0; i < tree->clique_count; i++) move_below_siblings(b, i);
    set_children(b, children);
    for (uint32_t i = 0, n = tree->clique_count; i < n; i++) {
        if (b->drafts[i].child_count <= MOST_CHILDREN) continue;
        sort_children(b->drafts, &b->drafts[i]);
        LK_TRY(limit_children(b, i));
    }
    return sort_cliques(b);
}

// ---- Where factors belong ----------------------------------------------------------------------

// The smallest clique around `clique` that contains the scope. (Those that do are connected.)
static uint32_t smallest_with(const lk_junction_tree *tree, uint32_t clique, lk_scope scope) {
    for (;;) {
        const lk_clique *c = &tree->cliques[clique];
        uint32_t best = clique;
        for (uint32_t k = 0; k <= c->child_count; k++) {
            uint32_t other = k < c->child_count ? c->children[k] : c->parent;
            if (other != LK_NO_CLIQUE && tree->cliques[other].cells < tree->cliques[best].cells &&
                lk_scope_contains(tree->cliques[other].scope, scope))
                best = other;
        }
        if (best == clique) return clique;
        clique = best;
    }
}

static void place_factors(builder *b, uint32_t *clique_of) {
    for (uint32_t i = 0; i < b->tree->factor_count; i++) {
        lk_scope scope = b->tree->factors[i].scope;
        clique_of[i] = scope.size ? smallest_with(b->tree, b->home[scope.ranks[0]], scope) : 0;
    }
}

// Whether the message of each clique to its parent is 1: the tables here and below are those of
// the variables summed out here and below, each P(variable | …).
static lk_status find_vacuous(builder *b, const uint32_t *clique_of) {
    lk_junction_tree *tree = b->tree;
    // What each clique lacks for that: variables summed out, less their tables.
    int64_t *balance = lk_arena_alloc_zero(b->scratch, tree->clique_count, sizeof *balance);
    LK_NEED(balance);
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        lk_clique *c = &tree->cliques[i];
        c->is_vacuous = !c->maximizes && c->parent != LK_NO_CLIQUE;
        balance[i] = c->scope.size - c->separator.size;
    }
    for (uint32_t i = 0; i < tree->factor_count; i++) {
        const lk_tree_factor *f = &tree->factors[i];
        lk_clique *c = &tree->cliques[clique_of[i]];
        uint32_t owner = f->table->owner;
        bool is_own = owner != LK_NO_VARIABLE && tree->rank_of[owner] != UINT32_MAX &&
                      !lk_scope_contains(c->separator, (lk_scope){&tree->rank_of[owner], 1});
        if (is_own)
            balance[clique_of[i]]--;
        else
            c->is_vacuous = false;
    }
    for (uint32_t i = tree->clique_count; i-- > 0;) {
        lk_clique *c = &tree->cliques[i];
        for (uint32_t k = 0; k < c->child_count; k++)
            if (!tree->cliques[c->children[k]].is_vacuous) c->is_vacuous = false;
        if (balance[i] != 0) c->is_vacuous = false;
    }
    return LK_OK;
}

// ---- The whole ---------------------------------------------------------------------------------

// A tree without variables still has the tables of which everything is observed.
static lk_status make_single_clique(builder *b) {
    b->tree->cliques = lk_arena_alloc_zero(b->arena, 1, sizeof *b->tree->cliques);
    LK_NEED(b->tree->cliques);
    b->tree->cliques[0] = (lk_clique){.parent = LK_NO_CLIQUE, .cells = 1};
    b->tree->clique_count = 1;
    return LK_OK;
}

static lk_status build(builder *b) {
    lk_junction_tree *tree = b->tree;
    LK_TRY(set_ranks(b));
    LK_TRY(add_factors(b));
    if (tree->count == 0) {
        LK_TRY(make_single_clique(b));
    } else {
        LK_TRY(make_cliques(b));
        LK_TRY(shape_tree(b));
    }
    uint32_t *clique_of = lk_arena_alloc(b->scratch, tree->factor_count, sizeof *clique_of);
    LK_NEED(clique_of);
    place_factors(b, clique_of);
    LK_TRY(find_vacuous(b, clique_of));
    LK_TRY(lk_junction_tree_group(tree, b->scratch, clique_of));
    if (b->request->joints) LK_TRY(lk_tree_place_joints(tree, b->scratch));
    LK_TRY(lk_junction_tree_compile(tree, b->scratch, b->request->wanted));
    return b->request->joints ? lk_tree_compile_joints(tree, b->scratch) : LK_OK;
}

lk_status lk_junction_tree_make(lk_arena *arena, lk_junction_tree *tree, lk_arena *scratch,
                                const lk_tree_request *request) {
    *tree = (lk_junction_tree){.context = arena->context,
                               .arena = arena,
                               .network = request->network,
                               .maximize = request->maximized_from < request->order_count,
                               .maximized_from = request->maximized_from};
    builder b = {.tree = tree, .arena = arena, .scratch = scratch, .request = request};
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    lk_status status = build(&b);
    lk_arena_rewind(scratch, mark);
    return status;
}
