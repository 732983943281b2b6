// Expressions and their gradients, through the public header: in a library that has the float build
// of the tape as well.
#include "likelore/grad.h"
#include "likelore/json.h"

#include "test_context.h"
#include "xml_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static lk_expression *parse(lk_context *context, const char *text) {
    lk_expression *e = NULL;
    lk_status status = lk_expression_new(context, &e, text, strlen(text));
    cr_assert(status == LK_OK, "%s: %s", text, lk_context_error(context).message);
    return e;
}

static size_t input(const lk_expression *e, const char *name) {
    size_t index = 0;
    cr_assert(lk_expression_find(e, &index, name) == LK_OK, "there is no input %s", name);
    return index;
}

static void set(lk_expression *e, const char *name, double value) {
    lk_expression_set(e, input(e, name), value);
}

static double result(lk_expression *e) {
    cr_assert(lk_expression_run(e) == LK_OK);
    return lk_expression_at(e, lk_expression_result(e))->value;
}

static double gradient(const lk_expression *e, const char *name) {
    return lk_expression_at(e, input(e, name))->gradient;
}

static void expect_near(double got, double expected, double tolerance, const char *what) {
    cr_assert(fabs(got - expected) <= tolerance * fmax(1, fabs(expected)), "%s: %.17g, not %.17g",
              what, got, expected);
}

// ---- Examples of others -------------------------------------------------------------------------

Test(expression, of_the_neuron_of_micrograd) {
    lk_context *context = make_context();
    lk_expression *e = parse(context, "tanh(x1*w1 + x2*w2 + b)");
    set(e, "x1", 2), set(e, "x2", 0), set(e, "w1", -3), set(e, "w2", 1);
    set(e, "b", 6.8813735870195432);
    cr_assert(result(e) == 0.7071067811865476, "%.17g", result(e));
    expect_near(gradient(e, "x1"), -1.5, 1e-15, "x1");
    expect_near(gradient(e, "w1"), 1, 1e-15, "w1");
    expect_near(gradient(e, "x2"), .5, 1e-15, "x2");
    expect_near(gradient(e, "w2"), 0, 0, "w2");
    expect_near(gradient(e, "b"), .5, 1e-15, "b");
    lk_expression_free(e);
    free_context(context);
}

Test(expression, of_the_readme_of_micrograd) {
    lk_context *context = make_context();
    lk_expression *e = parse(context, "c = a + b; d = a*b + b**3; c1 = c + c + 1;\n"
                                      "c2 = c1 + 1 + c1 + (-a); d1 = d + d*2 + relu(b + a);\n"
                                      "d2 = d1 + 3*d1 + relu(b - a); e = c2 - d2; f = e**2;\n"
                                      "g = f/2.0; g + 10.0/f");
    set(e, "a", -4), set(e, "b", 2);
    expect_near(result(e), 24.70408163265306, 1e-15, "g");
    expect_near(gradient(e, "a"), 138.83381924198252, 1e-15, "a");
    expect_near(gradient(e, "b"), 645.5772594752186, 1e-15, "b");
    bool agrees;
    cr_assert(lk_expression_check(e, &agrees) == LK_OK && agrees);
    lk_expression_free(e);
    free_context(context);
}

// ---- Values -------------------------------------------------------------------------------------

static void expect_value(const char *text, double x, double expected) {
    lk_context *context = make_context();
    lk_expression *e = parse(context, text);
    size_t index;
    if (lk_expression_find(e, &index, "x") == LK_OK) lk_expression_set(e, index, x);
    double got = result(e);
    bool same = got == expected || (isnan(got) && isnan(expected)) ||
                fabs(got - expected) <= 4e-16 * fabs(expected);
    cr_assert(same, "%s is %.17g, not %.17g", text, got, expected);
    lk_expression_free(e);
    free_context(context);
}

Test(expression, follows_the_order_of_operations) {
    expect_value("1 + 2*3", 0, 7);
    expect_value("(1 + 2)*3", 0, 9);
    expect_value("8 - 4 - 2", 0, 2);
    expect_value("8/4/2", 0, 1);
    expect_value("8/4*2", 0, 4);
    expect_value("2**3**2", 0, 512);
    expect_value("2^3^2", 0, 512);
    expect_value("-x**2", 3, -9);
    expect_value("(-x)**2", 3, 9);
    expect_value("2**-1", 0, .5);
    expect_value("2*-x", 3, -6);
    expect_value("--x", 3, 3);
    expect_value("+x - -x", 3, 6);
    expect_value("5 - x*2**2", 3, -7);
    expect_value(".5 + 1. + 1e2 + 2E-1", 0, 101.7);
}

Test(expression, knows_its_functions) {
    expect_value("exp(x)", .7, exp(.7));
    expect_value("log(x)", .7, log(.7));
    expect_value("tanh(x)", .7, tanh(.7));
    expect_value("sigmoid(x)", .7, 1 / (1 + exp(-.7)));
    expect_value("relu(x)", -.7, 0);
    expect_value("relu(x)", .7, .7);
    expect_value("silu(x)", .7, .7 / (1 + exp(-.7)));
    expect_value("gelu(x)", .7, .35 * (1 + erf(.7 * sqrt(.5))));
    expect_value("sqrt(x)", 9, 3);
    expect_value("sqrt(x)", 2, sqrt(2));
}

Test(expression, has_the_values_of_ieee_where_there_are_no_others) {
    expect_value("tanh(x)", 1000, 1);
    expect_value("tanh(x)", -1000, -1);
    expect_value("1/x", 0, INFINITY);
    expect_value("log(x)", 0, -INFINITY);
    expect_value("log(x)", -1, NAN);
    expect_value("sqrt(x)", -1, NAN);
    expect_value("x - x/0*0", 0, NAN);
    expect_value("exp(x)", 1000, INFINITY);
}

Test(expression, names_values_and_uses_them_again) {
    expect_value("a = x*x; b = a + 1; b*a", 2, 20);
    expect_value("a = x*x;; b = a + 1;", 2, 5);
    expect_value("\n a = x\n * x ;\n\t a", 3, 9);
    expect_value("θ₂ = x; größe_1 = θ₂ + 1; größe_1", 3, 4);
}

// ---- Gradients against forward differentiation --------------------------------------------------

// A value with its derivatives by two inputs, by the rules of the sum, product and chain.
typedef struct dual {
    double value, by[2];
} dual;

static dual chain(dual x, double value, double slope) {
    return (dual){value, {slope * x.by[0], slope * x.by[1]}};
}

static dual join(dual a, dual b, double value, double by_a, double by_b) {
    return (dual){value, {by_a * a.by[0] + by_b * b.by[0], by_a * a.by[1] + by_b * b.by[1]}};
}

typedef struct writer {
    char text[4096];
    size_t length;
    lk_random random;
} writer;

static void write(writer *w, const char *text) {
    size_t length = strlen(text);
    cr_assert(w->length + length < sizeof w->text);
    memcpy(w->text + w->length, text, length + 1);
    w->length += length;
}

static const double at[2] = {.8, -.6};

static dual random_expression(writer *w, int depth);

static dual random_atom(writer *w) {
    uint64_t kind = lk_random_below(&w->random, 3);
    if (kind == 2) {
        write(w, "1.25");
        return (dual){1.25, {0, 0}};
    }
    write(w, kind == 0 ? "x" : "y");
    return (dual){at[kind], {kind == 0, kind == 1}};
}

static dual random_call(writer *w, int depth) {
    static const char *const names[] = {"tanh(", "sigmoid(", "exp(0.3*", "log(2 + ", "-("};
    uint64_t kind = lk_random_below(&w->random, 5);
    write(w, names[kind]);
    if (kind == 2) write(w, "tanh(");
    if (kind == 3) write(w, "tanh(");
    dual x = random_expression(w, depth - 1);
    write(w, kind == 2 || kind == 3 ? "))" : ")");
    double t = tanh(x.value), s = 1 / (1 + exp(-x.value)), slope = 1 - t * t;
    switch (kind) {
    case 0:
        return chain(x, t, slope);
    case 1:
        return chain(x, s, s * (1 - s));
    case 2:
        return chain(x, exp(.3 * t), .3 * exp(.3 * t) * slope);
    case 3:
        return chain(x, log(2 + t), slope / (2 + t));
    default:
        return chain(x, -x.value, -1);
    }
}

// (a) + (b), a divided by 2 + b², (a)² …
static dual random_pair(writer *w, int depth) {
    static const char *const between[] = {") + (", ") - (", ")*(", ")/(2 + (", ")**2*("};
    uint64_t kind = lk_random_below(&w->random, 5);
    write(w, "(");
    dual a = random_expression(w, depth - 1);
    write(w, between[kind]);
    dual b = random_expression(w, depth - 1);
    write(w, kind == 3 ? ")**2)" : ")");
    double divisor = 2 + b.value * b.value, square = a.value * a.value;
    switch (kind) {
    case 0:
        return join(a, b, a.value + b.value, 1, 1);
    case 1:
        return join(a, b, a.value - b.value, 1, -1);
    case 2:
        return join(a, b, a.value * b.value, b.value, a.value);
    case 3:
        return join(a, b, a.value / divisor, 1 / divisor,
                    -a.value / (divisor * divisor) * 2 * b.value);
    default:
        return join(a, b, square * b.value, 2 * a.value * b.value, square);
    }
}

static dual random_expression(writer *w, int depth) {
    uint64_t kind = depth == 0 ? 0 : lk_random_below(&w->random, 4);
    if (kind == 0) return random_atom(w);
    return kind == 1 ? random_call(w, depth) : random_pair(w, depth);
}

Test(expression, has_the_gradients_of_forward_differentiation) {
    lk_context *context = make_context();
    for (uint32_t i = 0; i < 500; i++) {
        writer w = {.random = lk_random_stream(3, LK_RANDOM_TEST, 0, i)};
        dual expected = random_expression(&w, 6);
        lk_expression *e = parse(context, w.text);
        for (int j = 0; j < 2; j++) {
            size_t index;
            bool used = lk_expression_find(e, &index, j == 0 ? "x" : "y") == LK_OK;
            if (used) lk_expression_set(e, index, at[j]);
        }
        expect_near(result(e), expected.value, 1e-13, w.text);
        for (int j = 0; j < 2; j++) {
            size_t index;
            if (lk_expression_find(e, &index, j == 0 ? "x" : "y") == LK_OK)
                expect_near(lk_expression_at(e, index)->gradient, expected.by[j], 1e-12, w.text);
        }
        lk_expression_free(e);
    }
    free_context(context);
}

Test(expression, gives_every_value_its_gradient) {
    lk_context *context = make_context();
    lk_expression *e = parse(context, "a = x*x; b = 3*a; unused = exp(b); c = a + b; c*2 - c");
    set(e, "x", 5);
    cr_assert(result(e) == 100);
    const struct {
        const char *name;
        double gradient;
    } expected[] = {{"x", 40}, {"a", 4}, {"b", 1}, {"c", 1}, {"unused", 0}};
    size_t found = 0;
    for (size_t i = 0; i < lk_expression_count(e); i++)
        for (size_t j = 0; j < sizeof expected / sizeof expected[0]; j++) {
            const lk_expression_node *node = lk_expression_at(e, i);
            if (!node->name || strcmp(node->name, expected[j].name) != 0) continue;
            expect_near(node->gradient, expected[j].gradient, 0, node->name);
            found++;
        }
    cr_assert(found == 5);
    lk_expression_free(e);
    free_context(context);
}

// Constants have no gradient, not even those that are computed.
Test(expression, knows_what_is_constant) {
    lk_context *context = make_context();
    lk_expression *e = parse(context, "c = 2*-3; x*c + x**-2");
    set(e, "x", 2);
    cr_assert(result(e) == -11.75);
    expect_near(gradient(e, "x"), -6.25, 1e-15, "x");
    bool agrees;
    cr_assert(lk_expression_check(e, &agrees) == LK_OK && agrees);
    const char *ops[] = {"number",   "number", "multiply", "input",
                         "multiply", "number", "power",    "add"};
    const double gradients[] = {0, 0, 0, -6.25, 1, 0, 1, 1};
    cr_assert(lk_expression_count(e) == 8);
    for (size_t i = 0; i < 8; i++) {
        cr_assert(strcmp(lk_expression_at(e, i)->op, ops[i]) == 0);
        cr_assert(lk_expression_at(e, i)->gradient == gradients[i]);
    }
    lk_expression_free(e);
    free_context(context);
}

Test(expression, tells_gradients_that_differences_do_not_confirm) {
    lk_context *context = make_context();
    lk_expression *e = parse(context, "relu(x) + y*y");
    bool agrees;
    set(e, "x", 0), set(e, "y", 2);
    cr_assert(result(e) == 4);
    cr_assert(lk_expression_check(e, &agrees) == LK_OK && !agrees, "a kink has no derivative");
    cr_assert(!lk_expression_at(e, input(e, "x"))->agrees);
    cr_assert(lk_expression_at(e, input(e, "y"))->agrees);
    set(e, "x", 1e-3);
    cr_assert(result(e) == 4.001);
    cr_assert(lk_expression_check(e, &agrees) == LK_OK && agrees);
    lk_expression_free(e);
    free_context(context);
}

Test(expression, is_checked_at_every_scale) {
    lk_context *context = make_context();
    const double scales[] = {1e-9, 1e-3, 1, 1e4};
    for (int i = 0; i < 4; i++) {
        lk_expression *e = parse(context, "log(x) + x + 1/(1 + x)");
        bool agrees;
        set(e, "x", scales[i]);
        result(e);
        cr_assert(lk_expression_check(e, &agrees) == LK_OK && agrees, "at %g", scales[i]);
        lk_expression_free(e);
    }
    free_context(context);
}

// ---- Size ---------------------------------------------------------------------------------------

static char *repeated(const char *part, size_t count, const char *end) {
    size_t length = strlen(part);
    char *text = malloc(length * count + strlen(end) + 1);
    for (size_t i = 0; i < count; i++) memcpy(text + i * length, part, length);
    strcpy(text + length * count, end);
    return text;
}

Test(expression, walks_a_chain_of_100000_operations) {
    lk_context *context = make_context();
    char *text = repeated("x + ", 100000, "x");
    lk_expression *e = parse(context, text);
    set(e, "x", .25);
    cr_assert(result(e) == 25000.25);
    cr_assert(gradient(e, "x") == 100001);
    cr_assert(lk_expression_count(e) == 100001);
    lk_expression_free(e);
    free(text);
    free_context(context);
}

static void expect_too_deep(const char *opening, const char *closing) {
    lk_context *context = make_context();
    for (size_t depth = 150; depth <= 100150; depth += 100000) {
        char *open = repeated(opening, depth, "x"), *close = repeated(closing, depth, "");
        char *text = malloc(strlen(open) + strlen(close) + 1);
        strcat(strcpy(text, open), close);
        lk_expression *e = NULL;
        lk_status status = lk_expression_new(context, &e, text, strlen(text));
        if (depth == 150) {
            cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
        } else {
            expect_failure(context, status, LK_ERROR_LIMIT, "deeper than 200 levels");
            cr_assert(e == NULL);
        }
        lk_expression_free(e);
        free(open), free(close), free(text);
    }
    free_context(context);
}

Test(expression, refuses_what_is_nested_too_deeply) {
    expect_too_deep("(", ")");
    expect_too_deep("-", "");
    expect_too_deep("x**", "");
    expect_too_deep("tanh(", ")");
}

Test(expression, runs_again_without_allocating) {
    lk_context *context = make_context();
    lk_expression *e = parse(context, "n = x*w + b; tanh(n) - sqrt(n)/n + n**2");
    set(e, "x", 2), set(e, "w", 3), set(e, "b", 4);
    double first = result(e);
    uint64_t allocations = lk_context_memory_usage(context).allocations;
    for (int i = 0; i < 10; i++) cr_assert(result(e) == first);
    cr_assert(lk_context_memory_usage(context).allocations == allocations);
    lk_expression_free(e);
    free_context(context);
}

static lk_status all_of_it(lk_context *context) {
    static const char text[] = "a = x*y; b = tanh(a) + sqrt(y)/2; b**2 - a";
    lk_expression *e;
    LK_TRY(lk_expression_new(context, &e, text, strlen(text)));
    lk_buffer out = lk_buffer_make(context);
    bool agrees;
    set(e, "x", 2), set(e, "y", 3);
    lk_status status = lk_expression_run(e);
    if (status == LK_OK) status = lk_expression_check(e, &agrees);
    if (status == LK_OK) status = lk_expression_to_json(&out, e);
    if (status == LK_OK) status = lk_expression_to_svg(&out, e);
    if (status == LK_OK) lk_expression_to_text(&out, e);
    if (status == LK_OK) lk_expression_to_dot(&out, e);
    if (status == LK_OK) status = lk_buffer_status(&out);
    lk_buffer_free(&out);
    lk_expression_free(e);
    return status;
}

Test(expression, gives_everything_back_wherever_memory_runs_out) {
    lk_context *context = make_context();
    uint64_t live = lk_context_memory_usage(context).live_bytes;
    lk_status status = LK_ERROR_MEMORY;
    int failures = 0;
    for (uint64_t k = 1; status != LK_OK; k++) {
        lk_context_fail_allocation(context, k);
        status = all_of_it(context);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        failures += status != LK_OK;
    }
    lk_context_fail_allocation(context, 0);
    cr_assert(failures > 10, "%d", failures);
    cr_assert(lk_context_memory_usage(context).live_bytes >= live);
    free_context(context);
}

// ---- Mistakes -----------------------------------------------------------------------------------

static void expect_refusal(const char *text, lk_status expected, int64_t line, int64_t column,
                           const char *words) {
    lk_context *context = make_context();
    lk_expression *e = (void *)context;
    lk_status status = lk_expression_new(context, &e, text, strlen(text));
    expect_failure(context, status, expected, words);
    lk_location location = lk_context_error(context).location;
    cr_assert(location.line == line && location.column == column, "%s: line %lld, column %lld",
              text, (long long)location.line, (long long)location.column);
    cr_assert(e == NULL);
    free_context(context);
}

Test(expression, says_where_a_text_is_wrong_and_what_it_expected) {
    const lk_status syntax = LK_ERROR_SYNTAX;
    expect_refusal("", syntax, 1, 1, "expected an expression, found the end");
    expect_refusal(" ; ;", syntax, 1, 5, "expected an expression");
    expect_refusal("x +", syntax, 1, 4, "expected a number, a name, a function or '('");
    expect_refusal("(x", syntax, 1, 3, "expected an operator or ')', found the end");
    expect_refusal("x)", syntax, 1, 2, "expected an operator or ';', found ')'");
    expect_refusal("2 x", syntax, 1, 3, "expected an operator or ';', found 'x'");
    expect_refusal("ä*€", syntax, 1, 3, "the character '€' has no meaning here");
    expect_refusal("a = 1;\n b = ?", syntax, 2, 6, "the character '?'");
    expect_refusal("x\xff", syntax, 1, 2, "has no meaning here");
    expect_refusal("1.2.3", syntax, 1, 1, "expected a number, found '1.2.3'");
    expect_refusal("1e999", syntax, 1, 1, "that a double can hold");
    expect_refusal("a = x; a = y", syntax, 1, 8, "'a' already stands for a value");
    expect_refusal("x*y; x = 2", syntax, 1, 6, "'x' already stands for a value");
    expect_refusal("a = b = 2", syntax, 1, 7, "found '='");
    expect_refusal("tanh x", syntax, 1, 6, "expected '(' after the name of a function");
    expect_refusal("tanh = 1", syntax, 1, 6, "expected '(' after the name of a function");
    expect_refusal("3 = x", syntax, 1, 3, "found '='");
    expect_refusal("x + tahn(y)", LK_ERROR_UNKNOWN_NAME, 1, 5, "did you mean 'tanh'?");
    expect_refusal("x + arcosh(y)", LK_ERROR_UNKNOWN_NAME, 1, 5, "there are exp, log, tanh");
}

Test(expression, says_which_inputs_there_are_and_which_have_no_value) {
    lk_context *context = make_context();
    lk_expression *e = parse(context, "height = width*2; height + depth");
    size_t index = 77;
    expect_failure(context, lk_expression_run(e), LK_ERROR_USAGE, "'width' has no value");
    lk_status unknown = LK_ERROR_UNKNOWN_NAME;
    expect_failure(context, lk_expression_find(e, &index, "widht"), unknown, "mean 'width'?");
    expect_failure(context, lk_expression_find(e, &index, "dept"), unknown, "mean 'depth'?");
    expect_failure(context, lk_expression_find(e, &index, "height"), unknown, "is computed by");
    expect_failure(context, lk_expression_find(e, &index, "q"), unknown, "no input 'q'");
    cr_assert(index == 77);
    lk_expression_free(e);
    free_context(context);
}

// ---- What is written ----------------------------------------------------------------------------

Test(expression, is_written_as_json) {
    lk_context *context = make_context();
    lk_expression *e = parse(context, "y = 2*x; 1/y");
    lk_buffer out = lk_buffer_make(context);
    set(e, "x", 0);
    result(e);
    cr_assert(lk_expression_to_json(&out, e) == LK_OK);
    static const char expected[] =
        "{\"version\":1,\"value\":null,\"result\":4,\"nodes\":["
        "{\"id\":0,\"op\":\"number\",\"inputs\":[],\"value\":2,\"gradient\":0},"
        "{\"id\":1,\"op\":\"input\",\"name\":\"x\",\"inputs\":[],\"value\":0,\"gradient\":null},"
        "{\"id\":2,\"op\":\"multiply\",\"name\":\"y\",\"inputs\":[0,1],\"value\":0,"
        "\"gradient\":null},"
        "{\"id\":3,\"op\":\"number\",\"inputs\":[],\"value\":1,\"gradient\":0},"
        "{\"id\":4,\"op\":\"divide\",\"inputs\":[3,2],\"value\":null,\"gradient\":1}]}";
    cr_assert(strcmp(lk_buffer_text(&out), expected) == 0, "%s", lk_buffer_text(&out));
    lk_buffer_free(&out);
    lk_expression_free(e);
    free_context(context);
}

Test(expression, is_drawn_as_well_formed_svg) {
    lk_context *context = make_context();
    lk_expression *e = parse(context, "größe = x*x; größe**2 + tanh(x) - 1; a = 3*größe; a + x");
    lk_buffer out = lk_buffer_make(context);
    set(e, "x", 2);
    result(e);
    cr_assert(lk_expression_to_svg(&out, e) == LK_OK);
    cr_assert(check_xml(lk_buffer_text(&out)) > 20);
    cr_assert(strstr(lk_buffer_text(&out), "größe | data 4.0000 | grad 3.0000"));
    lk_buffer_free(&out);
    lk_expression_free(e);
    free_context(context);
}
