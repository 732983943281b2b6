// The commands of `likelore nb`, and what they share.
#ifndef LIKELORE_COMMAND_NB_H
#define LIKELORE_COMMAND_NB_H

#include "command.h"
#include "language.h"
#include "table_file.h"

#include "likelore/learn.h"

extern const command nb_train_command;
extern const command nb_predict_command;
extern const command nb_evaluate_command;
extern const command nb_info_command;
extern const command nb_export_command;

#define NB_UNSEEN                                                                                  \
    {                                                                                              \
        "unseen", 0, "RULE",                                                                       \
            "values that training did not see: error (default) or ignore, which leaves them out "  \
            "like missing ones"                                                                    \
    }

// Reads --unseen.
lk_status read_unseen(invocation *call, bool *ignore);

#endif
