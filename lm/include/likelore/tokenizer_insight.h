// What tokenizers do, shown: the bytes and characters of a text, the merges that lead to its ids,
// what a vocabulary is made of, and several tokenizers beside each other.
//
// Renderings escape what a terminal would not show, or obey: a control or invisible character is
// \n, \t, \r, \x00 or \u{200B}, a byte that is no UTF-8 is \xFF, a backslash is doubled. JSON gives
// bytes in hexadecimal, too. Where a rendering takes `colors`, tokens alternate between two
// backgrounds (ECMA-48) instead of having marks between them.
#ifndef LIKELORE_TOKENIZER_INSIGHT_H
#define LIKELORE_TOKENIZER_INSIGHT_H

#include "likelore/tokenizer.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Texts --------------------------------------------------------------------------------------

// Sizes of a text. Where it is not UTF-8, each maximal subpart counts as one U+FFFD (Unicode 16,
// section 3.9), for UTF-8 as well.
typedef struct lk_text_sizes {
    uint64_t bytes;              // as it is
    uint64_t characters;         // code points
    uint64_t invalid;            // maximal subparts that are no UTF-8
    uint64_t alone;              // bytes that are no character by themselves
    uint64_t zeros;              // characters U+0000
    uint64_t utf8, utf16, utf32; // bytes, without the byte-order mark
} lk_text_sizes;

enum { LK_UTF8_MARK_BYTES = 3, LK_UTF16_MARK_BYTES = 2, LK_UTF32_MARK_BYTES = 4 };

lk_text_sizes lk_text_get_sizes(const char *text, size_t length);
// Appends bytes, code points and sizes of a text, and what is remarkable about them; at most `most`
// characters are listed.
lk_status lk_text_bytes_to_text(lk_buffer *out, const char *text, size_t length, size_t most);
// {"version","text","bytes","characters":[{"at","bytes","code_point","text"}],"character_count",
// "valid","sizes":{"utf-8":{"bytes","with_mark"},…},"byte_by_byte"}; "code_point" is null, and
// there is a "why", where the bytes are no UTF-8.
lk_status lk_text_bytes_to_json(lk_buffer *out, const char *text, size_t length, size_t most);

// ---- Merges -------------------------------------------------------------------------------------

// How a piece of a text became tokens.
typedef enum lk_piece_kind {
    LK_PIECE_MERGED,    // from its bytes on, by merges
    LK_PIECE_WHOLE,     // it is a token, and the tokenizer asks no merges then
    LK_PIECE_SPECIAL,   // a special token
    LK_PIECE_CHARACTERS // its characters are the tokens
} lk_piece_kind;

const char *lk_piece_kind_name(lk_piece_kind kind);

typedef struct lk_explained_merge {
    uint32_t left, right, result; // ids
    uint32_t rank;                // place in the list of merges, from 0
    size_t place;                 // of the left token among those that the piece had before
    size_t begin;                 // of its bytes in the text
} lk_explained_merge;

typedef struct lk_explained_piece {
    lk_piece_kind kind;
    size_t begin, end;                // in the text
    const lk_explained_merge *merges; // the first ones, in their order
    size_t listed;                    // of them
    size_t merge_count;               // of all
    const uint32_t *ids;
    size_t id_count;
} lk_explained_piece;

typedef struct lk_explanation lk_explanation;

typedef struct lk_explain_options {
    lk_special_rule special;
    size_t most; // pieces that are explained, and merges listed of each; 0 is 100
    // Only pieces with a part of these bytes of the text are explained; end 0: of all.
    size_t begin, end;
} lk_explain_options;

// Encodes a text piece by piece: the leftmost pair of lowest rank merges, one at a time. `options`
// may be NULL. The explanation borrows the tokenizer and the text. Errors are those of
// lk_tokenizer_encode, which gives the same ids. Its time grows with the length of a piece times
// the merges that are listed.
lk_status lk_tokenizer_explain(lk_context *context, lk_explanation **explanation,
                               const lk_tokenizer *tokenizer, const char *text, size_t length,
                               const lk_explain_options *options);
void lk_explanation_free(lk_explanation *explanation);
// Pieces that are explained, and all there are, special tokens included.
size_t lk_explanation_count(const lk_explanation *explanation);
size_t lk_explanation_piece_count(const lk_explanation *explanation);
// Borrowed from the explanation.
lk_explained_piece lk_explanation_at(const lk_explanation *explanation, size_t index);
// Ids of the whole text.
size_t lk_explanation_id_count(const lk_explanation *explanation);

lk_status lk_explanation_to_text(lk_buffer *out, const lk_explanation *explanation, bool colors);
// {"version","bytes","pieces":[{"kind","at","text","bytes","merges":[{"left","right","result",
// "rank","at","text"}],"merge_count","tokens":[{"id","text","bytes","valid"}]}],"piece_count",
// "ids","token_count"}; "ids" are those of the pieces listed.
lk_status lk_explanation_to_json(lk_buffer *out, const lk_explanation *explanation);

// ---- Vocabularies -------------------------------------------------------------------------------

// What a token is written in: the script that all its letters have; else what it is made of. Blocks
// of code points tell scripts apart.
#define LK_SCRIPT_LIST(X)                                                                          \
    X(LATIN, "Latin")                                                                              \
    X(GREEK, "Greek")                                                                              \
    X(CYRILLIC, "Cyrillic")                                                                        \
    X(ARMENIAN, "Armenian")                                                                        \
    X(HEBREW, "Hebrew")                                                                            \
    X(ARABIC, "Arabic")                                                                            \
    X(INDIC, "Devanagari and other Indic")                                                         \
    X(SOUTHEAST_ASIAN, "Thai and other Southeast Asian")                                           \
    X(GEORGIAN, "Georgian")                                                                        \
    X(ETHIOPIC, "Ethiopic")                                                                        \
    X(HAN, "Han")                                                                                  \
    X(KANA, "Kana")                                                                                \
    X(HANGUL, "Hangul")                                                                            \
    X(OTHER, "other scripts")                                                                      \
    X(MIXED, "several scripts")                                                                    \
    X(DIGITS, "digits")                                                                            \
    X(SYMBOLS, "punctuation and symbols")                                                          \
    X(SPACES, "spaces")                                                                            \
    X(CONTROLS, "control characters")                                                              \
    X(PARTS, "no UTF-8 by themselves")                                                             \
    X(SPECIAL, "special tokens")

typedef enum lk_script {
#define LK_SCRIPT_ENUM(CODE, name) LK_SCRIPT_##CODE,
    LK_SCRIPT_LIST(LK_SCRIPT_ENUM)
#undef LK_SCRIPT_ENUM
        LK_SCRIPT_COUNT
} lk_script;

const char *lk_script_name(lk_script script);
// Of the bytes of a token that is not special.
lk_script lk_script_of(const char *bytes, size_t length);

enum {
    LK_TOKEN_LENGTHS = 20, // bins of the histogram
    LK_LONGEST_TOKENS = 10
};

typedef struct lk_tokenizer_figures {
    bool is_bpe;            // byte-level
    bool is_character_bpe;  // from characters; where neither is, the tokens are characters
    lk_pattern pattern;     // of a byte-level one
    const char *expression; // of that; the tokenizer's
    uint32_t ids;           // one more than the largest
    uint32_t tokens, merges, specials;
    uint32_t invalid; // tokens that are no UTF-8 by themselves
    // Tokens by their number of bytes: bin b < 16 has those of b + 1 bytes, and then each bin goes
    // to twice as many; the last has no end.
    uint32_t lengths[LK_TOKEN_LENGTHS];
    uint32_t scripts[LK_SCRIPT_COUNT];
    // Special tokens left out; the longest first, of equals that of lower id.
    uint32_t longest[LK_LONGEST_TOKENS];
    size_t longest_count;
    double mean_bytes; // of a token that is not special
} lk_tokenizer_figures;

lk_tokenizer_figures lk_tokenizer_get_figures(const lk_tokenizer *tokenizer);
// The bounds of a bin of lengths; *most is SIZE_MAX for the last.
void lk_token_length_bin(size_t bin, size_t *least, size_t *most);

// How a text was encoded. The caller has the clock.
typedef struct lk_tokenizer_sample {
    uint64_t bytes, tokens;
    double seconds; // of one time through
    int threads;
    uint64_t corpus_bytes; // to foretell the time of; 0: none
} lk_tokenizer_sample;

// `sample` may be NULL.
lk_status lk_tokenizer_info_to_text(lk_buffer *out, const lk_tokenizer *tokenizer,
                                    const lk_tokenizer_sample *sample);
// {"version","kind","pattern","expression","ids","tokens","merges","special_tokens":[{"id","text"}],
// "invalid_tokens","mean_bytes","longest":[{"id","text","bytes","length","valid"}],"lengths":[{
// "least","most","tokens"}],"scripts":[{"script","tokens","share"}],"sample":{"bytes","tokens",
// "bytes_per_token","seconds","threads","bytes_per_second","corpus":{"bytes","seconds","tokens"}}}
lk_status lk_tokenizer_info_to_json(lk_buffer *out, const lk_tokenizer *tokenizer,
                                    const lk_tokenizer_sample *sample);

// ---- Comparing ----------------------------------------------------------------------------------

enum { LK_MOST_COMPARED = 16, LK_SHORT_TEXT = 200 /* bytes that are shown token by token */ };

typedef struct lk_tokenizer_comparison lk_tokenizer_comparison;

// Words: what is between white space, with the space before it.
typedef struct lk_compared_word {
    const char *bytes;
    size_t length;
    uint64_t times;         // in the text
    const uint32_t *tokens; // of each tokenizer, for the word by itself
} lk_compared_word;

// Encodes a text with 1 to LK_MOST_COMPARED tokenizers. `most` words are kept, those on which the
// tokenizers differ most: by the difference of the fewest and the most tokens times the times they
// occur. Everything but the context is borrowed. Special tokens in the text are recognised.
lk_status lk_tokenizer_compare(lk_context *context, lk_tokenizer_comparison **comparison,
                               const lk_tokenizer *const *tokenizers, const char *const *names,
                               size_t count, const char *text, size_t length, size_t most);
void lk_tokenizer_comparison_free(lk_tokenizer_comparison *comparison);
const lk_ids *lk_tokenizer_comparison_ids(const lk_tokenizer_comparison *comparison, size_t index);
size_t lk_tokenizer_comparison_word_count(const lk_tokenizer_comparison *comparison);
lk_compared_word lk_tokenizer_comparison_word_at(const lk_tokenizer_comparison *comparison,
                                                 size_t index);

lk_status lk_tokenizer_comparison_to_text(lk_buffer *out, const lk_tokenizer_comparison *comparison,
                                          bool colors);
// {"version","bytes","tokenizers":[{"name","vocabulary","tokens","bytes_per_token","ids","pieces"}],
// "words":[{"word","times","tokens":[…]}]}; "ids" and "pieces", the tokens, for texts of at most
// LK_SHORT_TEXT bytes.
lk_status lk_tokenizer_comparison_to_json(lk_buffer *out,
                                          const lk_tokenizer_comparison *comparison);

#ifdef __cplusplus
}
#endif

#endif
