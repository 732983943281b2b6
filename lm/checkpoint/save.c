// Writing checkpoints. A checkpoint is written into a temporary sibling, every file synced, and
// renamed when it is complete; the pointer files of a run are replaced after that, and only then
// are old checkpoints removed. A process killed at any instant leaves `latest` and `best` naming
// complete checkpoints.
#include "checkpoint/checkpoint.h"
#include "checkpoint/npy_tensors.h"
#include "checkpoint/trainer_state.h"

#include "digest.h"
#include "directory.h"
#include "file_writer.h"
#include "train/finite.h"
#include "train/settings_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// ---- One file at a time ------------------------------------------------------------------------

// Where the files of a checkpoint go: each is begun, gets its bytes, and is ended with the status
// of all that; after a failure nothing of it stays.
typedef struct destination {
    lk_status (*begin)(void *place, const char *name);
    lk_byte_sink *write;
    lk_status (*end)(void *place, lk_status status);
    void *place;
} destination;

typedef struct saver {
    lk_context *context;
    const lk_model *model;
    const lk_tokenizer *tokenizer;
    const lk_trainer *trainer; // NULL: model and tokenizer alone
    bool as_arrays;            // each weight in a file of NumPy
    destination to;
    lk_json_writer *manifest; // grows by each file
    lk_buffer content;
    lk_sha256 digest; // of the file that is being written, and its length
    uint64_t length;
} saver;

static lk_status begin_file(saver *s, const char *name) {
    lk_sha256_begin(&s->digest);
    s->length = 0;
    return s->to.begin(s->to.place, name);
}

static lk_status write_bytes(void *user, const void *bytes, size_t length) {
    saver *s = user;
    lk_sha256_add(&s->digest, bytes, length);
    s->length += length;
    return s->to.write(s->to.place, bytes, length);
}

static void note_in_manifest(saver *s, const char *name) {
    char hex[LK_SHA256_HEX + 1];
    lk_sha256_end(&s->digest, hex);
    lk_json_begin_object(s->manifest, name);
    lk_json_add_integer(s->manifest, "bytes", (int64_t)s->length);
    lk_json_add_string(s->manifest, "sha256", hex);
    lk_json_end(s->manifest);
}

static lk_status end_file(saver *s, const char *name, lk_status status) {
    LK_TRY(s->to.end(s->to.place, status));
    if (strcmp(name, LK_FILE_MANIFEST) != 0) note_in_manifest(s, name);
    return LK_OK;
}

// Writes the content under this name and empties it.
static lk_status write_content(saver *s, const char *name) {
    LK_TRY(lk_buffer_status(&s->content));
    LK_TRY(begin_file(s, name));
    lk_status status = write_bytes(s, lk_buffer_text(&s->content), s->content.length);
    lk_buffer_clear(&s->content);
    return end_file(s, name, status);
}

// Tensors go out one after another: there is no second copy of them in memory.
static lk_status write_tensors(saver *s, const char *name, lk_tensor_list *list) {
    lk_status status = begin_file(s, name);
    if (status == LK_OK) {
        status = lk_safetensors_send(s->context, list->tensors, list->count, NULL, write_bytes, s);
        status = end_file(s, name, status);
    }
    lk_tensor_list_release(list);
    return status;
}

static lk_status write_array(saver *s, const lk_stored_tensor *tensor) {
    char name[LK_TENSOR_NAME_BYTES + sizeof LK_NPY_ENDING];
    snprintf(name, sizeof name, "%s" LK_NPY_ENDING, tensor->name);
    LK_TRY(begin_file(s, name));
    return end_file(s, name, lk_npy_tensor_send(tensor, write_bytes, s));
}

static lk_status write_arrays(saver *s, lk_tensor_list *list) {
    lk_status status = LK_OK;
    for (size_t i = 0; i < list->count && status == LK_OK; i++)
        status = write_array(s, &list->tensors[i]);
    lk_tensor_list_release(list);
    return status;
}

static lk_status write_weights(saver *s) {
    lk_tensor_list list;
    LK_TRY(lk_tensor_list_make_weights(&list, s->model, lk_layout_of(&s->model->config)));
    return s->as_arrays ? write_arrays(s, &list) : write_tensors(s, LK_FILE_MODEL, &list);
}

static lk_status write_state(saver *s) {
    lk_state_list state;
    LK_TRY(lk_state_list_make(&state, s->trainer));
    return write_tensors(s, LK_FILE_TRAINER_STATE, &state.list);
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
    lk_json_add_integer(writer, "concluded_step", progress->concluded_step);
    bool evaluated = progress->evaluated_step != LK_NEVER;
    lk_json_add_number(writer, "train_loss", evaluated ? progress->train_loss : (double)NAN);
    lk_json_add_number(writer, "val_loss", evaluated ? progress->val_loss : (double)NAN);
    lk_json_add_number(writer, "test_loss", progress->test_loss);
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
    const lk_model_config *config = &s->model->config;
    LK_TRY(write_weights(s));
    LK_TRY(lk_config_write(s->context, &s->content, lk_layout_of(config), config));
    LK_TRY(write_content(s, LK_FILE_CONFIG));
    LK_TRY(lk_tokenizer_write(s->context, &s->content, s->tokenizer));
    LK_TRY(write_content(s, LK_FILE_TOKENIZER));
    if (!s->trainer) return LK_OK;
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

static lk_status save_to(saver *s, destination to) {
    s->to = to;
    s->content = lk_buffer_make(s->context);
    lk_status status = lk_json_writer_new(s->context, &s->manifest);
    if (status == LK_OK) {
        status = write_manifest(s);
        lk_json_writer_free(s->manifest);
    }
    lk_buffer_free(&s->content);
    return status;
}

// Rank 0 writes; the others only give what it lacks.
static bool writes(const lk_trainer *trainer) { return lk_ranks_rank(trainer->parts.ranks) == 0; }

static saver saver_of_trainer(const lk_trainer *trainer) {
    return (saver){.context = trainer->context,
                   .model = trainer->model,
                   .tokenizer = trainer->tokenizer,
                   .trainer = trainer};
}

// ---- Callers without a file system --------------------------------------------------------------

typedef struct memory {
    lk_file_taker *take;
    void *argument;
    const char *name;
    lk_buffer bytes; // of the file that is being written
} memory;

static lk_status begin_in_memory(void *place, const char *name) {
    memory *m = place;
    m->name = name;
    lk_buffer_clear(&m->bytes);
    return LK_OK;
}

static lk_status write_in_memory(void *place, const void *bytes, size_t length) {
    memory *m = place;
    lk_buffer_append(&m->bytes, bytes, length);
    return lk_buffer_status(&m->bytes);
}

static lk_status end_in_memory(void *place, lk_status status) {
    memory *m = place;
    LK_TRY(status);
    return m->take(m->argument, m->name, lk_buffer_text(&m->bytes), m->bytes.length);
}

static lk_status save_files(const lk_trainer *trainer, lk_file_taker *take, void *argument) {
    LK_TRY(lk_trainer_check_weights(trainer));
    saver s = saver_of_trainer(trainer);
    memory m = {.take = take, .argument = argument, .bytes = lk_buffer_make(trainer->context)};
    lk_status status =
        save_to(&s, (destination){begin_in_memory, write_in_memory, end_in_memory, &m});
    lk_buffer_free(&m.bytes);
    return status;
}

lk_status lk_trainer_save_files(const lk_trainer *trainer, lk_file_taker *take, void *argument) {
    return lk_state_finish(trainer, writes(trainer) ? save_files(trainer, take, argument) : LK_OK);
}

// ---- Directories --------------------------------------------------------------------------------

typedef struct open_directory {
    lk_context *context;
    const char *directory;
    lk_buffer path;
    lk_file_writer *writer; // of the file that is being written
} open_directory;

static lk_status begin_in_directory(void *place, const char *name) {
    open_directory *d = place;
    LK_TRY(lk_path_join(&d->path, d->directory, name));
    return lk_file_writer_new(d->context, &d->writer, d->path.data, false);
}

static lk_status write_in_directory(void *place, const void *bytes, size_t length) {
    return lk_file_writer_append(((open_directory *)place)->writer, bytes, length);
}

static lk_status end_in_directory(void *place, lk_status status) {
    open_directory *d = place;
    if (status == LK_OK) status = lk_file_writer_finish(d->writer);
    lk_file_writer_free(d->writer);
    return status;
}

static lk_status write_directory(saver *s, const char *directory) {
    open_directory d = {s->context, directory, lk_buffer_make(s->context), NULL};
    lk_status status =
        save_to(s, (destination){begin_in_directory, write_in_directory, end_in_directory, &d});
    lk_buffer_free(&d.path);
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

static lk_status save(saver *s, const char *directory, bool replace) {
    lk_context *context = s->context;
    lk_buffer temporary = lk_buffer_make(context);
    lk_status status = lk_directory_make_temporary(context, &temporary, directory);
    if (status == LK_OK) {
        status = write_directory(s, temporary.data);
        if (status == LK_OK)
            status = lk_directory_publish(context, temporary.data, directory, replace);
        if (status != LK_OK) remove_after_failure(context, temporary.data);
    }
    lk_buffer_free(&temporary);
    return status;
}

static lk_status save_trainer(const lk_trainer *trainer, const char *directory, bool replace) {
    LK_TRY(lk_trainer_check_weights(trainer));
    saver s = saver_of_trainer(trainer);
    return save(&s, directory, replace);
}

lk_status lk_trainer_save(lk_trainer *trainer, const char *directory) {
    return lk_state_finish(trainer,
                           writes(trainer) ? save_trainer(trainer, directory, false) : LK_OK);
}

static lk_status save_checkpoint(const lk_checkpoint *checkpoint, const char *directory,
                                 bool as_arrays, bool replace) {
    saver s = {.context = checkpoint->context,
               .model = checkpoint->model,
               .tokenizer = checkpoint->tokenizer,
               .as_arrays = as_arrays};
    return save(&s, directory, replace);
}

lk_status lk_checkpoint_save(const lk_checkpoint *checkpoint, const char *directory, bool replace) {
    return save_checkpoint(checkpoint, directory, false, replace);
}

lk_status lk_checkpoint_save_arrays(const lk_checkpoint *checkpoint, const char *directory,
                                    bool replace) {
    return save_checkpoint(checkpoint, directory, true, replace);
}

static lk_status digest_state(char hex[LK_SHA256_HEX + 1], const lk_trainer *trainer) {
    lk_state_list state;
    LK_TRY(lk_state_list_make(&state, trainer));
    lk_safetensors_digest(hex, state.list.tensors, state.list.count);
    lk_tensor_list_release(&state.list);
    return LK_OK;
}

lk_status lk_trainer_digest(const lk_trainer *trainer, char weights_hex[65],
                            char optimizer_hex[65]) {
    lk_status status = lk_model_digest(weights_hex, trainer->model);
    if (status == LK_OK && writes(trainer)) status = digest_state(optimizer_hex, trainer);
    LK_TRY(lk_state_finish(trainer, status));
    lk_ranks_broadcast(trainer->parts.ranks, optimizer_hex, LK_SHA256_HEX + 1, 0);
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
    LK_TRY(save_trainer(trainer, path->data, true));
    LK_TRY(write_pointer(context, path, run, "latest", name));
    if (best) LK_TRY(write_pointer(context, path, run, "best", name));
    return lk_run_prune(context, run, (size_t)trainer->settings->keep_checkpoints);
}

lk_status lk_trainer_save_in_run(lk_trainer *trainer, const char *run, bool best) {
    lk_buffer path = lk_buffer_make(trainer->context);
    lk_status status = writes(trainer) ? save_and_point(trainer, &path, run, best) : LK_OK;
    lk_buffer_free(&path);
    return lk_state_finish(trainer, status);
}
