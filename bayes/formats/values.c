#include "formats/values.h"

#include "number.h"

#include <stdio.h>

static lk_status reserve(lk_context *context, lk_values *values) {
    if (values->count < values->capacity) return LK_OK;
    size_t capacity = values->capacity ? 2 * values->capacity : 16;
    void *grown = lk_resize(context, values->values, capacity, sizeof *values->values);
    LK_NEED(grown);
    values->values = grown;
    values->capacity = capacity;
    return LK_OK;
}

lk_status lk_values_add_double(lk_context *context, lk_values *values, double value) {
    LK_TRY(reserve(context, values));
    values->values[values->count++] = value;
    return LK_OK;
}

lk_status lk_values_add(lk_context *context, lk_values *values, const char *text, size_t length) {
    lk_number number;
    if (!lk_number_read(&number, text, length))
        return lk_fail(context, LK_ERROR_SYNTAX, "expected a number, found \"%.*s\"",
                       length < 60 ? (int)length : 60, text);
    if (!number.plain)
        LK_TRY(lk_literals_add(context, &values->literals, values->count, text, length));
    return lk_values_add_double(context, values, number.value);
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

lk_status lk_values_add_all(lk_context *context, lk_values *values, const char *text,
                            size_t length) {
    size_t at = 0;
    for (;;) {
        while (at < length && is_space(text[at])) at++;
        if (at == length) return LK_OK;
        size_t start = at;
        while (at < length && !is_space(text[at])) at++;
        LK_TRY(lk_values_add(context, values, text + start, at - start));
    }
}

void lk_values_clear(lk_context *context, lk_values *values) {
    values->count = 0;
    lk_literals_free(context, &values->literals);
    values->literals = (lk_literals){0};
}

void lk_values_free(lk_context *context, lk_values *values) {
    lk_values_clear(context, values);
    lk_free(context, values->values);
    *values = (lk_values){0};
}

lk_status lk_values_set_table(lk_network *network, uint32_t variable, lk_values *values,
                              const lk_network_read_options *options, lk_location location) {
    lk_context *context = network->context;
    size_t cells = 0;
    LK_TRY(lk_locate_failure(context, lk_network_table_cells(network, &cells, variable), location));
    if (cells != values->count)
        return lk_fail_at(context, LK_ERROR_DATA, location,
                          "the table of \"%s\" needs %zu values and has %zu",
                          network->variables[variable].name, cells, values->count);
    double *taken = values->values;
    values->values = NULL;
    values->count = values->capacity = 0;
    lk_status status = lk_network_take_table(network, variable, taken, &values->literals, options,
                                             NULL, location.file);
    lk_values_free(context, values);
    return lk_locate_failure(context, status, location);
}

lk_status lk_locate_failure(lk_context *context, lk_status status, lk_location location) {
    if (status == LK_OK || status == LK_ERROR_MEMORY) return status;
    lk_error error = lk_context_error(context);
    if (error.location.line != 0) return status;
    char message[1024];
    snprintf(message, sizeof message, "%s", error.message);
    if (status == LK_ERROR_UNKNOWN_NAME) status = LK_ERROR_DATA;
    lk_fail_at(context, status, location, "%s", message);
    return lk_fail_with_remedy(context, error.remedy, status);
}
