// Tables: read to their end, learned from by naive Bayes, and as cases of a network.
#include "fuzz.h"

static void train(lk_context *context, lk_csv *table, lk_naive_kind kind) {
    lk_naive *model, *again;
    lk_naive_options options = {
        .kind = kind, .class_column = lk_csv_column_name(table, 0), .alpha = 1};
    lk_csv_rewind(table);
    if (fuzz_expect(lk_naive_train(context, &model, table, &options)) != LK_OK) return;
    lk_buffer text = lk_buffer_make(context);
    fuzz_must(lk_naive_to_json(&text, model));
    fuzz_must(lk_naive_read(context, &again, text.data, text.length, NULL));
    lk_naive_free(again);
    lk_buffer_free(&text);
    lk_naive_free(model);
}

static void read_cases(lk_context *context, lk_csv *table) {
    lk_network *network = fuzz_network(context);
    lk_cases *cases;
    lk_csv_rewind(table);
    if (fuzz_expect(lk_cases_read(context, &cases, network, table, false)) == LK_OK)
        lk_cases_free(cases);
    lk_network_free(network);
}

void fuzz_use(lk_context *context, const char *bytes, size_t length) {
    lk_csv *table;
    if (fuzz_expect(lk_csv_new(context, &table, bytes, length, "fuzz", NULL)) != LK_OK) return;
    lk_status status = LK_OK;
    for (bool more = true; more && status == LK_OK;)
        status = fuzz_expect(lk_csv_next(table, &more));
    for (int kind = LK_NAIVE_CATEGORICAL; status == LK_OK && kind <= LK_NAIVE_MULTINOMIAL; kind++)
        train(context, table, (lk_naive_kind)kind);
    read_cases(context, table);
    lk_csv_free(table);
}
