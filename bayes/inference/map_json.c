#include "inference/map.h"
#include "network/evidence_json.h"

#include <float.h>

static void add_probabilities(lk_json_writer *writer, const lk_map *m) {
    double p = lk_map_p_joint(m);
    bool shown = !m->network->is_markov && p >= DBL_MIN;
    if (shown)
        lk_json_add_number(writer, "p_joint", p);
    else
        lk_json_add_null(writer, "p_joint");
    if (m->network->is_markov) lk_json_add_null(writer, "log10_p_joint");
    lk_json_add_number(writer, m->network->is_markov ? "log10_value" : "log10_p_joint",
                       lk_map_log10_p_joint(m));
    lk_json_add_number(writer, "p_given_evidence", lk_map_p_given_evidence(m));
    lk_json_add_bool(writer, "ties", m->ties);
}

lk_status lk_map_to_json(lk_buffer *out, const lk_map *m) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_evidence(writer, m->network, m->evidence, m->evidence_count, m->states);
    lk_json_begin_object(writer, "assignment");
    for (size_t i = 0; i < m->target_count; i++) {
        const lk_variable *v = &m->network->variables[m->targets[i]];
        lk_json_add_string(writer, v->name, v->states[m->states[m->targets[i]]]);
    }
    lk_json_end(writer);
    add_probabilities(writer, m);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}
