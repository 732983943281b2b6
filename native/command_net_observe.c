// `likelore net observe`: what to observe next.
#include "command_net.h"

#include "net_question.h"
#include "text_table.h"

#include <stdio.h>

static void append_number(lk_buffer *out, double bits) {
    char number[32];
    snprintf(number, sizeof number, "%.6g", bits < 5e-13 ? 0 : bits);
    append_padded(out, number, 14);
}

static void append_text(lk_buffer *out, const lk_network *network, const lk_information *info) {
    int names = width_of("variable");
    for (size_t i = 0; i < lk_information_count(info); i++)
        widen(&names, lk_network_variable_name(network, lk_information_variable(info, i)));
    lk_buffer_printf(out, "entropy of the target: %.6g bits\n\n",
                     lk_information_target_entropy(info));
    append_padded(out, "variable", names + 2);
    lk_buffer_append_text(out, "information   entropy (bits)\n");
    for (size_t i = 0; i < lk_information_count(info); i++) {
        append_padded(out, lk_network_variable_name(network, lk_information_variable(info, i)),
                      names + 2);
        append_number(out, lk_information_mutual(info, i));
        lk_buffer_printf(out, "%.6g\n", lk_information_entropy(info, i));
    }
}

static lk_status answer(invocation *call, const question *q, lk_buffer *out) {
    if (q->targets.count != 1)
        return usage_error(call, "what is it to tell of? name one target with -t");
    lk_information *info;
    LK_TRY(lk_information_new(call->context, &info, q->network, q->targets.variables[0],
                              q->evidence.findings, q->evidence.count));
    lk_status status = LK_OK;
    if (has_flag(call->arguments, "json")) {
        status = lk_information_to_json(out, info);
        lk_buffer_append_byte(out, '\n');
    } else {
        append_text(out, q->network, info);
    }
    lk_information_free(info);
    return status;
}

static lk_status run(invocation *call) { return run_question(call, answer); }

static const option options[] = {NET_TARGET, NET_EVIDENCE, NET_NORMALIZE, {0}};

const command net_observe_command = {
    .noun = "net",
    .verb = "observe",
    .operands = "FILE",
    .summary = "rank what to observe next by what it would tell",
    .details = "Prints the mutual information of each unobserved variable with the target given "
               "the evidence, in bits: by how much observing it lowers the entropy of the target "
               "on average.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
