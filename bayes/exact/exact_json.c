#include "exact/exact.h"

#include "likelore/json.h"

static void add_fraction(lk_json_writer *writer, lk_buffer *text, const char *name,
                         lk_fraction fraction) {
    lk_buffer_clear(text);
    lk_buffer_append_fraction(text, fraction);
    lk_json_add_string(writer, name, lk_buffer_text(text));
}

static void add_posteriors(lk_json_writer *writer, lk_buffer *text, const lk_exact *e) {
    lk_json_begin_object(writer, "posteriors");
    for (size_t i = 0; i < e->query->target_count; i++) {
        const lk_variable *target = &e->query->network->variables[e->query->targets[i]];
        lk_json_begin_object(writer, target->name);
        for (uint32_t s = 0; s < target->state_count; s++)
            add_fraction(writer, text, target->states[s], lk_exact_posterior(e, i, s));
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

static void add_joint(lk_json_writer *writer, lk_buffer *text, const lk_exact *e) {
    lk_json_begin_object(writer, "joint");
    lk_json_begin_array(writer, "values");
    for (size_t i = 0; i < e->query->table_cells[0]; i++)
        add_fraction(writer, text, NULL, lk_exact_joint(e, i));
    lk_json_end(writer);
    lk_json_end(writer);
}

lk_status lk_exact_add_json(lk_json_writer *writer, const lk_exact *e) {
    lk_buffer text = lk_buffer_make(e->context);
    lk_json_begin_object(writer, "exact");
    add_fraction(writer, &text, e->query->network->is_markov ? "z" : "p_evidence", e->p_evidence);
    if (e->query->joint)
        add_joint(writer, &text, e);
    else
        add_posteriors(writer, &text, e);
    lk_json_end(writer);
    lk_status status = lk_buffer_status(&text);
    lk_buffer_free(&text);
    return status;
}
