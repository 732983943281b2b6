// Going on from a checkpoint as if training had not stopped: everything a step depends on is either
// in the checkpoint or follows from its settings and the number of steps done.
#include "checkpoint/checkpoint.h"
#include "checkpoint/trainer_state.h"

#include "train/crop.h"
#include "train/settings_value.h"

#include <math.h>

// ---- Settings ----------------------------------------------------------------------------------

// What the weights and the optimizer's state were made with cannot change under them; only the
// context can become shorter.
static const char *const fixed[] = {"preset",    "tokenizer",    "model",
                                    "n_layer",   "n_head",       "n_kv_head",
                                    "n_embd",    "n_hidden",     "d_ff",
                                    "norm",      "norm_place",   "norm_momentum",
                                    "head_norm", "norm_epsilon", "running",
                                    "positions", "rope_theta",   "bias",
                                    "qkv_bias",  "tied_head",    "head_bias",
                                    "init",      "init_gain",    "head_scale",
                                    "documents", "activation",   "scaled_residual_init",
                                    "optimizer", "momentum",     "seed"};

static lk_status replace_setting(lk_settings *settings, const char *key, const char *value) {
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        if (strcmp(key, fixed[i]) == 0)
            return lk_fail(settings->context, LK_ERROR_USAGE,
                           "the setting '%s' of a run cannot change", key);
    return lk_settings_set(settings, key, value);
}

typedef struct replacements {
    const char *const *keys;
    const char *const *values;
    size_t count;
    const char *text; // in the place of the files of `data`; NULL: there is none
    size_t length;
} replacements;

static lk_status read_settings(lk_settings *settings, const lk_json *trainer,
                               const replacements *new_values) {
    LK_TRY(lk_settings_read_object(settings, lk_json_get(trainer, "settings")));
    for (size_t i = 0; i < new_values->count; i++)
        LK_TRY(replace_setting(settings, new_values->keys[i], new_values->values[i]));
    return LK_OK;
}

static lk_status make_settings(lk_context *context, lk_settings **out, const lk_json *trainer,
                               const replacements *new_values) {
    lk_settings *settings;
    const char *preset =
        lk_json_string(lk_json_get(lk_json_get(trainer, "settings"), "preset"), "nanogpt");
    LK_TRY(lk_settings_new(context, &settings, preset));
    lk_status status = read_settings(settings, trainer, new_values);
    if (status != LK_OK) {
        lk_settings_free(settings);
        return status;
    }
    *out = settings;
    return LK_OK;
}

lk_status lk_checkpoint_settings(lk_settings **settings, const lk_checkpoint *checkpoint) {
    if (!checkpoint->trainer)
        return lk_fail(checkpoint->context, LK_ERROR_NO_INPUT,
                       "the checkpoint has no %s, so how it was trained is not known",
                       LK_FILE_TRAINER);
    return make_settings(checkpoint->context, settings, checkpoint->trainer, &(replacements){0});
}

// ---- Data --------------------------------------------------------------------------------------

static bool data_may_differ(const replacements *new_values) {
    static const char *const names[] = {"data", "val_data", "split", "test_split"};
    for (size_t i = 0; i < new_values->count; i++)
        for (size_t j = 0; j < sizeof names / sizeof names[0]; j++)
            if (strcmp(new_values->keys[i], names[j]) == 0) return true;
    return false;
}

static lk_status check_data(lk_context *context, const lk_dataset *dataset, const lk_json *trainer,
                            const replacements *new_values) {
    char digest[65];
    lk_dataset_digest(dataset, digest);
    const char *saved = lk_json_string(lk_json_get(lk_json_get(trainer, "data"), "sha256"), "");
    if (strcmp(digest, saved) == 0) return LK_OK;
    if (!data_may_differ(new_values))
        return lk_fail_with_remedy(
            context, LK_REMEDY_NAME_DATA,
            lk_fail(context, LK_ERROR_DATA, "the data are not those the run has learned from"));
    lk_note(context, "the run goes on with other data than it has learned from");
    return LK_OK;
}

// ---- State -------------------------------------------------------------------------------------

static lk_status missing(lk_context *context, const char *key) {
    return lk_fail(context, LK_ERROR_DATA, "%s has no usable '%s'", LK_FILE_TRAINER, key);
}

static bool read_integer(const lk_json *object, const char *key, int64_t least, int64_t *value) {
    return lk_json_integer(lk_json_get(object, key), value, least, INT64_C(1) << 53);
}

static lk_status read_progress(lk_context *context, lk_progress *progress, const lk_json *trainer) {
    int64_t step, tokens, since_best = 0;
    if (!read_integer(trainer, "step", 0, &step)) return missing(context, "step");
    if (!read_integer(trainer, "tokens", 0, &tokens)) return missing(context, "tokens");
    if (!read_integer(trainer, "best_step", LK_NEVER, &progress->best_step))
        return missing(context, "best_step");
    if (!read_integer(trainer, "evaluated_step", LK_NEVER, &progress->evaluated_step))
        return missing(context, "evaluated_step");
    read_integer(trainer, "evaluations_since_best", 0, &since_best);              // older files
    read_integer(trainer, "concluded_step", LK_NEVER, &progress->concluded_step); // have none
    progress->step = (uint64_t)step;
    progress->evaluations_since_best = (uint64_t)since_best;
    progress->tokens = (uint64_t)tokens;
    progress->best_val_loss =
        lk_json_number(lk_json_get(trainer, "best_val_loss"), (double)INFINITY);
    progress->train_loss = lk_json_number(lk_json_get(trainer, "train_loss"), 0);
    progress->val_loss = lk_json_number(lk_json_get(trainer, "val_loss"), 0);
    progress->test_loss = lk_json_number(lk_json_get(trainer, "test_loss"), (double)NAN);
    return LK_OK;
}

static lk_status fill_blocks(lk_trainer *trainer, const lk_safetensors *tensors) {
    lk_tensor_set *set;
    LK_TRY(lk_tensor_set_new(trainer->context, &set));
    lk_status status = lk_tensor_set_add_all(set, tensors);
    if (status == LK_OK) status = lk_trainer_read_state(trainer, set);
    lk_tensor_set_free(set);
    return status;
}

static lk_status read_blocks(lk_trainer *trainer, lk_checkpoint_files *files) {
    const uint8_t *bytes;
    size_t length;
    const char *name;
    LK_TRY(lk_checkpoint_files_get(files, &bytes, &length, &name, LK_FILE_TRAINER_STATE, false));
    lk_safetensors *tensors;
    LK_TRY(lk_safetensors_parse(trainer->context, &tensors, name, bytes, length));
    lk_status status = fill_blocks(trainer, tensors);
    lk_safetensors_free(tensors);
    return status == LK_OK ? LK_OK : lk_fail_in_file(trainer->context, status, name);
}

static lk_status read_state(lk_trainer *trainer, const lk_checkpoint *checkpoint) {
    int64_t step;
    if (!read_integer(lk_json_get(checkpoint->trainer, "optimizer"), "step", 0, &step))
        return missing(trainer->context, "optimizer.step");
    trainer->optimizer.step = (uint64_t)step;
    LK_TRY(read_progress(trainer->context, &trainer->progress, checkpoint->trainer));
    return read_blocks(trainer, checkpoint->files);
}

static void note_other_kernels(lk_context *context, const lk_json *trainer) {
    const char *before = lk_json_string(lk_json_get(trainer, "kernels"), "");
    const char *now = lk_context_kernels_name(context);
    if (strcmp(before, now) != 0)
        lk_note(context,
                "the run was trained with the kernels '%s' and goes on with '%s': its last digits "
                "may differ",
                before, now);
}

// ---- Assembling --------------------------------------------------------------------------------

// Gives settings, data, tokenizer and model to a new trainer, which owns them from then on.
static lk_status assemble(lk_context *context, lk_trainer **trainer, lk_checkpoint *checkpoint,
                          lk_settings *settings, const replacements *new_values, lk_ranks *ranks) {
    lk_dataset *dataset = NULL;
    lk_status status =
        new_values->text ? lk_dataset_new_from_text(context, &dataset, &checkpoint->tokenizer,
                                                    settings, new_values->text, new_values->length)
                         : lk_dataset_new(context, &dataset, &checkpoint->tokenizer, settings);
    if (status == LK_OK) status = check_data(context, dataset, checkpoint->trainer, new_values);
    if (status != LK_OK) {
        lk_dataset_free(dataset);
        lk_settings_free(settings);
        return status;
    }
    lk_model *model = checkpoint->model;
    lk_tokenizer *tokenizer = checkpoint->tokenizer;
    model->config.dropout = (float)settings->dropout;
    model->config.embedding_dropout = settings->embedding_dropout;
    checkpoint->model = NULL;
    checkpoint->tokenizer = NULL;
    return lk_trainer_assemble(context, trainer, settings, dataset, tokenizer, model, ranks);
}

static lk_status resume(lk_context *context, lk_trainer **out, lk_checkpoint *checkpoint,
                        const replacements *new_values, lk_ranks *ranks) {
    if (!checkpoint->trainer)
        return lk_fail(context, LK_ERROR_NO_INPUT,
                       "the checkpoint has no %s, so training cannot go on from it",
                       LK_FILE_TRAINER);
    lk_settings *settings;
    LK_TRY(make_settings(context, &settings, checkpoint->trainer, new_values));
    lk_trainer *trainer;
    LK_TRY(assemble(context, &trainer, checkpoint, settings, new_values, ranks));
    lk_status status = read_state(trainer, checkpoint);
    if (status == LK_OK) status = lk_trainer_crop(trainer, (uint32_t)trainer->settings->block_size);
    if (status != LK_OK) {
        lk_trainer_free(trainer);
        return status;
    }
    note_other_kernels(context, checkpoint->trainer);
    *out = trainer;
    return LK_OK;
}

static lk_status resume_path(lk_context *context, lk_trainer **trainer, const char *path,
                             const replacements *new_values, lk_ranks *ranks) {
    lk_checkpoint *checkpoint;
    LK_TRY(lk_checkpoint_open(context, &checkpoint, path, NULL, false));
    lk_status status = resume(context, trainer, checkpoint, new_values, ranks);
    lk_checkpoint_free(checkpoint);
    return status;
}

lk_status lk_trainer_resume_in_ranks(lk_context *context, lk_trainer **trainer, const char *path,
                                     const char *const *keys, const char *const *values,
                                     size_t count, lk_ranks *ranks) {
    *trainer = NULL;
    replacements new_values = {keys, values, count, NULL, 0};
    lk_status status = resume_path(context, trainer, path, &new_values, ranks);
    return lk_trainer_join(trainer, ranks, status);
}

lk_status lk_trainer_resume(lk_context *context, lk_trainer **trainer, const char *path,
                            const char *const *keys, const char *const *values, size_t count) {
    return lk_trainer_resume_in_ranks(context, trainer, path, keys, values, count, NULL);
}

lk_status lk_trainer_resume_files(lk_context *context, lk_trainer **trainer,
                                  const lk_memory_file *files, size_t count, const char *text,
                                  size_t length, const char *const *keys, const char *const *values,
                                  size_t value_count) {
    *trainer = NULL;
    lk_checkpoint *checkpoint;
    LK_TRY(lk_checkpoint_open_files(context, &checkpoint, files, count));
    lk_status status = resume(context, trainer, checkpoint,
                              &(replacements){keys, values, value_count, text, length}, NULL);
    lk_checkpoint_free(checkpoint);
    return status;
}
