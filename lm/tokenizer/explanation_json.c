// An explanation as JSON.
#include "tokenizer/explanation.h"

#include "tokenizer/token_text.h"

static void add_merge(lk_json_writer *json, lk_buffer *scratch, const lk_explanation *e,
                      const lk_explained_merge *merge) {
    size_t length;
    const char *bytes = lk_token_bytes(e->tokenizer, merge->result, &length);
    lk_json_begin_object(json, NULL);
    lk_json_add_integer(json, "left", merge->left);
    lk_json_add_integer(json, "right", merge->right);
    lk_json_add_integer(json, "result", merge->result);
    lk_json_add_integer(json, "rank", merge->rank);
    lk_json_add_integer(json, "at", (int64_t)merge->begin);
    lk_add_escaped_bytes(json, "text", scratch, bytes, length);
    lk_json_end(json);
}

static void add_token(lk_json_writer *json, lk_buffer *scratch, const lk_explanation *e,
                      uint32_t id) {
    size_t length;
    const char *bytes = lk_token_bytes(e->tokenizer, id, &length);
    lk_json_begin_object(json, NULL);
    lk_json_add_integer(json, "id", id);
    lk_add_escaped_bytes(json, "text", scratch, bytes, length);
    lk_add_hex_bytes(json, "bytes", scratch, bytes, length);
    lk_json_add_bool(json, "valid", lk_is_utf8(bytes, length));
    lk_json_end(json);
}

static void add_piece(lk_json_writer *json, lk_buffer *scratch, const lk_explanation *e,
                      size_t index) {
    lk_explained_piece piece = lk_explanation_at(e, index);
    lk_json_begin_object(json, NULL);
    lk_json_add_string(json, "kind", lk_piece_kind_name(piece.kind));
    lk_json_add_integer(json, "at", (int64_t)piece.begin);
    lk_add_escaped_bytes(json, "text", scratch, e->text + piece.begin, piece.end - piece.begin);
    lk_add_hex_bytes(json, "bytes", scratch, e->text + piece.begin, piece.end - piece.begin);
    lk_json_begin_array(json, "merges");
    for (size_t i = 0; i < piece.listed; i++) add_merge(json, scratch, e, &piece.merges[i]);
    lk_json_end(json);
    lk_json_add_integer(json, "merge_count", (int64_t)piece.merge_count);
    lk_json_begin_array(json, "tokens");
    for (size_t i = 0; i < piece.id_count; i++) add_token(json, scratch, e, piece.ids[i]);
    lk_json_end(json);
    lk_json_end(json);
}

static void add_document(lk_json_writer *json, lk_buffer *scratch, const lk_explanation *e) {
    lk_json_begin_object(json, NULL);
    lk_json_add_integer(json, "version", 1);
    lk_json_add_integer(json, "bytes", (int64_t)e->length);
    lk_json_begin_array(json, "pieces");
    for (size_t i = 0; i < lk_explanation_count(e); i++) add_piece(json, scratch, e, i);
    lk_json_end(json);
    lk_json_add_integer(json, "piece_count", (int64_t)e->all_pieces);
    lk_json_begin_array(json, "ids");
    for (size_t i = 0; i < e->ids.count; i++) lk_json_add_integer(json, NULL, e->ids.ids[i]);
    lk_json_end(json);
    lk_json_add_integer(json, "token_count", (int64_t)e->all_ids);
    lk_json_end(json);
}

lk_status lk_explanation_to_json(lk_buffer *out, const lk_explanation *e) {
    lk_json_writer *json;
    LK_TRY(lk_json_writer_new(out->context, &json));
    lk_buffer scratch = lk_buffer_make(out->context);
    add_document(json, &scratch, e);
    lk_status status = lk_json_finish(json, out, false);
    if (status == LK_OK) status = lk_buffer_status(&scratch);
    lk_buffer_free(&scratch);
    lk_json_writer_free(json);
    return status;
}
