// Inside an expression: its nodes, and the tape they are computed on. expression_parse.c makes the
// nodes, expression.c runs them; the others look at what came of it.
#ifndef LK_EXPRESSION_H
#define LK_EXPRESSION_H

#include "grad/ops.h"
#include "likelore/grad.h"

#include "hashmap.h"

// X(CODE, name, sign): what a node is. Functions are written name(…), operations between operands
// with their sign.
#define LK_STEP_LIST(X)                                                                            \
    X(INPUT, "input", NULL)                                                                        \
    X(NUMBER, "number", NULL)                                                                      \
    X(ADD, "add", " + ")                                                                           \
    X(SUBTRACT, "subtract", " - ")                                                                 \
    X(MULTIPLY, "multiply", "*")                                                                   \
    X(DIVIDE, "divide", "/")                                                                       \
    X(POWER, "power", "**")                                                                        \
    X(NEGATE, "negate", "-")                                                                       \
    X(SQRT, "sqrt", NULL)                                                                          \
    X(UNARY, NULL, NULL) /* LK_UNARY_LIST has the names */

typedef enum lk_step_code {
#define LK_STEP_ENUM(CODE, name, sign) LK_STEP_##CODE,
    LK_STEP_LIST(LK_STEP_ENUM)
#undef LK_STEP_ENUM
} lk_step_code;

typedef struct lk_step {
    lk_expression_node node;
    lk_step_code code;
    lk_unary function; // of LK_STEP_UNARY
    bool has_value;    // of an input
    bool is_constant;  // depends on no input, so that it has no gradient
    lk_tensor *tensor; // on the tape, until it is reset
} lk_step;

struct lk_expression {
    lk_context *context;
    lk_arena arena;    // names
    lk_hashmap *names; // inputs and names given by statements: their nodes
    lk_step *steps;
    size_t count;
    size_t capacity;
    size_t result;
    bool was_checked;
    double half; // the exponent of square roots
    lk_tape tape;
};

// Fills an expression that is empty.
lk_status lk_expression_parse(lk_expression *expression, const char *text, size_t length);

// Computes the result with the value of a node (which may be an operation) replaced; the steps keep
// what they have.
lk_status lk_expression_result_with(lk_expression *expression, double *result, size_t replaced,
                                    double value);

// How an operation is written between or before its operands; NULL for functions.
const char *lk_step_sign(const lk_step *step);
// x, or #4 for what has no name; numbers as they are.
void lk_step_append_label(lk_buffer *out, const lk_expression *expression, size_t index);

#endif
