// What is stored in the names and layouts of transformers' classes: read back bit by bit, and
// against a naive reading of the files, which knows nothing of how the weights lie in memory.
#include "checkpoint/checkpoint.h"

#include "naive_classes.h"
#include "test_context.h"
#include "test_directory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(layout, .init = enter_fresh_directory, .fini = leave_fresh_directory);

enum { LENGTH = 6, VOCABULARY = 11, ROUNDS = 24 };

static const uint32_t ids[LENGTH] = {1, 6, 0, 10, 3, 7};

// ---- Models -------------------------------------------------------------------------------------

static uint32_t draw(lk_random *random, uint32_t bound) {
    return (uint32_t)lk_random_below(random, bound);
}

// A configuration of the class: any mixture of heads, biases and activations it can hold.
static lk_model_config draw_config(lk_random *random, const char *model_type) {
    bool gpt2 = strcmp(model_type, "gpt2") == 0, llama = strcmp(model_type, "llama") == 0;
    static const uint32_t kv_heads[] = {1, 2, 4};
    lk_model_config config = {
        .vocab_size = VOCABULARY,
        .block_size = LENGTH + draw(random, 3),
        .n_layer = 1 + draw(random, 3),
        .n_head = 4,
        .n_kv_head = gpt2 ? 4 : kv_heads[draw(random, 3)],
        .n_embd = draw(random, 2) ? 8 : 24,
        .d_ff = 5 + draw(random, 20),
        .activation = llama ? LK_ACTIVATION_SWIGLU : (lk_activation)draw(random, 4),
        .norm = llama ? LK_NORM_RMS : LK_NORM_LAYER,
        .positions = gpt2 ? LK_POSITIONS_LEARNED : LK_POSITIONS_ROPE,
        .rope_theta = draw(random, 2) ? 10000 : 37.5f,
        .bias = draw(random, 2),
        .qkv_bias = draw(random, 2),
        .tied_head = draw(random, 2),
        .norm_epsilon = 1e-5f,
    };
    return config;
}

// Weights that are far from the start: no gain is 1, no bias 0.
static lk_model *make_model(lk_context *context, const lk_model_config *config, uint64_t seed) {
    lk_model *model = NULL;
    cr_assert(lk_model_new(context, &model, config, seed) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_random random = lk_random_stream(seed, LK_RANDOM_TEST, 1, 0);
    for (size_t i = 0; i < model->parameter_count; i++) {
        lk_tensor *tensor = &model->parameters[i].tensor;
        for (size_t j = 0; j < tensor->count; j++)
            tensor->value[j] += (lk_real)(.3 * lk_random_normal(&random));
    }
    return model;
}

static lk_tokenizer *make_tokenizer(lk_context *context) {
    lk_tokenizer *tokenizer;
    cr_assert(lk_tokenizer_new_characters(context, &tokenizer, "abcdefghijk", VOCABULARY) == LK_OK);
    return tokenizer;
}

// The model becomes that of a checkpoint, which is saved in `directory`.
static lk_checkpoint *save_model(lk_context *context, lk_model *model, const char *directory) {
    lk_checkpoint *checkpoint;
    cr_assert(lk_checkpoint_new(context, &checkpoint) == LK_OK);
    checkpoint->model = model;
    checkpoint->tokenizer = make_tokenizer(context);
    cr_assert(lk_model_digest(checkpoint->digest, model) == LK_OK);
    cr_assert(lk_checkpoint_save(checkpoint, directory, true) == LK_OK, "%s",
              lk_context_error(context).message);
    return checkpoint;
}

static lk_checkpoint *load(lk_context *context, const char *path) {
    lk_checkpoint *checkpoint = NULL;
    cr_assert(lk_checkpoint_load(context, &checkpoint, path) == LK_OK, "%s",
              lk_context_error(context).message);
    return checkpoint;
}

static void expect_same(const lk_checkpoint *a, const lk_checkpoint *b) {
    cr_assert(a->model->parameter_count == b->model->parameter_count);
    for (size_t i = 0; i < a->model->parameter_count; i++) {
        const lk_parameter *x = &a->model->parameters[i], *y = &b->model->parameters[i];
        cr_assert(strcmp(x->name, y->name) == 0 && x->tensor.count == y->tensor.count);
        cr_assert(memcmp(x->tensor.value, y->tensor.value, x->tensor.count * sizeof(float)) == 0,
                  "%s", x->name);
    }
    cr_assert(strcmp(a->digest, b->digest) == 0);
}

// ---- The peer -----------------------------------------------------------------------------------

typedef struct opened {
    lk_file *file;
    lk_safetensors *tensors;
} opened;

static opened open_tensors(lk_context *context, const char *path) {
    opened o;
    cr_assert(lk_file_open(context, &o.file, path) == LK_OK);
    cr_assert(lk_safetensors_parse(context, &o.tensors, path, lk_file_bytes(o.file),
                                   lk_file_length(o.file)) == LK_OK);
    return o;
}

static void close_tensors(opened o) {
    lk_safetensors_free(o.tensors);
    lk_file_free(o.file);
}

static void our_logits(lk_context *context, double *logits, const lk_model *model) {
    lk_decoder *decoder;
    cr_assert(lk_decoder_new(context, &decoder, model) == LK_OK);
    for (size_t t = 0; t < LENGTH; t++) {
        const float *row;
        cr_assert(lk_decoder_feed(decoder, &row, &ids[t], 1) == LK_OK);
        for (size_t i = 0; i < VOCABULARY; i++) logits[t * VOCABULARY + i] = (double)row[i];
    }
    lk_decoder_free(decoder);
}

static double largest_difference(const double *a, const double *b) {
    double largest = 0;
    for (size_t i = 0; i < LENGTH * VOCABULARY; i++) {
        double scale = 1 + fabs(a[i]), difference = fabs(a[i] - b[i]) / scale;
        if (difference > largest) largest = difference;
    }
    return largest;
}

static void expect_naive_logits(lk_context *context, const lk_model *model,
                                const char *model_type) {
    double ours[LENGTH * VOCABULARY], naive[LENGTH * VOCABULARY];
    opened o = open_tensors(context, "a/model.safetensors");
    our_logits(context, ours, model);
    naive_class_logits(naive, o.tensors, model_type, &model->config, ids, LENGTH);
    double difference = largest_difference(naive, ours);
    cr_assert(difference < 1e-4, "%s: the logits differ by %g", model_type, difference);
    close_tensors(o);
}

// ---- Round trips --------------------------------------------------------------------------------

// The configuration as another program has written it: without our own keys, and no manifest.
// Returns whether it tells which biases there are.
static bool forget_our_keys(lk_context *context) {
    lk_file *file;
    cr_assert(lk_file_open(context, &file, "a/config.json") == LK_OK);
    lk_buffer text = lk_buffer_make(context);
    lk_buffer_append(&text, lk_file_bytes(file), lk_file_length(file));
    lk_file_free(file);
    char *ours = strstr(text.data, ",\n  \"likelore\"");
    if (!ours) ours = strstr(text.data, ",\n\t\"likelore\"");
    cr_assert(ours, "%s", text.data);
    strcpy(ours, "}");
    cr_assert(lk_file_write(context, "a/config.json", text.data, strlen(text.data), true) == LK_OK);
    cr_assert(unlink("a/manifest.json") == 0);
    lk_stored_config stored;
    cr_assert(lk_config_parse(context, &stored, "a", text.data, strlen(text.data), NULL) == LK_OK);
    lk_buffer_free(&text);
    return !stored.lacks_biases;
}

static void round_trip(lk_context *context, const char *model_type, uint64_t seed) {
    lk_random random = lk_random_stream(seed, LK_RANDOM_TEST, 0, 0);
    lk_model_config config = draw_config(&random, model_type);
    cr_assert(strcmp(lk_layout_of(&config)->model_type, model_type) == 0);
    lk_checkpoint *saved = save_model(context, make_model(context, &config, seed), "a");
    lk_checkpoint *loaded = load(context, "a");
    expect_same(saved, loaded);
    expect_naive_logits(context, loaded->model, model_type);
    lk_checkpoint_free(loaded);
    bool tells_biases = forget_our_keys(context);
    loaded = load(context, "a");
    expect_naive_logits(context, loaded->model, model_type);
    cr_assert(!tells_biases || strcmp(saved->digest, loaded->digest) == 0);
    lk_checkpoint_free(loaded);
    lk_checkpoint_free(saved);
}

static void round_trips(const char *model_type) {
    lk_context *context = make_context();
    for (uint64_t seed = 0; seed < ROUNDS; seed++) round_trip(context, model_type, seed);
    free_context(context);
}

Test(layout, gpt2_comes_back_and_is_what_its_class_reads) { round_trips("gpt2"); }

Test(layout, llama_comes_back_and_is_what_its_class_reads) { round_trips("llama"); }

Test(layout, starcoder2_comes_back_and_is_what_its_class_reads) { round_trips("starcoder2"); }

Test(layout, what_no_class_holds_comes_back_under_our_names) {
    static const lk_model_config configs[] = {
        {.head_bias = true, .activation = LK_ACTIVATION_RELU, .bias = true},
        {.norm = LK_NORM_NONE, .activation = LK_ACTIVATION_GELU},
        {.norm = LK_NORM_RMS, .norm_place = LK_NORM_POST, .positions = LK_POSITIONS_NONE},
        {.activation = LK_ACTIVATION_SWIGLU, .positions = LK_POSITIONS_ROPE, .qkv_bias = true},
    };
    lk_context *context = make_context();
    for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
        lk_model_config config = configs[i];
        config.vocab_size = VOCABULARY;
        config.block_size = LENGTH;
        config.n_layer = 2;
        config.n_head = 2;
        config.n_kv_head = 1;
        config.n_embd = 8;
        config.rope_theta = 100;
        config.norm_epsilon = 1e-5f;
        lk_checkpoint *saved = save_model(context, make_model(context, &config, i), "a");
        lk_checkpoint *loaded = load(context, "a");
        cr_assert(lk_layout_of(&saved->model->config) == &lk_layout_likelore);
        expect_same(saved, loaded);
        lk_checkpoint_free(saved);
        lk_checkpoint_free(loaded);
    }
    free_context(context);
}

// The comparison above would tell a file whose rotary rows are not half-split.
Test(layout, a_wrong_permutation_shows_in_the_logits) {
    lk_context *context = make_context();
    lk_random random = lk_random_stream(5, LK_RANDOM_TEST, 0, 0);
    for (int bias = 0; bias <= 1; bias++) {
        lk_model_config config = draw_config(&random, "starcoder2");
        config.n_embd = 24;
        config.qkv_bias = true;
        lk_checkpoint *saved = save_model(context, make_model(context, &config, 5), "a");
        double ours[LENGTH * VOCABULARY], naive[LENGTH * VOCABULARY];
        opened o = open_tensors(context, "a/model.safetensors");
        const lk_safetensor *q =
            lk_safetensors_find(o.tensors, bias ? "model.layers.0.self_attn.q_proj.bias"
                                                : "model.layers.0.self_attn.q_proj.weight");
        size_t row = q->length / q->shape[0]; // exchange channels 1 and 3 of the first head
        uint8_t *bytes = (uint8_t *)(uintptr_t)q->bytes, kept[256];
        uint8_t *copy = malloc(lk_file_length(o.file));
        memcpy(copy, lk_file_bytes(o.file), lk_file_length(o.file));
        bytes = copy + (bytes - lk_file_bytes(o.file));
        memcpy(kept, bytes + row, row);
        memcpy(bytes + row, bytes + 3 * row, row);
        memcpy(bytes + 3 * row, kept, row);
        lk_safetensors *exchanged;
        cr_assert(lk_safetensors_parse(context, &exchanged, "a", copy, lk_file_length(o.file)) ==
                  LK_OK);
        our_logits(context, ours, saved->model);
        naive_class_logits(naive, exchanged, "starcoder2", &saved->model->config, ids, LENGTH);
        cr_assert(largest_difference(naive, ours) > 1e-3);
        lk_safetensors_free(exchanged);
        free(copy);
        close_tensors(o);
        lk_checkpoint_free(saved);
    }
    free_context(context);
}

// ---- CS336 --------------------------------------------------------------------------------------

static lk_status append(void *out, const void *bytes, size_t length) {
    lk_buffer_append(out, bytes, length);
    return lk_buffer_status(out);
}

// Puts the model into the directory "a" as the assignment's class names it.
static void write_cs336(lk_context *context, const lk_model *model, const char *config) {
    lk_tensor_list list;
    lk_buffer file = lk_buffer_make(context);
    cr_assert(lk_tensor_list_make_weights(&list, model, &lk_layout_cs336) == LK_OK);
    cr_assert(lk_safetensors_send(context, list.tensors, list.count, NULL, append, &file) == LK_OK);
    lk_tensor_list_release(&list);
    cr_assert(lk_file_write(context, "a/model.safetensors", file.data, file.length, true) == LK_OK);
    cr_assert(lk_file_write(context, "a/config.json", config, strlen(config), true) == LK_OK);
    lk_buffer_free(&file);
}

// A checkpoint of a model like the assignment's, in "a", which it comes from as it is now.
static lk_checkpoint *begin_cs336(lk_context *context, uint64_t seed) {
    lk_random random = lk_random_stream(seed, LK_RANDOM_TEST, 0, 0);
    lk_model_config config = draw_config(&random, "llama");
    config.block_size = 16;
    config.bias = config.qkv_bias = false;
    lk_checkpoint *saved = save_model(context, make_model(context, &config, seed), "a");
    cr_assert(unlink("a/manifest.json") == 0);
    return saved;
}

Test(layout, cs336_is_read_by_its_names_and_shapes) {
    lk_context *context = make_context();
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        lk_checkpoint *saved = begin_cs336(context, seed);
        char config[200];
        snprintf(config, sizeof config,
                 "{\"model_type\":\"cs336\",\"num_heads\":4,\"num_kv_heads\":%u,"
                 "\"context_length\":16,\"rope_theta\":%g}",
                 saved->model->config.n_kv_head, (double)saved->model->config.rope_theta);
        write_cs336(context, saved->model, config);
        lk_checkpoint *loaded = load(context, "a");
        expect_same(saved, loaded);
        expect_naive_logits(context, loaded->model, "cs336");
        lk_checkpoint_free(loaded);
        lk_checkpoint_free(saved);
    }
    free_context(context);
}

Test(layout, cs336_tells_what_its_tensors_do_not) {
    lk_context *context = make_context();
    lk_checkpoint *saved = begin_cs336(context, 1), *loaded;
    static const struct {
        const char *config, *words;
    } cases[] = {
        {"{\"model_type\":\"cs336\",\"context_length\":16}", "num_heads must be there"},
        {"{\"model_type\":\"cs336\",\"num_heads\":4}", "context_length must be there"},
        {"{\"model_type\":\"cs336\",\"num_heads\":4,\"context_length\":16,\"d_ff\":4}",
         "the configuration asks for"},
        {"{\"model_type\":\"cs336\",\"num_heads\":0,\"context_length\":16}", "n_head"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_cs336(context, saved->model, cases[i].config);
        expect_failure(context, lk_checkpoint_load(context, &loaded, "a"), LK_ERROR_DATA,
                       cases[i].words);
    }
    cr_assert(unlink("a/config.json") == 0);
    expect_failure(context, lk_checkpoint_load(context, &loaded, "a"), LK_ERROR_NO_INPUT,
                   "{\"model_type\": \"cs336\"");
    lk_checkpoint_free(saved);
    free_context(context);
}

// ---- Several files ------------------------------------------------------------------------------

// Every second tensor goes to the second file; the index names them all.
static void split_file(lk_context *context, const lk_model *model) {
    lk_tensor_list list;
    lk_buffer index = lk_buffer_make(context);
    lk_buffer_append_text(&index, "{\"metadata\":{\"total_size\":1},\"weight_map\":{");
    cr_assert(lk_tensor_list_make_weights(&list, model, lk_layout_of(&model->config)) == LK_OK);
    for (size_t part = 0; part < 2; part++) {
        lk_stored_tensor half[100];
        size_t count = 0;
        char name[64];
        snprintf(name, sizeof name, "model-0000%zu-of-00002.safetensors", part + 1);
        for (size_t i = part; i < list.count; i += 2) {
            half[count++] = list.tensors[i];
            lk_buffer_printf(&index, "%s\"%s\":\"%s\"", i == 0 ? "" : ",", list.tensors[i].name,
                             name);
        }
        lk_buffer file = lk_buffer_make(context);
        cr_assert(lk_safetensors_send(context, half, count, NULL, append, &file) == LK_OK);
        char path[80];
        snprintf(path, sizeof path, "a/%s", name);
        cr_assert(lk_file_write(context, path, file.data, file.length, true) == LK_OK);
        lk_buffer_free(&file);
    }
    lk_buffer_append_text(&index, "}}");
    cr_assert(lk_file_write(context, "a/model.safetensors.index.json", index.data, index.length,
                            true) == LK_OK);
    cr_assert(unlink("a/model.safetensors") == 0);
    lk_tensor_list_release(&list);
    lk_buffer_free(&index);
}

static void expect_index_refused(const char *text, lk_status status, const char *words) {
    lk_context *context = make_context();
    lk_checkpoint *checkpoint;
    cr_assert(lk_file_write(context, "a/model.safetensors.index.json", text, strlen(text), true) ==
              LK_OK);
    expect_failure(context, lk_checkpoint_load(context, &checkpoint, "a"), status, words);
    free_context(context);
}

Test(layout, weights_may_lie_in_several_files) {
    lk_context *context = make_context();
    lk_random random = lk_random_stream(9, LK_RANDOM_TEST, 0, 0);
    lk_model_config config = draw_config(&random, "llama");
    lk_checkpoint *saved = save_model(context, make_model(context, &config, 9), "a");
    split_file(context, saved->model);
    lk_checkpoint *loaded = load(context, "a");
    expect_same(saved, loaded);
    lk_checkpoint_free(loaded);
    lk_checkpoint_free(saved);
    free_context(context);
    expect_index_refused("{", LK_ERROR_SYNTAX, "");
    expect_index_refused("{\"weight_map\":3}", LK_ERROR_DATA, "no object 'weight_map'");
    expect_index_refused("{\"weight_map\":{\"a\":\"../a/config.json\"}}", LK_ERROR_DATA,
                         "not one beside it");
    expect_index_refused("{\"weight_map\":{\"a\":\"model-00003-of-00002.safetensors\"}}",
                         LK_ERROR_NO_INPUT, "");
    expect_index_refused("{\"weight_map\":{\"a\":\"model-00001-of-00002.safetensors\"}}",
                         LK_ERROR_DATA, "'a' is not in the file");
    expect_index_refused("{\"weight_map\":{}}", LK_ERROR_DATA, "more weights");
}

// ---- Configurations of other programs -----------------------------------------------------------

#define LLAMA                                                                                      \
    "{\"model_type\":\"llama\",\"vocab_size\":11,\"max_position_embeddings\":16,"                  \
    "\"hidden_size\":8,\"intermediate_size\":12,\"num_hidden_layers\":2,"                          \
    "\"num_attention_heads\":2"
#define STARCODER2                                                                                 \
    "{\"model_type\":\"starcoder2\",\"vocab_size\":11,\"max_position_embeddings\":16,"             \
    "\"hidden_size\":8,\"intermediate_size\":12,\"num_hidden_layers\":2,"                          \
    "\"num_attention_heads\":4"

static lk_stored_config parse(const char *text) {
    lk_context *context = make_context();
    lk_stored_config stored;
    cr_assert(lk_config_parse(context, &stored, "config.json", text, strlen(text), NULL) == LK_OK,
              "%s", lk_context_error(context).message);
    free_context(context);
    return stored;
}

Test(layout, missing_keys_have_the_values_of_the_class) {
    lk_model_config llama = parse(LLAMA "}").config;
    cr_assert(llama.n_kv_head == 2 && !llama.bias && !llama.qkv_bias && !llama.tied_head);
    cr_assert(llama.rope_theta == 10000 && llama.norm_epsilon == 1e-6f);
    lk_model_config code = parse(STARCODER2 ",\"sliding_window\":16}").config;
    cr_assert(code.n_kv_head == 2 && code.bias && code.qkv_bias && code.tied_head);
    cr_assert(code.activation == LK_ACTIVATION_GELU_TANH && code.norm_epsilon == 1e-5f);
    cr_assert(parse(LLAMA ",\"rope_theta\":5e5,\"rope_scaling\":null}").config.rope_theta == 5e5f);
    cr_assert(parse(LLAMA ",\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":77}}")
                  .config.rope_theta == 77);
    cr_assert(parse(LLAMA ",\"attention_bias\":true}").lacks_biases);
    cr_assert(!parse(LLAMA ",\"attention_bias\":true,\"mlp_bias\":true}").lacks_biases);
}

static void expect_refused(const char *text, const char *words) {
    lk_context *context = make_context();
    lk_stored_config stored;
    expect_failure(context,
                   lk_config_parse(context, &stored, "config.json", text, strlen(text), NULL),
                   LK_ERROR_UNSUPPORTED, words);
    free_context(context);
}

Test(layout, what_is_not_computed_is_refused_by_name) {
    expect_refused(LLAMA ",\"head_dim\":16}", "head_dim of 16");
    expect_refused(LLAMA ",\"hidden_act\":\"gelu\"}", "hidden_act");
    expect_refused(LLAMA ",\"rope_scaling\":{\"type\":\"linear\",\"factor\":2}}", "'linear'");
    expect_refused(LLAMA ",\"rope_scaling\":{\"rope_type\":\"llama3\"}}", "'llama3'");
    expect_refused(LLAMA ",\"rope_parameters\":{\"rope_type\":\"yarn\"}}", "'yarn'");
    expect_refused(LLAMA ",\"rope_parameters\":{\"full_attention\":{\"rope_theta\":1}}}",
                   "full_attention");
    expect_refused(LLAMA ",\"partial_rotary_factor\":0.5}", "partial_rotary_factor");
    expect_refused(STARCODER2 ",\"sliding_window\":15}", "sliding_window of 15");
    expect_refused(STARCODER2 ",\"norm_type\":\"rms_norm\"}", "rms_norm");
    expect_refused(STARCODER2 ",\"hidden_act\":\"mish\"}", "'mish'");
    expect_refused("{\"model_type\":\"gpt_neo\"}", "'gpt_neo'");
}

Test(layout, our_keys_must_tell_of_a_model_of_the_class) {
    lk_context *context = make_context();
    lk_stored_config stored;
    const char *text = "{\"model_type\":\"gpt2\",\"likelore\":{\"vocab_size\":11,\"block_size\":4,"
                       "\"n_layer\":1,\"n_head\":2,\"n_embd\":8,\"d_ff\":0,\"activation\":\"gelu\","
                       "\"positions\":\"rope\"}}";
    expect_failure(context,
                   lk_config_parse(context, &stored, "config.json", text, strlen(text), NULL),
                   LK_ERROR_DATA, "no gpt2");
    free_context(context);
}
