// Queries in fractions for JavaScript, in pieces between which a page can stop them.
#include "bridge_request.h"

#include "likelore/exact.h"

#include <stdlib.h>

typedef struct lk_bridge_exact {
    lk_bridge *bridge;
    lk_request request;
    lk_query *query; // the same question in doubles
    lk_exact *exact;
    double start;
} lk_bridge_exact;

LK_EXPORT void lk_bridge_exact_free(lk_bridge_exact *e) {
    if (!e) return;
    lk_exact_free(e->exact);
    lk_query_free(e->query);
    lk_request_free(e->bridge, &e->request);
    free(e);
}

static lk_status begin(lk_bridge_exact *e, const lk_network *network, const char *text,
                       size_t length) {
    lk_request *request = &e->request;
    LK_TRY(lk_request_read(e->bridge, request, network, text, length, true));
    LK_TRY(lk_request_query(e->bridge, &e->query, request));
    return lk_exact_new(e->bridge->context, &e->exact, request->network, request->targets.variables,
                        request->targets.count, request->evidence.findings, request->evidence.count,
                        &request->options);
}

// Begins the query; the network may be freed before it.
LK_EXPORT lk_status lk_bridge_exact_open(lk_bridge *bridge, lk_bridge_exact **made,
                                         const lk_network *network, const char *text,
                                         size_t length) {
    lk_bridge_exact *e = calloc(1, sizeof *e);
    if (!e) return LK_ERROR_MEMORY;
    *e = (lk_bridge_exact){.bridge = bridge, .start = lk_bridge_seconds()};
    lk_status status = begin(e, network, text, length);
    if (status == LK_OK)
        *made = e;
    else
        lk_bridge_exact_free(e);
    return status;
}

// Works for some tens of milliseconds. The output is empty until the work is done, then what
// `likelore net query --exact --json` prints.
LK_EXPORT lk_status lk_bridge_exact_next(lk_bridge *bridge, lk_bridge_exact *e) {
    bool done;
    lk_buffer_clear(&bridge->output);
    LK_TRY(lk_exact_next(e->exact, &done));
    if (!done) return LK_OK;
    return lk_query_to_json_exact(&bridge->output, e->query, e->exact,
                                  lk_bridge_seconds() - e->start);
}
