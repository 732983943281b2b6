// Tokenizers: byte-level byte-pair encoding, that from characters (SentencePiece's), and
// characters.
//
// A text is cut at special tokens, then into pieces by a pattern; within a piece pairs of tokens
// merge, the leftmost pair of lowest rank first, one at a time. Whatever the list of merges, the
// ids are those of this definition. Tokens are strings of bytes: they need not be UTF-8. An
// encoding from characters puts a space before the text, or every part of it between special
// tokens, does not cut that further, and has bytes only for characters without a token.
#ifndef LIKELORE_TOKENIZER_H
#define LIKELORE_TOKENIZER_H

#include "likelore/core.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lk_tokenizer lk_tokenizer;

// Token ids in memory that grows.
typedef struct lk_ids {
    lk_context *context;
    uint32_t *ids;
    size_t count;
    size_t capacity;
} lk_ids;

lk_ids lk_ids_make(lk_context *context);
void lk_ids_free(lk_ids *ids);
lk_status lk_ids_append(lk_ids *ids, const uint32_t *more, size_t count);

// ---- Patterns ---------------------------------------------------------------------------------

// How a text is cut into pieces: X(CODE, name, expression). The classes are those of Unicode 16.
#define LK_PATTERN_LIST(X)                                                                         \
    X(GPT2, "gpt2",                                                                                \
      "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+")           \
    X(CL100K, "cl100k", /* Llama 3 has the same */                                                 \
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"                    \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")                             \
    X(O200K, "o200k",                                                                              \
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"  \
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"                                                             \
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"  \
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"                                                             \
      "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")                \
    X(WHITESPACE, "whitespace", " ?\\S+|\\s+(?!\\S)|\\s+")                                         \
    X(NONE, "none", "") /* the whole text is one piece */

typedef enum lk_pattern {
#define LK_PATTERN_ENUM(CODE, name, expression) LK_PATTERN_##CODE,
    LK_PATTERN_LIST(LK_PATTERN_ENUM)
#undef LK_PATTERN_ENUM
        LK_PATTERN_COUNT,
    LK_PATTERN_CUSTOM = LK_PATTERN_COUNT // a regular expression of one's own
} lk_pattern;

// "custom" and "" for LK_PATTERN_CUSTOM.
const char *lk_pattern_name(lk_pattern pattern);
const char *lk_pattern_expression(lk_pattern pattern);
// LK_ERROR_UNKNOWN_NAME with the nearest name; "llama3" is a name of cl100k.
lk_status lk_pattern_find(lk_context *context, lk_pattern *pattern, const char *name);

// ---- Making ---------------------------------------------------------------------------------

// One token for each distinct code point of `text`, in increasing order. LK_ERROR_DATA with the
// byte offset when the text is not UTF-8.
lk_status lk_tokenizer_new_characters(lk_context *context, lk_tokenizer **tokenizer,
                                      const char *text, size_t length);
// Reads a `tokenizer.json`.
lk_status lk_tokenizer_parse(lk_context *context, lk_tokenizer **tokenizer, const char *json,
                             size_t length);
// Reads a rank file of tiktoken. It says neither by which pattern texts are cut nor which tokens
// are special; for GPT-2's, cl100k and o200k, which are recognised, both are known. `pattern` may
// be NULL for these; for others that is LK_ERROR_DATA.
lk_status lk_tokenizer_parse_ranks(lk_context *context, lk_tokenizer **tokenizer, const char *text,
                                   size_t length, const lk_pattern *pattern);
// Reads the two files of GPT-2, vocab.json and merges.txt. Tokens that are neither a byte nor come
// of a merge are special.
lk_status lk_tokenizer_parse_merges(lk_context *context, lk_tokenizer **tokenizer,
                                    const char *vocab, size_t vocab_length, const char *merges,
                                    size_t merges_length, lk_pattern pattern);
// Loads what `path` names: a tokenizer.json; a file of ranks; llama2.c's tokenizer.bin; a
// vocab.json with the merges.txt beside it; or a directory, such as a checkpoint, that holds one of
// these. `pattern` may be NULL: that of the file, and gpt2 for vocab.json.
lk_status lk_tokenizer_load(lk_context *context, lk_tokenizer **tokenizer, const char *path,
                            const lk_pattern *pattern);
// Sets the expression of a tokenizer that was read with LK_PATTERN_CUSTOM; others keep the pattern
// that their file tells. Expressions are those of PCRE2; \p{L}, \p{N}, \p{M}, the categories of
// letters and \s are those of Unicode 16. Pieces are the matches, and what lies between them. A
// text that comes in parts is held until it ends, or up to a special token: an expression may look
// ahead as far as it likes. LK_ERROR_SYNTAX with the byte of the expression; LK_ERROR_UNSUPPORTED
// where PCRE2 is not built in. What takes too many steps to match is LK_ERROR_LIMIT when encoding.
lk_status lk_tokenizer_set_expression(lk_tokenizer *tokenizer, const char *expression);
void lk_tokenizer_free(lk_tokenizer *tokenizer);
// Appends the tokenizer as `tokenizer.json`. LK_ERROR_UNSUPPORTED, naming the token, where one of
// an encoding from characters could not be read back.
lk_status lk_tokenizer_write(lk_context *context, lk_buffer *out, const lk_tokenizer *tokenizer);
// Appends it as the two files of GPT-2. LK_ERROR_UNSUPPORTED when they cannot say what it is, since
// what is read from them would be another tokenizer; a note when they do not say its pattern.
lk_status lk_tokenizer_write_merges(lk_context *context, lk_buffer *vocab, lk_buffer *merges,
                                    const lk_tokenizer *tokenizer);
// Appends it as a rank file of tiktoken; special tokens and the pattern, which that does not say,
// are told in a note. LK_ERROR_UNSUPPORTED when its merges are not those of the ranks.
lk_status lk_tokenizer_write_ranks(lk_context *context, lk_buffer *out,
                                   const lk_tokenizer *tokenizer);

// The files that tokenizers are written to: X(CODE, name).
#define LK_TOKENIZER_FORMAT_LIST(X)                                                                \
    X(JSON, "json")      /* tokenizer.json */                                                      \
    X(MERGES, "merges")  /* vocab.json with merges.txt beside it */                                \
    X(RANKS, "tiktoken") /* ranks */

typedef enum lk_tokenizer_format {
#define LK_TOKENIZER_FORMAT_ENUM(CODE, name) LK_TOKENIZER_##CODE,
    LK_TOKENIZER_FORMAT_LIST(LK_TOKENIZER_FORMAT_ENUM)
#undef LK_TOKENIZER_FORMAT_ENUM
        LK_TOKENIZER_FORMAT_COUNT
} lk_tokenizer_format;

const char *lk_tokenizer_format_name(lk_tokenizer_format format);
// The format that the name of a file suggests.
lk_tokenizer_format lk_tokenizer_format_of(const char *path);
// Writes the files, each at once. `path` is the file; of MERGES either of the two, or the directory
// that gets both; "-" is standard output, for formats of one file. LK_ERROR_CREATE when one exists
// and `replace` is false.
lk_status lk_tokenizer_save(lk_context *context, const char *path, const lk_tokenizer *tokenizer,
                            lk_tokenizer_format format, bool replace);

// ---- Vocabulary -------------------------------------------------------------------------------

// One more than the largest id. There may be ids without a token below it.
uint32_t lk_tokenizer_count(const lk_tokenizer *tokenizer);
// The bytes of a token; NULL when there is no such id.
const char *lk_tokenizer_token_at(const lk_tokenizer *tokenizer, uint32_t id, size_t *length);

// The token that stands before every text of the tokenizer's models; false where there is none.
// The space that such tokenizers put before a text belongs to the first token after it.
bool lk_tokenizer_begin_token(const lk_tokenizer *tokenizer, uint32_t *id);

// ---- Encoding and decoding --------------------------------------------------------------------

// What the text of a special token becomes.
typedef enum lk_special_rule {
    LK_SPECIAL_RECOGNISE, // its id
    LK_SPECIAL_TEXT,      // ids of its characters, as of any text
    LK_SPECIAL_ERROR      // LK_ERROR_DATA, with the byte offset
} lk_special_rule;

// What becomes of bytes that are not UTF-8.
typedef enum lk_invalid_rule {
    LK_INVALID_KEEP,    // they are encoded as bytes, so that decoding gives them back
    LK_INVALID_REPLACE, // U+FFFD for each maximal subpart (Unicode 16, section 3.9, as WHATWG)
    LK_INVALID_ERROR    // LK_ERROR_DATA, with the byte offset
} lk_invalid_rule;

// All zero is the default.
typedef struct lk_encode_options {
    lk_special_rule special;
    // One lk_special_rule for each special token, by its index; NULL: `special` is that of all.
    const uint8_t *special_rules;
    lk_invalid_rule invalid;
} lk_encode_options;

// Special tokens, in the order of their bytes. The text ends with a zero byte.
size_t lk_tokenizer_special_count(const lk_tokenizer *tokenizer);
const char *lk_tokenizer_special_at(const lk_tokenizer *tokenizer, size_t index, uint32_t *id);

// Appends the ids of `text`, on all threads of the context if it is long. `options` may be NULL.
// With a tokenizer of characters, one that the vocabulary lacks is LK_ERROR_DATA, naming it with
// its byte offset.
lk_status lk_tokenizer_encode(lk_context *context, lk_ids *ids, const lk_tokenizer *tokenizer,
                              const char *text, size_t length, const lk_encode_options *options);

// Encodes a text that comes in parts, on one thread. Its memory does not grow with the text, only
// with the longest piece of it.
typedef struct lk_encoder lk_encoder;

// The tokenizer and what the options point to must outlive the encoder.
lk_status lk_encoder_new(lk_context *context, lk_encoder **encoder, const lk_tokenizer *tokenizer,
                         const lk_encode_options *options);
void lk_encoder_free(lk_encoder *encoder);
// Takes more of the text and appends the ids that are certain by now: all that remain if it
// `is_last`, when a new text may begin. Byte offsets of errors are those of the whole text.
lk_status lk_encoder_feed(lk_encoder *encoder, lk_ids *ids, const char *text, size_t length,
                          bool is_last);

// Where a token is in its text: its bytes, and the characters that it has a part of, which may have
// parts of its neighbours too. What is no UTF-8 has a character for each maximal subpart, as
// lk_text_repair gives; with LK_INVALID_REPLACE the text is what comes of it. Units are those of
// UTF-16, of a text that is UTF-8.
typedef struct lk_token_place {
    uint64_t byte, byte_end;
    uint64_t character, character_end;
    uint64_t unit, unit_end;
} lk_token_place;

// A walk from token to token of a text, all of them in order. All zero is the begin of a text.
typedef struct lk_token_walk {
    uint64_t bytes, characters, units; // so far, those of a character that is not complete included
    uint8_t needed, least, most, latest_units;
} lk_token_walk;

lk_token_place lk_token_walk_next(lk_token_walk *walk, const lk_tokenizer *tokenizer, uint32_t id);

// Appends the bytes of the ids; U+FFFD for ids that do not exist.
lk_status lk_tokenizer_decode(lk_context *context, lk_buffer *text, const lk_tokenizer *tokenizer,
                              const uint32_t *ids, size_t count);
// Appends a text with U+FFFD for each maximal subpart that is not UTF-8 (Unicode 16, section 3.9,
// as WHATWG). Unless the text `is_last`, bytes at its end that may be completed by others are left;
// *used (may be NULL) is how many were not.
lk_status lk_text_repair(lk_buffer *repaired, size_t *used, const char *text, size_t length,
                         bool is_last);

// ---- Shards -----------------------------------------------------------------------------------

// A shard is a file with the ids of a text, which training reads: X(CODE, name).
#define LK_SHARD_FORMAT_LIST(X)                                                                    \
    X(RAW, "raw")    /* nothing but ids, as nanoGPT's .bin */                                      \
    X(LLMC, "llm.c") /* .bin with the header of llm.c */                                           \
    X(NPY, "npy")    /* NumPy's .npy */

typedef enum lk_shard_format {
#define LK_SHARD_FORMAT_ENUM(CODE, name) LK_SHARD_##CODE,
    LK_SHARD_FORMAT_LIST(LK_SHARD_FORMAT_ENUM)
#undef LK_SHARD_FORMAT_ENUM
        LK_SHARD_FORMAT_COUNT
} lk_shard_format;

const char *lk_shard_format_name(lk_shard_format format);
// Bytes of an id, little-endian: 2, or 4 where a vocabulary has more than 65,536 tokens.
unsigned lk_shard_id_bytes(uint32_t vocab_count);

// Writes a shard bit by bit. The file appears when it is finished; "-" is standard output, which
// takes raw ids only.
typedef struct lk_shard_writer lk_shard_writer;

// LK_ERROR_CREATE when the file cannot be made (or exists and `replace` is false).
lk_status lk_shard_writer_new(lk_context *context, lk_shard_writer **writer, const char *path,
                              lk_shard_format format, uint32_t vocab_count, bool replace);
// Takes back what was not finished.
void lk_shard_writer_free(lk_shard_writer *writer);
const char *lk_shard_writer_path(const lk_shard_writer *writer);
uint64_t lk_shard_writer_count(const lk_shard_writer *writer);
// LK_ERROR_LIMIT when llm.c's header cannot tell so many ids.
lk_status lk_shard_writer_append(lk_shard_writer *writer, const uint32_t *ids, size_t count);
// Moves the ids behind the first `kept` to the end of another shard for the same vocabulary.
lk_status lk_shard_writer_move(lk_shard_writer *writer, lk_shard_writer *other, uint64_t kept);
lk_status lk_shard_writer_finish(lk_shard_writer *writer);

// A shard that is read where it lies: the bytes must outlive it.
typedef struct lk_shard lk_shard;

// Whether a file is a shard: its name ends in .bin or .npy, or it begins as one.
bool lk_shard_is(const char *path, const void *bytes, size_t length);
// The bytes of ids without a header are told by the size of the vocabulary. LK_ERROR_SYNTAX,
// LK_ERROR_DATA or LK_ERROR_UNSUPPORTED with the byte offset.
lk_status lk_shard_parse(lk_context *context, lk_shard **shard, const void *bytes, size_t length,
                         uint32_t vocab_count);
// The same for a file, which failures name.
lk_status lk_shard_open(lk_context *context, lk_shard **shard, const lk_file *file,
                        uint32_t vocab_count);
void lk_shard_free(lk_shard *shard);
lk_shard_format lk_shard_get_format(const lk_shard *shard);
uint64_t lk_shard_count(const lk_shard *shard);
// LK_ERROR_DATA with the byte offset where an id is not below `vocab_count`.
lk_status lk_shard_check(const lk_shard *shard, uint32_t vocab_count);
// Copies ids; UINT32_MAX for numbers that no id can have. start + count must be within the shard.
void lk_shard_read(const lk_shard *shard, uint32_t *ids, uint64_t start, size_t count);

// ---- Training ---------------------------------------------------------------------------------

// Which of several equally frequent pairs merges first.
typedef enum lk_tie {
    LK_TIE_BYTES, // the greatest pair of byte strings
    LK_TIE_IDS    // the smallest pair of ids, with the bytes in the order of their printable
                  // stand-ins, as the Hugging Face tokenizers do
} lk_tie;

// The order of the ids. The bytes stand in their own order.
typedef enum lk_layout {
    LK_LAYOUT_BYTES_FIRST,    // bytes, special tokens, merges
    LK_LAYOUT_SPECIALS_FIRST, // special tokens, bytes, merges
    LK_LAYOUT_SPECIALS_LAST   // bytes, merges, special tokens, as GPT-2
} lk_layout;

typedef struct lk_tokenizer_training {
    uint32_t vocab_size; // of all tokens; there are fewer where no pair is left to merge
    const char *const *specials;
    size_t special_count;
    lk_pattern pattern;
    const char *expression; // a regular expression in the place of the pattern; NULL: none
    lk_tie tie;
    lk_layout layout;
    uint64_t min_frequency; // of a pair that merges; 0 is 1
    // A path beside which files are made for counts that do not fit into the memory limit; they
    // have no names and are gone in the end. NULL: such counts are LK_ERROR_LIMIT.
    const char *scratch;
} lk_tokenizer_training;

typedef struct lk_tokenizer_trainer lk_tokenizer_trainer;

// LK_ERROR_USAGE when the vocabulary is too small for the bytes and the special tokens. `scratch`
// must outlive the trainer. What is learned does not depend on the memory limit: where the
// different pieces of the texts are too many for it, that is LK_ERROR_LIMIT, from any call.
lk_status lk_tokenizer_trainer_new(lk_context *context, lk_tokenizer_trainer **trainer,
                                   const lk_tokenizer_training *training);
void lk_tokenizer_trainer_free(lk_tokenizer_trainer *trainer);
// Counts the pieces of a text that comes in parts, on all threads; `is_last` ends the text, and the
// next one begins. All texts come before the first step.
lk_status lk_tokenizer_trainer_feed(lk_tokenizer_trainer *trainer, const char *text, size_t length,
                                    bool is_last);

// Saves what was counted in the file `path`, so that the training can go on from there later; after
// that the trainer can only be freed. `note` is a text that must be the same then: what the texts
// are, and how they are cut. Merges are not saved: they come of the counts, in far less time.
lk_status lk_tokenizer_trainer_save(lk_tokenizer_trainer *trainer, const char *path,
                                    const char *note);
// Takes such a file before the first text; then all texts are fed again, and what was counted of
// them is passed over. LK_ERROR_DATA when the note is not the same.
lk_status lk_tokenizer_trainer_resume(lk_tokenizer_trainer *trainer, const char *path,
                                      const char *note);

typedef struct lk_merge_report {
    bool is_done; // no merge was made: there is none left, or the vocabulary is complete
    uint32_t merges, most_merges; // so far, and when the vocabulary is complete
    uint32_t left, right, result; // ids
    uint64_t count;               // how often the pair stood in the texts
} lk_merge_report;

// Learns one merge. The caller owns the loop, the printing and the time. The first call takes
// longer.
lk_status lk_tokenizer_trainer_step(lk_tokenizer_trainer *trainer, lk_merge_report *report);
// The bytes of a token learnt so far; NULL when there is no such id.
const char *lk_tokenizer_trainer_token_at(const lk_tokenizer_trainer *trainer, uint32_t id,
                                          size_t *length);
// Makes the tokenizer of the merges so far.
lk_status lk_tokenizer_trainer_finish(lk_tokenizer_trainer *trainer, lk_tokenizer **tokenizer);

#ifdef __cplusplus
}
#endif

#endif
