// Rows and their answers. The joint probability of a class and a row is a product of many small
// numbers, kept as mantissa and exponent, so that it neither underflows nor loses digits.
#include "learn/naive.h"
#include "network/names.h"

// ---- Making -----------------------------------------------------------------------------------

static lk_wide power(lk_wide base, uint64_t exponent) {
    lk_wide product = lk_wide_make(1, 0);
    for (; exponent; exponent >>= 1) {
        if (exponent & 1) product = lk_wide_multiply(product, base);
        base = lk_wide_multiply(base, base);
    }
    return product;
}

static lk_wide wide_value(lk_naive_term term) { return lk_wide_make(lk_naive_term_value(term), 0); }

// What every text of a class has in common: the product over all words of P(absent), to be
// corrected for the few that are there.
static void multiply_absent(lk_naive_case *c) {
    const lk_naive *model = c->model;
    for (uint32_t label = 0; label < model->class_count; label++) {
        c->absent[label] = lk_wide_make(1, 0);
        for (size_t f = 0; f < model->feature_count; f++) {
            lk_wide absent = wide_value(lk_naive_opposite(lk_naive_likelihood(model, f, 0, label)));
            if (absent.mantissa == 0)
                c->never[label]++;
            else
                c->absent[label] = lk_wide_multiply(c->absent[label], absent);
        }
    }
}

static bool counts_absence(const lk_naive *model) {
    return model->kind == LK_NAIVE_BERNOULLI && model->text_column;
}

static lk_status begin(lk_naive_case *c) {
    size_t classes = c->model->class_count, features = c->model->feature_count;
    c->slots = lk_alloc_zero(c->context, features, sizeof *c->slots);
    LK_NEED(c->slots);
    c->columns = lk_alloc(c->context, features, sizeof *c->columns);
    LK_NEED(c->columns);
    c->joint = lk_alloc_zero(c->context, classes, sizeof *c->joint);
    LK_NEED(c->joint);
    c->posterior = lk_alloc_zero(c->context, classes, sizeof *c->posterior);
    LK_NEED(c->posterior);
    if (!counts_absence(c->model)) return LK_OK;
    c->absent = lk_alloc(c->context, classes, sizeof *c->absent);
    LK_NEED(c->absent);
    c->never = lk_alloc_zero(c->context, classes, sizeof *c->never);
    LK_NEED(c->never);
    multiply_absent(c);
    return LK_OK;
}

lk_status lk_naive_case_new(lk_context *context, lk_naive_case **out, const lk_naive *model,
                            bool ignore_unseen) {
    lk_naive_case *c = lk_alloc_zero(context, 1, sizeof *c);
    LK_NEED(c);
    c->context = context;
    c->model = model;
    c->ignore_unseen = ignore_unseen;
    lk_status status = begin(c);
    if (status != LK_OK) {
        lk_naive_case_free(c);
        return status;
    }
    *out = c;
    return LK_OK;
}

void lk_naive_case_free(lk_naive_case *c) {
    if (!c) return;
    lk_context *context = c->context;
    lk_free(context, c->given);
    lk_free(context, c->slots);
    lk_free(context, c->columns);
    lk_free(context, c->absent);
    lk_free(context, c->never);
    lk_free(context, c->joint);
    lk_free(context, c->posterior);
    lk_free(context, c);
}

void lk_naive_case_clear(lk_naive_case *c) {
    for (size_t i = 0; i < c->given_count; i++) c->slots[c->given[i].feature] = 0;
    c->given_count = 0;
}

// ---- What is given ----------------------------------------------------------------------------

static lk_status add_given(lk_naive_case *c, lk_naive_given given) {
    if (c->given_count == c->given_capacity) {
        size_t capacity = c->given_capacity ? 2 * c->given_capacity : 16;
        lk_naive_given *grown = lk_resize(c->context, c->given, capacity, sizeof *grown);
        LK_NEED(grown);
        c->given = grown;
        c->given_capacity = capacity;
    }
    c->given[c->given_count++] = given;
    c->slots[given.feature] = (uint32_t)c->given_count;
    return LK_OK;
}

// Sets a feature that is a column from what a cell or an option says.
static lk_status set_feature(lk_naive_case *c, size_t feature, const char *text, size_t length,
                             lk_location location) {
    const lk_naive *model = c->model;
    lk_naive_given given = {.feature = feature, .count = 1};
    if (model->kind == LK_NAIVE_MULTINOMIAL) {
        if (!lk_naive_parse_count(&given.count, text, length))
            return lk_fail_at(c->context, LK_ERROR_DATA, location,
                              "feature \"%.200s\" is counted: it takes a whole number from 0 to "
                              "10^9, not \"%.*s\"",
                              model->features[feature].name, length < 100 ? (int)length : 100,
                              text);
        return given.count ? add_given(c, given) : LK_OK;
    }
    if (model->kind == LK_NAIVE_BERNOULLI && lk_naive_parse_bit(&text, text, length)) length = 1;
    if (lk_naive_lookup_value(model, &given.value, feature, text, length))
        return add_given(c, given);
    if (!c->ignore_unseen) return lk_naive_fail_value(model, location, feature, text, length);
    c->unseen++;
    return LK_OK;
}

static const lk_location nowhere = {.byte = -1};

static lk_status add_pair(lk_naive_case *c, lk_names *names) {
    size_t feature;
    LK_TRY(lk_names_read(names, "the name of a feature"));
    if (!lk_naive_lookup_feature(c->model, &feature, names->name, strlen(names->name)))
        return lk_naive_fail_feature(c->model, nowhere, names->name);
    if (c->slots[feature])
        return lk_fail(c->context, LK_ERROR_USAGE, "feature \"%.200s\" is given twice",
                       names->name);
    if (*names->at != '=') return lk_names_fail(names, "\"=\" and a value");
    names->at++;
    LK_TRY(lk_names_read(names, "a value"));
    return set_feature(c, feature, names->name, strlen(names->name), nowhere);
}

lk_status lk_naive_case_add_text(lk_naive_case *c, const char *text) {
    if (c->model->text_column)
        return lk_fail(c->context, LK_ERROR_USAGE,
                       "the model is one of texts: it takes a text, not features");
    lk_names names = {.context = c->context, .at = text};
    for (bool more = true; more;) {
        LK_TRY(add_pair(c, &names));
        LK_TRY(lk_names_comma(&names, &more));
    }
    return LK_OK;
}

static lk_status add_word(lk_naive_case *c, const lk_words *words) {
    size_t feature;
    if (!lk_naive_lookup_feature(c->model, &feature, words->word, words->length)) {
        c->unseen++;
        return LK_OK;
    }
    uint32_t slot = c->slots[feature];
    if (!slot) return add_given(c, (lk_naive_given){.feature = feature, .count = 1});
    if (c->model->kind == LK_NAIVE_MULTINOMIAL) c->given[slot - 1].count++;
    return LK_OK;
}

lk_status lk_naive_case_add_words(lk_naive_case *c, const char *text, size_t length) {
    if (!c->model->text_column)
        return lk_fail(c->context, LK_ERROR_USAGE,
                       "the features of the model are columns: it takes values such as X=a, not a "
                       "text");
    lk_words words = lk_words_make(text, length);
    while (lk_words_next(&words)) LK_TRY(add_word(c, &words));
    return LK_OK;
}

// ---- Records of a table -----------------------------------------------------------------------

static void note_absent_columns(const lk_naive_case *c, size_t absent, size_t first) {
    if (absent == 0) return;
    lk_note(c->context,
            "the table has no column for %zu of the %zu features (such as \"%.200s\"), "
            "which are left out",
            absent, c->model->feature_count, c->model->features[first].name);
}

static lk_status bind_features(lk_naive_case *c) {
    const lk_naive *model = c->model;
    size_t absent = 0, first = 0;
    for (size_t f = 0; f < model->feature_count; f++) c->columns[f] = SIZE_MAX;
    for (size_t column = 0; column < lk_csv_column_count(c->table); column++) {
        const char *name = lk_csv_column_name(c->table, column);
        size_t feature;
        if (lk_naive_lookup_feature(model, &feature, name, strlen(name)))
            c->columns[feature] = column;
    }
    for (size_t f = model->feature_count; f-- > 0;) {
        if (c->columns[f] != SIZE_MAX) continue;
        absent++;
        first = f;
    }
    note_absent_columns(c, absent, first);
    return LK_OK;
}

static lk_status bind(lk_naive_case *c, const lk_csv *table) {
    if (c->table == table) return LK_OK;
    c->table = table;
    lk_status status = c->model->text_column
                           ? lk_csv_find_column(table, &c->text, c->model->text_column)
                           : bind_features(c);
    if (status != LK_OK) c->table = NULL;
    return status;
}

lk_status lk_naive_case_set_record(lk_naive_case *c, const lk_csv *table) {
    LK_TRY(bind(c, table));
    lk_naive_case_clear(c);
    if (c->model->text_column) {
        lk_csv_field text = lk_csv_field_at(table, c->text);
        return text.missing ? LK_OK : lk_naive_case_add_words(c, text.text, text.length);
    }
    for (size_t f = 0; f < c->model->feature_count; f++) {
        if (c->columns[f] == SIZE_MAX) continue;
        lk_csv_field field = lk_csv_field_at(table, c->columns[f]);
        if (field.missing) continue;
        LK_TRY(set_feature(c, f, field.text, field.length, lk_csv_location(table, c->columns[f])));
    }
    return LK_OK;
}

// ---- Answers ----------------------------------------------------------------------------------

lk_wide lk_naive_factor(const lk_naive *model, lk_naive_given given, uint32_t label) {
    lk_wide p = wide_value(lk_naive_likelihood(model, given.feature, given.value, label));
    return lk_naive_is_bag(model) ? power(p, given.count) : p;
}

static lk_wide multiply_given(const lk_naive_case *c, uint32_t label) {
    lk_wide product = wide_value(lk_naive_prior(c->model, label));
    for (size_t i = 0; i < c->given_count; i++)
        product = lk_wide_multiply(product, lk_naive_factor(c->model, c->given[i], label));
    return product;
}

// The product over all words: P(absent) of each, replaced by P(present) for those that are there.
static lk_wide multiply_words(const lk_naive_case *c, uint32_t label) {
    lk_wide product = lk_wide_multiply(multiply_given(c, label), c->absent[label]);
    uint64_t never = c->never[label];
    for (size_t i = 0; i < c->given_count; i++) {
        size_t feature = c->given[i].feature;
        lk_wide absent =
            wide_value(lk_naive_opposite(lk_naive_likelihood(c->model, feature, 0, label)));
        if (absent.mantissa == 0)
            never--;
        else
            product = lk_wide_make(product.mantissa / absent.mantissa,
                                   product.exponent - absent.exponent);
    }
    return never ? (lk_wide){0, 0} : product;
}

// Names what gives a class probability 0.
static void describe_zero(lk_buffer *text, const lk_naive_case *c, uint32_t label) {
    const lk_naive *model = c->model;
    lk_buffer_printf(text, "%sclass \"%.100s\" ", label ? "; " : "", model->classes[label]);
    if (model->class_counts[label] == 0 && model->alpha_prior == 0) {
        lk_buffer_append_text(text, "has no rows");
        return;
    }
    for (size_t i = 0; i < c->given_count; i++) {
        lk_naive_given given = c->given[i];
        if (lk_naive_factor(model, given, label).mantissa != 0) continue;
        const lk_naive_feature *feature = &model->features[given.feature];
        bool bag = lk_naive_is_bag(model);
        lk_buffer_printf(text, "never had %.100s%s%.100s", feature->name, bag ? "" : "=",
                         bag ? "" : feature->values[given.value]);
        return;
    }
    lk_buffer_append_text(text, "was never without a word that is not here");
}

enum { CLASSES_DESCRIBED = 4 };

static lk_status fail_impossible(const lk_naive_case *c) {
    uint32_t classes = c->model->class_count;
    lk_buffer text = lk_buffer_make(c->context);
    for (uint32_t label = 0; label < classes && label < CLASSES_DESCRIBED; label++)
        describe_zero(&text, c, label);
    if (classes > CLASSES_DESCRIBED) lk_buffer_append_text(&text, "; …");
    lk_status status = lk_buffer_status(&text);
    if (status == LK_OK) {
        lk_location location = c->table ? lk_csv_location(c->table, 0) : nowhere;
        status =
            lk_fail_at(c->context, LK_ERROR_IMPOSSIBLE, location,
                       "every class gives this row the probability 0: %s", lk_buffer_text(&text));
        lk_fail_with_remedy(c->context, LK_REMEDY_SMOOTH, status);
    }
    lk_buffer_free(&text);
    return status;
}

lk_status lk_naive_case_run(lk_naive_case *c) {
    uint32_t classes = c->model->class_count;
    c->total = (lk_wide){0, 0};
    for (uint32_t label = 0; label < classes; label++) {
        c->joint[label] = c->absent ? multiply_words(c, label) : multiply_given(c, label);
        c->total = lk_wide_add(c->total, c->joint[label]);
    }
    if (c->total.mantissa == 0) return fail_impossible(c);
    for (uint32_t label = 0; label < classes; label++)
        c->posterior[label] = lk_wide_ratio(c->joint[label], c->total);
    return LK_OK;
}

const double *lk_naive_case_posterior(const lk_naive_case *c) { return c->posterior; }
uint64_t lk_naive_case_unseen(const lk_naive_case *c) { return c->unseen; }

uint32_t lk_naive_case_best(const lk_naive_case *c) {
    uint32_t best = 0;
    for (uint32_t label = 1; label < c->model->class_count; label++)
        if (c->posterior[label] > c->posterior[best]) best = label;
    return best;
}
