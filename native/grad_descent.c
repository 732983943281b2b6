// Gradient descent on the inputs of an expression: x -= learning rate · ∂result/∂x.
#include "command_grad.h"

#include "text_table.h"

#include "likelore/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 100000000, STEP_WIDTH = 8, RATE_WIDTH = 16 };

typedef struct descent {
    invocation *call;
    lk_expression *expression;
    lk_expression *rate; // the learning rate
    uint64_t steps;
    bool *changes; // of each node
    lk_buffer *out;
    lk_json_writer *writer; // NULL: a table
} descent;

// ---- What the options say -----------------------------------------------------------------------

static lk_status parse_rate(descent *d) {
    const char *text = option_value(d->call->arguments, "lr", "0.1");
    lk_status status = lk_expression_new(d->call->context, &d->rate, text, strlen(text));
    if (status == LK_OK || status == LK_ERROR_MEMORY) return status;
    lk_error error = lk_context_error(d->call->context);
    return usage_error(d->call, "--lr, column %lld: %s", (long long)error.location.column,
                       error.message);
}

static lk_status read_rate(descent *d) {
    LK_TRY(parse_rate(d));
    for (size_t i = 0; i < lk_expression_count(d->rate); i++) {
        const lk_expression_node *node = lk_expression_at(d->rate, i);
        if (is_input(node) && strcmp(node->name, "t") != 0)
            return usage_error(d->call, "--lr depends on nothing but the step t, not on '%s'",
                               node->name);
    }
    return LK_OK;
}

static lk_status choose_named(descent *d, const char *names) {
    while (*names) {
        size_t length = strcspn(names, ","), node;
        lk_buffer name = lk_buffer_make(d->call->context);
        lk_buffer_append(&name, names, length);
        lk_status status = name.status;
        if (status == LK_OK)
            status = lk_expression_find(d->expression, &node, lk_buffer_text(&name));
        lk_buffer_free(&name);
        LK_TRY(status);
        d->changes[node] = true;
        names += length + (names[length] == ',');
    }
    return LK_OK;
}

static lk_status choose_inputs(descent *d) {
    size_t count = lk_expression_count(d->expression);
    d->changes = calloc(count, sizeof *d->changes);
    if (!d->changes) return LK_ERROR_MEMORY;
    const char *names;
    for (size_t i = 0; (names = option_value_at(d->call->arguments, "minimize", i)); i++)
        LK_TRY(choose_named(d, names));
    bool chosen = option_value(d->call->arguments, "minimize", NULL);
    for (size_t i = 0; i < count && !chosen; i++)
        d->changes[i] = is_input(lk_expression_at(d->expression, i));
    return LK_OK;
}

static lk_status read_options(descent *d) {
    if (!option_integer(d->call->arguments, "steps", &d->steps, 0, MOST_STEPS))
        return usage_error(d->call, "--steps takes a number up to %d", MOST_STEPS);
    LK_TRY(read_rate(d));
    return choose_inputs(d);
}

// ---- Steps --------------------------------------------------------------------------------------

static lk_status rate_at(descent *d, double *rate, uint64_t step) {
    for (size_t i = 0; i < lk_expression_count(d->rate); i++)
        if (is_input(lk_expression_at(d->rate, i))) lk_expression_set(d->rate, i, (double)step);
    LK_TRY(lk_expression_run(d->rate));
    *rate = lk_expression_at(d->rate, lk_expression_result(d->rate))->value;
    return LK_OK;
}

static void change_inputs(descent *d, double rate) {
    for (size_t i = 0; i < lk_expression_count(d->expression); i++) {
        const lk_expression_node *node = lk_expression_at(d->expression, i);
        if (d->changes[i]) lk_expression_set(d->expression, i, node->value - rate * node->gradient);
    }
}

static double result_of(const descent *d) {
    return lk_expression_at(d->expression, lk_expression_result(d->expression))->value;
}

// `rate` NULL: the end, from which no step is made.
static void write_step(descent *d, uint64_t step, const double *rate) {
    if (d->writer) {
        lk_json_begin_object(d->writer, NULL);
        lk_json_add_integer(d->writer, "step", (int64_t)step);
        if (rate) lk_json_add_number(d->writer, "learning_rate", *rate);
        lk_json_add_number(d->writer, "result", result_of(d));
        lk_json_end(d->writer);
        return;
    }
    char number[40];
    snprintf(number, sizeof number, "%llu", (unsigned long long)step);
    append_padded(d->out, number, STEP_WIDTH);
    snprintf(number, sizeof number, "%.6g", rate ? *rate : 0);
    append_padded(d->out, rate ? number : "", RATE_WIDTH);
    lk_buffer_printf(d->out, "%.10g\n", result_of(d));
}

static lk_status make_steps(descent *d) {
    for (uint64_t step = 0;; step++) {
        LK_TRY(lk_expression_run(d->expression));
        if (step == d->steps) {
            write_step(d, step, NULL);
            return LK_OK;
        }
        double rate;
        LK_TRY(rate_at(d, &rate, step));
        write_step(d, step, &rate);
        change_inputs(d, rate);
    }
}

// ---- Answers ------------------------------------------------------------------------------------

static lk_status write_table(descent *d) {
    append_padded(d->out, "step", STEP_WIDTH);
    append_padded(d->out, "learning rate", RATE_WIDTH);
    lk_buffer_append_text(d->out, "result\n");
    LK_TRY(make_steps(d));
    for (size_t i = 0; i < lk_expression_count(d->expression); i++) {
        const lk_expression_node *node = lk_expression_at(d->expression, i);
        if (!d->changes[i]) continue;
        lk_buffer_printf(d->out, "%s=", node->name);
        lk_buffer_append_double(d->out, node->value);
        lk_buffer_append_byte(d->out, '\n');
    }
    return LK_OK;
}

static lk_status write_json(descent *d) {
    lk_json_begin_object(d->writer, NULL);
    lk_json_add_integer(d->writer, "version", 1);
    lk_json_begin_array(d->writer, "steps");
    LK_TRY(make_steps(d));
    lk_json_end(d->writer);
    lk_json_begin_object(d->writer, "inputs");
    for (size_t i = 0; i < lk_expression_count(d->expression); i++) {
        const lk_expression_node *node = lk_expression_at(d->expression, i);
        if (is_input(node)) lk_json_add_number(d->writer, node->name, node->value);
    }
    lk_json_end(d->writer);
    lk_json_end(d->writer);
    LK_TRY(lk_json_finish(d->writer, d->out, false));
    lk_buffer_append_byte(d->out, '\n');
    return LK_OK;
}

lk_status descend(invocation *call, lk_buffer *out, lk_expression *expression) {
    descent d = {.call = call, .expression = expression, .out = out};
    lk_status status = read_options(&d);
    bool json = has_flag(call->arguments, "json");
    if (status == LK_OK && json) status = lk_json_writer_new(call->context, &d.writer);
    if (status == LK_OK) status = json ? write_json(&d) : write_table(&d);
    lk_json_writer_free(d.writer);
    lk_expression_free(d.rate);
    free(d.changes);
    return status;
}
