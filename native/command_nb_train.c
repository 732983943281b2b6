// `likelore nb train`: counts a table.
#include "command_nb.h"

#include "terminal.h"

#include <stdio.h>
#include <string.h>

enum { MOST_IGNORED = 256 };

static lk_status read_kind(invocation *call, lk_naive_options *options) {
    const char *fallback = options->text_column ? "multinomial" : "categorical";
    const char *name = option_value(call->arguments, "model", fallback), *known;
    for (size_t i = 0; (known = lk_naive_kind_name(i)) != NULL; i++) {
        if (strcmp(known, name) != 0) continue;
        options->kind = (lk_naive_kind)i;
        return LK_OK;
    }
    return usage_error(call, "--model takes categorical, bernoulli or multinomial, not '%s'", name);
}

static lk_status read_numbers(invocation *call, lk_naive_options *options) {
    const arguments *given = call->arguments;
    if (!option_number(given, "alpha", &options->alpha, 0, 1e9))
        return usage_error(call, "--alpha takes a number from 0, not '%s'",
                           option_value(given, "alpha", ""));
    if (!option_number(given, "alpha-prior", &options->alpha_prior, 0, 1e9))
        return usage_error(call, "--alpha-prior takes a number from 0, not '%s'",
                           option_value(given, "alpha-prior", ""));
    if (!option_integer(given, "min-texts", &options->least_texts, 1, UINT32_MAX))
        return usage_error(call, "--min-texts takes a whole number from 1, not '%s'",
                           option_value(given, "min-texts", ""));
    if (!option_integer(given, "max-words", &options->most_words, 1, UINT32_MAX))
        return usage_error(call, "--max-words takes a whole number from 1, not '%s'",
                           option_value(given, "max-words", ""));
    return LK_OK;
}

static lk_status read_options(invocation *call, lk_naive_options *options, const char **ignored) {
    const arguments *given = call->arguments;
    options->class_column = option_value(given, "class", NULL);
    options->text_column = option_value(given, "text", NULL);
    if (!options->class_column)
        return usage_error(call, "which column is the class? name it with --class");
    const char *name;
    while ((name = option_value_at(given, "ignore", options->ignored_count)) != NULL) {
        if (options->ignored_count == MOST_IGNORED)
            return usage_error(call, "--ignore is given more than %d times", MOST_IGNORED);
        ignored[options->ignored_count++] = name;
    }
    options->ignored = ignored;
    bool limits = option_value(given, "min-texts", NULL) || option_value(given, "max-words", NULL);
    if (limits && !options->text_column)
        return usage_error(call, "--min-texts and --max-words choose words; they need --text");
    if (options->ignored_count && options->text_column)
        return usage_error(call, "with --text no other column is a feature; leave --ignore out");
    LK_TRY(read_numbers(call, options));
    return read_kind(call, options);
}

// An interruption leaves with 130 and writes nothing.
static lk_status count(const invocation *call, lk_naive_trainer *trainer) {
    progress_line line = progress_begin(stderr, has_flag(call->arguments, "quiet"));
    lk_naive_progress progress = {0};
    lk_status status = LK_OK;
    terminal_catch_interrupts();
    while (status == LK_OK && !progress.done) {
        status = terminal_interrupted() ? LK_ERROR_INTERRUPTED
                                        : lk_naive_trainer_next(trainer, &progress);
        if (!progress_is_due(&line)) continue;
        char text[32];
        snprintf(text, sizeof text, "counting: %.0f %%", 100 * progress.share);
        progress_show(&line, text);
    }
    progress_clear(&line);
    return status;
}

static lk_status count_table(invocation *call, lk_naive **model, lk_csv *table,
                             const lk_naive_options *options) {
    lk_naive_trainer *trainer;
    LK_TRY(lk_naive_trainer_new(call->context, &trainer, table, options));
    lk_status status = count(call, trainer);
    if (status == LK_OK) *model = lk_naive_trainer_take(trainer);
    lk_naive_trainer_free(trainer);
    return status;
}

static lk_status train(invocation *call, lk_naive **model) {
    const char *ignored[MOST_IGNORED];
    lk_naive_options options = {0};
    LK_TRY(read_options(call, &options, ignored));
    table_file table;
    LK_TRY(open_table(call, &table, call->arguments->operands[0]));
    lk_status status = count_table(call, model, table.csv, &options);
    close_table(&table);
    return status;
}

static lk_status run(invocation *call) {
    lk_naive *model;
    LK_TRY(train(call, &model));
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = lk_naive_to_json(&out, model);
    lk_buffer_append_byte(&out, '\n');
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    lk_naive_free(model);
    return status;
}

static const option options[] = {
    {"class", 'c', "COLUMN", "the column to be predicted"},
    {"model", 0, "KIND",
     "categorical (default), bernoulli (columns of 0 and 1, or words that are there or not) or "
     "multinomial (columns of counts, or words; default with --text)"},
    {"text", 0, "COLUMN", "the features are the words of this column"},
    {"ignore", 0, "COLUMN", "a column that is no feature; repeats"},
    {"alpha", 0, "A", "added to each count of a feature (default 0: exact frequencies)"},
    {"alpha-prior", 0, "A", "added to each count of a class (default 0)"},
    {"min-texts", 0, "N", "leave out words that are in fewer texts"},
    {"max-words", 0, "N", "keep only the N words that are in most texts"},
    TABLE_SEPARATOR,
    TABLE_MISSING,
    {0}};

const command nb_train_command = {
    .noun = "nb",
    .verb = "train",
    .operands = "DATA.csv",
    .summary = "learn a naive Bayes classifier from a table",
    .details = "Counts the records of a CSV file and writes the model as JSON (with -o, to a "
               "file). Smoothing with --alpha concerns the features alone; the frequencies of the "
               "classes are smoothed by --alpha-prior.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
