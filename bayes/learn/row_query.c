// A question asked again for each record of a table, whose fields are evidence.
#include "formats/values.h"
#include "inference/query.h"
#include "learn/case_columns.h"
#include "likelore/json.h"
#include "likelore/learn.h"
#include "network/evidence_json.h"

#include <string.h>

enum { MOST_STANDING = 8 };

// A query that stands between the records in which these variables are observed.
typedef struct standing_query {
    lk_query *query;
    uint32_t *variables;
    size_t count;
    uint64_t last_used; // number of the record
} standing_query;

struct lk_row_query {
    lk_context *context;
    const lk_network *network;
    lk_case_columns columns;
    lk_query_options options;
    uint32_t *targets;
    size_t target_count;
    bool *is_target;
    lk_finding *findings; // those of all records first; room for one a variable
    size_t given_count, count;
    uint32_t *given;    // the state of each variable in all records, LK_MISSING: open
    uint32_t *observed; // variables of the findings
    standing_query standing[MOST_STANDING];
    size_t standing_count;
};

// ---- Records ----------------------------------------------------------------------------------

static lk_status fail_field(const lk_row_query *r, size_t column, const char *problem) {
    const lk_variable *v = &r->network->variables[r->columns.variables[column]];
    return lk_fail_at(r->context, LK_ERROR_DATA, lk_csv_location(r->columns.table, column),
                      "variable \"%s\" %s", v->name, problem);
}

static lk_status read_field(lk_row_query *r, size_t column) {
    uint32_t state, variable = r->columns.variables[column];
    LK_TRY(lk_case_columns_read(&r->columns, &state, column));
    if (state == LK_MISSING || r->given[variable] == state) return LK_OK;
    if (r->given[variable] != LK_MISSING)
        return fail_field(r, column, "has another state here than in the evidence of all rows");
    if (r->is_target[variable]) return fail_field(r, column, "is asked for and observed here");
    r->findings[r->count++] = (lk_finding){variable, state};
    return LK_OK;
}

lk_status lk_row_query_next(lk_row_query *r, bool *more) {
    LK_TRY(lk_csv_next(r->columns.table, more));
    if (!*more && lk_csv_record(r->columns.table) == 0)
        return lk_fail_in_file(r->context,
                               lk_fail(r->context, LK_ERROR_DATA, "there are no records"),
                               lk_csv_file(r->columns.table));
    r->count = r->given_count;
    for (size_t c = 0; *more && c < lk_csv_column_count(r->columns.table); c++)
        LK_TRY(read_field(r, c));
    return LK_OK;
}

const lk_finding *lk_row_query_evidence(const lk_row_query *r, size_t *count) {
    *count = r->count;
    return r->findings;
}

lk_location lk_row_query_location(const lk_row_query *r) {
    lk_location place = lk_csv_location(r->columns.table, 0);
    place.column = 0;
    return place;
}

// ---- Standing queries -------------------------------------------------------------------------

static void drop(lk_row_query *r, size_t index) {
    lk_query_free(r->standing[index].query);
    lk_free(r->context, r->standing[index].variables);
    r->standing[index] = r->standing[--r->standing_count];
}

static standing_query *find_standing(lk_row_query *r) {
    for (size_t i = 0; i < r->standing_count; i++)
        if (r->standing[i].count == r->count &&
            memcmp(r->standing[i].variables, r->observed, r->count * sizeof *r->observed) == 0)
            return &r->standing[i];
    return NULL;
}

static void drop_oldest(lk_row_query *r) {
    size_t oldest = 0;
    for (size_t i = 1; i < r->standing_count; i++)
        if (r->standing[i].last_used < r->standing[oldest].last_used) oldest = i;
    drop(r, oldest);
}

// Those that stand leave at least half of the memory to the next one.
static void make_room(lk_row_query *r) {
    uint64_t limit = lk_context_memory_limit(r->context);
    while (r->standing_count > 0 && (r->standing_count == MOST_STANDING ||
                                     lk_context_memory_usage(r->context).live_bytes > limit / 2))
        drop_oldest(r);
}

static lk_status add_standing(lk_row_query *r, standing_query **out) {
    make_room(r);
    standing_query made = {.count = r->count};
    made.variables = lk_alloc(r->context, r->count + 1, sizeof *made.variables);
    LK_NEED(made.variables);
    memcpy(made.variables, r->observed, r->count * sizeof *made.variables);
    lk_status status = lk_query_new(r->context, &made.query, r->network, r->targets,
                                    r->target_count, made.variables, made.count, &r->options);
    if (status != LK_OK) {
        lk_free(r->context, made.variables);
        return status;
    }
    *out = &r->standing[r->standing_count++];
    **out = made;
    return LK_OK;
}

static lk_status run(lk_row_query *r, const lk_query **query) {
    for (size_t i = 0; i < r->count; i++) r->observed[i] = r->findings[i].variable;
    standing_query *standing = find_standing(r);
    if (!standing) LK_TRY(add_standing(r, &standing));
    standing->last_used = lk_csv_record(r->columns.table);
    for (size_t i = 0; i < r->count; i++)
        LK_TRY(lk_query_set_evidence(standing->query, i, r->findings[i].state));
    LK_TRY(lk_query_run(standing->query));
    *query = standing->query;
    return LK_OK;
}

lk_status lk_row_query_run(lk_row_query *r, const lk_query **query) {
    return lk_locate_failure(r->context, run(r, query), lk_row_query_location(r));
}

// ---- Making -----------------------------------------------------------------------------------

static lk_status keep_targets(lk_row_query *r, const uint32_t *targets, size_t count) {
    r->targets = lk_alloc(r->context, count + 1, sizeof *r->targets);
    LK_NEED(r->targets);
    r->is_target = lk_alloc_zero(r->context, r->network->count, sizeof *r->is_target);
    LK_NEED(r->is_target);
    r->target_count = count;
    for (size_t i = 0; i < count; i++) {
        r->targets[i] = targets[i];
        r->is_target[targets[i]] = true;
    }
    return LK_OK;
}

static lk_status keep_evidence(lk_row_query *r, const lk_finding *evidence, size_t count) {
    uint32_t n = r->network->count;
    r->findings = lk_alloc(r->context, n, sizeof *r->findings);
    LK_NEED(r->findings);
    r->observed = lk_alloc(r->context, n, sizeof *r->observed);
    LK_NEED(r->observed);
    r->given = lk_alloc(r->context, n, sizeof *r->given);
    LK_NEED(r->given);
    for (uint32_t v = 0; v < n; v++) r->given[v] = LK_MISSING;
    for (size_t i = 0; i < count; i++) {
        if (r->given[evidence[i].variable] != LK_MISSING)
            return lk_fail(r->context, LK_ERROR_USAGE,
                           "the evidence variable \"%s\" is given twice",
                           r->network->variables[evidence[i].variable].name);
        r->given[evidence[i].variable] = evidence[i].state;
        r->findings[r->given_count++] = evidence[i];
    }
    return LK_OK;
}

static lk_status make(lk_row_query *r, const uint32_t *targets, size_t target_count,
                      const lk_finding *evidence, size_t evidence_count, lk_csv *table,
                      bool ignore_unknown) {
    LK_TRY(lk_network_need_finished(r->context, r->network));
    LK_TRY(keep_targets(r, targets, target_count));
    LK_TRY(keep_evidence(r, evidence, evidence_count));
    LK_TRY(lk_case_columns_make(&r->columns, r->context, r->network, table, ignore_unknown));
    r->columns.soft_advice = "likelihoods and excluded states are said of all rows";
    return LK_OK;
}

lk_status lk_row_query_new(lk_context *context, lk_row_query **out, const lk_network *network,
                           const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                           size_t evidence_count, const lk_query_options *options, lk_csv *table,
                           bool ignore_unknown) {
    lk_row_query *r = lk_alloc_zero(context, 1, sizeof *r);
    LK_NEED(r);
    r->context = context;
    r->network = network;
    if (options) r->options = *options;
    lk_status status =
        make(r, targets, target_count, evidence, evidence_count, table, ignore_unknown);
    if (status != LK_OK) {
        lk_row_query_free(r);
        return status;
    }
    *out = r;
    return LK_OK;
}

void lk_row_query_free(lk_row_query *r) {
    if (!r) return;
    while (r->standing_count > 0) drop(r, r->standing_count - 1);
    lk_case_columns_release(&r->columns);
    lk_free(r->context, r->targets);
    lk_free(r->context, r->is_target);
    lk_free(r->context, r->findings);
    lk_free(r->context, r->observed);
    lk_free(r->context, r->given);
    lk_free(r->context, r);
}

// ---- Rows without an answer -------------------------------------------------------------------

static void add_place(lk_json_writer *writer, lk_location place) {
    if (place.file)
        lk_json_add_string(writer, "file", place.file);
    else
        lk_json_add_null(writer, "file");
    lk_json_add_integer(writer, "line", place.line);
    lk_json_add_null(writer, "column");
    lk_json_add_integer(writer, "byte", place.byte);
}

static void add_error(lk_json_writer *writer, lk_error error) {
    lk_json_begin_object(writer, "error");
    lk_json_add_string(writer, "code", lk_status_name(error.status));
    lk_json_add_string(writer, "message", error.message);
    add_place(writer, error.location);
    lk_json_end(writer);
}

lk_status lk_row_query_error_to_json(lk_buffer *out, const lk_row_query *r) {
    uint32_t *states = lk_alloc_zero(r->context, r->network->count, sizeof *states);
    LK_NEED(states);
    for (size_t i = 0; i < r->count; i++) states[r->findings[i].variable] = r->findings[i].state;
    lk_json_writer *writer;
    lk_error error = lk_context_error(r->context);
    lk_status status = lk_json_writer_new(r->context, &writer);
    if (status == LK_OK) {
        lk_json_begin_object(writer, NULL);
        lk_json_add_integer(writer, "version", 1);
        lk_json_add_evidence(writer, r->network, r->observed, r->count, states);
        add_error(writer, error);
        lk_json_end(writer);
        status = lk_json_finish(writer, out, false);
        lk_json_writer_free(writer);
    }
    lk_free(r->context, states);
    return status;
}
