// The door to PCRE2.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "regex.h"

#include <pcre2.h>

enum {
    FIRST_STEPS = 1000, // that a place gets before it is tried again with more
    LEAST_STEPS = 100000,
    STEPS_A_BYTE = 4000, // of the text
    HEAP_KIBIBYTES = 256 << 10,
    STACK_BYTES = 32 << 10, // of compiled expressions
    MOST_STACK_BYTES = 16 << 20
};

struct lk_regex {
    lk_context *context;
    pcre2_general_context *memory;
    pcre2_compile_context *compiling;
    pcre2_code *code;
    pcre2_match_context *matching;
    pcre2_match_data *match;
    pcre2_jit_stack *stack;
    uint64_t steps_left;
};

// ---- Making -------------------------------------------------------------------------------------

static void *allocate(size_t bytes, void *context) { return lk_alloc(context, bytes, 1); }

static void release(void *block, void *context) { lk_free(context, block); }

static lk_status syntax_error(lk_context *context, int error, size_t at) {
    PCRE2_UCHAR text[256];
    pcre2_get_error_message(error, text, sizeof text);
    if (error == PCRE2_ERROR_NOMEMORY || error == PCRE2_ERROR_HEAP_FAILED) return LK_ERROR_MEMORY;
    return lk_fail_at(context, LK_ERROR_SYNTAX, (lk_location){.byte = (int64_t)at},
                      "the regular expression is not valid: %s", (const char *)text);
}

static lk_status compile(lk_regex *regex, pcre2_code **code, const char *expression) {
    enum {
        OPTIONS = PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
                  PCRE2_USE_OFFSET_LIMIT
    };
    int error;
    size_t at;
    *code = pcre2_compile((PCRE2_SPTR)expression, strlen(expression), OPTIONS, &error, &at,
                          regex->compiling);
    return *code ? LK_OK : syntax_error(regex->context, error, at);
}

// Before the classes are spelled out, so that the place of a mistake is that in the expression.
static lk_status check(lk_regex *regex, const char *expression) {
    pcre2_code *code;
    uint32_t references = 0;
    LK_TRY(compile(regex, &code, expression));
    pcre2_pattern_info(code, PCRE2_INFO_BACKREFMAX, &references);
    pcre2_code_free(code);
    if (references == 0) return LK_OK;
    return lk_fail(regex->context, LK_ERROR_UNSUPPORTED,
                   "the regular expression refers back to what a group matched, which is not "
                   "supported: its steps could not be counted");
}

static lk_status compile_spelled_out(lk_regex *regex, const char *expression) {
    lk_buffer spelled = lk_buffer_make(regex->context);
    lk_status status = lk_regex_spell_out(regex->context, &spelled, expression);
    if (status == LK_OK) status = compile(regex, &regex->code, lk_buffer_text(&spelled));
    lk_buffer_free(&spelled);
    return status;
}

// Where code cannot be made, the expression is interpreted.
static lk_status prepare_matching(lk_regex *regex) {
    regex->matching = pcre2_match_context_create(regex->memory);
    LK_NEED(regex->matching);
    regex->match = pcre2_match_data_create_from_pattern(regex->code, regex->memory);
    LK_NEED(regex->match);
    pcre2_set_heap_limit(regex->matching, HEAP_KIBIBYTES);
    if (pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) != 0) return LK_OK;
    regex->stack = pcre2_jit_stack_create(STACK_BYTES, MOST_STACK_BYTES, regex->memory);
    LK_NEED(regex->stack);
    pcre2_jit_stack_assign(regex->matching, NULL, regex->stack);
    return LK_OK;
}

static lk_status make(lk_regex *regex, const char *expression) {
    regex->memory = pcre2_general_context_create(allocate, release, regex->context);
    LK_NEED(regex->memory);
    regex->compiling = pcre2_compile_context_create(regex->memory);
    LK_NEED(regex->compiling);
    pcre2_set_newline(regex->compiling, PCRE2_NEWLINE_LF);
    LK_TRY(check(regex, expression));
    LK_TRY(compile_spelled_out(regex, expression));
    return prepare_matching(regex);
}

lk_status lk_regex_new(lk_context *context, lk_regex **out, const char *expression) {
    *out = NULL;
    lk_regex *regex = lk_alloc_zero(context, 1, sizeof *regex);
    LK_NEED(regex);
    regex->context = context;
    lk_status status = make(regex, expression);
    if (status == LK_OK)
        *out = regex;
    else
        lk_regex_free(regex);
    return status;
}

void lk_regex_free(lk_regex *regex) {
    if (!regex) return;
    pcre2_jit_stack_free(regex->stack);
    pcre2_match_data_free(regex->match);
    pcre2_match_context_free(regex->matching);
    pcre2_code_free(regex->code);
    pcre2_compile_context_free(regex->compiling);
    pcre2_general_context_free(regex->memory);
    lk_free(regex->context, regex);
}

// ---- Matching -----------------------------------------------------------------------------------

void lk_regex_begin(lk_regex *regex, size_t length) {
    regex->steps_left = LEAST_STEPS + STEPS_A_BYTE * (uint64_t)length;
}

// Tries each place from `from` to `last` with so many steps.
static int match(lk_regex *regex, const uint8_t *text, size_t length, size_t from, size_t last,
                 uint32_t steps) {
    pcre2_set_match_limit(regex->matching, steps);
    pcre2_set_offset_limit(regex->matching, last);
    int found = pcre2_match(regex->code, text, length, from, PCRE2_NO_UTF_CHECK, regex->match,
                            regex->matching);
    if (found != PCRE2_ERROR_JIT_STACKLIMIT) return found;
    return pcre2_match(regex->code, text, length, from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT,
                       regex->match, regex->matching);
}

static void spend(lk_regex *regex, uint64_t steps) {
    regex->steps_left -= steps < regex->steps_left ? steps : regex->steps_left;
}

// The places of the match. Those tried cost what they might have taken, since what they took is not
// to be had.
static void take_match(lk_regex *regex, size_t *begin, size_t *end, size_t from, uint32_t steps) {
    const size_t *places = pcre2_get_ovector_pointer(regex->match);
    *begin = places[0] > from ? places[0] : from; // \K could move it
    *end = places[1] > *begin ? places[1] : *begin;
    spend(regex, (*begin - from + 1) * (uint64_t)steps);
}

lk_status lk_regex_find(lk_regex *regex, size_t *begin, size_t *end, const uint8_t *text,
                        size_t length, size_t from) {
    *begin = *end = length;
    for (uint32_t steps = FIRST_STEPS; steps <= regex->steps_left && steps < UINT32_MAX / 4;) {
        uint64_t places = regex->steps_left / steps;
        bool reaches_end = places > length - from;
        size_t last = reaches_end ? length : from + (size_t)places - 1;
        int found = match(regex, text, length, from, last, steps);
        if (found > 0) {
            take_match(regex, begin, end, from, steps);
            return LK_OK;
        }
        if (found == PCRE2_ERROR_NOMATCH && reaches_end) return LK_OK;
        if (found == PCRE2_ERROR_NOMEMORY) return LK_ERROR_MEMORY;
        if (found != PCRE2_ERROR_MATCHLIMIT) break;
        spend(regex, steps);
        steps *= 4;
    }
    return LK_ERROR_LIMIT;
}
