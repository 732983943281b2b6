// How `tokenizer.json` says by which pattern texts are cut: ByteLevel, which has the pattern of
// GPT-2 of its own; or an expression, followed by ByteLevel without it.
#include "tokenizer/tokenizer_json.h"

// ---- Reading ------------------------------------------------------------------------------------

// Other spellings of the expressions in LK_PATTERN_LIST.
static const struct {
    lk_pattern pattern;
    const char *expression;
} spellings[] = {
    {LK_PATTERN_GPT2,
     "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"},
    {LK_PATTERN_CL100K, "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
                        " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+"},
};

static lk_status unsupported(lk_context *context, const char *what) {
    return lk_fail(context, LK_ERROR_UNSUPPORTED,
                   "the tokenizer's pre_tokenizer is not supported: %s", what);
}

static bool find_expression(lk_pattern *pattern, const char *expression) {
    for (int i = 0; i < LK_PATTERN_COUNT; i++)
        if (strcmp(lk_pattern_expression((lk_pattern)i), expression) == 0) {
            *pattern = (lk_pattern)i;
            return true;
        }
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
        if (strcmp(spellings[i].expression, expression) == 0) {
            *pattern = spellings[i].pattern;
            return true;
        }
    return false;
}

static bool has_type(const lk_json *value, const char *type) {
    return strcmp(lk_json_string(lk_json_get(value, "type"), ""), type) == 0;
}

static lk_status read_byte_level(lk_context *context, lk_pattern *pattern, const lk_json *value) {
    if (lk_json_bool(lk_json_get(value, "add_prefix_space"), true))
        return unsupported(context, "it adds a space before the text (add_prefix_space)");
    bool cuts = lk_json_bool(lk_json_get(value, "use_regex"), true);
    *pattern = cuts ? LK_PATTERN_GPT2 : LK_PATTERN_NONE;
    return LK_OK;
}

// An expression that is not known is taken as it is.
static lk_status read_split(lk_context *context, lk_bpe_parts *parts, const lk_json *value) {
    const char *expression =
        lk_json_string(lk_json_get(lk_json_get(value, "pattern"), "Regex"), NULL);
    const char *behavior = lk_json_string(lk_json_get(value, "behavior"), "");
    bool inverts = lk_json_bool(lk_json_get(value, "invert"), false);
    bool isolates = strcmp(behavior, "Isolated") == 0;
    if (!expression || !(isolates ? !inverts : inverts && strcmp(behavior, "Removed") == 0))
        return unsupported(context, "its Split does more than to isolate an expression");
    if (find_expression(&parts->pattern, expression)) return LK_OK;
    if (!isolates) return unsupported(context, "its Split drops what an expression does not match");
    parts->pattern = LK_PATTERN_CUSTOM;
    parts->expression = expression;
    return LK_OK;
}

lk_status lk_pre_tokenizer_read(lk_context *context, lk_bpe_parts *parts, const lk_json *value) {
    if (has_type(value, "ByteLevel")) return read_byte_level(context, &parts->pattern, value);
    const lk_json *list = lk_json_get(value, "pretokenizers");
    const lk_json *split = list ? lk_json_first(list) : NULL;
    const lk_json *byte_level = split ? lk_json_next(split) : NULL;
    if (!has_type(value, "Sequence") || !byte_level || lk_json_next(byte_level) ||
        !has_type(split, "Split") || !has_type(byte_level, "ByteLevel"))
        return unsupported(context, "it is neither ByteLevel nor a Split followed by ByteLevel");
    lk_pattern own = LK_PATTERN_NONE;
    LK_TRY(read_byte_level(context, &own, byte_level));
    if (own != LK_PATTERN_NONE) return unsupported(context, "it cuts twice");
    return read_split(context, parts, split);
}

// ---- Writing ------------------------------------------------------------------------------------

static void write_byte_level(lk_json_writer *writer, const char *name, bool cuts) {
    lk_json_begin_object(writer, name);
    lk_json_add_string(writer, "type", "ByteLevel");
    lk_json_add_bool(writer, "add_prefix_space", false);
    lk_json_add_bool(writer, "trim_offsets", true);
    lk_json_add_bool(writer, "use_regex", cuts);
    lk_json_end(writer);
}

static void write_split(lk_json_writer *writer, const char *expression) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "type", "Split");
    lk_json_begin_object(writer, "pattern");
    lk_json_add_string(writer, "Regex", expression);
    lk_json_end(writer);
    lk_json_add_string(writer, "behavior", "Isolated");
    lk_json_add_bool(writer, "invert", false);
    lk_json_end(writer);
}

void lk_pre_tokenizer_write(lk_json_writer *writer, const lk_pretokenizer *pretokenizer) {
    lk_pattern pattern = pretokenizer->pattern;
    if (pattern == LK_PATTERN_GPT2 || pattern == LK_PATTERN_NONE) {
        write_byte_level(writer, "pre_tokenizer", pattern == LK_PATTERN_GPT2);
        return;
    }
    lk_json_begin_object(writer, "pre_tokenizer");
    lk_json_add_string(writer, "type", "Sequence");
    lk_json_begin_array(writer, "pretokenizers");
    write_split(writer, lk_pretokenizer_expression(pretokenizer));
    write_byte_level(writer, NULL, false);
    lk_json_end(writer);
    lk_json_end(writer);
}
