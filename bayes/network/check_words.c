// Checks as text and JSON.
#include "network/check.h"

#include "likelore/json.h"

static const char *const severity_names[] = {"note", "warning", "error"};

static void append_place(lk_buffer *out, const lk_location *place) {
    if (!place->file && place->line == 0) return;
    lk_buffer_append_text(out, place->file ? place->file : "line");
    if (place->line > 0) lk_buffer_printf(out, ":%lld", (long long)place->line);
    if (place->column > 0) lk_buffer_printf(out, ":%lld", (long long)place->column);
    lk_buffer_append_text(out, ": ");
}

static void append_count(lk_buffer *out, const lk_check *c, lk_severity severity) {
    size_t count = c->counts[severity];
    lk_buffer_printf(out, "%zu %s%s%s", count, severity_names[severity], count == 1 ? "" : "s",
                     severity == LK_SEVERITY_NOTE ? "\n" : ", ");
}

lk_status lk_check_to_text(lk_buffer *out, const lk_check *c) {
    for (int severity = LK_SEVERITY_ERROR; severity >= LK_SEVERITY_NOTE; severity--)
        for (size_t i = 0; i < c->count; i++) {
            const lk_check_finding *f = &c->findings[i];
            if ((int)f->severity != severity) continue;
            lk_buffer_printf(out, "%s: ", severity_names[severity]);
            append_place(out, &f->location);
            lk_buffer_append_text(out, f->message);
            lk_buffer_append_byte(out, '\n');
        }
    if (c->count > 0) lk_buffer_append_byte(out, '\n');
    append_count(out, c, LK_SEVERITY_ERROR);
    append_count(out, c, LK_SEVERITY_WARNING);
    append_count(out, c, LK_SEVERITY_NOTE);
    return lk_buffer_status(out);
}

// Numbers of a place that do not apply are null.
static void add_place(lk_json_writer *json, const char *name, int64_t number, int64_t least) {
    if (number >= least)
        lk_json_add_integer(json, name, number);
    else
        lk_json_add_null(json, name);
}

static void add_text(lk_json_writer *json, const char *name, const char *text) {
    if (text)
        lk_json_add_string(json, name, text);
    else
        lk_json_add_null(json, name);
}

static void add_finding(lk_json_writer *json, const lk_check_finding *f) {
    lk_json_begin_object(json, NULL);
    lk_json_add_string(json, "severity", severity_names[f->severity]);
    lk_json_add_string(json, "code", f->code);
    add_text(json, "variable", f->variable);
    lk_json_add_string(json, "message", f->message);
    add_text(json, "file", f->location.file);
    add_place(json, "line", f->location.line, 1);
    add_place(json, "column", f->location.column, 1);
    add_place(json, "byte", f->location.byte, 0);
    if (f->remedy != LK_REMEDY_NONE) lk_json_add_string(json, "remedy", lk_remedy_name(f->remedy));
    lk_json_end(json);
}

static void add_plan(lk_json_writer *json, const lk_check *c) {
    if (!c->planned) {
        lk_json_add_null(json, "plan");
        return;
    }
    lk_json_begin_object(json, "plan");
    lk_json_add_number(json, "largest_clique", c->largest_clique);
    lk_json_add_number(json, "operations", c->operations);
    lk_json_add_number(json, "bytes", c->bytes);
    lk_json_end(json);
}

static void add_check(lk_json_writer *json, const lk_check *c) {
    lk_json_begin_object(json, NULL);
    lk_json_add_integer(json, "version", 1);
    lk_json_add_bool(json, "readable", c->network != NULL);
    add_text(json, "name", c->network ? c->network->name : NULL);
    lk_json_add_integer(json, "errors", (int64_t)c->counts[LK_SEVERITY_ERROR]);
    lk_json_add_integer(json, "warnings", (int64_t)c->counts[LK_SEVERITY_WARNING]);
    lk_json_add_integer(json, "notes", (int64_t)c->counts[LK_SEVERITY_NOTE]);
    lk_json_begin_array(json, "findings");
    for (size_t i = 0; i < c->count; i++) add_finding(json, &c->findings[i]);
    lk_json_end(json);
    add_plan(json, c);
    lk_json_end(json);
}

lk_status lk_check_to_json(lk_buffer *out, const lk_check *c) {
    lk_json_writer *json;
    LK_TRY(lk_json_writer_new(c->context, &json));
    add_check(json, c);
    lk_status status = lk_json_finish(json, out, false);
    lk_json_writer_free(json);
    return status;
}
