// Questions of independence.
#ifndef LIKELORE_INDEPENDENCE_H
#define LIKELORE_INDEPENDENCE_H

#include "likelore/bayes.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Of two sets -------------------------------------------------------------------------------

// Whether two sets of variables are independent given a third: by the structure (d-separation, in a
// Markov network separation in its graph, with the trails between them) and by the numbers (the
// largest difference between conditional distributions). The two may disagree: numbers can happen
// to be equal where a trail is active.
typedef struct lk_independence lk_independence;

// All zero is a good default.
typedef struct lk_independence_options {
    size_t most_trails; // that are listed; 0: 100
    double tolerance;   // up to which numbers count as equal; 0: 1e-9
    // Doubles are not compared where that takes more multiplications and additions; 0: no limit.
    double most_operations;
} lk_independence_options;

// LK_ERROR_USAGE when a side is empty or a variable is named twice. Missing tables, too many
// combinations of states to compare, and too much work leave the numeric answer out and are no
// errors.
lk_status lk_independence_new(lk_context *context, lk_independence **independence,
                              const lk_network *network, const uint32_t *left, size_t left_count,
                              const uint32_t *right, size_t right_count, const uint32_t *given,
                              size_t given_count, const lk_independence_options *options);
void lk_independence_free(lk_independence *independence);

// Whether the structure makes them independent.
bool lk_independence_separated(const lk_independence *independence);
// The largest |P(left | right, given) - P(left | other right, given)| over all states, combinations
// of probability zero left out, and whether it is within the tolerance. False without numbers.
bool lk_independence_difference(const lk_independence *independence, double *largest, bool *equal);

lk_status lk_independence_to_document(lk_buffer *out, const lk_independence *independence,
                                      const lk_document_options *options);
// {"version","left","right","given","separated","trails","trail_count","active_count",
// "counted_all","numeric","agree","change"}; see docs/formats/independence.md. "numeric_reason" is
// in the language.
lk_status lk_independence_to_json(lk_buffer *out, const lk_independence *independence,
                                  lk_language language);

// ---- Of a set and every variable ---------------------------------------------------------------

// Which of all other variables a set of them is independent of given another set, by the structure
// alone. One pass of reachability tells of all (Shachter, "Bayes-Ball", UAI 1998), in time linear
// in variables and arrows; in a Markov network in the sizes of its potentials.
typedef struct lk_independence_list lk_independence_list;

// LK_ERROR_USAGE when `left` is empty or a variable is named twice. The network must outlive it.
lk_status lk_independence_list_new(lk_context *context, lk_independence_list **list,
                                   const lk_network *network, const uint32_t *left,
                                   size_t left_count, const uint32_t *given, size_t given_count);
void lk_independence_list_free(lk_independence_list *list);

// The separated variables, and those that are not, in the order of the file; neither holds those
// of the question. The list's own.
const uint32_t *lk_independence_list_separated(const lk_independence_list *list, size_t *count);
const uint32_t *lk_independence_list_connected(const lk_independence_list *list, size_t *count);

lk_status lk_independence_list_to_document(lk_buffer *out, const lk_independence_list *list,
                                           const lk_document_options *options);
// {"version","left","given","independent","dependent"}; see docs/formats/independence.md.
lk_status lk_independence_list_to_json(lk_buffer *out, const lk_independence_list *list);

#ifdef __cplusplus
}
#endif

#endif
