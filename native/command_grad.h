// What the two halves of `likelore grad` share: one run (command_grad.c) and gradient descent
// (grad_descent.c).
#ifndef LIKELORE_COMMAND_GRAD_H
#define LIKELORE_COMMAND_GRAD_H

#include "command.h"

#include "likelore/grad.h"

// Whether a node is an input.
bool is_input(const lk_expression_node *node);

// Goes against the gradient as --steps, --lr and --minimize say, and appends each step and what the
// inputs came to.
lk_status descend(invocation *call, lk_buffer *out, lk_expression *expression);

#endif
