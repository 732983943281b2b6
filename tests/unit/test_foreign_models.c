// Models in the files of llama2.c and llm.c, and in one safetensors file: what is written reads
// back, what PyTorch's export scripts would write is made here by hand, and hostile files are
// refused.
#include "checkpoint/flat_weights.h"

#include "test_context.h"
#include "test_directory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(foreign_models, .init = enter_fresh_directory, .fini = leave_fresh_directory);

enum { VOCABULARY = 11 };

static lk_status append(void *out, const void *bytes, size_t length) {
    lk_buffer_append(out, bytes, length);
    return lk_buffer_status(out);
}

static void append_u32(lk_buffer *out, uint32_t value) {
    lk_buffer_append(out, &value, sizeof value);
}

static lk_model_config llama_config(bool tied) {
    return (lk_model_config){.vocab_size = VOCABULARY,
                             .block_size = 6,
                             .n_layer = 2,
                             .n_head = 4,
                             .n_kv_head = 2,
                             .n_embd = 16,
                             .d_ff = 12,
                             .activation = LK_ACTIVATION_SWIGLU,
                             .norm = LK_NORM_RMS,
                             .positions = LK_POSITIONS_ROPE,
                             .rope_theta = 10000,
                             .norm_epsilon = 1e-5f,
                             .tied_head = tied};
}

static lk_model_config gpt2_config(void) {
    return (lk_model_config){.vocab_size = VOCABULARY,
                             .block_size = 6,
                             .n_layer = 2,
                             .n_head = 2,
                             .n_embd = 8,
                             .activation = LK_ACTIVATION_GELU_TANH,
                             .norm_epsilon = 1e-5f,
                             .rope_theta = 10000,
                             .bias = true,
                             .qkv_bias = true,
                             .tied_head = true};
}

static lk_model *make_model(lk_context *context, lk_model_config config) {
    lk_model *model;
    cr_assert(lk_model_new(context, &model, &config, 3) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_random random = lk_random_stream(3, LK_RANDOM_TEST, 1, 0);
    for (size_t i = 0; i < model->parameter_count; i++)
        for (size_t j = 0; j < model->parameters[i].tensor.count; j++)
            model->parameters[i].tensor.value[j] += (lk_real)(.3 * lk_random_normal(&random));
    return model;
}

static lk_checkpoint *make_checkpoint(lk_context *context, lk_model_config config) {
    lk_checkpoint *checkpoint;
    cr_assert(lk_checkpoint_new(context, &checkpoint) == LK_OK);
    checkpoint->model = make_model(context, config);
    cr_assert(lk_tokenizer_new_characters(context, &checkpoint->tokenizer, "abcdefghijk",
                                          VOCABULARY) == LK_OK);
    cr_assert(lk_model_digest(checkpoint->digest, checkpoint->model) == LK_OK);
    return checkpoint;
}

static double largest_difference(const lk_model *a, const lk_model *b) {
    double largest = 0;
    cr_assert(a->parameter_count == b->parameter_count);
    for (size_t i = 0; i < a->parameter_count; i++) {
        const lk_tensor *x = &a->parameters[i].tensor, *y = &b->parameters[i].tensor;
        cr_assert(x->count == y->count);
        for (size_t j = 0; j < x->count; j++)
            largest = fmax(largest, fabs((double)x->value[j] - (double)y->value[j]));
    }
    return largest;
}

// ---- Reading a file -----------------------------------------------------------------------------

typedef lk_status reader(lk_checkpoint *checkpoint, const uint8_t *bytes, size_t length);

static lk_status try_read(lk_context *context, lk_checkpoint **out, reader *read,
                          const lk_buffer *file, size_t length) {
    lk_checkpoint *checkpoint;
    *out = NULL;
    LK_TRY(lk_checkpoint_new(context, &checkpoint));
    return lk_checkpoint_finish(out, checkpoint,
                                read(checkpoint, (const uint8_t *)file->data, length));
}

static void expect_model(lk_context *context, reader *read, const lk_buffer *file,
                         const lk_model *expected, double tolerance) {
    lk_checkpoint *checkpoint;
    cr_assert(try_read(context, &checkpoint, read, file, file->length) == LK_OK, "%s",
              lk_context_error(context).message);
    double difference = largest_difference(checkpoint->model, expected);
    cr_assert(difference <= tolerance, "%g", difference);
    lk_checkpoint_free(checkpoint);
}

// Cut off anywhere, too long, and with wrong numbers in the header.
static void expect_hostile_refused(lk_context *context, reader *read, const lk_buffer *file) {
    lk_checkpoint *checkpoint;
    for (size_t length = 28; length < file->length; length += 1 + length / 50)
        if (read != lk_llmc_read || length >= 1024)
            cr_assert(try_read(context, &checkpoint, read, file, length) == LK_ERROR_DATA);
    lk_buffer changed = lk_buffer_make(context);
    lk_buffer_append(&changed, file->data, file->length);
    lk_buffer_append_byte(&changed, 0);
    cr_assert(try_read(context, &checkpoint, read, &changed, changed.length) == LK_ERROR_DATA);
    for (size_t at = 0; at < 48; at++) {
        static const uint8_t values[] = {0, 1, 0x7F, 0x80, 0xFF};
        char kept = changed.data[at];
        for (size_t i = 0; i < sizeof values; i++) {
            changed.data[at] = (char)values[i];
            lk_status status = try_read(context, &checkpoint, read, &changed, file->length);
            cr_assert(status == LK_OK || status == LK_ERROR_DATA || status == LK_ERROR_UNSUPPORTED,
                      "%s: %s", lk_status_name(status), lk_context_error(context).message);
            lk_checkpoint_free(checkpoint);
        }
        changed.data[at] = kept;
    }
    lk_buffer_free(&changed);
}

static void expect_no_leak(lk_context *context, reader *read, const lk_buffer *file) {
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_checkpoint *checkpoint = NULL;
        lk_context_fail_allocation(context, k);
        status = try_read(context, &checkpoint, read, file, file->length);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_checkpoint_free(checkpoint);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
    }
}

static void check_file(lk_context *context, reader *read, const lk_buffer *file,
                       const lk_model *expected, double tolerance) {
    expect_model(context, read, file, expected, tolerance);
    expect_hostile_refused(context, read, file);
    expect_no_leak(context, read, file);
}

// ---- llama2.c -----------------------------------------------------------------------------------

Test(foreign_models, llama2c_version_0_reads_back) {
    lk_context *context = make_context();
    for (int tied = 0; tied <= 1; tied++) {
        lk_model *model = make_model(context, llama_config(tied));
        lk_buffer file = lk_buffer_make(context);
        cr_assert(lk_llama2c_send(model, append, &file) == LK_OK);
        cr_assert(lk_llama2c_is((const uint8_t *)file.data, file.length));
        check_file(context, lk_llama2c_read, &file, model, 0);
        lk_buffer_free(&file);
        lk_model_free(model);
    }
    free_context(context);
}

// The sizes and the flag of versions 1 and 2, filled up to 256 bytes.
static void append_header(lk_buffer *out, const lk_model_config *config, uint32_t version) {
    const uint32_t sizes[] = {config->n_embd,    config->d_ff,      config->n_layer,
                              config->n_head,    config->n_kv_head, config->vocab_size,
                              config->block_size};
    append_u32(out, 0x616B3432);
    append_u32(out, version);
    lk_buffer_append(out, sizes, sizeof sizes);
    lk_buffer_append_byte(out, config->tied_head);
    if (version == 2) append_u32(out, 4);
    while (out->length < 256) lk_buffer_append_byte(out, 0);
}

static void append_values(lk_buffer *out, const float *values, size_t count, bool groups) {
    if (!groups) {
        lk_buffer_append(out, values, count * sizeof *values);
        return;
    }
    float scales[64];
    for (size_t i = 0; i < count; i += 4) {
        float most = 0;
        for (size_t j = i; j < i + 4; j++) most = fmaxf(most, fabsf(values[j]));
        scales[i / 4] = most / 127;
        for (size_t j = i; j < i + 4; j++)
            lk_buffer_append_byte(out, (char)lrintf(values[j] / scales[i / 4]));
    }
    lk_buffer_append(out, scales, count / 4 * sizeof *scales);
}

// A matrix (in, out) as torch has it, of columns first … first + count - 1.
static void append_columns(lk_buffer *out, const lk_parameter *parameter, size_t first,
                           size_t count, bool groups) {
    const lk_tensor *tensor = &parameter->tensor;
    float values[256];
    for (size_t o = 0; o < count; o++)
        for (size_t i = 0; i < tensor->shape[0]; i++)
            values[o * tensor->shape[0] + i] = tensor->value[i * tensor->shape[1] + first + o];
    append_values(out, values, count * tensor->shape[0], groups);
}

static void append_llama(lk_buffer *out, const lk_model *model, uint32_t version) {
    const lk_transformer *t = &model->transformer;
    bool groups = version == 2;
    append_header(out, &model->config, version);
    for (int l = 0; l < 2; l++) append_values(out, t->layers[l].norm1_gain->tensor.value, 16, 0);
    for (int l = 0; l < 2; l++) append_values(out, t->layers[l].norm2_gain->tensor.value, 16, 0);
    append_values(out, t->final_norm_gain->tensor.value, 16, 0);
    append_values(out, t->token_embedding->tensor.value, VOCABULARY * 16, groups);
    for (int l = 0; l < 2; l++) append_columns(out, t->layers[l].qkv_weight, 0, 16, groups);
    for (int l = 0; l < 2; l++) append_columns(out, t->layers[l].qkv_weight, 16, 8, groups);
    for (int l = 0; l < 2; l++) append_columns(out, t->layers[l].qkv_weight, 24, 8, groups);
    for (int l = 0; l < 2; l++) append_columns(out, t->layers[l].projection_weight, 0, 16, groups);
    for (int l = 0; l < 2; l++) append_columns(out, t->layers[l].up_weight, 0, 12, groups);
    for (int l = 0; l < 2; l++) append_columns(out, t->layers[l].down_weight, 0, 16, groups);
    for (int l = 0; l < 2; l++) append_columns(out, t->layers[l].up_weight, 12, 12, groups);
    if (!model->config.tied_head)
        append_values(out, t->head_weight->tensor.value, VOCABULARY * 16, groups);
}

Test(foreign_models, llama2c_versions_1_and_2_are_read) {
    lk_context *context = make_context();
    for (uint32_t version = 1; version <= 2; version++) {
        lk_model *model = make_model(context, llama_config(version == 2));
        lk_buffer file = lk_buffer_make(context);
        append_llama(&file, model, version);
        check_file(context, lk_llama2c_read, &file, model, version == 2 ? 1e-2 : 0);
        lk_buffer_free(&file);
        lk_model_free(model);
    }
    free_context(context);
}

Test(foreign_models, llama2c_says_what_it_cannot_hold) {
    lk_context *context = make_context();
    lk_model_config config = llama_config(true);
    config.qkv_bias = true;
    lk_model *model = make_model(context, config);
    lk_buffer file = lk_buffer_make(context);
    expect_failure(context, lk_llama2c_send(model, append, &file), LK_ERROR_UNSUPPORTED,
                   "qkv_bias is true");
    lk_buffer_free(&file);
    lk_model_free(model);
    free_context(context);
}

// ---- llm.c --------------------------------------------------------------------------------------

// Values as float32 or cut to bfloat16.
static void append_real(lk_buffer *out, const float *values, size_t count, uint32_t version) {
    for (size_t i = 0; i < count; i++)
        lk_buffer_append(out, (const char *)&values[i] + (version == 5 ? 2 : 0),
                         version == 5 ? 2 : 4);
}

static void append_matrix(lk_buffer *out, const lk_parameter *parameter, uint32_t version) {
    const lk_tensor *tensor = &parameter->tensor;
    for (size_t o = 0; o < tensor->shape[1]; o++)
        for (size_t i = 0; i < tensor->shape[0]; i++)
            append_real(out, &tensor->value[i * tensor->shape[1] + o], 1, version);
}

static void append_llmc(lk_buffer *out, const lk_model *model, uint32_t version) {
    const lk_model_config *config = &model->config;
    const lk_transformer *t = &model->transformer;
    enum { PADDED = 16 };
    const uint32_t header[256] = {20240326,        version,        config->block_size, VOCABULARY,
                                  config->n_layer, config->n_head, config->n_embd,     PADDED};
    static const float zeros[PADDED * 8];
    lk_buffer_append(out, header, sizeof header);
#define VECTOR(part)                                                                               \
    for (int l = 0; l < 2; l++)                                                                    \
    append_real(out, t->layers[l].part->tensor.value, t->layers[l].part->tensor.count, version)
#define MATRIX(part)                                                                               \
    for (int l = 0; l < 2; l++) append_matrix(out, t->layers[l].part, version)
    append_real(out, t->token_embedding->tensor.value, VOCABULARY * 8, version);
    append_real(out, zeros, (PADDED - VOCABULARY) * 8, version);
    append_real(out, t->position_embedding->tensor.value, 6 * 8, version);
    VECTOR(norm1_gain);
    VECTOR(norm1_bias);
    MATRIX(qkv_weight);
    VECTOR(qkv_bias);
    MATRIX(projection_weight);
    VECTOR(projection_bias);
    VECTOR(norm2_gain);
    VECTOR(norm2_bias);
    MATRIX(up_weight);
    VECTOR(up_bias);
    MATRIX(down_weight);
    VECTOR(down_bias);
    append_real(out, t->final_norm_gain->tensor.value, 8, version);
    append_real(out, t->final_norm_bias->tensor.value, 8, version);
}

Test(foreign_models, llmc_is_read_without_its_padding) {
    lk_context *context = make_context();
    for (uint32_t version = 3; version <= 5; version += 2) {
        lk_model *model = make_model(context, gpt2_config());
        lk_buffer file = lk_buffer_make(context);
        append_llmc(&file, model, version);
        check_file(context, lk_llmc_read, &file, model, version == 5 ? 2e-2 : 0);
        lk_buffer_free(&file);
        lk_model_free(model);
    }
    free_context(context);
}

// ---- One safetensors file -----------------------------------------------------------------------

Test(foreign_models, one_safetensors_file_holds_model_and_tokenizer) {
    lk_context *context = make_context();
    lk_checkpoint *made = make_checkpoint(context, llama_config(false)), *read;
    cr_assert(lk_checkpoint_export(made, "a.safetensors", LK_MODEL_SAFETENSORS, false) == LK_OK);
    cr_assert(lk_checkpoint_export(made, "a.safetensors", LK_MODEL_SAFETENSORS, false) ==
              LK_ERROR_CREATE);
    cr_assert(lk_checkpoint_load(context, &read, "a.safetensors") == LK_OK, "%s",
              lk_context_error(context).message);
    cr_assert(largest_difference(made->model, read->model) == 0);
    cr_assert(strcmp(made->digest, read->digest) == 0);
    cr_assert(lk_tokenizer_count(read->tokenizer) == VOCABULARY);
    lk_checkpoint_free(read);
    lk_file *file;
    cr_assert(lk_file_open(context, &file, "a.safetensors") == LK_OK);
    lk_memory_file memory = {"a.safetensors", lk_file_bytes(file), lk_file_length(file)};
    cr_assert(lk_checkpoint_load_files(context, &read, &memory, 1) == LK_OK);
    cr_assert(largest_difference(made->model, read->model) == 0);
    lk_file_free(file);
    lk_checkpoint_free(read);
    lk_checkpoint_free(made);
    free_context(context);
}

static void expect_refused(lk_context *context, const char *path, const char *advice) {
    lk_checkpoint *checkpoint;
    expect_failure(context, lk_checkpoint_load(context, &checkpoint, path), LK_ERROR_UNSUPPORTED,
                   advice);
    const char *message = lk_context_error(context).message;
    cr_assert(strcmp(message + strlen(message) - 4, "\nEND") == 0, "cut off: %s", message);
}

Test(foreign_models, pickles_are_refused_with_advice) {
    static const char *const files[] = {"PK\3\4 and so on", "\x80\2}q"};
    static const char config[] = "{\"model_type\": \"gpt2\", \"vocab_size\": 2, \"n_embd\": 2, "
                                 "\"n_positions\": 2, \"n_layer\": 1, \"n_head\": 1}";
    lk_context *context = make_context();
    cr_assert(lk_file_write(context, "config.json", config, strlen(config), true) == LK_OK);
    for (int i = 0; i < 2; i++) {
        cr_assert(lk_file_write(context, "ckpt.pt", files[i], strlen(files[i]), true) == LK_OK);
        cr_assert(lk_file_write(context, "pytorch_model-00001-of-00001.bin", files[i],
                                strlen(files[i]), true) == LK_OK);
        expect_refused(context, "ckpt.pt", "saved['model_args']");
        expect_refused(context, "pytorch_model-00001-of-00001.bin", "glob('pytorch_model*.bin')");
        expect_refused(context, ".", "glob('pytorch_model*.bin')");
    }
    free_context(context);
}

// ---- Tokenizers of llama2.c ---------------------------------------------------------------------

static void append_token(lk_buffer *out, float score, const char *text) {
    lk_buffer_append(out, &score, sizeof score);
    append_u32(out, (uint32_t)strlen(text));
    lk_buffer_append_text(out, text);
}

static lk_buffer tokenizer_file(lk_context *context) {
    lk_buffer file = lk_buffer_make(context);
    append_u32(&file, 8);
    append_token(&file, 0, "<unk>");
    append_token(&file, 0, "\n<s>\n");
    append_token(&file, 0, "\n</s>\n");
    for (int byte = 0; byte < 256; byte++) {
        char name[8];
        snprintf(name, sizeof name, "<0x%02X>", byte);
        append_token(&file, 0, name);
    }
    static const char *const tokens[] = {" ", "a", "b", "ab", "ba", " a", "aba"}; // from 259
    for (int i = 0; i < 7; i++) append_token(&file, (float)-i, tokens[i]);
    return file;
}

static void expect_ids(lk_context *context, const lk_tokenizer *tokenizer, const char *text,
                       const uint32_t *expected, size_t count) {
    lk_ids ids = lk_ids_make(context);
    cr_assert(lk_tokenizer_encode(context, &ids, tokenizer, text, strlen(text), NULL) == LK_OK);
    cr_assert(ids.count == count, "%s", text);
    for (size_t i = 0; i < count; i++) cr_assert(ids.ids[i] == expected[i], "%s", text);
    lk_ids_free(&ids);
}

Test(foreign_models, tokens_merge_by_their_scores) {
    lk_context *context = make_context();
    lk_buffer file = tokenizer_file(context);
    cr_assert(lk_file_write(context, "tokenizer.bin", file.data, file.length, true) == LK_OK);
    lk_tokenizer *tokenizer;
    cr_assert(lk_tokenizer_load(context, &tokenizer, "tokenizer.bin", NULL) == LK_OK, "%s",
              lk_context_error(context).message);
    cr_assert(lk_tokenizer_count(tokenizer) == 266);
    expect_ids(context, tokenizer, "", NULL, 0);
    expect_ids(context, tokenizer, "ab", (uint32_t[]){259, 262}, 2); // "ab" before " a"
    expect_ids(context, tokenizer, "aba", (uint32_t[]){259, 265}, 2);
    expect_ids(context, tokenizer, "aé", (uint32_t[]){264, 3 + 0xC3, 3 + 0xA9}, 3);
    size_t length;
    cr_assert(*lk_tokenizer_token_at(tokenizer, 3 + 'x', &length) == 'x' && length == 1);
    lk_tokenizer_free(tokenizer);
    for (size_t cut = 12; cut < file.length; cut += 7) {
        cr_assert(lk_file_write(context, "tokenizer.bin", file.data, cut, true) == LK_OK);
        if (lk_tokenizer_load(context, &tokenizer, "tokenizer.bin", NULL) == LK_OK)
            lk_tokenizer_free(tokenizer);
    }
    lk_buffer_free(&file);
    free_context(context);
}

// A sample, which begins with the token before every text.
static lk_buffer sample_of(lk_context *context, const lk_checkpoint *checkpoint) {
    lk_buffer text = lk_buffer_make(context);
    lk_generator *generator;
    lk_sampling sampling = lk_sampling_default();
    cr_assert(lk_generator_new(context, &generator, checkpoint->model, checkpoint->tokenizer,
                               "ab b", 4, &sampling, 4, NULL) == LK_OK,
              "%s", lk_context_error(context).message);
    lk_generated token = {0};
    while (token.finish == LK_FINISH_NONE) {
        cr_assert(lk_generator_next(generator, &token) == LK_OK);
        lk_buffer_append(&text, token.text, token.text_length);
    }
    lk_generator_free(generator);
    return text;
}

Test(foreign_models, of_llama2c_keep_their_tokenizer_in_every_form) {
    static const char *const paths[LK_MODEL_FORMAT_COUNT] = {"hf", "a.safetensors", NULL, "npy"};
    lk_context *context = make_context();
    lk_model_config config = llama_config(false);
    config.vocab_size = 266;
    config.block_size = 16;
    lk_checkpoint *made;
    lk_buffer file = tokenizer_file(context);
    cr_assert(lk_checkpoint_new(context, &made) == LK_OK);
    made->model = make_model(context, config);
    cr_assert(lk_file_write(context, "tokenizer.bin", file.data, file.length, true) == LK_OK);
    cr_assert(lk_tokenizer_load(context, &made->tokenizer, "tokenizer.bin", NULL) == LK_OK);
    lk_buffer sample = sample_of(context, made);
    for (int format = 0; format < LK_MODEL_FORMAT_COUNT; format++) {
        lk_checkpoint *read;
        if (!paths[format]) continue; // llama2.c's own has no tokenizer
        cr_assert(lk_checkpoint_export(made, paths[format], (lk_model_format)format, false) ==
                      LK_OK,
                  "%s", lk_context_error(context).message);
        cr_assert(lk_checkpoint_load(context, &read, paths[format]) == LK_OK, "%s",
                  lk_context_error(context).message);
        lk_buffer again = sample_of(context, read);
        cr_assert(again.length == sample.length);
        cr_assert(memcmp(again.data, sample.data, sample.length) == 0, "%s", paths[format]);
        expect_ids(context, read->tokenizer, "aba", (uint32_t[]){259, 265}, 2);
        lk_buffer_free(&again);
        lk_checkpoint_free(read);
    }
    lk_buffer_free(&sample);
    lk_buffer_free(&file);
    lk_checkpoint_free(made);
    free_context(context);
}
