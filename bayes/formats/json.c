// Reading our own format, which lk_network_to_json writes (docs/formats/network-json.md).
#include "likelore/json.h"
#include "formats/scanner.h"
#include "formats/values.h"
#include "number.h"

#include <math.h>

enum { VERSION = 1 };

typedef struct reader {
    lk_network *network;
    const lk_network_read_options *options;
    const lk_source *source;
    const lk_json *document; // parsed from it
    lk_arena scratch;
    lk_values values;
    const lk_json *at; // what is being read, for the place of failures
} reader;

static lk_status fail(const reader *r, const char *what, const char *name) {
    return lk_fail(r->network->context, LK_ERROR_DATA, "%s%s%s%s", what, name ? " \"" : "",
                   name ? name : "", name ? "\"" : "");
}

static bool is_array(const lk_json *value) {
    return value && lk_json_get_type(value) == LK_JSON_ARRAY;
}

// ---- Places ------------------------------------------------------------------------------------

// Adds the number of values before `wanted` in the order of the text; true once it is found. A
// document nests at most 1000 levels, or it was not parsed.
static bool count_before(const lk_json *value, const lk_json *wanted, size_t *count) {
    if (value == wanted) return true;
    ++*count;
    lk_json_type type = lk_json_get_type(value);
    if (type != LK_JSON_ARRAY && type != LK_JSON_OBJECT) return false;
    for (const lk_json *m = lk_json_first(value); m; m = lk_json_next(m))
        if (count_before(m, wanted, count)) return true;
    return false;
}

static size_t skip_string(const char *text) {
    size_t length = 1;
    while (text[length] != '"') length += text[length] == '\\' ? 2 : 1;
    return length + 1;
}

static bool is_name(const lk_source *source, size_t end) {
    while (end < source->length && lk_is_space(source->bytes[end])) end++;
    return end < source->length && source->bytes[end] == ':';
}

// The length of the token at `at`, and whether a value begins there.
static size_t take_token(const lk_source *source, size_t at, bool *is_value) {
    const char *text = source->bytes;
    size_t length = 1;
    if (text[at] == '"') {
        length = skip_string(text + at);
        *is_value = !is_name(source, at + length);
        return length;
    }
    *is_value = text[at] == '{' || text[at] == '[';
    if (*is_value || strchr("]},: \t\r\n\xEF\xBB\xBF", text[at])) return length;
    *is_value = true;
    while (at + length < source->length && !strchr("]}, \t\r\n", text[at + length])) length++;
    return length;
}

// Goes on by so many values to the beginning of the one after them, and tells where that is.
static lk_location skip_values(lk_scanner *s, const lk_source *source, size_t count) {
    while (s->offset < source->length) {
        bool is_value;
        size_t length = take_token(source, s->offset, &is_value);
        if (is_value && count-- == 0) break;
        while (length-- > 0) lk_scanner_advance(s);
    }
    lk_word here = lk_scanner_here(s);
    return lk_scanner_location(s, &here);
}

// Where a value of the document is in its text, whose grammar is right.
static lk_location find_place(lk_context *context, const lk_source *source, const lk_json *document,
                              const lk_json *wanted) {
    size_t before = 0;
    if (!wanted || !count_before(document, wanted, &before)) return (lk_location){.byte = -1};
    lk_scanner s = lk_scanner_make(context, source);
    return skip_values(&s, source, before);
}

// Keeps the places of the variables, in one walk over the text.
static void place_variables(const reader *r, const lk_json *list) {
    const lk_json *entry = lk_json_first(list);
    size_t before = 0;
    lk_scanner s = lk_scanner_make(r->network->context, r->source);
    count_before(r->document, entry, &before);
    for (uint32_t v = 0; entry; entry = lk_json_next(entry)) {
        lk_network_set_place(r->network, v++, skip_values(&s, r->source, before));
        before = 0;
        count_before(entry, NULL, &before);
    }
}

// ---- Lists -------------------------------------------------------------------------------------

static lk_status read_strings(reader *r, const char ***out, uint32_t *count, const lk_json *array,
                              const char *what, const char *owner) {
    if (!is_array(array)) return fail(r, what, owner);
    *count = (uint32_t)lk_json_count(array);
    *out = lk_arena_alloc(&r->scratch, *count, sizeof **out);
    LK_NEED(*out);
    uint32_t i = 0;
    for (const lk_json *s = lk_json_first(array); s; s = lk_json_next(s)) {
        r->at = s;
        const char *text = lk_json_string(s, NULL);
        if (!text) return fail(r, what, owner);
        (*out)[i++] = text;
    }
    return LK_OK;
}

static lk_status read_names(reader *r, uint32_t **out, uint32_t *count, const lk_json *array,
                            const char *what, const char *owner) {
    const char **names = NULL;
    *count = 0;
    LK_TRY(read_strings(r, &names, count, array, what, owner));
    *out = lk_arena_alloc(&r->scratch, *count, sizeof **out);
    LK_NEED(*out);
    const lk_json *entry = lk_json_first(array);
    for (uint32_t i = 0; i < *count; i++, entry = lk_json_next(entry)) {
        r->at = entry;
        LK_TRY(lk_network_find_variable(r->network, &(*out)[i], names[i]));
    }
    return LK_OK;
}

// Numbers, or strings that hold one, such as "1/3" and what quote_long_numbers made of others.
static lk_status read_values(reader *r, const lk_json *array, const char *what, const char *owner) {
    lk_context *context = r->network->context;
    lk_values_clear(context, &r->values);
    if (!is_array(array)) return fail(r, what, owner);
    for (const lk_json *v = lk_json_first(array); v; v = lk_json_next(v)) {
        r->at = v;
        const char *text = lk_json_string(v, NULL);
        double number = lk_json_number(v, NAN);
        if (text)
            LK_TRY(lk_values_add(context, &r->values, text, strlen(text)));
        else if (isnan(number))
            return fail(r, what, owner);
        else
            LK_TRY(lk_values_add_double(context, &r->values, number));
    }
    return LK_OK;
}

// ---- Members -----------------------------------------------------------------------------------

// The member of that name, as the one being read; the entry itself when there is none.
static lk_status get(reader *r, const lk_json **member, const lk_json *entry, const char *name) {
    *member = NULL;
    r->at = entry;
    bool is_object = lk_json_get_type(entry) == LK_JSON_OBJECT;
    for (const lk_json *m = is_object ? lk_json_first(entry) : NULL; m; m = lk_json_next(m)) {
        if (strcmp(lk_json_name(m), name) != 0) continue;
        r->at = m;
        if (*member) return fail(r, "here is a second", name);
        *member = m;
    }
    return LK_OK;
}

// ---- Variables ---------------------------------------------------------------------------------

static lk_status add_variable(reader *r, const lk_json *entry) {
    const lk_json *member;
    LK_TRY(get(r, &member, entry, "name"));
    const char *name = lk_json_string(member, NULL);
    if (!name) return fail(r, "each variable needs a \"name\", a text", NULL);
    lk_arena_mark mark = lk_arena_get_mark(&r->scratch);
    const char **states = NULL;
    uint32_t count = 0, variable;
    LK_TRY(get(r, &member, entry, "states"));
    LK_TRY(read_strings(r, &states, &count, member,
                        "\"states\" must be a list of texts, for variable", name));
    r->at = entry;
    lk_status status = lk_network_add_variable(r->network, &variable, name, states, count);
    lk_arena_rewind(&r->scratch, mark);
    return status;
}

static lk_status define_variable(reader *r, uint32_t variable, const lk_json *entry) {
    const char *name = r->network->variables[variable].name;
    uint32_t *parents = NULL, count = 0;
    lk_arena_mark mark = lk_arena_get_mark(&r->scratch);
    const lk_json *names, *table;
    LK_TRY(get(r, &names, entry, "parents"));
    if (names)
        LK_TRY(read_names(r, &parents, &count, names,
                          "\"parents\" must be a list of names, for variable", name));
    lk_status status = LK_OK;
    if (!r->network->is_markov)
        status = lk_network_set_parents(r->network, variable, parents, count);
    else if (count > 0)
        status = fail(r, "in a Markov network there are no parents, such as those of", name);
    lk_arena_rewind(&r->scratch, mark);
    LK_TRY(status);
    LK_TRY(get(r, &table, entry, "table"));
    if (!table || lk_json_get_type(table) == LK_JSON_NULL) return LK_OK;
    if (r->network->is_markov)
        return fail(r, "in a Markov network there are potentials, not tables such as that of",
                    name);
    LK_TRY(read_values(r, table, "\"table\" must be a list of numbers, for variable", name));
    r->at = table;
    return lk_values_set_table(r->network, variable, &r->values, r->options,
                               (lk_location){.byte = -1});
}

static lk_status read_variables(reader *r, const lk_json *list) {
    if (!is_array(list)) return fail(r, "\"variables\" must be a list", NULL);
    if (!lk_json_first(list)) return fail(r, "the network has no variables", NULL);
    for (const lk_json *v = lk_json_first(list); v; v = lk_json_next(v)) LK_TRY(add_variable(r, v));
    place_variables(r, list);
    uint32_t variable = 0;
    for (const lk_json *v = lk_json_first(list); v; v = lk_json_next(v))
        LK_TRY(define_variable(r, variable++, v));
    return LK_OK;
}

// ---- Potentials --------------------------------------------------------------------------------

static lk_status read_potential(reader *r, const lk_json *entry) {
    r->at = entry;
    if (!r->network->is_markov)
        return fail(r, "potentials belong to networks of the kind", "markov");
    uint32_t *scope = NULL, size = 0;
    lk_arena_mark mark = lk_arena_get_mark(&r->scratch);
    const lk_json *names, *values;
    LK_TRY(get(r, &names, entry, "scope"));
    LK_TRY(read_names(r, &scope, &size, names,
                      "the \"scope\" of a potential must be a list of names", NULL));
    LK_TRY(get(r, &values, entry, "values"));
    LK_TRY(read_values(r, values, "the \"values\" of a potential must be a list of numbers", NULL));
    r->at = entry;
    lk_status status = lk_network_take_potential(r->network, scope, size, r->values.values,
                                                 r->values.count, &r->values.literals);
    lk_arena_rewind(&r->scratch, mark);
    return status;
}

static lk_status read_potentials(reader *r, const lk_json *list) {
    if (!list && !r->network->is_markov) return LK_OK;
    if (!is_array(list)) return fail(r, "\"potentials\" must be a list", NULL);
    for (const lk_json *p = lk_json_first(list); p; p = lk_json_next(p))
        LK_TRY(read_potential(r, p));
    return LK_OK;
}

// ---- The whole ---------------------------------------------------------------------------------

static lk_status read_kind(reader *r, const lk_json *document) {
    const lk_json *member;
    LK_TRY(get(r, &member, document, "version"));
    double version = lk_json_number(member, NAN);
    if (!(version == VERSION))
        return lk_fail(r->network->context, LK_ERROR_UNSUPPORTED,
                       "this is a network of a version that is not read, which is version %d only",
                       VERSION);
    LK_TRY(get(r, &member, document, "kind"));
    const char *kind = lk_json_string(member, "bayes");
    r->network->is_markov = strcmp(kind, "markov") == 0;
    if (!r->network->is_markov && strcmp(kind, "bayes") != 0)
        return fail(r, "the kind of a network is \"bayes\" or \"markov\", not", kind);
    LK_TRY(get(r, &member, document, "name"));
    return lk_network_rename(r->network, lk_json_string(member, ""));
}

static lk_status read_document(reader *r) {
    const lk_json *list;
    LK_TRY(read_kind(r, r->document));
    LK_TRY(get(r, &list, r->document, "variables"));
    LK_TRY(read_variables(r, list));
    LK_TRY(get(r, &list, r->document, "potentials"));
    return read_potentials(r, list);
}

// ---- Numbers that doubles do not hold ----------------------------------------------------------

// Appends a text of right grammar with quotes about each bare number of which its double is not
// all: to the reader of values it is the same as a string that holds it.
static bool quote_long_numbers(lk_buffer *out, const char *text, size_t length) {
    bool any = false;
    for (size_t at = 0, taken; at < length; at += taken) {
        lk_number number = {.plain = true};
        bool digit = text[at] == '-' || (text[at] >= '0' && text[at] <= '9');
        taken = text[at] == '"' ? skip_string(text + at) : 1;
        while (digit && at + taken < length && strchr("+-.0123456789Ee", text[at + taken])) taken++;
        bool quoted = digit && lk_number_read(&number, text + at, taken) && !number.plain;
        if (quoted) lk_buffer_append_byte(out, '"');
        lk_buffer_append(out, text + at, taken);
        if (quoted) lk_buffer_append_byte(out, '"');
        any |= quoted;
    }
    return any;
}

static lk_status parse(lk_context *context, lk_json **document, const lk_source *source) {
    LK_TRY(lk_json_parse(context, document, source->bytes, source->length));
    lk_buffer quoted = lk_buffer_make(context);
    bool any = quote_long_numbers(&quoted, source->bytes, source->length);
    lk_status status = lk_buffer_status(&quoted);
    if (any || status != LK_OK) lk_json_free(context, *document);
    if (any && status == LK_OK)
        status = lk_json_parse(context, document, lk_buffer_text(&quoted), quoted.length);
    lk_buffer_free(&quoted);
    return status;
}

lk_status lk_network_json_read(lk_network *network, const lk_source *source,
                               const lk_network_read_options *options) {
    lk_context *context = network->context;
    lk_json *document;
    LK_TRY(parse(context, &document, source));
    reader r = {.network = network,
                .options = options,
                .source = source,
                .document = document,
                .scratch = lk_arena_make(context, 0)};
    lk_status status = read_document(&r);
    if (status != LK_OK)
        status = lk_locate_failure(context, status, find_place(context, source, document, r.at));
    lk_values_free(context, &r.values);
    lk_arena_release(&r.scratch);
    lk_json_free(context, document);
    return status;
}

bool lk_network_json_probe(const lk_source *source) {
    lk_scanner s = lk_scanner_make(NULL, source);
    while (lk_is_space(lk_scanner_peek(&s, 0))) lk_scanner_advance(&s);
    static const char key[] = "\"variables\"";
    return lk_scanner_peek(&s, 0) == '{' &&
           memmem(source->bytes, source->length, key, sizeof key - 1);
}
