// Requests and results as JSON: docs/formats/factors.md.
#include "factors/factors.h"

#include "likelore/json.h"

// ---- Results -----------------------------------------------------------------------------------

static void add_scope(lk_json_writer *writer, const lk_factor_data *data) {
    lk_json_begin_array(writer, "scope");
    for (size_t i = 0; i < data->size; i++) lk_json_add_string(writer, NULL, data->scope[i].name);
    lk_json_end(writer);
    lk_json_begin_array(writer, "states");
    for (size_t i = 0; i < data->size; i++) {
        lk_json_begin_array(writer, NULL);
        for (uint32_t s = 0; s < data->scope[i].state_count; s++)
            lk_json_add_string(writer, NULL, data->scope[i].states[s]);
        lk_json_end(writer);
    }
    lk_json_end(writer);
    lk_json_begin_object(writer, "observed");
    for (size_t i = 0; i < data->observed_count; i++)
        lk_json_add_string(writer, data->observed[i].variable, data->observed[i].state);
    lk_json_end(writer);
}

static void add_values(lk_json_writer *writer, const lk_factor_data *data) {
    lk_json_begin_array(writer, "values");
    for (size_t i = 0; i < data->count; i++) lk_json_add_number(writer, NULL, data->values[i]);
    lk_json_end(writer);
    if (!data->texts) return;
    lk_json_begin_object(writer, "exact");
    lk_json_begin_array(writer, "values");
    for (size_t i = 0; i < data->count; i++) lk_json_add_string(writer, NULL, data->texts[i]);
    lk_json_end(writer);
    lk_json_end(writer);
}

// For each cell the names of the states that make it the largest.
static void add_largest(lk_json_writer *writer, const lk_factor_result *r) {
    if (!r->largest) return;
    lk_json_begin_array(writer, "largest");
    const uint32_t *state = r->largest;
    for (size_t i = 0; i < r->output.cells; i++) {
        lk_json_begin_array(writer, NULL);
        for (uint32_t k = 0; k < r->variable_count; k++)
            lk_json_add_string(writer, NULL,
                               r->network->variables[r->variables[k]].states[*state++]);
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

static void add_optional(lk_json_writer *writer, const char *name, const char *value) {
    if (value)
        lk_json_add_string(writer, name, value);
    else
        lk_json_add_null(writer, name);
}

void lk_factor_add_json(lk_json_writer *writer, const lk_factor_result *r, bool is_document) {
    lk_json_begin_object(writer, NULL);
    if (is_document) lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "name", r->output.name);
    add_optional(writer, "symbol", r->data.symbol);
    add_optional(writer, "head", r->data.head);
    lk_json_add_string(writer, "expression", r->expression);
    add_scope(writer, &r->data);
    add_values(writer, &r->data);
    lk_json_begin_array(writer, "variables");
    for (uint32_t i = 0; i < r->variable_count; i++)
        lk_json_add_string(writer, NULL, r->network->variables[r->variables[i]].name);
    lk_json_end(writer);
    add_largest(writer, r);
    lk_json_end(writer);
}

lk_status lk_factor_result_to_json(lk_buffer *out, const lk_factor_result *r) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(r->context, &writer));
    lk_factor_add_json(writer, r, true);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}

// ---- Requests ----------------------------------------------------------------------------------

typedef struct reader {
    lk_context *context;
    lk_arena arena; // of what the request points to
    lk_factor_request request;
    size_t factor; // at hand, counted from 1; 0: none
    lk_buffer text;
} reader;

// "factor 2 has no list …"; `what` says the rest.
static lk_status fail_shape(const reader *in, const char *what) {
    if (in->factor == 0) return lk_fail(in->context, LK_ERROR_DATA, "the request %s", what);
    return lk_fail(in->context, LK_ERROR_DATA, "factor %zu %s", in->factor, what);
}

static bool is_array(const lk_json *value) {
    return value && lk_json_get_type(value) == LK_JSON_ARRAY;
}

static bool is_absent(const lk_json *value) {
    return !value || lk_json_get_type(value) == LK_JSON_NULL;
}

// A text, or NULL where there is none.
static lk_status read_text(const reader *in, const char **text, const lk_json *value,
                           const char *problem) {
    *text = lk_json_string(value, NULL);
    return *text || is_absent(value) ? LK_OK : fail_shape(in, problem);
}

static lk_status read_texts(reader *in, const char *const **texts, size_t *count,
                            const lk_json *list, const char *problem) {
    *count = 0;
    if (is_absent(list)) return LK_OK;
    if (!is_array(list)) return fail_shape(in, problem);
    const char **read = lk_arena_alloc(&in->arena, lk_json_count(list), sizeof *read);
    LK_NEED(read);
    for (const lk_json *item = lk_json_first(list); item; item = lk_json_next(item)) {
        read[*count] = lk_json_string(item, NULL);
        if (!read[*count]) return fail_shape(in, problem);
        ++*count;
    }
    *texts = read;
    return LK_OK;
}

static lk_status read_findings(reader *in, const lk_factor_finding **findings, size_t *count,
                               const lk_json *object, const char *problem) {
    *count = 0;
    if (is_absent(object)) return LK_OK;
    if (lk_json_get_type(object) != LK_JSON_OBJECT) return fail_shape(in, problem);
    lk_factor_finding *read = lk_arena_alloc(&in->arena, lk_json_count(object), sizeof *read);
    LK_NEED(read);
    for (const lk_json *item = lk_json_first(object); item; item = lk_json_next(item)) {
        read[*count] = (lk_factor_finding){lk_json_name(item), lk_json_string(item, NULL)};
        if (!read[*count].state) return fail_shape(in, problem);
        ++*count;
    }
    *findings = read;
    return LK_OK;
}

static lk_status read_scope(reader *in, lk_factor_data *data, const lk_json *factor) {
    const char *const *names = NULL;
    const lk_json *states = lk_json_get(factor, "states");
    LK_TRY(read_texts(in, &names, &data->size, lk_json_get(factor, "scope"),
                      "has a \"scope\" that is no list of names"));
    if (!is_array(states) || lk_json_count(states) != data->size)
        return fail_shape(in, "needs \"states\": one list for each variable of its \"scope\"");
    lk_factor_variable *scope = lk_arena_alloc(&in->arena, data->size, sizeof *scope);
    LK_NEED(scope);
    const lk_json *list = lk_json_first(states);
    for (size_t i = 0; i < data->size; i++, list = lk_json_next(list)) {
        const char *const *read = NULL;
        size_t count;
        LK_TRY(read_texts(in, &read, &count, list, "has states that are no list of names"));
        if (count > UINT32_MAX / 4) return fail_shape(in, "has too many states");
        scope[i] = (lk_factor_variable){names[i], read, (uint32_t)count};
    }
    data->scope = scope;
    return LK_OK;
}

// A number as its shortest text, beside others that are texts.
static lk_status keep_number(reader *in, const char **text, const lk_json *value) {
    if (lk_json_get_type(value) != LK_JSON_NUMBER)
        return fail_shape(in, "has a value that is neither a number nor a text");
    lk_buffer_clear(&in->text);
    lk_buffer_append_double(&in->text, lk_json_number(value, 0));
    LK_TRY(lk_buffer_status(&in->text));
    *text = lk_arena_copy_text(&in->arena, lk_buffer_text(&in->text), in->text.length);
    LK_NEED(*text);
    return LK_OK;
}

static lk_status read_value_texts(reader *in, lk_factor_data *data, const lk_json *values) {
    const char **texts = lk_arena_alloc(&in->arena, lk_json_count(values), sizeof *texts);
    LK_NEED(texts);
    size_t count = 0;
    for (const lk_json *v = lk_json_first(values); v; v = lk_json_next(v), count++) {
        texts[count] = lk_json_string(v, NULL);
        if (!texts[count]) LK_TRY(keep_number(in, &texts[count], v));
    }
    data->texts = texts;
    data->count = count;
    return LK_OK;
}

static lk_status read_numbers(reader *in, lk_factor_data *data, const lk_json *values) {
    double *numbers = lk_arena_alloc(&in->arena, lk_json_count(values), sizeof *numbers);
    LK_NEED(numbers);
    size_t count = 0;
    for (const lk_json *v = lk_json_first(values); v; v = lk_json_next(v))
        numbers[count++] = lk_json_number(v, 0);
    data->values = numbers;
    data->count = count;
    return LK_OK;
}

static lk_status read_values(reader *in, lk_factor_data *data, const lk_json *factor) {
    const lk_json *exact = lk_json_get(lk_json_get(factor, "exact"), "values");
    const lk_json *values = lk_json_get(factor, "values");
    if (in->request.exact && exact) values = exact;
    if (!is_array(values)) return fail_shape(in, "has no list of \"values\"");
    bool all_numbers = true;
    for (const lk_json *v = lk_json_first(values); v && all_numbers; v = lk_json_next(v))
        all_numbers = lk_json_get_type(v) == LK_JSON_NUMBER;
    return all_numbers ? read_numbers(in, data, values) : read_value_texts(in, data, values);
}

static lk_status read_factor(reader *in, lk_factor_data *data, const lk_json *factor) {
    *data = (lk_factor_data){0};
    if (lk_json_get_type(factor) != LK_JSON_OBJECT) return fail_shape(in, "is no object");
    LK_TRY(read_text(in, &data->symbol, lk_json_get(factor, "symbol"),
                     "has a \"symbol\" that is no text"));
    LK_TRY(
        read_text(in, &data->head, lk_json_get(factor, "head"), "has a \"head\" that is no text"));
    LK_TRY(read_scope(in, data, factor));
    LK_TRY(read_findings(in, &data->observed, &data->observed_count,
                         lk_json_get(factor, "observed"),
                         "has \"observed\" that is no object of variables and their states"));
    return read_values(in, data, factor);
}

static lk_status read_factors(reader *in, const lk_json *list) {
    if (!is_array(list)) return fail_shape(in, "has no list of \"factors\"");
    lk_factor_data *factors = lk_arena_alloc(&in->arena, lk_json_count(list), sizeof *factors);
    LK_NEED(factors);
    for (const lk_json *f = lk_json_first(list); f; f = lk_json_next(f)) {
        in->factor++;
        LK_TRY(read_factor(in, &factors[in->request.factor_count++], f));
    }
    in->request.factors = factors;
    in->factor = 0;
    return LK_OK;
}

static lk_status read_operation(reader *in, const lk_json *value) {
    static const char *const names[] = {
        [LK_FACTOR_MULTIPLY] = "multiply",   [LK_FACTOR_SUM_OUT] = "sum-out",
        [LK_FACTOR_MAX_OUT] = "max-out",     [LK_FACTOR_RESTRICT] = "restrict",
        [LK_FACTOR_NORMALIZE] = "normalize",
    };
    const char *name = lk_json_string(value, "");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) != 0) continue;
        in->request.operation = (lk_factor_operation)i;
        return LK_OK;
    }
    return lk_fail(
        in->context, LK_ERROR_USAGE,
        "there is no operation \"%.40s\"; there are multiply, sum-out, max-out, restrict "
        "and normalize",
        name);
}

static lk_status read_request(reader *in, const lk_json *document) {
    lk_factor_request *request = &in->request;
    if (lk_json_get_type(document) != LK_JSON_OBJECT) return fail_shape(in, "is no object");
    request->exact = lk_json_bool(lk_json_get(document, "exact"), false);
    LK_TRY(read_operation(in, lk_json_get(document, "operation")));
    LK_TRY(read_text(in, &request->symbol, lk_json_get(document, "symbol"),
                     "has a \"symbol\" that is no text"));
    LK_TRY(read_factors(in, lk_json_get(document, "factors")));
    LK_TRY(read_texts(in, &request->variables, &request->variable_count,
                      lk_json_get(document, "variables"),
                      "has \"variables\" that are no list of names"));
    return read_findings(in, &request->evidence, &request->evidence_count,
                         lk_json_get(document, "evidence"),
                         "has \"evidence\" that is no object of variables and their states");
}

static lk_status answer(reader *in, lk_buffer *out, const lk_json *document) {
    LK_TRY(read_request(in, document));
    lk_factor_result *result;
    LK_TRY(lk_factor_combine(in->context, &result, &in->request));
    lk_status status = lk_factor_result_to_json(out, result);
    lk_factor_result_free(result);
    return status;
}

lk_status lk_factor_combine_json(lk_context *context, lk_buffer *out, const char *request,
                                 size_t length) {
    lk_json *document;
    LK_TRY(lk_json_parse(context, &document, request, length));
    reader in = {.context = context, .arena = lk_arena_make(context, 0)};
    in.text = lk_buffer_make(context);
    lk_status status = answer(&in, out, document);
    lk_buffer_free(&in.text);
    lk_arena_release(&in.arena);
    lk_json_free(context, document);
    return status;
}
