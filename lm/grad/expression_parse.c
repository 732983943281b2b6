// From text to steps, by recursive descent:
//
//     expression  statement { ";" statement }
//     statement   [ [ name "=" ] sum ]
//     sum         product { ("+" | "-") product }
//     product     factor { ("*" | "/") factor }
//     factor      ("+" | "-") factor | power
//     power       atom [ ("**" | "^") factor ]
//     atom        number | name | function "(" sum ")" | "(" sum ")"
//
// Long sums and products are loops; only what is nested is recursive, to a limit.
#include "grad/expression.h"

#include "number.h"
#include "unicode.h"
#include "unicode_classes.h"

#include <math.h>
#include <stdio.h>

enum { DEEPEST = 200, SHOWN_BYTES = 40 };

typedef enum token_kind { TOKEN_END, TOKEN_NUMBER, TOKEN_NAME, TOKEN_SIGN, TOKEN_POWER } token_kind;

typedef struct token {
    token_kind kind;
    const char *begin, *end;
} token;

typedef struct parser {
    lk_expression *expression;
    const char *text, *end;
    token token; // to look at
    int depth;
} parser;

static lk_status parse_sum(parser *p, size_t *node);

// ---- Errors -------------------------------------------------------------------------------------

static lk_location location_of(const parser *p, const char *at) {
    lk_location location = {.line = 1, .column = 1, .byte = at - p->text};
    for (const char *c = p->text; c < at; c++) {
        bool is_new_line = *c == '\n', continues = ((unsigned char)*c & 0xC0) == 0x80;
        location.line += is_new_line;
        location.column = is_new_line ? 1 : location.column + !continues;
    }
    return location;
}

// A token as a message shows it: quoted, and cut where it is long.
static void describe(char shown[SHOWN_BYTES + 8], const token *t) {
    size_t length = (size_t)(t->end - t->begin);
    if (length > SHOWN_BYTES)
        length = SHOWN_BYTES - lk_utf8_incomplete_tail((const uint8_t *)t->begin, SHOWN_BYTES);
    if (t->kind == TOKEN_END)
        snprintf(shown, SHOWN_BYTES + 8, "the end");
    else
        snprintf(shown, SHOWN_BYTES + 8, "'%.*s'", (int)length, t->begin);
}

static lk_status expected(const parser *p, const char *what) {
    char shown[SHOWN_BYTES + 8];
    describe(shown, &p->token);
    return lk_fail_at(p->expression->context, LK_ERROR_SYNTAX, location_of(p, p->token.begin),
                      "expected %s, found %s", what, shown);
}

// ---- Tokens -------------------------------------------------------------------------------------

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Length of the letter, mark, underscore or (not in front) digit at the start; 0 for anything else.
static size_t name_part(const char *at, const char *end, bool in_front) {
    if (at == end) return 0;
    if (*at == '_') return 1;
    uint32_t c;
    bool valid = true;
    size_t bytes = lk_utf8_decode((const uint8_t *)at, (size_t)(end - at), &c, &valid);
    lk_unicode_class class = lk_unicode_class_of(c);
    if (!valid || class < LK_UNICODE_NUMBER) return 0;
    return in_front && class < LK_UNICODE_LETTER ? 0 : bytes;
}

static const char *name_end(const char *at, const char *end) {
    for (size_t bytes; (bytes = name_part(at, end, false)) > 0;) at += bytes;
    return at;
}

// Digits and points, and an exponent where digits follow the e.
static const char *number_end(const char *at, const char *end) {
    while (at < end && (is_digit(*at) || *at == '.')) at++;
    if (at == end || (*at != 'e' && *at != 'E')) return at;
    const char *exponent = at + 1;
    if (exponent < end && (*exponent == '+' || *exponent == '-')) exponent++;
    if (exponent == end || !is_digit(*exponent)) return at;
    while (exponent < end && is_digit(*exponent)) exponent++;
    return exponent;
}

static lk_status unknown_character(const parser *p, const char *at) {
    uint32_t c;
    size_t bytes = lk_utf8_decode((const uint8_t *)at, (size_t)(p->end - at), &c, NULL);
    return lk_fail_at(p->expression->context, LK_ERROR_SYNTAX, location_of(p, at),
                      "the character '%.*s' has no meaning here", (int)bytes, at);
}

// Takes the token that begins at or behind `at`.
static lk_status take(parser *p, const char *at) {
    while (at < p->end && is_blank(*at)) at++;
    p->token = (token){TOKEN_END, at, at};
    if (at == p->end) return LK_OK;
    if (is_digit(*at) || *at == '.') {
        p->token = (token){TOKEN_NUMBER, at, number_end(at, p->end)};
    } else if (name_part(at, p->end, true) > 0) {
        p->token = (token){TOKEN_NAME, at, name_end(at, p->end)};
    } else if (*at == '^' || (*at == '*' && at + 1 < p->end && at[1] == '*')) {
        p->token = (token){TOKEN_POWER, at, at + (*at == '^' ? 1 : 2)};
    } else if (*at && strchr("+-*/()=;", *at)) {
        p->token = (token){TOKEN_SIGN, at, at + 1};
    } else {
        return unknown_character(p, at);
    }
    return LK_OK;
}

static lk_status advance(parser *p) { return take(p, p->token.end); }

static bool is_sign(const parser *p, char sign) {
    return p->token.kind == TOKEN_SIGN && *p->token.begin == sign;
}

// ---- Steps --------------------------------------------------------------------------------------

static lk_status add_step(lk_expression *e, size_t *index, lk_step step) {
    if (e->count == e->capacity) {
        size_t capacity = e->capacity ? 2 * e->capacity : 64;
        lk_step *steps = lk_resize(e->context, e->steps, capacity, sizeof *steps);
        LK_NEED(steps);
        e->steps = steps;
        e->capacity = capacity;
    }
    static const char *const names[] = {
#define STEP_NAME(CODE, name, sign) [LK_STEP_##CODE] = (name),
        LK_STEP_LIST(STEP_NAME)
#undef STEP_NAME
    };
    if (names[step.code]) step.node.op = names[step.code];
    step.is_constant = step.code != LK_STEP_INPUT;
    for (size_t i = 0; i < step.node.input_count; i++)
        step.is_constant &= e->steps[step.node.inputs[i]].is_constant;
    *index = e->count;
    e->steps[e->count++] = step;
    return LK_OK;
}

static lk_status add_operation(parser *p, size_t *index, lk_step_code code, size_t a, size_t b) {
    bool is_pair = code != LK_STEP_NEGATE;
    lk_step step = {.code = code,
                    .node = {.inputs = {a, b}, .input_count = is_pair ? 2 : 1, .value = NAN}};
    return add_step(p->expression, index, step);
}

// ---- Functions ----------------------------------------------------------------------------------

typedef struct function_row {
    const char *name;
    lk_step_code code;
    lk_unary function;
} function_row;

static const function_row functions[] = {
#define FUNCTION_ROW(CODE, name) {#name, LK_STEP_UNARY, LK_UNARY_##CODE},
    LK_UNARY_LIST(FUNCTION_ROW)
#undef FUNCTION_ROW
        {"sqrt", LK_STEP_SQRT, LK_UNARY_COUNT},
};

enum { FUNCTION_COUNT = sizeof functions / sizeof functions[0] };

static bool is_text(const token *t, const char *text) {
    size_t length = (size_t)(t->end - t->begin);
    return strlen(text) == length && memcmp(text, t->begin, length) == 0;
}

static const function_row *find_function(const token *t) {
    for (size_t i = 0; i < FUNCTION_COUNT; i++)
        if (is_text(t, functions[i].name)) return &functions[i];
    return NULL;
}

static lk_status unknown_function(const parser *p, const token *t) {
    const char *names[FUNCTION_COUNT];
    for (size_t i = 0; i < FUNCTION_COUNT; i++) names[i] = functions[i].name;
    char shown[SHOWN_BYTES + 8], word[SHOWN_BYTES + 8];
    describe(shown, t);
    snprintf(word, sizeof word, "%.*s", (int)strlen(shown) - 2, shown + 1);
    const char *near = lk_suggest(word, names, FUNCTION_COUNT);
    lk_location location = location_of(p, t->begin);
    if (near)
        return lk_fail_at(p->expression->context, LK_ERROR_UNKNOWN_NAME, location,
                          "there is no function %s; did you mean '%s'?", shown, near);
    return lk_fail_at(p->expression->context, LK_ERROR_UNKNOWN_NAME, location,
                      "there is no function %s; there are exp, log, tanh, sigmoid, relu, gelu, "
                      "gelu_tanh, silu and sqrt",
                      shown);
}

// The current token is the parenthesis that opens.
static lk_status parse_parentheses(parser *p, size_t *node) {
    LK_TRY(advance(p));
    LK_TRY(parse_sum(p, node));
    if (!is_sign(p, ')')) return expected(p, "an operator or ')'");
    return advance(p);
}

static lk_status parse_call(parser *p, size_t *node, const token *name) {
    const function_row *row = find_function(name);
    if (!row) return unknown_function(p, name);
    size_t argument;
    LK_TRY(parse_parentheses(p, &argument));
    lk_step step = {
        .code = row->code,
        .function = row->function,
        .node = {.op = row->name, .inputs = {argument}, .input_count = 1, .value = NAN}};
    return add_step(p->expression, node, step);
}

// ---- Numbers and names --------------------------------------------------------------------------

static lk_status parse_number(parser *p, size_t *node) {
    lk_number number;
    size_t length = (size_t)(p->token.end - p->token.begin);
    if (!lk_number_read(&number, p->token.begin, length)) return expected(p, "a number");
    if (!isfinite(number.value)) return expected(p, "a number that a double can hold");
    lk_step step = {.code = LK_STEP_NUMBER, .node = {.value = number.value}};
    LK_TRY(add_step(p->expression, node, step));
    return advance(p);
}

static lk_status copy_name(lk_expression *e, const char **name, const token *t) {
    *name = lk_arena_copy_text(&e->arena, t->begin, (size_t)(t->end - t->begin));
    return *name ? LK_OK : LK_ERROR_MEMORY;
}

// What a statement has named, or an input.
static lk_status use_name(parser *p, size_t *node, const token *t) {
    lk_expression *e = p->expression;
    uint64_t *known;
    bool added;
    LK_TRY(lk_hashmap_insert(e->names, &known, &added, t->begin, (size_t)(t->end - t->begin),
                             e->count));
    *node = (size_t)*known;
    if (!added) return LK_OK;
    lk_step step = {.code = LK_STEP_INPUT, .node = {.value = NAN}};
    LK_TRY(copy_name(e, &step.node.name, t));
    return add_step(e, node, step);
}

static lk_status parse_name(parser *p, size_t *node) {
    token name = p->token;
    LK_TRY(advance(p));
    if (is_sign(p, '(')) return parse_call(p, node, &name);
    if (find_function(&name)) return expected(p, "'(' after the name of a function");
    return use_name(p, node, &name);
}

// ---- Operators ----------------------------------------------------------------------------------

static lk_status parse_atom(parser *p, size_t *node) {
    if (p->token.kind == TOKEN_NUMBER) return parse_number(p, node);
    if (p->token.kind == TOKEN_NAME) return parse_name(p, node);
    if (is_sign(p, '(')) return parse_parentheses(p, node);
    return expected(p, "a number, a name, a function or '('");
}

static lk_status parse_factor(parser *p, size_t *node);

static lk_status parse_power(parser *p, size_t *node) {
    LK_TRY(parse_atom(p, node));
    if (p->token.kind != TOKEN_POWER) return LK_OK;
    LK_TRY(advance(p));
    size_t exponent = 0;
    LK_TRY(parse_factor(p, &exponent));
    return add_operation(p, node, LK_STEP_POWER, *node, exponent);
}

// A number that was read last becomes negative itself.
static lk_status negate(parser *p, size_t *node) {
    lk_step *step = &p->expression->steps[*node];
    if (step->code != LK_STEP_NUMBER || step->node.name)
        return add_operation(p, node, LK_STEP_NEGATE, *node, 0);
    step->node.value = -step->node.value;
    return LK_OK;
}

static lk_status parse_signed(parser *p, size_t *node) {
    bool negative = is_sign(p, '-');
    if (!negative && !is_sign(p, '+')) return parse_power(p, node);
    LK_TRY(advance(p));
    LK_TRY(parse_factor(p, node));
    return negative ? negate(p, node) : LK_OK;
}

// Everything that nests passes here.
static lk_status parse_factor(parser *p, size_t *node) {
    if (p->depth == DEEPEST)
        return lk_fail_at(p->expression->context, LK_ERROR_LIMIT, location_of(p, p->token.begin),
                          "parentheses, signs and powers are nested deeper than %d levels; name "
                          "parts with 'name = …;'",
                          DEEPEST);
    p->depth++;
    lk_status status = parse_signed(p, node);
    p->depth--;
    return status;
}

static lk_status parse_product(parser *p, size_t *node) {
    LK_TRY(parse_factor(p, node));
    while (is_sign(p, '*') || is_sign(p, '/')) {
        lk_step_code code = is_sign(p, '*') ? LK_STEP_MULTIPLY : LK_STEP_DIVIDE;
        LK_TRY(advance(p));
        size_t right = 0;
        LK_TRY(parse_factor(p, &right));
        LK_TRY(add_operation(p, node, code, *node, right));
    }
    return LK_OK;
}

static lk_status parse_sum(parser *p, size_t *node) {
    LK_TRY(parse_product(p, node));
    while (is_sign(p, '+') || is_sign(p, '-')) {
        lk_step_code code = is_sign(p, '+') ? LK_STEP_ADD : LK_STEP_SUBTRACT;
        LK_TRY(advance(p));
        size_t right = 0;
        LK_TRY(parse_product(p, &right));
        LK_TRY(add_operation(p, node, code, *node, right));
    }
    return LK_OK;
}

// ---- Statements ---------------------------------------------------------------------------------

// Names the node. A name means one thing in the whole text, so that it can stand for its node.
static lk_status define(parser *p, const token *name, size_t node) {
    lk_expression *e = p->expression;
    bool added;
    LK_TRY(lk_hashmap_insert(e->names, NULL, &added, name->begin, (size_t)(name->end - name->begin),
                             node));
    char shown[SHOWN_BYTES + 8];
    describe(shown, name);
    if (!added)
        return lk_fail_at(e->context, LK_ERROR_SYNTAX, location_of(p, name->begin),
                          "%s already stands for a value; take another name", shown);
    if (e->steps[node].node.name) return LK_OK; // a second name for what has one
    return copy_name(e, &e->steps[node].node.name, name);
}

static lk_status parse_definition(parser *p, const token *name) {
    if (find_function(name)) return expected(p, "'(' after the name of a function");
    LK_TRY(advance(p));
    size_t node;
    LK_TRY(parse_sum(p, &node));
    p->expression->result = node;
    return define(p, name, node);
}

static lk_status parse_statement(parser *p) {
    token first = p->token;
    if (first.kind == TOKEN_NAME) {
        LK_TRY(advance(p));
        if (is_sign(p, '=')) return parse_definition(p, &first);
        p->token = first;
    }
    return parse_sum(p, &p->expression->result);
}

lk_status lk_expression_parse(lk_expression *expression, const char *text, size_t length) {
    parser p = {.expression = expression, .text = text, .end = text + length};
    LK_TRY(take(&p, text));
    while (p.token.kind != TOKEN_END) {
        if (!is_sign(&p, ';')) LK_TRY(parse_statement(&p));
        if (p.token.kind == TOKEN_END) break;
        if (!is_sign(&p, ';')) return expected(&p, "an operator or ';'");
        LK_TRY(advance(&p));
    }
    if (expression->count == 0) return expected(&p, "an expression");
    return LK_OK;
}
