// The Bayesian interchange format, version 0.15 (F. G. Cozman, "The Interchange Format for Bayesian
// networks", 1998), with what programs make of it.
//
//     network NAME { property …; }
//     variable NAME { type discrete [ 2 ] { yes, no }; property …; }
//     probability ( CHILD | PARENT, PARENT ) {
//       (yes, no) 0.2, 0.8;     // a row: the child's distribution for these states of the parents
//       default 0.5, 0.5;       // of all rows that are not given
//     }
//     probability ( CHILD | PARENT ) { table 0.1 0.3 0.9 0.7; }   // the child is the SLOWEST
//     probability ( CHILD | PARENT ) { }                          // structure without numbers
//
// Text outside of blocks is comment. Blocks may come in any order, so the file is read twice: first
// the variables, then the probabilities.
#include "formats/bif_lexer.h"
#include "number.h"

#include <stdio.h>

typedef struct reader {
    lk_network *network;
    lk_bif_lexer lexer;
    const lk_network_read_options *options;
    lk_arena scratch;   // names of the block at hand
    const char **words; // states of a variable
    size_t word_count, word_capacity;
    bool *has_block; // of each variable: whether its probability block has been read
    // Where the last variable's line and name begin, and the column of the name.
    size_t line_start, placed;
    int64_t column;
} reader;

// The block `probability ( CHILD | PARENTS ) { … }` at hand.
typedef struct table {
    uint32_t child;
    uint32_t *parents;
    uint32_t parent_count;
    uint32_t states; // of the child
    size_t rows;     // combinations of the parents' states
    double *values;  // NULL until the first entry
    lk_literals literals;
    uint32_t *row_lines; // line at which each row was given; 0: not yet
    uint32_t default_line;
    double *default_row;      // `states` values
    size_t *default_literals; // of each of them: 1 + the index of its literal, 0: none
} table;

// ---- Tokens ------------------------------------------------------------------------------------

static lk_status next(reader *r, lk_bif_token *token) { return lk_bif_next(&r->lexer, token); }

static lk_status expect_symbol(reader *r, char symbol) {
    lk_bif_token token;
    LK_TRY(next(r, &token));
    char expected[] = {'"', symbol, '"', 0};
    return lk_bif_is_symbol(&token, symbol) ? LK_OK
                                            : lk_bif_unexpected(&r->lexer, &token, expected);
}

static lk_status copy_word(reader *r, const char **text, const lk_bif_token *token,
                           const char *expected) {
    if (token->kind != LK_BIF_WORD) return lk_bif_unexpected(&r->lexer, token, expected);
    *text = lk_arena_copy_text(&r->scratch, token->text, token->length);
    LK_NEED(*text);
    return LK_OK;
}

static lk_status fail_here(reader *r, lk_status status, const lk_bif_token *token,
                           const char *message) {
    return lk_fail_at(r->network->context, status, lk_bif_location(&r->lexer, token), "%s",
                      message);
}

// Gives the failure of a call its place in the file. A name that is unknown within a file makes
// the file wrong, not the command.
static lk_status locate(reader *r, lk_status status, const lk_bif_token *token) {
    if (status == LK_OK || status == LK_ERROR_MEMORY) return status;
    lk_error error = lk_context_error(r->network->context);
    if (error.location.line != 0) return status;
    char message[1024];
    snprintf(message, sizeof message, "%s", error.message);
    if (status == LK_ERROR_UNKNOWN_NAME) status = LK_ERROR_DATA;
    fail_here(r, status, token, message);
    return lk_fail_with_remedy(r->network->context, error.remedy, status);
}

static lk_status read_number(reader *r, lk_number *number, const lk_bif_token *token) {
    bool is_number =
        token->kind == LK_BIF_WORD && lk_number_read(number, token->text, token->length);
    return is_number ? LK_OK : lk_bif_unexpected(&r->lexer, token, "a number");
}

// Up to and including the next `;`, such as the rest of a property.
static lk_status skip_entry(reader *r) {
    lk_bif_token token;
    do {
        LK_TRY(next(r, &token));
        if (token.kind == LK_BIF_END || lk_bif_is_symbol(&token, '}'))
            return lk_bif_unexpected(&r->lexer, &token, "\";\"");
    } while (!lk_bif_is_symbol(&token, ';'));
    return LK_OK;
}

// Up to and including the `}` of a block whose `{` was read.
static lk_status skip_block(reader *r, const lk_bif_token *start) {
    lk_bif_token token;
    for (int depth = 1; depth > 0;) {
        LK_TRY(next(r, &token));
        if (token.kind == LK_BIF_END)
            return fail_here(r, LK_ERROR_SYNTAX, start, "this block does not end");
        if (lk_bif_is_symbol(&token, '{')) depth++;
        if (lk_bif_is_symbol(&token, '}')) depth--;
    }
    return LK_OK;
}

// ---- network and variable ----------------------------------------------------------------------

// After `network`, its name (which may be missing) and `{`.
static lk_status read_network_block(reader *r, const lk_bif_token *start,
                                    const lk_bif_token *name) {
    if (name->kind == LK_BIF_WORD) {
        r->network->name = lk_arena_copy_text(&r->network->names, name->text, name->length);
        LK_NEED(r->network->name);
    }
    return skip_block(r, start);
}

static lk_status add_word(reader *r, const lk_bif_token *token) {
    if (r->word_count == r->word_capacity) {
        size_t capacity = r->word_capacity ? 2 * r->word_capacity : 16;
        void *grown = lk_resize(r->network->context, r->words, capacity, sizeof *r->words);
        LK_NEED(grown);
        r->words = grown;
        r->word_capacity = capacity;
    }
    LK_TRY(copy_word(r, &r->words[r->word_count], token, "the name of a state"));
    r->word_count++;
    return LK_OK;
}

// discrete [ 2 ] { yes, no };
static lk_status read_type(reader *r) {
    lk_bif_token token, count;
    LK_TRY(next(r, &token));
    if (token.kind == LK_BIF_WORD && !lk_bif_is_word(&token, "discrete"))
        return fail_here(r, LK_ERROR_UNSUPPORTED, &token, "only discrete variables are supported");
    if (token.kind != LK_BIF_WORD) return lk_bif_unexpected(&r->lexer, &token, "\"discrete\"");
    LK_TRY(expect_symbol(r, '['));
    LK_TRY(next(r, &count));
    lk_number declared = {0};
    LK_TRY(read_number(r, &declared, &count));
    LK_TRY(expect_symbol(r, ']'));
    LK_TRY(expect_symbol(r, '{'));
    for (;;) {
        LK_TRY(next(r, &token));
        if (lk_bif_is_symbol(&token, '}')) break;
        LK_TRY(add_word(r, &token));
    }
    if (declared.value != (double)r->word_count) {
        char message[128];
        snprintf(message, sizeof message, "%.10g states are declared and %zu are named",
                 declared.value, r->word_count);
        return fail_here(r, LK_ERROR_DATA, &count, message);
    }
    return expect_symbol(r, ';');
}

// The place of a name. The column is counted on from the one before where that is in the same line,
// which may be as long as the file.
static lk_location place_of(reader *r, const lk_bif_token *name) {
    size_t from = r->placed;
    if (r->column == 0 || r->line_start != name->line_start) {
        from = name->line_start;
        r->column = 1;
    }
    for (size_t i = from; i < name->offset; i++)
        if (((uint8_t)r->lexer.source->bytes[i] & 0xC0) != 0x80) r->column++;
    r->line_start = name->line_start;
    r->placed = name->offset;
    return (lk_location){NULL, name->line, r->column, (int64_t)name->offset};
}

static lk_status read_variable_block(reader *r, const lk_bif_token *name_token) {
    const char *name = NULL;
    LK_TRY(copy_word(r, &name, name_token, "the name of a variable"));
    r->word_count = 0;
    bool typed = false;
    for (;;) {
        lk_bif_token token;
        LK_TRY(next(r, &token));
        if (lk_bif_is_symbol(&token, '}')) break;
        if (lk_bif_is_word(&token, "property")) {
            LK_TRY(skip_entry(r));
        } else if (lk_bif_is_word(&token, "type") && !typed) {
            LK_TRY(read_type(r));
            typed = true;
        } else {
            return lk_bif_unexpected(&r->lexer, &token, "\"type\", \"property\" or \"}\"");
        }
    }
    if (!typed) return fail_here(r, LK_ERROR_DATA, name_token, "this variable has no type");
    uint32_t variable;
    lk_status status =
        lk_network_add_variable(r->network, &variable, name, r->words, (uint32_t)r->word_count);
    LK_TRY(locate(r, status, name_token));
    lk_network_set_place(r->network, variable, place_of(r, name_token));
    return LK_OK;
}

// ---- probability -------------------------------------------------------------------------------

static lk_status find_variable(reader *r, uint32_t *variable, const lk_bif_token *token) {
    const char *name = NULL;
    LK_TRY(copy_word(r, &name, token, "the name of a variable"));
    return locate(r, lk_network_find_variable(r->network, variable, name), token);
}

// CHILD | PARENTS ), the `(` having been read.
static lk_status read_header(reader *r, table *t, const lk_bif_token *child) {
    lk_network *network = r->network;
    LK_TRY(find_variable(r, &t->child, child));
    if (r->has_block[t->child])
        return fail_here(r, LK_ERROR_DATA, child, "this variable has a probability block already");
    r->has_block[t->child] = true;
    t->parents = lk_arena_alloc(&r->scratch, network->count, sizeof *t->parents);
    LK_NEED(t->parents);
    for (;;) {
        lk_bif_token token;
        LK_TRY(next(r, &token));
        if (lk_bif_is_symbol(&token, ')')) break;
        uint32_t parent;
        LK_TRY(find_variable(r, &parent, &token));
        if (t->parent_count == network->count)
            return fail_here(r, LK_ERROR_DATA, &token, "there are more parents than variables");
        t->parents[t->parent_count++] = parent;
    }
    t->states = network->variables[t->child].state_count;
    return locate(r, lk_network_set_parents(network, t->child, t->parents, t->parent_count), child);
}

// Takes memory for the table at its first entry.
static lk_status need_values(reader *r, table *t, const lk_bif_token *token) {
    if (t->values) return LK_OK;
    size_t cells;
    LK_TRY(locate(r, lk_network_table_cells(r->network, &cells, t->child), token));
    t->rows = cells / t->states;
    t->row_lines = lk_arena_alloc_zero(&r->scratch, t->rows, sizeof *t->row_lines);
    LK_NEED(t->row_lines);
    t->values = lk_alloc(r->network->context, cells, sizeof *t->values);
    LK_NEED(t->values);
    return LK_OK;
}

// Where a run of numbers goes: `rows` rows at once, from the cell `first` on, the child slowest.
// The default row has no cells.
typedef struct destination {
    size_t first, rows;
    bool is_default;
} destination;

static lk_status read_cell(reader *r, table *t, const destination *to, size_t index,
                           const lk_bif_token *token) {
    lk_number number = {0};
    LK_TRY(read_number(r, &number, token));
    size_t cell = to->first + index % to->rows * t->states + index / to->rows;
    if (to->is_default) {
        t->default_row[index] = number.value;
        t->default_literals[index] = number.plain ? 0 : t->literals.count + 1;
        cell = LK_NO_CELL;
    } else {
        t->values[cell] = number.value;
    }
    if (number.plain) return LK_OK;
    return lk_literals_add(r->network->context, &t->literals, cell, token->text, token->length);
}

// The numbers and `;`.
static lk_status read_numbers(reader *r, table *t, const destination *to) {
    lk_bif_token token;
    size_t count = to->rows * t->states;
    for (size_t i = 0; i < count; i++) {
        LK_TRY(next(r, &token));
        if (lk_bif_is_symbol(&token, ';') || lk_bif_is_symbol(&token, '}')) {
            char message[128];
            snprintf(message, sizeof message, "%zu numbers are needed here; there are %zu", count,
                     i);
            return fail_here(r, LK_ERROR_DATA, &token, message);
        }
        LK_TRY(read_cell(r, t, to, i, &token));
    }
    LK_TRY(next(r, &token));
    if (lk_bif_is_symbol(&token, ';')) return LK_OK;
    lk_number surplus = {0};
    LK_TRY(read_number(r, &surplus, &token));
    char message[128];
    snprintf(message, sizeof message, "%zu numbers are needed here; there are more", count);
    return fail_here(r, LK_ERROR_DATA, &token, message);
}

static lk_status take_row(reader *r, table *t, size_t row, const lk_bif_token *start) {
    if (t->row_lines[row] != 0)
        return fail_here(r, LK_ERROR_DATA, start, "this row has been given already");
    t->row_lines[row] = start->line;
    return LK_OK;
}

// yes, no ) 0.2, 0.8;
static lk_status read_row(reader *r, table *t, const lk_bif_token *start) {
    LK_TRY(need_values(r, t, start));
    size_t row = 0;
    for (uint32_t i = 0; i < t->parent_count; i++) {
        lk_bif_token token;
        LK_TRY(next(r, &token));
        const char *name = NULL;
        LK_TRY(copy_word(r, &name, &token, "the state of a parent"));
        uint32_t state, parent = t->parents[i];
        LK_TRY(locate(r, lk_network_find_state(r->network, &state, parent, name), &token));
        row = row * r->network->variables[parent].state_count + state;
    }
    LK_TRY(expect_symbol(r, ')'));
    LK_TRY(take_row(r, t, row, start));
    return read_numbers(r, t, &(destination){.first = row * t->states, .rows = 1});
}

static lk_status read_table(reader *r, table *t, const lk_bif_token *start) {
    LK_TRY(need_values(r, t, start));
    for (size_t row = 0; row < t->rows; row++) LK_TRY(take_row(r, t, row, start));
    return read_numbers(r, t, &(destination){.rows = t->rows});
}

static lk_status read_default(reader *r, table *t, const lk_bif_token *start) {
    LK_TRY(need_values(r, t, start));
    if (t->default_line != 0)
        return fail_here(r, LK_ERROR_DATA, start, "the default row has been given already");
    t->default_line = start->line;
    t->default_row = lk_arena_alloc(&r->scratch, t->states, sizeof *t->default_row);
    t->default_literals = lk_arena_alloc(&r->scratch, t->states, sizeof *t->default_literals);
    LK_NEED(t->default_row);
    LK_NEED(t->default_literals);
    return read_numbers(r, t, &(destination){.rows = 1, .is_default = true});
}

static lk_status read_entries(reader *r, table *t) {
    for (;;) {
        lk_bif_token token;
        LK_TRY(next(r, &token));
        if (lk_bif_is_symbol(&token, '}')) return LK_OK;
        if (lk_bif_is_symbol(&token, '('))
            LK_TRY(read_row(r, t, &token));
        else if (lk_bif_is_word(&token, "table"))
            LK_TRY(read_table(r, t, &token));
        else if (lk_bif_is_word(&token, "default"))
            LK_TRY(read_default(r, t, &token));
        else if (lk_bif_is_word(&token, "property"))
            LK_TRY(skip_entry(r));
        else
            return lk_bif_unexpected(&r->lexer, &token,
                                     "\"(\", \"table\", \"default\", \"property\" or \"}\"");
    }
}

static lk_status fail_missing_row(reader *r, const table *t, size_t row,
                                  const lk_bif_token *start) {
    const lk_network *network = r->network;
    lk_buffer text = lk_buffer_make(network->context);
    size_t stride = t->rows;
    for (uint32_t i = 0; i < t->parent_count; i++) {
        const lk_variable *parent = &network->variables[t->parents[i]];
        stride /= parent->state_count;
        lk_buffer_printf(&text, "%s%s", i ? ", " : "",
                         parent->states[row / stride % parent->state_count]);
    }
    lk_status status = lk_buffer_status(&text);
    if (status == LK_OK)
        status = lk_fail_at(network->context, LK_ERROR_DATA, lk_bif_location(&r->lexer, start),
                            "the row (%.400s) of \"%.400s\" is missing", lk_buffer_text(&text),
                            network->variables[t->child].name);
    lk_buffer_free(&text);
    return status;
}

static lk_status fill_row(reader *r, table *t, size_t row) {
    for (size_t s = 0; s < t->states; s++) {
        t->values[row * t->states + s] = t->default_row[s];
        size_t literal = t->default_literals[s];
        if (literal != 0)
            LK_TRY(lk_literals_repeat(r->network->context, &t->literals, row * t->states + s,
                                      literal - 1));
    }
    t->row_lines[row] = t->default_line;
    return LK_OK;
}

static lk_status fill_missing_rows(reader *r, table *t, const lk_bif_token *start) {
    for (size_t row = 0; row < t->rows; row++) {
        if (t->row_lines[row] != 0) continue;
        if (!t->default_row) return fail_missing_row(r, t, row, start);
        LK_TRY(fill_row(r, t, row));
    }
    return LK_OK;
}

static lk_status read_body(reader *r, table *t, const lk_bif_token *start) {
    LK_TRY(read_entries(r, t));
    if (!t->values) return LK_OK;
    LK_TRY(fill_missing_rows(r, t, start));
    double *values = t->values;
    t->values = NULL;
    return lk_network_take_table(r->network, t->child, values, &t->literals, r->options,
                                 t->row_lines, r->lexer.source->file);
}

static lk_status read_probability_block(reader *r, const lk_bif_token *child) {
    table t = {0};
    LK_TRY(read_header(r, &t, child));
    LK_TRY(expect_symbol(r, '{'));
    lk_status status = read_body(r, &t, child);
    lk_free(r->network->context, t.values);
    lk_literals_free(r->network->context, &t.literals);
    return status;
}

// ---- Blocks ------------------------------------------------------------------------------------

typedef enum pass { PASS_VARIABLES, PASS_PROBABILITIES } pass;

// Whether the next token is what a block needs here; where even the token is broken (a quote that
// does not end) the keyword was prose as well.
static bool next_is_symbol(reader *r, lk_bif_token *token, char symbol) {
    return next(r, token) == LK_OK && lk_bif_is_symbol(token, symbol);
}

// A word `probability` begins a block when `(` follows.
static lk_status read_if_probability(reader *r, pass p, bool *is_block) {
    lk_bif_token token, child;
    *is_block = next_is_symbol(r, &token, '(');
    if (!*is_block) return LK_OK;
    LK_TRY(next(r, &child));
    if (p == PASS_PROBABILITIES) return read_probability_block(r, &child);
    do {
        LK_TRY(next(r, &token));
        if (token.kind == LK_BIF_END) return lk_bif_unexpected(&r->lexer, &token, "\"{\"");
    } while (!lk_bif_is_symbol(&token, '{'));
    return skip_block(r, &child);
}

// `variable NAME {` and `network NAME {` or `network {` begin blocks.
static lk_status read_if_braced(reader *r, pass p, const lk_bif_token *keyword, bool *is_block) {
    bool is_network = lk_bif_is_word(keyword, "network");
    lk_bif_token name = {0}, brace = {0};
    *is_block = next_is_symbol(r, &name, '{') && is_network;
    bool is_named = name.kind == LK_BIF_WORD;
    if (is_named) *is_block = next_is_symbol(r, &brace, '{');
    if (!*is_block) return LK_OK;
    if (p == PASS_PROBABILITIES) return skip_block(r, keyword);
    return is_network ? read_network_block(r, keyword, &name) : read_variable_block(r, &name);
}

static lk_status read_blocks(reader *r, pass p) {
    r->lexer = lk_bif_lexer_make(r->network->context, r->lexer.source);
    for (;;) {
        lk_bif_token keyword;
        LK_TRY(lk_bif_next_keyword(&r->lexer, &keyword));
        if (keyword.kind == LK_BIF_END) return LK_OK;
        lk_bif_lexer after_keyword = r->lexer;
        bool is_block;
        if (lk_bif_is_word(&keyword, "probability"))
            LK_TRY(read_if_probability(r, p, &is_block));
        else
            LK_TRY(read_if_braced(r, p, &keyword, &is_block));
        if (!is_block) r->lexer = after_keyword; // the word was prose
        lk_arena_reset(&r->scratch);
    }
}

static lk_status check_blocks(const reader *r) {
    for (uint32_t v = 0; v < r->network->count; v++)
        if (!r->has_block[v])
            return lk_fail_at(r->network->context, LK_ERROR_DATA, r->network->variables[v].place,
                              "there is no probability block for variable \"%s\"",
                              r->network->variables[v].name);
    return LK_OK;
}

static lk_status read_all(reader *r) {
    LK_TRY(read_blocks(r, PASS_VARIABLES));
    r->has_block = lk_alloc_zero(r->network->context, r->network->count, sizeof *r->has_block);
    LK_NEED(r->has_block);
    LK_TRY(read_blocks(r, PASS_PROBABILITIES));
    return check_blocks(r);
}

lk_status lk_bif_read(lk_network *network, const lk_source *source,
                      const lk_network_read_options *options) {
    reader r = {.network = network,
                .lexer = lk_bif_lexer_make(network->context, source),
                .options = options,
                .scratch = lk_arena_make(network->context, 0)};
    lk_status status = read_all(&r);
    lk_free(network->context, r.words);
    lk_free(network->context, r.has_block);
    lk_arena_release(&r.scratch);
    return status;
}

// A file of this format has a word that begins a block; other formats begin with < or {.
bool lk_bif_probe(const lk_source *source) {
    size_t first = 0;
    while (first < source->length && strchr(" \t\r\n", source->bytes[first])) first++;
    if (first < source->length && strchr("<{", source->bytes[first])) return false;
    const char *keywords[] = {"network", "variable", "probability"};
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
        if (memmem(source->bytes, source->length, keywords[i], strlen(keywords[i]))) return true;
    return false;
}
