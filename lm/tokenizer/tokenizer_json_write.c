// Writing `tokenizer.json`.
#include "tokenizer/tokenizer_json.h"

static lk_status write_merges(lk_json_writer *writer, lk_buffer *text,
                              const lk_tokenizer *tokenizer) {
    const lk_merges *merges = lk_tokenizer_merges(tokenizer);
    lk_json_begin_array(writer, "merges");
    for (uint32_t rank = 0; merges && rank < merges->count; rank++) {
        lk_buffer_clear(text);
        LK_TRY(lk_merge_write(text, tokenizer, &merges->list[rank]));
        lk_json_add_string(writer, NULL, lk_buffer_text(text));
    }
    lk_json_end(writer);
    return LK_OK;
}

static lk_status write_model(lk_json_writer *writer, lk_buffer *text,
                             const lk_tokenizer *tokenizer) {
    static const char *const nulls[] = {"dropout", "unk_token", "continuing_subword_prefix",
                                        "end_of_word_suffix"};
    lk_json_begin_object(writer, "model");
    lk_json_add_string(writer, "type", "BPE");
    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++) lk_json_add_null(writer, nulls[i]);
    lk_json_add_bool(writer, "fuse_unk", false);
    lk_json_add_bool(writer, "byte_fallback", tokenizer->character_bpe != NULL);
    lk_json_add_bool(writer, "ignore_merges", tokenizer->bpe && tokenizer->bpe->ignores_merges);
    LK_TRY(lk_vocabulary_write(writer, "vocab", text, tokenizer, true));
    LK_TRY(write_merges(writer, text, tokenizer));
    lk_json_end(writer);
    return LK_OK;
}

static void write_added_token(lk_json_writer *writer, const lk_special *special) {
    static const char *const switches[] = {"single_word", "lstrip", "rstrip", "normalized"};
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "id", special->id);
    lk_json_add_string(writer, "content", special->text);
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
        lk_json_add_bool(writer, switches[i], false);
    lk_json_add_bool(writer, "special", true);
    lk_json_end(writer);
}

// In the order of their ids, which readers expect.
static void write_added_tokens(lk_json_writer *writer, const lk_tokenizer *tokenizer) {
    lk_json_begin_array(writer, "added_tokens");
    const lk_specials *specials = lk_tokenizer_specials(tokenizer);
    uint32_t next = 0;
    for (size_t written = 0; specials && written < specials->count; written++) {
        const lk_special *least = NULL;
        for (size_t i = 0; i < specials->count; i++) {
            const lk_special *special = &specials->list[i];
            if (special->id >= next && (!least || special->id < least->id)) least = special;
        }
        if (!least) break;
        write_added_token(writer, least);
        next = least->id + 1;
    }
    lk_json_end(writer);
}

static void write_decoder(lk_json_writer *writer, bool is_bpe) {
    lk_json_begin_object(writer, "decoder");
    lk_json_add_string(writer, "type", is_bpe ? "ByteLevel" : "Fuse");
    if (is_bpe) {
        lk_json_add_bool(writer, "add_prefix_space", false);
        lk_json_add_bool(writer, "trim_offsets", true);
        lk_json_add_bool(writer, "use_regex", true);
    }
    lk_json_end(writer);
}

// What is done around the model.
static lk_status write_steps(lk_json_writer *writer, lk_buffer *text,
                             const lk_tokenizer *tokenizer) {
    if (tokenizer->character_bpe) {
        lk_character_normalizer_write(writer);
        lk_json_add_null(writer, "pre_tokenizer");
        LK_TRY(lk_character_post_processor_write(writer, text, tokenizer));
        lk_character_decoder_write(writer);
        return LK_OK;
    }
    lk_json_add_null(writer, "normalizer");
    if (tokenizer->bpe)
        lk_pre_tokenizer_write(writer, &tokenizer->bpe->pretokenizer);
    else
        lk_json_add_null(writer, "pre_tokenizer");
    lk_json_add_null(writer, "post_processor");
    write_decoder(writer, tokenizer->bpe != NULL);
    return LK_OK;
}

static lk_status write_document(lk_json_writer *writer, lk_buffer *text,
                                const lk_tokenizer *tokenizer) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "version", "1.0");
    lk_json_add_null(writer, "truncation");
    lk_json_add_null(writer, "padding");
    write_added_tokens(writer, tokenizer);
    LK_TRY(write_steps(writer, text, tokenizer));
    LK_TRY(write_model(writer, text, tokenizer));
    lk_json_end(writer);
    return LK_OK;
}

lk_status lk_tokenizer_write(lk_context *context, lk_buffer *out, const lk_tokenizer *tokenizer) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(context, &writer));
    lk_buffer text = lk_buffer_make(context);
    lk_status status = write_document(writer, &text, tokenizer);
    if (status == LK_OK) status = lk_json_finish(writer, out, true);
    lk_buffer_free(&text);
    lk_json_writer_free(writer);
    return status;
}
