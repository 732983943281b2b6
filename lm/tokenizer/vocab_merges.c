// The two files of GPT-2: vocab.json, an object {"token": id, …}, and merges.txt, with a merge on
// each line: two tokens and a space between them. They do not say which tokens are special: those
// are that neither are a byte nor come of a merge.
#include "tokenizer/vocabulary_text.h"

typedef struct merge_lines {
    const char *text;
    size_t length, at;
    int64_t line;
} merge_lines;

// The next line, without its end; false after the last.
static bool next_line(merge_lines *lines, const char **line, size_t *length) {
    if (lines->at == lines->length) return false;
    *line = lines->text + lines->at;
    const char *end = memchr(*line, '\n', lines->length - lines->at);
    *length = end ? (size_t)(end - *line) : lines->length - lines->at;
    lines->at += *length + (end != NULL);
    lines->line++;
    if (*length && (*line)[*length - 1] == '\r') --*length;
    return true;
}

// The first line may give the version. Other lines may begin with # too: it is a token.
static bool is_header(const merge_lines *lines, const char *line, size_t length) {
    static const char version[] = "#version";
    return lines->line == 1 && length >= strlen(version) &&
           memcmp(line, version, strlen(version)) == 0;
}

static lk_status split_line(lk_context *context, lk_merge_text *merge, const merge_lines *lines,
                            const char *line, size_t length) {
    const char *space = memchr(line, ' ', length);
    merge->left = line;
    merge->left_length = space ? (size_t)(space - line) : 0;
    merge->right = space ? space + 1 : line;
    merge->right_length = space ? length - merge->left_length - 1 : 0;
    if (merge->left_length && merge->right_length) return LK_OK;
    return lk_fail_at(context, LK_ERROR_SYNTAX,
                      (lk_location){.line = lines->line, .byte = (int64_t)(line - lines->text)},
                      "a line of merges is two tokens with a space between them");
}

static lk_status read_lines(lk_buffer *merges, const lk_tokenizer *tokenizer, merge_lines *lines,
                            lk_buffer *bytes) {
    const char *line;
    size_t length;
    while (next_line(lines, &line, &length)) {
        if (length == 0 || is_header(lines, line, length)) continue;
        lk_merge_text text;
        lk_merge merge;
        LK_TRY(split_line(tokenizer->context, &text, lines, line, length));
        LK_TRY(lk_merge_find(&merge, tokenizer, bytes, &text, merges->length / sizeof merge));
        lk_buffer_append(merges, &merge, sizeof merge);
    }
    return lk_buffer_status(merges);
}

static lk_status set_merges(lk_tokenizer *tokenizer, const lk_buffer *merges) {
    size_t count = merges->length / sizeof(lk_merge);
    if (count > LK_MOST_MERGES)
        return lk_fail(tokenizer->context, LK_ERROR_LIMIT, "there are more than %d merges",
                       LK_MOST_MERGES);
    return lk_bpe_set_merges(tokenizer, (const lk_merge *)(const void *)merges->data,
                             (uint32_t)count);
}

static lk_status add_specials(lk_tokenizer *tokenizer) {
    lk_bpe *bpe = tokenizer->bpe;
    uint8_t *comes = lk_alloc_zero(tokenizer->context, tokenizer->count, 1);
    lk_buffer specials = lk_buffer_make(tokenizer->context);
    LK_NEED(comes);
    for (uint32_t rank = 0; rank < bpe->merges.count; rank++)
        comes[bpe->merges.list[rank].result] = 1;
    for (uint32_t id = 0; id < tokenizer->count; id++) {
        lk_special special = {.id = id};
        special.text = lk_tokenizer_token_at(tokenizer, id, &special.length);
        if (special.text && special.length > 1 && !comes[id])
            lk_buffer_append(&specials, &special, sizeof special);
    }
    lk_free(tokenizer->context, comes);
    lk_status status = lk_buffer_status(&specials);
    lk_specials_release(tokenizer->context, &bpe->specials);
    if (status == LK_OK)
        status = lk_specials_make(tokenizer->context, &bpe->specials,
                                  (const lk_special *)(const void *)specials.data,
                                  specials.length / sizeof(lk_special));
    lk_buffer_free(&specials);
    return status;
}

// ---- Both files ---------------------------------------------------------------------------------

typedef struct reader {
    lk_token_list tokens;
    lk_buffer bytes, merges;
    lk_tokenizer *tokenizer;
} reader;

static lk_status read_vocabulary(lk_context *context, reader *r, const char *vocab, size_t length,
                                 lk_pattern pattern) {
    lk_json *document;
    lk_bpe_parts parts = {.pattern = pattern};
    LK_TRY(lk_json_parse(context, &document, vocab, length));
    lk_status status = LK_OK;
    if (lk_json_get_type(document) != LK_JSON_OBJECT)
        status = lk_fail(context, LK_ERROR_DATA, "the vocabulary is no object of tokens and ids");
    if (status == LK_OK) status = lk_vocabulary_read(&r->tokens, &r->bytes, document);
    lk_json_free(context, document);
    if (status == LK_OK) status = lk_token_list_finish(&r->tokens, &parts);
    return status == LK_OK ? lk_tokenizer_new_bpe(context, &r->tokenizer, &parts) : status;
}

static lk_status read_merges(reader *r, const char *merges, size_t length) {
    merge_lines lines = {.text = merges, .length = length};
    LK_TRY(read_lines(&r->merges, r->tokenizer, &lines, &r->bytes));
    LK_TRY(set_merges(r->tokenizer, &r->merges));
    return add_specials(r->tokenizer);
}

lk_status lk_tokenizer_parse_merges(lk_context *context, lk_tokenizer **tokenizer,
                                    const char *vocab, size_t vocab_length, const char *merges,
                                    size_t merges_length, lk_pattern pattern) {
    *tokenizer = NULL;
    reader r = {.tokens = lk_token_list_make(context),
                .bytes = lk_buffer_make(context),
                .merges = lk_buffer_make(context)};
    lk_status status = read_vocabulary(context, &r, vocab, vocab_length, pattern);
    if (status == LK_OK) status = read_merges(&r, merges, merges_length);
    lk_token_list_free(&r.tokens);
    lk_buffer_free(&r.bytes);
    lk_buffer_free(&r.merges);
    if (status == LK_OK)
        *tokenizer = r.tokenizer;
    else
        lk_tokenizer_free(r.tokenizer);
    return status;
}
