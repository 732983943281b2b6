// `likelore net trace`: variable elimination, step by step.
#include "command_net.h"

#include "net_question.h"

#include "likelore/exact.h"

static lk_status trace(invocation *call, const question *q, lk_buffer *out) {
    explanation_format format = {0};
    LK_TRY(read_format(call, &format));
    if (q->targets.count == 0) return usage_error(call, "which probability? name a target with -t");
    lk_trace *made;
    LK_TRY((has_flag(call->arguments, "exact") ? lk_trace_new_exact : lk_trace_new)(
        call->context, &made, q->network, q->targets.variables, q->targets.count,
        q->evidence.findings, q->evidence.count, &q->options));
    lk_status status = format.json ? lk_trace_to_json(out, made)
                                   : lk_trace_to_document(out, made, &format.document);
    if (format.json) lk_buffer_append_byte(out, '\n');
    lk_trace_free(made);
    return status;
}

static const option options[] = {NET_TARGET,   NET_EVIDENCE,  NET_ORDER, NET_FORMAT, NET_EXACT,
                                 NET_NO_PRUNE, NET_NORMALIZE, LANGUAGE,  {0}};

static lk_status run(invocation *call) { return run_question(call, trace); }

const command net_trace_command = {
    .noun = "net",
    .verb = "trace",
    .operands = "FILE",
    .summary = "show variable elimination step by step",
    .details = "Prints each new factor as an expression, what it was joined from, what remains, "
               "and the sizes; with its values where the network has numbers.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
