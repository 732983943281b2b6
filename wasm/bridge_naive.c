// Naive Bayes classifiers for JavaScript.
#include "bridge_table.h"
#include "bridge_work.h"

#include "likelore/learn.h"

#include <stdlib.h>
#include <string.h>

// ---- Training -------------------------------------------------------------------------------

typedef struct training_work {
    lk_work work;
    const char **ignored;
    lk_naive_trainer *trainer;
} training_work;

static void end_training(void *work) {
    training_work *t = work;
    lk_naive_trainer_free(t->trainer);
    free(t->ignored);
}

static lk_status read_kind(lk_bridge *bridge, const lk_json *document, lk_naive_options *options) {
    const char *fallback = options->text_column ? "multinomial" : "categorical", *known;
    const char *name = lk_json_string(lk_json_get(document, "model"), fallback);
    for (size_t i = 0; (known = lk_naive_kind_name(i)) != NULL; i++) {
        if (strcmp(known, name) != 0) continue;
        options->kind = (lk_naive_kind)i;
        return LK_OK;
    }
    return lk_bridge_fail(
        bridge, LK_ERROR_USAGE,
        "there is no model '%s'; there are categorical, bernoulli and multinomial", name);
}

static lk_status read_ignored(training_work *t, lk_naive_options *options) {
    const lk_json *list = lk_json_get(t->work.request.document, "ignore");
    if (options->text_column && lk_json_first(list))
        return lk_bridge_fail(t->work.bridge, LK_ERROR_USAGE,
                              "of texts no other column is a feature; leave ignore out");
    t->ignored = calloc(lk_json_count(list) + 1, sizeof *t->ignored);
    if (!t->ignored) return LK_ERROR_MEMORY;
    for (const lk_json *name = lk_json_first(list); name; name = lk_json_next(name))
        t->ignored[options->ignored_count++] = lk_json_string(name, "");
    options->ignored = t->ignored;
    return LK_OK;
}

static lk_status read_options(training_work *t, lk_naive_options *options) {
    lk_bridge *bridge = t->work.bridge;
    const lk_json *document = t->work.request.document;
    options->class_column = lk_json_string(lk_json_get(document, "class"), NULL);
    options->text_column = lk_json_string(lk_json_get(document, "text"), NULL);
    if (!options->class_column)
        return lk_bridge_fail(bridge, LK_ERROR_USAGE, "which column is the class? name it");
    bool limits = lk_json_get(document, "min_texts") || lk_json_get(document, "max_words");
    if (limits && !options->text_column)
        return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                              "min_texts and max_words choose words; they need a column of texts");
    LK_TRY(lk_request_number(bridge, document, "alpha", &options->alpha, 0, 1e9));
    LK_TRY(lk_request_number(bridge, document, "alpha_prior", &options->alpha_prior, 0, 1e9));
    LK_TRY(lk_request_whole(bridge, document, "min_texts", &options->least_texts, 1, UINT32_MAX));
    LK_TRY(lk_request_whole(bridge, document, "max_words", &options->most_words, 1, UINT32_MAX));
    LK_TRY(read_ignored(t, options));
    return read_kind(bridge, document, options);
}

static lk_status begin_training(void *work) {
    training_work *t = work;
    lk_naive_options options = {0};
    LK_TRY(read_options(t, &options));
    return lk_naive_trainer_new(t->work.bridge->context, &t->trainer, t->work.table, &options);
}

static const lk_work_kind training_kind = {sizeof(training_work), begin_training, end_training};

// Begins `likelore nb train`: {"class","model","text","ignore":[…],"alpha","alpha_prior",
// "min_texts","max_words"} and the members of bridge_table.h, all but the class optional.
LK_EXPORT lk_status lk_bridge_training_open(lk_bridge *bridge, lk_work **made, const char *text,
                                            size_t text_length, const uint8_t *bytes,
                                            size_t length) {
    lk_work_input input = {NULL, text, text_length, bytes, length, true};
    return lk_work_open(bridge, made, &training_kind, &input);
}

LK_EXPORT void lk_bridge_training_free(lk_work *work) { lk_work_close(work); }

// Counts about a mebibyte of the table: {"share": from 0 to 1,"done"}.
LK_EXPORT lk_status lk_bridge_training_next(lk_bridge *bridge, lk_work *work) {
    training_work *t = (training_work *)work;
    lk_naive_progress progress;
    LK_TRY(lk_naive_trainer_next(t->trainer, &progress));
    lk_json_writer *writer = bridge->writer;
    lk_json_begin_object(writer, NULL);
    lk_json_add_number(writer, "share", progress.share);
    lk_json_add_bool(writer, "done", progress.done);
    lk_json_end(writer);
    return lk_bridge_answer(bridge);
}

// The model, when it is done.
LK_EXPORT lk_status lk_bridge_training_take(lk_bridge *bridge, lk_naive **model, lk_work *work) {
    *model = lk_naive_trainer_take(((training_work *)work)->trainer);
    if (*model) return LK_OK;
    return lk_bridge_fail(bridge, LK_ERROR_USAGE, "the training is not done");
}

// ---- Models ---------------------------------------------------------------------------------

LK_EXPORT lk_status lk_bridge_naive_open(lk_bridge *bridge, lk_naive **model, const char *text,
                                         size_t length, const char *file_name) {
    return lk_naive_read(bridge->context, model, text, length, file_name);
}

LK_EXPORT void lk_bridge_naive_free(lk_naive *model) { lk_naive_free(model); }

// What `likelore nb train` prints.
LK_EXPORT lk_status lk_bridge_naive_write(lk_bridge *bridge, const lk_naive *model) {
    lk_buffer_clear(&bridge->output);
    return lk_naive_to_json(&bridge->output, model);
}

// What `likelore nb info --top MOST` prints, as JSON or as text in a language: "en" or "zh".
LK_EXPORT lk_status lk_bridge_naive_info(lk_bridge *bridge, const lk_naive *model, uint32_t most,
                                         bool json, const char *tag) {
    lk_language language;
    lk_buffer_clear(&bridge->output);
    LK_TRY(lk_request_language(bridge, &language, tag));
    if (json) return lk_naive_summary_to_json(&bridge->output, model, most);
    return lk_naive_to_text(&bridge->output, model, most, language);
}

LK_EXPORT lk_status lk_bridge_naive_network(lk_bridge *bridge, lk_network **network,
                                            const lk_naive *model) {
    (void)bridge;
    return lk_naive_to_network(model, network);
}

// ---- Answers --------------------------------------------------------------------------------

static lk_status read_unseen(lk_bridge *bridge, const lk_json *document, bool *ignore) {
    const char *rule = lk_json_string(lk_json_get(document, "unseen"), "error");
    *ignore = strcmp(rule, "ignore") == 0;
    if (*ignore || strcmp(rule, "error") == 0) return LK_OK;
    return lk_bridge_fail(bridge, LK_ERROR_USAGE, "unseen is error or ignore, not '%s'", rule);
}

// "json" is the document; "text" is the arithmetic written out.
static lk_status append_case(lk_bridge *bridge, const lk_json *document, const lk_naive_case *c) {
    const char *format = lk_json_string(lk_json_get(document, "format"), "json");
    bool exact = lk_json_bool(lk_json_get(document, "exact"), false);
    bool explained = lk_json_bool(lk_json_get(document, "explain"), false);
    lk_buffer *out = &bridge->output;
    if (strcmp(format, "json") == 0) return lk_naive_case_to_json(out, c, explained, exact);
    lk_language language;
    const char *tag = lk_json_string(lk_json_get(document, "language"), "en");
    LK_TRY(lk_request_language(bridge, &language, tag));
    LK_TRY(lk_naive_case_to_text(out, c, language));
    return exact ? lk_naive_case_fractions_to_text(out, c) : LK_OK;
}

static lk_status set_row(lk_naive_case *c, const lk_json *document) {
    const char *row = lk_json_string(lk_json_get(document, "row"), NULL);
    const char *words = lk_json_string(lk_json_get(document, "words"), NULL);
    if (row) LK_TRY(lk_naive_case_add_text(c, row));
    return words ? lk_naive_case_add_words(c, words, strlen(words)) : LK_OK;
}

static lk_status predict(lk_bridge *bridge, const lk_naive *model, const lk_json *document) {
    bool ignore;
    LK_TRY(read_unseen(bridge, document, &ignore));
    lk_naive_case *c;
    LK_TRY(lk_naive_case_new(bridge->context, &c, model, ignore));
    lk_status status = set_row(c, document);
    if (status == LK_OK) status = lk_naive_case_run(c);
    if (status == LK_OK) status = append_case(bridge, document, c);
    lk_naive_case_free(c);
    return status;
}

// What `likelore nb predict --json` prints of a row: {"row":"a=1,b=2","words":"…","unseen":"error",
// "explain":false,"exact":false}, all optional; with "format":"text" what it prints with --explain,
// in "language":"en" or "zh".
LK_EXPORT lk_status lk_bridge_naive_predict(lk_bridge *bridge, const lk_naive *model,
                                            const char *text, size_t length) {
    lk_json *document;
    LK_TRY(lk_json_parse(bridge->context, &document, text, length));
    lk_buffer_clear(&bridge->output);
    lk_status status = predict(bridge, model, document);
    lk_json_free(bridge->context, document);
    return status;
}

static lk_status predict_records(lk_bridge *bridge, lk_naive_case *c, lk_csv *table) {
    for (;;) {
        bool more;
        LK_TRY(lk_csv_next(table, &more));
        if (!more) return LK_OK;
        LK_TRY(lk_naive_case_set_record(c, table));
        LK_TRY(lk_naive_case_run(c));
        LK_TRY(lk_naive_case_append_record(&bridge->output, c, lk_csv_separator(table)));
    }
}

static lk_status predict_table(lk_bridge *bridge, const lk_json *document, lk_csv *table,
                               void *model) {
    bool ignore;
    LK_TRY(read_unseen(bridge, document, &ignore));
    lk_naive_case *c;
    LK_TRY(lk_naive_case_new(bridge->context, &c, model, ignore));
    lk_status status = lk_naive_append_names(&bridge->output, model, lk_csv_separator(table));
    if (status == LK_OK) status = predict_records(bridge, c, table);
    lk_naive_case_free(c);
    return status;
}

// What `likelore nb predict` prints of a table: {"unseen"} and the members of bridge_table.h.
LK_EXPORT lk_status lk_bridge_naive_predict_table(lk_bridge *bridge, lk_naive *model,
                                                  const char *text, size_t text_length,
                                                  const uint8_t *bytes, size_t length) {
    lk_buffer_clear(&bridge->output);
    return lk_bridge_with_table(bridge, text, text_length, bytes, length, model, predict_table);
}

static lk_status evaluate(lk_bridge *bridge, const lk_json *document, lk_csv *table, void *model) {
    bool ignore;
    LK_TRY(read_unseen(bridge, document, &ignore));
    const char *format = lk_json_string(lk_json_get(document, "format"), "json");
    bool json = strcmp(format, "json") == 0;
    lk_naive_evaluation *evaluation;
    LK_TRY(lk_naive_evaluate(bridge->context, &evaluation, model, table, ignore));
    lk_status status = (json ? lk_naive_evaluation_to_json
                             : lk_naive_evaluation_to_text)(&bridge->output, evaluation);
    lk_naive_evaluation_free(evaluation);
    return status;
}

// What `likelore nb evaluate` prints of a table: {"unseen","format":"json" or "text"} and the
// members of bridge_table.h.
LK_EXPORT lk_status lk_bridge_naive_evaluate(lk_bridge *bridge, lk_naive *model, const char *text,
                                             size_t text_length, const uint8_t *bytes,
                                             size_t length) {
    lk_buffer_clear(&bridge->output);
    return lk_bridge_with_table(bridge, text, text_length, bytes, length, model, evaluate);
}
