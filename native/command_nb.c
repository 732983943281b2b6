// `likelore nb …`: naive Bayes classifiers.
#include "command_nb.h"

#include <string.h>

lk_status read_unseen(invocation *call, bool *ignore) {
    const char *rule = option_value(call->arguments, "unseen", "error");
    *ignore = strcmp(rule, "ignore") == 0;
    if (*ignore || strcmp(rule, "error") == 0) return LK_OK;
    return usage_error(call, "--unseen takes error or ignore, not '%s'", rule);
}

static const command *const commands[] = {
    &nb_train_command, &nb_predict_command, &nb_evaluate_command,
    &nb_info_command,  &nb_export_command,  NULL,
};

const command_group nb_commands = {"nb", commands};
