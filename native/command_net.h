// The commands of `likelore net`.
#ifndef LIKELORE_COMMAND_NET_H
#define LIKELORE_COMMAND_NET_H

#include "command.h"

extern const command net_check_command;
extern const command net_draw_command;
extern const command net_fit_command;
extern const command net_convert_command;
extern const command net_info_command;
extern const command net_orders_command;
extern const command net_map_command;
extern const command net_mpe_command;
extern const command net_observe_command;
extern const command net_query_command;
extern const command net_report_command;
extern const command net_separate_command;
extern const command net_sample_command;
extern const command net_trace_command;

#endif
