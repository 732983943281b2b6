// `likelore net separate`: independence, by d-separation and by the numbers.
#include "command_net.h"

#include "net_question.h"

#include "likelore/exact.h"

#include <string.h>

typedef struct separation {
    lk_network *network;
    lk_variable_list left, right, given;
} separation;

static lk_status read_separation(invocation *call, separation *s) {
    const arguments *given = call->arguments;
    LK_TRY(load_network(call, &s->network));
    LK_TRY(lk_variable_list_add_text(s->network, &s->left, given->operands[1]));
    if (given->operand_count > 2)
        LK_TRY(lk_variable_list_add_text(s->network, &s->right, given->operands[2]));
    const char *text;
    for (size_t i = 0; (text = option_value_at(given, "given", i)) != NULL; i++)
        LK_TRY(lk_variable_list_add_text(s->network, &s->given, text));
    return LK_OK;
}

static void free_separation(separation *s) {
    lk_variable_list_free(s->network, &s->left);
    lk_variable_list_free(s->network, &s->right);
    lk_variable_list_free(s->network, &s->given);
    lk_network_free(s->network);
}

static lk_status answer(invocation *call, const separation *s, lk_buffer *out) {
    explanation_format format = {0};
    lk_independence_options options = {0};
    LK_TRY(read_format(call, &format));
    if (!option_number(call->arguments, "tolerance", &options.tolerance, 1e-300, 1))
        return usage_error(call, "--tolerance takes a number above 0 and up to 1, not '%s'",
                           option_value(call->arguments, "tolerance", ""));
    bool exact = has_flag(call->arguments, "exact");
    if (exact && option_value(call->arguments, "tolerance", NULL))
        return usage_error(call, "fractions are equal or not: leave out --tolerance or --exact");
    lk_independence *made;
    LK_TRY((exact ? lk_independence_new_exact : lk_independence_new)(
        call->context, &made, s->network, s->left.variables, s->left.count, s->right.variables,
        s->right.count, s->given.variables, s->given.count, &options));
    lk_status status = format.json ? lk_independence_to_json(out, made, format.document.language)
                                   : lk_independence_to_document(out, made, &format.document);
    if (format.json) lk_buffer_append_byte(out, '\n');
    call->exit_code = lk_independence_separated(made) ? 0 : 1;
    lk_independence_free(made);
    return status;
}

// Without a second side: of all variables whether the first is independent of them.
static lk_status list(invocation *call, const separation *s, lk_buffer *out) {
    explanation_format format = {0};
    LK_TRY(read_format(call, &format));
    for (const char *const *name = (const char *const[]){"exact", "tolerance", NULL}; *name; name++)
        if (has_flag(call->arguments, *name))
            return usage_error(call,
                               "--%s is for two sides: all variables are told apart by the "
                               "structure alone",
                               *name);
    lk_independence_list *made;
    LK_TRY(lk_independence_list_new(call->context, &made, s->network, s->left.variables,
                                    s->left.count, s->given.variables, s->given.count));
    lk_status status = format.json ? lk_independence_list_to_json(out, made)
                                   : lk_independence_list_to_document(out, made, &format.document);
    if (format.json) lk_buffer_append_byte(out, '\n');
    lk_independence_list_free(made);
    return status;
}

static lk_status run(invocation *call) {
    separation s = {0};
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = read_separation(call, &s);
    bool has_two_sides = call->arguments->operand_count > 2;
    if (status == LK_OK) status = (has_two_sides ? answer : list)(call, &s, &out);
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    free_separation(&s);
    return status;
}

static const option options[] = {
    {"given", 'g', "NAMES", "variables that are observed, such as C,D; repeats"},
    {"tolerance", 0, "NUMBER", "up to which probabilities count as equal (default 1e-9)"},
    {"exact", 0, NULL, "compare fractions, such as 75/107, which are equal or not"},
    NET_FORMAT,
    LANGUAGE,
    NET_NORMALIZE,
    {0}};

const command net_separate_command = {
    .noun = "net",
    .verb = "separate",
    .operands = "FILE NAMES [NAMES]",
    .summary = "tell whether variables are independent, and why",
    .details =
        "Answers by the structure (d-separation), with the trails between the variables and what "
        "opens or blocks each, and by the numbers: the largest difference between conditional "
        "probabilities. Says when the two disagree, and what would turn the verdict over. In a "
        "Markov network paths of its graph take the place of trails. Exit code 0: separated, 1: "
        "not. Each side may be several variables, such as A,B.\n"
        "With one side alone it lists all other variables: those that the structure makes "
        "independent of it, and those that it does not. The exit code is then 0.",
    .options = options,
    .least_operands = 2,
    .most_operands = 3,
    .run = run,
};
