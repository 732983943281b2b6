#include "directory.h"
#include "file_writer.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/tokenizer_file.h"

static const char *const names[] = {
#define FORMAT_NAME(CODE, name) name,
    LK_TOKENIZER_FORMAT_LIST(FORMAT_NAME)
#undef FORMAT_NAME
};

const char *lk_tokenizer_format_name(lk_tokenizer_format format) { return names[format]; }

lk_tokenizer_format lk_tokenizer_format_of(const char *path) {
    if (lk_file_name_has(path, ".tiktoken")) return LK_TOKENIZER_RANKS;
    bool is_merges = lk_file_name_has(path, "vocab") || lk_file_name_has(path, "merges");
    return is_merges ? LK_TOKENIZER_MERGES : LK_TOKENIZER_JSON;
}

// ---- One file -----------------------------------------------------------------------------------

static lk_status write_one(lk_buffer *out, const lk_tokenizer *tokenizer,
                           lk_tokenizer_format format) {
    if (format == LK_TOKENIZER_RANKS) return lk_tokenizer_write_ranks(out->context, out, tokenizer);
    LK_TRY(lk_tokenizer_write(out->context, out, tokenizer));
    lk_buffer_append_byte(out, '\n');
    return lk_buffer_status(out);
}

static lk_status save_one(lk_context *context, const char *path, const lk_tokenizer *tokenizer,
                          lk_tokenizer_format format, bool replace) {
    lk_buffer text = lk_buffer_make(context);
    lk_status status = write_one(&text, tokenizer, format);
    if (status == LK_OK)
        status = lk_file_write(context, path, lk_buffer_text(&text), text.length, replace);
    lk_buffer_free(&text);
    return status;
}

// ---- Two files ----------------------------------------------------------------------------------

typedef struct file_pair {
    lk_buffer vocab_path, merges_path;
    lk_buffer vocab, merges; // contents
    lk_file_writer *vocab_file, *merges_file;
} file_pair;

static lk_status name_pair_in(file_pair *pair, const char *directory) {
    LK_TRY(lk_directory_make_all(pair->vocab.context, directory));
    LK_TRY(lk_path_join(&pair->vocab_path, directory, "vocab.json"));
    return lk_path_join(&pair->merges_path, directory, "merges.txt");
}

static lk_status name_pair(file_pair *pair, const char *path) {
    bool is_merges = lk_file_name_has(path, "merges"), is_vocab = lk_file_name_has(path, "vocab");
    if (lk_path_get_kind(path) == LK_PATH_DIRECTORY || (!is_merges && !is_vocab))
        return name_pair_in(pair, path);
    lk_buffer *named = is_merges ? &pair->merges_path : &pair->vocab_path;
    lk_buffer_append_text(named, path);
    LK_TRY(lk_buffer_status(named));
    return lk_path_partner(is_merges ? &pair->vocab_path : &pair->merges_path, path, !is_merges);
}

// Both are there before either gets its name.
static lk_status write_pair(file_pair *pair, const char *path, const lk_tokenizer *tokenizer,
                            bool replace) {
    lk_context *context = pair->vocab.context;
    LK_TRY(lk_tokenizer_write_merges(context, &pair->vocab, &pair->merges, tokenizer));
    LK_TRY(name_pair(pair, path));
    LK_TRY(lk_file_writer_new(context, &pair->vocab_file, pair->vocab_path.data, replace));
    LK_TRY(lk_file_writer_new(context, &pair->merges_file, pair->merges_path.data, replace));
    LK_TRY(lk_file_writer_append(pair->vocab_file, pair->vocab.data, pair->vocab.length));
    LK_TRY(lk_file_writer_append(pair->merges_file, pair->merges.data, pair->merges.length));
    LK_TRY(lk_file_writer_finish(pair->vocab_file));
    return lk_file_writer_finish(pair->merges_file);
}

static lk_status save_pair(lk_context *context, const char *path, const lk_tokenizer *tokenizer,
                           bool replace) {
    file_pair pair = {.vocab_path = lk_buffer_make(context),
                      .merges_path = lk_buffer_make(context),
                      .vocab = lk_buffer_make(context),
                      .merges = lk_buffer_make(context)};
    lk_status status = write_pair(&pair, path, tokenizer, replace);
    lk_file_writer_free(pair.vocab_file);
    lk_file_writer_free(pair.merges_file);
    lk_buffer_free(&pair.vocab_path);
    lk_buffer_free(&pair.merges_path);
    lk_buffer_free(&pair.vocab);
    lk_buffer_free(&pair.merges);
    return status;
}

lk_status lk_tokenizer_save(lk_context *context, const char *path, const lk_tokenizer *tokenizer,
                            lk_tokenizer_format format, bool replace) {
    return format == LK_TOKENIZER_MERGES ? save_pair(context, path, tokenizer, replace)
                                         : save_one(context, path, tokenizer, format, replace);
}
