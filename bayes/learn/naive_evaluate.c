// Measures of a classifier on records whose class is known.
#include "learn/naive.h"
#include "likelore/json.h"
#include "mathfn.h"

#include <math.h>

enum { BINS = 10 };

// Rows by how sure the model was of its answer.
typedef struct bin {
    uint64_t rows;
    uint64_t correct;
    double confidence; // sum
} bin;

struct lk_naive_evaluation {
    lk_context *context;
    const lk_naive *model;
    uint64_t rows;
    uint64_t correct;
    uint64_t undefined;  // rows that every class rules out; they count as wrong
    uint64_t impossible; // rows whose true class got probability 0
    uint64_t skipped;    // records without class, or of one that the model does not know
    uint64_t *confusion; // [actual × (classes + 1) + answer]; the last answer is "none"
    double log_loss;     // sums over the rows that are defined
    double brier;
    bin bins[BINS];
};

// ---- Counting ---------------------------------------------------------------------------------

static void count_answer(lk_naive_evaluation *e, const lk_naive_case *c, uint32_t actual) {
    uint32_t answer = lk_naive_case_best(c), classes = e->model->class_count;
    const double *p = c->posterior;
    e->confusion[(size_t)actual * (classes + 1) + answer]++;
    e->correct += answer == actual;
    if (p[actual] > 0)
        e->log_loss -= lk_log(p[actual]);
    else
        e->impossible++;
    for (uint32_t label = 0; label < classes; label++) {
        double error = p[label] - (label == actual ? 1 : 0);
        e->brier += error * error;
    }
    int index = (int)(p[answer] * BINS);
    bin *b = &e->bins[index < BINS ? index : BINS - 1];
    b->rows++;
    b->correct += answer == actual;
    b->confidence += p[answer];
}

static lk_status count_record(lk_naive_evaluation *e, lk_naive_case *c, const lk_csv *table,
                              uint32_t actual) {
    LK_TRY(lk_naive_case_set_record(c, table));
    lk_status status = lk_naive_case_run(c);
    if (status != LK_OK && status != LK_ERROR_IMPOSSIBLE) return status;
    e->rows++;
    if (status == LK_OK) {
        count_answer(e, c, actual);
    } else {
        uint32_t classes = e->model->class_count;
        e->undefined++;
        e->confusion[(size_t)actual * (classes + 1) + classes]++;
    }
    return LK_OK;
}

static lk_status find_class(const lk_naive_evaluation *e, uint32_t *actual, bool *known,
                            const lk_csv *table, size_t column, bool ignore_unseen) {
    lk_csv_field field = lk_csv_field_at(table, column);
    *known = !field.missing && lk_naive_lookup_class(e->model, actual, field.text, field.length);
    if (*known || field.missing || ignore_unseen) return LK_OK;
    lk_fail_at(e->context, LK_ERROR_UNKNOWN_NAME, lk_csv_location(table, column),
               "the model has no class \"%.*s\"", field.length < 200 ? (int)field.length : 200,
               field.text);
    return lk_fail_with_remedy(e->context, LK_REMEDY_IGNORE_UNSEEN, LK_ERROR_UNKNOWN_NAME);
}

static lk_status count_all(lk_naive_evaluation *e, lk_naive_case *c, lk_csv *table,
                           bool ignore_unseen) {
    size_t column;
    LK_TRY(lk_csv_find_column(table, &column, e->model->class_column));
    lk_csv_rewind(table);
    for (;;) {
        bool more, known;
        uint32_t actual;
        LK_TRY(lk_csv_next(table, &more));
        if (!more) break;
        LK_TRY(find_class(e, &actual, &known, table, column, ignore_unseen));
        if (known)
            LK_TRY(count_record(e, c, table, actual));
        else
            e->skipped++;
    }
    if (e->rows > 0) return LK_OK;
    return lk_fail(e->context, LK_ERROR_DATA, "no record has a class that the model knows");
}

lk_status lk_naive_evaluate(lk_context *context, lk_naive_evaluation **out, const lk_naive *model,
                            lk_csv *table, bool ignore_unseen) {
    lk_naive_evaluation *e = lk_alloc_zero(context, 1, sizeof *e);
    LK_NEED(e);
    e->context = context;
    e->model = model;
    size_t classes = model->class_count;
    lk_naive_case *c = NULL;
    e->confusion = lk_alloc_zero(context, classes * (classes + 1), sizeof *e->confusion);
    lk_status status =
        e->confusion ? lk_naive_case_new(context, &c, model, ignore_unseen) : LK_ERROR_MEMORY;
    if (status == LK_OK) status = count_all(e, c, table, ignore_unseen);
    lk_naive_case_free(c);
    if (status != LK_OK) {
        lk_naive_evaluation_free(e);
        return status;
    }
    *out = e;
    return LK_OK;
}

void lk_naive_evaluation_free(lk_naive_evaluation *e) {
    if (!e) return;
    lk_free(e->context, e->confusion);
    lk_free(e->context, e);
}

// ---- Measures ---------------------------------------------------------------------------------

typedef struct measures {
    double accuracy, low, high; // and its 95 % interval
    double log_loss;            // infinite when the truth got probability 0
    double brier;
    double calibration_error; // mean |confidence - accuracy| over the bins
} measures;

// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
static void set_interval(measures *m, uint64_t correct, uint64_t rows) {
    const double z = 1.959963984540054;
    double n = (double)rows, p = (double)correct / n;
    double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
    m->accuracy = p;
    m->low = middle - half > 0 ? middle - half : 0;
    m->high = middle + half < 1 ? middle + half : 1;
}

static measures measure(const lk_naive_evaluation *e) {
    measures m = {0};
    set_interval(&m, e->correct, e->rows);
    double defined = (double)(e->rows - e->undefined);
    m.log_loss = e->impossible ? INFINITY : defined > 0 ? e->log_loss / defined : NAN;
    m.brier = defined > 0 ? e->brier / defined : NAN;
    double error = 0;
    for (int i = 0; i < BINS; i++)
        error += fabs(e->bins[i].confidence - (double)e->bins[i].correct);
    m.calibration_error = defined > 0 ? error / defined : NAN;
    return m;
}

// ---- Text -------------------------------------------------------------------------------------

static void append_confusion(lk_buffer *out, const lk_naive_evaluation *e) {
    const lk_naive *model = e->model;
    uint32_t classes = model->class_count;
    lk_buffer_append_text(out, "\nconfusion (rows: actual, columns: answer)\n");
    lk_buffer_printf(out, "%16s", "");
    for (uint32_t c = 0; c < classes; c++) lk_buffer_printf(out, "  %12s", model->classes[c]);
    lk_buffer_append_text(out, e->undefined ? "          none\n" : "\n");
    for (uint32_t actual = 0; actual < classes; actual++) {
        lk_buffer_printf(out, "%16s", model->classes[actual]);
        for (uint32_t c = 0; c < classes + (e->undefined ? 1 : 0); c++)
            lk_buffer_printf(out, "  %12llu",
                             (unsigned long long)e->confusion[(size_t)actual * (classes + 1) + c]);
        lk_buffer_append_byte(out, '\n');
    }
}

static void append_calibration(lk_buffer *out, const lk_naive_evaluation *e) {
    lk_buffer_append_text(out, "\ncalibration\n  sure of          rows  mean sure  correct\n");
    for (int i = 0; i < BINS; i++) {
        const bin *b = &e->bins[i];
        if (b->rows == 0) continue;
        double rows = (double)b->rows;
        lk_buffer_printf(out, "  %.1f to %.1f  %8llu     %.4f   %.4f\n", (double)i / BINS,
                         (double)(i + 1) / BINS, (unsigned long long)b->rows, b->confidence / rows,
                         (double)b->correct / rows);
    }
}

lk_status lk_naive_evaluation_to_text(lk_buffer *out, const lk_naive_evaluation *e) {
    measures m = measure(e);
    lk_buffer_printf(out, "%llu rows", (unsigned long long)e->rows);
    if (e->skipped)
        lk_buffer_printf(out, ", %llu more without a class that the model knows",
                         (unsigned long long)e->skipped);
    lk_buffer_printf(out, "\naccuracy  %.4f (95 %% interval %.4f to %.4f)\n", m.accuracy, m.low,
                     m.high);
    lk_buffer_printf(out, "log loss  %.6g", m.log_loss);
    if (e->impossible)
        lk_buffer_printf(out, " (%llu rows gave the true class probability 0)",
                         (unsigned long long)e->impossible);
    lk_buffer_printf(out, "\nBrier     %.6g\ncalibration error  %.4f\n", m.brier,
                     m.calibration_error);
    if (e->undefined)
        lk_buffer_printf(out,
                         "%llu rows have probability 0 in every class: they count as wrong and are "
                         "left out of the other measures\n",
                         (unsigned long long)e->undefined);
    append_confusion(out, e);
    append_calibration(out, e);
    return lk_buffer_status(out);
}

// ---- JSON -------------------------------------------------------------------------------------

static void add_confusion(lk_json_writer *writer, const lk_naive_evaluation *e) {
    uint32_t classes = e->model->class_count;
    lk_json_begin_object(writer, "confusion");
    for (uint32_t actual = 0; actual < classes; actual++) {
        lk_json_begin_object(writer, e->model->classes[actual]);
        for (uint32_t c = 0; c < classes; c++)
            lk_json_add_integer(writer, e->model->classes[c],
                                (int64_t)e->confusion[(size_t)actual * (classes + 1) + c]);
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

static void add_calibration(lk_json_writer *writer, const lk_naive_evaluation *e) {
    lk_json_begin_array(writer, "calibration");
    for (int i = 0; i < BINS; i++) {
        const bin *b = &e->bins[i];
        lk_json_begin_object(writer, NULL);
        lk_json_add_number(writer, "from", (double)i / BINS);
        lk_json_add_number(writer, "to", (double)(i + 1) / BINS);
        lk_json_add_integer(writer, "rows", (int64_t)b->rows);
        lk_json_add_number(writer, "confidence", b->rows ? b->confidence / (double)b->rows : NAN);
        lk_json_add_number(writer, "accuracy",
                           b->rows ? (double)b->correct / (double)b->rows : NAN);
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

static void add_evaluation(lk_json_writer *writer, const lk_naive_evaluation *e) {
    measures m = measure(e);
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_integer(writer, "rows", (int64_t)e->rows);
    lk_json_add_integer(writer, "skipped", (int64_t)e->skipped);
    lk_json_add_integer(writer, "undefined", (int64_t)e->undefined);
    lk_json_add_integer(writer, "correct", (int64_t)e->correct);
    lk_json_add_number(writer, "accuracy", m.accuracy);
    lk_json_begin_array(writer, "accuracy_interval");
    lk_json_add_number(writer, NULL, m.low);
    lk_json_add_number(writer, NULL, m.high);
    lk_json_end(writer);
    lk_json_add_number(writer, "log_loss", m.log_loss);
    lk_json_add_integer(writer, "impossible", (int64_t)e->impossible);
    lk_json_add_number(writer, "brier", m.brier);
    lk_json_add_number(writer, "calibration_error", m.calibration_error);
    add_confusion(writer, e);
    add_calibration(writer, e);
    lk_json_end(writer);
}

lk_status lk_naive_evaluation_to_json(lk_buffer *out, const lk_naive_evaluation *e) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(e->context, &writer));
    add_evaluation(writer, e);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}
