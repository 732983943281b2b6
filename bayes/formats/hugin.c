// HUGIN's .net format (HUGIN API Reference Manual, chapter 13, "The NET language"), the discrete
// part.
//
//     net { node_size = (80 40); }
//     node lung { states = ("yes" "no"); label = "…"; }
//     potential (lung | smoke) { data = ((0.1 0.9)(0.01 0.99)); % the child is the fastest
//     }
//
// The parentheses within data are optional, and passed over. Comments go from % to the end of the
// line. Attributes that say nothing about the distribution are skipped. A node without potential
// and a potential without data are structure alone.
#include "formats/scanner.h"
#include "formats/values.h"
#include "formats/write.h"

typedef struct reader {
    lk_network *network;
    lk_scanner scanner;
    const lk_network_read_options *options;
    lk_arena scratch;
    lk_values values;
    const char **states; // of the node at hand
    uint32_t state_count, state_capacity;
    bool *has_potential; // of each variable
} reader;

// ---- Tokens ------------------------------------------------------------------------------------

static bool is_symbol(char c) { return c && strchr("{}()|=;", c); }

static void skip_space(lk_scanner *s) {
    for (char c; (c = lk_scanner_peek(s, 0)) != 0;) {
        if (lk_is_space(c))
            lk_scanner_advance(s);
        else if (c == '%')
            lk_scanner_skip_line(s);
        else
            return;
    }
}

// The next token: a symbol, a word, or a text in quotes with its quotes.
static lk_status next(reader *r, lk_word *token) {
    lk_scanner *s = &r->scanner;
    skip_space(s);
    *token = lk_scanner_here(s);
    char c = lk_scanner_peek(s, 0);
    if (c == '"') {
        lk_scanner_advance(s);
        while ((c = lk_scanner_peek(s, 0)) != 0 && c != '"') {
            if (c == '\\' && lk_scanner_peek(s, 1)) lk_scanner_advance(s);
            lk_scanner_advance(s);
        }
        if (!c)
            return lk_fail_at(s->context, LK_ERROR_SYNTAX, lk_scanner_location(s, token),
                              "this quote does not end");
        lk_scanner_advance(s);
    } else if (is_symbol(c)) {
        lk_scanner_advance(s);
    } else {
        while ((c = lk_scanner_peek(s, 0)) != 0 && !lk_is_space(c) && !is_symbol(c) && c != '"' &&
               c != '%')
            lk_scanner_advance(s);
    }
    token->length = s->offset - token->offset;
    return LK_OK;
}

static bool is(const lk_word *token, const char *text) {
    return token->length == strlen(text) && memcmp(token->text, text, token->length) == 0;
}

static bool is_name(const lk_word *token) {
    return token->length > 0 && !is_symbol(token->text[0]);
}

static lk_status unexpected(const reader *r, const lk_word *token, const char *expected) {
    return lk_scanner_unexpected(&r->scanner, token, expected);
}

static lk_status expect(reader *r, const char *symbol) {
    lk_word token = {0};
    LK_TRY(next(r, &token));
    return is(&token, symbol) ? LK_OK : unexpected(r, &token, symbol);
}

static lk_status fail_at(const reader *r, lk_status status, const lk_word *token,
                         const char *message) {
    return lk_fail_at(r->network->context, status, lk_scanner_location(&r->scanner, token), "%s",
                      message);
}

static lk_status locate(const reader *r, lk_status status, const lk_word *token) {
    return lk_locate_failure(r->network->context, status, lk_scanner_location(&r->scanner, token));
}

// A word or quoted text as a name, \" and \\ in quotes being a quote and a backslash.
static lk_status copy_name(reader *r, const char **out, const lk_word *token) {
    if (!is_name(token)) return unexpected(r, token, "a name");
    char identifier[LK_NAME_BYTES + 1];
    if (lk_read_identifier(identifier, token->text, token->length)) {
        *out = lk_arena_copy_text(&r->scratch, identifier, strlen(identifier));
        LK_NEED(*out);
        return LK_OK;
    }
    bool quoted = token->text[0] == '"';
    char *copy = lk_arena_alloc(&r->scratch, token->length + 1, 1);
    LK_NEED(copy);
    size_t length = 0;
    for (size_t i = quoted; i < token->length - quoted; i++) {
        bool escape = quoted && token->text[i] == '\\' && i + 2 < token->length &&
                      strchr("\"\\", token->text[i + 1]);
        copy[length++] = token->text[i += escape];
    }
    copy[length] = 0;
    *out = copy;
    return LK_OK;
}

// Up to and including the `;` of an attribute's value, whose `=` was read.
static lk_status skip_value(reader *r) {
    lk_word token = {0};
    do {
        LK_TRY(next(r, &token));
        if (token.length == 0 || is(&token, "{") || is(&token, "}"))
            return unexpected(r, &token, "\";\"");
    } while (!is(&token, ";"));
    return LK_OK;
}

// ---- Nodes -------------------------------------------------------------------------------------

static lk_status add_state(reader *r, const lk_word *token) {
    if (r->state_count == r->state_capacity) {
        uint32_t capacity = r->state_capacity ? 2 * r->state_capacity : 16;
        void *grown = lk_resize(r->network->context, r->states, capacity, sizeof *r->states);
        LK_NEED(grown);
        r->states = grown;
        r->state_capacity = capacity;
    }
    LK_TRY(copy_name(r, &r->states[r->state_count], token));
    r->state_count++;
    return LK_OK;
}

static lk_status read_states(reader *r) {
    lk_word token = {0};
    LK_TRY(expect(r, "("));
    for (r->state_count = 0;;) {
        LK_TRY(next(r, &token));
        if (is(&token, ")")) break;
        LK_TRY(add_state(r, &token));
    }
    return expect(r, ";");
}

// The attributes of a block up to its `}`; of a node, its states.
static lk_status read_attributes(reader *r, bool of_node) {
    for (;;) {
        lk_word token = {0};
        LK_TRY(next(r, &token));
        if (is(&token, "}")) return LK_OK;
        if (!is_name(&token)) return unexpected(r, &token, "an attribute or \"}\"");
        LK_TRY(expect(r, "="));
        LK_TRY(of_node && is(&token, "states") ? read_states(r) : skip_value(r));
    }
}

static lk_status read_node(reader *r) {
    lk_word name = {0};
    LK_TRY(next(r, &name));
    const char *text = NULL;
    LK_TRY(copy_name(r, &text, &name));
    LK_TRY(expect(r, "{"));
    r->state_count = 0;
    LK_TRY(read_attributes(r, true));
    uint32_t variable;
    lk_status status =
        lk_network_add_variable(r->network, &variable, text, r->states, r->state_count);
    LK_TRY(locate(r, status, &name));
    lk_network_set_place(r->network, variable, lk_scanner_location(&r->scanner, &name));
    return LK_OK;
}

// ---- Potentials --------------------------------------------------------------------------------

static lk_status find_variable(reader *r, uint32_t *variable, const lk_word *token) {
    const char *name = NULL;
    LK_TRY(copy_name(r, &name, token));
    return locate(r, lk_network_find_variable(r->network, variable, name), token);
}

static lk_status read_parents(reader *r, uint32_t child, const lk_word *start) {
    uint32_t *parents = lk_arena_alloc(&r->scratch, r->network->count, sizeof *parents), count = 0;
    LK_NEED(parents);
    for (;;) {
        lk_word token = {0};
        LK_TRY(next(r, &token));
        if (is(&token, ")")) break;
        if (count == r->network->count)
            return fail_at(r, LK_ERROR_DATA, &token, "there are more parents than variables");
        LK_TRY(find_variable(r, &parents[count++], &token));
    }
    return locate(r, lk_network_set_parents(r->network, child, parents, count), start);
}

// child | parents ) or child )
static lk_status read_scope(reader *r, uint32_t *child) {
    lk_word start = {0}, token = {0};
    LK_TRY(next(r, &start));
    LK_TRY(find_variable(r, child, &start));
    if (r->has_potential[*child])
        return fail_at(r, LK_ERROR_DATA, &start, "this variable has a potential already");
    r->has_potential[*child] = true;
    LK_TRY(next(r, &token));
    if (is(&token, ")")) return LK_OK;
    if (is(&token, "|")) return read_parents(r, *child, &start);
    if (is_name(&token))
        return fail_at(r, LK_ERROR_UNSUPPORTED, &token,
                       "potentials of several variables at once are not read");
    return unexpected(r, &token, "\"|\" or \")\"");
}

// ( … ) with parentheses within, then `;`.
static lk_status read_data(reader *r) {
    lk_values_clear(r->network->context, &r->values);
    int depth = 0;
    do {
        lk_word token = {0};
        LK_TRY(next(r, &token));
        if (is(&token, "("))
            depth++;
        else if (is(&token, ")"))
            depth--;
        else if (depth > 0 && token.length > 0)
            LK_TRY(locate(r,
                          lk_values_add(r->network->context, &r->values, token.text, token.length),
                          &token));
        if (depth <= 0 && !is(&token, ")")) return unexpected(r, &token, "\"(\"");
        if (token.length == 0) return unexpected(r, &token, "\")\"");
    } while (depth > 0);
    return expect(r, ";");
}

static lk_status read_potential(reader *r) {
    uint32_t child = 0;
    lk_word token = {0}, data = {0};
    LK_TRY(expect(r, "("));
    LK_TRY(read_scope(r, &child));
    LK_TRY(expect(r, "{"));
    for (;;) {
        LK_TRY(next(r, &token));
        if (is(&token, "}")) break;
        if (!is_name(&token)) return unexpected(r, &token, "an attribute or \"}\"");
        if (is(&token, "model_nodes") || is(&token, "model_data"))
            return fail_at(r, LK_ERROR_UNSUPPORTED, &token,
                           "tables that are given by expressions are not read");
        LK_TRY(expect(r, "="));
        bool is_data = is(&token, "data");
        if (is_data) data = token;
        LK_TRY(is_data ? read_data(r) : skip_value(r));
    }
    if (data.length == 0) return LK_OK;
    return lk_values_set_table(r->network, child, &r->values, r->options,
                               lk_scanner_location(&r->scanner, &data));
}

// ---- Blocks ------------------------------------------------------------------------------------

static lk_status refuse_block(const reader *r, const lk_word *token) {
    static const char *const kinds[] = {"utility",  "decision", "continuous", "function",
                                        "interval", "class",    "instance",   "temporal"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (is(token, kinds[i]))
            return lk_fail_at(r->network->context, LK_ERROR_UNSUPPORTED,
                              lk_scanner_location(&r->scanner, token),
                              "blocks of the kind \"%s\" are not read, only discrete nodes and "
                              "their potentials",
                              kinds[i]);
    return unexpected(r, token, "\"net\", \"node\" or \"potential\"");
}

// A block of potentials needs all nodes, which may come after it: it is read when they are there.
static lk_status skip_potential(reader *r, const lk_word *start) {
    lk_word token = {0};
    do {
        LK_TRY(next(r, &token));
        if (token.length == 0) return fail_at(r, LK_ERROR_SYNTAX, start, "this block does not end");
    } while (!is(&token, "}"));
    return LK_OK;
}

static lk_status read_blocks(reader *r, bool potentials) {
    r->scanner = lk_scanner_make(r->network->context, r->scanner.source);
    for (;;) {
        lk_word token = {0};
        lk_arena_reset(&r->scratch);
        LK_TRY(next(r, &token));
        if (token.length == 0) return LK_OK;
        if (is(&token, "discrete")) LK_TRY(next(r, &token));
        if (is(&token, "potential")) {
            LK_TRY(potentials ? read_potential(r) : skip_potential(r, &token));
        } else if (is(&token, "net")) {
            LK_TRY(expect(r, "{"));
            LK_TRY(read_attributes(r, false));
        } else if (is(&token, "node")) {
            LK_TRY(potentials ? skip_potential(r, &token) : read_node(r));
        } else {
            return refuse_block(r, &token);
        }
    }
}

static lk_status read_all(reader *r) {
    LK_TRY(read_blocks(r, false));
    r->has_potential = lk_alloc_zero(r->network->context, r->network->count, 1);
    LK_NEED(r->has_potential);
    return read_blocks(r, true);
}

lk_status lk_hugin_read(lk_network *network, const lk_source *source,
                        const lk_network_read_options *options) {
    reader r = {.network = network,
                .scanner = lk_scanner_make(network->context, source),
                .options = options,
                .scratch = lk_arena_make(network->context, 0)};
    lk_status status = read_all(&r);
    lk_values_free(network->context, &r.values);
    lk_free(network->context, r.states);
    lk_free(network->context, r.has_potential);
    lk_arena_release(&r.scratch);
    return status;
}

// The first word of such a file begins a block that other formats do not have.
bool lk_hugin_probe(const lk_source *source) {
    reader r = {.scanner = lk_scanner_make(NULL, source)};
    static const char *const kinds[] = {"net",        "node",    "discrete", "class",
                                        "continuous", "utility", "decision"};
    lk_word first = {0}, second = {0};
    skip_space(&r.scanner);
    if (lk_scanner_peek(&r.scanner, 0) == '"' || next(&r, &first) != LK_OK) return false;
    skip_space(&r.scanner);
    if (lk_scanner_peek(&r.scanner, 0) == '"' || next(&r, &second) != LK_OK) return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (is(&first, kinds[i])) return i > 0 || is(&second, "{");
    return false;
}
