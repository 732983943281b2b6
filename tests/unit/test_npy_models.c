// Models as arrays of NumPy: what is written reads back, other widths are read, and what does not
// fit is refused by its file.
#include "checkpoint/checkpoint.h"

#include "directory.h"
#include "npy.h"
#include "saved_trainer.h"
#include "test_directory.h"

#include <stdio.h>
#include <stdlib.h>

TestSuite(npy_models, .init = enter_fresh_directory, .fini = leave_fresh_directory);

// ---- Headers ------------------------------------------------------------------------------------

Test(npy_models, headers_are_those_of_numpy) {
    lk_npy_header header = {.kind = 'f', .width = 4, .rank = 2, .shape = {2, 3}};
    char bytes[LK_NPY_HEADER_BYTES], expected[128];
    static const char start[] = "\x93NUMPY\1\0v\0"
                                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    memset(expected, ' ', sizeof expected);
    memcpy(expected, start, sizeof start - 1);
    expected[127] = '\n';
    cr_assert(lk_npy_header_write(bytes, &header) == sizeof expected);
    cr_assert(memcmp(bytes, expected, sizeof expected) == 0);
}

Test(npy_models, headers_of_every_rank_read_back) {
    lk_context *context = make_context();
    for (int rank = 0; rank <= LK_NPY_MOST_RANK; rank++) {
        lk_npy_header header = {.kind = 'u', .width = 1, .rank = rank}, read;
        char bytes[LK_NPY_HEADER_BYTES];
        uint64_t count = 1;
        for (int i = 0; i < rank; i++) count *= header.shape[i] = (size_t)(i * i + 2);
        size_t length = lk_npy_header_write(bytes, &header);
        cr_assert(length % 64 == 0);
        cr_assert(lk_npy_header_read(context, &read, (const uint8_t *)bytes, length) == LK_OK);
        cr_assert(read.data == length && read.kind == 'u' && read.width == 1 && read.rank == rank);
        cr_assert(read.count == count);
        cr_assert(memcmp(read.shape, header.shape, sizeof header.shape) == 0);
    }
    free_context(context);
}

// ---- Models -------------------------------------------------------------------------------------

// A model of the preset as arrays in `directory`, without a manifest, so that they may change.
static void export_arrays(lk_context *context, const char *preset, const char *directory,
                          char digest[65]) {
    lk_trainer *trainer = new_trainer(context, preset);
    train_until(trainer, 2);
    save(trainer, preset);
    lk_trainer_free(trainer);
    lk_checkpoint *checkpoint = load(context, preset);
    memcpy(digest, checkpoint->digest, 65);
    cr_assert(lk_checkpoint_export(checkpoint, directory, LK_MODEL_NPY, false) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_checkpoint_free(checkpoint);
}

Test(npy_models, of_every_class_read_back_to_the_bit) {
    static const char *const presets[] = {"nanogpt", "nanogpt-rope", "llama", "cs336", "chargpt"};
    lk_context *context = make_context();
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
        char digest[65], directory[64];
        snprintf(directory, sizeof directory, "%s-arrays", presets[i]);
        export_arrays(context, presets[i], directory, digest);
        lk_checkpoint *checkpoint = load(context, directory);
        cr_assert(strcmp(checkpoint->digest, digest) == 0, "%s", presets[i]);
        lk_checkpoint_free(checkpoint);
    }
    free_context(context);
}

// ---- Other arrays -------------------------------------------------------------------------------

#define GAIN "arrays/transformer.ln_f.weight.npy"

static lk_context *begin_with_arrays(char digest[65]) {
    lk_context *context = make_context();
    export_arrays(context, "nanogpt", "arrays", digest);
    cr_assert(lk_file_remove(context, "arrays/manifest.json") == LK_OK);
    return context;
}

static void put_array(lk_context *context, const char *path, const lk_npy_header *header,
                      const void *bytes, size_t length) {
    char head[LK_NPY_HEADER_BYTES];
    lk_buffer file = lk_buffer_make(context);
    lk_buffer_append(&file, head, lk_npy_header_write(head, header));
    lk_buffer_append(&file, bytes, length);
    cr_assert(lk_file_write(context, path, lk_buffer_text(&file), file.length, true) == LK_OK);
    lk_buffer_free(&file);
}

// The gains of a model that has learned for two steps are no round numbers; these are.
Test(npy_models, take_numbers_of_other_widths) {
    enum { CHANNELS = 12 };
    char digest[65];
    lk_context *context = begin_with_arrays(digest);
    double wide[CHANNELS];
    uint16_t half[CHANNELS];
    for (int i = 0; i < CHANNELS; i++) wide[i] = i % 2 ? 1.5 : -.25;
    for (int i = 0; i < CHANNELS; i++) half[i] = i % 2 ? 0x3e00 : 0xb400;
    for (unsigned width = 2; width <= 8; width += 6) {
        lk_npy_header header = {.kind = 'f', .width = width, .rank = 1, .shape = {CHANNELS}};
        const void *bytes = width == 8 ? (const void *)wide : (const void *)half;
        put_array(context, GAIN, &header, bytes, CHANNELS * width);
        lk_checkpoint *checkpoint = load(context, "arrays");
        const float *gain =
            lk_model_find(checkpoint->model, "transformer.ln_f.weight")->tensor.value;
        for (int i = 0; i < CHANNELS; i++) cr_assert(gain[i] == (float)wide[i], "%u", width);
        lk_checkpoint_free(checkpoint);
    }
    free_context(context);
}

static void expect_refused(lk_context *context, lk_status status, const char *words) {
    lk_checkpoint *checkpoint = NULL;
    expect_failure(context, lk_checkpoint_load(context, &checkpoint, "arrays"), status, words);
    cr_assert(!checkpoint && lk_context_error(context).location.file, "%s", words);
}

static void expect_text_refused(lk_context *context, const char *text, size_t length,
                                lk_status status, const char *words) {
    cr_assert(lk_file_write(context, GAIN, text, length, true) == LK_OK);
    expect_refused(context, status, words);
}

Test(npy_models, refuse_what_is_no_weight) {
    char digest[65];
    float values[13] = {0};
    lk_context *context = begin_with_arrays(digest);
    lk_npy_header header = {.kind = 'f', .width = 4, .rank = 1, .shape = {12}};
    put_array(context, GAIN, &header, values, 47);
    expect_refused(context, LK_ERROR_DATA, "47 bytes follow the header");
    put_array(context, GAIN, &header, values, 52);
    expect_refused(context, LK_ERROR_DATA, "52 bytes follow the header");
    header.kind = 'i';
    put_array(context, GAIN, &header, values, 48);
    expect_refused(context, LK_ERROR_UNSUPPORTED, "holds I32");
    header = (lk_npy_header){.kind = 'f', .width = 4, .rank = 2, .shape = {3, 4}};
    put_array(context, GAIN, &header, values, 48);
    expect_refused(context, LK_ERROR_DATA, "3×4");
    expect_text_refused(context, "", 0, LK_ERROR_SYNTAX, "too early");
    expect_text_refused(context, "PK\3\4 and what else is in a zip", 20, LK_ERROR_SYNTAX, "mark");
    free_context(context);
}

Test(npy_models, need_all_arrays_and_no_others) {
    char digest[65];
    float zero = 0;
    lk_context *context = begin_with_arrays(digest);
    lk_npy_header scalar = {.kind = 'f', .width = 4};
    put_array(context, "arrays/learned.at.all.npy", &scalar, &zero, 4);
    expect_refused(context, LK_ERROR_DATA, "'learned.at.all' does not belong");
    cr_assert(lk_file_remove(context, "arrays/learned.at.all.npy") == LK_OK);
    cr_assert(lk_file_remove(context, GAIN) == LK_OK);
    expect_refused(context, LK_ERROR_DATA, "'transformer.ln_f.weight' is missing");
    free_context(context);
}

Test(npy_models, any_allocation_may_fail_without_a_leak) {
    char digest[65];
    lk_context *context = begin_with_arrays(digest);
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status == LK_ERROR_MEMORY; k++) {
        lk_checkpoint *checkpoint = NULL;
        uint64_t before = lk_context_memory_usage(context).live_bytes;
        lk_context_fail_allocation(context, k);
        status = lk_checkpoint_load(context, &checkpoint, "arrays");
        lk_context_fail_allocation(context, 0);
        lk_checkpoint_free(checkpoint);
        cr_assert(lk_context_memory_usage(context).live_bytes == before, "allocation %d", (int)k);
    }
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    free_context(context);
}
