// Likelore bayes: discrete Bayesian networks, exact inference, and its explanation.
//
// A variable is its index 0 … count-1 in the order of the file, a state its index within the
// variable. The layout of every table is the one of docs/formats/factor-layout.md: the last
// variable of the scope is the fastest.
//
// A network is built (or read), finished, and from then on only read; it must outlive the queries
// and traces made of it. Objects made from a network use the network's context.
#ifndef LIKELORE_BAYES_H
#define LIKELORE_BAYES_H

#include "likelore/core.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Reading networks --------------------------------------------------------------------------

typedef struct lk_network lk_network;

typedef struct lk_network_read_options {
    bool normalize; // divide rows farther than 1 % from 1 by their sum instead of refusing them
} lk_network_read_options;

// Reads a finished network from the bytes of a file. The content decides on the format, and only
// where it does not the extension of `file_name`, which is otherwise for messages (NULL: none).
// `options` may be NULL. LK_ERROR_SYNTAX with line and column, LK_ERROR_DATA for what contradicts
// itself (cycles, duplicates, missing or wrong rows), LK_ERROR_UNSUPPORTED when no format fits.
lk_status lk_network_read(lk_context *context, lk_network **network, const void *bytes,
                          size_t length, const char *file_name,
                          const lk_network_read_options *options);
// The same from a path; "-" is standard input.
lk_status lk_network_load(lk_context *context, lk_network **network, const char *path,
                          const lk_network_read_options *options);
void lk_network_free(lk_network *network);

// Appends a finished network in a format of that name. LK_ERROR_USAGE when there is none;
// LK_ERROR_UNSUPPORTED for what the format cannot say. Numbers are the shortest that read back the
// same; see docs/formats for what becomes of names that a format cannot hold.
lk_status lk_network_write(lk_buffer *out, const lk_network *network, const char *format);
// The names of variables and states for the file FILE.uai.names beside a file in the UAI format,
// which holds none; reading FILE.uai by its path takes them from there.
lk_status lk_network_write_uai_names(lk_buffer *out, const lk_network *network);
// The format that the extension of a file's name says, or NULL.
const char *lk_network_format_of_name(const char *file_name);

// The formats that can be read: name such as "bif" and extensions such as ".bif"; NULL beyond the
// last.
const char *lk_network_format_name(size_t index);
const char *lk_network_format_extensions(size_t index);

// ---- Building networks -------------------------------------------------------------------------

lk_status lk_network_new(lk_context *context, lk_network **network, const char *name);
// Adds a variable without parents and without table. LK_ERROR_DATA for a duplicate or empty name,
// no states, or duplicate states.
lk_status lk_network_add_variable(lk_network *network, uint32_t *variable, const char *name,
                                  const char *const *states, uint32_t state_count);
// Replaces the parents of a variable and forgets its table. LK_ERROR_DATA for a parent that is
// repeated or the variable itself.
lk_status lk_network_set_parents(lk_network *network, uint32_t variable, const uint32_t *parents,
                                 uint32_t parent_count);
// P(variable | parents): `count` values over (parents in their order, variable), last fastest, so
// that each run of state_count values is a row. Rows are treated as in reading.
lk_status lk_network_set_table(lk_network *network, uint32_t variable, const double *values,
                               size_t count, const lk_network_read_options *options);
// Checks the whole, makes it ready for queries and says in one note which rows were divided by
// their sum. LK_ERROR_DATA with the path of a cycle.
lk_status lk_network_finish(lk_network *network);

// A Markov network has potentials instead of parents and tables: any number of tables of numbers
// from 0 on, whose product is proportional to the joint distribution. Z, the sum of that product
// over all joint states, takes the place of 1; with evidence e, Z(e) is the sum over the states
// that agree with it. (Koller and Friedman, Probabilistic Graphical Models, 2009, definition 4.3.)
lk_status lk_network_new_markov(lk_context *context, lk_network **network, const char *name);
// Adds φ(scope): `count` values over the variables of the scope in their order, last fastest. An
// empty scope has one value. LK_ERROR_DATA for a variable that is repeated, a wrong count, a value
// that is negative or not finite, or zeros alone; LK_ERROR_USAGE unless it is a Markov network.
lk_status lk_network_add_potential(lk_network *network, const uint32_t *scope, uint32_t size,
                                   const double *values, size_t count);

// A network of its own, finished if the source is.
lk_status lk_network_copy(lk_context *context, lk_network **copy, const lk_network *source);

// ---- Looking at networks -----------------------------------------------------------------------

const char *lk_network_name(const lk_network *network);
uint32_t lk_network_variable_count(const lk_network *network);
const char *lk_network_variable_name(const lk_network *network, uint32_t variable);
uint32_t lk_network_state_count(const lk_network *network, uint32_t variable);
const char *lk_network_state_name(const lk_network *network, uint32_t variable, uint32_t state);
uint32_t lk_network_parent_count(const lk_network *network, uint32_t variable);
const uint32_t *lk_network_parents(const lk_network *network, uint32_t variable);
// The table of a variable as lk_network_set_table takes it, or NULL when it has none.
const double *lk_network_table(const lk_network *network, uint32_t variable, size_t *count);
// Whether every variable has its table, which those of a Markov network do not.
bool lk_network_has_tables(const lk_network *network);

bool lk_network_is_markov(const lk_network *network);
// The potentials of a Markov network in the order they were added; 0 of a Bayesian network.
uint32_t lk_network_potential_count(const lk_network *network);
const uint32_t *lk_network_potential_scope(const lk_network *network, uint32_t potential,
                                           uint32_t *size);
const double *lk_network_potential(const lk_network *network, uint32_t potential, size_t *count);

// LK_ERROR_UNKNOWN_NAME, naming the nearest name, when there is none of that name.
lk_status lk_network_find_variable(const lk_network *network, uint32_t *variable, const char *name);
lk_status lk_network_find_state(const lk_network *network, uint32_t *state, uint32_t variable,
                                const char *name);

// {"version","kind":"bayes" or "markov","name","variables":[{"name","states":[…],"parents":[…],
// "table":[…] or null}],"potentials":[{"scope":[…],"values":[…]}] of a Markov network}; see
// docs/formats/network-json.md. lk_network_read reads it. All numbers are doubles here; what
// lk_network_write writes as "json" has texts such as "1/3" where these do not say it all.
lk_status lk_network_to_json(lk_buffer *out, const lk_network *network);

// What is in a network.
typedef struct lk_network_figures {
    uint32_t variables;
    uint32_t arrows;
    uint32_t most_parents;
    uint32_t most_states;
    uint32_t potentials;
    double cells;      // of all tables, or of all potentials
    double parameters; // cells that can be chosen: of a table one fewer a row
} lk_network_figures;

lk_network_figures lk_network_get_figures(const lk_network *network);
// {"version","name","kind","variable_count","arrows","potentials","most_states","most_parents",
// "cells","parameters","has_tables","variables":[{"name","states":[…],"parents":[…]}]}
lk_status lk_network_info_to_json(lk_buffer *out, const lk_network *network);

// ---- Evidence ----------------------------------------------------------------------------------

typedef struct lk_finding {
    uint32_t variable;
    uint32_t state;
} lk_finding;

// A set of findings under construction. All zero is empty.
typedef struct lk_evidence {
    lk_finding *findings;
    size_t count;
    size_t capacity;
} lk_evidence;

// Adds `X=a,Y=b,Z!=c`; names that hold any of , : = ! " are written in double quotes ("" for a
// quote). LK_ERROR_USAGE for bad syntax or two states of one variable, LK_ERROR_UNKNOWN_NAME.
lk_status lk_evidence_add_text(lk_network *network, lk_evidence *evidence, const char *text);
// Adds that a variable is in a state. LK_ERROR_USAGE when it is known to be in another.
lk_status lk_evidence_add_state(const lk_network *network, lk_evidence *evidence, uint32_t variable,
                                uint32_t state);

// Evidence of other kinds changes the finished network so that it becomes a finding: use a copy
// where the network is to stay as it is. Indices of variables stay.
//
// X is not in a state.
lk_status lk_evidence_exclude_state(lk_network *network, lk_evidence *evidence, uint32_t variable,
                                    uint32_t state);
// Virtual evidence (Pearl 1988, section 2.2.2): something was seen whose probability is
// proportional to `likelihood`, one number a state. Adds a child of the variable, and that it is
// seen; to a Markov network, a potential. Numbers above 1 are divided by the largest, with a note.
lk_status lk_evidence_add_likelihood(lk_network *network, lk_evidence *evidence, uint32_t variable,
                                     const double *likelihood);
// Reads `X=a:0.3,b:0.7`, which names every state of X. Errors as lk_evidence_add_text.
lk_status lk_evidence_add_likelihood_text(lk_network *network, lk_evidence *evidence,
                                          const char *text);
// The intervention do(X=a) (Pearl 2000, section 3.2.3): cuts the arrows into X and gives it the
// state. LK_ERROR_USAGE for a Markov network.
lk_status lk_evidence_set_state(lk_network *network, lk_evidence *evidence, uint32_t variable,
                                uint32_t state);
// Reads `X=a,Y=b`.
lk_status lk_evidence_set_text(lk_network *network, lk_evidence *evidence, const char *text);

// Adds the findings of a UAI evidence file, which knows variables and states by their numbers: both
// `count variable state …`, and the older form that begins with the number of samples, which must
// be 1. LK_ERROR_SYNTAX and LK_ERROR_DATA with the place.
lk_status lk_evidence_add_uai(const lk_network *network, lk_evidence *evidence, const void *bytes,
                              size_t length, const char *file_name);
void lk_evidence_free(const lk_network *network, lk_evidence *evidence);

// A list of variables under construction. All zero is empty.
typedef struct lk_variable_list {
    uint32_t *variables;
    size_t count;
    size_t capacity;
} lk_variable_list;

// Adds the variables of `A,B,"C D"`. LK_ERROR_USAGE for a name given twice.
lk_status lk_variable_list_add_text(const lk_network *network, lk_variable_list *list,
                                    const char *text);
void lk_variable_list_free(const lk_network *network, lk_variable_list *list);

// ---- Queries -----------------------------------------------------------------------------------

// A query is planned once (what is relevant, in which order variables are summed out, how much
// work and memory that takes) and then run for any states of the same evidence variables. Running
// it again allocates nothing.
typedef struct lk_query lk_query;

typedef enum lk_engine {
    LK_ENGINE_AUTO,
    LK_ENGINE_ELIMINATION,   // variable elimination, "ve"
    LK_ENGINE_JUNCTION_TREE, // two passes for all posteriors, "jt"; not for joint tables
    LK_ENGINE_ENUMERATION    // the sum over all joint states, "enumerate": small networks only
} lk_engine;

// Heuristics for the order of elimination: "min-fill", "min-weight", "min-degree",
// "weighted-min-fill", "optimal" (exhaustive, small networks); NULL beyond the last.
const char *lk_order_heuristic_name(size_t index);

// All zero is a good default: pruned, one posterior a target, engine and order chosen by cost.
typedef struct lk_query_options {
    lk_engine engine;
    bool joint;         // one joint table of all targets instead of a posterior for each
    bool no_prune;      // keep irrelevant variables
    bool repeatable;    // a run gives the bits of a new query, whatever was run before: changes of
                        // the evidence take longer
    size_t most_values; // of a trace: factors with more cells go without values; 0: none does
    const char *heuristic; // NULL: the cheapest of the greedy ones
    const uint32_t *order; // a given order instead, of order_count variables; they are never
    size_t order_count;    // pruned, and every relevant variable must be among them
} lk_query_options;

// Plans P(targets | evidence variables). target_count 0: every unobserved variable. `options` may
// be NULL. LK_ERROR_LIMIT, with the number, when the plan exceeds lk_context_memory_limit;
// LK_ERROR_USAGE for a target that is observed, a variable given twice, or an order that does not
// fit; LK_ERROR_UNKNOWN_NAME for a heuristic that does not exist; LK_ERROR_DATA when a table that
// is needed is missing.
lk_status lk_query_new(lk_context *context, lk_query **query, const lk_network *network,
                       const uint32_t *targets, size_t target_count,
                       const uint32_t *evidence_variables, size_t evidence_count,
                       const lk_query_options *options);
void lk_query_free(lk_query *query);

// Sets the state of the evidence variable at `index` of evidence_variables; state 0 until then.
lk_status lk_query_set_evidence(lk_query *query, size_t index, uint32_t state);
// LK_ERROR_IMPOSSIBLE, naming a minimal set of findings that cannot hold together, when the
// evidence has probability zero.
lk_status lk_query_run(lk_query *query);

// After a run. p is 0 when too small for a double; its logarithm is always right. Of a Markov
// network it is Z(evidence), which may also be too large for one.
double lk_query_p_evidence(const lk_query *query);
double lk_query_log10_p_evidence(const lk_query *query);
size_t lk_query_target_count(const lk_query *query);
uint32_t lk_query_target(const lk_query *query, size_t index);
// P(target at `index` | evidence), one value a state; NULL for a joint query.
const double *lk_query_posterior(const lk_query *query, size_t index);
// P(targets | evidence), last target fastest; NULL unless the query is joint.
const double *lk_query_joint(const lk_query *query, size_t *count);

// What the plan foresees, over all parts of the query (each posterior, and P(evidence) where none
// gives it).
typedef struct lk_plan_summary {
    const char *engine;    // "ve", "jt" or "enumerate"
    const uint32_t *order; // of the target with most operations
    size_t order_count;
    double largest_table; // cells
    double operations;    // multiplications and additions
    double bytes;
} lk_plan_summary;

lk_plan_summary lk_query_plan(const lk_query *query);

// {"version","evidence":{…},"p_evidence","log10_p_evidence","posteriors":{…} or "joint":{…},
// "engine","plan":{"order","largest_table","operations","bytes"},"seconds"}; `seconds` is what the
// caller measured. Of a Markov network both are null and "log10_z" has log10 Z(evidence).
lk_status lk_query_to_json(lk_buffer *out, const lk_query *query, double seconds);

// ---- Documents ---------------------------------------------------------------------------------

// What explanations are written as: plain text, Markdown (CommonMark with tables), a LaTeX file
// that needs amsmath alone (in Chinese the class ctexart, and XeLaTeX), or one HTML
// page that needs nothing else.
typedef enum lk_document_format {
    LK_DOCUMENT_TEXT,
    LK_DOCUMENT_MARKDOWN,
    LK_DOCUMENT_LATEX,
    LK_DOCUMENT_HTML
} lk_document_format;

// The format of that name: "text", "markdown", "latex" or "html". False when there is none.
bool lk_document_format_find(lk_document_format *format, const char *name);

// What explanations are written in: English or Simplified Chinese. Names and formulas are the same
// in both, and come in the same order; messages of errors are English.
typedef enum lk_language { LK_ENGLISH, LK_CHINESE } lk_language;

// The language of that tag: "en" or "zh". False when there is none.
bool lk_language_find(lk_language *language, const char *tag);

// All zero, as NULL: text in English.
typedef struct lk_document_options {
    lk_document_format format;
    lk_language language;
} lk_document_options;

// What the UAI result files hold, after a run: "PR" the logarithm to base 10 of P(evidence) or
// Z(evidence); "MAR" the posterior of every variable, for which all unobserved ones must be targets
// with posteriors of their own (LK_ERROR_USAGE otherwise).
lk_status lk_query_to_uai_pr(lk_buffer *out, const lk_query *query);
lk_status lk_query_to_uai_mar(lk_buffer *out, const lk_query *query);

// ---- Most probable states ----------------------------------------------------------------------

// The states of the targets that are most probable together given the evidence (maximum a
// posteriori, MAP); of all unobserved variables, the most probable explanation (MPE). (Koller and
// Friedman 2009, chapter 13.)
typedef struct lk_map lk_map;

// target_count 0: every unobserved variable. Errors as lk_query_new and lk_query_run.
lk_status lk_map_new(lk_context *context, lk_map **map, const lk_network *network,
                     const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                     size_t evidence_count);
void lk_map_free(lk_map *map);
size_t lk_map_count(const lk_map *map); // of targets
uint32_t lk_map_variable(const lk_map *map, size_t index);
uint32_t lk_map_state(const lk_map *map, size_t index);
// P(the states, evidence), of a Markov network the product of its potentials (summed over what is
// not a target); 0 when too small for a double.
double lk_map_p_joint(const lk_map *map);
double lk_map_log10_p_joint(const lk_map *map);
double lk_map_p_given_evidence(const lk_map *map);
// Whether other states are as probable, to 1e-12 of the probability.
bool lk_map_has_ties(const lk_map *map);
// {"version","evidence":{…},"assignment":{…},"p_joint","log10_p_joint","p_given_evidence","ties"};
// of a Markov network "log10_value" has a number instead of the two of the joint.
lk_status lk_map_to_json(lk_buffer *out, const lk_map *map);
// What the UAI result files hold: "MPE" the states of all variables, observed ones included
// (LK_ERROR_USAGE when some unobserved one was no target); "MMAP" the targets and their states.
lk_status lk_map_to_uai_mpe(lk_buffer *out, const lk_map *map);
lk_status lk_map_to_uai_mmap(lk_buffer *out, const lk_map *map);

// ---- UAI results -------------------------------------------------------------------------------

// What a UAI result file says, in terms of the network that it is about.
typedef struct lk_uai_result lk_uai_result;

typedef enum lk_uai_task {
    LK_UAI_PR,  // the logarithm to base 10 of P(evidence) or Z(evidence)
    LK_UAI_MAR, // the posterior of every variable
    LK_UAI_MPE, // a state of every variable
    LK_UAI_MMAP // a state of each target
} lk_uai_task;

// As it is written in the files: "MAR".
const char *lk_uai_task_name(lk_uai_task task);

// Reads a result of one sample of evidence; the older form with the number of samples, 1, before
// the rest is read as well. LK_ERROR_SYNTAX, and LK_ERROR_DATA for what does not fit the network,
// with the place; LK_ERROR_UNSUPPORTED for another task.
lk_status lk_uai_result_read(lk_context *context, lk_uai_result **result, const lk_network *network,
                             const void *bytes, size_t length, const char *file_name);
void lk_uai_result_free(lk_uai_result *result);
lk_uai_task lk_uai_result_task(const lk_uai_result *result);
double lk_uai_result_log10(const lk_uai_result *result);                               // of PR
const double *lk_uai_result_posterior(const lk_uai_result *result, uint32_t variable); // of MAR
// Of MPE and MMAP: the variables it has states of, borrowed, and the state of one of them.
const uint32_t *lk_uai_result_targets(const lk_uai_result *result, size_t *count);
uint32_t lk_uai_result_state(const lk_uai_result *result, uint32_t variable);
// {"version","task"} and "log10" of PR, "posteriors":{variable:{state:p}} of MAR, or
// "assignment":{variable:state}.
lk_status lk_uai_result_to_json(lk_buffer *out, const lk_uai_result *result);

// The place where an answer and a result are farthest apart.
typedef struct lk_uai_difference {
    lk_uai_task task;
    double largest; // |here - there|
    double here, there;
    uint32_t variable, state; // of MAR
} lk_uai_difference;

// Compares a query that was run with a result of the task PR, or of MAR, for which all unobserved
// variables must be targets with posteriors of their own. LK_ERROR_USAGE otherwise.
lk_status lk_query_compare_uai(const lk_query *query, const lk_uai_result *result,
                               lk_uai_difference *difference);
// Compares most probable states with those of a result of the task MPE or MMAP, by the logarithms
// of P(states, evidence) to base 10, for other states can be as probable; `there` is -inf where the
// result's cannot be. Both must be of the same variables, apart from observed ones: LK_ERROR_USAGE
// otherwise. Errors as lk_query_new and lk_query_run.
lk_status lk_map_compare_uai(const lk_map *map, const lk_uai_result *result,
                             lk_uai_difference *difference);
// {"version","task","largest_difference","here","there","tolerance","agree"}, of MAR with
// "variable" and "state": they agree when the difference is at most the tolerance.
lk_status lk_uai_difference_to_json(lk_buffer *out, const lk_network *network,
                                    const lk_uai_difference *difference, double tolerance);

// ---- Checks ------------------------------------------------------------------------------------

// What is wrong or doubtful in a file that holds a network.
typedef struct lk_check lk_check;

typedef enum lk_severity {
    LK_SEVERITY_NOTE,    // worth knowing
    LK_SEVERITY_WARNING, // most likely not what was meant
    LK_SEVERITY_ERROR
} lk_severity;

typedef struct lk_check_finding {
    lk_severity severity;
    // "unreadable", "reader" (a note of the reader), "missing-table", "structure", "isolated",
    // "one-state", "far-rows", "irrelevant-parent", "deterministic", "very-small",
    // "impossible-state", "impossible" (the potentials have the product 0 everywhere), "cost" or
    // "too-large"
    const char *code;
    const char *variable; // NULL: not of one
    const char *message;
    lk_location location; // of "unreadable"
    lk_remedy remedy;     // of "unreadable": what may help
} lk_check_finding;

// Checks what lk_network_read would read. A file that cannot be read is a finding and no failure;
// failures are LK_ERROR_MEMORY and LK_ERROR_LIMIT.
lk_status lk_check_read(lk_context *context, lk_check **check, const void *bytes, size_t length,
                        const char *file_name, const lk_network_read_options *options);
// The same from a path; LK_ERROR_NO_INPUT and LK_ERROR_IO as well.
lk_status lk_check_load(lk_context *context, lk_check **check, const char *path,
                        const lk_network_read_options *options);
void lk_check_free(lk_check *check);

bool lk_check_is_readable(const lk_check *check);
// How many findings there are of a severity, and all of them.
size_t lk_check_count(const lk_check *check, lk_severity severity);
size_t lk_check_finding_count(const lk_check *check);
// Borrowed; `index` below lk_check_finding_count.
const lk_check_finding *lk_check_finding_at(const lk_check *check, size_t index);

// A line for each finding, the most severe first, and their numbers.
lk_status lk_check_to_text(lk_buffer *out, const lk_check *check);
// {"version","readable","name","errors","warnings","notes","findings":[{"severity","code",
// "variable","message","file","line","column","byte","remedy"}],"plan":{"largest_clique",
// "operations","bytes"}}; what does not apply is null, but "remedy", which is left out then.
lk_status lk_check_to_json(lk_buffer *out, const lk_check *check);

// ---- What to observe next ----------------------------------------------------------------------

// How much each unobserved variable would tell of a target: its mutual information with the target
// given the evidence, in bits (Shannon 1948; Koller and Friedman 2009, section 22.1).
typedef struct lk_information lk_information;

// Errors as lk_query_new and lk_query_run. Takes one propagation for each state of the target.
lk_status lk_information_new(lk_context *context, lk_information **information,
                             const lk_network *network, uint32_t target, const lk_finding *evidence,
                             size_t evidence_count);
// The same in steps, each of one propagation, until *done; only then there is something to read.
// The network must live as long as that; after a failure only lk_information_free may follow.
lk_status lk_information_begin(lk_context *context, lk_information **information,
                               const lk_network *network, uint32_t target,
                               const lk_finding *evidence, size_t evidence_count);
lk_status lk_information_next(lk_information *information, bool *done);
void lk_information_free(lk_information *information);
double lk_information_target_entropy(const lk_information *information); // H(target | evidence)
// The other unobserved variables, the most informative first.
size_t lk_information_count(const lk_information *information);
uint32_t lk_information_variable(const lk_information *information, size_t index);
double lk_information_entropy(const lk_information *information, size_t index);
double lk_information_mutual(const lk_information *information, size_t index);
// {"version","evidence":{…},"target","entropy","variables":[{"name","entropy",
// "mutual_information"}]}
lk_status lk_information_to_json(lk_buffer *out, const lk_information *information);

// ---- Traces ------------------------------------------------------------------------------------

// Variable elimination, step by step, as data. A network without tables has a trace as well, less
// the values.
typedef struct lk_trace lk_trace;

// The trace of P(targets | evidence); with several targets, of their joint. Errors as lk_query_new
// and lk_query_run; the engine and `joint` of the options are not looked at.
lk_status lk_trace_new(lk_context *context, lk_trace **trace, const lk_network *network,
                       const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                       size_t evidence_count, const lk_query_options *options);
void lk_trace_free(lk_trace *trace);

size_t lk_trace_step_count(const lk_trace *trace);
// One line a step, in the notation of textbooks, tables (where there are any) below each line.
lk_status lk_trace_to_text(lk_buffer *out, const lk_trace *trace);
// A section for the factors, one for each step, and one for the result; as text the lines above.
// Tables of more than 64 rows are cut there, which a line below them says.
lk_status lk_trace_to_document(lk_buffer *out, const lk_trace *trace,
                               const lk_document_options *options);
// {"version","query","evidence","order","pruned","factors","steps","result","summary"}; see
// docs/formats/trace.md.
lk_status lk_trace_to_json(lk_buffer *out, const lk_trace *trace);

// ---- Comparing orders --------------------------------------------------------------------------

// Several orders of elimination for one question, side by side: what each generates and costs. The
// structure alone tells.
typedef struct lk_orders lk_orders;

// One of them: a heuristic, or variables.
typedef struct lk_order_choice {
    const char *heuristic; // NULL: the variables
    const uint32_t *variables;
    size_t count;
} lk_order_choice;

// Errors as lk_trace_new, but an order that some limit rules out ("optimal" of a large network) is
// listed with the reason.
lk_status lk_orders_new(lk_context *context, lk_orders **orders, const lk_network *network,
                        const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                        size_t evidence_count, const lk_order_choice *choices, size_t choice_count);
void lk_orders_free(lk_orders *orders);

// A table, and what follows from it in words.
lk_status lk_orders_to_document(lk_buffer *out, const lk_orders *orders,
                                const lk_document_options *options);
// {"version","query","orders":[{"name","heuristic","order","pruned","width","largest_generated",
// "largest_join","cells","multiplications","additions"} or {"name","reason"}],"words":[…]}; see
// docs/formats/orders.md. "words" and reasons are in the language.
lk_status lk_orders_to_json(lk_buffer *out, const lk_orders *orders, lk_language language);

// ---- Drawings ----------------------------------------------------------------------------------

// What can be drawn of a network: "dag", its arrows; "moral", the undirected graph in which the
// variables of each table are connected; "triangulated", that graph with the edges which an order
// of elimination adds; "tree", a junction tree of its cliques. NULL beyond the last.
const char *lk_drawing_graph_name(size_t index);

// All zero is a good default.
typedef struct lk_draw_options {
    const char *graph;  // NULL: "dag", or "moral" for a Markov network, which has no arrows
    const char *format; // "svg" (NULL), or "dot" for Graphviz, without places and sizes
    // A query that was run, whose targets get bars; NULL, or a joint query: there are none.
    const lk_query *posteriors;
    const lk_finding *evidence; // marks the variables that are observed
    size_t evidence_count;
    const char *heuristic; // for "triangulated" and "tree": as for queries, over all variables
    const uint32_t *order; // or a given order
    size_t order_count;
} lk_draw_options;

// Appends a drawing of the network: a complete SVG document that fits light and dark surroundings
// and says in words what it shows, or a graph for Graphviz. The same network always gives the same
// text. LK_ERROR_UNKNOWN_NAME for a graph, a format or a heuristic that does not exist;
// LK_ERROR_USAGE for the arrows of a Markov network, bars in a tree, and an order without some
// variable or with one twice; LK_ERROR_LIMIT when the drawing would be too large.
lk_status lk_network_draw(lk_buffer *out, const lk_network *network,
                          const lk_draw_options *options);

// ---- Reports -----------------------------------------------------------------------------------

// Answers a sheet of questions about a network (docs/formats/questions.md) with worked solutions.
// LK_ERROR_SYNTAX and LK_ERROR_DATA, with line and column of `file_name` (NULL: none), for a sheet
// that cannot be read. A question that has no answer (evidence of probability zero, missing
// numbers, a limit) says so in its place.
lk_status lk_report_write(lk_context *context, lk_buffer *out, const lk_network *network,
                          const char *questions, size_t length, const char *file_name,
                          const lk_document_options *options);

#ifdef __cplusplus
}
#endif

#endif
