// One operation on factors being carried out. Names are looked up once: inside, a variable is its
// number in a network without tables that holds the variables of all factors.
#ifndef LK_FACTORS_H
#define LK_FACTORS_H

#include "exact/exact.h"
#include "inference/factor.h"
#include "likelore/factors.h"
#include "network/network.h"

enum {
    LK_FACTOR_VARIABLES = 256, // at most in one scope, and in that of all factors together
    LK_FACTOR_COUNT = 1000,
};
// Multiplications of doubles, and of words of 64 bits, that an operation may take: some seconds.
#define LK_FACTOR_WORK 2e8
#define LK_FACTOR_EXACT_WORK 1e9

// An input, or the result.
typedef struct lk_factor_table {
    const lk_factor_data *data;
    const char *name;
    uint32_t *scope;
    uint32_t size;
    size_t cells;
    const lk_factor_finding *observed; // in alphabetical order
    uint32_t observed_count;
} lk_factor_table;

struct lk_factor_result {
    lk_context *context;
    lk_arena arena;
    lk_arena scratch;
    lk_network *network; // the variables
    const lk_factor_request *request;
    lk_factor_table *inputs;
    uint32_t input_count;
    uint32_t *variables; // of the request
    uint32_t variable_count;
    lk_factor_table output;
    lk_factor_data data; // of the output
    const char *expression;
    double *values;
    const char **texts; // NULL unless exact
    uint32_t *largest;  // [cells × variable_count]; NULL unless maximised
};

// Cells of all inputs at once: loops over the output's scope and then over the eliminated
// variables, so that the terms of a cell follow each other. Track 0 is the output, 1 + i input i.
typedef struct lk_factor_walk {
    lk_loops loops;
    double cells; // of the join
    size_t terms; // of each cell of the output
} lk_factor_walk;

// Whether the scope has a variable.
bool lk_factor_has(const lk_factor_table *table, uint32_t variable);

// Loops over output and inputs. LK_ERROR_LIMIT when that takes too long.
lk_status lk_factor_make_walk(lk_factor_result *r, lk_factor_walk *walk,
                              const lk_factor_table *output);
// Loops over the output of a restriction; track 1 is where its input has the cell.
lk_status lk_factor_make_restriction(lk_factor_result *r, lk_factor_walk *walk);
// Loops over the input of a normalisation, which is track 1; track 0 is its sums over `rest`.
lk_status lk_factor_make_sums(lk_factor_result *r, lk_factor_table *rest, lk_factor_walk *walk);
// The failure of a normalisation where the sum at hand is 0.
lk_status lk_factor_fail_zero_sum(lk_factor_result *r, const lk_factor_table *rest,
                                  const lk_factor_walk *walk);
// A value of an input: LK_ERROR_DATA when its text is no number from 0 on.
lk_status lk_factor_read_value(lk_factor_result *r, double *value, const lk_factor_table *table,
                               size_t cell);
// Notes which states of the eliminated variables term number `term` stands for.
void lk_factor_set_largest(lk_factor_result *r, size_t cell, size_t term);

// Computes values, and `largest`.
lk_status lk_factor_compute_doubles(lk_factor_result *r);
// Computes texts as well.
lk_status lk_factor_compute_exact(lk_factor_result *r);

// Keeps "f1(A,W=w)" in the arena.
lk_status lk_factor_keep_name(lk_factor_result *r, lk_factor_table *table);
// Keeps "Σ_E P(E) P(A|B,E)", once all have names.
lk_status lk_factor_keep_expression(lk_factor_result *r);

// Adds a result to a list in a document, or as one by itself.
void lk_factor_add_json(lk_json_writer *writer, const lk_factor_result *r, bool is_document);

#endif
