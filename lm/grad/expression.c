// Expressions on the tape: each run puts the steps on it one after the other, forwards, and walks
// it backwards. Neither recurses, so that the length of a chain does not matter.
#include "grad/expression.h"

#include <math.h>

lk_status lk_expression_new(lk_context *context, lk_expression **expression, const char *text,
                            size_t length) {
    *expression = NULL;
    lk_expression *e = lk_alloc_zero(context, 1, sizeof *e);
    LK_NEED(e);
    e->context = context;
    e->arena = lk_arena_make(context, 0);
    e->tape = lk_tape_make(context);
    e->tape.keeping = true;
    e->half = .5;
    lk_status status = lk_hashmap_new(context, &e->names);
    if (status == LK_OK) status = lk_expression_parse(e, text, length);
    if (status == LK_OK)
        *expression = e;
    else
        lk_expression_free(e);
    return status;
}

void lk_expression_free(lk_expression *expression) {
    if (!expression) return;
    lk_tape_release(&expression->tape);
    lk_hashmap_free(expression->names);
    lk_arena_release(&expression->arena);
    lk_free(expression->context, expression->steps);
    lk_free(expression->context, expression);
}

// ---- Nodes --------------------------------------------------------------------------------------

size_t lk_expression_count(const lk_expression *expression) { return expression->count; }

const lk_expression_node *lk_expression_at(const lk_expression *expression, size_t index) {
    return &expression->steps[index].node;
}

size_t lk_expression_result(const lk_expression *expression) { return expression->result; }

// ---- Inputs -------------------------------------------------------------------------------------

static const char *nearest_input(const lk_expression *e, const char *name) {
    const char *nearest = NULL;
    for (size_t i = 0; i < e->count; i++) {
        if (e->steps[i].code != LK_STEP_INPUT) continue;
        const char *candidates[] = {nearest, e->steps[i].node.name};
        nearest = nearest ? lk_suggest(name, candidates, 2) : lk_suggest(name, candidates + 1, 1);
    }
    return nearest;
}

lk_status lk_expression_find(const lk_expression *expression, size_t *index, const char *name) {
    const uint64_t *known = lk_hashmap_get(expression->names, name, strlen(name));
    if (known && expression->steps[*known].code == LK_STEP_INPUT) {
        *index = (size_t)*known;
        return LK_OK;
    }
    if (known)
        return lk_fail(expression->context, LK_ERROR_UNKNOWN_NAME,
                       "'%s' is computed by the expression, not an input of it", name);
    const char *near = nearest_input(expression, name);
    return lk_fail(expression->context, LK_ERROR_UNKNOWN_NAME,
                   "the expression has no input '%s'%s%s%s", name, near ? "; did you mean '" : "",
                   near ? near : "", near ? "'?" : "");
}

void lk_expression_set(lk_expression *expression, size_t input, double value) {
    lk_step *step = &expression->steps[input];
    step->node.value = value;
    step->has_value = true;
}

static lk_status check_inputs(const lk_expression *e) {
    for (size_t i = 0; i < e->count; i++)
        if (e->steps[i].code == LK_STEP_INPUT && !e->steps[i].has_value)
            return lk_fail(e->context, LK_ERROR_USAGE, "the input '%s' has no value",
                           e->steps[i].node.name);
    return LK_OK;
}

// ---- Running ------------------------------------------------------------------------------------

// A scalar without history, which reads `value`.
static lk_tensor *leaf(lk_tape *tape, double *value, bool needs_gradient) {
    lk_tensor *tensor = lk_tape_constant(tape, 0, NULL, value);
    if (tensor) tensor->needs_gradient = needs_gradient;
    return tensor;
}

static lk_tensor *apply(lk_expression *e, lk_step *step, lk_tensor *a, lk_tensor *b) {
    lk_tape *tape = &e->tape;
    switch (step->code) {
    case LK_STEP_INPUT:
        return leaf(tape, &step->node.value, tape->recording);
    case LK_STEP_NUMBER:
        return leaf(tape, &step->node.value, false);
    case LK_STEP_ADD:
        return lk_add(tape, a, b);
    case LK_STEP_SUBTRACT:
        return lk_subtract(tape, a, b);
    case LK_STEP_MULTIPLY:
        return lk_multiply(tape, a, b);
    case LK_STEP_DIVIDE:
        return lk_divide(tape, a, b);
    case LK_STEP_POWER:
        return lk_power(tape, a, b);
    case LK_STEP_NEGATE:
        return lk_scale(tape, a, -1);
    case LK_STEP_SQRT:
        return lk_power(tape, a, leaf(tape, &e->half, false));
    case LK_STEP_UNARY:
        return lk_apply_unary(tape, a, step->function);
    }
    return NULL;
}

// Puts all steps on an empty tape; that of index `replaced` as a leaf with the value.
static lk_status compute(lk_expression *e, size_t replaced, double *value) {
    lk_tape_reset(&e->tape);
    for (size_t i = 0; i < e->count; i++) {
        lk_step *step = &e->steps[i];
        lk_tensor *a = e->steps[step->node.inputs[0]].tensor;
        lk_tensor *b = e->steps[step->node.inputs[1]].tensor;
        step->tensor = i == replaced ? leaf(&e->tape, value, false) : apply(e, step, a, b);
        if (!step->tensor) return lk_tape_status(&e->tape);
    }
    return LK_OK;
}

static void keep_numbers(lk_expression *e) {
    for (size_t i = 0; i < e->count; i++) {
        lk_step *step = &e->steps[i];
        const lk_tensor *tensor = step->tensor;
        step->node.value = *tensor->value;
        step->node.gradient = tensor->gradient_set ? *tensor->gradient : 0;
    }
}

lk_status lk_expression_run(lk_expression *expression) {
    LK_TRY(check_inputs(expression));
    expression->was_checked = false;
    expression->tape.recording = true;
    LK_TRY(compute(expression, expression->count, NULL));
    LK_TRY(lk_tape_backward(&expression->tape, expression->steps[expression->result].tensor, 1));
    keep_numbers(expression);
    return LK_OK;
}

lk_status lk_expression_result_with(lk_expression *expression, double *result, size_t replaced,
                                    double value) {
    expression->tape.recording = false;
    LK_TRY(compute(expression, replaced, &value));
    *result = *expression->steps[expression->result].tensor->value;
    return LK_OK;
}
