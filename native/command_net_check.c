// `likelore net check`: what is wrong or doubtful in a file.
#include "command_net.h"

#include "net_question.h"

// The library names no options.
static void append_advice(lk_buffer *out, const lk_check *check) {
    for (size_t i = 0; i < lk_check_finding_count(check); i++) {
        const char *remedy = remedy_text(lk_check_finding_at(check, i)->remedy);
        if (remedy) lk_buffer_printf(out, "%s\n", remedy);
    }
}

static lk_status print(const invocation *call, const lk_check *check) {
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status;
    if (has_flag(call->arguments, "json")) {
        status = lk_check_to_json(&out, check);
        lk_buffer_append_byte(&out, '\n');
    } else {
        status = lk_check_to_text(&out, check);
        append_advice(&out, check);
    }
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    return status;
}

static int exit_code_of(const lk_check *check) {
    if (!lk_check_is_readable(check)) return lk_status_exit_code(LK_ERROR_DATA);
    return lk_check_count(check, LK_SEVERITY_ERROR) + lk_check_count(check, LK_SEVERITY_WARNING) >
           0;
}

static lk_status run(invocation *call) {
    lk_network_read_options options = {.normalize = has_flag(call->arguments, "normalize")};
    lk_check *check;
    LK_TRY(lk_check_load(call->context, &check, call->arguments->operands[0], &options));
    lk_status status = print(call, check);
    call->exit_code = exit_code_of(check);
    lk_check_free(check);
    return status;
}

static const option options[] = {NET_NORMALIZE, {0}};

const command net_check_command = {
    .noun = "net",
    .verb = "check",
    .operands = "FILE",
    .summary = "list what is wrong or doubtful in a network",
    .details = "Lists errors, warnings and notes: what keeps the file from being read, missing "
               "tables, variables connected with nothing, parents that make no difference, states "
               "that are never possible, and what all posteriors would cost. The exit code is 0 "
               "when there are notes alone, 1 with warnings or errors, and 65 when the file cannot "
               "be read.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
