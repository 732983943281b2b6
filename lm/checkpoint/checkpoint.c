// Loading model and tokenizer, and what a checkpoint tells about itself.
#include "checkpoint/checkpoint.h"
#include "likelore/lm_speed.h"
#include "models/cost_show.h"
#include "train/settings.h"
#include "train/settings_cost.h"

// ---- Model and tokenizer ------------------------------------------------------------------------

static lk_status fill_model(lk_checkpoint *checkpoint, const lk_stored_config *stored,
                            lk_tensor_set *set) {
    if (!lk_config_fits_bytes(&stored->config, lk_tensor_set_bytes(set)))
        return lk_fail(checkpoint->context, LK_ERROR_DATA,
                       "the model of the configuration has more weights than there are here");
    LK_TRY(lk_model_new_empty(checkpoint->context, &checkpoint->model, &stored->config));
    LK_TRY(lk_weights_read(checkpoint->context, checkpoint->model, stored, set));
    return lk_model_digest(checkpoint->digest, checkpoint->model);
}

lk_status lk_checkpoint_fill_model(lk_checkpoint *checkpoint, const lk_stored_config *stored,
                                   lk_tensor_set *set, const char *file) {
    lk_status status = fill_model(checkpoint, stored, set);
    return status == LK_OK ? LK_OK : lk_fail_in_file(checkpoint->context, status, file);
}

lk_status lk_checkpoint_check_tokenizer(const lk_checkpoint *checkpoint) {
    uint32_t tokens = lk_tokenizer_count(checkpoint->tokenizer);
    uint32_t rows = checkpoint->model->config.vocab_size;
    if (tokens <= rows) return LK_OK;
    return lk_fail(checkpoint->context, LK_ERROR_DATA,
                   "the tokenizer has %u tokens and the model only %u", (unsigned)tokens,
                   (unsigned)rows);
}

lk_status lk_checkpoint_parse_tokenizer(lk_checkpoint *checkpoint, const char *file,
                                        const char *text, size_t length) {
    lk_context *context = checkpoint->context;
    lk_status status = lk_tokenizer_parse(context, &checkpoint->tokenizer, text, length);
    if (status == LK_OK) status = lk_checkpoint_check_tokenizer(checkpoint);
    return status == LK_OK ? LK_OK : lk_fail_in_file(context, status, file);
}

// ---- The files of a directory -------------------------------------------------------------------

static lk_status load_config(lk_checkpoint *checkpoint, lk_stored_config *stored,
                             const lk_tensor_set *tensors) {
    const uint8_t *bytes;
    size_t length;
    const char *name;
    LK_TRY(
        lk_checkpoint_files_get(checkpoint->files, &bytes, &length, &name, LK_FILE_CONFIG, false));
    return lk_config_parse(checkpoint->context, stored, name, (const char *)bytes, length, tensors);
}

static lk_status load_model(lk_checkpoint *checkpoint, lk_tensor_reader *other) {
    lk_stored_config stored;
    lk_tensor_files *tensors;
    LK_TRY(lk_tensor_files_open(checkpoint->context, &tensors, checkpoint->files, other));
    lk_status status = load_config(checkpoint, &stored, tensors->set);
    if (status == LK_OK)
        status = lk_checkpoint_fill_model(checkpoint, &stored, tensors->set, tensors->name);
    lk_tensor_files_free(tensors);
    return status;
}

static lk_status load_tokenizer(lk_checkpoint *checkpoint, lk_tokenizer_finder *find) {
    const uint8_t *bytes;
    size_t length;
    const char *name;
    LK_TRY(lk_checkpoint_files_get(checkpoint->files, &bytes, &length, &name, LK_FILE_TOKENIZER,
                                   find != NULL));
    if (!bytes && find) return find(checkpoint);
    return lk_checkpoint_parse_tokenizer(checkpoint, name, (const char *)bytes, length);
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

lk_status lk_checkpoint_read(lk_checkpoint *checkpoint, lk_tensor_reader *other,
                             lk_tokenizer_finder *find) {
    LK_TRY(load_model(checkpoint, other));
    if (!checkpoint->tokenizer) LK_TRY(load_tokenizer(checkpoint, find));
    LK_TRY(lk_checkpoint_check_tokenizer(checkpoint));
    return load_trainer(checkpoint);
}

// ---- One file -----------------------------------------------------------------------------------

static lk_status read_single(lk_checkpoint *checkpoint, const lk_safetensors *tensors,
                             lk_tensor_set *set, const char *file) {
    const char *config = lk_safetensors_metadata(tensors, LK_FILE_CONFIG);
    const char *tokenizer = lk_safetensors_metadata(tensors, LK_FILE_TOKENIZER);
    lk_stored_config stored;
    LK_TRY(lk_tensor_set_add_all(set, tensors));
    LK_TRY(lk_config_parse(checkpoint->context, &stored, file, config, strlen(config), set));
    LK_TRY(lk_checkpoint_fill_model(checkpoint, &stored, set, file));
    if (checkpoint->tokenizer) return lk_checkpoint_check_tokenizer(checkpoint);
    return lk_checkpoint_parse_tokenizer(checkpoint, file, tokenizer, strlen(tokenizer));
}

bool lk_checkpoint_is_single(const lk_safetensors *tensors) {
    return lk_safetensors_metadata(tensors, LK_FILE_CONFIG) &&
           lk_safetensors_metadata(tensors, LK_FILE_TOKENIZER);
}

lk_status lk_checkpoint_read_single(lk_checkpoint *checkpoint, const lk_safetensors *tensors,
                                    const char *file) {
    lk_tensor_set *set;
    LK_TRY(lk_tensor_set_new(checkpoint->context, &set));
    lk_status status = read_single(checkpoint, tensors, set, file);
    lk_tensor_set_free(set);
    return status;
}

// ---- Files in memory ----------------------------------------------------------------------------

static lk_status read_files(lk_checkpoint *checkpoint, const lk_memory_file *memory, size_t count) {
    LK_TRY(lk_checkpoint_files_from_memory(checkpoint->context, &checkpoint->files, memory, count));
    return lk_checkpoint_read(checkpoint, NULL, NULL);
}

static lk_status read_memory(lk_checkpoint *checkpoint, const lk_memory_file *memory,
                             size_t count) {
    if (count != 1) return read_files(checkpoint, memory, count);
    lk_safetensors *tensors;
    LK_TRY(lk_safetensors_parse(checkpoint->context, &tensors, memory->name, memory->bytes,
                                memory->length));
    lk_status status = lk_checkpoint_is_single(tensors)
                           ? lk_checkpoint_read_single(checkpoint, tensors, memory->name)
                           : read_files(checkpoint, memory, count);
    lk_safetensors_free(tensors);
    return status;
}

lk_status lk_checkpoint_new(lk_context *context, lk_checkpoint **checkpoint) {
    *checkpoint = lk_alloc_zero(context, 1, sizeof **checkpoint);
    LK_NEED(*checkpoint);
    (*checkpoint)->context = context;
    return LK_OK;
}

lk_status lk_checkpoint_finish(lk_checkpoint **out, lk_checkpoint *checkpoint, lk_status status) {
    if (status == LK_OK)
        *out = checkpoint;
    else
        lk_checkpoint_free(checkpoint);
    return status;
}

lk_status lk_checkpoint_open_files(lk_context *context, lk_checkpoint **out,
                                   const lk_memory_file *memory, size_t count) {
    *out = NULL;
    lk_checkpoint *checkpoint;
    LK_TRY(lk_checkpoint_new(context, &checkpoint));
    return lk_checkpoint_finish(out, checkpoint, read_memory(checkpoint, memory, count));
}

// The model is made and checked at once, so nothing is needed of the files afterwards.
static void forget_files(lk_checkpoint *checkpoint) {
    lk_checkpoint_files_free(checkpoint->files);
    checkpoint->files = NULL;
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

static int64_t integer_setting(const lk_json *settings, const char *name, int64_t fallback) {
    int64_t value = fallback;
    lk_json_integer(lk_json_get(settings, name), &value, 0, INT64_C(1) << 53);
    return value;
}

// With the batches and the optimizer of the run, where there was one.
static lk_status make_cost_report(lk_context *context, lk_cost_report *report,
                                  const lk_checkpoint *checkpoint) {
    const lk_json *json = lk_json_get(checkpoint->trainer, "settings");
    const lk_model_config *config = &checkpoint->model->config;
    int optimizer =
        lk_choice_index(LK_OPTIMIZER_CHOICES, lk_json_string(lk_json_get(json, "optimizer"), ""));
    lk_settings settings = {.optimizer = optimizer < 0 ? LK_OPTIMIZER_ADAMW : optimizer,
                            .momentum = lk_json_number(lk_json_get(json, "momentum"), 0),
                            .batch_size = integer_setting(json, "batch_size", 1),
                            .eval_iters = integer_setting(json, "eval_iters", 1),
                            .calibrate = lk_json_bool(lk_json_get(json, "calibrate"), false),
                            .stats = integer_setting(json, "stats", 0)};
    lk_training_load load = lk_settings_load(&settings, config, 1);
    return lk_cost_report_make(context, report, config, &load);
}

static void add_progress(lk_json_writer *writer, const lk_json *trainer) {
    static const char *const numbers[] = {"step",       "tokens",   "best_val_loss", "best_step",
                                          "train_loss", "val_loss", "test_loss"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const lk_json *value = lk_json_get(trainer, numbers[i]);
        if (value && lk_json_get_type(value) == LK_JSON_NUMBER)
            lk_json_add_number(writer, numbers[i], lk_json_number(value, 0));
        else
            lk_json_add_null(writer, numbers[i]);
    }
}

lk_status lk_checkpoint_info_json(lk_context *context, lk_buffer *out,
                                  const lk_checkpoint *checkpoint, const lk_training_speed *speed) {
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
    if (speed) lk_training_speed_add_json(writer, "speed", speed);
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
                                  const lk_checkpoint *checkpoint, const lk_training_speed *speed) {
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
        append_loss(out, ", test loss", checkpoint->trainer, "test_loss");
        lk_buffer_append_byte(out, '\n');
    }
    lk_buffer_printf(out, "digest      %s\n", checkpoint->digest);
    lk_buffer_printf(out, "kernels     %s\n", lk_context_kernels_name(context));
    lk_cost_report_text(out, &report);
    if (speed) lk_training_speed_text(out, speed);
    return lk_buffer_status(out);
}
