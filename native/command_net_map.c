// `likelore net mpe` and `likelore net map`: the most probable states.
#include "command_net.h"

#include "net_compare.h"
#include "net_question.h"
#include "text_table.h"

#include <string.h>

static void append_text(lk_buffer *out, const lk_network *network, const lk_map *map) {
    int names = 0;
    for (size_t i = 0; i < lk_map_count(map); i++)
        widen(&names, lk_network_variable_name(network, lk_map_variable(map, i)));
    for (size_t i = 0; i < lk_map_count(map); i++) {
        uint32_t variable = lk_map_variable(map, i);
        append_padded(out, lk_network_variable_name(network, variable), names + 2);
        lk_buffer_printf(out, "%s\n",
                         lk_network_state_name(network, variable, lk_map_state(map, i)));
    }
    if (lk_network_is_markov(network)) {
        lk_buffer_append_text(out, "\nlog10 of the product ");
    } else {
        lk_buffer_append_text(out, "\nP(these and the evidence) = ");
        append_with_log10(out, lk_map_p_joint(map), lk_map_log10_p_joint(map));
        lk_buffer_append_text(out, ", log10 ");
    }
    append_log10(out, lk_map_log10_p_joint(map));
    lk_buffer_printf(out, "\nP(these | the evidence) = %.6g\n", lk_map_p_given_evidence(map));
    if (lk_map_has_ties(map)) lk_buffer_append_text(out, "other states are as probable\n");
}

typedef struct answer_format {
    bool json, uai;
} answer_format;

// `uai` is the name of the result file of the command's task.
static lk_status read_answer_format(invocation *call, answer_format *format, const char *uai) {
    const char *name = option_value(call->arguments, "format", NULL);
    if (!name) name = has_flag(call->arguments, "json") ? "json" : "text";
    format->json = strcmp(name, "json") == 0;
    format->uai = strcmp(name, uai) == 0;
    if (format->json || format->uai || strcmp(name, "text") == 0) return LK_OK;
    return usage_error(call, "--format takes text, json or %s, not '%s'", uai, name);
}

static lk_status answer(invocation *call, const question *q, lk_buffer *out, const char *uai,
                        lk_status (*append_uai)(lk_buffer *, const lk_map *)) {
    answer_format format;
    LK_TRY(read_answer_format(call, &format, uai));
    LK_TRY(check_comparison(call));
    if (asks_comparison(call) && format.uai)
        return usage_error(call, "--compare does not go with the UAI formats");
    lk_map *map;
    LK_TRY(lk_map_new(call->context, &map, q->network, q->targets.variables, q->targets.count,
                      q->evidence.findings, q->evidence.count));
    lk_status status = LK_OK;
    if (asks_comparison(call)) {
        status = compare_map(call, q->network, map, out);
    } else if (format.uai) {
        status = append_uai(out, map);
    } else if (format.json) {
        status = lk_map_to_json(out, map);
        lk_buffer_append_byte(out, '\n');
    } else {
        append_text(out, q->network, map);
    }
    lk_map_free(map);
    return status;
}

static lk_status answer_map(invocation *call, const question *q, lk_buffer *out) {
    if (q->targets.count == 0)
        return usage_error(call, "the most probable states of what? name targets with -t, or use "
                                 "net mpe for all variables");
    return answer(call, q, out, "uai-mmap", lk_map_to_uai_mmap);
}

static lk_status answer_mpe(invocation *call, const question *q, lk_buffer *out) {
    return answer(call, q, out, "uai-mpe", lk_map_to_uai_mpe);
}

static lk_status run_mpe(invocation *call) { return run_question(call, answer_mpe); }
static lk_status run_map(invocation *call) { return run_question(call, answer_map); }

static const option mpe_options[] = {
    NET_EVIDENCE,
    NET_UAI_EVIDENCE,
    {"format", 0, "FORMAT", "text, json, or a UAI result file: uai-mpe"},
    NET_COMPARE("MPE"),
    NET_NORMALIZE,
    {0}};
static const option map_options[] = {
    NET_TARGET,
    NET_EVIDENCE,
    NET_UAI_EVIDENCE,
    {"format", 0, "FORMAT", "text, json, or a UAI result file: uai-mmap"},
    NET_COMPARE("MMAP"),
    NET_NORMALIZE,
    {0}};

const command net_mpe_command = {
    .noun = "net",
    .verb = "mpe",
    .operands = "FILE",
    .summary = "find the most probable explanation of the evidence",
    .details = "Prints the states of all unobserved variables that together are most probable, "
               "their probability, and whether others are as probable.",
    .options = mpe_options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run_mpe,
};

const command net_map_command = {
    .noun = "net",
    .verb = "map",
    .operands = "FILE",
    .summary = "find the most probable states of chosen variables",
    .details = "Prints the states of the targets that together are most probable given the "
               "evidence, everything else summed out. They may differ from the most probable "
               "state of each by itself, and from those of net mpe.",
    .options = map_options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run_map,
};
