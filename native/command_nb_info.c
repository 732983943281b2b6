// `likelore nb info`: what a model has learned.
#include "command_nb.h"

static lk_status append_info(lk_buffer *out, invocation *call, const lk_naive *model, size_t most) {
    lk_language language;
    LK_TRY(read_language(call, &language));
    if (!has_flag(call->arguments, "json")) return lk_naive_to_text(out, model, most, language);
    lk_status status = lk_naive_summary_to_json(out, model, most);
    lk_buffer_append_byte(out, '\n');
    return status;
}

static lk_status run(invocation *call) {
    uint64_t most = 10;
    if (!option_integer(call->arguments, "top", &most, 0, UINT32_MAX))
        return usage_error(call, "--top takes a whole number, not '%s'",
                           option_value(call->arguments, "top", ""));
    lk_naive *model;
    LK_TRY(lk_naive_load(call->context, &model, call->arguments->operands[0]));
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = append_info(&out, call, model, (size_t)most);
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    lk_naive_free(model);
    return status;
}

static const option options[] = {
    {"top", 0, "N", "values or words to show for each class (default 10)"}, LANGUAGE, {0}};

const command nb_info_command = {
    .noun = "nb",
    .verb = "info",
    .operands = "MODEL",
    .summary = "show what a classifier has learned",
    .details = "Classes, counts and smoothing, and the values or words that speak most for each "
               "class: by the logarithm of their probability in it over that in the other classes "
               "taken together.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
