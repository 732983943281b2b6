// `likelore net convert`: a network from one format into another.
#include "command_net.h"

#include "net_question.h"

#include <string.h>

static lk_status choose_format(invocation *call, const char **format) {
    const char *output = option_value(call->arguments, "output", "-");
    *format = option_value(call->arguments, "to", lk_network_format_of_name(output));
    if (*format) return LK_OK;
    return usage_error(call, "--to FORMAT must say the format, as the name of the output does not");
}

// UAI files hold no names: these go into the file beside.
static lk_status write_names(invocation *call, const lk_network *network) {
    const char *output = option_value(call->arguments, "output", "-");
    if (strcmp(output, "-") == 0) return LK_OK;
    lk_buffer text = lk_buffer_make(call->context), path = lk_buffer_make(call->context);
    lk_buffer_printf(&path, "%s.names", output);
    lk_status status = lk_network_write_uai_names(&text, network);
    if (status == LK_OK) status = lk_buffer_status(&path);
    if (status == LK_OK)
        status = lk_file_write(call->context, lk_buffer_text(&path), lk_buffer_text(&text),
                               text.length, has_flag(call->arguments, "force"));
    lk_buffer_free(&path);
    lk_buffer_free(&text);
    return status;
}

static lk_status convert(invocation *call, const lk_network *network) {
    const char *format = NULL;
    LK_TRY(choose_format(call, &format));
    lk_buffer text = lk_buffer_make(call->context);
    lk_status status = lk_network_write(&text, network, format);
    if (status == LK_OK) status = emit(call, &text);
    if (status == LK_OK && strcmp(format, "uai") == 0) status = write_names(call, network);
    lk_buffer_free(&text);
    return status;
}

static lk_status run(invocation *call) {
    lk_network *network;
    LK_TRY(load_network(call, &network));
    lk_status status = convert(call, network);
    lk_network_free(network);
    return status;
}

static const option options[] = {
    {"to", 0, "FORMAT",
     "bif, xmlbif, xdsl, hugin, uai or json; without it, what the name of the "
     "output says"},
    NET_NORMALIZE,
    {0}};

const command net_convert_command = {
    .noun = "net",
    .verb = "convert",
    .operands = "FILE",
    .summary = "write a network in another format",
    .details = "Reads a network in any format and writes it in the one that --to names or the "
               "extension of --output says. Numbers are the shortest that read back the same. With "
               "the format uai, names go into a second file, OUTPUT.names.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
