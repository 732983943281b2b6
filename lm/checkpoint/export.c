// Writing models for other programs.
#include "checkpoint/flat_weights.h"

#include "file_writer.h"

static lk_status append(void *user, const void *bytes, size_t length) {
    return lk_file_writer_append(user, bytes, length);
}

static lk_status send_single(const lk_checkpoint *checkpoint, lk_buffer *config,
                             lk_buffer *tokenizer, lk_file_writer *writer) {
    lk_context *context = checkpoint->context;
    const lk_model *model = checkpoint->model;
    const lk_weight_layout *layout = lk_layout_of(&model->config);
    LK_TRY(lk_config_write(context, config, layout, &model->config));
    LK_TRY(lk_tokenizer_write(context, tokenizer, checkpoint->tokenizer));
    const lk_metadata metadata[] = {{LK_FILE_CONFIG, lk_buffer_text(config)},
                                    {LK_FILE_TOKENIZER, lk_buffer_text(tokenizer)},
                                    {NULL, NULL}};
    lk_tensor_list list;
    LK_TRY(lk_tensor_list_make_weights(&list, model, layout));
    lk_status status =
        lk_safetensors_send(context, list.tensors, list.count, metadata, append, writer);
    lk_tensor_list_release(&list);
    return status;
}

static lk_status write_single(const lk_checkpoint *checkpoint, lk_file_writer *writer) {
    lk_buffer config = lk_buffer_make(checkpoint->context);
    lk_buffer tokenizer = lk_buffer_make(checkpoint->context);
    lk_status status = send_single(checkpoint, &config, &tokenizer, writer);
    lk_buffer_free(&config);
    lk_buffer_free(&tokenizer);
    return status;
}

static lk_status write_file(const lk_checkpoint *checkpoint, const char *path,
                            lk_model_format format, bool replace) {
    lk_file_writer *writer;
    LK_TRY(lk_file_writer_new(checkpoint->context, &writer, path, replace));
    lk_status status = format == LK_MODEL_LLAMA2C
                           ? lk_llama2c_send(checkpoint->model, append, writer)
                           : write_single(checkpoint, writer);
    if (status == LK_OK) status = lk_file_writer_finish(writer);
    lk_file_writer_free(writer);
    return status;
}

lk_status lk_checkpoint_export(const lk_checkpoint *checkpoint, const char *path,
                               lk_model_format format, bool replace) {
    if (format == LK_MODEL_NPY) return lk_checkpoint_save_arrays(checkpoint, path, replace);
    if (format != LK_MODEL_HF) return write_file(checkpoint, path, format, replace);
    const lk_weight_layout *layout = lk_layout_of(&checkpoint->model->config);
    if (!layout->architecture)
        return lk_fail(
            checkpoint->context, LK_ERROR_UNSUPPORTED,
            "no class of transformers among gpt2, llama and starcoder2 holds this model; as one "
            "safetensors file it can be written for Likelore");
    return lk_checkpoint_save(checkpoint, path, replace);
}

static const char *const names[] = {
#define MODEL_FORMAT_NAME(CODE, name) name,
    LK_MODEL_FORMAT_LIST(MODEL_FORMAT_NAME)
#undef MODEL_FORMAT_NAME
};

const char *lk_model_format_name(lk_model_format format) { return names[format]; }
