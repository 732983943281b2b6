// Joins compiled to loop nests against the sum over all states, cell by cell; and the builds of the
// kernels against each other, bit by bit.
#include "inference/nest_plan.h"
#include "pool.h"
#include "test_context.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

enum { MOST_VARIABLES = 12, MOST_TABLES = 5, MOST_CELLS = 1 << 17 };

typedef struct table {
    uint32_t ranks[MOST_VARIABLES];
    uint32_t size;
    size_t cells;
    double values[MOST_CELLS];
} table;

typedef struct join {
    uint32_t cardinalities[MOST_VARIABLES];
    uint32_t ranks[MOST_VARIABLES];
    uint32_t size;
    table tables[MOST_TABLES];
    uint32_t inputs, outputs;
    bool maximize;
} join;

static void random_scope(const join *j, table *t, lk_random *random, uint64_t chance) {
    t->size = 0;
    t->cells = 1;
    for (uint32_t i = 0; i < j->size; i++) {
        if (lk_random_below(random, 3) >= chance) continue;
        t->ranks[t->size++] = i;
        t->cells *= j->cardinalities[i];
    }
}

// At most `most` cells; of variables of few states there are more.
static void random_join(join *j, lk_random *random, size_t most) {
    uint64_t most_states = 2 + lk_random_below(random, 6);
    size_t cells = 1;
    j->size = 0;
    for (uint32_t i = 0; i < MOST_VARIABLES; i++) {
        uint32_t states = 1 + (uint32_t)lk_random_below(random, most_states);
        if (cells * states > most) break;
        j->cardinalities[i] = states;
        j->ranks[j->size++] = i;
        cells *= states;
    }
    j->inputs = (uint32_t)lk_random_below(random, 4);
    j->outputs = 1 + (uint32_t)lk_random_below(random, MOST_TABLES - 3);
    j->maximize = lk_random_below(random, 3) == 0;
    for (uint32_t i = 0; i < j->inputs + j->outputs; i++) {
        random_scope(j, &j->tables[i], random, i < j->inputs ? 2 : 1 + lk_random_below(random, 2));
        for (size_t k = 0; i < j->inputs && k < j->tables[i].cells; k++)
            j->tables[i].values[k] =
                lk_random_below(random, 3) == 0 ? 0 : lk_random_uniform(random);
    }
}

static size_t cell_of(const join *j, const table *t, const uint32_t *states) {
    size_t cell = 0;
    for (uint32_t i = 0; i < t->size; i++)
        cell = cell * j->cardinalities[t->ranks[i]] + states[t->ranks[i]];
    return cell;
}

static void run_naively(join *j) {
    uint32_t states[MOST_VARIABLES] = {0};
    for (uint32_t o = j->inputs; o < j->inputs + j->outputs; o++)
        for (size_t k = 0; k < j->tables[o].cells; k++) j->tables[o].values[k] = 0;
    for (uint32_t i = 0; i < MOST_VARIABLES + 1;) {
        double product = 1;
        for (uint32_t k = 0; k < j->inputs; k++)
            product *= j->tables[k].values[cell_of(j, &j->tables[k], states)];
        for (uint32_t o = j->inputs; o < j->inputs + j->outputs; o++) {
            double *cell = &j->tables[o].values[cell_of(j, &j->tables[o], states)];
            *cell = j->maximize ? fmax(*cell, product) : *cell + product;
        }
        for (i = j->size; i > 0; i--) {
            if (++states[i - 1] < j->cardinalities[i - 1]) break;
            states[i - 1] = 0;
        }
        if (i == 0) return;
        i = 0;
    }
}

static void run_compiled(lk_context *context, lk_arena *arena, const join *j,
                         const lk_table_kernels *kernels, bool alone, double **outputs) {
    lk_scope scopes[MOST_TABLES];
    double *tables[MOST_TABLES];
    size_t cells[MOST_TABLES];
    for (uint32_t i = 0; i < j->inputs + j->outputs; i++) {
        scopes[i] = (lk_scope){j->tables[i].ranks, j->tables[i].size};
        tables[i] = i < j->inputs ? (double *)j->tables[i].values : outputs[i - j->inputs];
        if (i >= j->inputs) cells[i - j->inputs] = j->tables[i].cells;
    }
    lk_join_plan plan;
    lk_arena scratch = lk_arena_make(context, 0);
    lk_join_room room = {0};
    cr_assert(lk_join_compile(arena, &plan, &scratch, j->cardinalities,
                              (lk_scope){j->ranks, j->size}, scopes, j->inputs, scopes + j->inputs,
                              j->outputs, j->maximize) == LK_OK);
    lk_join_need(&room, &plan, true);
    lk_pool *pool = lk_context_pool(context);
    cr_assert(lk_join_make_room(arena, &room, lk_pool_threads(pool)) == LK_OK);
    lk_join_run(&plan, tables, cells, &room, (lk_table_worker){kernels, alone ? NULL : pool});
    lk_arena_release(&scratch);
}

Test(nest, equals_the_sum_over_all_states_on_4000_random_joins) {
    lk_context *context = make_context();
    lk_arena arena = lk_arena_make(context, 0);
    join *j = calloc(1, sizeof *j);
    for (uint32_t i = 0; i < 4000; i++) {
        lk_random random = lk_random_stream(11, LK_RANDOM_TEST, i, 0);
        // Some are large enough to be worked on in parts.
        random_join(j, &random, i % 100 == 0 ? MOST_CELLS : 1 << 12);
        double *fast[MOST_TABLES], *plain[MOST_TABLES];
        for (uint32_t o = 0; o < j->outputs; o++) {
            size_t cells = j->tables[j->inputs + o].cells;
            fast[o] = lk_arena_alloc(&arena, cells, sizeof(double));
            plain[o] = lk_arena_alloc(&arena, cells, sizeof(double));
        }
        run_compiled(context, &arena, j, lk_context_table_kernels(context), false, fast);
        run_compiled(context, &arena, j, lk_table_kernels_reference(), true, plain);
        run_naively(j);
        for (uint32_t o = 0; o < j->outputs; o++) {
            const table *t = &j->tables[j->inputs + o];
            for (size_t k = 0; k < t->cells; k++) {
                cr_assert(fabs(fast[o][k] - t->values[k]) <= 1e-12 * (1 + t->values[k]),
                          "join %u: %.17g is not %.17g", i, fast[o][k], t->values[k]);
                cr_assert(fast[o][k] == plain[o][k], "join %u: builds differ", i);
            }
        }
        lk_arena_reset(&arena);
    }
    free(j);
    lk_arena_release(&arena);
    free_context(context);
}
