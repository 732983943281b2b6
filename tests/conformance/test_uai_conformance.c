// Networks of the UAI inference competition with the results of the organisers: log10 Z and the
// posteriors, to the digits that they print. Skipped unless LIKELORE_CONFORMANCE names their
// directory.
#include "likelore/bayes.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static lk_context *context;

static FILE *open_result(const char *name, const char *ending) {
    char path[1024];
    snprintf(path, sizeof path, "%s/bayes/uai/%s.uai.%s", getenv("LIKELORE_CONFORMANCE"), name,
             ending);
    FILE *file = fopen(path, "r");
    cr_assert(file, "%s", path);
    return file;
}

static void add_evidence(const lk_network *network, lk_evidence *evidence, const char *name) {
    FILE *file = open_result(name, "evid");
    char text[4096];
    size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    cr_assert(lk_evidence_add_uai(network, evidence, text, length, name) == LK_OK, "%s",
              lk_context_error(context).message);
    cr_assert(evidence->count == 0);
}

static void check_pr(const char *name, const lk_query *query) {
    FILE *file = open_result(name, "PR");
    double published;
    cr_assert(fscanf(file, "PR %lf", &published) == 1);
    fclose(file);
    double ours = lk_query_log10_p_evidence(query);
    cr_expect(fabs(ours - published) <= 1e-5 * fabs(published), "%s: log10 Z = %.8g, not %.8g",
              name, ours, published);
}

static void check_mar(const char *name, const lk_network *network, const lk_query *query) {
    FILE *file = open_result(name, "MAR");
    unsigned variables, states;
    cr_assert(fscanf(file, "MAR %u", &variables) == 1);
    cr_assert(variables == lk_network_variable_count(network));
    double worst = 0;
    for (uint32_t v = 0; v < variables; v++) {
        cr_assert(fscanf(file, "%u", &states) == 1);
        cr_assert(states == lk_network_state_count(network, v));
        for (uint32_t s = 0; s < states; s++) {
            double published;
            cr_assert(fscanf(file, "%lf", &published) == 1);
            double difference = fabs(lk_query_posterior(query, v)[s] - published);
            if (difference > worst) worst = difference;
        }
    }
    fclose(file);
    cr_expect(worst < 2e-6, "%s: a posterior differs by %g", name, worst);
}

static void check_network(const char *name) {
    if (!getenv("LIKELORE_CONFORMANCE")) cr_skip_test("LIKELORE_CONFORMANCE is not set");
    cr_assert(lk_context_new(&context, &(lk_options){.threads = 1}) == LK_OK);
    char path[1024];
    snprintf(path, sizeof path, "%s/bayes/uai/%s.uai", getenv("LIKELORE_CONFORMANCE"), name);
    lk_network *network;
    cr_assert(lk_network_load(context, &network, path, NULL) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_evidence evidence = {0};
    add_evidence(network, &evidence, name);
    lk_query *query;
    lk_query_options options = {.engine = LK_ENGINE_JUNCTION_TREE};
    cr_assert(lk_query_new(context, &query, network, NULL, 0, NULL, 0, &options) == LK_OK, "%s",
              lk_context_error(context).message);
    cr_assert(lk_query_run(query) == LK_OK);
    check_pr(name, query);
    check_mar(name, network, query);
    lk_query_free(query);
    lk_network_free(network);
    lk_context_free(context);
}

Test(uai_conformance, a_grid_has_the_published_results) { check_network("Grids_12"); }
Test(uai_conformance, a_constraint_problem_has_the_published_results) { check_network("CSP_12"); }
Test(uai_conformance, an_alchemy_network_has_the_published_results) { check_network("Alchemy_11"); }
