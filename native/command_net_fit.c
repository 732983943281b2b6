// `likelore net fit`: the tables of a network from data.
#include "command_net.h"

#include "net_question.h"
#include "network_file.h"
#include "table_file.h"
#include "terminal.h"

#include "likelore/learn.h"

#include <stdio.h>
#include <string.h>

static lk_status read_method(invocation *call, lk_fit_options *options) {
    static const char *const names[] = {"ml", "laplace", "bdeu"};
    const char *name = option_value(call->arguments, "method", "ml");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) != 0) continue;
        options->method = (lk_fit_method)i;
        return LK_OK;
    }
    return usage_error(call, "--method takes ml, laplace or bdeu, not '%s'", name);
}

static lk_status read_number(invocation *call, const char *name, double *value, double least,
                             double most) {
    if (option_number(call->arguments, name, value, least, most)) return LK_OK;
    return usage_error(call, "--%s takes a number from %g to %g, not '%s'", name, least, most,
                       option_value(call->arguments, name, ""));
}

static lk_status check_fitting(invocation *call, const lk_fit_options *options) {
    const arguments *given = call->arguments;
    if (option_value(given, "alpha", NULL) && options->method != LK_FIT_LAPLACE)
        return usage_error(call, "--alpha belongs to --method laplace");
    if (option_value(given, "ess", NULL) && options->method != LK_FIT_BDEU)
        return usage_error(call, "--ess belongs to --method bdeu");
    bool of_em =
        option_value(given, "tolerance", NULL) || option_value(given, "max-iterations", NULL);
    if (of_em && !options->em)
        return usage_error(call, "--tolerance and --max-iterations belong to --em");
    return LK_OK;
}

static lk_status read_options(invocation *call, lk_fit_options *options) {
    LK_TRY(read_method(call, options));
    options->em = has_flag(call->arguments, "em");
    LK_TRY(read_number(call, "alpha", &options->alpha, 1e-9, 1e9));
    LK_TRY(read_number(call, "ess", &options->ess, 1e-9, 1e9));
    LK_TRY(read_number(call, "tolerance", &options->tolerance, 1e-15, 0.5));
    if (!option_integer(call->arguments, "max-iterations", &options->max_iterations, 1, UINT32_MAX))
        return usage_error(call, "--max-iterations takes a whole number from 1, not '%s'",
                           option_value(call->arguments, "max-iterations", ""));
    LK_TRY(seed_of(call, &options->seed));
    return check_fitting(call, options);
}

static void print_iteration(const invocation *call, const lk_fit_report *report,
                            const lk_fit_options *options) {
    if (has_flag(call->arguments, "quiet")) return;
    fprintf(stderr, "iteration %llu: log likelihood %.9g", (unsigned long long)report->iteration,
            report->log_likelihood);
    if (options->method != LK_FIT_ML) fprintf(stderr, ", with the prior %.9g", report->objective);
    fputc('\n', stderr);
    if (report->done && !report->converged)
        fputs("not converged: --max-iterations reached\n", stderr);
}

static void print_seed(const invocation *call, const lk_fit_options *options) {
    if (options->em && !has_flag(call->arguments, "quiet"))
        fprintf(stderr, "seed %llu\n", (unsigned long long)options->seed);
}

// An interruption leaves with 130 and writes nothing.
static lk_status iterate(const invocation *call, lk_fit *fit, const lk_fit_options *options) {
    lk_fit_report report = {0};
    print_seed(call, options);
    terminal_catch_interrupts();
    while (!report.done) {
        if (terminal_interrupted()) return LK_ERROR_INTERRUPTED;
        LK_TRY(lk_fit_next(fit, &report));
        print_iteration(call, &report, options);
    }
    return LK_OK;
}

static lk_status fit_cases(invocation *call, const lk_network *structure, const lk_cases *cases,
                           const lk_fit_options *options) {
    lk_fit *fit;
    LK_TRY(lk_fit_new(call->context, &fit, structure, cases, options));
    lk_status status = iterate(call, fit, options);
    if (status == LK_OK) status = emit_network(call, lk_fit_network(fit));
    lk_fit_free(fit);
    return status;
}

static lk_status fit_table(invocation *call, const lk_network *structure) {
    lk_fit_options options = {0};
    LK_TRY(read_options(call, &options));
    table_file table;
    LK_TRY(open_table(call, &table, call->arguments->operands[1]));
    lk_cases *cases;
    lk_status status = lk_cases_read(call->context, &cases, structure, table.csv,
                                     has_flag(call->arguments, "ignore-columns"));
    close_table(&table);
    LK_TRY(status);
    status = fit_cases(call, structure, cases, &options);
    lk_cases_free(cases);
    return status;
}

static lk_status run(invocation *call) {
    lk_network *structure;
    LK_TRY(load_network(call, &structure));
    lk_status status = fit_table(call, structure);
    lk_network_free(structure);
    return status;
}

static const option options[] = {
    {"method", 0, "NAME",
     "ml (maximum likelihood, default), laplace (--alpha added to each count) or bdeu (--ess "
     "spread over each table)"},
    {"alpha", 0, "A", "of laplace (default 1)"},
    {"ess", 0, "N", "of bdeu: equivalent sample size (default 1)"},
    {"em", 0, NULL, "learn from missing values and hidden variables by expectation-maximization"},
    {"tolerance", 0, "T",
     "of --em: end when an iteration gains less than this part of the log likelihood (default "
     "1e-6)"},
    {"max-iterations", 0, "N", "of --em (default 1000)"},
    {"ignore-columns", 0, NULL, "pass over columns that are no variables"},
    TABLE_SEPARATOR,
    TABLE_MISSING,
    NET_NORMALIZE,
    {0}};

const command net_fit_command = {
    .noun = "net",
    .verb = "fit",
    .operands = "STRUCTURE DATA.csv",
    .summary = "learn the tables of a network from data",
    .details =
        "Takes variables, states and parents from a network, whose own tables are not looked "
        "at, and writes the network with tables learned from a CSV file. The log likelihood "
        "of each iteration goes to standard error.",
    .options = options,
    .least_operands = 2,
    .most_operands = 2,
    .run = run,
};
