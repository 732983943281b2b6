// What the files beside the log tell of a run: its latest checkpoint, and profile.json.
#include "likelore/lm_report.h"

#include "checkpoint/checkpoint.h"
#include "context.h"
#include "directory.h"
#include "likelore/lm_cost.h"
#include "models/family.h"

static lk_status describe_model(lk_run_log *log, const lk_model_config *config) {
    lk_model_cost cost;
    LK_TRY(lk_model_cost_count(log->context, &cost, config));
    log->parameters = (double)cost.parameters;
    log->vocabulary = config->vocab_size;
    lk_buffer text = lk_buffer_make(log->context);
    lk_family_form_of(config->family)->describe(&text, config);
    lk_status status = lk_buffer_status(&text);
    if (status == LK_OK)
        log->model = lk_copy_text(log->context, lk_buffer_text(&text), text.length);
    lk_buffer_free(&text);
    if (status == LK_OK && !log->model) status = LK_ERROR_MEMORY;
    return status;
}

static lk_status read_config(lk_run_log *log, lk_checkpoint_files *files) {
    const uint8_t *bytes;
    size_t length;
    const char *name;
    lk_stored_config stored;
    LK_TRY(lk_checkpoint_files_get(files, &bytes, &length, &name, LK_FILE_CONFIG, false));
    LK_TRY(lk_config_parse(log->context, &stored, name, (const char *)bytes, length, NULL));
    lk_model_config_complete(&stored.config);
    return describe_model(log, &stored.config);
}

static lk_status read_trainer(lk_run_log *log, lk_checkpoint_files *files) {
    const uint8_t *bytes;
    size_t length;
    const char *name;
    LK_TRY(lk_checkpoint_files_get(files, &bytes, &length, &name, LK_FILE_TRAINER, true));
    if (!bytes) return LK_OK;
    lk_status status = lk_json_parse(log->context, &log->trainer, (const char *)bytes, length);
    return status == LK_OK ? LK_OK : lk_fail_in_file(log->context, status, name);
}

static lk_status read_checkpoint(lk_run_log *log, const char *directory) {
    lk_checkpoint_files *files;
    LK_TRY(lk_checkpoint_files_open(log->context, &files, directory));
    lk_status status = read_config(log, files);
    if (status == LK_OK) status = read_trainer(log, files);
    lk_checkpoint_files_free(files);
    return status;
}

static lk_status read_profile(lk_run_log *log, const char *path) {
    lk_file *file;
    if (lk_path_get_kind(path) != LK_PATH_FILE) return LK_OK;
    LK_TRY(lk_file_open(log->context, &file, path));
    lk_status status = lk_json_parse(log->context, &log->profile, (const char *)lk_file_bytes(file),
                                     lk_file_length(file));
    if (status != LK_OK) lk_fail_in_file(log->context, status, path);
    lk_file_free(file);
    return status;
}

lk_status lk_run_log_read_facts(lk_run_log *log) {
    lk_buffer name = lk_buffer_make(log->context), path = lk_buffer_make(log->context);
    lk_status status = lk_run_read_pointer(log->context, &name, log->name, "latest");
    if (status == LK_OK && name.length > 0) {
        status = lk_path_join(&path, log->name, lk_buffer_text(&name));
        if (status == LK_OK) status = read_checkpoint(log, lk_buffer_text(&path));
    }
    if (status == LK_OK) status = lk_path_join(&path, log->name, "profile.json");
    if (status == LK_OK) status = read_profile(log, lk_buffer_text(&path));
    lk_buffer_free(&name);
    lk_buffer_free(&path);
    return status;
}
