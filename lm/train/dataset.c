#include "train/dataset.h"

#include "context.h"
#include "digest.h"
#include "train/settings.h"

struct lk_dataset {
    lk_context *context;
    lk_ids parts[LK_SPLIT_COUNT];
    size_t block_size;
};

// ---- Texts --------------------------------------------------------------------------------------

// Appends the file; the failure names it.
static lk_status append_file(lk_context *context, lk_buffer *out, const char *path) {
    lk_file *file;
    LK_TRY(lk_file_open(context, &file, path));
    lk_buffer_append(out, lk_file_bytes(file), lk_file_length(file));
    lk_file_free(file);
    return lk_buffer_status(out);
}

// Appends the files of a list separated by commas (spaces around a name do not count), one after
// another.
static lk_status append_files(lk_context *context, lk_buffer *out, const char *list) {
    lk_buffer path = lk_buffer_make(context);
    lk_status status = LK_OK;
    while (*list && status == LK_OK) {
        size_t length = strcspn(list, ",");
        size_t first = strspn(list, " "), last = length;
        while (last > first && list[last - 1] == ' ') last--;
        lk_buffer_clear(&path);
        if (first < last) lk_buffer_append(&path, list + first, last - first);
        status = lk_buffer_status(&path);
        if (status == LK_OK && path.length) status = append_file(context, out, path.data);
        list += length + (list[length] == ',');
    }
    lk_buffer_free(&path);
    return status;
}

// ---- Tokenizer ----------------------------------------------------------------------------------

static lk_status read_tokenizer(lk_context *context, lk_tokenizer **tokenizer, const char *path) {
    lk_file *file;
    LK_TRY(lk_file_open(context, &file, path));
    lk_status status = lk_tokenizer_parse(context, tokenizer, (const char *)lk_file_bytes(file),
                                          lk_file_length(file));
    if (status != LK_OK) lk_fail_in_file(context, status, path);
    lk_file_free(file);
    return status;
}

static lk_status make_tokenizer(lk_context *context, lk_tokenizer **tokenizer,
                                const lk_settings *settings, const lk_buffer *text,
                                const lk_buffer *val_text) {
    if (strcmp(settings->tokenizer, "char") != 0)
        return read_tokenizer(context, tokenizer, settings->tokenizer);
    if (val_text->length == 0)
        return lk_tokenizer_new_characters(context, tokenizer, lk_buffer_text(text), text->length);
    lk_buffer both = lk_buffer_make(context);
    lk_buffer_append(&both, lk_buffer_text(text), text->length);
    lk_buffer_append(&both, lk_buffer_text(val_text), val_text->length);
    lk_status status = lk_buffer_status(&both);
    if (status == LK_OK)
        status = lk_tokenizer_new_characters(context, tokenizer, both.data, both.length);
    lk_buffer_free(&both);
    return status;
}

// ---- Parts --------------------------------------------------------------------------------------

// Moves the tokens behind the fraction `split` to the other part.
static lk_status cut(lk_dataset *dataset, double split) {
    lk_ids *train = &dataset->parts[LK_SPLIT_TRAIN];
    size_t kept = (size_t)(split * (double)train->count);
    if (kept > train->count) kept = train->count;
    LK_TRY(lk_ids_append(&dataset->parts[LK_SPLIT_VAL], train->ids + kept, train->count - kept));
    train->count = kept;
    return LK_OK;
}

static lk_status check_length(const lk_dataset *dataset, lk_split split, const char *what) {
    size_t count = dataset->parts[split].count;
    if (count > dataset->block_size) return LK_OK;
    return lk_fail(dataset->context, LK_ERROR_DATA,
                   "the text to %s has %zu tokens; with block_size %zu it needs at least %zu: give "
                   "more text, or lower block_size, or change split",
                   what, count, dataset->block_size, dataset->block_size + 1);
}

static lk_status fill(lk_dataset *dataset, const lk_tokenizer *tokenizer,
                      const lk_settings *settings, const lk_buffer *text,
                      const lk_buffer *val_text) {
    lk_context *context = dataset->context;
    lk_ids *parts = dataset->parts;
    LK_TRY(lk_tokenizer_encode(context, &parts[LK_SPLIT_TRAIN], tokenizer, lk_buffer_text(text),
                               text->length, NULL));
    if (settings->val_data[0])
        LK_TRY(lk_tokenizer_encode(context, &parts[LK_SPLIT_VAL], tokenizer,
                                   lk_buffer_text(val_text), val_text->length, NULL));
    else
        LK_TRY(cut(dataset, settings->split));
    LK_TRY(check_length(dataset, LK_SPLIT_TRAIN, "train on"));
    return check_length(dataset, LK_SPLIT_VAL, "evaluate on");
}

// ---- Making and asking --------------------------------------------------------------------------

static lk_status make(lk_context *context, lk_dataset **out, lk_tokenizer **tokenizer,
                      const lk_settings *settings, const lk_buffer *text,
                      const lk_buffer *val_text) {
    lk_tokenizer *made = NULL;
    if (!*tokenizer) LK_TRY(make_tokenizer(context, &made, settings, text, val_text));
    lk_status status = LK_ERROR_MEMORY;
    lk_dataset *dataset = lk_alloc_zero(context, 1, sizeof *dataset);
    if (dataset) {
        dataset->context = context;
        dataset->block_size = (size_t)settings->block_size;
        for (int i = 0; i < LK_SPLIT_COUNT; i++) dataset->parts[i] = lk_ids_make(context);
        status = fill(dataset, made ? made : *tokenizer, settings, text, val_text);
    }
    if (status != LK_OK) {
        lk_dataset_free(dataset);
        lk_tokenizer_free(made);
        return status;
    }
    *out = dataset;
    if (made) *tokenizer = made;
    return LK_OK;
}

lk_status lk_dataset_new_from_text(lk_context *context, lk_dataset **dataset,
                                   lk_tokenizer **tokenizer, const lk_settings *settings,
                                   const char *text, size_t length) {
    *dataset = NULL;
    lk_buffer copy = lk_buffer_make(context), val_text = lk_buffer_make(context);
    lk_buffer_append(&copy, text, length);
    lk_status status = lk_buffer_status(&copy);
    if (status == LK_OK) status = append_files(context, &val_text, settings->val_data);
    if (status == LK_OK) status = make(context, dataset, tokenizer, settings, &copy, &val_text);
    lk_buffer_free(&copy);
    lk_buffer_free(&val_text);
    return status;
}

lk_status lk_dataset_new(lk_context *context, lk_dataset **dataset, lk_tokenizer **tokenizer,
                         const lk_settings *settings) {
    *dataset = NULL;
    if (settings->data[0] == 0)
        return lk_fail(context, LK_ERROR_USAGE,
                       "nothing to learn from: the setting 'data' names no file");
    lk_buffer text = lk_buffer_make(context);
    lk_status status = append_files(context, &text, settings->data);
    if (status == LK_OK)
        status = lk_dataset_new_from_text(context, dataset, tokenizer, settings,
                                          lk_buffer_text(&text), text.length);
    lk_buffer_free(&text);
    return status;
}

void lk_dataset_free(lk_dataset *dataset) {
    if (!dataset) return;
    for (int i = 0; i < LK_SPLIT_COUNT; i++) lk_ids_free(&dataset->parts[i]);
    lk_free(dataset->context, dataset);
}

size_t lk_dataset_count(const lk_dataset *dataset, lk_split split) {
    return dataset->parts[split].count;
}

uint64_t lk_dataset_starts(const lk_dataset *dataset, lk_split split) {
    return dataset->parts[split].count - dataset->block_size;
}

void lk_dataset_read(const lk_dataset *dataset, uint32_t *ids, lk_split split, size_t start,
                     size_t count) {
    memcpy(ids, dataset->parts[split].ids + start, count * sizeof *ids);
}

// The ids as little-endian bytes, with the length of each part before it.
void lk_dataset_digest(const lk_dataset *dataset, char hex[65]) {
    lk_sha256 digest;
    lk_sha256_begin(&digest);
    for (int i = 0; i < LK_SPLIT_COUNT; i++) {
        const lk_ids *part = &dataset->parts[i];
        uint64_t count = part->count;
        lk_sha256_add(&digest, &count, sizeof count);
        lk_sha256_add(&digest, part->ids, part->count * sizeof *part->ids);
    }
    lk_sha256_end(&digest, hex);
}
