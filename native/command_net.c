// `likelore net …`: Bayesian networks.
#include "command_net.h"

static const command *const commands[] = {
    // clang-format off
    &net_info_command,
    &net_check_command,
    &net_query_command,
    &net_mpe_command,
    &net_map_command,
    &net_observe_command,
    &net_trace_command,
    &net_orders_command,
    &net_separate_command,
    &net_report_command,
    &net_sample_command,
    &net_fit_command,
    &net_draw_command,
    &net_convert_command,
    NULL,
    // clang-format on
};

const command_group net_commands = {"net", commands};
