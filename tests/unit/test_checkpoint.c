#include "directory.h"
#include "saved_trainer.h"
#include "test_directory.h"

#include <stdio.h>
#include <stdlib.h>

TestSuite(checkpoint, .init = enter_fresh_directory, .fini = leave_fresh_directory);

// ---- Loading ------------------------------------------------------------------------------------

static void expect_same_model(const lk_model *a, const lk_model *b) {
    cr_assert(lk_model_tensor_count(a) == lk_model_tensor_count(b));
    for (size_t i = 0; i < lk_model_tensor_count(a); i++) {
        lk_tensor_view x = lk_model_tensor_at(a, i), y = lk_model_tensor_at(b, i);
        size_t count = x.shape[0] * (x.rank == 2 ? x.shape[1] : 1);
        cr_assert(strcmp(x.name, y.name) == 0 && x.rank == y.rank && x.shape[0] == y.shape[0]);
        cr_assert(memcmp(x.data, y.data, count * sizeof *x.data) == 0, "%s", x.name);
    }
}

static void expect_digest(const lk_checkpoint *checkpoint, const lk_trainer *trainer) {
    cr_assert(strcmp(checkpoint->digest, digests_of(trainer).weights) == 0);
}

Test(checkpoint, models_of_every_preset_and_without_biases_come_back) {
    static const char *const presets[] = {"nanogpt", "chargpt", "chargpt-tied"};
    lk_context *context = make_context();
    for (int i = 0; i < 3; i++) {
        lk_trainer *trainer = new_trainer(context, presets[i]);
        train_until(trainer, 2);
        save(trainer, presets[i]);
        lk_checkpoint *checkpoint = load(context, presets[i]);
        expect_same_model(trainer->model, checkpoint->model);
        expect_digest(checkpoint, trainer);
        lk_checkpoint_free(checkpoint);
        lk_trainer_free(trainer);
    }
    free_context(context);
}

static lk_trainer *trainer_without_biases(lk_context *context) {
    static const training_setting more[] = {{"bias", "False"}};
    lk_trainer *trainer;
    cr_assert(make_tiny_trainer(context, &trainer, "nanogpt", more, 1) == LK_OK);
    return trainer;
}

static bool is_zero(const lk_safetensor *tensor) {
    for (size_t i = 0; i < tensor->length; i++)
        if (tensor->bytes[i]) return false;
    return true;
}

Test(checkpoint, missing_biases_are_written_as_the_zeros_that_gpt2_wants) {
    lk_context *context = make_context();
    lk_trainer *trainer = trainer_without_biases(context);
    save(trainer, "a");
    lk_file *file;
    lk_safetensors *tensors;
    cr_assert(lk_file_open(context, &file, "a/model.safetensors") == LK_OK);
    cr_assert(lk_safetensors_parse(context, &tensors, "a", lk_file_bytes(file),
                                   lk_file_length(file)) == LK_OK);
    static const char *const names[] = {"transformer.ln_f.bias",
                                        "transformer.h.1.ln_1.bias",
                                        "transformer.h.1.attn.c_attn.bias",
                                        "transformer.h.0.attn.c_proj.bias",
                                        "transformer.h.1.ln_2.bias",
                                        "transformer.h.0.mlp.c_fc.bias",
                                        "transformer.h.1.mlp.c_proj.bias"};
    static const size_t sizes[] = {12, 12, 36, 12, 12, 48, 12};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const lk_safetensor *bias = lk_safetensors_find(tensors, names[i]);
        cr_assert(bias && bias->rank == 1 && bias->shape[0] == sizes[i] && is_zero(bias), "%s",
                  names[i]);
    }
    cr_assert(!lk_safetensors_find(tensors, "lm_head.weight"), "tied tensors are stored once");
    const lk_safetensor *qkv = lk_safetensors_find(tensors, "transformer.h.0.attn.c_attn.weight");
    cr_assert(qkv && qkv->shape[0] == 12 && qkv->shape[1] == 36, "inputs × outputs, as Conv1D");
    lk_safetensors_free(tensors);
    lk_file_free(file);
    lk_checkpoint *checkpoint = load(context, "a");
    cr_assert(!checkpoint->model->config.bias);
    expect_same_model(trainer->model, checkpoint->model);
    expect_digest(checkpoint, trainer);
    lk_checkpoint_free(checkpoint);
    lk_trainer_free(trainer);
    free_context(context);
}

typedef struct file_set {
    lk_memory_file files[6];
    lk_file *opened[6];
    size_t count;
} file_set;

static const char *const all_files[] = {"model.safetensors",   "config.json",  "tokenizer.json",
                                        "trainer.safetensors", "trainer.json", "manifest.json"};

static file_set read_files(lk_context *context, const char *directory, size_t count) {
    file_set set = {.count = count};
    for (size_t i = 0; i < count; i++) {
        char path[200];
        snprintf(path, sizeof path, "%s/%s", directory, all_files[i]);
        cr_assert(lk_file_open(context, &set.opened[i], path) == LK_OK);
        set.files[i] = (lk_memory_file){all_files[i], lk_file_bytes(set.opened[i]),
                                        lk_file_length(set.opened[i])};
    }
    return set;
}

static void free_files(file_set *set) {
    for (size_t i = 0; i < set->count; i++) lk_file_free(set->opened[i]);
}

Test(checkpoint, files_in_memory_load_as_the_directory_does) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt");
    save(trainer, "a");
    file_set set = read_files(context, "a", 3);
    set.files[1].name = "some/where/config.json";
    lk_checkpoint *checkpoint = NULL;
    cr_assert(lk_checkpoint_load_files(context, &checkpoint, set.files, 3) == LK_OK);
    expect_same_model(trainer->model, checkpoint->model);
    lk_checkpoint_free(checkpoint);
    expect_failure(context, lk_checkpoint_load_files(context, &checkpoint, set.files, 2),
                   LK_ERROR_NO_INPUT, "tokenizer.json is missing");
    free_files(&set);
    lk_trainer_free(trainer);
    free_context(context);
}

// ---- Damage -------------------------------------------------------------------------------------

static void overwrite(lk_context *context, const char *path, const char *text) {
    cr_assert(lk_file_write(context, path, text, strlen(text), true) == LK_OK);
}

Test(checkpoint, any_changed_byte_is_found_by_the_manifest) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt");
    save(trainer, "a");
    lk_trainer_free(trainer);
    for (size_t i = 0; i < 5; i++) {
        char path[64];
        snprintf(path, sizeof path, "a/%s", all_files[i]);
        lk_file *file;
        cr_assert(lk_file_open(context, &file, path) == LK_OK);
        size_t length = lk_file_length(file);
        uint8_t *bytes = malloc(length);
        memcpy(bytes, lk_file_bytes(file), length);
        lk_file_free(file);
        bytes[length / 2] ^= 1;
        cr_assert(lk_file_write(context, path, bytes, length, true) == LK_OK);
        lk_trainer *resumed;
        expect_failure(context, lk_trainer_resume(context, &resumed, "a", NULL, NULL, 0),
                       LK_ERROR_DATA, "SHA-256");
        cr_assert(strcmp(lk_context_error(context).location.file, path) == 0);
        cr_assert(lk_file_write(context, path, bytes, length - 1, true) == LK_OK);
        expect_failure(context, lk_trainer_resume(context, &resumed, "a", NULL, NULL, 0),
                       LK_ERROR_DATA, "length");
        bytes[length / 2] ^= 1;
        cr_assert(lk_file_write(context, path, bytes, length, true) == LK_OK);
        free(bytes);
    }
    lk_trainer *resumed = resume(context, "a");
    lk_trainer_free(resumed);
    free_context(context);
}

static void expect_config_refused(const char *config, lk_status status, const char *words) {
    lk_context *context = make_context();
    overwrite(context, "a/config.json", config);
    lk_checkpoint *checkpoint;
    expect_failure(context, lk_checkpoint_load(context, &checkpoint, "a"), status, words);
    cr_assert(!checkpoint && lk_context_error(context).location.file);
    free_context(context);
}

#define SHAPE(vocab, layers)                                                                       \
    "{\"model_type\":\"likelore\",\"vocab_size\":" vocab ",\"block_size\":11,\"n_layer\":" layers  \
    ",\"n_head\":2,\"n_embd\":12,\"d_ff\":0,\"activation\":\"gelu\",\"qkv_bias\":true"

Test(checkpoint, configurations_that_do_not_fit_the_weights_are_refused) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt");
    save(trainer, "a");
    lk_trainer_free(trainer);
    cr_assert(lk_file_remove(context, "a/manifest.json") == LK_OK);
    free_context(context);
    expect_config_refused("", LK_ERROR_SYNTAX, "");
    expect_config_refused("{}", LK_ERROR_UNSUPPORTED, "model type");
    expect_config_refused("{\"model_type\":\"bert\"}", LK_ERROR_UNSUPPORTED, "'bert'");
    expect_config_refused("{\"model_type\":\"gpt2\"}", LK_ERROR_DATA, "vocab_size must be");
    expect_config_refused("{\"model_type\":\"likelore\"}", LK_ERROR_DATA, "vocab_size must be");
    expect_config_refused(SHAPE("31", "2") ",\"bias\":1}", LK_ERROR_DATA, "true or false");
    expect_config_refused(SHAPE("31", "2") ",\"activation\":\"mish\"}", LK_ERROR_UNSUPPORTED,
                          "'mish'");
    expect_config_refused(SHAPE("31", "0") "}", LK_ERROR_DATA, "n_layer");
    expect_config_refused(SHAPE("31", "1024") "}", LK_ERROR_DATA, "more weights");
    expect_config_refused(SHAPE("16777216", "2") "}", LK_ERROR_DATA, "more weights");
    expect_config_refused(SHAPE("30", "2") "}", LK_ERROR_DATA, "the configuration asks for 30×12");
    expect_config_refused(SHAPE("31", "1") "}", LK_ERROR_DATA, "does not belong");
    expect_config_refused(SHAPE("31", "2") ",\"tied_head\":false}", LK_ERROR_DATA,
                          "'lm_head.weight' is missing");
}

Test(checkpoint, what_is_no_checkpoint_is_told_apart) {
    lk_context *context = make_context();
    lk_checkpoint *checkpoint;
    expect_failure(context, lk_checkpoint_load(context, &checkpoint, "nothing"), LK_ERROR_NO_INPUT,
                   "no directory nothing");
    cr_assert(lk_directory_make_all(context, "empty") == LK_OK);
    expect_failure(context, lk_checkpoint_load(context, &checkpoint, "empty"), LK_ERROR_NO_INPUT,
                   "neither a checkpoint");
    overwrite(context, "empty/latest", "../../etc\n");
    expect_failure(context, lk_checkpoint_load(context, &checkpoint, "empty"), LK_ERROR_DATA,
                   "does not name a checkpoint");
    overwrite(context, "empty/latest", "step-000001\n");
    expect_failure(context, lk_checkpoint_load(context, &checkpoint, "empty"), LK_ERROR_NO_INPUT,
                   "");
    free_context(context);
}

Test(checkpoint, another_version_of_the_format_is_refused) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt");
    save(trainer, "a");
    lk_trainer_free(trainer);
    overwrite(context, "a/manifest.json", "{\"version\":2,\"files\":{}}");
    lk_checkpoint *checkpoint;
    expect_failure(context, lk_checkpoint_load(context, &checkpoint, "a"), LK_ERROR_UNSUPPORTED,
                   "reads version 1");
    free_context(context);
}

// ---- Runs ---------------------------------------------------------------------------------------

static void save_in_run(lk_trainer *trainer, bool best) {
    cr_assert(lk_trainer_save_in_run(trainer, "run", best) == LK_OK, "%s",
              lk_context_error(trainer->context).message);
}

static void expect_run(lk_context *context, const char *expected) {
    lk_directory *list;
    char names[400] = "";
    cr_assert(lk_directory_list(context, &list, "run") == LK_OK);
    for (size_t i = 0; i < lk_directory_count(list); i++) {
        strcat(names, lk_directory_name_at(list, i));
        strcat(names, " ");
    }
    lk_directory_free(list);
    cr_assert(strcmp(names, expected) == 0, "%s", names);
}

Test(checkpoint, a_run_keeps_its_best_and_its_newest_checkpoints) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt");
    for (uint64_t step = 1; step <= 5; step++) {
        train_until(trainer, step);
        save_in_run(trainer, step == 2);
    }
    expect_run(context, "best latest step-000002 step-000004 step-000005 ");
    lk_checkpoint *best = load(context, "run");
    cr_assert(lk_json_number(lk_json_get(best->trainer, "step"), 0) == 2);
    lk_checkpoint_free(best);
    lk_trainer *resumed = resume(context, "run");
    cr_assert(resumed->progress.step == 5);
    save_in_run(resumed, false); // the same step again
    expect_run(context, "best latest step-000002 step-000004 step-000005 ");
    lk_trainer_free(resumed);
    lk_trainer_free(trainer);
    free_context(context);
}

Test(checkpoint, what_a_killed_process_left_is_cleared_away) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt");
    cr_assert(lk_directory_make_all(context, "run/step-000001.77-0.tmp") == LK_OK);
    overwrite(context, "run/step-000001.77-0.tmp/model.safetensors", "half");
    overwrite(context, "run/notes.txt", "mine");
    save_in_run(trainer, false);
    expect_run(context, "latest notes.txt step-000000 ");
    lk_trainer_free(trainer);
    free_context(context);
}

Test(checkpoint, a_new_run_takes_the_place_of_another_only_when_told) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt");
    cr_assert(lk_run_start(context, "run", false) == LK_OK);
    overwrite(context, "run/notes.txt", "mine");
    cr_assert(lk_run_start(context, "run", false) == LK_OK);
    save_in_run(trainer, true);
    overwrite(context, "run/log.jsonl", "{}\n");
    expect_failure(context, lk_run_start(context, "run", false), LK_ERROR_CREATE,
                   "holds a run already");
    cr_assert(lk_run_start(context, "run", true) == LK_OK);
    expect_run(context, "notes.txt ");
    lk_trainer_free(trainer);
    free_context(context);
}

Test(checkpoint, a_checkpoint_is_not_written_over_another) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt");
    save(trainer, "a");
    cr_assert(lk_trainer_save(trainer, "a") == LK_ERROR_CREATE);
    cr_assert(lk_trainer_save(trainer, "no/such/place") == LK_ERROR_CREATE);
    lk_trainer_free(trainer);
    free_context(context);
}

// ---- Allocations that fail ----------------------------------------------------------------------

Test(checkpoint, any_allocation_may_fail_while_loading_without_a_leak) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt");
    save(trainer, "a");
    lk_trainer_free(trainer);
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_trainer *resumed = NULL;
        lk_context_fail_allocation(context, k);
        status = lk_trainer_resume(context, &resumed, "a", NULL, NULL, 0);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY, "allocation %d: %s", (int)k,
                  lk_context_error(context).message);
        lk_trainer_free(resumed);
        cr_assert(lk_context_memory_usage(context).live_bytes == live, "allocation %d leaks",
                  (int)k);
    }
    free_context(context);
}

// Moves to memory where the system has such a place: hundreds of checkpoints are not worth waiting
// for a disk to sync them.
static void enter_memory(char back[4096], char place[64]) {
    snprintf(place, 64, "/dev/shm/likelore-test-XXXXXX");
    cr_assert(getcwd(back, 4096));
    if (mkdtemp(place))
        cr_assert(chdir(place) == 0);
    else
        place[0] = 0;
}

static void leave_memory(lk_context *context, const char *back, const char *place) {
    cr_assert(chdir(back) == 0);
    if (place[0]) cr_assert(lk_directory_remove_tree(context, place) == LK_OK);
}

// After a failure the run must be loadable: its pointers name complete checkpoints.
Test(checkpoint, any_allocation_may_fail_while_saving_and_the_run_stays_whole) {
    char back[4096], place[64];
    enter_memory(back, place);
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt");
    save_in_run(trainer, true);
    train_until(trainer, 1);
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_context_fail_allocation(context, k);
        status = lk_trainer_save_in_run(trainer, "run", true);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY, "allocation %d: %s", (int)k,
                  lk_context_error(context).message);
        cr_assert(lk_context_memory_usage(context).live_bytes == live, "allocation %d leaks",
                  (int)k);
        if (k % 10 == 0) lk_checkpoint_free(load(context, "run"));
    }
    expect_run(context, "best latest step-000000 step-000001 ");
    lk_trainer_free(trainer);
    leave_memory(context, back, place);
    free_context(context);
}
