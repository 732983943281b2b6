// `likelore net …`: Bayesian networks.
#include "command_net.h"

static const command *const commands[] = {
    &net_fit_command,   &net_info_command,     &net_query_command,
    &net_trace_command, &net_separate_command, NULL,
};

const command_group net_commands = {"net", commands};
