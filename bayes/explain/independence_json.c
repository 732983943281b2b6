// The answer to a question of independence as JSON: docs/formats/independence.md.
#include "explain/independence_words.h"
#include "likelore/json.h"

static void add_names(lk_json_writer *json, const lk_independence *a, const char *key,
                      const uint32_t *variables, size_t count) {
    lk_json_begin_array(json, key);
    for (size_t i = 0; i < count; i++)
        lk_json_add_string(json, NULL, a->network->variables[variables[i]].name);
    lk_json_end(json);
}

static void add_junction(lk_json_writer *json, const lk_independence *a, const lk_trail *trail,
                         uint32_t index) {
    uint32_t at = trail->path[index], opener = a->question.opened_by[at];
    lk_junction junction = lk_trail_junction(a->network, trail, index);
    lk_json_begin_object(json, NULL);
    lk_json_add_string(json, "variable", a->network->variables[at].name);
    lk_json_add_string(json, "kind", lk_junction_name(junction));
    lk_json_add_bool(json, "observed", a->observed[at]);
    if (junction == LK_COLLIDER && opener != LK_NO_VARIABLE)
        lk_json_add_string(json, "opened_by", a->network->variables[opener].name);
    lk_json_add_bool(json, "open", lk_trail_is_open(&a->question, trail, index));
    lk_json_end(json);
}

static void add_trail(lk_json_writer *json, const lk_independence *a, const lk_trail *trail) {
    lk_json_begin_object(json, NULL);
    add_names(json, a, "path", trail->path, trail->length);
    lk_json_add_bool(json, "active", trail->active);
    if (trail->active) {
        lk_json_add_null(json, "blocked_at");
        lk_json_add_null(json, "why");
    } else {
        lk_junction junction = lk_trail_junction(a->network, trail, trail->blocked_at);
        lk_json_add_string(json, "blocked_at",
                           a->network->variables[trail->path[trail->blocked_at]].name);
        lk_json_add_string(json, "why", lk_junction_name(junction));
    }
    lk_json_begin_array(json, "between");
    for (uint32_t i = 1; i + 1 < trail->length; i++) add_junction(json, a, trail, i);
    lk_json_end(json);
    lk_json_end(json);
}

static void add_trails(lk_json_writer *json, const lk_independence *a) {
    lk_json_begin_array(json, "trails");
    for (size_t i = 0; i < a->trails.count; i++) add_trail(json, a, &a->trails.trails[i]);
    lk_json_end(json);
    lk_json_add_number(json, "trail_count", (double)a->trails.total);
    lk_json_add_number(json, "active_count", (double)a->trails.active);
    lk_json_add_bool(json, "counted_all", a->trails.complete);
}

static void add_states(lk_json_writer *json, const lk_independence *a, const char *key,
                       const uint32_t *variables, const uint32_t *states, size_t count) {
    lk_json_begin_object(json, key);
    for (size_t i = 0; i < count; i++) {
        const lk_variable *variable = &a->network->variables[variables[i]];
        lk_json_add_string(json, variable->name, variable->states[states[i]]);
    }
    lk_json_end(json);
}

static void add_fraction(lk_json_writer *json, lk_buffer *text, const char *key,
                         lk_fraction fraction) {
    lk_buffer_clear(text);
    lk_buffer_append_fraction(text, fraction);
    lk_json_add_string(json, key, lk_buffer_text(text));
}

static lk_status add_exact(lk_json_writer *json, const lk_independence *a) {
    const lk_difference *d = &a->difference;
    lk_buffer text = lk_buffer_make(a->context);
    lk_json_begin_object(json, "exact");
    add_fraction(json, &text, "largest_difference", d->largest_fraction);
    if (d->compared) {
        lk_json_begin_array(json, "probabilities");
        for (int i = 0; i < 2; i++) add_fraction(json, &text, NULL, d->fractions[i]);
        lk_json_end(json);
    }
    lk_json_end(json);
    lk_status status = lk_buffer_status(&text);
    lk_buffer_free(&text);
    return status;
}

static lk_status add_reason(lk_json_writer *json, const lk_independence *a, lk_language language) {
    lk_buffer text = lk_buffer_make(a->context);
    lk_document plain = lk_document_open(&text, &(lk_document_options){.language = language});
    lk_write_difference_reason(&plain, a);
    lk_json_add_null(json, "numeric");
    lk_json_add_string(json, "numeric_reason", lk_buffer_text(&text));
    lk_json_add_null(json, "agree");
    lk_status status = lk_document_finish(&plain);
    lk_buffer_free(&text);
    return status;
}

static lk_status add_difference(lk_json_writer *json, const lk_independence *a) {
    lk_status status = LK_OK;
    const lk_difference *d = &a->difference;
    lk_json_begin_object(json, "numeric");
    lk_json_add_number(json, "largest_difference", d->largest);
    lk_json_add_bool(json, "equal", d->equal);
    lk_json_add_number(json, "tolerance", d->exact ? 0 : a->tolerance);
    if (d->compared) {
        add_states(json, a, "left", a->sides[0], d->states[0], a->counts[0]);
        add_states(json, a, "right", a->sides[1], d->states[1], a->counts[1]);
        add_states(json, a, "other", a->sides[1], d->other, a->counts[1]);
        add_states(json, a, "given", a->given, d->given, a->given_count);
        lk_json_begin_array(json, "probabilities");
        for (int i = 0; i < 2; i++) lk_json_add_number(json, NULL, d->probability[i]);
        lk_json_end(json);
    }
    if (d->exact) status = add_exact(json, a);
    lk_json_end(json);
    lk_json_add_bool(json, "agree", a->separated == d->equal);
    return status;
}

static void add_change(lk_json_writer *json, const lk_independence *a) {
    if (!a->change.possible) {
        lk_json_add_null(json, "change");
        return;
    }
    lk_json_begin_object(json, "change");
    add_names(json, a, "add", a->change.add, a->change.add_count);
    add_names(json, a, "remove", a->change.remove, a->change.remove_count);
    lk_json_end(json);
}

lk_status lk_independence_to_json(lk_buffer *out, const lk_independence *a, lk_language language) {
    lk_json_writer *json;
    LK_TRY(lk_json_writer_new(a->context, &json));
    lk_json_begin_object(json, NULL);
    lk_json_add_integer(json, "version", 1);
    add_names(json, a, "left", a->sides[0], a->counts[0]);
    add_names(json, a, "right", a->sides[1], a->counts[1]);
    add_names(json, a, "given", a->given, a->given_count);
    lk_json_add_bool(json, "separated", a->separated);
    add_trails(json, a);
    lk_status status =
        a->difference.available ? add_difference(json, a) : add_reason(json, a, language);
    add_change(json, a);
    lk_json_end(json);
    if (status == LK_OK) status = lk_json_finish(json, out, false);
    lk_json_writer_free(json);
    return status;
}
