// `likelore grad`: the values and gradients of an expression.
#include "command_grad.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool is_input(const lk_expression_node *node) { return strcmp(node->op, "input") == 0; }

// ---- The expression and its inputs --------------------------------------------------------------

static lk_status parse(invocation *call, lk_expression **expression) {
    const char *text = call->arguments->operands[0];
    if (strcmp(text, "-") != 0)
        return lk_expression_new(call->context, expression, text, strlen(text));
    lk_file *file;
    LK_TRY(lk_file_open(call->context, &file, "-"));
    lk_status status = lk_expression_new(call->context, expression,
                                         (const char *)lk_file_bytes(file), lk_file_length(file));
    lk_file_free(file);
    return status;
}

// NAME=NUMBER
static lk_status set_input(invocation *call, lk_expression *expression, const char *word) {
    const char *equals = strchr(word, '=');
    if (!equals || equals == word)
        return usage_error(call, "a value is written NAME=NUMBER, not '%s'", word);
    char *end;
    double value = strtod(equals + 1, &end);
    if (end == equals + 1 || *end || !isfinite(value))
        return usage_error(call, "'%s' gives no number after the =", word);
    lk_buffer name = lk_buffer_make(call->context);
    lk_buffer_append(&name, word, (size_t)(equals - word));
    size_t input;
    lk_status status = name.status;
    if (status == LK_OK) status = lk_expression_find(expression, &input, lk_buffer_text(&name));
    if (status == LK_OK) lk_expression_set(expression, input, value);
    lk_buffer_free(&name);
    return status;
}

static lk_status set_inputs(invocation *call, lk_expression *expression) {
    const arguments *given = call->arguments;
    for (size_t i = 1; i < given->operand_count; i++)
        LK_TRY(set_input(call, expression, given->operands[i]));
    for (size_t i = 0; i < lk_expression_count(expression); i++) {
        const lk_expression_node *node = lk_expression_at(expression, i);
        if (is_input(node) && isnan(node->value))
            return usage_error(call, "'%s' has no value; add %s=NUMBER", node->name, node->name);
    }
    return LK_OK;
}

// ---- Answers ------------------------------------------------------------------------------------

static lk_status check(invocation *call, lk_expression *expression) {
    bool agrees;
    LK_TRY(lk_expression_check(expression, &agrees));
    if (!agrees) call->exit_code = 1;
    return LK_OK;
}

static lk_status write_answer(invocation *call, lk_buffer *out, const lk_expression *expression) {
    const char *format = option_value(call->arguments, "format", "text");
    if (has_flag(call->arguments, "json")) {
        LK_TRY(lk_expression_to_json(out, expression));
        lk_buffer_append_byte(out, '\n');
    } else if (strcmp(format, "svg") == 0) {
        return lk_expression_to_svg(out, expression);
    } else if (strcmp(format, "dot") == 0) {
        lk_expression_to_dot(out, expression);
    } else {
        lk_expression_to_text(out, expression);
    }
    return LK_OK;
}

static lk_status answer(invocation *call, lk_buffer *out, lk_expression *expression) {
    LK_TRY(set_inputs(call, expression));
    if (option_value(call->arguments, "steps", NULL)) return descend(call, out, expression);
    LK_TRY(lk_expression_run(expression));
    if (has_flag(call->arguments, "check")) LK_TRY(check(call, expression));
    return write_answer(call, out, expression);
}

// ---- Options ------------------------------------------------------------------------------------

static lk_status check_format(invocation *call) {
    const char *format = option_value(call->arguments, "format", "text");
    bool is_text = strcmp(format, "text") == 0;
    bool is_picture = strcmp(format, "dot") == 0 || strcmp(format, "svg") == 0;
    if (!is_text && !is_picture)
        return usage_error(call, "--format takes text, dot or svg, not '%s'", format);
    if (is_text) return LK_OK;
    static const char *const others[] = {"json", "check", "steps"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (option_value(call->arguments, others[i], NULL) || has_flag(call->arguments, others[i]))
            return usage_error(call, "--%s does not go with a picture", others[i]);
    return LK_OK;
}

static lk_status check_descent(invocation *call) {
    const arguments *given = call->arguments;
    bool descends = option_value(given, "steps", NULL);
    if (descends && has_flag(given, "check"))
        return usage_error(call, "--check is for one run, without --steps");
    static const char *const parts[] = {"lr", "minimize"};
    for (size_t i = 0; i < 2 && !descends; i++)
        if (option_value(given, parts[i], NULL))
            return usage_error(call, "--%s is of gradient descent: add --steps N", parts[i]);
    return LK_OK;
}

static lk_status run(invocation *call) {
    LK_TRY(check_format(call));
    LK_TRY(check_descent(call));
    lk_expression *expression;
    LK_TRY(parse(call, &expression));
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = answer(call, &out, expression);
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    lk_expression_free(expression);
    return status;
}

static const option options[] = {
    {"check", 0, NULL,
     "compare each gradient with differences of the result; exit 1 if one differs"},
    {"format", 0, "FORMAT", "text (a table), or the graph as svg or as dot for Graphviz"},
    {"steps", 0, "N", "steps of gradient descent, which makes the result small"},
    {"lr", 0, "EXPR", "their learning rate; may depend on the step t = 0, 1, … (default 0.1)"},
    {"minimize", 0, "A,B", "the inputs that they change (default: all)"},
    {0}};

static const command grad_command = {
    .verb = "grad",
    .operands = "EXPR [NAME=NUMBER]...",
    .summary = "values and gradients of an expression",
    .details =
        "Computes an expression, and the derivative of its result by each input and each value in "
        "between, by walking back over the operations.\n\n"
        "Operators are + - * / ** (or ^) and parentheses; functions are exp, log, tanh, sigmoid, "
        "relu, gelu, gelu_tanh, silu and sqrt. Statements are separated by semicolons, and "
        "NAME = ... names a value for those after it; the last one is the result:\n"
        "  likelore grad 'n = x1*w1 + x2*w2 + b; tanh(n)' x1=2 x2=0 w1=-3 w2=1 b=6.88\n"
        "The expression - is read from standard input; one that begins with a minus sign goes "
        "behind --. Values that do not exist, such as 1/0, are inf or nan, in JSON null.\n\n"
        "With --steps, the inputs go against their gradients, and each step prints the result:\n"
        "  likelore grad '(x - 3)**2' x=0 --steps 10 --lr '0.5/sqrt(t + 1)'",
    .options = options,
    .least_operands = 1,
    .most_operands = -1,
    .run = run,
};

static const command *const commands[] = {&grad_command, NULL};

const command_group grad_commands = {"grad", commands};
