// Reading sheets of questions, a line each, by recursive descent without recursion: the grammar of
// docs/formats/questions.md nests nowhere.
#include "explain/questions.h"

#include <ctype.h>

enum { MOST_LINE_BYTES = 100000, MOST_ORDERS = 100 };

typedef struct reader {
    lk_arena *arena;
    const lk_network *network;
    const char *file;
    int64_t line;
    const char *start; // of the line, which ends with a zero byte
    const char *at;
    char name[LK_NAME_BYTES + 1];
    bool *named; // of each variable: in the list under construction
} reader;

// ---- Failures ----------------------------------------------------------------------------------

// Columns count characters.
static lk_location place(const reader *r, const char *at) {
    int64_t column = 1;
    for (const char *c = r->start; c < at; c++) column += ((uint8_t)*c & 0xC0) != 0x80;
    return (lk_location){.file = r->file, .line = r->line, .column = column, .byte = -1};
}

static lk_status fail_expected(const reader *r, const char *expected) {
    lk_context *context = r->network->context;
    if (*r->at == 0)
        return lk_fail_at(context, LK_ERROR_SYNTAX, place(r, r->at),
                          "expected %s, found the end of the line", expected);
    return lk_fail_at(context, LK_ERROR_SYNTAX, place(r, r->at), "expected %s, found \"%.20s\"",
                      expected, r->at);
}

// The message of a name that is not there, at its place in the sheet.
static lk_status fail_name(const reader *r, const char *at) {
    char message[2 * LK_NAME_BYTES];
    const char *found = lk_context_error(r->network->context).message;
    size_t length = strlen(found);
    if (length >= sizeof message) length = sizeof message - 1;
    memcpy(message, found, length);
    message[length] = 0;
    return lk_fail_at(r->network->context, LK_ERROR_DATA, place(r, at), "%s", message);
}

// ---- Words -------------------------------------------------------------------------------------

static void skip_blanks(reader *r) {
    while (*r->at == ' ' || *r->at == '\t') r->at++;
}

static bool take(reader *r, char sign) {
    skip_blanks(r);
    if (*r->at != sign) return false;
    r->at++;
    return true;
}

static lk_status need(reader *r, char sign, const char *expected) {
    return take(r, sign) ? LK_OK : fail_expected(r, expected);
}

static bool ends_name(char c) { return c == 0 || strchr(" \t,:;=!\"|()?", c) != NULL; }

// A word of the grammar, not the beginning of a longer name.
static bool take_word(reader *r, const char *word) {
    skip_blanks(r);
    size_t length = strlen(word);
    if (strncmp(r->at, word, length) != 0 || !ends_name(r->at[length])) return false;
    r->at += length;
    return true;
}

static lk_status append(reader *r, size_t *length, char c) {
    if (*length == LK_NAME_BYTES)
        return lk_fail_at(r->network->context, LK_ERROR_SYNTAX, place(r, r->at),
                          "a name has more than %d bytes", LK_NAME_BYTES);
    r->name[(*length)++] = c;
    return LK_OK;
}

static lk_status read_quoted(reader *r, size_t *length) {
    for (r->at++;; r->at++) {
        if (*r->at == 0) return fail_expected(r, "a closing quote");
        if (*r->at == '"' && *++r->at != '"') return LK_OK;
        LK_TRY(append(r, length, *r->at));
    }
}

static lk_status read_name(reader *r, const char *expected) {
    size_t length = 0;
    skip_blanks(r);
    if (*r->at == '"')
        LK_TRY(read_quoted(r, &length));
    else
        for (; !ends_name(*r->at); r->at++) LK_TRY(append(r, &length, *r->at));
    if (length == 0) return fail_expected(r, expected);
    r->name[length] = 0;
    return LK_OK;
}

// ---- Variables and states ----------------------------------------------------------------------

static lk_status read_variable(reader *r, uint32_t *variable) {
    skip_blanks(r);
    const char *at = r->at;
    LK_TRY(read_name(r, "the name of a variable"));
    if (lk_network_find_variable(r->network, variable, r->name) != LK_OK) return fail_name(r, at);
    return LK_OK;
}

static bool equals_ignoring_case(const char *a, const char *b) {
    for (; *a && *b; a++, b++)
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) return false;
    return *a == *b;
}

// The variable of that name, or else the only one whose name differs in case alone.
static bool find_loosely(const reader *r, uint32_t *variable) {
    if (lk_network_lookup_variable(r->network, variable, r->name)) return true;
    uint32_t found = 0;
    for (uint32_t v = 0; v < r->network->count; v++)
        if (equals_ignoring_case(r->network->variables[v].name, r->name)) *variable = v, found++;
    return found == 1;
}

// The minus sign of typeset text, which comes with a question that is copied from it.
static const char typeset_minus[] = "−";

static size_t sign_length(const char *at) {
    if (*at == '+' || *at == '-') return 1;
    size_t length = strlen(typeset_minus);
    return strncmp(at, typeset_minus, length) == 0 ? length : 0;
}

// +b and -b: the first and the second of two states.
static lk_status read_signed(reader *r, lk_term *term) {
    const char *at = r->at;
    term->state = *at != '+';
    r->at += sign_length(at);
    LK_TRY(read_name(r, "the name of a variable"));
    if (!find_loosely(r, &term->variable)) {
        lk_network_find_variable(r->network, &term->variable, r->name);
        return fail_name(r, at);
    }
    const lk_variable *variable = &r->network->variables[term->variable];
    if (variable->state_count == 2) return LK_OK;
    return lk_fail_at(r->network->context, LK_ERROR_DATA, place(r, at),
                      "+ and - are for variables of two states, and \"%s\" has %u", variable->name,
                      variable->state_count);
}

static lk_status read_term(reader *r, lk_term *term) {
    skip_blanks(r);
    if (sign_length(r->at) > 0) return read_signed(r, term);
    LK_TRY(read_variable(r, &term->variable));
    term->state = LK_NO_STATE;
    if (!take(r, '=')) return LK_OK;
    skip_blanks(r);
    const char *at = r->at;
    LK_TRY(read_name(r, "a state"));
    if (lk_network_find_state(r->network, &term->state, term->variable, r->name) != LK_OK)
        return fail_name(r, at);
    return LK_OK;
}

static lk_status name_once(reader *r, uint32_t variable, const char *at) {
    if (r->named[variable])
        return lk_fail_at(r->network->context, LK_ERROR_DATA, place(r, at),
                          "variable \"%s\" is named twice", r->network->variables[variable].name);
    r->named[variable] = true;
    return LK_OK;
}

static void forget_names(reader *r) { memset(r->named, 0, r->network->count * sizeof *r->named); }

// ---- Parts of questions ------------------------------------------------------------------------

static lk_status read_terms(reader *r, lk_term **terms, size_t *count, bool with_states) {
    *terms = lk_arena_alloc(r->arena, r->network->count, sizeof **terms);
    LK_NEED(*terms);
    do {
        lk_term term;
        skip_blanks(r);
        const char *at = r->at;
        LK_TRY(read_term(r, &term));
        LK_TRY(name_once(r, term.variable, at));
        if (with_states && term.state == LK_NO_STATE) return fail_expected(r, "\"=\" and a state");
        (*terms)[(*count)++] = term;
    } while (take(r, ','));
    return LK_OK;
}

static lk_status read_probability(reader *r, lk_probability *p) {
    forget_names(r);
    if (!take_word(r, "P") && !take_word(r, "p"))
        return fail_expected(r, "a probability such as P(A=a|B=b)");
    LK_TRY(need(r, '(', "\"(\""));
    LK_TRY(read_terms(r, &p->asked, &p->asked_count, false));
    if (take(r, '|')) LK_TRY(read_terms(r, &p->given, &p->given_count, true));
    for (size_t i = 1; i < p->asked_count; i++)
        if ((p->asked[i].state == LK_NO_STATE) != (p->asked[0].state == LK_NO_STATE))
            return lk_fail_at(r->network->context, LK_ERROR_SYNTAX, place(r, r->at),
                              "either all variables that are asked for have a state, or none has");
    return need(r, ')', "\")\"");
}

// A list of variables, each different from those named before.
static lk_status read_list(reader *r, lk_name_list *list) {
    list->variables = lk_arena_alloc(r->arena, r->network->count, sizeof *list->variables);
    LK_NEED(list->variables);
    do {
        uint32_t variable;
        skip_blanks(r);
        const char *at = r->at;
        LK_TRY(read_variable(r, &variable));
        LK_TRY(name_once(r, variable, at));
        list->variables[list->count++] = variable;
    } while (take(r, ','));
    return LK_OK;
}

static lk_status make_lists(reader *r, lk_question *q, size_t most) {
    q->lists = lk_arena_alloc_zero(r->arena, most, sizeof *q->lists);
    LK_NEED(q->lists);
    forget_names(r);
    return LK_OK;
}

// ---- Questions ---------------------------------------------------------------------------------

static lk_status read_trace(reader *r, lk_question *q) {
    q->kind = LK_ASK_TRACE;
    LK_TRY(read_probability(r, &q->probability[0]));
    LK_TRY(make_lists(r, q, 1));
    if (!take_word(r, "order")) return LK_OK;
    q->list_count = 1;
    return read_list(r, &q->lists[0]);
}

static lk_status read_orders(reader *r, lk_question *q) {
    q->kind = LK_ASK_ORDERS;
    LK_TRY(read_probability(r, &q->probability[0]));
    LK_TRY(need(r, ':', "\":\" and orders such as A,B; B,A"));
    LK_TRY(make_lists(r, q, MOST_ORDERS));
    do {
        if (q->list_count == MOST_ORDERS) return fail_expected(r, "at most 100 orders");
        forget_names(r);
        LK_TRY(read_list(r, &q->lists[q->list_count++]));
    } while (take(r, ';'));
    return LK_OK;
}

// independent A, B given C: one variable a side, or with a semicolon several.
static lk_status read_independence(reader *r, lk_question *q) {
    q->kind = LK_ASK_INDEPENDENCE;
    LK_TRY(make_lists(r, q, 3));
    q->list_count = 3;
    LK_TRY(read_list(r, &q->lists[0]));
    if (take(r, ';')) {
        LK_TRY(read_list(r, &q->lists[1]));
    } else if (q->lists[0].count == 2) {
        q->lists[1] = (lk_name_list){q->lists[0].variables + 1, 1};
        q->lists[0].count = 1;
    } else {
        return fail_expected(r, "two variables, or a semicolon between two sides");
    }
    if (take_word(r, "given")) LK_TRY(read_list(r, &q->lists[2]));
    take(r, '?');
    return LK_OK;
}

static lk_status read_question(reader *r, lk_question *q) {
    if (take_word(r, "trace")) return read_trace(r, q);
    if (take_word(r, "orders")) return read_orders(r, q);
    if (take_word(r, "independent")) return read_independence(r, q);
    LK_TRY(read_probability(r, &q->probability[0]));
    q->kind = LK_ASK_PROBABILITY;
    if (take(r, '=') || take_word(r, "vs")) {
        q->kind = LK_ASK_COMPARISON;
        LK_TRY(read_probability(r, &q->probability[1]));
        take(r, '?');
    }
    return LK_OK;
}

static lk_status copy_part(reader *r, const char **copy, const char *from, const char *to) {
    while (to > from && (to[-1] == ' ' || to[-1] == '\t')) to--;
    *copy = lk_arena_copy_text(r->arena, from, (size_t)(to - from));
    LK_NEED(*copy);
    return LK_OK;
}

static lk_status read_label(reader *r, lk_question *q) {
    if (!take(r, '[')) return LK_OK;
    const char *end = strchr(r->at, ']');
    if (!end) return fail_expected(r, "\"]\" after a label");
    LK_TRY(copy_part(r, &q->label, r->at, end));
    r->at = end + 1;
    skip_blanks(r);
    return LK_OK;
}

static lk_status read_line(reader *r, lk_question_sheet *sheet) {
    skip_blanks(r);
    if (*r->at == 0 || *r->at == '#') return LK_OK;
    if (strncmp(r->at, "title:", 6) == 0) {
        r->at += 6;
        skip_blanks(r);
        return copy_part(r, &sheet->title, r->at, r->at + strlen(r->at));
    }
    lk_question *q = &sheet->questions[sheet->count];
    *q = (lk_question){0};
    LK_TRY(read_label(r, q));
    LK_TRY(copy_part(r, &q->text, r->at, r->at + strlen(r->at)));
    LK_TRY(read_question(r, q));
    skip_blanks(r);
    if (*r->at != 0) return fail_expected(r, "the end of the line");
    sheet->count++;
    return LK_OK;
}

static size_t count_lines(const char *text, size_t length) {
    size_t lines = 1;
    for (size_t i = 0; i < length; i++) lines += text[i] == '\n';
    return lines;
}

static lk_status start_line(reader *r, const char *text, size_t length) {
    r->line++;
    if (length > 0 && text[length - 1] == '\r') length--;
    lk_location here = {.file = r->file, .line = r->line, .byte = -1};
    if (length > MOST_LINE_BYTES)
        return lk_fail_at(r->network->context, LK_ERROR_LIMIT, here,
                          "a line has more than %d bytes", MOST_LINE_BYTES);
    if (memchr(text, 0, length))
        return lk_fail_at(r->network->context, LK_ERROR_SYNTAX, here, "a line has a zero byte");
    r->start = r->at = lk_arena_copy_text(r->arena, text, length);
    LK_NEED(r->start);
    return LK_OK;
}

lk_status lk_question_sheet_read(lk_arena *arena, lk_question_sheet *sheet,
                                 const lk_network *network, const char *text, size_t length,
                                 const char *file_name) {
    reader r = {.arena = arena, .network = network, .file = file_name, .start = "", .at = ""};
    *sheet = (lk_question_sheet){0};
    r.named = lk_arena_alloc(arena, network->count, sizeof *r.named);
    sheet->questions = lk_arena_alloc(arena, count_lines(text, length), sizeof *sheet->questions);
    LK_NEED(r.named);
    LK_NEED(sheet->questions);
    for (size_t at = 0; at < length;) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t line = end ? (size_t)(end - (text + at)) : length - at;
        LK_TRY(start_line(&r, text + at, line));
        LK_TRY(read_line(&r, sheet));
        at += line + 1;
    }
    return LK_OK;
}
