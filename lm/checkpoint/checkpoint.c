// Loading model and tokenizer, and what a checkpoint tells about itself.
#include "checkpoint/checkpoint.h"

#include "digest.h"
#include "models/cost_show.h"
#include "train/optimizer.h"

// ---- Loading -----------------------------------------------------------------------------------

static lk_status load_config(lk_checkpoint *checkpoint, lk_model_config *config) {
    const uint8_t *bytes;
    size_t length;
    const char *name;
    LK_TRY(
        lk_checkpoint_files_get(checkpoint->files, &bytes, &length, &name, LK_FILE_CONFIG, false));
    return lk_config_parse(checkpoint->context, config, name, (const char *)bytes, length);
}

static void digest_bytes(char hex[65], const lk_safetensors *tensors) {
    size_t length;
    const uint8_t *bytes = lk_safetensors_data(tensors, &length);
    lk_sha256 digest;
    lk_sha256_begin(&digest);
    lk_sha256_add(&digest, bytes, length);
    lk_sha256_end(&digest, hex);
}

static lk_status make_model(lk_checkpoint *checkpoint, const lk_model_config *config,
                            const char *name, const lk_safetensors *tensors) {
    lk_context *context = checkpoint->context;
    size_t length;
    lk_safetensors_data(tensors, &length);
    if (!lk_config_fits_bytes(config, length)) {
        lk_fail(context, LK_ERROR_DATA,
                "the model that %s describes has more weights than there are here", LK_FILE_CONFIG);
        return lk_fail_in_file(context, LK_ERROR_DATA, name);
    }
    LK_TRY(lk_model_new_empty(context, &checkpoint->model, config));
    LK_TRY(lk_weights_read(context, checkpoint->model, name, tensors));
    digest_bytes(checkpoint->digest, tensors);
    return LK_OK;
}

static lk_status load_model(lk_checkpoint *checkpoint) {
    lk_model_config config;
    LK_TRY(load_config(checkpoint, &config));
    const uint8_t *bytes;
    size_t length;
    const char *name;
    LK_TRY(
        lk_checkpoint_files_get(checkpoint->files, &bytes, &length, &name, LK_FILE_MODEL, false));
    lk_safetensors *tensors;
    LK_TRY(lk_safetensors_parse(checkpoint->context, &tensors, name, bytes, length));
    lk_status status = make_model(checkpoint, &config, name, tensors);
    lk_safetensors_free(tensors);
    return status;
}

static lk_status load_tokenizer(lk_checkpoint *checkpoint) {
    lk_context *context = checkpoint->context;
    const uint8_t *bytes;
    size_t length;
    const char *name;
    LK_TRY(lk_checkpoint_files_get(checkpoint->files, &bytes, &length, &name, LK_FILE_TOKENIZER,
                                   false));
    lk_status status =
        lk_tokenizer_parse(context, &checkpoint->tokenizer, (const char *)bytes, length);
    if (status == LK_OK &&
        lk_tokenizer_count(checkpoint->tokenizer) > checkpoint->model->config.vocab_size)
        status =
            lk_fail(context, LK_ERROR_DATA, "the tokenizer has %u tokens and the model only %u",
                    (unsigned)lk_tokenizer_count(checkpoint->tokenizer),
                    (unsigned)checkpoint->model->config.vocab_size);
    return status == LK_OK ? LK_OK : lk_fail_in_file(context, status, name);
}

static lk_status load_trainer(lk_checkpoint *checkpoint) {
    const uint8_t *bytes;
    size_t length;
    const char *name;
    LK_TRY(
        lk_checkpoint_files_get(checkpoint->files, &bytes, &length, &name, LK_FILE_TRAINER, true));
    if (!bytes) return LK_OK;
    lk_status status =
        lk_json_parse(checkpoint->context, &checkpoint->trainer, (const char *)bytes, length);
    return status == LK_OK ? LK_OK : lk_fail_in_file(checkpoint->context, status, name);
}

static lk_status load_all(lk_checkpoint *checkpoint) {
    LK_TRY(load_model(checkpoint));
    LK_TRY(load_tokenizer(checkpoint));
    return load_trainer(checkpoint);
}

static lk_status load(lk_context *context, lk_checkpoint **out, lk_checkpoint_files *files) {
    lk_checkpoint *checkpoint = lk_alloc_zero(context, 1, sizeof *checkpoint);
    if (!checkpoint) {
        lk_checkpoint_files_free(files);
        return LK_ERROR_MEMORY;
    }
    checkpoint->context = context;
    checkpoint->files = files;
    lk_status status = load_all(checkpoint);
    if (status != LK_OK) {
        lk_checkpoint_free(checkpoint);
        return status;
    }
    *out = checkpoint;
    return LK_OK;
}

lk_status lk_checkpoint_open(lk_context *context, lk_checkpoint **checkpoint, const char *path,
                             bool want_best) {
    *checkpoint = NULL;
    lk_buffer directory = lk_buffer_make(context);
    lk_checkpoint_files *files = NULL;
    lk_status status = lk_checkpoint_resolve(context, &directory, path, want_best);
    if (status == LK_OK) status = lk_checkpoint_files_open(context, &files, directory.data);
    if (status == LK_OK) status = load(context, checkpoint, files);
    lk_buffer_free(&directory);
    return status;
}

lk_status lk_checkpoint_load(lk_context *context, lk_checkpoint **checkpoint, const char *path) {
    return lk_checkpoint_open(context, checkpoint, path, true);
}

// The model is made and checked at once, so nothing is needed of the files afterwards.
static void forget_files(lk_checkpoint *checkpoint) {
    lk_checkpoint_files_free(checkpoint->files);
    checkpoint->files = NULL;
}

lk_status lk_checkpoint_open_files(lk_context *context, lk_checkpoint **checkpoint,
                                   const lk_memory_file *memory, size_t count) {
    *checkpoint = NULL;
    lk_checkpoint_files *files;
    LK_TRY(lk_checkpoint_files_from_memory(context, &files, memory, count));
    return load(context, checkpoint, files);
}

lk_status lk_checkpoint_load_files(lk_context *context, lk_checkpoint **checkpoint,
                                   const lk_memory_file *memory, size_t count) {
    LK_TRY(lk_checkpoint_open_files(context, checkpoint, memory, count));
    forget_files(*checkpoint);
    return LK_OK;
}

void lk_checkpoint_free(lk_checkpoint *checkpoint) {
    if (!checkpoint) return;
    lk_checkpoint_files_free(checkpoint->files);
    lk_model_free(checkpoint->model);
    lk_tokenizer_free(checkpoint->tokenizer);
    lk_json_free(checkpoint->context, checkpoint->trainer);
    lk_free(checkpoint->context, checkpoint);
}

const lk_model *lk_checkpoint_model(const lk_checkpoint *checkpoint) { return checkpoint->model; }

const lk_tokenizer *lk_checkpoint_tokenizer(const lk_checkpoint *checkpoint) {
    return checkpoint->tokenizer;
}

// ---- What it tells -----------------------------------------------------------------------------

// With the batches and the optimizer of the run, where there was one.
static lk_status make_cost_report(lk_context *context, lk_cost_report *report,
                                  const lk_checkpoint *checkpoint) {
    const lk_json *settings = lk_json_get(checkpoint->trainer, "settings");
    int64_t sequences = 1;
    lk_json_integer(lk_json_get(settings, "batch_size"), &sequences, 1, UINT32_MAX);
    int kind = lk_choice_index(LK_OPTIMIZER_CHOICES,
                               lk_json_string(lk_json_get(settings, "optimizer"), ""));
    lk_optimizer_options options = {.kind = kind < 0 ? LK_OPTIMIZER_ADAMW : (lk_optimizer_kind)kind,
                                    .momentum =
                                        lk_json_number(lk_json_get(settings, "momentum"), 0)};
    return lk_cost_report_make(context, report, &checkpoint->model->config, (uint32_t)sequences,
                               (uint32_t)lk_optimizer_block_count(&options));
}

static void add_progress(lk_json_writer *writer, const lk_json *trainer) {
    static const char *const numbers[] = {"step",      "tokens",     "best_val_loss",
                                          "best_step", "train_loss", "val_loss"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const lk_json *value = lk_json_get(trainer, numbers[i]);
        if (value && lk_json_get_type(value) == LK_JSON_NUMBER)
            lk_json_add_number(writer, numbers[i], lk_json_number(value, 0));
        else
            lk_json_add_null(writer, numbers[i]);
    }
}

lk_status lk_checkpoint_info_json(lk_context *context, lk_buffer *out,
                                  const lk_checkpoint *checkpoint) {
    lk_cost_report report;
    LK_TRY(make_cost_report(context, &report, checkpoint));
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(context, &writer));
    const lk_model *model = checkpoint->model;
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_begin_object(writer, "config");
    lk_config_add(writer, &model->config);
    lk_json_end(writer);
    lk_json_add_integer(writer, "parameters", (int64_t)lk_model_parameter_count(model, false));
    lk_json_add_integer(writer, "parameters_without_positions",
                        (int64_t)lk_model_parameter_count(model, true));
    lk_json_add_integer(writer, "vocabulary_size", lk_tokenizer_count(checkpoint->tokenizer));
    lk_json_add_string(writer, "digest", checkpoint->digest);
    lk_json_add_string(writer, "kernels", lk_context_kernels_name(context));
    if (checkpoint->trainer) {
        lk_json_begin_object(writer, "training");
        add_progress(writer, checkpoint->trainer);
        lk_json_end(writer);
    } else {
        lk_json_add_null(writer, "training");
    }
    lk_cost_report_add_json(writer, &report);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, true);
    lk_json_writer_free(writer);
    return status;
}

static void append_loss(lk_buffer *out, const char *label, const lk_json *trainer,
                        const char *key) {
    const lk_json *value = lk_json_get(trainer, key);
    if (value && lk_json_get_type(value) == LK_JSON_NUMBER)
        lk_buffer_printf(out, "%s %.4f", label, lk_json_number(value, 0));
}

lk_status lk_checkpoint_info_text(lk_context *context, lk_buffer *out,
                                  const lk_checkpoint *checkpoint) {
    const lk_model *model = checkpoint->model;
    const lk_model_config *config = &model->config;
    lk_cost_report report;
    LK_TRY(make_cost_report(context, &report, checkpoint));
    lk_model_config_describe(out, config);
    uint32_t tokens = lk_tokenizer_count(checkpoint->tokenizer);
    lk_buffer_printf(out, "context     %u tokens, of a vocabulary of %u", config->block_size,
                     tokens);
    if (tokens < config->vocab_size) lk_buffer_printf(out, " padded to %u", config->vocab_size);
    lk_buffer_append_byte(out, '\n');
    lk_cost_report_parameters(out, &report);
    if (checkpoint->trainer) {
        lk_buffer_printf(out, "training    step %.0f, %.0f tokens",
                         lk_json_number(lk_json_get(checkpoint->trainer, "step"), 0),
                         lk_json_number(lk_json_get(checkpoint->trainer, "tokens"), 0));
        append_loss(out, ", train loss", checkpoint->trainer, "train_loss");
        append_loss(out, ", validation loss", checkpoint->trainer, "val_loss");
        append_loss(out, ", best", checkpoint->trainer, "best_val_loss");
        lk_buffer_append_byte(out, '\n');
    }
    lk_buffer_printf(out, "digest      %s\n", checkpoint->digest);
    lk_buffer_printf(out, "kernels     %s\n", lk_context_kernels_name(context));
    lk_cost_report_text(out, &report);
    return lk_buffer_status(out);
}
