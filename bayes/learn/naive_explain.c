// Answers as data and as arithmetic written out. Fractions come from the counts, by integers, as
// long as 64 bits hold them; beyond, decimals stand alone.
#include "explain/words.h"
#include "learn/naive_exact.h"
#include "likelore/json.h"
#include "mathfn.h"

#include <math.h>
#include <stdio.h>

// ---- Fractions --------------------------------------------------------------------------------

typedef struct fraction {
    uint64_t numerator;
    uint64_t denominator; // 0: not known
} fraction;

static uint64_t common_divisor(uint64_t a, uint64_t b) {
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static fraction reduce(fraction f) {
    uint64_t divisor = common_divisor(f.numerator, f.denominator);
    return divisor ? (fraction){f.numerator / divisor, f.denominator / divisor} : f;
}

static fraction multiply(fraction a, fraction b) {
    if (a.denominator == 0 || b.denominator == 0) return (fraction){0, 0};
    a = reduce(a), b = reduce(b);
    fraction left = reduce((fraction){a.numerator, b.denominator});
    fraction right = reduce((fraction){b.numerator, a.denominator});
    if ((right.numerator && left.numerator > UINT64_MAX / right.numerator) ||
        left.denominator > UINT64_MAX / right.denominator)
        return (fraction){0, 0};
    return (fraction){left.numerator * right.numerator, left.denominator * right.denominator};
}

// (count + alpha) / (total + alpha × outcomes), not reduced, for an alpha that is a whole number of
// hundredths.
static fraction fraction_of(lk_naive_term term) {
    const double most = 0x1p50;
    uint64_t scale = term.alpha == floor(term.alpha) ? 1 : 100;
    double alpha = term.alpha * (double)scale, whole = floor(alpha + 0.5);
    if (fabs(alpha - whole) > 1e-9 * alpha) return (fraction){0, 0};
    if ((double)term.total * (double)scale + whole * (double)term.outcomes > most)
        return (fraction){0, 0};
    uint64_t added = (uint64_t)whole;
    fraction f = {term.count * scale + added, term.total * scale + added * term.outcomes};
    return f.denominator ? f : (fraction){1, term.outcomes};
}

// A base that is neither 0 nor 1 needs more than 64 bits soon enough.
static fraction power(fraction base, uint64_t exponent) {
    fraction product = {1, 1};
    base = reduce(base);
    if (base.denominator <= 1) return exponent ? base : product;
    for (; exponent && product.denominator; exponent--) product = multiply(product, base);
    return product;
}

static fraction joint_fraction(const lk_naive_case *c, uint32_t label) {
    if (c->absent) return (fraction){0, 0};
    fraction product = fraction_of(lk_naive_prior(c->model, label));
    for (size_t i = 0; i < c->given_count && product.denominator; i++) {
        lk_naive_given given = c->given[i];
        lk_naive_term term = lk_naive_likelihood(c->model, given.feature, given.value, label);
        product = multiply(product, power(fraction_of(term), given.count));
    }
    return product.denominator ? reduce(product) : product;
}

static void append_fraction(lk_buffer *out, fraction f) {
    if (f.denominator == 1)
        lk_buffer_printf(out, "%llu", (unsigned long long)f.numerator);
    else
        lk_buffer_printf(out, "%llu/%llu", (unsigned long long)f.numerator,
                         (unsigned long long)f.denominator);
}

static void append_value(lk_buffer *out, lk_naive_term term) {
    fraction f = fraction_of(term);
    if (f.denominator)
        append_fraction(out, f);
    else
        lk_buffer_printf(out, "%.6g", lk_naive_term_value(term));
}

// ---- What features contribute -----------------------------------------------------------------

// The two classes that odds are taken of: the most probable one and the next.
static void find_rivals(const lk_naive_case *c, uint32_t rivals[2]) {
    rivals[0] = lk_naive_case_best(c);
    rivals[1] = rivals[0] == 0 && c->model->class_count > 1 ? 1 : 0;
    for (uint32_t label = 0; label < c->model->class_count; label++)
        if (label != rivals[0] && c->posterior[label] > c->posterior[rivals[1]]) rivals[1] = label;
}

static double log_ratio(lk_wide a, lk_wide b) {
    if (a.mantissa == 0 && b.mantissa == 0) return 0;
    if (a.mantissa == 0) return -INFINITY;
    if (b.mantissa == 0) return INFINITY;
    return lk_log(a.mantissa / b.mantissa) +
           (double)(a.exponent - b.exponent) * 0.69314718055994530941723212145818;
}

static double prior_log_odds(const lk_naive *model, const uint32_t rivals[2]) {
    return log_ratio(lk_wide_make(lk_naive_term_value(lk_naive_prior(model, rivals[0])), 0),
                     lk_wide_make(lk_naive_term_value(lk_naive_prior(model, rivals[1])), 0));
}

static double given_log_odds(const lk_naive *model, lk_naive_given given,
                             const uint32_t rivals[2]) {
    return log_ratio(lk_naive_factor(model, given, rivals[0]),
                     lk_naive_factor(model, given, rivals[1]));
}

// What all words that are not there contribute together.
static double absent_log_odds(const lk_naive_case *c, const uint32_t rivals[2]) {
    lk_wide products[2];
    for (int i = 0; i < 2; i++) {
        products[i] = lk_wide_make(lk_naive_term_value(lk_naive_prior(c->model, rivals[i])), 0);
        for (size_t g = 0; g < c->given_count; g++)
            products[i] =
                lk_wide_multiply(products[i], lk_naive_factor(c->model, c->given[g], rivals[i]));
    }
    return log_ratio(c->joint[rivals[0]], c->joint[rivals[1]]) -
           log_ratio(products[0], products[1]);
}

// ---- JSON -------------------------------------------------------------------------------------

static void add_term(lk_json_writer *writer, const lk_naive *model, lk_naive_term term,
                     uint32_t label) {
    lk_json_begin_object(writer, model->classes[label]);
    lk_json_add_integer(writer, "count", (int64_t)term.count);
    lk_json_add_integer(writer, "total", (int64_t)term.total);
    lk_json_add_number(writer, "p", lk_naive_term_value(term));
    lk_json_end(writer);
}

static void add_given(lk_json_writer *writer, const lk_naive_case *c, lk_naive_given given,
                      const uint32_t rivals[2]) {
    const lk_naive *model = c->model;
    const lk_naive_feature *feature = &model->features[given.feature];
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "feature", feature->name);
    if (lk_naive_is_bag(model))
        lk_json_add_integer(writer, "count", (int64_t)given.count);
    else
        lk_json_add_string(writer, "value", feature->values[given.value]);
    lk_json_begin_object(writer, "p");
    for (uint32_t label = 0; label < model->class_count; label++)
        add_term(writer, model, lk_naive_likelihood(model, given.feature, given.value, label),
                 label);
    lk_json_end(writer);
    lk_json_add_number(writer, "log_odds", given_log_odds(model, given, rivals));
    lk_json_end(writer);
}

static void add_joint(lk_json_writer *writer, const lk_naive_case *c, uint32_t label) {
    const lk_naive *model = c->model;
    lk_json_begin_object(writer, model->classes[label]);
    lk_json_add_number(writer, "log10", lk_wide_log10(c->joint[label]));
    fraction f = joint_fraction(c, label);
    if (f.denominator) {
        char text[48];
        snprintf(text, sizeof text, "%llu/%llu", (unsigned long long)f.numerator,
                 (unsigned long long)f.denominator);
        lk_json_add_string(writer, "fraction", text);
    }
    lk_json_end(writer);
}

static void add_explanation(lk_json_writer *writer, const lk_naive_case *c) {
    const lk_naive *model = c->model;
    uint32_t rivals[2];
    find_rivals(c, rivals);
    lk_json_begin_object(writer, "explanation");
    lk_json_begin_object(writer, "prior");
    for (uint32_t label = 0; label < model->class_count; label++)
        add_term(writer, model, lk_naive_prior(model, label), label);
    lk_json_end(writer);
    lk_json_begin_array(writer, "features");
    for (size_t i = 0; i < c->given_count; i++) add_given(writer, c, c->given[i], rivals);
    lk_json_end(writer);
    lk_json_begin_object(writer, "joint");
    for (uint32_t label = 0; label < model->class_count; label++) add_joint(writer, c, label);
    lk_json_end(writer);
    lk_json_begin_object(writer, "odds");
    lk_json_add_string(writer, "for", model->classes[rivals[0]]);
    lk_json_add_string(writer, "against", model->classes[rivals[1]]);
    lk_json_add_number(writer, "prior_log_odds", prior_log_odds(model, rivals));
    if (c->absent) lk_json_add_number(writer, "absent_log_odds", absent_log_odds(c, rivals));
    lk_json_add_number(writer, "log_odds", log_ratio(c->joint[rivals[0]], c->joint[rivals[1]]));
    lk_json_end(writer);
    lk_json_end(writer);
}

// One object of fractions, as text, by class.
static lk_status add_fractions(lk_json_writer *writer, lk_arena *arena, const lk_naive_case *c,
                               const char *name, const lk_rational *fractions) {
    lk_buffer text = lk_buffer_make(c->context);
    lk_status status = LK_OK;
    lk_json_begin_object(writer, name);
    for (uint32_t k = 0; status == LK_OK && k < c->model->class_count; k++) {
        lk_buffer_clear(&text);
        status = lk_rational_append(arena, &text, fractions[k]);
        if (status == LK_OK) status = lk_buffer_status(&text);
        lk_json_add_string(writer, c->model->classes[k], lk_buffer_text(&text));
    }
    lk_json_end(writer);
    lk_buffer_free(&text);
    return status;
}

static lk_status add_exact(lk_json_writer *writer, const lk_naive_case *c) {
    lk_arena arena = lk_arena_make(c->context, 0);
    lk_naive_fractions fractions;
    lk_status status = lk_naive_compute_fractions(&arena, &fractions, c);
    if (status == LK_OK) {
        lk_json_begin_object(writer, "exact");
        status = add_fractions(writer, &arena, c, "class", fractions.posterior);
        if (status == LK_OK) status = add_fractions(writer, &arena, c, "joint", fractions.joint);
        lk_json_end(writer);
    }
    lk_arena_release(&arena);
    return status;
}

static lk_status add_case(lk_json_writer *writer, const lk_naive_case *c, bool explained,
                          bool exact) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_begin_object(writer, "class");
    for (uint32_t k = 0; k < c->model->class_count; k++)
        lk_json_add_number(writer, c->model->classes[k], c->posterior[k]);
    lk_json_end(writer);
    lk_json_add_string(writer, "prediction", c->model->classes[lk_naive_case_best(c)]);
    lk_json_add_number(writer, "alpha", c->model->alpha);
    lk_json_add_number(writer, "alpha_prior", c->model->alpha_prior);
    if (exact) LK_TRY(add_exact(writer, c));
    if (explained) add_explanation(writer, c);
    lk_json_end(writer);
    return LK_OK;
}

lk_status lk_naive_case_to_json(lk_buffer *out, const lk_naive_case *c, bool explained,
                                bool exact) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(c->context, &writer));
    lk_status status = add_case(writer, c, explained, exact);
    if (status == LK_OK) status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}

// ---- Text -------------------------------------------------------------------------------------

static void say_line(lk_document *d, lk_phrase phrase, const lk_slot *slots) {
    lk_say_slots(d, phrase, slots);
    lk_buffer_append_byte(d->out, '\n');
}

static lk_slot smoothing_of(double alpha) {
    return lk_phrased(alpha > 0 ? LK_SAY_SMOOTHED : LK_SAY_NOT_SMOOTHED, NULL);
}

static void append_smoothing(lk_document *d, const lk_naive *model) {
    say_line(d, LK_SAY_SMOOTHING,
             LK_SLOTS(smoothing_of(model->alpha), lk_number(model->alpha),
                      smoothing_of(model->alpha_prior), lk_number(model->alpha_prior)));
}

static void append_given_name(lk_buffer *out, const lk_naive *model, lk_naive_given given) {
    lk_buffer_append_text(out, model->features[given.feature].name);
    if (!lk_naive_is_bag(model))
        lk_buffer_printf(out, "=%s", model->features[given.feature].values[given.value]);
}

// "P(y=1) P(rich=1|y=1) … = 4/9 × 3/4 × … = 1/24 = 0.0416667"
static void append_product(lk_buffer *out, const lk_naive_case *c, uint32_t label) {
    const lk_naive *model = c->model;
    const char *column = model->class_column, *name = model->classes[label];
    lk_buffer_printf(out, "P(%s=%s", column, name);
    for (size_t i = 0; i < c->given_count; i++) {
        lk_buffer_append_text(out, ", ");
        append_given_name(out, model, c->given[i]);
    }
    lk_buffer_append_text(out, ") = ");
    append_value(out, lk_naive_prior(model, label));
    for (size_t i = 0; i < c->given_count; i++) {
        lk_naive_given given = c->given[i];
        lk_buffer_append_text(out, " × ");
        if (given.count > 1) lk_buffer_append_byte(out, '(');
        append_value(out, lk_naive_likelihood(model, given.feature, given.value, label));
        if (given.count > 1) lk_buffer_printf(out, ")^%llu", (unsigned long long)given.count);
    }
    fraction joint = joint_fraction(c, label);
    if (joint.denominator && c->given_count) {
        lk_buffer_append_text(out, " = ");
        append_fraction(out, joint);
    }
    if (!joint.denominator || joint.denominator > 1)
        lk_buffer_printf(out, " = %.6g",
                         lk_scale_double(c->joint[label].mantissa, c->joint[label].exponent));
    lk_buffer_append_byte(out, '\n');
}

// A row of many words is told by the logarithms of its products alone.
static void append_log_joint(lk_document *d, const lk_naive_case *c, uint32_t label) {
    char digits[40];
    snprintf(digits, sizeof digits, "%.6f", lk_wide_log10(c->joint[label]));
    say_line(d, LK_SAY_LOG_JOINT,
             LK_SLOTS(lk_said(c->model->class_column), lk_said(c->model->classes[label]),
                      lk_said(digits)));
}

static void append_posterior(lk_document *d, const lk_naive_case *c, uint32_t label) {
    char digits[40];
    const lk_naive *model = c->model;
    snprintf(digits, sizeof digits, "%.10g", c->posterior[label]);
    say_line(
        d, model->text_column ? LK_SAY_POSTERIOR_OF_TEXT : LK_SAY_POSTERIOR_OF_ROW,
        LK_SLOTS(lk_said(model->class_column), lk_said(model->classes[label]), lk_said(digits)));
}

enum { MOST_CONTRIBUTIONS = 20 };

// The given features by the size of what they contribute, the largest first, by selection: few are
// shown.
static void append_contributions(lk_document *d, const lk_naive_case *c, const uint32_t rivals[2],
                                 bool *shown) {
    lk_buffer *out = d->out;
    const lk_naive *model = c->model;
    size_t most = c->given_count < MOST_CONTRIBUTIONS ? c->given_count : MOST_CONTRIBUTIONS;
    for (size_t n = 0; n < most; n++) {
        size_t best = SIZE_MAX;
        double largest = -1;
        for (size_t i = 0; i < c->given_count; i++) {
            double size = shown[i] ? -1 : fabs(given_log_odds(model, c->given[i], rivals));
            if (size > largest) best = i, largest = size;
        }
        shown[best] = true;
        lk_buffer_printf(out, "  %+10.4f  ", given_log_odds(model, c->given[best], rivals));
        append_given_name(out, model, c->given[best]);
        if (lk_naive_is_bag(model) && c->given[best].count > 1)
            lk_buffer_printf(out, " × %llu", (unsigned long long)c->given[best].count);
        lk_buffer_append_byte(out, '\n');
    }
    if (c->given_count <= most) return;
    lk_buffer_append_text(out, "  ");
    say_line(d, LK_SAY_MORE_FEATURES, LK_SLOTS(lk_count(c->given_count - most)));
}

static void append_part(lk_document *d, double log_odds, lk_phrase what) {
    lk_buffer_printf(d->out, "  %+10.4f  ", log_odds);
    say_line(d, what, NULL);
}

static void say_odds(lk_document *d, const lk_naive_case *c, const uint32_t rivals[2]) {
    char digits[40];
    const lk_naive *model = c->model;
    snprintf(digits, sizeof digits, "%+.4f", log_ratio(c->joint[rivals[0]], c->joint[rivals[1]]));
    say_line(d, LK_SAY_LOG_ODDS,
             LK_SLOTS(lk_said(model->class_column), lk_said(model->classes[rivals[0]]),
                      lk_said(model->classes[rivals[1]]), lk_said(digits)));
}

static lk_status append_odds(lk_document *d, const lk_naive_case *c) {
    const lk_naive *model = c->model;
    if (model->class_count < 2) return LK_OK;
    uint32_t rivals[2];
    find_rivals(c, rivals);
    bool *shown = lk_alloc_zero(c->context, c->given_count, sizeof *shown);
    LK_NEED(shown);
    say_odds(d, c, rivals);
    append_part(d, prior_log_odds(model, rivals), LK_SAY_PRIOR);
    append_contributions(d, c, rivals, shown);
    if (c->absent) append_part(d, absent_log_odds(c, rivals), LK_SAY_ABSENT_WORDS);
    lk_free(c->context, shown);
    return LK_OK;
}

lk_status lk_naive_case_to_text(lk_buffer *out, const lk_naive_case *c, lk_language language) {
    enum { MOST_FACTORS = 24 };
    lk_document d = lk_document_open(out, &(lk_document_options){.language = language});
    append_smoothing(&d, c->model);
    bool product = !c->absent && c->given_count <= MOST_FACTORS;
    for (uint32_t label = 0; label < c->model->class_count; label++) {
        if (product)
            append_product(out, c, label);
        else
            append_log_joint(&d, c, label);
    }
    for (uint32_t label = 0; label < c->model->class_count; label++) append_posterior(&d, c, label);
    lk_status status = append_odds(&d, c), written = lk_document_finish(&d);
    return status == LK_OK ? written : status;
}
