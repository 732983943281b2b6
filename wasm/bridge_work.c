#include "bridge_work.h"

#include "bridge_table.h"

#include <stdlib.h>
#include <string.h>

void lk_work_drop_table(lk_work *w) {
    lk_csv_free(w->table);
    free(w->bytes);
    w->table = NULL;
    w->bytes = NULL;
}

void lk_work_close(lk_work *w) {
    if (!w) return;
    w->kind->end(w);
    lk_work_drop_table(w);
    if (w->request.network)
        lk_request_free(w->bridge, &w->request);
    else
        lk_json_free(w->bridge->context, w->request.document);
    free(w);
}

// The caller's bytes are gone after the call.
static lk_status copy_table(lk_work *w, const lk_work_input *input) {
    w->bytes = malloc(input->length + 1);
    if (!w->bytes) return LK_ERROR_MEMORY;
    memcpy(w->bytes, input->bytes, input->length);
    return lk_bridge_table(w->bridge, &w->table, w->request.document, w->bytes, input->length);
}

static lk_status begin(lk_work *w, const lk_work_input *input) {
    lk_request *request = &w->request;
    if (input->network)
        LK_TRY(lk_request_read(w->bridge, request, input->network, input->text, input->text_length,
                               true));
    else
        LK_TRY(
            lk_json_parse(w->bridge->context, &request->document, input->text, input->text_length));
    if (input->has_table) LK_TRY(copy_table(w, input));
    return w->kind->begin(w);
}

lk_status lk_work_open(lk_bridge *bridge, lk_work **made, const lk_work_kind *kind,
                       const lk_work_input *input) {
    lk_work *w = calloc(1, kind->size);
    if (!w) return LK_ERROR_MEMORY;
    w->bridge = bridge;
    w->kind = kind;
    w->start = lk_bridge_seconds();
    lk_status status = begin(w, input);
    if (status == LK_OK)
        *made = w;
    else
        lk_work_close(w);
    return status;
}
