// `likelore nb evaluate`: how well a model does on records whose class is known.
#include "command_nb.h"

static lk_status append_evaluation(lk_buffer *out, const invocation *call,
                                   const lk_naive_evaluation *evaluation) {
    if (!has_flag(call->arguments, "json")) return lk_naive_evaluation_to_text(out, evaluation);
    lk_status status = lk_naive_evaluation_to_json(out, evaluation);
    lk_buffer_append_byte(out, '\n');
    return status;
}

static lk_status evaluate(invocation *call, const lk_naive *model) {
    bool ignore;
    LK_TRY(read_unseen(call, &ignore));
    table_file table;
    LK_TRY(open_table(call, &table, call->arguments->operands[1]));
    lk_naive_evaluation *evaluation;
    lk_status status = lk_naive_evaluate(call->context, &evaluation, model, table.csv, ignore);
    if (status == LK_OK) {
        lk_buffer out = lk_buffer_make(call->context);
        status = append_evaluation(&out, call, evaluation);
        if (status == LK_OK) status = emit(call, &out);
        lk_buffer_free(&out);
        lk_naive_evaluation_free(evaluation);
    }
    close_table(&table);
    return status;
}

static lk_status run(invocation *call) {
    lk_naive *model;
    LK_TRY(lk_naive_load(call->context, &model, call->arguments->operands[0]));
    lk_status status = evaluate(call, model);
    lk_naive_free(model);
    return status;
}

static const option options[] = {NB_UNSEEN, TABLE_SEPARATOR, TABLE_MISSING, {0}};

const command nb_evaluate_command = {
    .noun = "nb",
    .verb = "evaluate",
    .operands = "MODEL DATA.csv",
    .summary = "measure a classifier on records whose class is known",
    .details = "Accuracy with its 95 % interval (Wilson), mean log loss, Brier score (the sum of "
               "squared errors over the classes), confusion matrix and calibration.",
    .options = options,
    .least_operands = 2,
    .most_operands = 2,
    .run = run,
};
