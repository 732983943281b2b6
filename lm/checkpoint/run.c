// The directory of a run: which of its checkpoints stay.
#include "checkpoint/checkpoint.h"
#include "checkpoint/trainer_state.h"

#include "directory.h"

static const char *const pointers[] = {"latest", "best"};
enum { POINTER_COUNT = sizeof pointers / sizeof pointers[0] };

static bool is_digits(const char *text) { return text[0] && text[strspn(text, "0123456789")] == 0; }

// step-000500, not step-000500.….tmp.
static bool is_checkpoint_name(const char *name) {
    return strncmp(name, "step-", 5) == 0 && is_digits(name + 5);
}

static bool has_suffix(const char *name, const char *suffix) {
    size_t length = strlen(name), suffix_length = strlen(suffix);
    return length >= suffix_length && strcmp(name + length - suffix_length, suffix) == 0;
}

// What a process that was killed left half written beside a file of the run: best.….tmp.
static bool is_leftover_name(const char *name) {
    static const char *const starts[] = {"step-", "latest.", "best.", LK_FILE_LOG "."};
    if (!has_suffix(name, ".tmp")) return false;
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (strncmp(name, starts[i], strlen(starts[i])) == 0) return true;
    return false;
}

static lk_status remove_entry(lk_context *context, lk_buffer *path, const char *run,
                              const char *name) {
    LK_TRY(lk_path_join(path, run, name));
    if (lk_path_get_kind(path->data) == LK_PATH_DIRECTORY)
        return lk_directory_remove_tree(context, path->data);
    return lk_file_remove(context, path->data);
}

// Longer numbers are larger; among equally long ones the order of the names is that of the steps.
static bool is_newer(const char *a, const char *b) {
    size_t a_length = strlen(a), b_length = strlen(b);
    return a_length != b_length ? a_length > b_length : strcmp(a, b) > 0;
}

static size_t count_newer(const lk_directory *list, const char *name) {
    size_t count = 0;
    for (size_t i = 0; i < lk_directory_count(list); i++) {
        const char *other = lk_directory_name_at(list, i);
        count += is_checkpoint_name(other) && is_newer(other, name);
    }
    return count;
}

static bool is_pointed_at(const lk_buffer *targets, const char *name) {
    for (int i = 0; i < POINTER_COUNT; i++)
        if (strcmp(lk_buffer_text(&targets[i]), name) == 0) return true;
    return false;
}

static lk_status prune_list(lk_context *context, const char *run, const lk_directory *list,
                            const lk_buffer *targets, size_t keep) {
    lk_buffer path = lk_buffer_make(context);
    lk_status status = LK_OK;
    for (size_t i = 0; i < lk_directory_count(list) && status == LK_OK; i++) {
        const char *name = lk_directory_name_at(list, i);
        bool old = is_checkpoint_name(name) && !is_pointed_at(targets, name) &&
                   count_newer(list, name) >= keep;
        if (old || is_leftover_name(name)) status = remove_entry(context, &path, run, name);
    }
    lk_buffer_free(&path);
    return status;
}

lk_status lk_run_prune(lk_context *context, const char *run, size_t keep) {
    lk_buffer targets[POINTER_COUNT];
    for (int i = 0; i < POINTER_COUNT; i++) targets[i] = lk_buffer_make(context);
    lk_status status = LK_OK;
    for (int i = 0; i < POINTER_COUNT && status == LK_OK; i++)
        status = lk_run_read_pointer(context, &targets[i], run, pointers[i]);
    lk_directory *list = NULL;
    if (status == LK_OK) status = lk_directory_list(context, &list, run);
    if (status == LK_OK) status = prune_list(context, run, list, targets, keep);
    lk_directory_free(list);
    for (int i = 0; i < POINTER_COUNT; i++) lk_buffer_free(&targets[i]);
    return status;
}

// ---- Starting a run -----------------------------------------------------------------------------

static bool belongs_to_run(const char *name) {
    for (int i = 0; i < POINTER_COUNT; i++)
        if (strcmp(name, pointers[i]) == 0) return true;
    return strcmp(name, LK_FILE_LOG) == 0 || is_checkpoint_name(name) || is_leftover_name(name);
}

static lk_status clear_list(lk_context *context, lk_buffer *path, const char *run,
                            const lk_directory *list, bool replace) {
    for (size_t i = 0; i < lk_directory_count(list); i++) {
        const char *name = lk_directory_name_at(list, i);
        if (!belongs_to_run(name)) continue;
        if (!replace) return lk_fail(context, LK_ERROR_CREATE, "%s holds a run already", run);
        LK_TRY(remove_entry(context, path, run, name));
    }
    return LK_OK;
}

lk_status lk_run_start(lk_context *context, const char *run, bool replace) {
    LK_TRY(lk_directory_make_all(context, run));
    lk_directory *list;
    LK_TRY(lk_directory_list(context, &list, run));
    lk_buffer path = lk_buffer_make(context);
    // The pointers come before the checkpoints they name ("best", "latest", "step-…").
    lk_status status = clear_list(context, &path, run, list, replace);
    lk_buffer_free(&path);
    lk_directory_free(list);
    return status;
}
