// Derivatives by differences, to check those of the tape.
#include "grad/expression.h"

#include <math.h>

// Central differences (f(x + h) - f(x - h)) / 2h for steps h that halve, each extrapolated with the
// ones before it to h = 0, where the error is a series in h² (Ridders 1982; Press et al.,
// "Numerical Recipes", section 5.7). Large steps are wrong by the curvature and small ones by
// rounding, so that the estimate is taken which its neighbours are nearest to.
enum { STEPS = 40, ORDERS = 5 };

static const double ENOUGH = 1e-10; // of an estimate that is not improved further

typedef struct search {
    double row[ORDERS]; // estimates with the last step, by how many steps they are from
    double best, error;
} search;

static void consider(search *s, double estimate, double error) {
    if (!(error < s->error)) return; // a NaN is none
    s->best = estimate;
    s->error = error;
}

static void extrapolate(search *s, double difference, int step) {
    double before = s->row[0], factor = 4;
    s->row[0] = difference;
    for (int order = 1; order < ORDERS && order <= step; order++, factor *= 4) {
        double estimate = (factor * s->row[order - 1] - before) / (factor - 1);
        consider(s, estimate, fmax(fabs(estimate - s->row[order - 1]), fabs(estimate - before)));
        before = s->row[order];
        s->row[order] = estimate;
    }
}

static lk_status differentiate(lk_expression *e, double *derivative, size_t node) {
    double x = e->steps[node].node.value, h = fmax(fabs(x), 1) / 8;
    search s = {.best = NAN, .error = INFINITY};
    for (int step = 0; step < STEPS && !(s.error <= ENOUGH * fabs(s.best)); step++, h /= 2) {
        double above, below;
        LK_TRY(lk_expression_result_with(e, &above, node, x + h));
        LK_TRY(lk_expression_result_with(e, &below, node, x - h));
        extrapolate(&s, (above - below) / (2 * h), step);
    }
    *derivative = s.best;
    return LK_OK;
}

static bool agree(double gradient, double difference) {
    return isfinite(gradient) && fabs(gradient - difference) <= 1e-6 * fmax(1, fabs(gradient));
}

lk_status lk_expression_check(lk_expression *expression, bool *agrees) {
    *agrees = true;
    for (size_t i = 0; i < expression->count; i++) {
        lk_step *step = &expression->steps[i];
        if (step->is_constant) continue;
        LK_TRY(differentiate(expression, &step->node.difference, i));
        step->node.agrees = agree(step->node.gradient, step->node.difference);
        *agrees &= step->node.agrees;
    }
    expression->was_checked = true;
    return LK_OK;
}
