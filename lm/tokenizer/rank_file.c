// The rank files of tiktoken: a line for each token, its bytes in base64 and its rank, which is its
// id.
#include "tokenizer/token_list.h"

enum { MOST_TOKEN_BYTES = 1023 };

// ---- Base64 (RFC 4648) --------------------------------------------------------------------------

static int sextet(char symbol) {
    if (symbol >= 'A' && symbol <= 'Z') return symbol - 'A';
    if (symbol >= 'a' && symbol <= 'z') return symbol - 'a' + 26;
    if (symbol >= '0' && symbol <= '9') return symbol - '0' + 52;
    if (symbol == '+') return 62;
    return symbol == '/' ? 63 : -1;
}

// Appends the bytes; returns the number of symbols read, up to the first that is none.
static size_t decode_base64(lk_buffer *out, const char *text, size_t length) {
    uint32_t bits = 0;
    unsigned count = 0;
    size_t i = 0;
    for (int value; i < length && (value = sextet(text[i])) >= 0; i++) {
        bits = bits << 6 | (uint32_t)value;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        lk_buffer_append_byte(out, (char)(bits >> count));
    }
    while (i < length && text[i] == '=') i++;
    return i;
}

// ---- Reading ------------------------------------------------------------------------------------

typedef struct rank_reader {
    lk_context *context;
    const char *text;
    size_t length, at;
    int64_t line;
    lk_buffer token;
    lk_token_list tokens;
} rank_reader;

static lk_status line_error(const rank_reader *reader, const char *what) {
    lk_location location = {.line = reader->line, .byte = (int64_t)reader->at};
    return lk_fail_at(reader->context, LK_ERROR_SYNTAX, location,
                      "%s; a line is a token in base64, a space and its rank", what);
}

static lk_status read_rank(rank_reader *reader, uint32_t *rank) {
    uint64_t value = 0;
    size_t begin = reader->at;
    for (; reader->at < reader->length; reader->at++) {
        unsigned digit = (unsigned)(unsigned char)reader->text[reader->at] - '0';
        if (digit > 9) break;
        value = 10 * value + digit;
        if (value >= LK_MOST_TOKENS) return line_error(reader, "the rank is too large");
    }
    if (reader->at == begin) return line_error(reader, "there is no rank");
    *rank = (uint32_t)value;
    return LK_OK;
}

static lk_status read_line(rank_reader *reader) {
    uint32_t rank = 0;
    lk_buffer_clear(&reader->token);
    reader->at +=
        decode_base64(&reader->token, reader->text + reader->at, reader->length - reader->at);
    LK_TRY(lk_buffer_status(&reader->token));
    if (reader->token.length == 0) return line_error(reader, "there is no token");
    if (reader->token.length > MOST_TOKEN_BYTES) return line_error(reader, "the token is too long");
    if (reader->at == reader->length || reader->text[reader->at] != ' ')
        return line_error(reader, "there is no space after the token");
    reader->at++;
    LK_TRY(read_rank(reader, &rank));
    if (reader->at < reader->length && reader->text[reader->at] == '\r') reader->at++;
    if (reader->at < reader->length && reader->text[reader->at] != '\n')
        return line_error(reader, "something follows the rank");
    return lk_token_list_add(&reader->tokens, rank, reader->token.data, reader->token.length,
                             false);
}

static lk_status read_lines(rank_reader *reader) {
    for (; reader->at < reader->length; reader->at++) {
        char first = reader->text[reader->at];
        if (first != '\n' && first != '\r') LK_TRY(read_line(reader));
        reader->line++;
    }
    return LK_OK;
}

// ---- Vocabularies that are known ----------------------------------------------------------------

enum { MOST_SPECIALS = 5 };

typedef struct known_vocabulary {
    uint32_t ranks;
    const char *last; // the token of the highest rank
    lk_pattern pattern;
    size_t special_count;
    lk_special specials[MOST_SPECIALS];
} known_vocabulary;

#define SPECIAL(text, id)                                                                          \
    { (text), sizeof(text) - 1, (id) }
static const known_vocabulary known[] = {
    {50256, " gazed", LK_PATTERN_GPT2, 1, {SPECIAL("<|endoftext|>", 50256)}},
    {100256,
     " Conveyor",
     LK_PATTERN_CL100K,
     5,
     {SPECIAL("<|endoftext|>", 100257), SPECIAL("<|fim_prefix|>", 100258),
      SPECIAL("<|fim_middle|>", 100259), SPECIAL("<|fim_suffix|>", 100260),
      SPECIAL("<|endofprompt|>", 100276)}},
    {199998,
     " cocos",
     LK_PATTERN_O200K,
     2,
     {SPECIAL("<|endoftext|>", 199999), SPECIAL("<|endofprompt|>", 200018)}},
};

// By the number of ranks and the last line.
static const known_vocabulary *find_known(const rank_reader *reader) {
    size_t ranks = lk_token_list_count(&reader->tokens);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].ranks == ranks && strcmp(known[i].last, lk_buffer_text(&reader->token)) == 0)
            return &known[i];
    return NULL;
}

// What the file does not say: the pattern, and the special tokens, which are added to the list.
static lk_status complete(rank_reader *reader, lk_bpe_parts *parts, const lk_pattern *pattern) {
    const known_vocabulary *vocabulary = find_known(reader);
    if (!vocabulary && !pattern)
        return lk_fail_with_remedy(
            reader->context, LK_REMEDY_NAME_PATTERN,
            lk_fail(reader->context, LK_ERROR_DATA,
                    "a file of ranks does not say by which pattern texts are cut"));
    if (vocabulary) {
        parts->pattern = vocabulary->pattern;
        parts->specials = vocabulary->specials;
        parts->special_count = vocabulary->special_count;
    }
    if (pattern) parts->pattern = *pattern;
    for (size_t i = 0; i < parts->special_count; i++) {
        const lk_special *special = &parts->specials[i];
        LK_TRY(
            lk_token_list_add(&reader->tokens, special->id, special->text, special->length, false));
    }
    return LK_OK;
}

lk_status lk_tokenizer_parse_ranks(lk_context *context, lk_tokenizer **tokenizer, const char *text,
                                   size_t length, const lk_pattern *pattern) {
    *tokenizer = NULL;
    rank_reader reader = {.context = context,
                          .text = text,
                          .length = length,
                          .line = 1,
                          .token = lk_buffer_make(context),
                          .tokens = lk_token_list_make(context)};
    lk_bpe_parts parts = {0};
    lk_tokenizer *made = NULL;
    lk_status status = read_lines(&reader);
    if (status == LK_OK) status = complete(&reader, &parts, pattern);
    if (status == LK_OK) status = lk_token_list_finish(&reader.tokens, &parts);
    if (status == LK_OK) status = lk_tokenizer_new_bpe(context, &made, &parts);
    if (status == LK_OK) status = lk_bpe_set_merges_by_rank(made);
    lk_token_list_free(&reader.tokens);
    lk_buffer_free(&reader.token);
    if (status == LK_OK)
        *tokenizer = made;
    else
        lk_tokenizer_free(made);
    return status;
}
