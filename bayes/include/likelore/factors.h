// Operations on factors, one at a time and as data: what variable elimination is made of, for
// people who want to do it by hand.
//
// A factor is a table of numbers from 0 on over some variables, laid out as every table: the last
// variable of the scope is the fastest (docs/formats/factor-layout.md). Where a cell of a result
// comes from follows from that and is not told besides: of a product, a sum or a maximum, from the
// cells of the factors in which the variables that they share with the result's scope are in the
// same states, one term for each combination of the states of the variables that were eliminated;
// of a restriction, from the cell with the states of the evidence added; of a normalisation, from
// the cell itself and those it is added up with.
//
// Variables of the same name are the same variable, and must have the same states in the same
// order.
#ifndef LIKELORE_FACTORS_H
#define LIKELORE_FACTORS_H

#include "likelore/bayes.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lk_factor_variable {
    const char *name;
    const char *const *states;
    uint32_t state_count;
} lk_factor_variable;

typedef struct lk_factor_finding {
    const char *variable;
    const char *state;
} lk_factor_finding;

// A factor as the caller has it; all is borrowed. All zero but one value is the number.
typedef struct lk_factor_data {
    // How formulas write it: the symbol, and behind it the variables; where one is the head, as a
    // conditional distribution: "f1(A,B)", "P(A|B,E)". NULL: "P" with a head, "φ" without.
    const char *symbol;
    const char *head;                // in the scope or among the observed ones; NULL: none
    const lk_factor_variable *scope; // slowest first; at most 256
    size_t size;
    const lk_factor_finding *observed; // what the factor was restricted to before, for its name
    size_t observed_count;             // at most 256
    const double *values;              // `count` of them, as many as the scope has cells, unless
    const char *const *texts;          // they are told as texts, such as "0.25" and "1/3"
    size_t count;
} lk_factor_data;

typedef enum lk_factor_operation {
    LK_FACTOR_MULTIPLY,  // two factors or more
    LK_FACTOR_SUM_OUT,   // variables, of the product of one factor or more
    LK_FACTOR_MAX_OUT,   // the largest cell over all states of the variables, of such a product
    LK_FACTOR_RESTRICT,  // one factor: the cells that agree with the evidence; without, all of them
    LK_FACTOR_NORMALIZE, // one factor: each cell over the sum of those that differ from it in the
                         // states of the variables alone; without variables, of all
} lk_factor_operation;

typedef struct lk_factor_request {
    lk_factor_operation operation;
    const lk_factor_data *factors; // at most 1000
    size_t factor_count;
    const char *const *variables;
    size_t variable_count;
    const lk_factor_finding *evidence;
    size_t evidence_count;
    const char *symbol; // of the result; NULL: "f". A restriction keeps that of its factor.
    bool exact;         // in fractions; doubles count as their shortest decimals
} lk_factor_request;

// What came out of an operation.
typedef struct lk_factor_result lk_factor_result;

// LK_ERROR_USAGE for a request that does not fit its operation; LK_ERROR_UNKNOWN_NAME, with the
// nearest one, for a variable or state that is not there; LK_ERROR_DATA for factors that contradict
// themselves or each other, numbers that are negative or no numbers, and sums of 0 that would be
// divided by; LK_ERROR_LIMIT, with the number, when the result or the work is too large, or a cell
// is beyond the doubles.
lk_status lk_factor_combine(lk_context *context, lk_factor_result **result,
                            const lk_factor_request *request);
void lk_factor_result_free(lk_factor_result *result);

// The result as a factor, to be used again; borrowed. `values` are there in any case (the nearest
// doubles), `texts` when exact. The scope is in alphabetical order, but for restrictions and
// normalisations, which keep that of their factor.
const lk_factor_data *lk_factor_result_factor(const lk_factor_result *result);
const char *lk_factor_result_name(const lk_factor_result *result);       // "f1(A,B)"
const char *lk_factor_result_expression(const lk_factor_result *result); // "Σ_E P(E) P(A|B,E)"
// The variables that were summed or maximised out, or normalised over, in the order of the request.
size_t lk_factor_result_variable_count(const lk_factor_result *result);
const char *lk_factor_result_variable(const lk_factor_result *result, size_t index);
// Of LK_FACTOR_MAX_OUT, otherwise NULL: for each cell the states of those variables that make it
// the largest; of several, the first in the order of the layout.
const uint32_t *lk_factor_result_largest(const lk_factor_result *result);

// {"version","name","symbol","head","expression","scope":[…],"states":[[…],…],"observed":{…},
// "values":[…],"exact":{"values":[…]},"variables":[…],"largest":[[…],…]}; see
// docs/formats/factors.md.
lk_status lk_factor_result_to_json(lk_buffer *out, const lk_factor_result *result);
// The same for a request that is JSON itself: {"operation":"multiply","factors":[…],
// "variables":[…],"evidence":{…},"symbol","exact"}, factors as above. LK_ERROR_SYNTAX as
// lk_json_parse; otherwise errors as lk_factor_combine.
lk_status lk_factor_combine_json(lk_context *context, lk_buffer *out, const char *request,
                                 size_t length);

// Factors of a network.
typedef struct lk_factor_choice {
    // Their numbers: the table of a variable, or a potential of a Markov network. NULL: those that
    // P(targets | evidence) depends on; without targets, all.
    const uint32_t *tables;
    size_t table_count;
    const uint32_t *targets;
    size_t target_count;
    const lk_finding *evidence; // is put in
    size_t evidence_count;
    bool exact;
} lk_factor_choice;

// {"version","factors":[…]} with factors as above, P(A|B,E) or φ3(A,B). LK_ERROR_DATA when one has
// no numbers; LK_ERROR_USAGE for a number that is none of a table, and as lk_query_new;
// LK_ERROR_LIMIT for more than 4 million cells.
lk_status lk_network_factors_to_json(lk_buffer *out, const lk_network *network,
                                     const lk_factor_choice *choice);

#ifdef __cplusplus
}
#endif

#endif
