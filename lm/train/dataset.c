#include "train/dataset.h"

#include "context.h"
#include "digest.h"
#include "train/settings.h"
#include "train/token_source.h"

// Tokens of a source from `begin` on.
typedef struct dataset_part {
    const lk_token_source *source;
    uint64_t begin, count;
} dataset_part;

struct lk_dataset {
    lk_context *context;
    lk_token_source data, val_data; // the second where evaluation has files of its own
    dataset_part parts[LK_SPLIT_COUNT];
    size_t block_size;
    bool of_lines;
    uint32_t line_end;
};

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

// One for the characters of both texts.
static lk_status make_characters(lk_context *context, lk_tokenizer **tokenizer,
                                 const lk_dataset *dataset) {
    const lk_buffer *text = &dataset->data.text, *val_text = &dataset->val_data.text;
    if (dataset->data.shard_count || dataset->val_data.shard_count)
        return lk_fail(context, LK_ERROR_USAGE,
                       "shards of tokens go with the tokenizer that wrote them: name it with the "
                       "setting 'tokenizer'");
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

// The 256 bytes, which any text is made of: byte-pair encoding before the first merge.
static lk_status make_bytes(lk_context *context, lk_tokenizer **tokenizer) {
    lk_tokenizer_training training = {.vocab_size = 256, .pattern = LK_PATTERN_GPT2};
    lk_tokenizer_trainer *trainer;
    LK_TRY(lk_tokenizer_trainer_new(context, &trainer, &training));
    lk_status status = lk_tokenizer_trainer_finish(trainer, tokenizer);
    lk_tokenizer_trainer_free(trainer);
    return status;
}

static lk_status make_tokenizer(lk_context *context, lk_tokenizer **tokenizer,
                                const lk_settings *settings, const lk_dataset *dataset) {
    if (strcmp(settings->tokenizer, "char") == 0)
        return make_characters(context, tokenizer, dataset);
    if (strcmp(settings->tokenizer, "byte") == 0) return make_bytes(context, tokenizer);
    return read_tokenizer(context, tokenizer, settings->tokenizer);
}

// ---- Parts --------------------------------------------------------------------------------------

// Tokens of a source: up to a place in a text, or up to the end of a line.
typedef struct whole {
    const lk_token_source *source;
    const lk_documents *documents; // NULL: one text
} whole;

// The tokens up to a fraction of the whole.
static uint64_t tokens_up_to(const whole *data, double fraction) {
    uint64_t count = data->documents ? data->documents->count : data->source->count;
    uint64_t kept = (uint64_t)(fraction * (double)count);
    if (kept > count) kept = count;
    if (!data->documents) return kept;
    return kept ? data->documents->ends[kept - 1] : 0;
}

// Train up to `split`, test behind 1 - test_split, in between the rest.
static void cut(lk_dataset *dataset, const whole *data, double split, double test_split) {
    uint64_t train = tokens_up_to(data, split), val = tokens_up_to(data, 1 - test_split);
    uint64_t all = data->source->count;
    dataset->parts[LK_SPLIT_TRAIN] = (dataset_part){data->source, 0, train};
    dataset->parts[LK_SPLIT_VAL] = (dataset_part){data->source, train, val - train};
    dataset->parts[LK_SPLIT_TEST] = (dataset_part){data->source, val, all - val};
    if (dataset->of_lines && split >= 1)
        dataset->parts[LK_SPLIT_VAL] = dataset->parts[LK_SPLIT_TRAIN];
}

static void take_both(lk_dataset *dataset) {
    const lk_token_source *data = &dataset->data, *val_data = &dataset->val_data;
    dataset->parts[LK_SPLIT_TRAIN] = (dataset_part){data, 0, data->count};
    dataset->parts[LK_SPLIT_VAL] = (dataset_part){val_data, 0, val_data->count};
    dataset->parts[LK_SPLIT_TEST] = (dataset_part){val_data, 0, 0};
}

static lk_status check_length(const lk_dataset *dataset, lk_split split, const char *what) {
    uint64_t count = dataset->parts[split].count;
    if (dataset->of_lines && count > 0) return LK_OK;
    if (dataset->of_lines)
        return lk_fail(dataset->context, LK_ERROR_DATA,
                       "there is no line to %s: give more lines, or change split or test_split",
                       what);
    if (count > dataset->block_size || (split == LK_SPLIT_TEST && count == 0)) return LK_OK;
    return lk_fail(dataset->context, LK_ERROR_DATA,
                   "the text to %s has %zu tokens; with block_size %zu it needs at least %zu: give "
                   "more text, or lower block_size, or change split",
                   what, (size_t)count, dataset->block_size, dataset->block_size + 1);
}

static lk_status divide(lk_dataset *dataset, const lk_settings *settings, const whole *data) {
    if (settings->split + settings->test_split > 1 + 1e-9)
        return lk_fail(dataset->context, LK_ERROR_USAGE,
                       "split (%g) and test_split (%g) are together more than the whole",
                       settings->split, settings->test_split);
    if (settings->val_data[0])
        take_both(dataset);
    else
        cut(dataset, data, settings->split, settings->test_split);
    LK_TRY(check_length(dataset, LK_SPLIT_TRAIN, "train on"));
    LK_TRY(check_length(dataset, LK_SPLIT_VAL, "evaluate on"));
    return dataset->of_lines ? LK_OK : check_length(dataset, LK_SPLIT_TEST, "test on");
}

static lk_status load_text(lk_dataset *dataset, const lk_tokenizer *tokenizer,
                           const lk_settings *settings) {
    LK_TRY(lk_token_source_load(&dataset->data, tokenizer));
    LK_TRY(lk_token_source_load(&dataset->val_data, tokenizer));
    return divide(dataset, settings, &(whole){&dataset->data, NULL});
}

static lk_status load_lines(lk_dataset *dataset, lk_documents *documents,
                            lk_documents *val_documents, const lk_tokenizer *tokenizer,
                            const lk_settings *settings) {
    uint64_t seed = (uint64_t)settings->seed;
    LK_TRY(lk_token_source_load_lines(&dataset->data, documents, tokenizer, seed));
    if (settings->val_data[0])
        LK_TRY(lk_token_source_load_lines(&dataset->val_data, val_documents, tokenizer, seed));
    dataset->line_end = documents->line_end;
    return divide(dataset, settings, &(whole){&dataset->data, documents});
}

static lk_status load(lk_dataset *dataset, const lk_tokenizer *tokenizer,
                      const lk_settings *settings) {
    if (!dataset->of_lines) return load_text(dataset, tokenizer, settings);
    lk_documents documents = {0}, val_documents = {0};
    lk_status status = load_lines(dataset, &documents, &val_documents, tokenizer, settings);
    lk_free(dataset->context, documents.ends);
    lk_free(dataset->context, val_documents.ends);
    return status;
}

// ---- Making and asking --------------------------------------------------------------------------

// Where the training text comes from: the files of `data`, or a text.
typedef struct data_origin {
    const char *text; // NULL: files
    size_t length;
} data_origin;

static lk_status add_data(lk_dataset *dataset, const lk_settings *settings,
                          const data_origin *origin) {
    LK_TRY(origin->text ? lk_token_source_add_text(&dataset->data, origin->text, origin->length)
                        : lk_token_source_add_files(&dataset->data, settings->data));
    return lk_token_source_add_files(&dataset->val_data, settings->val_data);
}

// *made is a tokenizer of its own, where none is given.
static lk_status fill(lk_dataset *dataset, lk_tokenizer **made, const lk_tokenizer *given,
                      const lk_settings *settings, const data_origin *origin) {
    LK_TRY(add_data(dataset, settings, origin));
    if (!given) LK_TRY(make_tokenizer(dataset->context, made, settings, dataset));
    return load(dataset, given ? given : *made, settings);
}

static lk_status make(lk_context *context, lk_dataset **out, lk_tokenizer **tokenizer,
                      const lk_settings *settings, const data_origin *origin) {
    *out = NULL;
    lk_tokenizer *made = NULL;
    lk_dataset *dataset = lk_alloc_zero(context, 1, sizeof *dataset);
    LK_NEED(dataset);
    dataset->context = context;
    dataset->block_size = (size_t)settings->block_size;
    dataset->of_lines = settings->documents == LK_DOCUMENTS_LINES;
    dataset->data = dataset->val_data = lk_token_source_make(context);
    lk_status status = fill(dataset, &made, *tokenizer, settings, origin);
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
    return make(context, dataset, tokenizer, settings, &(data_origin){text, length});
}

lk_status lk_dataset_new(lk_context *context, lk_dataset **dataset, lk_tokenizer **tokenizer,
                         const lk_settings *settings) {
    *dataset = NULL;
    if (settings->data[0] == 0)
        return lk_fail(context, LK_ERROR_USAGE,
                       "nothing to learn from: the setting 'data' names no file");
    return make(context, dataset, tokenizer, settings, &(data_origin){0});
}

void lk_dataset_free(lk_dataset *dataset) {
    if (!dataset) return;
    lk_token_source_release(&dataset->data);
    lk_token_source_release(&dataset->val_data);
    lk_free(dataset->context, dataset);
}

size_t lk_dataset_count(const lk_dataset *dataset, lk_split split) {
    return (size_t)dataset->parts[split].count;
}

uint64_t lk_dataset_starts(const lk_dataset *dataset, lk_split split) {
    return dataset->parts[split].count - dataset->block_size;
}

void lk_dataset_read(const lk_dataset *dataset, uint32_t *ids, lk_split split, size_t start,
                     size_t count) {
    const dataset_part *part = &dataset->parts[split];
    lk_token_source_read(part->source, ids, part->begin + start, count);
}

// ---- Examples -----------------------------------------------------------------------------------

size_t lk_dataset_block_size(const lk_dataset *dataset) { return dataset->block_size; }

uint64_t lk_dataset_examples(const lk_dataset *dataset, lk_split split) {
    uint64_t count = dataset->parts[split].count;
    if (dataset->of_lines) return count;
    return count > dataset->block_size ? count - dataset->block_size : 0;
}

// Lines are texts, whose ids lie in memory one after another. Going back from the token, the line
// ends where the one before it does.
static void read_line_before(const lk_dataset *dataset, uint32_t *ids, const uint32_t *all,
                             uint64_t at) {
    size_t free = dataset->block_size;
    while (free > 0 && at > 0 && all[at - 1] != dataset->line_end) ids[--free] = all[--at];
    while (free > 0) ids[--free] = dataset->line_end;
}

uint32_t lk_dataset_example(const lk_dataset *dataset, uint32_t *ids, lk_split split,
                            uint64_t index) {
    const dataset_part *part = &dataset->parts[split];
    if (dataset->of_lines) {
        read_line_before(dataset, ids, part->source->ids.ids, part->begin + index);
        return part->source->ids.ids[part->begin + index];
    }
    uint32_t target;
    lk_token_source_read(part->source, ids, part->begin + index, dataset->block_size);
    lk_token_source_read(part->source, &target, part->begin + index + dataset->block_size, 1);
    return target;
}

void lk_dataset_prefetch(const lk_dataset *dataset, lk_split split, uint64_t index) {
    const dataset_part *part = &dataset->parts[split];
    if (dataset->of_lines) __builtin_prefetch(part->source->ids.ids + part->begin + index);
}

uint32_t lk_dataset_padding(const lk_dataset *dataset) {
    return dataset->of_lines ? dataset->line_end : 0;
}

// ---- Digest -------------------------------------------------------------------------------------

static void digest_part(lk_sha256 *digest, const dataset_part *part) {
    enum { BLOCK = 1 << 12 };
    uint32_t ids[BLOCK];
    for (uint64_t at = 0; at < part->count; at += BLOCK) {
        size_t count = part->count - at < BLOCK ? (size_t)(part->count - at) : BLOCK;
        lk_token_source_read(part->source, ids, part->begin + at, count);
        lk_sha256_add(digest, ids, count * sizeof *ids);
    }
}

// The ids as little-endian bytes, with the length of each part before it.
void lk_dataset_digest(const lk_dataset *dataset, char hex[65]) {
    lk_sha256 digest;
    lk_sha256_begin(&digest);
    for (int i = 0; i < LK_SPLIT_COUNT; i++) {
        const dataset_part *part = &dataset->parts[i];
        if (part->count == 0) continue;
        lk_sha256_add(&digest, &part->count, sizeof part->count);
        digest_part(&digest, part);
    }
    lk_sha256_end(&digest, hex);
}
