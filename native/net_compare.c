#include "net_compare.h"

#include <string.h>

bool asks_comparison(const invocation *call) {
    return option_value(call->arguments, "compare", NULL) != NULL;
}

lk_status check_comparison(invocation *call) {
    double tolerance;
    if (!option_number(call->arguments, "tolerance", &tolerance, 0, 1e9))
        return usage_error(call, "--tolerance takes a number from 0, not '%s'",
                           option_value(call->arguments, "tolerance", ""));
    if (!asks_comparison(call) && option_value(call->arguments, "tolerance", NULL))
        return usage_error(call, "--tolerance belongs to --compare FILE");
    return LK_OK;
}

static lk_status read_result(const invocation *call, lk_uai_result **result,
                             const lk_network *network) {
    const char *path = option_value(call->arguments, "compare", "");
    lk_file *file;
    LK_TRY(lk_file_open(call->context, &file, path));
    lk_status status = lk_uai_result_read(call->context, result, network, lk_file_bytes(file),
                                          lk_file_length(file), path);
    lk_file_free(file);
    return status;
}

// ---- The answer -------------------------------------------------------------------------------

static void append_text(lk_buffer *out, const lk_network *network, const lk_uai_difference *d,
                        bool agree) {
    lk_buffer_printf(out, "%s: %s, largest difference %.3g\n", lk_uai_task_name(d->task),
                     agree ? "agrees" : "differs", d->largest);
    if (d->task == LK_UAI_MAR)
        lk_buffer_printf(out, "P(%s=%s)", lk_network_variable_name(network, d->variable),
                         lk_network_state_name(network, d->variable, d->state));
    else
        lk_buffer_append_text(out, "log10");
    lk_buffer_printf(out, " is %.10g here and %.10g there\n", d->here, d->there);
}

static lk_status append_difference(invocation *call, const lk_network *network,
                                   const lk_uai_difference *d, lk_buffer *out) {
    double tolerance = 1e-6;
    option_number(call->arguments, "tolerance", &tolerance, 0, 1e9);
    bool agree = d->largest <= tolerance;
    call->exit_code = agree ? 0 : 1;
    const char *format = has_flag(call->arguments, "json") ? "json" : "text";
    if (strcmp(option_value(call->arguments, "format", format), "json") == 0) {
        LK_TRY(lk_uai_difference_to_json(out, network, d, tolerance));
        lk_buffer_append_byte(out, '\n');
    } else {
        append_text(out, network, d, agree);
    }
    return LK_OK;
}

lk_status compare_query(invocation *call, const lk_network *network, const lk_query *query,
                        lk_buffer *out) {
    lk_uai_result *result;
    lk_uai_difference difference;
    LK_TRY(read_result(call, &result, network));
    lk_status status = lk_query_compare_uai(query, result, &difference);
    lk_uai_result_free(result);
    return status == LK_OK ? append_difference(call, network, &difference, out) : status;
}

lk_status compare_map(invocation *call, const lk_network *network, const lk_map *map,
                      lk_buffer *out) {
    lk_uai_result *result;
    lk_uai_difference difference;
    LK_TRY(read_result(call, &result, network));
    lk_status status = lk_map_compare_uai(map, result, &difference);
    lk_uai_result_free(result);
    return status == LK_OK ? append_difference(call, network, &difference, out) : status;
}
