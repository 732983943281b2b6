// Networks from text, for tests.
#ifndef LK_BIF_TEXT_H
#define LK_BIF_TEXT_H

#include "likelore/bayes.h"

#include "test_context.h"

#include <stdio.h>

#define BIF_VARIABLE(name, states, count)                                                          \
    "variable " name " { type discrete [ " count " ] { " states " }; }\n"

static inline lk_status read_bif(lk_context *context, lk_network **network, const char *text) {
    return lk_network_read(context, network, text, strlen(text), "test.bif", NULL);
}

static inline lk_network *parse_bif(lk_context *context, const char *text) {
    lk_network *network = NULL;
    lk_status status = read_bif(context, &network, text);
    lk_error error = lk_context_error(context);
    cr_assert(status == LK_OK, "%lld:%lld %s", (long long)error.location.line,
              (long long)error.location.column, error.message);
    return network;
}

static inline lk_network *load_example(lk_context *context, const char *name) {
    char path[1024];
    snprintf(path, sizeof path, "%s/docs/examples/networks/%s.bif", LIKELORE_SOURCE_DIR, name);
    lk_network *network = NULL;
    cr_assert(lk_network_load(context, &network, path, NULL) == LK_OK, "%s",
              lk_context_error(context).message);
    return network;
}

static inline uint32_t variable_of(const lk_network *network, const char *name) {
    uint32_t variable = 0;
    cr_assert(lk_network_find_variable(network, &variable, name) == LK_OK, "no %s", name);
    return variable;
}

#endif
