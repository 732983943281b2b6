// How factors and what is done with them are written, in the notation of traces.
#include "factors/factors.h"

// "W", or "W=w"
static void write_argument(lk_buffer *out, const char *variable, const char *state) {
    lk_buffer_append_text(out, variable);
    if (!state) return;
    lk_buffer_append_byte(out, '=');
    lk_buffer_append_text(out, state);
}

// The variables of a factor: the scope in its order, and each observed one before the first that
// follows it in the alphabet.
typedef struct arguments {
    const lk_network *network;
    const lk_factor_table *table;
    uint32_t free, observed; // how many were taken
} arguments;

static bool next_argument(arguments *a, lk_factor_finding *argument) {
    const lk_factor_table *table = a->table;
    if (a->free == table->size) {
        if (a->observed == table->observed_count) return false;
        *argument = table->observed[a->observed++];
        return true;
    }
    const char *name = a->network->variables[table->scope[a->free]].name;
    if (a->observed < table->observed_count &&
        strcmp(table->observed[a->observed].variable, name) < 0) {
        *argument = table->observed[a->observed++];
        return true;
    }
    *argument = (lk_factor_finding){name, NULL};
    a->free++;
    return true;
}

// The head, if it is there, and a sign for what comes before the next.
static char write_head(lk_buffer *out, arguments a, const char *head) {
    lk_factor_finding argument;
    while (head && next_argument(&a, &argument))
        if (strcmp(argument.variable, head) == 0) {
            lk_buffer_append_byte(out, '(');
            write_argument(out, argument.variable, argument.state);
            return '|';
        }
    return '(';
}

static void write_name(lk_buffer *out, const lk_factor_result *r, const lk_factor_table *table) {
    const char *head = table->data->head, *symbol = table->data->symbol;
    arguments a = {r->network, table, 0, 0};
    lk_factor_finding argument;
    lk_buffer_append_text(out, symbol ? symbol : head ? "P" : "φ");
    char before = write_head(out, a, head);
    bool any = before == '|';
    while (next_argument(&a, &argument)) {
        if (head && strcmp(argument.variable, head) == 0) continue;
        lk_buffer_append_byte(out, before);
        write_argument(out, argument.variable, argument.state);
        before = ',';
        any = true;
    }
    if (any) lk_buffer_append_byte(out, ')');
}

static lk_status keep(lk_factor_result *r, const char **kept, lk_buffer *text) {
    lk_status status = lk_buffer_status(text);
    if (status == LK_OK) {
        *kept = lk_arena_copy_text(&r->arena, lk_buffer_text(text), text->length);
        if (!*kept) status = LK_ERROR_MEMORY;
    }
    lk_buffer_free(text);
    return status;
}

lk_status lk_factor_keep_name(lk_factor_result *r, lk_factor_table *table) {
    lk_buffer text = lk_buffer_make(r->context);
    write_name(&text, r, table);
    return keep(r, &table->name, &text);
}

// "Σ_E ", or "Σ_{E,H} " of several.
static void write_operator(lk_buffer *out, const lk_factor_result *r, const char *sign,
                           const uint32_t *variables, uint32_t count) {
    if (count == 0) return;
    lk_buffer_printf(out, "%s_%s", sign, count > 1 ? "{" : "");
    for (uint32_t i = 0; i < count; i++) {
        if (i) lk_buffer_append_byte(out, ',');
        lk_buffer_append_text(out, r->network->variables[variables[i]].name);
    }
    lk_buffer_append_text(out, count > 1 ? "} " : " ");
}

static void write_inputs(lk_buffer *out, const lk_factor_result *r) {
    for (uint32_t i = 0; i < r->input_count; i++)
        lk_buffer_printf(out, "%s%s", i ? " " : "", r->inputs[i].name);
}

static void write_expression(lk_buffer *out, const lk_factor_result *r) {
    switch (r->request->operation) {
    case LK_FACTOR_MULTIPLY:
        write_inputs(out, r);
        return;
    case LK_FACTOR_SUM_OUT:
        write_operator(out, r, "Σ", r->variables, r->variable_count);
        write_inputs(out, r);
        return;
    case LK_FACTOR_MAX_OUT:
        write_operator(out, r, "max", r->variables, r->variable_count);
        write_inputs(out, r);
        return;
    case LK_FACTOR_RESTRICT:
        lk_buffer_append_text(out, r->output.name);
        return;
    case LK_FACTOR_NORMALIZE:
        write_inputs(out, r);
        lk_buffer_append_text(out, " / ");
        if (r->variable_count)
            write_operator(out, r, "Σ", r->variables, r->variable_count);
        else
            write_operator(out, r, "Σ", r->inputs->scope, r->inputs->size);
        write_inputs(out, r);
        return;
    }
}

lk_status lk_factor_keep_expression(lk_factor_result *r) {
    lk_buffer text = lk_buffer_make(r->context);
    write_expression(&text, r);
    return keep(r, &r->expression, &text);
}
