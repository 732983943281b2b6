// A question to a network asked for each row of a table, for JavaScript.
#include "bridge_work.h"

#include "likelore/exact.h"
#include "likelore/learn.h"

typedef struct rows_work {
    lk_work work;
    lk_row_query *rows;
    bool exactly;
    // Of a row whose fractions are being computed:
    lk_exact *exact; // NULL: there is none
    const lk_query *query;
} rows_work;

static void end_rows(void *work) {
    rows_work *r = work;
    lk_exact_free(r->exact);
    lk_row_query_free(r->rows);
}

static lk_status begin_rows(void *work) {
    rows_work *r = work;
    const lk_request *request = &r->work.request;
    r->exactly = lk_json_bool(lk_json_get(request->document, "exact"), false);
    return lk_row_query_new(r->work.bridge->context, &r->rows, request->network,
                            request->targets.variables, request->targets.count,
                            request->evidence.findings, request->evidence.count, &request->options,
                            r->work.table,
                            lk_json_bool(lk_json_get(request->document, "ignore_columns"), false));
}

static const lk_work_kind rows_kind = {sizeof(rows_work), begin_rows, end_rows};

// Begins with a request and a table, which further members describe: "ignore_columns" and those of
// bridge_table.h. The network may be freed before it.
LK_EXPORT lk_status lk_bridge_rows_open(lk_bridge *bridge, lk_work **made,
                                        const lk_network *network, const char *text,
                                        size_t text_length, const uint8_t *bytes, size_t length) {
    lk_work_input input = {network, text, text_length, bytes, length, true};
    return lk_work_open(bridge, made, &rows_kind, &input);
}

LK_EXPORT void lk_bridge_rows_free(lk_work *work) { lk_work_close(work); }

// Works on the fractions of a row for some tens of milliseconds.
static lk_status continue_exact(rows_work *r, lk_buffer *out) {
    bool done;
    LK_TRY(lk_exact_next(r->exact, &done));
    if (!done) return LK_OK;
    lk_status status =
        lk_query_to_json_exact(out, r->query, r->exact, lk_bridge_seconds() - r->work.start);
    lk_buffer_append_byte(out, '\n');
    lk_exact_free(r->exact);
    r->exact = NULL;
    return status;
}

static lk_status begin_exact(rows_work *r) {
    const lk_request *request = &r->work.request;
    size_t count;
    const lk_finding *findings = lk_row_query_evidence(r->rows, &count);
    return lk_exact_new(r->work.bridge->context, &r->exact, request->network,
                        request->targets.variables, request->targets.count, findings, count,
                        &request->options);
}

static lk_status answer_row(rows_work *r, lk_buffer *out) {
    r->work.start = lk_bridge_seconds();
    lk_status status = lk_row_query_run(r->rows, &r->query);
    if (status == LK_OK && r->exactly) return begin_exact(r);
    if (status == LK_OK)
        status = lk_query_to_json(out, r->query, lk_bridge_seconds() - r->work.start);
    else if (status == LK_ERROR_IMPOSSIBLE)
        status = lk_row_query_error_to_json(out, r->rows);
    lk_buffer_append_byte(out, '\n');
    return status;
}

// What `likelore net query --cases --json` prints of the next rows, at most `most`, a line a row;
// none as long as fractions are being computed. After the last one a line "null".
LK_EXPORT lk_status lk_bridge_rows_next(lk_bridge *bridge, lk_work *work, uint32_t most) {
    rows_work *r = (rows_work *)work;
    lk_buffer *out = &bridge->output;
    lk_buffer_clear(out);
    if (r->exact) return continue_exact(r, out);
    bool more = true;
    for (uint32_t i = 0; i < most && !r->exact; i++) {
        LK_TRY(lk_row_query_next(r->rows, &more));
        if (!more) break;
        LK_TRY(answer_row(r, out));
    }
    if (!more) lk_buffer_append_text(out, "null\n");
    return lk_buffer_status(out);
}
