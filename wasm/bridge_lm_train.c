// Training of language models for JavaScript, from a text in memory: one piece of work a call.
#include "bridge_lm.h"

#include <stdlib.h>
#include <string.h>

// ---- Settings -------------------------------------------------------------------------------

// The settings of a JSON object such as {"preset":"nanogpt","n_layer":2}.
static lk_status read_settings(lk_bridge *bridge, lk_settings **settings, const char *text,
                               size_t length) {
    LK_TRY(lk_settings_new(bridge->context, settings, NULL));
    lk_status status = lk_settings_read(*settings, "settings", text, length);
    if (status != LK_OK) lk_settings_free(*settings);
    return status;
}

// Settings of a run that change, as a JSON object whose values are texts.
typedef struct changes {
    lk_json *object;
    const char **keys, **values;
    size_t count;
} changes;

static void close_changes(lk_bridge *bridge, changes *c) {
    free((void *)c->keys);
    free((void *)c->values);
    lk_json_free(bridge->context, c->object);
}

static lk_status open_changes(lk_bridge *bridge, changes *c, const char *text, size_t length) {
    *c = (changes){0};
    LK_TRY(lk_json_parse(bridge->context, &c->object, text, length));
    size_t count = lk_json_count(c->object);
    c->keys = calloc(count + 1, sizeof *c->keys);
    c->values = calloc(count + 1, sizeof *c->values);
    if (!c->keys || !c->values) {
        close_changes(bridge, c);
        return LK_ERROR_MEMORY;
    }
    for (const lk_json *value = lk_json_first(c->object); value; value = lk_json_next(value)) {
        c->keys[c->count] = lk_json_name(value);
        c->values[c->count++] = lk_json_string(value, "");
    }
    return LK_OK;
}

// ---- Beginning and going on -----------------------------------------------------------------

// Begins a training with the settings, on the text.
LK_EXPORT lk_status lk_bridge_lm_trainer_open(lk_bridge *bridge, lk_trainer **trainer,
                                              const char *settings_text, size_t settings_length,
                                              const char *text, size_t length) {
    lk_settings *settings;
    LK_TRY(read_settings(bridge, &settings, settings_text, settings_length));
    lk_status status = lk_trainer_new_from_text(bridge->context, trainer, settings, text, length);
    lk_settings_free(settings);
    return status;
}

// Goes on from the files of a checkpoint (as lk_bridge_checkpoint_open takes them) with the text it
// has learned from, and with the settings that change: {"max_iters":"400"}.
LK_EXPORT lk_status lk_bridge_lm_trainer_resume(lk_bridge *bridge, lk_trainer **trainer,
                                                const char *changes_text, size_t changes_length,
                                                const char *manifest, size_t manifest_length,
                                                const uint8_t *bytes, size_t bytes_length,
                                                const char *text, size_t length) {
    lk_bridge_files files;
    changes c;
    LK_TRY(lk_bridge_files_open(bridge, &files, manifest, manifest_length, bytes, bytes_length));
    lk_status status = open_changes(bridge, &c, changes_text, changes_length);
    if (status == LK_OK) {
        status = lk_trainer_resume_files(bridge->context, trainer, files.files, files.count, text,
                                         length, c.keys, c.values, c.count);
        close_changes(bridge, &c);
    }
    lk_bridge_files_close(&files);
    return status;
}

LK_EXPORT void lk_bridge_lm_trainer_free(lk_trainer *trainer) { lk_trainer_free(trainer); }

// The effective settings.
LK_EXPORT lk_status lk_bridge_lm_trainer_settings(lk_bridge *bridge, const lk_trainer *trainer) {
    lk_buffer_clear(&bridge->output);
    return lk_settings_write(bridge->context, &bridge->output, lk_trainer_settings(trainer));
}

// {"parameters","vocabulary_size","step","tokens"}.
LK_EXPORT lk_status lk_bridge_lm_trainer_describe(lk_bridge *bridge, const lk_trainer *trainer) {
    lk_json_writer *writer = bridge->writer;
    uint64_t parameters = lk_model_parameter_count(lk_trainer_model(trainer), false);
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "parameters", (int64_t)parameters);
    lk_json_add_integer(writer, "vocabulary_size",
                        lk_tokenizer_count(lk_trainer_tokenizer(trainer)));
    lk_json_add_integer(writer, "step", (int64_t)lk_trainer_step(trainer));
    lk_json_add_integer(writer, "tokens", (int64_t)lk_trainer_tokens(trainer));
    lk_json_end(writer);
    return lk_bridge_answer(bridge);
}

// ---- Work -----------------------------------------------------------------------------------

static const char *const event_names[] = {
    [LK_TRAIN_STEPPED] = "stepped",
    [LK_TRAIN_EVALUATING] = "evaluating",
    [LK_TRAIN_EVALUATED] = "evaluated",
    [LK_TRAIN_DONE] = "done",
};

// Does one piece of work: {"event","step","tokens"}, with "loss", "learning_rate" and "grad_norm"
// of a step, "train_loss", "val_loss" and "best" of an evaluation.
LK_EXPORT lk_status lk_bridge_lm_trainer_next(lk_bridge *bridge, lk_trainer *trainer) {
    lk_train_report report;
    LK_TRY(lk_trainer_next(trainer, &report));
    lk_json_writer *writer = bridge->writer;
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "event", event_names[report.event]);
    lk_json_add_integer(writer, "step", (int64_t)report.step);
    lk_json_add_integer(writer, "tokens", (int64_t)report.tokens);
    if (report.event == LK_TRAIN_STEPPED) {
        lk_json_add_number(writer, "loss", report.loss);
        lk_json_add_number(writer, "learning_rate", report.learning_rate);
        lk_json_add_number(writer, "grad_norm", report.grad_norm);
    } else if (report.event == LK_TRAIN_EVALUATED) {
        lk_json_add_number(writer, "train_loss", report.train_loss);
        lk_json_add_number(writer, "val_loss", report.val_loss);
        lk_json_add_bool(writer, "best", report.best);
    }
    lk_json_end(writer);
    return lk_bridge_answer(bridge);
}

// What is left is an evaluation, unless this step had one.
LK_EXPORT lk_status lk_bridge_lm_trainer_finish(lk_bridge *bridge, lk_trainer *trainer) {
    (void)bridge;
    lk_trainer_finish(trainer);
    return LK_OK;
}

// {"weights","optimizer"}: SHA-256, hexadecimal, as the command prints at the end of a training.
LK_EXPORT lk_status lk_bridge_lm_trainer_digest(lk_bridge *bridge, const lk_trainer *trainer) {
    char weights[65], optimizer[65];
    LK_TRY(lk_trainer_digest(trainer, weights, optimizer));
    lk_json_begin_object(bridge->writer, NULL);
    lk_json_add_string(bridge->writer, "weights", weights);
    lk_json_add_string(bridge->writer, "optimizer", optimizer);
    lk_json_end(bridge->writer);
    return lk_bridge_answer(bridge);
}

// ---- Checkpoints ----------------------------------------------------------------------------

typedef struct file_packer {
    lk_json_writer *manifest;
    lk_buffer *bytes;
} file_packer;

static lk_status pack_file(void *argument, const char *name, const void *bytes, size_t length) {
    file_packer *packer = argument;
    lk_json_begin_object(packer->manifest, NULL);
    lk_json_add_string(packer->manifest, "name", name);
    lk_json_add_integer(packer->manifest, "length", (int64_t)length);
    lk_json_end(packer->manifest);
    lk_buffer_append(packer->bytes, bytes, length);
    return lk_buffer_status(packer->bytes);
}

// Makes a checkpoint the output: the bytes of its files, one after another, then the manifest
// [{"name","length"}] as JSON, then the length of the manifest, 4 bytes, little-endian.
LK_EXPORT lk_status lk_bridge_lm_trainer_save(lk_bridge *bridge, const lk_trainer *trainer) {
    lk_json_writer *manifest;
    LK_TRY(lk_json_writer_new(bridge->context, &manifest));
    lk_buffer_clear(&bridge->output);
    lk_json_begin_array(manifest, NULL);
    lk_status status =
        lk_trainer_save_files(trainer, pack_file, &(file_packer){manifest, &bridge->output});
    lk_json_end(manifest);
    size_t start = bridge->output.length;
    if (status == LK_OK) status = lk_json_finish(manifest, &bridge->output, false);
    lk_json_writer_free(manifest);
    uint32_t length = (uint32_t)(bridge->output.length - start);
    lk_buffer_append(&bridge->output, &length, sizeof length);
    return status == LK_OK ? lk_buffer_status(&bridge->output) : status;
}
