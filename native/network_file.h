// Networks that commands write.
#ifndef LIKELORE_NETWORK_FILE_H
#define LIKELORE_NETWORK_FILE_H

#include "command.h"

#include "likelore/bayes.h"

// Writes a network to --output, in the format that its extension names, or to standard output: BIF,
// or with --json JSON.
lk_status emit_network(const invocation *call, const lk_network *network);

#endif
