// The numbers of one table while a file is read.
#ifndef LK_VALUES_H
#define LK_VALUES_H

#include "formats/formats.h"

// All zero is empty. To be used with one context.
typedef struct lk_values {
    double *values;
    size_t count, capacity;
    lk_literals literals;
} lk_values;

// Appends the number that all of text is; LK_ERROR_SYNTAX without a location when it is none.
lk_status lk_values_add(lk_context *context, lk_values *values, const char *text, size_t length);
lk_status lk_values_add_double(lk_context *context, lk_values *values, double value);
// Appends the numbers that white space separates in a text.
lk_status lk_values_add_all(lk_context *context, lk_values *values, const char *text,
                            size_t length);
void lk_values_clear(lk_context *context, lk_values *values);
void lk_values_free(lk_context *context, lk_values *values);

// Makes them the table of a variable, parents in their order and the variable fastest, and leaves
// `values` empty. LK_ERROR_DATA at the location unless there are as many as are needed.
lk_status lk_values_set_table(lk_network *network, uint32_t variable, lk_values *values,
                              const lk_network_read_options *options, lk_location location);

// Gives a failure without a location this one. A name that is unknown within a file makes the file
// wrong, not the command: LK_ERROR_UNKNOWN_NAME becomes LK_ERROR_DATA.
lk_status lk_locate_failure(lk_context *context, lk_status status, lk_location location);

#endif
