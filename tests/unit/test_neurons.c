// Small networks that learn, against arithmetic written out by hand: the MLP of
// docs/examples/gradients, and gradient descent on mean(w²).
#include "grad/ops.h"
#include "likelore/grad.h"

#include "test_context.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// ---- The MLP, by loops --------------------------------------------------------------------------

enum { POINTS = 4, LAYERS = 3, WIDEST = 4, STEPS = 20 };

static const int widths[LAYERS + 1] = {3, 4, 4, 1};
static const double points[POINTS][3] = {{2, 3, -1}, {3, -1, .5}, {.5, 1, 1}, {1, 1, -1}};
static const double targets[POINTS] = {1, -1, -1, 1};

typedef struct network {
    double weight[LAYERS][WIDEST][WIDEST], bias[LAYERS][WIDEST];
} network;

static void run_layers(const network *n, double y[LAYERS + 1][WIDEST]) {
    for (int l = 0; l < LAYERS; l++)
        for (int j = 0; j < widths[l + 1]; j++) {
            double sum = n->bias[l][j];
            for (int i = 0; i < widths[l]; i++) sum += n->weight[l][j][i] * y[l][i];
            y[l + 1][j] = tanh(sum);
        }
}

// dy holds the gradient of the last layer and gets those of the others.
static void back_layers(const network *n, network *gradient, double y[LAYERS + 1][WIDEST],
                        double dy[LAYERS + 1][WIDEST]) {
    for (int l = LAYERS - 1; l >= 0; l--)
        for (int j = 0; j < widths[l + 1]; j++) {
            double dsum = dy[l + 1][j] * (1 - y[l + 1][j] * y[l + 1][j]);
            gradient->bias[l][j] += dsum;
            for (int i = 0; i < widths[l]; i++) {
                gradient->weight[l][j][i] += dsum * y[l][i];
                dy[l][i] += dsum * n->weight[l][j][i];
            }
        }
}

static double loss_by_loops(const network *n, network *gradient) {
    double loss = 0;
    *gradient = (network){0};
    for (int p = 0; p < POINTS; p++) {
        double y[LAYERS + 1][WIDEST] = {0}, dy[LAYERS + 1][WIDEST] = {0};
        memcpy(y[0], points[p], sizeof points[p]);
        run_layers(n, y);
        double error = y[LAYERS][0] - targets[p];
        loss += error * error;
        dy[LAYERS][0] = 2 * error;
        back_layers(n, gradient, y, dy);
    }
    return loss;
}

static void change(network *n, const network *gradient, double rate) {
    for (int l = 0; l < LAYERS; l++)
        for (int j = 0; j < WIDEST; j++) {
            n->bias[l][j] -= rate * gradient->bias[l][j];
            for (int i = 0; i < WIDEST; i++) n->weight[l][j][i] -= rate * gradient->weight[l][j][i];
        }
}

// ---- The same as an expression ------------------------------------------------------------------

static lk_file *open_example(lk_context *context, const char *name) {
    char path[4096];
    lk_file *file;
    snprintf(path, sizeof path, LIKELORE_SOURCE_DIR "/docs/examples/gradients/%s", name);
    cr_assert(lk_file_open(context, &file, path) == LK_OK);
    return file;
}

static lk_expression *open_network(lk_context *context) {
    lk_file *file = open_example(context, "mlp.txt");
    lk_expression *e;
    cr_assert(lk_expression_new(context, &e, (const char *)lk_file_bytes(file),
                                lk_file_length(file)) == LK_OK);
    lk_file_free(file);
    return e;
}

// Lines such as w0_1_2=-0.5 (layer, neuron, input) and b0_1=0.25.
static void read_start(lk_context *context, lk_expression *e, network *n) {
    lk_file *file = open_example(context, "mlp-start.txt");
    char *text = calloc(lk_file_length(file) + 1, 1);
    memcpy(text, lk_file_bytes(file), lk_file_length(file));
    lk_file_free(file);
    int weights = 0, biases = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        int l, j, i;
        double value;
        if (sscanf(line, "w%d_%d_%d=%lf", &l, &j, &i, &value) == 4)
            n->weight[l][j][i] = value, weights++;
        else if (sscanf(line, "b%d_%d=%lf", &l, &j, &value) == 3)
            n->bias[l][j] = value, biases++;
        size_t input;
        line[strcspn(line, "=")] = 0;
        cr_assert(lk_expression_find(e, &input, line) == LK_OK);
        lk_expression_set(e, input, value);
    }
    cr_assert(weights == 32 && biases == 9, "%d weights, %d biases", weights, biases);
    free(text);
}

static double run_expression(lk_expression *e) {
    cr_assert(lk_expression_run(e) == LK_OK);
    return lk_expression_at(e, lk_expression_result(e))->value;
}

static void descend(lk_expression *e, double rate) {
    for (size_t i = 0; i < lk_expression_count(e); i++) {
        const lk_expression_node *node = lk_expression_at(e, i);
        if (strcmp(node->op, "input") == 0)
            lk_expression_set(e, i, node->value - rate * node->gradient);
    }
}

// The last losses are those that the manual and the example print.
Test(neurons, learn_four_points_as_by_arithmetic_by_hand) {
    lk_context *context = make_context();
    lk_expression *e = open_network(context);
    network n = {0}, gradient;
    read_start(context, e, &n);
    double loss = run_expression(e);
    cr_assert(fabs(loss - 4.4499345661) < 5e-11, "%.12g", loss);
    for (int step = 0; step < STEPS; step++) {
        double expected = loss_by_loops(&n, &gradient);
        loss = run_expression(e);
        cr_assert(fabs(loss - expected) < 1e-10, "step %d: %.17g, not %.17g", step, loss, expected);
        descend(e, .1);
        change(&n, &gradient, .1);
    }
    loss = run_expression(e);
    cr_assert(fabs(loss - .0521267515) < 5e-11, "%.12g", loss);
    lk_expression_free(e);
    free_context(context);
}

Test(neurons, have_gradients_that_differences_confirm) {
    lk_context *context = make_context();
    lk_expression *e = open_network(context);
    network n = {0};
    read_start(context, e, &n);
    run_expression(e);
    bool agrees;
    cr_assert(lk_expression_check(e, &agrees) == LK_OK && agrees);
    lk_expression_free(e);
    free_context(context);
}

// ---- Descent on mean(w²) ------------------------------------------------------------------------

enum { SIDE = 10, WEIGHTS = SIDE * SIDE, MOST_LOSSES = 10 };

typedef struct descent {
    lk_tape tape;
    lk_tensor weights; // (10, 10)
} descent;

static descent start(lk_context *context) {
    descent d = {.tape = lk_tape_make(context)};
    d.tape.recording = true;
    d.weights = (lk_tensor){.rank = 2, .shape = {SIDE, SIDE}, .count = WEIGHTS};
    d.weights.needs_gradient = true;
    d.weights.value = malloc(WEIGHTS * sizeof(lk_real));
    d.weights.gradient = malloc(WEIGHTS * sizeof(lk_real));
    lk_random random = lk_random_stream(4, LK_RANDOM_TEST, 0, 0);
    for (int i = 0; i < WEIGHTS; i++) d.weights.value[i] = (lk_real)(5 * lk_random_normal(&random));
    return d;
}

static void finish(descent *d) {
    free(d->weights.value);
    free(d->weights.gradient);
    lk_tape_release(&d->tape);
}

// One step with the rate lr/√(t+1); the loss before it.
static double step(descent *d, double rate, int t) {
    lk_tape_reset(&d->tape);
    d->weights.gradient_set = false;
    lk_tensor *loss = lk_mean(&d->tape, lk_multiply(&d->tape, &d->weights, &d->weights));
    cr_assert(lk_tape_backward(&d->tape, loss, 1) == LK_OK);
    for (int i = 0; i < WEIGHTS; i++)
        d->weights.value[i] -= (lk_real)(rate / sqrt(t + 1)) * d->weights.gradient[i];
    return (double)*loss->value;
}

// losses[t]: divided by the first.
static void descend_on_squares(double losses[MOST_LOSSES], double rate) {
    lk_context *context = make_context();
    descent d = start(context);
    for (int t = 0; t < MOST_LOSSES; t++) losses[t] = step(&d, rate, t);
    for (int t = MOST_LOSSES - 1; t >= 0; t--) losses[t] /= losses[0];
    finish(&d);
    free_context(context);
}

static void expect_losses(double rate, const double *expected, int count, double tolerance) {
    double losses[MOST_LOSSES];
    descend_on_squares(losses, rate);
    for (int t = 0; t < count; t++)
        cr_assert(fabs(losses[t + 1] - expected[t]) <= tolerance * fmax(1, expected[t]),
                  "rate %g, after step %d: %.9g, not %.9g", rate, t + 1, losses[t + 1],
                  expected[t]);
}

// Each step multiplies w by 1 - 2/100 lr/√(t+1), whatever w is, so that lr 10 is better than 1, and
// 100, which oscillates at first, better than 10; at 1000 it diverges.
Test(descent, on_squares_depends_on_the_learning_rate_alone) {
    expect_losses(1, (double[]){.9604, .9334}, 2, 5e-5);
    expect_losses(10, (double[]){.64, .4718, .3691}, 3, 5e-5);
    expect_losses(100, (double[]){1, .1716, .0041}, 3, 5e-5);
    expect_losses(1000, (double[]){361}, 1, 1e-6);
    double losses[MOST_LOSSES];
    descend_on_squares(losses, 100);
    cr_assert(losses[4] < 1e-16, "%g", losses[4]);
    for (double rate = 1; rate <= 1000; rate *= 10) {
        descend_on_squares(losses, rate);
        double expected = 1;
        for (int t = 0; t + 1 < MOST_LOSSES && expected > 1e-12; t++) {
            expected *= pow(1 - rate / (50 * sqrt(t + 1)), 2);
            cr_assert(fabs(losses[t + 1] - expected) < 2e-5 * expected + 1e-12);
        }
    }
}
