#include "command.h"

const command lm_commands[] = {{.noun = "lm"}};
