// `likelore net report`: worked solutions of a sheet of questions.
#include "command_net.h"

#include "net_question.h"

#include "likelore/exact.h"

#include <string.h>

// By --format, else by the extension of --output.
static lk_status find_format(invocation *call, lk_document_format *format) {
    static const char *const extensions[][2] = {
        {".md", "markdown"}, {".tex", "latex"}, {".html", "html"}, {".txt", "text"}};
    const char *name = option_value(call->arguments, "format", NULL);
    const char *path = option_value(call->arguments, "output", "-");
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; !name && dot && i < sizeof extensions / sizeof extensions[0]; i++)
        if (strcmp(dot, extensions[i][0]) == 0) name = extensions[i][1];
    if (!name) name = "markdown";
    if (has_flag(call->arguments, "json"))
        return usage_error(call, "a report has no JSON; --format takes text, markdown, latex or "
                                 "html");
    if (lk_document_format_find(format, name)) return LK_OK;
    return usage_error(call, "--format takes text, markdown, latex or html, not '%s'", name);
}

static lk_status report(invocation *call, const lk_network *network, lk_buffer *out) {
    lk_document_options options = {.format = LK_DOCUMENT_MARKDOWN};
    lk_file *questions;
    LK_TRY(find_format(call, &options.format));
    LK_TRY(read_language(call, &options.language));
    LK_TRY(lk_file_open(call->context, &questions, call->arguments->operands[1]));
    lk_status status =
        (has_flag(call->arguments, "exact") ? lk_report_write_exact : lk_report_write)(
            call->context, out, network, (const char *)lk_file_bytes(questions),
            lk_file_length(questions), lk_file_path(questions), &options);
    lk_file_free(questions);
    return status;
}

static lk_status run(invocation *call) {
    lk_network *network;
    LK_TRY(load_network(call, &network));
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = report(call, network, &out);
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    lk_network_free(network);
    return status;
}

static const option options[] = {
    {"format", 0, "FORMAT",
     "text, markdown, latex or html; without it, what the extension of --output says, or markdown"},
    {"exact", 0, NULL, "compute in fractions, such as 75/107"},
    LANGUAGE,
    NET_NORMALIZE,
    {0}};

const command net_report_command = {
    .noun = "net",
    .verb = "report",
    .operands = "FILE QUESTIONS",
    .summary = "work out a sheet of questions",
    .details = "Answers each line of a sheet, such as P(A=a|B=b), P(B=b) = P(B=b|D=d) ?, trace "
               "P(B|W=w) order E,H,A, orders P(B|W=w): E,H,A; E,A,H or independent A, B given C, "
               "with the way to the answer. A question that has none says why.",
    .options = options,
    .least_operands = 2,
    .most_operands = 2,
    .run = run,
};
