#include "likelore/json.h"
#include "likelore/learn.h"
#include "network/network.h"

#include <float.h>

static void add_evidence(lk_json_writer *writer, const lk_network *network,
                         const lk_finding *evidence, size_t count) {
    lk_json_begin_object(writer, "evidence");
    for (size_t i = 0; i < count; i++) {
        const lk_variable *variable = &network->variables[evidence[i].variable];
        lk_json_add_string(writer, variable->name, variable->states[evidence[i].state]);
    }
    lk_json_end(writer);
}

static void add_values(lk_json_writer *writer, const char *name, const lk_weighting *w,
                       const lk_network *network,
                       const double *(*values)(const lk_weighting *, size_t)) {
    lk_json_begin_object(writer, name);
    for (size_t i = 0; i < lk_weighting_target_count(w); i++) {
        const lk_variable *target = &network->variables[lk_weighting_target(w, i)];
        lk_json_begin_object(writer, target->name);
        for (uint32_t s = 0; s < target->state_count; s++)
            lk_json_add_number(writer, target->states[s], values(w, i)[s]);
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

static void add_p_evidence(lk_json_writer *writer, const lk_weighting *w) {
    double p = lk_weighting_p_evidence(w);
    if (p >= DBL_MIN)
        lk_json_add_number(writer, "p_evidence", p);
    else
        lk_json_add_null(writer, "p_evidence");
    lk_json_add_number(writer, "log10_p_evidence", lk_weighting_log10_p_evidence(w));
    lk_json_add_number(writer, "p_evidence_relative_error", lk_weighting_p_evidence_error(w));
}

lk_status lk_weighting_to_json(lk_buffer *out, const lk_weighting *w, const lk_network *network,
                               const lk_finding *evidence, size_t evidence_count,
                               const lk_weighting_report *report, double seconds) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    add_evidence(writer, network, evidence, evidence_count);
    add_p_evidence(writer, w);
    add_values(writer, "posteriors", w, network, lk_weighting_posterior);
    add_values(writer, "standard_errors", w, network, lk_weighting_standard_errors);
    lk_json_add_string(writer, "engine", "lw");
    lk_json_add_integer(writer, "samples", (int64_t)report->samples);
    lk_json_add_number(writer, "effective_samples", report->effective_samples);
    lk_json_add_bool(writer, "precise", report->precise);
    lk_json_add_integer(writer, "seed", (int64_t)report->seed);
    lk_json_add_number(writer, "seconds", seconds);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}
