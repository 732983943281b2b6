// Names for files that hold none. The file FILE.uai.names has one line a variable, in the order of
// FILE.uai: the name of the variable and those of its states, separated by tabs; in a name, \t is a
// tab, \n a line end, \r a carriage return and \\ a backslash. Without it, variables are called v0,
// v1, … and states 0, 1, ….
#ifndef LK_UAI_NAMES_H
#define LK_UAI_NAMES_H

#include "formats/scanner.h"

typedef struct lk_uai_names {
    lk_scanner scanner; // over the file of names; its source is NULL without one
    lk_arena *scratch;
    const char **states; // names at hand
    uint32_t state_capacity;
} lk_uai_names;

lk_uai_names lk_uai_names_make(lk_context *context, const lk_source *source, lk_arena *scratch);
// Adds the next variable to the network.
lk_status lk_uai_add_variable(lk_network *network, lk_uai_names *names, uint32_t states);
// LK_ERROR_DATA when there are names for more variables.
lk_status lk_uai_names_end(lk_uai_names *names);

#endif
