// Names in texts that people write, such as `X=a,"B C"=d`: up to a character of `, : = !`, or in
// double quotes with "" for a quote. Blanks around them are skipped.
#ifndef LK_NAMES_H
#define LK_NAMES_H

#include "network/network.h"

typedef struct lk_names {
    lk_context *context;
    const char *at;
    char name[LK_NAME_BYTES + 1]; // the one read last
} lk_names;

// Reads a name; LK_ERROR_USAGE where `expected` ("a state") is not there.
lk_status lk_names_read(lk_names *c, const char *expected);
// Passes a comma; at the end *more is false.
lk_status lk_names_comma(lk_names *c, bool *more);
lk_status lk_names_fail(const lk_names *c, const char *expected);

#endif
