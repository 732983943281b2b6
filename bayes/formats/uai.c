// The formats of the UAI inference competitions (A. Darwiche, R. Dechter, A. Choi, V. Gogate,
// L. Otten, "Results from the probabilistic inference evaluation of UAI'08"; the file formats of
// UAI 2010-2022).
//
//     MARKOV               or BAYES: the last variable of each scope is the child
//     3                    variables
//     2 2 3                their numbers of states
//     2                    functions
//     2 0 1                size and variables of each scope
//     2 1 2
//     4                    values of each function, the last variable fastest
//      0.1 0.9 0.5 0.5
//     6 …
//
// Variables and states have no names: variables are called v0, v1, … and states 0, 1, …, unless
// the file of names beside it (uai_names.c) tells.
#include "formats/uai.h"

#include "formats/uai_names.h"
#include "formats/values.h"

#include <strings.h>

enum { MOST_STATES = 1 << 24 };

typedef struct reader {
    lk_network *network;
    lk_scanner scanner;
    const lk_network_read_options *options;
    lk_arena scratch;
    bool is_bayes;
    uint32_t function_count;
    uint32_t **scopes; // of each function
    uint32_t *sizes;
    bool *is_child; // of each variable: whether it has its function
    lk_values values;
    lk_uai_names names;
} reader;

// ---- Words -------------------------------------------------------------------------------------

static bool at_comment(const lk_scanner *s, bool line_begins) {
    char c = lk_scanner_peek(s, 0), after = lk_scanner_peek(s, 1);
    return c == '#' || (line_begins && c == 'c' && (after == 0 || lk_is_space(after)));
}

lk_word lk_uai_next(lk_scanner *s) {
    bool line_begins = s->offset == s->line_start;
    for (;;) {
        char c = lk_scanner_peek(s, 0);
        if (c == '\n') line_begins = true;
        if (c && lk_is_space(c))
            lk_scanner_advance(s);
        else if (c && at_comment(s, line_begins))
            lk_scanner_skip_line(s);
        else
            break;
    }
    lk_word word = lk_scanner_here(s);
    while (lk_scanner_peek(s, 0) && !lk_is_space(lk_scanner_peek(s, 0)) &&
           lk_scanner_peek(s, 0) != '#')
        lk_scanner_advance(s);
    word.length = s->offset - word.offset;
    return word;
}

lk_word lk_uai_peek(const lk_scanner *s) {
    lk_scanner ahead = *s;
    return lk_uai_next(&ahead);
}

lk_status lk_uai_read_count(lk_scanner *s, uint32_t *count, uint32_t most, const char *what) {
    lk_word word = lk_uai_next(s);
    uint64_t value = 0;
    bool digits = word.length > 0;
    for (size_t i = 0; i < word.length && digits; i++) {
        digits = word.text[i] >= '0' && word.text[i] <= '9';
        if (digits && value <= UINT32_MAX) value = 10 * value + (uint64_t)(word.text[i] - '0');
    }
    if (!digits) return lk_scanner_unexpected(s, &word, what);
    if (value > most)
        return lk_fail_at(s->context, LK_ERROR_DATA, lk_scanner_location(s, &word),
                          "%s: %.*s is too large; at most %u fits here", what,
                          word.length < 40 ? (int)word.length : 40, word.text, most);
    *count = (uint32_t)value;
    return LK_OK;
}

// Every item of a list takes two bytes of the file at least, but for the last.
static uint32_t most_items(const lk_scanner *s) {
    size_t most = (s->source->length - s->offset) / 2 + 1;
    return most < UINT32_MAX / 4 ? (uint32_t)most : UINT32_MAX / 4;
}

static lk_status fail_word(const lk_scanner *s, const lk_word *word, const char *message) {
    return lk_fail_at(s->context, LK_ERROR_DATA, lk_scanner_location(s, word), "%s", message);
}

// ---- Variables ---------------------------------------------------------------------------------

static lk_status read_kind(reader *r) {
    lk_word word = lk_uai_next(&r->scanner);
    r->is_bayes = word.length == 5 && strncasecmp(word.text, "BAYES", 5) == 0;
    bool is_markov = word.length == 6 && strncasecmp(word.text, "MARKOV", 6) == 0;
    if (!r->is_bayes && !is_markov)
        return lk_scanner_unexpected(&r->scanner, &word, "BAYES or MARKOV");
    r->network->is_markov = is_markov;
    return LK_OK;
}

// A variable that no function has would cost the file nothing: so all states together may not be
// many more than there are bytes.
static lk_status check_total(const reader *r, uint64_t total, const lk_word *word) {
    if (total <= r->scanner.source->length + (1 << 16)) return LK_OK;
    return lk_fail_at(r->network->context, LK_ERROR_LIMIT, lk_scanner_location(&r->scanner, word),
                      "the variables have %llu states and more, far more than the file has numbers",
                      (unsigned long long)total);
}

static lk_status read_variables(reader *r) {
    uint32_t count = 0;
    LK_TRY(
        lk_uai_read_count(&r->scanner, &count, most_items(&r->scanner), "the number of variables"));
    uint64_t total = 0;
    for (uint32_t v = 0; v < count; v++) {
        uint32_t states = 0;
        lk_word at = lk_uai_peek(&r->scanner);
        LK_TRY(lk_uai_read_count(&r->scanner, &states, MOST_STATES, "a number of states"));
        if (states == 0) return fail_word(&r->scanner, &at, "a variable needs a state");
        LK_TRY(check_total(r, total += states, &at));
        LK_TRY(lk_uai_add_variable(r->network, &r->names, states));
    }
    return lk_uai_names_end(&r->names);
}

// ---- Functions ---------------------------------------------------------------------------------

static lk_status read_scope(reader *r, uint32_t f) {
    uint32_t size = 0;
    LK_TRY(lk_uai_read_count(&r->scanner, &size, most_items(&r->scanner), "the size of a scope"));
    r->sizes[f] = size;
    r->scopes[f] = lk_arena_alloc(&r->scratch, size, sizeof **r->scopes);
    LK_NEED(r->scopes[f]);
    for (uint32_t i = 0; i < size; i++)
        LK_TRY(lk_uai_read_count(&r->scanner, &r->scopes[f][i], r->network->count - 1,
                                 "a variable's number"));
    return LK_OK;
}

static lk_status set_parents(reader *r, uint32_t f, const lk_word *at) {
    if (r->sizes[f] == 0) return fail_word(&r->scanner, at, "the scope of a table is empty");
    uint32_t parents = r->sizes[f] - 1, child = r->scopes[f][parents];
    if (r->is_child[child])
        return fail_word(&r->scanner, at,
                         "the last variable of this scope has had its table already");
    r->is_child[child] = true;
    lk_location place = lk_scanner_location(&r->scanner, at);
    lk_network_set_place(r->network, child, place);
    return lk_locate_failure(r->network->context,
                             lk_network_set_parents(r->network, child, r->scopes[f], parents),
                             place);
}

static lk_status read_scopes(reader *r) {
    lk_word at = lk_uai_peek(&r->scanner);
    LK_TRY(lk_uai_read_count(&r->scanner, &r->function_count, most_items(&r->scanner),
                             "the number of functions"));
    if (r->is_bayes && r->function_count != r->network->count)
        return fail_word(&r->scanner, &at,
                         "a Bayesian network has as many functions as it has variables");
    if (r->network->count == 0 && r->function_count > 0)
        return fail_word(&r->scanner, &at, "there are functions without variables");
    r->scopes = lk_arena_alloc_zero(&r->scratch, r->function_count, sizeof *r->scopes);
    r->sizes = lk_arena_alloc_zero(&r->scratch, r->function_count, sizeof *r->sizes);
    r->is_child = lk_arena_alloc_zero(&r->scratch, r->network->count, sizeof *r->is_child);
    LK_NEED(r->scopes);
    LK_NEED(r->sizes);
    LK_NEED(r->is_child);
    for (uint32_t f = 0; f < r->function_count; f++) {
        lk_word start = lk_uai_peek(&r->scanner);
        LK_TRY(read_scope(r, f));
        if (r->is_bayes) LK_TRY(set_parents(r, f, &start));
    }
    return LK_OK;
}

static lk_status read_values(reader *r, uint32_t count) {
    lk_values_clear(r->network->context, &r->values);
    for (uint32_t i = 0; i < count; i++) {
        lk_word word = lk_uai_next(&r->scanner);
        if (word.length == 0) return lk_scanner_unexpected(&r->scanner, &word, "a number");
        lk_status status = lk_values_add(r->network->context, &r->values, word.text, word.length);
        LK_TRY(lk_locate_failure(r->network->context, status,
                                 lk_scanner_location(&r->scanner, &word)));
    }
    return LK_OK;
}

static lk_status take_values(reader *r, uint32_t f, lk_location location) {
    if (r->is_bayes)
        return lk_values_set_table(r->network, r->scopes[f][r->sizes[f] - 1], &r->values,
                                   r->options, location);
    lk_status status =
        lk_network_take_potential(r->network, r->scopes[f], r->sizes[f], r->values.values,
                                  r->values.count, &r->values.literals);
    return lk_locate_failure(r->network->context, status, location);
}

static lk_status read_functions(reader *r) {
    for (uint32_t f = 0; f < r->function_count; f++) {
        uint32_t count = 0;
        lk_word start = lk_uai_peek(&r->scanner);
        LK_TRY(lk_uai_read_count(&r->scanner, &count, most_items(&r->scanner),
                                 "the number of values"));
        LK_TRY(read_values(r, count));
        LK_TRY(take_values(r, f, lk_scanner_location(&r->scanner, &start)));
    }
    lk_word rest = lk_uai_next(&r->scanner);
    return rest.length == 0 ? LK_OK
                            : lk_scanner_unexpected(&r->scanner, &rest, "the end of the file");
}

static lk_status read_all(reader *r) {
    LK_TRY(read_kind(r));
    LK_TRY(read_variables(r));
    LK_TRY(read_scopes(r));
    return read_functions(r);
}

lk_status lk_uai_read(lk_network *network, const lk_source *source,
                      const lk_network_read_options *options) {
    reader r = {.network = network,
                .scanner = lk_scanner_make(network->context, source),
                .options = options,
                .scratch = lk_arena_make(network->context, 0)};
    r.names = lk_uai_names_make(network->context, source, &r.scratch);
    lk_status status = read_all(&r);
    lk_values_free(network->context, &r.values);
    lk_arena_release(&r.scratch);
    return status;
}

bool lk_uai_probe(const lk_source *source) {
    lk_scanner scanner = lk_scanner_make(NULL, source);
    lk_word word = lk_uai_next(&scanner);
    lk_word count = lk_uai_next(&scanner);
    bool kind = (word.length == 5 && strncasecmp(word.text, "BAYES", 5) == 0) ||
                (word.length == 6 && strncasecmp(word.text, "MARKOV", 6) == 0);
    for (size_t i = 0; i < count.length; i++)
        if (count.text[i] < '0' || count.text[i] > '9') return false;
    return kind && count.length > 0;
}
