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

static lk_naive_term rest_term(const lk_naive *model, size_t feature, uint32_t value,
                               uint32_t label) {
    lk_naive_term sum = lk_naive_likelihood(model, feature, value, label);
    sum.count = sum.total = 0;
    for (uint32_t other = 0; other < model->class_count; other++) {
        if (other == label) continue;
        lk_naive_term term = lk_naive_likelihood(model, feature, value, other);
        sum.count += term.count;
        sum.total += term.total;
    }
    return sum;
}

static speaker make_speaker(const lk_naive *model, size_t feature, uint32_t value, uint32_t label) {
    speaker s = {feature, value, lk_naive_likelihood(model, feature, value, label),
                 rest_term(model, feature, value, label), 0};
    double p = lk_naive_term_value(s.of_class), q = lk_naive_term_value(s.of_rest);
    if (p == 0 || q == 0)
        s.log_ratio = p == q ? 0 : p == 0 ? -INFINITY : INFINITY;
    else
        s.log_ratio = lk_log(p / q);
    return s;
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

// Fills `speakers`, one for each value or word, and returns how many of the first speak for the
// class, at most `most`.
static size_t rank(const lk_naive *model, speaker *speakers, uint32_t label, size_t most) {
    size_t count = 0, n = 0;
    for (size_t f = 0; f < model->feature_count; f++)
        for (uint32_t v = 0; v < value_count(model, f); v++)
            speakers[count++] = make_speaker(model, f, v, label);
    qsort(speakers, count, sizeof *speakers, compare_speakers);
    while (n < count && n < most && speakers[n].log_ratio > 0) n++;
    return n;
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

static void append_class(lk_document *d, const lk_naive *model, speaker *speakers, uint32_t c,
                         size_t most) {
    size_t count = rank(model, speakers, c, most);
    if (count == 0) return;
    lk_buffer_append_byte(d->out, '\n');
    LK_SAY(d, LK_SAY_SPEAK_MOST, lk_said(model->class_column), lk_said(model->classes[c]));
    lk_buffer_append_byte(d->out, '\n');
    for (size_t i = 0; i < count; i++) append_speaker(d, model, &speakers[i]);
}

static lk_status with_speakers(const lk_naive *model, speaker **speakers) {
    *speakers = lk_alloc(model->context, model->value_count, sizeof **speakers);
    LK_NEED(*speakers);
    return LK_OK;
}

lk_status lk_naive_to_text(lk_buffer *out, const lk_naive *model, size_t most,
                           lk_language language) {
    speaker *speakers;
    LK_TRY(with_speakers(model, &speakers));
    lk_document d = lk_document_open(out, &(lk_document_options){.language = language});
    append_head(&d, model);
    for (uint32_t c = 0; c < model->class_count && model->class_count > 1; c++)
        append_class(&d, model, speakers, c, most);
    lk_free(model->context, speakers);
    return lk_document_finish(&d);
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

static void add_class(lk_json_writer *writer, const lk_naive *model, speaker *speakers, uint32_t c,
                      size_t most) {
    lk_naive_term prior = lk_naive_prior(model, c);
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "name", model->classes[c]);
    lk_json_add_integer(writer, "rows", (int64_t)prior.count);
    lk_json_add_number(writer, "p", lk_naive_term_value(prior));
    lk_json_begin_array(writer, "speakers");
    size_t count = model->class_count > 1 ? rank(model, speakers, c, most) : 0;
    for (size_t i = 0; i < count; i++) add_speaker(writer, model, &speakers[i]);
    lk_json_end(writer);
    lk_json_end(writer);
}

static void add_summary(lk_json_writer *writer, const lk_naive *model, speaker *speakers,
                        size_t most) {
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
    for (uint32_t c = 0; c < model->class_count; c++) add_class(writer, model, speakers, c, most);
    lk_json_end(writer);
    lk_json_end(writer);
}

lk_status lk_naive_summary_to_json(lk_buffer *out, const lk_naive *model, size_t most) {
    speaker *speakers;
    LK_TRY(with_speakers(model, &speakers));
    lk_json_writer *writer;
    lk_status status = lk_json_writer_new(model->context, &writer);
    if (status == LK_OK) {
        add_summary(writer, model, speakers, most);
        status = lk_json_finish(writer, out, false);
        lk_json_writer_free(writer);
    }
    lk_free(model->context, speakers);
    return status;
}
