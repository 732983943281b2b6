// Model files, docs/formats/naive-bayes.md. A file is not believed: every name, count and sum is
// checked before a model is made of it.
#include "learn/naive.h"
#include "likelore/json.h"

static const char FORMAT[] = "likelore-naive-bayes";
enum { VERSION = 1 };

// ---- Writing ----------------------------------------------------------------------------------

static void add_counts(lk_json_writer *writer, const char *name, const uint64_t *counts,
                       size_t count) {
    lk_json_begin_array(writer, name);
    for (size_t i = 0; i < count; i++) lk_json_add_integer(writer, NULL, (int64_t)counts[i]);
    lk_json_end(writer);
}

static void add_feature(lk_json_writer *writer, const lk_naive *model, size_t f) {
    const lk_naive_feature *feature = &model->features[f];
    size_t classes = model->class_count;
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "name", feature->name);
    lk_json_begin_array(writer, "values");
    for (uint32_t v = 0; v < feature->value_count; v++)
        lk_json_add_string(writer, NULL, feature->values[v]);
    lk_json_end(writer);
    lk_json_begin_array(writer, "counts");
    for (uint32_t v = 0; v < feature->value_count; v++)
        add_counts(writer, NULL, model->counts + (feature->first + v) * classes, classes);
    lk_json_end(writer);
    lk_json_end(writer);
}

static void add_bag(lk_json_writer *writer, const lk_naive *model) {
    lk_json_begin_array(writer, "words");
    for (size_t f = 0; f < model->feature_count; f++)
        lk_json_add_string(writer, NULL, model->features[f].name);
    lk_json_end(writer);
    lk_json_begin_array(writer, "counts");
    for (size_t f = 0; f < model->feature_count; f++)
        add_counts(writer, NULL, model->counts + f * model->class_count, model->class_count);
    lk_json_end(writer);
}

static void add_model(lk_json_writer *writer, const lk_naive *model) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "format", FORMAT);
    lk_json_add_integer(writer, "version", VERSION);
    lk_json_add_string(writer, "model", lk_naive_kind_name(model->kind));
    lk_json_add_string(writer, "class", model->class_column);
    if (model->text_column) lk_json_add_string(writer, "text", model->text_column);
    lk_json_add_number(writer, "alpha", model->alpha);
    lk_json_add_number(writer, "alpha_prior", model->alpha_prior);
    lk_json_begin_array(writer, "classes");
    for (uint32_t c = 0; c < model->class_count; c++)
        lk_json_add_string(writer, NULL, model->classes[c]);
    lk_json_end(writer);
    add_counts(writer, "class_counts", model->class_counts, model->class_count);
    if (lk_naive_is_bag(model)) {
        add_bag(writer, model);
    } else {
        lk_json_begin_array(writer, "features");
        for (size_t f = 0; f < model->feature_count; f++) add_feature(writer, model, f);
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

lk_status lk_naive_to_json(lk_buffer *out, const lk_naive *model) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(model->context, &writer));
    add_model(writer, model);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}

// ---- Reading ----------------------------------------------------------------------------------

typedef struct reader {
    lk_context *context;
    const lk_json *document;
    lk_naive *model;
} reader;

static lk_status fail(const reader *r, const char *what) {
    return lk_fail(r->context, LK_ERROR_DATA, "no model of naive Bayes: %s", what);
}

// The strings of a list, borrowed from the document.
static lk_status read_names(reader *r, const char *const **out, size_t *count, const lk_json *list,
                            const char *what) {
    if (lk_json_get_type(list) != LK_JSON_ARRAY) return fail(r, what);
    size_t length = lk_json_count(list), i = 0;
    const char **names = lk_alloc(r->context, length, sizeof *names);
    LK_NEED(names);
    for (const lk_json *m = lk_json_first(list); m; m = lk_json_next(m)) {
        names[i] = lk_json_string(m, NULL);
        if (!names[i] || !*names[i]) {
            lk_free(r->context, names);
            return fail(r, what);
        }
        i++;
    }
    *out = names;
    *count = length;
    return LK_OK;
}

static lk_status read_counts(reader *r, uint64_t *counts, size_t count, const lk_json *list) {
    static const char *const wanted =
        "\"counts\" and \"class_counts\" hold one whole number from 0 to 2^53 for each class";
    if (lk_json_get_type(list) != LK_JSON_ARRAY || lk_json_count(list) != count)
        return fail(r, wanted);
    for (const lk_json *m = lk_json_first(list); m; m = lk_json_next(m)) {
        int64_t value;
        if (!lk_json_integer(m, &value, 0, INT64_C(1) << 53)) return fail(r, wanted);
        *counts++ = (uint64_t)value;
    }
    return LK_OK;
}

// One row of counts for each value or word.
static lk_status read_rows(reader *r, size_t first, size_t rows, const lk_json *list) {
    if (lk_json_get_type(list) != LK_JSON_ARRAY || lk_json_count(list) != rows)
        return fail(r, "\"counts\" holds one list for each value or word");
    size_t classes = r->model->class_count;
    for (const lk_json *row = lk_json_first(list); row; row = lk_json_next(row))
        LK_TRY(read_counts(r, r->model->counts + first++ * classes, classes, row));
    return LK_OK;
}

static lk_status read_options(const reader *r, lk_naive_options *options) {
    const lk_json *document = r->document;
    if (strcmp(lk_json_string(lk_json_get(document, "format"), ""), FORMAT) != 0)
        return fail(r, "\"format\" is not \"likelore-naive-bayes\"");
    int64_t version;
    if (!lk_json_integer(lk_json_get(document, "version"), &version, 1, VERSION))
        return lk_fail(r->context, LK_ERROR_UNSUPPORTED,
                       "this version of the format is not known; 1 is");
    const char *kind = lk_json_string(lk_json_get(document, "model"), "");
    size_t k = 0;
    while (lk_naive_kind_name(k) && strcmp(lk_naive_kind_name(k), kind) != 0) k++;
    if (!lk_naive_kind_name(k))
        return fail(r, "\"model\" is none of categorical, bernoulli, multinomial");
    *options = (lk_naive_options){
        .kind = (lk_naive_kind)k,
        .class_column = lk_json_string(lk_json_get(document, "class"), NULL),
        .text_column = lk_json_string(lk_json_get(document, "text"), NULL),
        .alpha = lk_json_number(lk_json_get(document, "alpha"), -1),
        .alpha_prior = lk_json_number(lk_json_get(document, "alpha_prior"), -1),
    };
    return options->class_column ? LK_OK : fail(r, "\"class\" is missing");
}

static lk_status read_classes(reader *r) {
    const char *const *names = NULL;
    size_t count = 0;
    LK_TRY(read_names(r, &names, &count, lk_json_get(r->document, "classes"),
                      "\"classes\" is a list of names"));
    lk_status status = lk_naive_set_classes(r->model, names, count);
    lk_free(r->context, (void *)names);
    LK_TRY(status);
    return read_counts(r, r->model->class_counts, r->model->class_count,
                       lk_json_get(r->document, "class_counts"));
}

static lk_status check_values(const reader *r, const char *const *values, size_t count) {
    if (count == 0) return fail(r, "a feature has no values");
    bool bits = count == 2 && strcmp(values[0], "0") == 0 && strcmp(values[1], "1") == 0;
    if (r->model->kind == LK_NAIVE_BERNOULLI && !bits)
        return fail(r, "the values of a Bernoulli feature are \"0\" and \"1\"");
    return LK_OK;
}

static lk_status read_feature(reader *r, const lk_json *item) {
    const char *name = lk_json_string(lk_json_get(item, "name"), NULL);
    if (!name || !*name) return fail(r, "a feature has no name");
    const char *const *values = NULL;
    size_t count = 0;
    LK_TRY(read_names(r, &values, &count, lk_json_get(item, "values"),
                      "\"values\" is a list of names"));
    lk_status status = check_values(r, values, count);
    if (status == LK_OK) status = lk_naive_add_feature(r->model, name, values, count);
    lk_free(r->context, (void *)values);
    return status;
}

static lk_status read_features(reader *r) {
    const lk_json *list = lk_json_get(r->document, "features");
    if (lk_json_get_type(list) != LK_JSON_ARRAY) return fail(r, "\"features\" is a list");
    LK_TRY(lk_naive_reserve(r->model, lk_json_count(list)));
    for (const lk_json *f = lk_json_first(list); f; f = lk_json_next(f)) LK_TRY(read_feature(r, f));
    LK_TRY(lk_naive_make_counts(r->model));
    size_t index = 0;
    for (const lk_json *f = lk_json_first(list); f; f = lk_json_next(f)) {
        const lk_naive_feature *feature = &r->model->features[index++];
        LK_TRY(read_rows(r, feature->first, feature->value_count, lk_json_get(f, "counts")));
    }
    return LK_OK;
}

static lk_status read_bag(reader *r) {
    const char *const *names = NULL;
    size_t count = 0;
    LK_TRY(read_names(r, &names, &count, lk_json_get(r->document, "words"),
                      "\"words\" is a list of names"));
    lk_status status = lk_naive_reserve(r->model, count);
    for (size_t i = 0; status == LK_OK && i < count; i++)
        status = lk_naive_add_feature(r->model, names[i], NULL, 0);
    lk_free(r->context, (void *)names);
    LK_TRY(status);
    LK_TRY(lk_naive_make_counts(r->model));
    return read_rows(r, 0, count, lk_json_get(r->document, "counts"));
}

static lk_status read_model(reader *r) {
    lk_naive_options options;
    LK_TRY(read_options(r, &options));
    LK_TRY(lk_naive_new(r->context, &r->model, &options));
    LK_TRY(read_classes(r));
    LK_TRY(lk_naive_is_bag(r->model) ? read_bag(r) : read_features(r));
    return lk_naive_sum_counts(r->model);
}

lk_status lk_naive_read(lk_context *context, lk_naive **out, const char *text, size_t length,
                        const char *file_name) {
    lk_json *document;
    lk_status status = lk_json_parse(context, &document, text, length);
    if (status != LK_OK) return lk_fail_in_file(context, status, file_name);
    reader r = {.context = context, .document = document};
    status = read_model(&r);
    lk_json_free(context, document);
    if (status != LK_OK) {
        lk_naive_free(r.model);
        return lk_fail_in_file(context, status, file_name);
    }
    *out = r.model;
    return LK_OK;
}

lk_status lk_naive_load(lk_context *context, lk_naive **model, const char *path) {
    lk_file *file;
    LK_TRY(lk_file_open(context, &file, path));
    lk_status status = lk_naive_read(context, model, (const char *)lk_file_bytes(file),
                                     lk_file_length(file), path);
    lk_file_free(file);
    return status;
}
