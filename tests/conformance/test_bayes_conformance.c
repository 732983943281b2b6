// Reference answers computed by other programs: posteriors, probabilities of evidence and joints of
// the standard networks. Skipped unless LIKELORE_CONFORMANCE names their directory.
#include "likelore/bayes.h"
#include "likelore/json.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double TOLERANCE = 1e-9;
enum { MOST = 2048 };

static lk_context *context;
static lk_network *network;

static const char *directory(void) { return getenv("LIKELORE_CONFORMANCE"); }

static lk_json *load_json(const char *name) {
    char path[1024];
    snprintf(path, sizeof path, "%s/bayes/reference/%s.json", directory(), name);
    lk_file *file;
    cr_assert(lk_file_open(context, &file, path) == LK_OK, "%s", path);
    lk_json *document;
    cr_assert(lk_json_parse(context, &document, (const char *)lk_file_bytes(file),
                            lk_file_length(file)) == LK_OK);
    lk_file_free(file);
    return document;
}

static void load_network(const char *name) {
    char path[1024];
    snprintf(path, sizeof path, "%s/bayes/networks/%s.bif", directory(), name);
    cr_assert(lk_network_load(context, &network, path, NULL) == LK_OK, "%s",
              lk_context_error(context).message);
}

static uint32_t variable_named(const char *name) {
    uint32_t variable;
    cr_assert(lk_network_find_variable(network, &variable, name) == LK_OK);
    return variable;
}

static uint32_t state_named(uint32_t variable, const char *name) {
    uint32_t state;
    cr_assert(lk_network_find_state(network, &state, variable, name) == LK_OK);
    return state;
}

static lk_query *ask(const lk_json *evidence, const uint32_t *targets, size_t target_count,
                     bool joint) {
    uint32_t variables[MOST], states[MOST];
    size_t count = 0;
    for (const lk_json *f = lk_json_first(evidence); f; f = lk_json_next(f), count++) {
        variables[count] = variable_named(lk_json_name(f));
        states[count] = state_named(variables[count], lk_json_string(f, ""));
    }
    lk_query *query;
    lk_query_options options = {.joint = joint};
    lk_status status =
        lk_query_new(context, &query, network, targets, target_count, variables, count, &options);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    for (size_t i = 0; i < count; i++)
        cr_assert(lk_query_set_evidence(query, i, states[i]) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK, "%s", lk_context_error(context).message);
    return query;
}

static void check_posteriors(const char *name, const lk_json *test_case) {
    const lk_json *evidence = lk_json_get(test_case, "evidence");
    const lk_json *targets = lk_json_get(test_case, "targets");
    uint32_t variables[MOST];
    size_t count = 0;
    for (const lk_json *t = lk_json_first(targets); t; t = lk_json_next(t))
        variables[count++] = variable_named(lk_json_name(t));
    lk_query *query = ask(evidence, variables, count, false);
    double log10_p = lk_json_number(lk_json_get(test_case, "log10_p_evidence"), NAN);
    cr_expect(fabs(lk_query_log10_p_evidence(query) - log10_p) <= TOLERANCE, "%s log10", name);
    double p = lk_json_number(lk_json_get(test_case, "p_evidence"), NAN);
    cr_expect(fabs(lk_query_p_evidence(query) - p) <= TOLERANCE, "%s P(e)", name);
    size_t i = 0;
    for (const lk_json *t = lk_json_first(targets); t; t = lk_json_next(t), i++)
        for (const lk_json *s = lk_json_first(t); s; s = lk_json_next(s)) {
            double got = lk_query_posterior(query, i)[state_named(variables[i], lk_json_name(s))];
            cr_expect(fabs(got - lk_json_number(s, NAN)) <= TOLERANCE, "%s P(%s=%s): %.17g", name,
                      lk_json_name(t), lk_json_name(s), got);
        }
    lk_query_free(query);
}

static void check_joint(const char *name, const lk_json *test_case) {
    const lk_json *joint = lk_json_get(test_case, "joint");
    if (!joint || lk_json_get_type(joint) != LK_JSON_OBJECT) return;
    const lk_json *first = lk_json_first(lk_json_get(joint, "vars"));
    uint32_t targets[2] = {variable_named(lk_json_string(first, "")),
                           variable_named(lk_json_string(lk_json_next(first), ""))};
    lk_query *query = ask(lk_json_get(test_case, "evidence"), targets, 2, true);
    const double *values = lk_query_joint(query, NULL);
    const lk_json *a_states = lk_json_first(lk_json_get(joint, "states"));
    const lk_json *row = lk_json_first(lk_json_get(joint, "table"));
    for (const lk_json *a = lk_json_first(a_states); a;
         a = lk_json_next(a), row = lk_json_next(row)) {
        const lk_json *cell = lk_json_first(row);
        const lk_json *b = lk_json_first(lk_json_next(a_states));
        for (; b; b = lk_json_next(b), cell = lk_json_next(cell)) {
            size_t at = state_named(targets[0], lk_json_string(a, "")) *
                            lk_network_state_count(network, targets[1]) +
                        state_named(targets[1], lk_json_string(b, ""));
            cr_expect(fabs(values[at] - lk_json_number(cell, NAN)) <= TOLERANCE, "%s joint", name);
        }
    }
    lk_query_free(query);
}

static void check_mpe(const char *name, const lk_json *test_case) {
    const lk_json *mpe = lk_json_get(test_case, "mpe");
    if (!mpe || lk_json_get_type(mpe) != LK_JSON_OBJECT) return;
    lk_finding evidence[MOST];
    size_t count = 0;
    for (const lk_json *f = lk_json_first(lk_json_get(test_case, "evidence")); f;
         f = lk_json_next(f), count++) {
        evidence[count].variable = variable_named(lk_json_name(f));
        evidence[count].state = state_named(evidence[count].variable, lk_json_string(f, ""));
    }
    lk_map *map;
    cr_assert(lk_map_new(context, &map, network, NULL, 0, evidence, count) == LK_OK, "%s",
              lk_context_error(context).message);
    double log10_p = lk_json_number(lk_json_get(mpe, "log10_p_joint"), NAN);
    cr_expect(fabs(lk_map_log10_p_joint(map) - log10_p) <= TOLERANCE, "%s MPE", name);
    lk_map_free(map);
}

static void check_network(const char *name) {
    if (!directory()) cr_skip_test("LIKELORE_CONFORMANCE is not set");
    cr_assert(lk_context_new(&context, &(lk_options){.threads = 1}) == LK_OK);
    load_network(name);
    lk_json *reference = load_json(name);
    const lk_json *cases = lk_json_get(reference, "cases");
    for (const lk_json *c = lk_json_first(cases); c; c = lk_json_next(c)) {
        check_posteriors(name, c);
        check_joint(name, c);
        check_mpe(name, c);
    }
    lk_json_free(context, reference);
    lk_network_free(network);
    lk_context_free(context);
}

Test(bayes_conformance, asia_agrees_with_other_programs) { check_network("asia"); }
Test(bayes_conformance, cancer_agrees_with_other_programs) { check_network("cancer"); }
Test(bayes_conformance, earthquake_agrees_with_other_programs) { check_network("earthquake"); }
Test(bayes_conformance, survey_agrees_with_other_programs) { check_network("survey"); }
Test(bayes_conformance, sachs_agrees_with_other_programs) { check_network("sachs"); }
Test(bayes_conformance, alarm_agrees_with_other_programs) { check_network("alarm"); }
Test(bayes_conformance, child_agrees_with_other_programs) { check_network("child"); }

Test(bayes_conformance, andes_agrees_with_other_programs) { check_network("andes"); }
Test(bayes_conformance, hailfinder_agrees_with_other_programs) { check_network("hailfinder"); }
Test(bayes_conformance, hepar2_agrees_with_other_programs) { check_network("hepar2"); }
Test(bayes_conformance, insurance_agrees_with_other_programs) { check_network("insurance"); }
Test(bayes_conformance, munin_agrees_with_other_programs) { check_network("munin"); }
Test(bayes_conformance, munin2_agrees_with_other_programs) { check_network("munin2"); }
Test(bayes_conformance, munin3_agrees_with_other_programs) { check_network("munin3"); }
Test(bayes_conformance, munin4_agrees_with_other_programs) { check_network("munin4"); }
Test(bayes_conformance, pathfinder_agrees_with_other_programs) { check_network("pathfinder"); }
Test(bayes_conformance, pigs_agrees_with_other_programs) { check_network("pigs"); }
Test(bayes_conformance, win95pts_agrees_with_other_programs) { check_network("win95pts"); }
Test(bayes_conformance, barley_agrees_with_other_programs) { check_network("barley"); }
Test(bayes_conformance, diabetes_agrees_with_other_programs) { check_network("diabetes"); }
Test(bayes_conformance, link_agrees_with_other_programs) { check_network("link"); }
Test(bayes_conformance, mildew_agrees_with_other_programs) { check_network("mildew"); }
Test(bayes_conformance, munin1_agrees_with_other_programs) { check_network("munin1"); }
Test(bayes_conformance, water_agrees_with_other_programs) { check_network("water"); }
