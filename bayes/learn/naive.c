// Models: names, counts, and the probabilities that follow from them.
#include "learn/naive.h"

#include <math.h>

enum { MOST_CLASSES = 1 << 20 };
static const uint64_t MOST_COUNT = UINT64_C(1) << 53; // what JSON and doubles hold exactly

static const char *const kind_names[] = {"categorical", "bernoulli", "multinomial"};

const char *lk_naive_kind_name(size_t kind) {
    return kind < sizeof kind_names / sizeof kind_names[0] ? kind_names[kind] : NULL;
}

// ---- Making -----------------------------------------------------------------------------------

static lk_status check_options(lk_context *context, const lk_naive_options *options) {
    if (!options->class_column) return lk_fail(context, LK_ERROR_USAGE, "a class column is needed");
    const double alphas[] = {options->alpha, options->alpha_prior};
    for (int i = 0; i < 2; i++)
        if (!(alphas[i] >= 0 && alphas[i] <= 1e9))
            return lk_fail(context, LK_ERROR_USAGE, "%s is from 0 to 1e9, not %g",
                           i ? "alpha-prior" : "alpha", alphas[i]);
    if (options->text_column && options->kind == LK_NAIVE_CATEGORICAL)
        return lk_fail(context, LK_ERROR_USAGE,
                       "words of a text make a multinomial or Bernoulli model, not a categorical "
                       "one");
    return LK_OK;
}

static lk_status begin(lk_naive *model, const lk_naive_options *options) {
    LK_TRY(lk_hashmap_new(model->context, &model->class_index));
    LK_TRY(lk_hashmap_new(model->context, &model->feature_index));
    LK_TRY(lk_hashmap_new(model->context, &model->value_index));
    const char *label = options->class_column, *text = options->text_column;
    model->class_column = lk_copy_text(model->context, label, strlen(label));
    LK_NEED(model->class_column);
    if (!text) return LK_OK;
    model->text_column = lk_copy_text(model->context, text, strlen(text));
    LK_NEED(model->text_column);
    return LK_OK;
}

lk_status lk_naive_new(lk_context *context, lk_naive **out, const lk_naive_options *options) {
    LK_TRY(check_options(context, options));
    lk_naive *model = lk_alloc_zero(context, 1, sizeof *model);
    LK_NEED(model);
    model->context = context;
    model->kind = options->kind;
    model->alpha = options->alpha;
    model->alpha_prior = options->alpha_prior;
    lk_status status = begin(model, options);
    if (status != LK_OK) {
        lk_naive_free(model);
        return status;
    }
    *out = model;
    return LK_OK;
}

void lk_naive_free(lk_naive *model) {
    if (!model) return;
    lk_context *context = model->context;
    for (size_t f = 0; f < model->feature_count; f++) lk_free(context, model->features[f].values);
    lk_free(context, model->features);
    lk_free(context, model->classes);
    lk_free(context, model->class_counts);
    lk_free(context, model->counts);
    lk_free(context, model->totals);
    lk_hashmap_free(model->class_index);
    lk_hashmap_free(model->feature_index);
    lk_hashmap_free(model->value_index);
    lk_free(context, model->class_column);
    lk_free(context, model->text_column);
    lk_free(context, model);
}

lk_status lk_naive_set_classes(lk_naive *model, const char *const *names, size_t count) {
    lk_context *context = model->context;
    if (count == 0) return lk_fail(context, LK_ERROR_DATA, "there is no class");
    if (count > MOST_CLASSES)
        return lk_fail(context, LK_ERROR_LIMIT, "there are %zu classes; at most %d are allowed",
                       count, MOST_CLASSES);
    for (size_t c = 0; c < count; c++) {
        bool added;
        LK_TRY(lk_hashmap_insert(model->class_index, NULL, &added, names[c], strlen(names[c]), c));
        if (!added)
            return lk_fail(context, LK_ERROR_DATA, "class \"%.200s\" is there twice", names[c]);
    }
    model->classes = lk_alloc(context, count, sizeof *model->classes);
    LK_NEED(model->classes);
    model->class_counts = lk_alloc_zero(context, count, sizeof *model->class_counts);
    LK_NEED(model->class_counts);
    for (size_t c = 0; c < count; c++)
        model->classes[c] = lk_hashmap_key_at(model->class_index, c, NULL);
    model->class_count = (uint32_t)count;
    return LK_OK;
}

lk_status lk_naive_reserve(lk_naive *model, size_t count) {
    if (count > UINT32_MAX - 1)
        return lk_fail(model->context, LK_ERROR_LIMIT, "there are too many features");
    model->features = lk_alloc(model->context, count, sizeof *model->features);
    LK_NEED(model->features);
    return LK_OK;
}

// The key of a value: the four bytes of its feature, then its name.
static lk_status insert_value(lk_naive *model, const char **stored, uint32_t feature,
                              uint32_t value, const char *name) {
    lk_buffer key = lk_buffer_make(model->context);
    lk_buffer_append(&key, &feature, sizeof feature);
    lk_buffer_append_text(&key, name);
    bool added = true;
    lk_status status = lk_buffer_status(&key);
    size_t index = lk_hashmap_count(model->value_index);
    if (status == LK_OK)
        status = lk_hashmap_insert(model->value_index, NULL, &added, key.data, key.length, value);
    lk_buffer_free(&key);
    LK_TRY(status);
    if (!added)
        return lk_fail(model->context, LK_ERROR_DATA,
                       "feature \"%.200s\" has value \"%.200s\" twice",
                       model->features[feature].name, name);
    *stored = lk_hashmap_key_at(model->value_index, index, NULL) + sizeof feature;
    return LK_OK;
}

lk_status lk_naive_add_feature(lk_naive *model, const char *name, const char *const *values,
                               size_t value_count) {
    size_t index = model->feature_count;
    bool added;
    LK_TRY(lk_hashmap_insert(model->feature_index, NULL, &added, name, strlen(name), index));
    if (!added)
        return lk_fail(model->context, LK_ERROR_DATA, "feature \"%.200s\" is there twice", name);
    if (value_count > UINT32_MAX)
        return lk_fail(model->context, LK_ERROR_LIMIT, "feature \"%.200s\" has too many values",
                       name);
    lk_naive_feature *feature = &model->features[index];
    *feature = (lk_naive_feature){.name = lk_hashmap_key_at(model->feature_index, index, NULL),
                                  .value_count = (uint32_t)value_count,
                                  .first = model->value_count};
    feature->values = lk_alloc(model->context, value_count, sizeof *feature->values);
    LK_NEED(feature->values);
    model->feature_count++;
    for (uint32_t v = 0; v < value_count; v++)
        LK_TRY(insert_value(model, &feature->values[v], (uint32_t)index, v, values[v]));
    model->value_count += lk_naive_is_bag(model) ? 1 : value_count;
    return LK_OK;
}

lk_status lk_naive_make_counts(lk_naive *model) {
    size_t classes = model->class_count;
    size_t totals = lk_naive_is_bag(model) ? 1 : model->feature_count;
    if (model->value_count > SIZE_MAX / 16 / classes || totals > SIZE_MAX / 16 / classes)
        return lk_fail(model->context, LK_ERROR_LIMIT, "the model is too large");
    model->counts = lk_alloc_zero(model->context, model->value_count * classes, sizeof(uint64_t));
    LK_NEED(model->counts);
    model->totals = lk_alloc_zero(model->context, totals * classes, sizeof(uint64_t));
    LK_NEED(model->totals);
    return LK_OK;
}

// ---- Sums -------------------------------------------------------------------------------------

static lk_status add_up(const lk_naive *model, uint64_t *sum, uint64_t value) {
    if (value > MOST_COUNT || *sum > MOST_COUNT - value)
        return lk_fail(model->context, LK_ERROR_DATA, "the counts add up to more than 2^53");
    *sum += value;
    return LK_OK;
}

static lk_status check_at_most(const lk_naive *model, const char *name, uint32_t label,
                               uint64_t value) {
    if (value <= model->class_counts[label]) return LK_OK;
    return lk_fail(model->context, LK_ERROR_DATA,
                   "\"%.200s\" is counted %llu times in class \"%.200s\", which has %llu rows",
                   name, (unsigned long long)value, model->classes[label],
                   (unsigned long long)model->class_counts[label]);
}

static lk_status sum_feature(lk_naive *model, size_t f) {
    const lk_naive_feature *feature = &model->features[f];
    size_t classes = model->class_count;
    for (uint32_t c = 0; c < classes; c++) {
        uint64_t *total = &model->totals[f * classes + c];
        for (uint32_t v = 0; v < feature->value_count; v++)
            LK_TRY(add_up(model, total, model->counts[(feature->first + v) * classes + c]));
        LK_TRY(check_at_most(model, feature->name, c, *total));
    }
    return LK_OK;
}

static lk_status sum_word(lk_naive *model, size_t f) {
    size_t classes = model->class_count;
    for (uint32_t c = 0; c < classes; c++) {
        uint64_t count = model->counts[f * classes + c];
        if (model->kind == LK_NAIVE_MULTINOMIAL)
            LK_TRY(add_up(model, &model->totals[c], count));
        else
            LK_TRY(check_at_most(model, model->features[f].name, c, count));
    }
    return LK_OK;
}

lk_status lk_naive_sum_counts(lk_naive *model) {
    bool bag = lk_naive_is_bag(model);
    model->rows = 0;
    for (uint32_t c = 0; c < model->class_count; c++) {
        LK_TRY(add_up(model, &model->rows, model->class_counts[c]));
        if (bag && model->kind == LK_NAIVE_BERNOULLI) model->totals[c] = model->class_counts[c];
    }
    if (model->rows == 0 && model->alpha_prior == 0)
        return lk_fail(model->context, LK_ERROR_DATA, "no row has a class");
    for (size_t f = 0; f < model->feature_count; f++)
        LK_TRY(bag ? sum_word(model, f) : sum_feature(model, f));
    return LK_OK;
}

// ---- Probabilities ----------------------------------------------------------------------------

double lk_naive_term_value(lk_naive_term term) {
    double numerator = (double)term.count + term.alpha;
    double denominator = (double)term.total + term.alpha * (double)term.outcomes;
    return denominator == 0 ? 1.0 / (double)term.outcomes : numerator / denominator;
}

lk_naive_term lk_naive_prior(const lk_naive *model, uint32_t label) {
    return (lk_naive_term){model->class_counts[label], model->rows, model->alpha_prior,
                           model->class_count};
}

lk_naive_term lk_naive_likelihood(const lk_naive *model, size_t feature, uint32_t value,
                                  uint32_t label) {
    size_t classes = model->class_count;
    if (!lk_naive_is_bag(model)) {
        const lk_naive_feature *f = &model->features[feature];
        return (lk_naive_term){model->counts[(f->first + value) * classes + label],
                               model->totals[feature * classes + label], model->alpha,
                               f->value_count};
    }
    return (lk_naive_term){model->counts[feature * classes + label], model->totals[label],
                           model->alpha,
                           model->kind == LK_NAIVE_MULTINOMIAL ? model->feature_count : 2};
}

lk_naive_term lk_naive_opposite(lk_naive_term term) {
    term.count = term.total - term.count;
    return term;
}

// ---- Names ------------------------------------------------------------------------------------

uint32_t lk_naive_class_count(const lk_naive *model) { return model->class_count; }
const char *lk_naive_class_column(const lk_naive *model) { return model->class_column; }
const char *lk_naive_text_column(const lk_naive *model) { return model->text_column; }

const char *lk_naive_class_name(const lk_naive *model, uint32_t index) {
    return model->classes[index];
}

bool lk_naive_lookup_class(const lk_naive *model, uint32_t *label, const char *name,
                           size_t length) {
    const uint64_t *index = lk_hashmap_get(model->class_index, name, length);
    if (index) *label = (uint32_t)*index;
    return index;
}

bool lk_naive_lookup_feature(const lk_naive *model, size_t *feature, const char *name,
                             size_t length) {
    const uint64_t *index = lk_hashmap_get(model->feature_index, name, length);
    if (index) *feature = (size_t)*index;
    return index;
}

// Features have few values as a rule; where they have many, the map is asked.
bool lk_naive_lookup_value(const lk_naive *model, uint32_t *value, size_t feature, const char *name,
                           size_t length) {
    const lk_naive_feature *f = &model->features[feature];
    char key[sizeof(uint32_t) + 256];
    if (f->value_count > 8 && length <= 256) {
        uint32_t number = (uint32_t)feature;
        memcpy(key, &number, sizeof number);
        memcpy(key + sizeof number, name, length);
        const uint64_t *index = lk_hashmap_get(model->value_index, key, sizeof number + length);
        if (index) *value = (uint32_t)*index;
        return index;
    }
    for (uint32_t v = 0; v < f->value_count; v++) {
        if (strncmp(f->values[v], name, length) != 0 || f->values[v][length]) continue;
        *value = v;
        return true;
    }
    return false;
}

// What there is, where nothing is near to what was asked for.
static lk_status fail_far_feature(const lk_naive *model, lk_location location, const char *name) {
    enum { MOST_NAMES = 8 };
    lk_buffer list = lk_buffer_make(model->context);
    for (size_t f = 0; f < model->feature_count && f < MOST_NAMES; f++)
        lk_buffer_printf(&list, "%s\"%.50s\"", f ? ", " : "", model->features[f].name);
    if (model->feature_count > MOST_NAMES) lk_buffer_append_text(&list, ", …");
    lk_status status = lk_buffer_status(&list);
    if (status == LK_OK)
        status = lk_fail_at(model->context, LK_ERROR_UNKNOWN_NAME, location,
                            "the model has no feature \"%.200s\"; it has %s", name,
                            lk_buffer_text(&list));
    lk_buffer_free(&list);
    return status;
}

lk_status lk_naive_fail_feature(const lk_naive *model, lk_location location, const char *name) {
    const char **names = lk_alloc(model->context, model->feature_count, sizeof *names);
    LK_NEED(names);
    for (size_t f = 0; f < model->feature_count; f++) names[f] = model->features[f].name;
    const char *near = lk_suggest(name, names, model->feature_count);
    lk_free(model->context, names);
    if (!near) return fail_far_feature(model, location, name);
    return lk_fail_at(model->context, LK_ERROR_UNKNOWN_NAME, location,
                      "the model has no feature \"%.200s\"; did you mean \"%s\"?", name, near);
}

lk_status lk_naive_fail_value(const lk_naive *model, lk_location location, size_t feature,
                              const char *name, size_t length) {
    const lk_naive_feature *f = &model->features[feature];
    char word[256];
    if (length >= sizeof word) length = sizeof word - 1;
    memcpy(word, name, length);
    word[length] = 0;
    const char *near = lk_suggest(word, f->values, f->value_count);
    lk_status status =
        lk_fail_at(model->context, LK_ERROR_UNKNOWN_NAME, location,
                   "training saw no \"%s\" of feature \"%.200s\"%s%s%s", word, f->name,
                   near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    return lk_fail_with_remedy(model->context, LK_REMEDY_IGNORE_UNSEEN, status);
}

// ---- What columns hold ------------------------------------------------------------------------

static bool same_word(const char *text, size_t length, const char *word) {
    if (strlen(word) != length) return false;
    for (size_t i = 0; i < length; i++) {
        char letter = text[i];
        if (letter >= 'A' && letter <= 'Z') letter = (char)(letter - 'A' + 'a');
        if (letter != word[i]) return false;
    }
    return true;
}

bool lk_naive_parse_bit(const char **name, const char *text, size_t length) {
    static const char *const words[2][3] = {{"0", "false", "no"}, {"1", "true", "yes"}};
    for (int bit = 0; bit < 2; bit++)
        for (int i = 0; i < 3; i++)
            if (same_word(text, length, words[bit][i])) {
                *name = words[bit][0];
                return true;
            }
    return false;
}

bool lk_naive_parse_count(uint64_t *count, const char *text, size_t length) {
    if (length == 0 || length > 10) return false;
    *count = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        *count = *count * 10 + (uint64_t)(text[i] - '0');
    }
    return *count <= 1000000000;
}
