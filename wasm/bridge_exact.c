// Queries in fractions for JavaScript, in pieces between which a page can stop them.
#include "bridge_work.h"

#include "likelore/exact.h"

typedef struct exact_work {
    lk_work work;
    lk_query *query; // the same question in doubles
    lk_exact *exact;
} exact_work;

static void end_exact(void *work) {
    exact_work *e = work;
    lk_exact_free(e->exact);
    lk_query_free(e->query);
}

static lk_status begin_exact(void *work) {
    exact_work *e = work;
    lk_bridge *bridge = e->work.bridge;
    const lk_request *request = &e->work.request;
    LK_TRY(lk_request_query(bridge, &e->query, request));
    return lk_exact_new(bridge->context, &e->exact, request->network, request->targets.variables,
                        request->targets.count, request->evidence.findings, request->evidence.count,
                        &request->options);
}

static const lk_work_kind exact_kind = {sizeof(exact_work), begin_exact, end_exact};

// Begins the query; the network may be freed before it.
LK_EXPORT lk_status lk_bridge_exact_open(lk_bridge *bridge, lk_work **made,
                                         const lk_network *network, const char *text,
                                         size_t length) {
    lk_work_input input = {.network = network, .text = text, .text_length = length};
    return lk_work_open(bridge, made, &exact_kind, &input);
}

LK_EXPORT void lk_bridge_exact_free(lk_work *work) { lk_work_close(work); }

// Works for some tens of milliseconds. The output is empty until the work is done, then what
// `likelore net query --exact --json` prints.
LK_EXPORT lk_status lk_bridge_exact_next(lk_bridge *bridge, lk_work *work) {
    exact_work *e = (exact_work *)work;
    bool done;
    lk_buffer_clear(&bridge->output);
    LK_TRY(lk_exact_next(e->exact, &done));
    if (!done) return LK_OK;
    return lk_query_to_json_exact(&bridge->output, e->query, e->exact,
                                  lk_bridge_seconds() - work->start);
}
