// Naive Bayes on random data against counting rows by hand, and against the same model as a network
// that is summed over by enumeration.
#include "likelore/learn.h"

#include "test_context.h"

#include <math.h>
#include <stdio.h>

enum { ROWS = 30, FEATURES = 4, VALUES = 3, CLASSES = 3 };

static lk_context *context;

typedef struct data {
    int rows, features;
    int cells[ROWS][FEATURES]; // -1: missing
    int classes[ROWS];
    double alpha, alpha_prior;
} data;

static void random_data(data *d, lk_random *random) {
    d->rows = 1 + (int)lk_random_below(random, ROWS);
    d->features = 1 + (int)lk_random_below(random, FEATURES);
    d->alpha = lk_random_below(random, 2) ? 0 : lk_random_uniform(random) * 2;
    d->alpha_prior = lk_random_below(random, 2) ? 0 : 1;
    for (int r = 0; r < d->rows; r++) {
        d->classes[r] = (int)lk_random_below(random, CLASSES);
        for (int f = 0; f < d->features; f++)
            d->cells[r][f] = lk_random_below(random, 6) ? (int)lk_random_below(random, VALUES) : -1;
    }
    for (int f = 0; f < d->features; f++) d->cells[0][f] = 0; // each column has a value
}

static void write_csv(lk_buffer *out, const data *d) {
    for (int f = 0; f < d->features; f++) lk_buffer_printf(out, "f%d;", f);
    lk_buffer_append_text(out, "y\n");
    for (int r = 0; r < d->rows; r++) {
        for (int f = 0; f < d->features; f++)
            if (d->cells[r][f] < 0)
                lk_buffer_append_text(out, "?;");
            else
                lk_buffer_printf(out, "v%d;", d->cells[r][f]);
        lk_buffer_printf(out, "c%d\n", d->classes[r]);
    }
}

static int count_rows(const data *d, int label, int f, int value) {
    int count = 0;
    for (int r = 0; r < d->rows; r++) {
        bool in_class = label < 0 || d->classes[r] == label;
        bool in_value = f < 0 || (value < 0 ? d->cells[r][f] >= 0 : d->cells[r][f] == value);
        count += in_class && in_value;
    }
    return count;
}

static int outcomes(const data *d, int f) {
    int count = 0;
    for (int v = 0; v < VALUES; v++) count += count_rows(d, -1, f, v) > 0;
    return count;
}

// P(class, row) by the definition; a row has the values of `row`, -1: missing.
static double joint(const data *d, int label, const int *row) {
    int seen = 0;
    for (int c = 0; c < CLASSES; c++) seen += count_rows(d, c, -1, -1) > 0;
    double p = (count_rows(d, label, -1, -1) + d->alpha_prior) / (d->rows + d->alpha_prior * seen);
    for (int f = 0; f < d->features; f++) {
        if (row[f] < 0) continue;
        double below = count_rows(d, label, f, -1) + d->alpha * outcomes(d, f);
        p *= below == 0 ? 1.0 / outcomes(d, f)
                        : (count_rows(d, label, f, row[f]) + d->alpha) / below;
    }
    return p;
}

static void query_network(const lk_network *network, const data *d, const int *row,
                          lk_query **query) {
    uint32_t observed[FEATURES], states[FEATURES], target;
    size_t count = 0;
    for (int f = 0; f < d->features; f++) {
        char name[16];
        if (row[f] < 0) continue;
        snprintf(name, sizeof name, "f%d", f);
        cr_assert(lk_network_find_variable(network, &observed[count], name) == LK_OK);
        snprintf(name, sizeof name, "v%d", row[f]);
        cr_assert(lk_network_find_state(network, &states[count], observed[count], name) == LK_OK);
        count++;
    }
    cr_assert(lk_network_find_variable(network, &target, "y") == LK_OK);
    lk_query_options options = {.engine = LK_ENGINE_ENUMERATION};
    cr_assert(lk_query_new(context, query, network, &target, 1, observed, count, &options) ==
              LK_OK);
    for (size_t i = 0; i < count; i++)
        cr_assert(lk_query_set_evidence(*query, i, states[i]) == LK_OK);
}

static void random_row(const data *d, lk_random *random, int *row) {
    for (int f = 0; f < d->features; f++) {
        do row[f] = (int)lk_random_below(random, VALUES + 1) - 1;
        while (row[f] >= 0 && count_rows(d, -1, f, row[f]) == 0);
    }
}

static lk_status ask(lk_naive_case *c, const data *d, const int *row) {
    lk_naive_case_clear(c);
    for (int f = 0; f < d->features; f++) {
        char text[32];
        if (row[f] < 0) continue;
        snprintf(text, sizeof text, "f%d=v%d", f, row[f]);
        cr_assert(lk_naive_case_add_text(c, text) == LK_OK);
    }
    return lk_naive_case_run(c);
}

// Returns whether the row was possible.
static bool check_row(const lk_naive *model, const lk_network *network, lk_naive_case *c,
                      const data *d, const int *row) {
    double p[CLASSES], sum = 0;
    for (int label = 0; label < CLASSES; label++) {
        p[label] = count_rows(d, label, -1, -1) ? joint(d, label, row) : 0;
        sum += p[label];
    }
    lk_query *query;
    query_network(network, d, row, &query);
    lk_status status = ask(c, d, row), network_status = lk_query_run(query);
    cr_assert(status == network_status);
    cr_assert(status == (sum > 0 ? LK_OK : LK_ERROR_IMPOSSIBLE));
    for (uint32_t i = 0; status == LK_OK && i < lk_naive_class_count(model); i++) {
        int label = lk_naive_class_name(model, i)[1] - '0';
        double posterior = lk_naive_case_posterior(c)[i];
        cr_assert(fabs(posterior - p[label] / sum) < 1e-14);
        cr_assert(fabs(posterior - lk_query_posterior(query, 0)[i]) < 1e-14);
    }
    lk_query_free(query);
    return status == LK_OK;
}

static int check_data(const data *d, lk_random *random) {
    lk_buffer text = lk_buffer_make(context);
    write_csv(&text, d);
    lk_csv *table;
    cr_assert(lk_csv_new(context, &table, text.data, text.length, NULL, NULL) == LK_OK);
    lk_naive_options options = {
        .class_column = "y", .alpha = d->alpha, .alpha_prior = d->alpha_prior};
    lk_naive *model;
    cr_assert(lk_naive_train(context, &model, table, &options) == LK_OK);
    lk_network *network;
    cr_assert(lk_naive_to_network(model, &network) == LK_OK);
    lk_naive_case *c;
    cr_assert(lk_naive_case_new(context, &c, model, false) == LK_OK);
    int possible = 0;
    for (int i = 0; i < 5; i++) {
        int row[FEATURES];
        random_row(d, random, row);
        possible += check_row(model, network, c, d, row);
    }
    lk_naive_case_free(c);
    lk_network_free(network);
    lk_naive_free(model);
    lk_csv_free(table);
    lk_buffer_free(&text);
    return possible;
}

Test(naive_random, equals_counting_and_the_network_on_500_random_tables) {
    context = make_context();
    int possible = 0;
    for (uint32_t i = 0; i < 500; i++) {
        lk_random random = lk_random_stream(6, LK_RANDOM_TEST, i, 0);
        data d;
        random_data(&d, &random);
        possible += check_data(&d, &random);
    }
    cr_assert(possible > 1500 && possible < 2500, "%d possible", possible);
    free_context(context);
}

// The lines of a summary with what speaks for a class, at most `most` for each class.
static void append_speakers(lk_buffer *out, const char *summary, size_t most) {
    size_t of_class = 0;
    while (*summary) {
        size_t length = strcspn(summary, "\n");
        bool speaks = strncmp(summary, "  ", 2) == 0;
        of_class = speaks ? of_class + 1 : 0;
        if (speaks && of_class <= most) lk_buffer_append(out, summary, length + 1);
        summary += length + (summary[length] == '\n');
    }
}

Test(naive_random, those_that_speak_most_are_the_first_of_all_that_speak) {
    context = make_context();
    lk_random random = lk_random_stream(7, LK_RANDOM_TEST, 0, 0);
    lk_buffer table = lk_buffer_make(context);
    lk_buffer_append_text(&table, "a,b,y\n");
    for (int row = 0; row < 400; row++)
        lk_buffer_printf(&table, "a%u,b%u,y%u\n", (unsigned)lk_random_below(&random, 40),
                         (unsigned)lk_random_below(&random, 9),
                         (unsigned)lk_random_below(&random, 5));
    lk_csv *rows;
    lk_naive *model;
    cr_assert(lk_csv_new(context, &rows, table.data, table.length, NULL, NULL) == LK_OK);
    cr_assert(lk_naive_train(context, &model, rows, &(lk_naive_options){.class_column = "y"}) ==
              LK_OK);
    lk_buffer all = lk_buffer_make(context);
    cr_assert(lk_naive_to_text(&all, model, SIZE_MAX, LK_ENGLISH) == LK_OK);
    for (size_t most = 0; most < 30; most++) {
        lk_buffer some = lk_buffer_make(context), expected = lk_buffer_make(context),
                  found = lk_buffer_make(context);
        cr_assert(lk_naive_to_text(&some, model, most, LK_ENGLISH) == LK_OK);
        append_speakers(&found, lk_buffer_text(&some), SIZE_MAX);
        append_speakers(&expected, lk_buffer_text(&all), most);
        cr_assert_str_eq(lk_buffer_text(&found), lk_buffer_text(&expected));
        cr_assert((found.length == 0) == (most == 0));
        lk_buffer_free(&found);
        lk_buffer_free(&expected);
        lk_buffer_free(&some);
    }
    lk_buffer_free(&all);
    lk_buffer_free(&table);
    lk_naive_free(model);
    lk_csv_free(rows);
    free_context(context);
}
