#include "learn/case_columns.h"

#include <string.h>

// ---- Columns ----------------------------------------------------------------------------------

static lk_status bind_column(const lk_case_columns *k, size_t column, bool ignore_unknown) {
    const char *name = lk_csv_column_name(k->table, column);
    k->variables[column] = LK_NO_VARIABLE;
    if (ignore_unknown && !lk_network_lookup_variable(k->network, &k->variables[column], name)) {
        k->variables[column] = LK_NO_VARIABLE;
        return LK_OK;
    }
    lk_status status = lk_network_find_variable(k->network, &k->variables[column], name);
    return status == LK_OK ? LK_OK : lk_fail_in_file(k->context, status, lk_csv_file(k->table));
}

static lk_status bind_columns(const lk_case_columns *k, bool ignore_unknown) {
    bool any = false;
    for (size_t c = 0; c < lk_csv_column_count(k->table); c++) {
        LK_TRY(bind_column(k, c, ignore_unknown));
        any = any || k->variables[c] != LK_NO_VARIABLE;
    }
    if (any) return LK_OK;
    return lk_fail(k->context, LK_ERROR_DATA, "no column has the name of a variable");
}

lk_status lk_case_columns_make(lk_case_columns *columns, lk_context *context,
                               const lk_network *network, lk_csv *table, bool ignore_unknown) {
    *columns = (lk_case_columns){.context = context, .network = network, .table = table};
    columns->variables = lk_alloc(context, lk_csv_column_count(table), sizeof *columns->variables);
    LK_NEED(columns->variables);
    return bind_columns(columns, ignore_unknown);
}

void lk_case_columns_release(lk_case_columns *columns) {
    if (columns->context) lk_free(columns->context, columns->variables);
    *columns = (lk_case_columns){0};
}

// ---- Fields -----------------------------------------------------------------------------------

// Whether a text begins with, or, up to `end`, is the name of a state.
static bool names_state(const lk_case_columns *k, uint32_t variable, const char *text,
                        const char *end) {
    char name[LK_NAME_BYTES + 1];
    uint32_t state;
    size_t length = (size_t)(end - text);
    memcpy(name, text, length);
    name[length] = 0;
    return lk_network_lookup_state(k->network, &state, variable, name);
}

// Fields such as `!yes` or `yes:0.9,no:0.2` say what options of evidence do: a state is excluded,
// or states are more or less likely.
static bool is_soft(const lk_case_columns *k, uint32_t variable, const char *field) {
    const char *end = field + strlen(field), *colon = strchr(field, ':');
    if (*field == '!') return names_state(k, variable, field + 1 + (field[1] == '='), end);
    return colon && names_state(k, variable, field, colon);
}

static lk_status fail_state(const lk_case_columns *k, size_t column, const char *name) {
    uint32_t state;
    lk_location place = lk_csv_location(k->table, column);
    if (is_soft(k, k->variables[column], name))
        return lk_fail_at(k->context, LK_ERROR_UNSUPPORTED, place,
                          "\"%.200s\" is no state; a field is one state or open: %s", name,
                          k->soft_advice);
    lk_status status = lk_network_find_state(k->network, &state, k->variables[column], name);
    lk_buffer message = lk_buffer_make(k->context);
    lk_buffer_append_text(&message, lk_context_error(k->context).message);
    if (lk_buffer_status(&message) == LK_OK)
        status = lk_fail_at(k->context, status, place, "%s", lk_buffer_text(&message));
    lk_buffer_free(&message);
    return status;
}

lk_status lk_case_columns_read(const lk_case_columns *k, uint32_t *state, size_t column) {
    uint32_t variable = k->variables[column];
    lk_csv_field field = lk_csv_field_at(k->table, column);
    *state = LK_MISSING;
    if (variable == LK_NO_VARIABLE || field.missing) return LK_OK;
    char name[LK_NAME_BYTES + 1];
    if (field.length > LK_NAME_BYTES)
        return lk_fail_at(k->context, LK_ERROR_UNKNOWN_NAME, lk_csv_location(k->table, column),
                          "no state has so long a name");
    memcpy(name, field.text, field.length);
    name[field.length] = 0;
    if (lk_network_lookup_state(k->network, state, variable, name)) return LK_OK;
    return fail_state(k, column, name);
}
