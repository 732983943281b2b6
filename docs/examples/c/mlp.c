// Teaches a network of neurons four points: mlp [STEPS [LEARNING_RATE]].
//
// The network has 3 inputs and layers of 4, 4 and 1 neurons. It is written out as one expression,
// each neuron a statement y = tanh(w·x + b), so that every weight is an input with a gradient. With
// --expression or --weights the program prints these, for `likelore grad`.
#include <likelore/grad.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 4, LAYERS = 3 };

static const int widths[LAYERS + 1] = {3, 4, 4, 1};
static const double points[POINTS][3] = {{2, 3, -1}, {3, -1, .5}, {.5, 1, 1}, {1, 1, -1}};
static const double targets[POINTS] = {1, -1, -1, 1};

// ---- The expression -----------------------------------------------------------------------------

// What neuron i of the layer below gives for a point; the layer below the first is the point
// itself.
static void append_below(lk_buffer *text, int point, int layer, int i) {
    if (layer == 0)
        lk_buffer_append_double(text, points[point][i]);
    else
        lk_buffer_printf(text, "y%d_%d_%d", point, layer - 1, i);
}

static void append_neuron(lk_buffer *text, int point, int layer, int neuron) {
    lk_buffer_printf(text, "y%d_%d_%d = tanh(b%d_%d", point, layer, neuron, layer, neuron);
    for (int i = 0; i < widths[layer]; i++) {
        lk_buffer_printf(text, " + w%d_%d_%d*", layer, neuron, i);
        append_below(text, point, layer, i);
    }
    lk_buffer_append_text(text, ");\n");
}

// The sum of the squared errors.
static void append_loss(lk_buffer *text) {
    for (int point = 0; point < POINTS; point++)
        lk_buffer_printf(text, "%s(y%d_%d_0 - %g)**2", point == 0 ? "" : " + ", point, LAYERS - 1,
                         targets[point]);
    lk_buffer_append_text(text, "\n");
}

static void append_network(lk_buffer *text) {
    for (int point = 0; point < POINTS; point++)
        for (int layer = 0; layer < LAYERS; layer++)
            for (int neuron = 0; neuron < widths[layer + 1]; neuron++)
                append_neuron(text, point, layer, neuron);
    append_loss(text);
}

// ---- Learning -----------------------------------------------------------------------------------

static bool is_input(const lk_expression_node *node) { return strcmp(node->op, "input") == 0; }

// Between -1 and 1, the same in every run.
static void draw_weights(lk_expression *network) {
    lk_random random = lk_random_stream(42, LK_RANDOM_INIT, 0, 0);
    for (size_t i = 0; i < lk_expression_count(network); i++)
        if (is_input(lk_expression_at(network, i)))
            lk_expression_set(network, i, 2 * lk_random_uniform(&random) - 1);
}

static void descend(lk_expression *network, double learning_rate) {
    for (size_t i = 0; i < lk_expression_count(network); i++) {
        const lk_expression_node *node = lk_expression_at(network, i);
        if (is_input(node))
            lk_expression_set(network, i, node->value - learning_rate * node->gradient);
    }
}

static lk_status learn(lk_expression *network, int steps, double learning_rate) {
    for (int step = 0; step <= steps; step++) {
        LK_TRY(lk_expression_run(network));
        double loss = lk_expression_at(network, lk_expression_result(network))->value;
        printf("step %d: loss %.10f\n", step, loss);
        if (step < steps) descend(network, learning_rate);
    }
    return LK_OK;
}

static void print_weights(const lk_expression *network) {
    for (size_t i = 0; i < lk_expression_count(network); i++) {
        const lk_expression_node *node = lk_expression_at(network, i);
        if (is_input(node)) printf("%s=%.17g\n", node->name, node->value);
    }
}

// What the last neuron says of each point.
static void print_answers(const lk_expression *network) {
    for (size_t i = 0; i < lk_expression_count(network); i++) {
        const lk_expression_node *node = lk_expression_at(network, i);
        int point, layer;
        if (node->name && sscanf(node->name, "y%d_%d_0", &point, &layer) == 2 &&
            layer == LAYERS - 1)
            printf("point %d: %+.4f, wanted %+g\n", point, node->value, targets[point]);
    }
}

// ---- The program --------------------------------------------------------------------------------

static lk_status run(lk_context *context, const char *text, int count, char **words) {
    lk_expression *network;
    LK_TRY(lk_expression_new(context, &network, text, strlen(text)));
    draw_weights(network);
    lk_status status = LK_OK;
    if (count > 1 && strcmp(words[1], "--weights") == 0) {
        print_weights(network);
    } else {
        status = learn(network, count > 1 ? atoi(words[1]) : 20, count > 2 ? atof(words[2]) : .1);
        if (status == LK_OK) print_answers(network);
    }
    lk_expression_free(network);
    return status;
}

int main(int count, char **words) {
    lk_context *context;
    if (lk_context_new(&context, NULL) != LK_OK) return 71;
    lk_buffer text = lk_buffer_make(context);
    append_network(&text);
    lk_status status = lk_buffer_status(&text);
    if (status == LK_OK && count > 1 && strcmp(words[1], "--expression") == 0)
        fputs(lk_buffer_text(&text), stdout);
    else if (status == LK_OK)
        status = run(context, lk_buffer_text(&text), count, words);
    if (status != LK_OK) fprintf(stderr, "mlp: %s\n", lk_context_error(context).message);
    lk_buffer_free(&text);
    lk_context_free(context);
    return lk_status_exit_code(status);
}
