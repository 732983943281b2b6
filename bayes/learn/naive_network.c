// A naive Bayes classifier is a Bayesian network: the class, and every feature as its child.
#include "formats/values.h"
#include "learn/naive_exact.h"

// What makes the network: the table at hand, with room for its numbers.
typedef struct builder {
    const lk_naive *model;
    lk_network *network;
    lk_values values;
    lk_arena arena;
    lk_buffer text;
} builder;

// The fraction, unless the shortest decimal of its double is the same number.
static lk_status write_term(builder *b, lk_naive_term term) {
    lk_rational fraction, decimal;
    lk_buffer_clear(&b->text);
    lk_buffer_append_double(&b->text, lk_naive_term_value(term));
    LK_TRY(lk_buffer_status(&b->text));
    LK_TRY(lk_naive_term_fraction(&b->arena, &fraction, term));
    LK_TRY(lk_rational_parse(&b->arena, &decimal, b->text.data, b->text.length));
    if (lk_rational_equal(fraction, decimal)) return LK_OK;
    lk_buffer_clear(&b->text);
    return lk_rational_append(&b->arena, &b->text, fraction);
}

static lk_status add_term(builder *b, lk_naive_term term) {
    lk_arena_mark mark = lk_arena_get_mark(&b->arena);
    lk_status status = write_term(b, term);
    lk_arena_rewind(&b->arena, mark);
    LK_TRY(status);
    return lk_values_add(b->model->context, &b->values, b->text.data, b->text.length);
}

static lk_status set_table(builder *b, uint32_t variable) {
    return lk_values_set_table(b->network, variable, &b->values, NULL, (lk_location){.byte = -1});
}

static lk_status set_prior(builder *b) {
    for (uint32_t c = 0; c < b->model->class_count; c++)
        LK_TRY(add_term(b, lk_naive_prior(b->model, c)));
    return set_table(b, 0);
}

static uint32_t value_count(const lk_naive *model, size_t f) {
    return lk_naive_is_bag(model) ? 2 : model->features[f].value_count;
}

static lk_naive_term term_of(const lk_naive *model, size_t f, uint32_t value, uint32_t label) {
    lk_naive_term term = lk_naive_likelihood(model, f, value, label);
    return lk_naive_is_bag(model) && value == 0 ? lk_naive_opposite(term) : term;
}

static lk_status add_feature(builder *b, size_t f) {
    static const char *const bits[] = {"0", "1"};
    const lk_naive *model = b->model;
    const lk_naive_feature *feature = &model->features[f];
    uint32_t variable, count = value_count(model, f);
    const uint32_t class_variable = 0;
    LK_TRY(lk_network_add_variable(b->network, &variable, feature->name,
                                   lk_naive_is_bag(model) ? bits : feature->values, count));
    LK_TRY(lk_network_set_parents(b->network, variable, &class_variable, 1));
    for (uint32_t c = 0; c < model->class_count; c++)
        for (uint32_t v = 0; v < count; v++) LK_TRY(add_term(b, term_of(model, f, v, c)));
    return set_table(b, variable);
}

static lk_status build(builder *b) {
    const lk_naive *model = b->model;
    uint32_t class_variable;
    LK_TRY(lk_network_add_variable(b->network, &class_variable, model->class_column, model->classes,
                                   model->class_count));
    LK_TRY(set_prior(b));
    for (size_t f = 0; f < model->feature_count; f++) LK_TRY(add_feature(b, f));
    return lk_network_finish(b->network);
}

lk_status lk_naive_to_network(const lk_naive *model, lk_network **out) {
    lk_context *context = model->context;
    if (model->kind == LK_NAIVE_MULTINOMIAL)
        return lk_fail(context, LK_ERROR_UNSUPPORTED,
                       "the features of a multinomial model are counts, not variables, so that no "
                       "Bayesian network says the same; train a categorical or Bernoulli model");
    builder b = {
        .model = model, .arena = lk_arena_make(context, 0), .text = lk_buffer_make(context)};
    lk_status status = lk_network_new(context, &b.network, "naive_bayes");
    if (status == LK_OK) status = build(&b);
    lk_values_free(context, &b.values);
    lk_buffer_free(&b.text);
    lk_arena_release(&b.arena);
    if (status != LK_OK) {
        lk_network_free(b.network);
        return status;
    }
    *out = b.network;
    return LK_OK;
}
