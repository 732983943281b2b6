#include "command.h"

const command net_commands[] = {{.noun = "net"}};
