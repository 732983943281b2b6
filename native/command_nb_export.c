// `likelore nb export`: a classifier as a Bayesian network.
#include "command_nb.h"
#include "network_file.h"

static lk_status export_model(invocation *call, const lk_naive *model) {
    lk_network *network;
    LK_TRY(lk_naive_to_network(model, &network));
    lk_status status = emit_network(call, network);
    lk_network_free(network);
    return status;
}

static lk_status run(invocation *call) {
    lk_naive *model;
    LK_TRY(lk_naive_load(call->context, &model, call->arguments->operands[0]));
    lk_status status = export_model(call, model);
    lk_naive_free(model);
    return status;
}

const command nb_export_command = {
    .noun = "nb",
    .verb = "export",
    .operands = "MODEL",
    .summary = "turn a classifier into a Bayesian network",
    .details = "Writes it in the format of the extension of -o, else as BIF or with --json as "
               "JSON. The class is the parent of every feature. Multinomial models have no "
               "network.",
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
