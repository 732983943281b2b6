// Likelore bayes: learning from data, and sampling. Networks are those of likelore/bayes.h.
#ifndef LIKELORE_LEARN_H
#define LIKELORE_LEARN_H

#include "likelore/bayes.h"
#include "likelore/csv.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Naive Bayes -------------------------------------------------------------------------------

// A classifier that takes the features of a row for independent given its class: P(class | row) is
// proportional to P(class) Π P(feature | class). It keeps integer counts; every probability is
// (count + alpha) / (total + alpha × outcomes), with alpha of the features or of the classes.
typedef struct lk_naive lk_naive;

typedef enum lk_naive_kind {
    LK_NAIVE_CATEGORICAL, // each column has one of the values that were seen in it
    LK_NAIVE_BERNOULLI,   // each column is 0 or 1; or each word of a text is there or not
    LK_NAIVE_MULTINOMIAL  // columns are counts; or the words of a text with their counts
} lk_naive_kind;

// All zero, with a class column, is a good default.
typedef struct lk_naive_options {
    lk_naive_kind kind;
    const char *class_column;
    const char *text_column;    // NULL: all columns but the class and the ignored ones are features
    const char *const *ignored; // columns that are no features
    size_t ignored_count;
    double alpha;         // added to each count of a feature; 0: maximum likelihood
    double alpha_prior;   // added to each count of a class
    uint64_t least_texts; // words in fewer texts are left out; 0: 1
    uint64_t most_words;  // of the words only the most frequent are kept; 0: all
} lk_naive_options;

// "categorical", "bernoulli", "multinomial"; NULL beyond the last.
const char *lk_naive_kind_name(size_t kind);

// Counts the records of a table, reading it twice. Records without class (or without text) are left
// out, missing values are not counted. Classes and values are in the order of their numbers, what
// is none behind them by its bytes. LK_ERROR_UNKNOWN_NAME for a column, LK_ERROR_DATA when there is
// nothing to count or, with its place, for a value that the kind does not allow; LK_ERROR_USAGE for
// options that do not fit together.
lk_status lk_naive_train(lk_context *context, lk_naive **model, lk_csv *table,
                         const lk_naive_options *options);

// The same in steps of about a mebibyte of the table, for tables that take long. The table, and the
// texts of the options, must outlive the trainer.
typedef struct lk_naive_trainer lk_naive_trainer;

typedef struct lk_naive_progress {
    double share; // of the work that is done, from 0 to 1
    bool done;
} lk_naive_progress;

// Errors of lk_naive_train come from both. After the last step there is no other (LK_ERROR_USAGE).
lk_status lk_naive_trainer_new(lk_context *context, lk_naive_trainer **trainer, lk_csv *table,
                               const lk_naive_options *options);
lk_status lk_naive_trainer_next(lk_naive_trainer *trainer, lk_naive_progress *progress);
// The model, which the caller then owns; NULL before the last step, and the second time.
lk_naive *lk_naive_trainer_take(lk_naive_trainer *trainer);
void lk_naive_trainer_free(lk_naive_trainer *trainer);

// Reads what lk_naive_to_json writes (docs/formats/naive-bayes.md). `file_name` is for messages.
lk_status lk_naive_read(lk_context *context, lk_naive **model, const char *text, size_t length,
                        const char *file_name);
lk_status lk_naive_load(lk_context *context, lk_naive **model, const char *path);
void lk_naive_free(lk_naive *model);

lk_status lk_naive_to_json(lk_buffer *out, const lk_naive *model);
// What the model holds, for people: classes with their counts, smoothing, features, and the `most`
// values or words that speak most for each class.
lk_status lk_naive_to_text(lk_buffer *out, const lk_naive *model, size_t most,
                           lk_language language);
// The same figures for programs.
lk_status lk_naive_summary_to_json(lk_buffer *out, const lk_naive *model, size_t most);
// The same classifier as a Bayesian network, with the class as the only parent of every feature.
// LK_ERROR_UNSUPPORTED for multinomial models, whose features are no variables.
lk_status lk_naive_to_network(const lk_naive *model, lk_network **network);

uint32_t lk_naive_class_count(const lk_naive *model);
const char *lk_naive_class_name(const lk_naive *model, uint32_t index);
const char *lk_naive_class_column(const lk_naive *model);
const char *lk_naive_text_column(const lk_naive *model); // NULL: features are columns

// What is known of one row, and the answer. It is set and asked again and again; once warm that
// allocates nothing.
typedef struct lk_naive_case lk_naive_case;

// With `ignore_unseen`, values that training did not see are left out like missing ones; otherwise
// they are errors. Words that training did not see are always left out.
lk_status lk_naive_case_new(lk_context *context, lk_naive_case **made, const lk_naive *model,
                            bool ignore_unseen);
void lk_naive_case_free(lk_naive_case *c);
void lk_naive_case_clear(lk_naive_case *c);
// Adds features as `rich=0,married=1`, written as evidence is. LK_ERROR_USAGE for bad syntax, a
// feature given twice, or a model of texts; LK_ERROR_UNKNOWN_NAME.
lk_status lk_naive_case_add_text(lk_naive_case *c, const char *text);
// Adds the words of a text. LK_ERROR_USAGE when the model is not one of texts.
lk_status lk_naive_case_add_words(lk_naive_case *c, const char *text, size_t length);
// Replaces everything by the record last read from a table, whose columns are found by their names;
// the class and columns that the model does not know are not looked at.
lk_status lk_naive_case_set_record(lk_naive_case *c, const lk_csv *table);

// Computes the answer. LK_ERROR_IMPOSSIBLE, naming for each class what it rules out, when every
// class gives the row probability 0.
lk_status lk_naive_case_run(lk_naive_case *c);
// After a run: P(class | row), one value a class, and the first of the largest.
const double *lk_naive_case_posterior(const lk_naive_case *c);
uint32_t lk_naive_case_best(const lk_naive_case *c);
// Words and values left out since the case was made.
uint64_t lk_naive_case_unseen(const lk_naive_case *c);
// {"version","class":{name:p,…},"prediction","alpha","alpha_prior"}; with `exact` also "exact",
// with "class" and "joint" (P(class, row)) as fractions such as "5/13", and with `explained`
// "explanation". LK_ERROR_LIMIT for fractions that are too long.
lk_status lk_naive_case_to_json(lk_buffer *out, const lk_naive_case *c, bool explained, bool exact);
// One line a class, with the probability as a fraction and as a decimal.
lk_status lk_naive_case_fractions_to_text(lk_buffer *out, const lk_naive_case *c);
// The arithmetic written out: counts, fractions, joint probabilities, and what each feature
// contributes to the logarithm of the odds.
lk_status lk_naive_case_to_text(lk_buffer *out, const lk_naive_case *c, lk_language language);

// Answers as columns beside a table: the line that names them ("prediction" and the probability of
// each class), and the answer to a case that has run.
lk_status lk_naive_append_names(lk_buffer *out, const lk_naive *model, char separator);
lk_status lk_naive_case_append_record(lk_buffer *out, const lk_naive_case *c, char separator);

// How well a model does on the records of a table that have a class.
typedef struct lk_naive_evaluation lk_naive_evaluation;

lk_status lk_naive_evaluate(lk_context *context, lk_naive_evaluation **evaluation,
                            const lk_naive *model, lk_csv *table, bool ignore_unseen);
void lk_naive_evaluation_free(lk_naive_evaluation *evaluation);
// Accuracy with a 95 % interval (Wilson 1927), confusion matrix, mean log loss and Brier score, and
// a table of calibration.
lk_status lk_naive_evaluation_to_text(lk_buffer *out, const lk_naive_evaluation *evaluation);
lk_status lk_naive_evaluation_to_json(lk_buffer *out, const lk_naive_evaluation *evaluation);

// ---- Data --------------------------------------------------------------------------------------

// Records of a table in terms of a network. They do not depend on its tables.
typedef struct lk_cases lk_cases;

// Reads all records; columns are found by the names of variables, fields by those of states. A
// variable without a column is open in every record. LK_ERROR_UNKNOWN_NAME, naming the nearest
// name, for a column that is no variable (unless `ignore_unknown`) and, with its place, for a field
// that is no state; LK_ERROR_UNSUPPORTED, with its place, for one that excludes a state or gives
// likelihoods; LK_ERROR_DATA when there are no records.
lk_status lk_cases_read(lk_context *context, lk_cases **cases, const lk_network *network,
                        lk_csv *table, bool ignore_unknown);
void lk_cases_free(lk_cases *cases);
uint64_t lk_cases_records(const lk_cases *cases);

// ---- Rows of evidence --------------------------------------------------------------------------

// A question asked for each record of a table: what its fields say is evidence beside what is known
// of all records. Records that observe the same variables share a plan, and a tree that keeps its
// messages, so that only what their differences change is computed.
typedef struct lk_row_query lk_row_query;

// Arguments as of lk_query_new; columns and fields as of lk_cases_read, whose errors come from here
// and from lk_row_query_next. The network and the table must outlive it.
lk_status lk_row_query_new(lk_context *context, lk_row_query **rows, const lk_network *network,
                           const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                           size_t evidence_count, const lk_query_options *options, lk_csv *table,
                           bool ignore_unknown);
void lk_row_query_free(lk_row_query *rows);
// Reads the next record; *more is false when there is none. LK_ERROR_DATA when there is none at
// all, and, with the place, for a field that contradicts what is known of all records or observes a
// target.
lk_status lk_row_query_next(lk_row_query *rows, bool *more);
// Of the record just read: all that is known, that of all records first; and its line.
const lk_finding *lk_row_query_evidence(const lk_row_query *rows, size_t *count);
lk_location lk_row_query_location(const lk_row_query *rows);
// Answers for the record just read; the query is borrowed until the next call. Errors of
// lk_query_new and lk_query_run, with the line; after LK_ERROR_IMPOSSIBLE the next record can be
// asked for as if nothing had happened.
lk_status lk_row_query_run(lk_row_query *rows, const lk_query **query);
// After a failure of lk_row_query_run: {"version","evidence":{…},"error":{"code","message","file",
// "line","column","byte"}}.
lk_status lk_row_query_error_to_json(lk_buffer *out, const lk_row_query *rows);

// ---- Fitting -----------------------------------------------------------------------------------

typedef enum lk_fit_method {
    LK_FIT_ML,      // counts over totals; uniform where the parents' states were never seen
    LK_FIT_LAPLACE, // alpha added to each count
    LK_FIT_BDEU     // ess / (cells of the table) added to each count (Buntine 1991)
} lk_fit_method;

// All zero is a good default.
typedef struct lk_fit_options {
    lk_fit_method method;
    double alpha;     // 0: 1
    double ess;       // equivalent sample size; 0: 1
    bool em;          // learn from records that leave variables open, by expectation-maximization
    double tolerance; // it ends when the objective gains less than this part of it; 0: 1e-6
    uint64_t max_iterations; // or after so many; 0: 1000
    uint64_t seed;           // of where it begins
} lk_fit_options;

// Finds the tables of a network from data. The structure and the cases must outlive it.
typedef struct lk_fit lk_fit;

// `options` may be NULL. LK_ERROR_DATA when a record leaves something open without `em`,
// LK_ERROR_LIMIT when inference for a case exceeds the memory limit; LK_ERROR_USAGE for options out
// of range, and for a structure that likelihoods or interventions have changed.
lk_status lk_fit_new(lk_context *context, lk_fit **fit, const lk_network *structure,
                     const lk_cases *cases, const lk_fit_options *options);
void lk_fit_free(lk_fit *fit);

// What one call of lk_fit_next did.
typedef struct lk_fit_report {
    uint64_t iteration;    // from 1
    double log_likelihood; // natural, of all records under the tables of lk_fit_network
    double objective;      // and the logarithm of the prior, up to a constant: it never falls
    double gain;           // of the objective; infinite in the first iteration
    bool done;
    bool converged; // false when done by max_iterations
} lk_fit_report;

// One iteration; complete data need one. When done, the network has the tables whose log likelihood
// the report tells; before, the next ones.
lk_status lk_fit_next(lk_fit *fit, lk_fit_report *report);
// The network with the tables so far, borrowed from the fit.
const lk_network *lk_fit_network(const lk_fit *fit);

// ---- Sampling ----------------------------------------------------------------------------------

// Draws cases, parents before children. Case number i depends on the seed and i alone.
typedef struct lk_case_sampler lk_case_sampler;

// With evidence, the observed variables keep their states and each case has a weight, the
// probability of the evidence given its parents' states. LK_ERROR_DATA when a table is missing.
lk_status lk_case_sampler_new(lk_context *context, lk_case_sampler **sampler,
                              const lk_network *network, const lk_finding *evidence,
                              size_t evidence_count, uint64_t seed);
void lk_case_sampler_free(lk_case_sampler *sampler);
// The state of each variable of the next case; borrowed until the next call.
const uint32_t *lk_case_sampler_next(lk_case_sampler *sampler);
// Of the case drawn last; 1 without evidence.
double lk_case_sampler_weight(const lk_case_sampler *sampler);
// The case drawn last as a line of CSV, and the line with the names of the variables; with
// `weights` a column "weight" is last.
void lk_case_sampler_append_names(lk_buffer *out, const lk_case_sampler *sampler, bool weights);
void lk_case_sampler_append_case(lk_buffer *out, const lk_case_sampler *sampler, bool weights);
// The case drawn last: {"version","case":{variable:state,…}}, with `weights` "weight" as well.
lk_status lk_case_sampler_case_to_json(lk_buffer *out, const lk_case_sampler *sampler,
                                       bool weights);

// ---- Approximate inference ---------------------------------------------------------------------

// Posteriors by likelihood weighting, for networks that are too large for exact inference. Every
// estimate has its standard error.
typedef struct lk_weighting lk_weighting;

// All zero is a good default.
typedef struct lk_weighting_options {
    double precision;     // it is done when every standard error is at most this; 0: 0.001
    uint64_t max_samples; // or after so many cases, rounded up to whole steps; 0: 10^7
    uint64_t seed;
} lk_weighting_options;

typedef struct lk_weighting_report {
    uint64_t samples; // cases drawn so far
    uint64_t seed;
    double effective_samples; // (Σ w)² / Σ w² (Kong 1992): as good as so many cases of one weight
    double largest_error;     // of all posteriors; 1 while no case has weight
    bool precise;             // it is at most the precision
    bool done;
} lk_weighting_report;

// target_count 0: every variable that is not observed. `options` may be NULL. LK_ERROR_USAGE for an
// observed target; LK_ERROR_DATA when a table that is needed is missing.
lk_status lk_weighting_new(lk_context *context, lk_weighting **weighting, const lk_network *network,
                           const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                           size_t evidence_count, const lk_weighting_options *options);
void lk_weighting_free(lk_weighting *weighting);
// Draws 4096 cases more. LK_ERROR_LIMIT when done and no case agrees with the evidence.
lk_status lk_weighting_next(lk_weighting *weighting, lk_weighting_report *report);

// Estimates so far:
double lk_weighting_p_evidence(const lk_weighting *weighting);
double lk_weighting_log10_p_evidence(const lk_weighting *weighting);
double lk_weighting_p_evidence_error(const lk_weighting *weighting); // standard error / estimate
double lk_weighting_effective_samples(const lk_weighting *weighting);
size_t lk_weighting_target_count(const lk_weighting *weighting);
uint32_t lk_weighting_target(const lk_weighting *weighting, size_t index);
const double *lk_weighting_posterior(const lk_weighting *weighting, size_t index);
const double *lk_weighting_standard_errors(const lk_weighting *weighting, size_t index);
// {"version","evidence","p_evidence","log10_p_evidence","p_evidence_relative_error","posteriors",
// "standard_errors","engine":"lw","samples","effective_samples","precise","seed","seconds"}
lk_status lk_weighting_to_json(lk_buffer *out, const lk_weighting *weighting,
                               const lk_network *network, const lk_finding *evidence,
                               size_t evidence_count, const lk_weighting_report *report,
                               double seconds);

#ifdef __cplusplus
}
#endif

#endif
