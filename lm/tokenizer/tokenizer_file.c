// Finds out what kind of files a tokenizer is in.
#include "tokenizer/tokenizer_file.h"

#include "directory.h"
#include "tokenizer/scores.h"
#include "tokenizer/tokenizer.h"

typedef struct source {
    lk_context *context;
    const lk_pattern *pattern;
} source;

static lk_pattern pattern_or_gpt2(const source *s) {
    return s->pattern ? *s->pattern : LK_PATTERN_GPT2;
}

bool lk_file_name_has(const char *path, const char *part) {
    const char *slash = strrchr(path, '/');
    return strstr(slash ? slash + 1 : path, part) != NULL;
}

// ---- Single files -------------------------------------------------------------------------------

static bool begins_as_json(const lk_file *file) {
    const uint8_t *bytes = lk_file_bytes(file);
    size_t length = lk_file_length(file), i = 0;
    while (i < length &&
           (bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\t' || bytes[i] == '\r'))
        i++;
    return i < length && bytes[i] == '{';
}

static lk_status parse_file(const source *s, lk_tokenizer **tokenizer, const lk_file *file) {
    const char *text = (const char *)lk_file_bytes(file);
    size_t length = lk_file_length(file);
    bool has_scores = lk_scores_is(lk_file_bytes(file), length);
    lk_status status =
        has_scores ? lk_tokenizer_parse_scores(s->context, tokenizer, lk_file_bytes(file), length)
        : begins_as_json(file)
            ? lk_tokenizer_parse(s->context, tokenizer, text, length)
            : lk_tokenizer_parse_ranks(s->context, tokenizer, text, length, s->pattern);
    return status == LK_OK ? status : lk_fail_in_file(s->context, status, lk_file_path(file));
}

static lk_status load_file(const source *s, lk_tokenizer **tokenizer, const char *path) {
    lk_file *file;
    LK_TRY(lk_file_open(s->context, &file, path));
    lk_status status = parse_file(s, tokenizer, file);
    lk_file_free(file);
    return status;
}

// ---- vocab.json and merges.txt ------------------------------------------------------------------

static lk_status parse_pair(const source *s, lk_tokenizer **tokenizer, const lk_file *vocab,
                            const char *merges_path) {
    lk_file *merges;
    LK_TRY(lk_file_open(s->context, &merges, merges_path));
    lk_status status = lk_tokenizer_parse_merges(
        s->context, tokenizer, (const char *)lk_file_bytes(vocab), lk_file_length(vocab),
        (const char *)lk_file_bytes(merges), lk_file_length(merges), pattern_or_gpt2(s));
    lk_file_free(merges);
    return status == LK_OK ? status : lk_fail_in_file(s->context, status, merges_path);
}

static lk_status load_pair(const source *s, lk_tokenizer **tokenizer, const char *vocab_path,
                           const char *merges_path) {
    lk_file *vocab;
    LK_TRY(lk_file_open(s->context, &vocab, vocab_path));
    lk_status status = parse_pair(s, tokenizer, vocab, merges_path);
    lk_file_free(vocab);
    return status;
}

lk_status lk_path_partner(lk_buffer *out, const char *path, bool is_vocab) {
    static const char *const words[][2] = {{"vocab", "merges"}, {".json", ".txt"}};
    const char *slash = strrchr(path, '/'), *at = slash ? slash + 1 : path;
    lk_buffer_append(out, path, (size_t)(at - path));
    for (int i = 0; i < 2; i++) {
        const char *from = words[i][!is_vocab], *found = strstr(at, from);
        if (!found) continue;
        lk_buffer_append(out, at, (size_t)(found - at));
        lk_buffer_append_text(out, words[i][is_vocab]);
        at = found + strlen(from);
    }
    lk_buffer_append_text(out, at);
    return lk_buffer_status(out);
}

static lk_status load_with_partner(const source *s, lk_tokenizer **tokenizer, const char *path) {
    bool is_vocab = !lk_file_name_has(path, "merges");
    lk_buffer partner = lk_buffer_make(s->context);
    lk_status status = lk_path_partner(&partner, path, is_vocab);
    const char *other = lk_buffer_text(&partner);
    if (status == LK_OK)
        status = load_pair(s, tokenizer, is_vocab ? path : other, is_vocab ? other : path);
    lk_buffer_free(&partner);
    return status;
}

// ---- Directories --------------------------------------------------------------------------------

static lk_status load_directory(const source *s, lk_tokenizer **tokenizer, const char *directory) {
    lk_buffer path = lk_buffer_make(s->context);
    lk_status status = lk_path_join(&path, directory, "tokenizer.json");
    bool has_json = status == LK_OK && lk_path_get_kind(path.data) == LK_PATH_FILE;
    if (status == LK_OK && !has_json) status = lk_path_join(&path, directory, "vocab.json");
    bool has_vocab = status == LK_OK && lk_path_get_kind(path.data) == LK_PATH_FILE;
    if (status == LK_OK && !has_vocab)
        status =
            lk_fail_at(s->context, LK_ERROR_NO_INPUT, (lk_location){.file = directory, .byte = -1},
                       "the directory holds neither tokenizer.json nor vocab.json");
    if (status == LK_OK)
        status = has_json ? load_file(s, tokenizer, path.data)
                          : load_with_partner(s, tokenizer, path.data);
    lk_buffer_free(&path);
    return status;
}

lk_status lk_tokenizer_load(lk_context *context, lk_tokenizer **tokenizer, const char *path,
                            const lk_pattern *pattern) {
    const source s = {context, pattern};
    *tokenizer = NULL;
    if (lk_path_get_kind(path) == LK_PATH_DIRECTORY) return load_directory(&s, tokenizer, path);
    if (lk_file_name_has(path, "vocab") || lk_file_name_has(path, "merges"))
        return load_with_partner(&s, tokenizer, path);
    return load_file(&s, tokenizer, path);
}
