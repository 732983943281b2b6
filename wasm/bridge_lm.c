// Language models for JavaScript: open the files of a checkpoint, then draw one token a call.
#include "bridge_lm.h"

#include <stdlib.h>
#include <string.h>

// ---- Files ----------------------------------------------------------------------------------

// Fills `files` (as many as the manifest has members) with the consecutive pieces of `bytes`.
static lk_status split_files(lk_memory_file *files, const lk_json *manifest, const uint8_t *bytes,
                             size_t length) {
    size_t index = 0;
    for (const lk_json *file = lk_json_first(manifest); file; file = lk_json_next(file)) {
        int64_t file_length;
        const lk_json *size = lk_json_get(file, "length");
        if (!lk_json_integer(size, &file_length, 0, (int64_t)length)) return LK_ERROR_USAGE;
        const char *name = lk_json_string(lk_json_get(file, "name"), "");
        files[index++] = (lk_memory_file){name, bytes, (size_t)file_length};
        bytes += file_length;
        length -= (size_t)file_length;
    }
    return LK_OK;
}

lk_status lk_bridge_files_open(lk_bridge *bridge, lk_bridge_files *files, const char *manifest,
                               size_t manifest_length, const uint8_t *bytes, size_t length) {
    *files = (lk_bridge_files){.context = bridge->context};
    LK_TRY(lk_json_parse(bridge->context, &files->manifest, manifest, manifest_length));
    files->count = lk_json_count(files->manifest);
    files->files = calloc(files->count + 1, sizeof *files->files);
    lk_status status =
        files->files ? split_files(files->files, files->manifest, bytes, length) : LK_ERROR_MEMORY;
    if (status != LK_OK) lk_bridge_files_close(files);
    return status;
}

void lk_bridge_files_close(lk_bridge_files *files) {
    free(files->files);
    lk_json_free(files->context, files->manifest);
}

// ---- Checkpoints ----------------------------------------------------------------------------

// Opens the files [{"name","length"}] of the manifest, whose bytes follow each other in `bytes`;
// they may be freed afterwards.
LK_EXPORT lk_status lk_bridge_checkpoint_open(lk_bridge *bridge, lk_checkpoint **checkpoint,
                                              const char *manifest, size_t manifest_length,
                                              const uint8_t *bytes, size_t length) {
    lk_bridge_files files;
    LK_TRY(lk_bridge_files_open(bridge, &files, manifest, manifest_length, bytes, length));
    lk_status status =
        lk_checkpoint_load_files(bridge->context, checkpoint, files.files, files.count);
    lk_bridge_files_close(&files);
    return status;
}

LK_EXPORT void lk_bridge_checkpoint_free(lk_checkpoint *checkpoint) {
    lk_checkpoint_free(checkpoint);
}

LK_EXPORT lk_status lk_bridge_checkpoint_describe(lk_bridge *bridge,
                                                  const lk_checkpoint *checkpoint) {
    lk_buffer_clear(&bridge->output);
    return lk_checkpoint_info_json(bridge->context, &bridge->output, checkpoint, NULL);
}

// ---- Generation -----------------------------------------------------------------------------

static uint64_t whole(const lk_json *request, const char *name, uint64_t fallback, int64_t high) {
    int64_t value;
    bool given = lk_json_integer(lk_json_get(request, name), &value, 0, high);
    return given ? (uint64_t)value : fallback;
}

static lk_sampling sampling_of(const lk_json *request) {
    lk_sampling sampling = lk_sampling_default();
    sampling.temperature =
        lk_json_number(lk_json_get(request, "temperature"), sampling.temperature);
    sampling.top_p = lk_json_number(lk_json_get(request, "top_p"), sampling.top_p);
    sampling.min_p = lk_json_number(lk_json_get(request, "min_p"), sampling.min_p);
    sampling.top_k = (uint32_t)whole(request, "top_k", sampling.top_k, UINT32_MAX);
    sampling.sample = (uint32_t)whole(request, "sample", sampling.sample, UINT32_MAX);
    sampling.seed = whole(request, "seed", sampling.seed, INT64_C(1) << 53);
    return sampling;
}

enum { DEFAULT_MAX_TOKENS = 500 };

// Begins a text: {"prompt","max_tokens","temperature","top_k","top_p","min_p","seed","sample",
// "stop"}, all optional. The generator must be freed before its checkpoint.
LK_EXPORT lk_status lk_bridge_generator_open(lk_bridge *bridge, lk_generator **generator,
                                             const lk_checkpoint *checkpoint, const char *text,
                                             size_t length) {
    lk_json *request;
    LK_TRY(lk_json_parse(bridge->context, &request, text, length));
    lk_sampling sampling = sampling_of(request);
    const char *prompt = lk_json_string(lk_json_get(request, "prompt"), "");
    const char *stop = lk_json_string(lk_json_get(request, "stop"), NULL);
    uint32_t max_tokens = (uint32_t)whole(request, "max_tokens", DEFAULT_MAX_TOKENS, UINT32_MAX);
    lk_status status = lk_generator_new(bridge->context, generator, lk_checkpoint_model(checkpoint),
                                        lk_checkpoint_tokenizer(checkpoint), prompt, strlen(prompt),
                                        &sampling, max_tokens, stop);
    lk_json_free(bridge->context, request);
    return status;
}

LK_EXPORT void lk_bridge_generator_free(lk_generator *generator) { lk_generator_free(generator); }

static const char *const finish_names[] = {
    [LK_FINISH_LENGTH] = "length",
    [LK_FINISH_STOP] = "stop",
};

static void add_candidates(lk_json_writer *writer, const lk_generated *token) {
    lk_json_begin_array(writer, "candidates");
    for (uint32_t i = 0; i < token->candidate_count; i++) {
        lk_json_begin_object(writer, NULL);
        lk_json_add_integer(writer, "id", token->candidates[i].id);
        lk_json_add_number(writer, "p", (double)token->candidates[i].probability);
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

// Draws a token: {"id","log_prob","candidates":[{"id","p"}],"finish": absent but in the last}.
LK_EXPORT lk_status lk_bridge_generator_next(lk_bridge *bridge, lk_generator *generator) {
    lk_generated token;
    LK_TRY(lk_generator_next(generator, &token));
    lk_json_writer *writer = bridge->writer;
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "id", token.id);
    lk_json_add_number(writer, "log_prob", token.log_prob);
    add_candidates(writer, &token);
    if (token.finish != LK_FINISH_NONE)
        lk_json_add_string(writer, "finish", finish_names[token.finish]);
    lk_json_end(writer);
    return lk_bridge_answer(bridge);
}

// Makes the bytes of a token the output: a piece of UTF-8 text, of which a token may hold a part of
// a character only.
LK_EXPORT lk_status lk_bridge_token(lk_bridge *bridge, const lk_checkpoint *checkpoint,
                                    uint32_t id) {
    lk_buffer_clear(&bridge->output);
    return lk_tokenizer_decode(bridge->context, &bridge->output,
                               lk_checkpoint_tokenizer(checkpoint), &id, 1);
}

// ---- Constants ------------------------------------------------------------------------------

void lk_bridge_add_lab_constants(lk_bridge *bridge) {
    lk_json_writer *writer = bridge->writer;
    lk_json_add_string(writer, "kernels", lk_context_kernels_name(bridge->context));
    lk_sampling sampling = lk_sampling_default();
    lk_json_begin_object(writer, "sampling");
    lk_json_add_number(writer, "temperature", sampling.temperature);
    lk_json_add_integer(writer, "top_k", sampling.top_k);
    lk_json_add_number(writer, "top_p", sampling.top_p);
    lk_json_add_number(writer, "min_p", sampling.min_p);
    lk_json_add_integer(writer, "seed", (int64_t)sampling.seed);
    lk_json_add_integer(writer, "max_tokens", DEFAULT_MAX_TOKENS);
    lk_json_end(writer);
    lk_json_add_integer(writer, "candidates", LK_CANDIDATES);
}
