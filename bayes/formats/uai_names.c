#include "formats/uai_names.h"

#include "formats/values.h"

#include <stdio.h>

lk_uai_names lk_uai_names_make(lk_context *context, const lk_source *source, lk_arena *scratch) {
    lk_uai_names names = {.scratch = scratch};
    if (source->side) names.scanner = lk_scanner_make(context, source->side);
    return names;
}

static lk_status reserve_states(lk_uai_names *names, uint32_t count) {
    if (count <= names->state_capacity) return LK_OK;
    names->states = lk_arena_alloc(names->scratch, count, sizeof *names->states);
    LK_NEED(names->states);
    names->state_capacity = count;
    return LK_OK;
}

// ---- Numbers for names -------------------------------------------------------------------------

static lk_status add_numbered(lk_network *network, lk_uai_names *names, uint32_t states) {
    lk_arena_mark mark = lk_arena_get_mark(names->scratch);
    char text[16];
    const char **numbers = lk_arena_alloc(names->scratch, states, sizeof *numbers);
    LK_NEED(numbers);
    for (uint32_t s = 0; s < states; s++) {
        int length = snprintf(text, sizeof text, "%u", s);
        numbers[s] = lk_arena_copy_text(names->scratch, text, (size_t)length);
        LK_NEED(numbers[s]);
    }
    snprintf(text, sizeof text, "v%u", network->count);
    uint32_t variable;
    lk_status status = lk_network_add_variable(network, &variable, text, numbers, states);
    lk_arena_rewind(names->scratch, mark);
    return status;
}

// ---- Names of the file beside ------------------------------------------------------------------

static lk_status fail_names(const lk_uai_names *names, const lk_word *at, const char *message) {
    return lk_fail_at(names->scanner.context, LK_ERROR_DATA,
                      lk_scanner_location(&names->scanner, at), "%s", message);
}

static char unescaped(char c) { return c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c; }

// Reads one name, up to a tab or the end of the line.
static lk_status read_name(lk_uai_names *names, const char **out) {
    lk_scanner *s = &names->scanner;
    lk_word start = lk_scanner_here(s);
    char text[LK_NAME_BYTES + 1];
    size_t length = 0;
    for (char c; (c = lk_scanner_peek(s, 0)) != 0 && c != '\t' && c != '\n';) {
        if (length == LK_NAME_BYTES) return fail_names(names, &start, "this name is too long");
        char after = lk_scanner_peek(s, 1);
        bool line_end = c == '\r' && (after == '\n' || after == 0);
        bool escape = c == '\\' && after && strchr("tnr\\", after);
        if (!line_end) text[length++] = escape ? unescaped(after) : c;
        for (int taken = escape ? 2 : 1; taken > 0; taken--) lk_scanner_advance(s);
    }
    *out = lk_arena_copy_text(names->scratch, text, length);
    LK_NEED(*out);
    return LK_OK;
}

static bool pass(lk_scanner *s, char c) {
    if (lk_scanner_peek(s, 0) != c) return false;
    lk_scanner_advance(s);
    return true;
}

static lk_status add_named(lk_network *network, lk_uai_names *names, uint32_t states) {
    lk_word start = lk_scanner_here(&names->scanner);
    if (!lk_scanner_peek(&names->scanner, 0))
        return fail_names(names, &start, "there are fewer lines of names than variables");
    const char *name;
    LK_TRY(reserve_states(names, states));
    lk_arena_mark mark = lk_arena_get_mark(names->scratch);
    LK_TRY(read_name(names, &name));
    for (uint32_t s = 0; s < states; s++) {
        if (!pass(&names->scanner, '\t'))
            return fail_names(names, &start, "this variable has more states than names of them");
        LK_TRY(read_name(names, &names->states[s]));
    }
    if (!pass(&names->scanner, '\n') && lk_scanner_peek(&names->scanner, 0))
        return fail_names(names, &start, "this variable has fewer states than names of them");
    uint32_t variable;
    lk_status status = lk_network_add_variable(network, &variable, name, names->states, states);
    lk_arena_rewind(names->scratch, mark);
    return lk_locate_failure(network->context, status,
                             lk_scanner_location(&names->scanner, &start));
}

lk_status lk_uai_add_variable(lk_network *network, lk_uai_names *names, uint32_t states) {
    return names->scanner.source ? add_named(network, names, states)
                                 : add_numbered(network, names, states);
}

lk_status lk_uai_names_end(lk_uai_names *names) {
    if (!names->scanner.source) return LK_OK;
    lk_word rest = lk_scanner_here(&names->scanner);
    if (!lk_scanner_peek(&names->scanner, 0)) return LK_OK;
    return fail_names(names, &rest, "there are more lines of names than variables");
}

// ---- Writing -----------------------------------------------------------------------------------

static void append_name(lk_buffer *out, const char *name) {
    static const char special[] = "\t\n\r\\", letter[] = "tnr\\";
    for (; *name; name++) {
        const char *found = strchr(special, *name);
        if (found) lk_buffer_append_byte(out, '\\');
        lk_buffer_append_byte(out, found ? letter[found - special] : *name);
    }
}

lk_status lk_network_write_uai_names(lk_buffer *out, const lk_network *network) {
    for (uint32_t v = 0; v < network->count; v++) {
        append_name(out, network->variables[v].name);
        for (uint32_t s = 0; s < network->variables[v].state_count; s++) {
            lk_buffer_append_byte(out, '\t');
            append_name(out, network->variables[v].states[s]);
        }
        lk_buffer_append_byte(out, '\n');
    }
    return lk_buffer_status(out);
}
