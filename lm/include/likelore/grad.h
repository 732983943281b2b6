// Likelore grad: expressions of numbers, and the derivatives of their result by everything they are
// made of.
//
// An expression is a text such as
//
//     n = x1*w1 + x2*w2 + b; tanh(n)
//
// Statements are separated by semicolons; `name = …` names a value for those after it, and the
// value of the last statement is the result. Names that no statement defines are inputs. The
// operators are + - * / and ** (or ^), which goes before a minus to its left and is taken from the
// right, as in Python and in mathematics: -x**2 is -(x**2), 2**3**2 is 2**9. The functions are exp,
// log, tanh, sigmoid, relu, gelu, gelu_tanh, silu and sqrt.
//
// The gradients come from one walk back over the tape of operations (reverse-mode differentiation:
// Linnainmaa 1970), the tape that trains the models of lm.h, in double precision. What has no
// value, such as 1/0 or log(-1), becomes infinite or NaN and is no error.
#ifndef LIKELORE_GRAD_H
#define LIKELORE_GRAD_H

#include "likelore/core.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lk_expression lk_expression;

// An input, a number of the text, or an operation; in the order of computation, so that the inputs
// of a node come before it.
typedef struct lk_expression_node {
    const char *op;   // "input", "number", "add", "subtract", "multiply", "divide", "power",
                      // "negate", or the name of the function
    const char *name; // of an input, or given by a statement; NULL where there is none
    size_t inputs[2]; // indices of nodes
    size_t input_count;
    double value;    // NaN before the first run, but of numbers
    double gradient; // d result / d value; 0 for what depends on no input, or the result not on it
    double difference; // the same by differences, after lk_expression_check
    bool agrees;       // likewise: whether the two are equal, to 1e-6
} lk_expression_node;

// Parses a text of `length` bytes. LK_ERROR_SYNTAX with line and column, LK_ERROR_UNKNOWN_NAME for
// a function that does not exist, LK_ERROR_LIMIT when parentheses, signs and powers are nested too
// deeply.
lk_status lk_expression_new(lk_context *context, lk_expression **expression, const char *text,
                            size_t length);
void lk_expression_free(lk_expression *expression);

size_t lk_expression_count(const lk_expression *expression); // of nodes
// Borrowed; the numbers change with each run.
const lk_expression_node *lk_expression_at(const lk_expression *expression, size_t index);
size_t lk_expression_result(const lk_expression *expression); // its node

// The node of an input. LK_ERROR_UNKNOWN_NAME, with the nearest name, when the text has none of
// this name.
lk_status lk_expression_find(const lk_expression *expression, size_t *index, const char *name);
// Sets the value of an input.
void lk_expression_set(lk_expression *expression, size_t input, double value);

// Computes all values and gradients. LK_ERROR_USAGE, naming it, when an input has no value. A run
// after the first allocates nothing.
lk_status lk_expression_run(lk_expression *expression);

// After a run: computes each derivative again, by differences of results that are extrapolated to
// the step 0 (Ridders 1982), and compares: *agrees when all do. Two derivatives agree when they
// differ by at most 1e-6, or 1e-6 of the gradient if that is more. Takes time that grows with the
// square of the number of nodes.
lk_status lk_expression_check(lk_expression *expression, bool *agrees);

// What the last run found. As a table of the nodes;
void lk_expression_to_text(lk_buffer *out, const lk_expression *expression);
// as JSON (docs/manual/gradients.md), what is infinite or NaN as null;
lk_status lk_expression_to_json(lk_buffer *out, const lk_expression *expression);
// as a graph from left to right, for Graphviz and as SVG. LK_ERROR_LIMIT when the picture is too
// large to lay out.
void lk_expression_to_dot(lk_buffer *out, const lk_expression *expression);
lk_status lk_expression_to_svg(lk_buffer *out, const lk_expression *expression);

#ifdef __cplusplus
}
#endif

#endif
