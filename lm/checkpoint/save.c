// Writing checkpoints. A checkpoint is written into a temporary sibling, every file synced, and
// renamed when it is complete; the pointer files of a run are replaced after that, and only then
// are old checkpoints removed. A process killed at any instant leaves `latest` and `best` naming
// complete checkpoints.
#include "checkpoint/checkpoint.h"
#include "checkpoint/trainer_state.h"

#include "digest.h"
#include "directory.h"
#include "train/finite.h"
#include "train/settings_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// ---- One file at a time ------------------------------------------------------------------------

typedef struct saver {
    lk_context *context;
    const lk_trainer *trainer;
    lk_file_taker *take;
    void *argument;
    lk_json_writer *manifest; // grows by each file
    lk_buffer content;
} saver;

static void note_in_manifest(saver *s, const char *name) {
    lk_sha256 digest;
    char hex[LK_SHA256_HEX + 1];
    lk_sha256_begin(&digest);
    lk_sha256_add(&digest, lk_buffer_text(&s->content), s->content.length);
    lk_sha256_end(&digest, hex);
    lk_json_begin_object(s->manifest, name);
    lk_json_add_integer(s->manifest, "bytes", (int64_t)s->content.length);
    lk_json_add_string(s->manifest, "sha256", hex);
    lk_json_end(s->manifest);
}

// Hands the content over under this name and empties it.
static lk_status write_content(saver *s, const char *name) {
    LK_TRY(lk_buffer_status(&s->content));
    LK_TRY(s->take(s->argument, name, lk_buffer_text(&s->content), s->content.length));
    if (strcmp(name, LK_FILE_MANIFEST) != 0) note_in_manifest(s, name);
    lk_buffer_clear(&s->content);
    return LK_OK;
}

static lk_status write_weights(saver *s) {
    lk_tensor_list list;
    LK_TRY(lk_tensor_list_make_weights(&list, s->trainer->model));
    lk_status status = lk_safetensors_write(&s->content, list.sources, list.count);
    lk_tensor_list_release(&list);
    return status == LK_OK ? write_content(s, LK_FILE_MODEL) : status;
}

static lk_status make_state_list(lk_tensor_list *list, const lk_trainer *trainer) {
    const lk_optimizer *optimizer = &trainer->optimizer;
    return lk_tensor_list_make_state(list, trainer->model, lk_optimizer_block_names(optimizer),
                                     optimizer->blocks, optimizer->block_count);
}

static lk_status write_state(saver *s) {
    lk_tensor_list list;
    LK_TRY(make_state_list(&list, s->trainer));
    lk_status status = lk_safetensors_write(&s->content, list.sources, list.count);
    lk_tensor_list_release(&list);
    return status == LK_OK ? write_content(s, LK_FILE_TRAINER_STATE) : status;
}

// ---- trainer.json ------------------------------------------------------------------------------

static void add_progress(lk_json_writer *writer, const lk_progress *progress) {
    lk_json_add_integer(writer, "step", (int64_t)progress->step);
    lk_json_add_integer(writer, "tokens", (int64_t)progress->tokens);
    lk_json_add_number(writer, "best_val_loss", progress->best_val_loss);
    lk_json_add_integer(writer, "best_step", progress->best_step);
    lk_json_add_integer(writer, "evaluations_since_best",
                        (int64_t)progress->evaluations_since_best);
    lk_json_add_integer(writer, "evaluated_step", progress->evaluated_step);
    bool evaluated = progress->evaluated_step != LK_NEVER;
    lk_json_add_number(writer, "train_loss", evaluated ? progress->train_loss : (double)NAN);
    lk_json_add_number(writer, "val_loss", evaluated ? progress->val_loss : (double)NAN);
}

static void add_trainer(lk_json_writer *writer, const lk_trainer *trainer, const char *optimizer) {
    char digest[65];
    lk_dataset_digest(trainer->dataset, digest);
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", LK_CHECKPOINT_VERSION);
    add_progress(writer, &trainer->progress);
    lk_json_begin_object(writer, "optimizer");
    lk_json_add_string(writer, "type", optimizer);
    lk_json_add_integer(writer, "step", (int64_t)trainer->optimizer.step);
    lk_json_end(writer);
    lk_json_begin_object(writer, "random");
    lk_json_add_string(writer, "generator", "philox4x32-10");
    lk_json_add_integer(writer, "seed", trainer->settings->seed);
    lk_json_add_integer(writer, "step", (int64_t)trainer->progress.step);
    lk_json_end(writer);
    lk_json_begin_object(writer, "data");
    lk_json_add_string(writer, "sha256", digest);
    lk_json_end(writer);
    lk_json_add_bool(writer, "deterministic", lk_context_deterministic(trainer->context));
    lk_json_add_string(writer, "kernels", lk_context_kernels_name(trainer->context));
    lk_settings_add_json(writer, "settings", trainer->settings);
    lk_json_end(writer);
}

static lk_status write_trainer(saver *s) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(s->context, &writer));
    lk_buffer optimizer = lk_buffer_make(s->context);
    lk_status status = lk_settings_get(&optimizer, s->trainer->settings, "optimizer");
    if (status == LK_OK) {
        add_trainer(writer, s->trainer, lk_buffer_text(&optimizer));
        status = lk_json_finish(writer, &s->content, true);
    }
    lk_buffer_free(&optimizer);
    lk_json_writer_free(writer);
    return status == LK_OK ? write_content(s, LK_FILE_TRAINER) : status;
}

// ---- All files ---------------------------------------------------------------------------------

static lk_status write_files(saver *s) {
    LK_TRY(write_weights(s));
    LK_TRY(lk_config_write(s->context, &s->content, &s->trainer->model->config));
    LK_TRY(write_content(s, LK_FILE_CONFIG));
    LK_TRY(lk_tokenizer_write(s->context, &s->content, s->trainer->tokenizer));
    LK_TRY(write_content(s, LK_FILE_TOKENIZER));
    LK_TRY(write_state(s));
    return write_trainer(s);
}

static lk_status write_manifest(saver *s) {
    lk_json_begin_object(s->manifest, NULL);
    lk_json_add_string(s->manifest, "format", "likelore checkpoint");
    lk_json_add_integer(s->manifest, "version", LK_CHECKPOINT_VERSION);
    lk_json_begin_object(s->manifest, "files");
    LK_TRY(write_files(s));
    lk_json_end(s->manifest);
    lk_json_end(s->manifest);
    LK_TRY(lk_json_finish(s->manifest, &s->content, true));
    return write_content(s, LK_FILE_MANIFEST);
}

lk_status lk_trainer_save_files(const lk_trainer *trainer, lk_file_taker *take, void *argument) {
    LK_TRY(lk_trainer_check_weights(trainer));
    lk_context *context = trainer->context;
    saver s = {.context = context,
               .trainer = trainer,
               .take = take,
               .argument = argument,
               .content = lk_buffer_make(context)};
    lk_status status = lk_json_writer_new(context, &s.manifest);
    if (status == LK_OK) {
        status = write_manifest(&s);
        lk_json_writer_free(s.manifest);
    }
    lk_buffer_free(&s.content);
    return status;
}

// ---- Directories -------------------------------------------------------------------------------

typedef struct directory_writer {
    lk_context *context;
    const char *directory;
    lk_buffer path;
} directory_writer;

static lk_status write_file(void *argument, const char *name, const void *bytes, size_t length) {
    directory_writer *writer = argument;
    LK_TRY(lk_path_join(&writer->path, writer->directory, name));
    return lk_file_write(writer->context, writer->path.data, bytes, length, false);
}

static lk_status write_directory(const lk_trainer *trainer, const char *directory) {
    lk_context *context = trainer->context;
    directory_writer writer = {context, directory, lk_buffer_make(context)};
    lk_status status = lk_trainer_save_files(trainer, write_file, &writer);
    lk_buffer_free(&writer.path);
    return status;
}

// Removing must not hide the failure that led to it.
static void remove_after_failure(lk_context *context, const char *directory) {
    lk_error error = lk_context_error(context);
    char message[1024], file[1024];
    snprintf(message, sizeof message, "%s", error.message);
    snprintf(file, sizeof file, "%s", error.location.file ? error.location.file : "");
    if (lk_directory_remove_tree(context, directory) == LK_OK) return;
    if (file[0]) error.location.file = file;
    lk_fail_at(context, error.status, error.location, "%s", message);
}

static lk_status save(const lk_trainer *trainer, const char *directory, bool replace) {
    lk_context *context = trainer->context;
    lk_buffer temporary = lk_buffer_make(context);
    lk_status status = lk_directory_make_temporary(context, &temporary, directory);
    if (status == LK_OK) {
        status = write_directory(trainer, temporary.data);
        if (status == LK_OK)
            status = lk_directory_publish(context, temporary.data, directory, replace);
        if (status != LK_OK) remove_after_failure(context, temporary.data);
    }
    lk_buffer_free(&temporary);
    return status;
}

lk_status lk_trainer_save(lk_trainer *trainer, const char *directory) {
    return save(trainer, directory, false);
}

lk_status lk_trainer_digest(const lk_trainer *trainer, char weights_hex[65],
                            char optimizer_hex[65]) {
    lk_tensor_list list;
    LK_TRY(lk_tensor_list_make_weights(&list, trainer->model));
    lk_safetensors_digest(weights_hex, list.sources, list.count);
    lk_tensor_list_release(&list);
    LK_TRY(make_state_list(&list, trainer));
    lk_safetensors_digest(optimizer_hex, list.sources, list.count);
    lk_tensor_list_release(&list);
    return LK_OK;
}

// ---- Runs --------------------------------------------------------------------------------------

enum { STEP_NAME_BYTES = 32 };

static lk_status write_pointer(lk_context *context, lk_buffer *path, const char *run,
                               const char *pointer, const char *name) {
    char line[STEP_NAME_BYTES + 1];
    int length = snprintf(line, sizeof line, "%s\n", name);
    LK_TRY(lk_path_join(path, run, pointer));
    return lk_file_write(context, path->data, line, (size_t)length, true);
}

static lk_status save_and_point(lk_trainer *trainer, lk_buffer *path, const char *run, bool best) {
    lk_context *context = trainer->context;
    char name[STEP_NAME_BYTES];
    snprintf(name, sizeof name, "step-%06llu", (unsigned long long)trainer->progress.step);
    LK_TRY(lk_directory_make_all(context, run));
    LK_TRY(lk_path_join(path, run, name));
    LK_TRY(save(trainer, path->data, true));
    LK_TRY(write_pointer(context, path, run, "latest", name));
    if (best) LK_TRY(write_pointer(context, path, run, "best", name));
    return lk_run_prune(context, run, (size_t)trainer->settings->keep_checkpoints);
}

lk_status lk_trainer_save_in_run(lk_trainer *trainer, const char *run, bool best) {
    lk_buffer path = lk_buffer_make(trainer->context);
    lk_status status = save_and_point(trainer, &path, run, best);
    lk_buffer_free(&path);
    return status;
}
