#include "train/token_source.h"

#include "context.h"

lk_token_source lk_token_source_make(lk_context *context) {
    return (lk_token_source){
        .context = context, .text = lk_buffer_make(context), .ids = lk_ids_make(context)};
}

void lk_token_source_release(lk_token_source *source) {
    for (size_t i = 0; i < source->shard_count; i++) {
        lk_shard_free(source->shards[i].shard);
        lk_file_free(source->shards[i].file);
    }
    lk_free(source->context, source->shards);
    lk_buffer_free(&source->text);
    lk_ids_free(&source->ids);
    *source = lk_token_source_make(source->context);
}

// ---- Files --------------------------------------------------------------------------------------

static lk_status add_shard(lk_token_source *source, lk_file *file) {
    lk_shard_file *grown =
        lk_resize(source->context, source->shards, source->shard_count + 1, sizeof *source->shards);
    LK_NEED(grown);
    source->shards = grown;
    grown[source->shard_count++] = (lk_shard_file){.file = file};
    return LK_OK;
}

static lk_status fail_mixed(lk_token_source *source, const char *path) {
    return lk_fail_at(source->context, LK_ERROR_USAGE, (lk_location){.file = path, .byte = -1},
                      "shards of tokens cannot be joined with texts: name either");
}

// *keeps tells whether the file must stay open.
static lk_status add_open_file(lk_token_source *source, bool *keeps, lk_file *file) {
    const uint8_t *bytes = lk_file_bytes(file);
    size_t length = lk_file_length(file);
    bool is_shard = lk_shard_is(lk_file_path(file), bytes, length);
    if (is_shard ? source->text.length > 0 : source->shard_count > 0)
        return fail_mixed(source, lk_file_path(file));
    if (!is_shard) return lk_token_source_add_text(source, (const char *)bytes, length);
    LK_TRY(add_shard(source, file));
    *keeps = true;
    return LK_OK;
}

lk_status lk_token_source_add_file(lk_token_source *source, const char *path) {
    lk_file *file;
    bool keeps = false;
    LK_TRY(lk_file_open(source->context, &file, path));
    lk_status status = add_open_file(source, &keeps, file);
    if (!keeps) lk_file_free(file);
    return status;
}

lk_status lk_token_source_add_files(lk_token_source *source, const char *list) {
    lk_buffer path = lk_buffer_make(source->context);
    lk_status status = LK_OK;
    while (*list && status == LK_OK) {
        size_t length = strcspn(list, ",");
        size_t first = strspn(list, " "), last = length;
        while (last > first && list[last - 1] == ' ') last--;
        lk_buffer_clear(&path);
        if (first < last) lk_buffer_append(&path, list + first, last - first);
        status = lk_buffer_status(&path);
        if (status == LK_OK && path.length) status = lk_token_source_add_file(source, path.data);
        list += length + (list[length] == ',');
    }
    lk_buffer_free(&path);
    return status;
}

lk_status lk_token_source_add_text(lk_token_source *source, const char *text, size_t length) {
    lk_buffer_append(&source->text, text, length);
    return lk_buffer_status(&source->text);
}

// ---- Tokens -------------------------------------------------------------------------------------

static lk_status open_shard(lk_token_source *source, lk_shard_file *open,
                            const lk_tokenizer *tokenizer) {
    uint32_t vocab_count = lk_tokenizer_count(tokenizer);
    LK_TRY(lk_shard_open(source->context, &open->shard, open->file, vocab_count));
    lk_status status = lk_shard_check(open->shard, vocab_count);
    source->count += lk_shard_count(open->shard);
    return status == LK_OK ? status
                           : lk_fail_in_file(source->context, status, lk_file_path(open->file));
}

lk_status lk_token_source_load(lk_token_source *source, const lk_tokenizer *tokenizer) {
    for (size_t i = 0; i < source->shard_count; i++)
        LK_TRY(open_shard(source, &source->shards[i], tokenizer));
    if (source->shard_count) return LK_OK;
    LK_TRY(lk_tokenizer_encode(source->context, &source->ids, tokenizer,
                               lk_buffer_text(&source->text), source->text.length, NULL));
    source->count = source->ids.count;
    lk_buffer_free(&source->text);
    return LK_OK;
}

// ---- Lines --------------------------------------------------------------------------------------

typedef struct line {
    size_t begin, length; // bytes
} line;

// Counts the lines that are not empty, and notes them where there is room.
static size_t find_lines(line *lines, const char *text, size_t length) {
    size_t count = 0;
    for (size_t begin = 0; begin < length;) {
        const char *newline = memchr(text + begin, '\n', length - begin);
        size_t end = newline ? (size_t)(newline - text) : length;
        if (lines && end > begin) lines[count] = (line){begin, end - begin};
        count += end > begin;
        begin = end + 1;
    }
    return count;
}

// Fisher and Yates: each order is as probable as any other.
static void shuffle(line *lines, size_t count, uint64_t seed) {
    lk_random random = lk_random_stream(seed, LK_RANDOM_SHUFFLE, 0, 0);
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)lk_random_below(&random, i);
        line swapped = lines[i - 1];
        lines[i - 1] = lines[other];
        lines[other] = swapped;
    }
}

static lk_status find_line_end(lk_token_source *source, uint32_t *id,
                               const lk_tokenizer *tokenizer) {
    lk_ids ids = lk_ids_make(source->context);
    lk_status status = lk_tokenizer_encode(source->context, &ids, tokenizer, "\n", 1, NULL);
    if (status == LK_OK && ids.count == 1)
        *id = ids.ids[0];
    else if (status != LK_ERROR_MEMORY)
        status = lk_fail(source->context, LK_ERROR_DATA,
                         "the tokenizer has no token for the end of a line, which closes each "
                         "document of lines");
    lk_ids_free(&ids);
    return status;
}

static lk_status encode_lines(lk_token_source *source, lk_documents *documents,
                              const lk_tokenizer *tokenizer, const line *lines) {
    const char *text = lk_buffer_text(&source->text);
    for (size_t i = 0; i < documents->count; i++) {
        LK_TRY(lk_tokenizer_encode(source->context, &source->ids, tokenizer, text + lines[i].begin,
                                   lines[i].length, NULL));
        LK_TRY(lk_ids_append(&source->ids, &documents->line_end, 1));
        documents->ends[i] = source->ids.count;
    }
    return LK_OK;
}

static lk_status load_lines(lk_token_source *source, lk_documents *documents, line *lines,
                            const lk_tokenizer *tokenizer, uint64_t seed) {
    LK_TRY(find_line_end(source, &documents->line_end, tokenizer));
    find_lines(lines, lk_buffer_text(&source->text), source->text.length);
    shuffle(lines, documents->count, seed);
    LK_NEED(documents->ends = lk_alloc(source->context, documents->count, sizeof *documents->ends));
    LK_TRY(encode_lines(source, documents, tokenizer, lines));
    source->count = source->ids.count;
    lk_buffer_free(&source->text);
    return LK_OK;
}

lk_status lk_token_source_load_lines(lk_token_source *source, lk_documents *documents,
                                     const lk_tokenizer *tokenizer, uint64_t seed) {
    lk_context *context = source->context;
    *documents = (lk_documents){0};
    if (source->shard_count)
        return lk_fail(context, LK_ERROR_USAGE,
                       "shards of tokens have no lines: with documents = lines name texts");
    documents->count = find_lines(NULL, lk_buffer_text(&source->text), source->text.length);
    if (documents->count == 0)
        return lk_fail(context, LK_ERROR_DATA, "the text has no line that is not empty");
    line *lines = lk_alloc(context, documents->count, sizeof *lines);
    LK_NEED(lines);
    lk_status status = load_lines(source, documents, lines, tokenizer, seed);
    lk_free(context, lines);
    return status;
}

// ---- Reading ------------------------------------------------------------------------------------

static void read_shards(const lk_token_source *source, uint32_t *ids, uint64_t start,
                        size_t count) {
    for (size_t i = 0; count > 0; i++) {
        uint64_t in_shard = lk_shard_count(source->shards[i].shard);
        if (start >= in_shard) {
            start -= in_shard;
            continue;
        }
        size_t taken = count < in_shard - start ? count : (size_t)(in_shard - start);
        lk_shard_read(source->shards[i].shard, ids, start, taken);
        ids += taken;
        count -= taken;
        start = 0;
    }
}

void lk_token_source_read(const lk_token_source *source, uint32_t *ids, uint64_t start,
                          size_t count) {
    if (source->shard_count)
        read_shards(source, ids, start, count);
    else if (count)
        memcpy(ids, source->ids.ids + start, count * sizeof *ids);
}
