// A naive Bayes classifier is a Bayesian network: the class, and every feature as its child.
#include "learn/naive.h"

static lk_status set_prior(const lk_naive *model, lk_network *network, double *values) {
    for (uint32_t c = 0; c < model->class_count; c++)
        values[c] = lk_naive_term_value(lk_naive_prior(model, c));
    return lk_network_set_table(network, 0, values, model->class_count, NULL);
}

static uint32_t value_count(const lk_naive *model, size_t f) {
    return lk_naive_is_bag(model) ? 2 : model->features[f].value_count;
}

static double probability(const lk_naive *model, size_t f, uint32_t value, uint32_t label) {
    lk_naive_term term = lk_naive_likelihood(model, f, value, label);
    if (lk_naive_is_bag(model) && value == 0) term = lk_naive_opposite(term);
    return lk_naive_term_value(term);
}

static lk_status add_feature(const lk_naive *model, lk_network *network, size_t f, double *values) {
    static const char *const bits[] = {"0", "1"};
    const lk_naive_feature *feature = &model->features[f];
    uint32_t variable, count = value_count(model, f);
    const uint32_t class_variable = 0;
    LK_TRY(lk_network_add_variable(network, &variable, feature->name,
                                   lk_naive_is_bag(model) ? bits : feature->values, count));
    LK_TRY(lk_network_set_parents(network, variable, &class_variable, 1));
    for (uint32_t c = 0; c < model->class_count; c++)
        for (uint32_t v = 0; v < count; v++)
            values[(size_t)c * count + v] = probability(model, f, v, c);
    return lk_network_set_table(network, variable, values, (size_t)model->class_count * count,
                                NULL);
}

static lk_status build(const lk_naive *model, lk_network *network, double *values) {
    uint32_t class_variable;
    LK_TRY(lk_network_add_variable(network, &class_variable, model->class_column, model->classes,
                                   model->class_count));
    LK_TRY(set_prior(model, network, values));
    for (size_t f = 0; f < model->feature_count; f++)
        LK_TRY(add_feature(model, network, f, values));
    return lk_network_finish(network);
}

lk_status lk_naive_to_network(const lk_naive *model, lk_network **out) {
    if (model->kind == LK_NAIVE_MULTINOMIAL)
        return lk_fail(model->context, LK_ERROR_UNSUPPORTED,
                       "the features of a multinomial model are counts, not variables, so that no "
                       "Bayesian network says the same; train a categorical or Bernoulli model");
    uint32_t most = 1;
    for (size_t f = 0; f < model->feature_count; f++)
        if (value_count(model, f) > most) most = value_count(model, f);
    double *values = lk_alloc(model->context, (size_t)most * model->class_count, sizeof *values);
    LK_NEED(values);
    lk_network *network = NULL;
    lk_status status = lk_network_new(model->context, &network, "naive_bayes");
    if (status == LK_OK) status = build(model, network, values);
    lk_free(model->context, values);
    if (status != LK_OK) {
        lk_network_free(network);
        return status;
    }
    *out = network;
    return LK_OK;
}
