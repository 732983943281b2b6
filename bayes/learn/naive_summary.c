// What a model has learned: its figures, and the values or words that speak most for each class.
// How much one speaks for a class is log P(it | class) / P(it | the other classes taken together).
#include "explain/words.h"
#include "learn/naive.h"
#include "likelore/json.h"
#include "mathfn.h"

#include <math.h>
#include <stdlib.h>

typedef struct speaker {
    size_t feature;
    uint32_t value;
    lk_naive_term of_class;
    lk_naive_term of_rest;
    double log_ratio;
} speaker;

// What is summed up once, and room for the speakers of one class at a time.
typedef struct summary {
    const lk_naive *model;
    uint64_t *counts; // [values] over all classes
    uint64_t *totals; // [features] over all classes; of bags [1]
    size_t most;
    speaker *speakers;
    size_t capacity; // at least `most`; more than that unless all fit
    size_t count;
} summary;

static uint64_t sum_classes(const lk_naive *model, const uint64_t *counts) {
    uint64_t sum = 0;
    for (uint32_t c = 0; c < model->class_count; c++) sum += counts[c];
    return sum;
}

static void sum_up(summary *s) {
    const lk_naive *model = s->model;
    size_t features = lk_naive_is_bag(model) ? 1 : model->feature_count;
    for (size_t v = 0; v < model->value_count; v++)
        s->counts[v] = sum_classes(model, model->counts + v * model->class_count);
    for (size_t f = 0; f < features; f++)
        s->totals[f] = sum_classes(model, model->totals + f * model->class_count);
}

static lk_naive_term rest_term(const summary *s, size_t feature, uint32_t value,
                               lk_naive_term of_class) {
    bool bag = lk_naive_is_bag(s->model);
    lk_naive_term rest = of_class;
    rest.count = s->counts[bag ? feature : s->model->features[feature].first + value];
    rest.count -= of_class.count;
    rest.total = s->totals[bag ? 0 : feature] - of_class.total;
    return rest;
}

static speaker make_speaker(const summary *s, size_t feature, uint32_t value, uint32_t label) {
    lk_naive_term of_class = lk_naive_likelihood(s->model, feature, value, label);
    lk_naive_term of_rest = rest_term(s, feature, value, of_class);
    double p = lk_naive_term_value(of_class), q = lk_naive_term_value(of_rest), log_ratio;
    if (p == 0 || q == 0)
        log_ratio = p == q ? 0 : p == 0 ? -INFINITY : INFINITY;
    else
        log_ratio = lk_log(p / q);
    return (speaker){feature, value, of_class, of_rest, log_ratio};
}

static int compare_speakers(const void *left, const void *right) {
    const speaker *a = left, *b = right;
    if (a->log_ratio != b->log_ratio) return a->log_ratio > b->log_ratio ? -1 : 1;
    if (a->of_class.count != b->of_class.count)
        return a->of_class.count > b->of_class.count ? -1 : 1;
    if (a->feature != b->feature) return a->feature < b->feature ? -1 : 1;
    return a->value < b->value ? -1 : a->value > b->value;
}

static uint32_t value_count(const lk_naive *model, size_t f) {
    return lk_naive_is_bag(model) ? 1 : model->features[f].value_count;
}

static void keep_most(summary *s) {
    qsort(s->speakers, s->count, sizeof *s->speakers, compare_speakers);
    if (s->count > s->most) s->count = s->most;
}

static void offer(summary *s, speaker each) {
    if (!(each.log_ratio > 0)) return;
    if (s->count == s->capacity) keep_most(s);
    s->speakers[s->count++] = each;
}

// Finds the values or words that speak most for the class, in their order.
static void rank(summary *s, uint32_t label) {
    const lk_naive *model = s->model;
    s->count = 0;
    if (s->most == 0 || model->class_count < 2) return;
    for (size_t f = 0; f < model->feature_count; f++)
        for (uint32_t v = 0; v < value_count(model, f); v++) offer(s, make_speaker(s, f, v, label));
    keep_most(s);
}

static void close_summary(summary *s) {
    lk_context *context = s->model->context;
    lk_free(context, s->speakers);
    lk_free(context, s->totals);
    lk_free(context, s->counts);
}

// To be closed also after a failure.
static lk_status open_summary(summary *s, const lk_naive *model, size_t most) {
    lk_context *context = model->context;
    size_t all = model->value_count, capacity = most < all / 2 ? 2 * most : all;
    *s = (summary){.model = model, .most = most, .capacity = capacity};
    s->counts = lk_alloc(context, all, sizeof *s->counts);
    s->totals = lk_alloc(context, model->feature_count, sizeof *s->totals);
    s->speakers = lk_alloc(context, capacity, sizeof *s->speakers);
    LK_NEED(s->counts && s->totals && s->speakers);
    if (most > 0) sum_up(s);
    return LK_OK;
}

// ---- Text -------------------------------------------------------------------------------------

static lk_slot kind_of(const lk_naive *model) {
    static const lk_phrase kinds[] = {
        [LK_NAIVE_CATEGORICAL] = LK_SAY_CATEGORICAL,
        [LK_NAIVE_BERNOULLI] = LK_SAY_BERNOULLI,
        [LK_NAIVE_MULTINOMIAL] = LK_SAY_MULTINOMIAL,
    };
    return lk_phrased(kinds[model->kind], NULL);
}

static void say_features(lk_document *d, const lk_naive *model) {
    const lk_slot class = lk_said(model->class_column), count = lk_count(model->feature_count);
    if (model->text_column)
        LK_SAY(d, LK_SAY_NAIVE_WORDS, kind_of(model), class, count, lk_said(model->text_column));
    else
        LK_SAY(d, LK_SAY_NAIVE_COLUMNS, kind_of(model), class, count);
}

static void say_alphas(lk_document *d, const lk_naive *model) {
    const lk_slot alpha[] = {lk_number(model->alpha)}, prior[] = {lk_number(model->alpha_prior)};
    LK_SAY(
        d, LK_SAY_ALPHAS,
        lk_phrased(model->alpha > 0 ? LK_SAY_FEATURES_SMOOTHED : LK_SAY_FEATURES_NOT_SMOOTHED,
                   alpha),
        lk_phrased(model->alpha_prior > 0 ? LK_SAY_CLASSES_SMOOTHED : LK_SAY_CLASSES_NOT_SMOOTHED,
                   prior));
}

static void append_head(lk_document *d, const lk_naive *model) {
    say_features(d, model);
    lk_buffer_append_byte(d->out, '\n');
    say_alphas(d, model);
    lk_buffer_append_text(d->out, "\n\n");
    for (uint32_t c = 0; c < model->class_count; c++) {
        lk_naive_term prior = lk_naive_prior(model, c);
        LK_SAY(d, LK_SAY_CLASS_ROWS, lk_said(model->class_column), lk_said(model->classes[c]),
               lk_number(lk_naive_term_value(prior)), lk_count(prior.count), lk_count(prior.total));
        lk_buffer_append_byte(d->out, '\n');
    }
}

static void append_speaker(lk_document *d, const lk_naive *model, const speaker *s) {
    const lk_naive_feature *feature = &model->features[s->feature];
    lk_buffer_printf(d->out, "  %+9.4f  %s", s->log_ratio, feature->name);
    if (!lk_naive_is_bag(model)) lk_buffer_printf(d->out, "=%s", feature->values[s->value]);
    lk_buffer_append_text(d->out, "  ");
    LK_SAY(d, LK_SAY_SPEAKER, lk_count(s->of_class.count), lk_count(s->of_class.total),
           lk_count(s->of_rest.count), lk_count(s->of_rest.total));
    lk_buffer_append_byte(d->out, '\n');
}

static void append_class(lk_document *d, summary *s, uint32_t c) {
    const lk_naive *model = s->model;
    rank(s, c);
    if (s->count == 0) return;
    lk_buffer_append_byte(d->out, '\n');
    LK_SAY(d, LK_SAY_SPEAK_MOST, lk_said(model->class_column), lk_said(model->classes[c]));
    lk_buffer_append_byte(d->out, '\n');
    for (size_t i = 0; i < s->count; i++) append_speaker(d, model, &s->speakers[i]);
}

static lk_status append_summary(lk_buffer *out, summary *s, lk_language language) {
    lk_document d = lk_document_open(out, &(lk_document_options){.language = language});
    append_head(&d, s->model);
    for (uint32_t c = 0; c < s->model->class_count; c++) append_class(&d, s, c);
    return lk_document_finish(&d);
}

lk_status lk_naive_to_text(lk_buffer *out, const lk_naive *model, size_t most,
                           lk_language language) {
    summary s;
    lk_status status = open_summary(&s, model, most);
    if (status == LK_OK) status = append_summary(out, &s, language);
    close_summary(&s);
    return status;
}

// ---- JSON -------------------------------------------------------------------------------------

static void add_speaker(lk_json_writer *writer, const lk_naive *model, const speaker *s) {
    const lk_naive_feature *feature = &model->features[s->feature];
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "feature", feature->name);
    if (!lk_naive_is_bag(model)) lk_json_add_string(writer, "value", feature->values[s->value]);
    lk_json_add_number(writer, "log_ratio", s->log_ratio);
    lk_json_add_integer(writer, "count", (int64_t)s->of_class.count);
    lk_json_add_integer(writer, "total", (int64_t)s->of_class.total);
    lk_json_add_integer(writer, "other_count", (int64_t)s->of_rest.count);
    lk_json_add_integer(writer, "other_total", (int64_t)s->of_rest.total);
    lk_json_end(writer);
}

static void add_class(lk_json_writer *writer, summary *s, uint32_t c) {
    lk_naive_term prior = lk_naive_prior(s->model, c);
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "name", s->model->classes[c]);
    lk_json_add_integer(writer, "rows", (int64_t)prior.count);
    lk_json_add_number(writer, "p", lk_naive_term_value(prior));
    lk_json_begin_array(writer, "speakers");
    rank(s, c);
    for (size_t i = 0; i < s->count; i++) add_speaker(writer, s->model, &s->speakers[i]);
    lk_json_end(writer);
    lk_json_end(writer);
}

static void add_summary(lk_json_writer *writer, summary *s) {
    const lk_naive *model = s->model;
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "model", lk_naive_kind_name(model->kind));
    lk_json_add_string(writer, "class", model->class_column);
    if (model->text_column) lk_json_add_string(writer, "text", model->text_column);
    lk_json_add_number(writer, "alpha", model->alpha);
    lk_json_add_number(writer, "alpha_prior", model->alpha_prior);
    lk_json_add_integer(writer, "rows", (int64_t)model->rows);
    lk_json_add_integer(writer, "features", (int64_t)model->feature_count);
    lk_json_begin_array(writer, "classes");
    for (uint32_t c = 0; c < model->class_count; c++) add_class(writer, s, c);
    lk_json_end(writer);
    lk_json_end(writer);
}

static lk_status write_summary(lk_buffer *out, summary *s) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(s->model->context, &writer));
    add_summary(writer, s);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}

lk_status lk_naive_summary_to_json(lk_buffer *out, const lk_naive *model, size_t most) {
    summary s;
    lk_status status = open_summary(&s, model, most);
    if (status == LK_OK) status = write_summary(out, &s);
    close_summary(&s);
    return status;
}
