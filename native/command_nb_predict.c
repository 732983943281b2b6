// `likelore nb predict`: the class of a row, or of every record of a table.
#include "command_nb.h"

#include <string.h>

static lk_status append_case(lk_buffer *out, invocation *call, const lk_naive_case *c) {
    lk_language language;
    LK_TRY(read_language(call, &language));
    bool explained = has_flag(call->arguments, "explain");
    bool exact = has_flag(call->arguments, "exact");
    if (has_flag(call->arguments, "json")) {
        LK_TRY(lk_naive_case_to_json(out, c, explained, exact));
        lk_buffer_append_byte(out, '\n');
        return LK_OK;
    }
    if (explained) LK_TRY(lk_naive_case_to_text(out, c, language));
    return exact ? lk_naive_case_fractions_to_text(out, c) : LK_OK;
}

static bool asks_more(const invocation *call) {
    return has_flag(call->arguments, "json") || has_flag(call->arguments, "explain") ||
           has_flag(call->arguments, "exact");
}

static void append_posterior(lk_buffer *out, const lk_naive *model, const lk_naive_case *c) {
    const double *p = lk_naive_case_posterior(c);
    for (uint32_t i = 0; i < lk_naive_class_count(model); i++)
        lk_buffer_printf(out, "P(%s=%s) = %.10g\n", lk_naive_class_column(model),
                         lk_naive_class_name(model, i), p[i]);
}

// ---- One row ----------------------------------------------------------------------------------

static lk_status set_row(invocation *call, const lk_naive *model, lk_naive_case *c) {
    const char *text;
    for (size_t i = 0; (text = option_value_at(call->arguments, "row", i)) != NULL; i++)
        if (*text || lk_naive_text_column(model)) LK_TRY(lk_naive_case_add_text(c, text));
    for (size_t i = 0; (text = option_value_at(call->arguments, "words", i)) != NULL; i++)
        LK_TRY(lk_naive_case_add_words(c, text, strlen(text)));
    return LK_OK;
}

static lk_status predict_row(invocation *call, const lk_naive *model, lk_naive_case *c,
                             lk_buffer *out) {
    LK_TRY(set_row(call, model, c));
    LK_TRY(lk_naive_case_run(c));
    if (asks_more(call)) return append_case(out, call, c);
    append_posterior(out, model, c);
    return LK_OK;
}

// ---- A table ----------------------------------------------------------------------------------

// A record of several lines says which it is.
static void append_heading(lk_buffer *out, const invocation *call, const lk_csv *csv) {
    if (has_flag(call->arguments, "json")) return;
    lk_buffer_printf(out, "%sline %lld:\n", lk_csv_record(csv) > 1 ? "\n" : "",
                     (long long)lk_csv_location(csv, 0).line);
}

static lk_status predict_records(invocation *call, const lk_naive *model, lk_naive_case *c,
                                 lk_csv *csv, lk_buffer *out) {
    bool each = asks_more(call);
    char separator = lk_csv_separator(csv);
    if (!each) LK_TRY(lk_naive_append_names(out, model, separator));
    for (;;) {
        bool more;
        LK_TRY(lk_csv_next(csv, &more));
        if (!more) return LK_OK;
        LK_TRY(lk_naive_case_set_record(c, csv));
        LK_TRY(lk_naive_case_run(c));
        if (each) append_heading(out, call, csv);
        if (each)
            LK_TRY(append_case(out, call, c));
        else
            LK_TRY(lk_naive_case_append_record(out, c, separator));
    }
}

static lk_status predict_table(invocation *call, const lk_naive *model, lk_naive_case *c,
                               lk_buffer *out) {
    table_file table;
    LK_TRY(open_table(call, &table, call->arguments->operands[1]));
    lk_status status = predict_records(call, model, c, table.csv, out);
    close_table(&table);
    return status;
}

// ---- The command ------------------------------------------------------------------------------

static lk_status predict(invocation *call, const lk_naive *model) {
    bool ignore, table = call->arguments->operand_count > 1;
    LK_TRY(read_unseen(call, &ignore));
    bool row =
        option_value(call->arguments, "row", NULL) || option_value(call->arguments, "words", NULL);
    if (table == row)
        return usage_error(call, "what is to be predicted? give either --row (or --words), or a "
                                 "CSV file");
    lk_naive_case *c;
    LK_TRY(lk_naive_case_new(call->context, &c, model, ignore));
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status =
        table ? predict_table(call, model, c, &out) : predict_row(call, model, c, &out);
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    lk_naive_case_free(c);
    return status;
}

static lk_status run(invocation *call) {
    lk_naive *model;
    LK_TRY(lk_naive_load(call->context, &model, call->arguments->operands[0]));
    lk_status status = predict(call, model);
    lk_naive_free(model);
    return status;
}

static const option options[] = {
    {"row", 'r', "VALUES",
     "features of one row, such as rich=0,married=1; repeats; what is not "
     "given is left out"},
    {"words", 'w', "TEXT", "the text of one row, for models of texts"},
    {"explain", 0, NULL, "write the arithmetic out: counts, fractions, contributions"},
    {"exact", 0, NULL, "fractions such as 5/13, computed without rounding"},
    LANGUAGE,
    NB_UNSEEN,
    TABLE_SEPARATOR,
    TABLE_MISSING,
    {0}};

const command nb_predict_command = {
    .noun = "nb",
    .verb = "predict",
    .operands = "MODEL [DATA.csv]",
    .summary = "tell the probabilities of the classes of rows",
    .details = "Of one row (--row), or of every record of a CSV file: then the answer is a table, "
               "or with --json one line a record; with --explain or --exact each record has its "
               "own lines. Missing features are left out, as if they were "
               "summed over.",
    .options = options,
    .least_operands = 1,
    .most_operands = 2,
    .run = run,
};
