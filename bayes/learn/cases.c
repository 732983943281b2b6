#include "learn/cases.h"

#include <stdlib.h>

// A case while it is collected: its states are the key of a map.
typedef struct collector {
    lk_context *context;
    const lk_network *network;
    lk_csv *table;
    lk_case_columns columns;
    uint32_t *states; // of the record being read
    lk_hashmap *map;  // states → index
    lk_cases *cases;
    size_t capacity;
} collector;

// ---- Records ----------------------------------------------------------------------------------

static lk_status reserve(collector *k) {
    lk_cases *cases = k->cases;
    if (cases->count < k->capacity) return LK_OK;
    size_t capacity = k->capacity ? 2 * k->capacity : 64;
    uint64_t *weights = lk_resize(k->context, cases->weights, capacity, sizeof *weights);
    LK_NEED(weights);
    cases->weights = weights;
    uint64_t *lines = lk_resize(k->context, cases->lines, capacity, sizeof *lines);
    LK_NEED(lines);
    cases->lines = lines;
    k->capacity = capacity;
    return LK_OK;
}

static lk_status add_record(collector *k) {
    uint64_t *index;
    bool added;
    lk_cases *cases = k->cases;
    LK_TRY(reserve(k));
    LK_TRY(lk_hashmap_insert(k->map, &index, &added, k->states,
                             cases->variables * sizeof *k->states, cases->count));
    if (added) {
        cases->weights[cases->count] = 0;
        cases->lines[cases->count++] = (uint64_t)lk_csv_location(k->table, 0).line;
    }
    cases->weights[*index]++;
    cases->records++;
    return LK_OK;
}

static lk_status read_field(collector *k, size_t column) {
    uint32_t variable = k->columns.variables[column];
    if (variable == LK_NO_VARIABLE) return LK_OK;
    return lk_case_columns_read(&k->columns, &k->states[variable], column);
}

static lk_status read_records(collector *k) {
    for (;;) {
        bool more;
        LK_TRY(lk_csv_next(k->table, &more));
        if (!more) break;
        for (uint32_t v = 0; v < k->cases->variables; v++) k->states[v] = LK_MISSING;
        for (size_t c = 0; c < lk_csv_column_count(k->table); c++) LK_TRY(read_field(k, c));
        LK_TRY(add_record(k));
    }
    if (k->cases->records > 0) return LK_OK;
    return lk_fail(k->context, LK_ERROR_DATA, "there are no records");
}

// ---- Patterns ---------------------------------------------------------------------------------

// A case to be sorted; all point at the same array of states.
typedef struct sorted_case {
    const uint32_t *states;
    uint64_t weight;
    uint64_t line;
    uint32_t variables;
} sorted_case;

static int compare_patterns(const uint32_t *a, const uint32_t *b, uint32_t variables) {
    for (uint32_t v = 0; v < variables; v++)
        if ((a[v] == LK_MISSING) != (b[v] == LK_MISSING)) return a[v] == LK_MISSING ? 1 : -1;
    return 0;
}

static int compare_cases(const void *left, const void *right) {
    const sorted_case *a = left, *b = right;
    int order = compare_patterns(a->states, b->states, a->variables);
    if (order) return order;
    return a->line < b->line ? -1 : a->line > b->line;
}

static void find_patterns(lk_cases *cases) {
    for (size_t i = 0; i < cases->count; i++)
        if (i == 0 ||
            compare_patterns(lk_case_at(cases, i - 1), lk_case_at(cases, i), cases->variables))
            cases->patterns[cases->pattern_count++] = i;
    cases->patterns[cases->pattern_count] = cases->count;
}

// Moves the cases out of the map, those of the same pattern together.
static lk_status arrange(collector *k, sorted_case *sorted) {
    lk_cases *cases = k->cases;
    size_t variables = cases->variables;
    if (cases->count > SIZE_MAX / 16 / variables)
        return lk_fail(k->context, LK_ERROR_LIMIT, "there are too many cases");
    uint32_t *states = lk_alloc(k->context, cases->count * variables, sizeof *states);
    LK_NEED(states);
    for (size_t i = 0; i < cases->count; i++) {
        memcpy(states + i * variables, lk_hashmap_key_at(k->map, i, NULL),
               variables * sizeof *states);
        sorted[i] = (sorted_case){states + i * variables, cases->weights[i], cases->lines[i],
                                  cases->variables};
    }
    qsort(sorted, cases->count, sizeof *sorted, compare_cases);
    for (size_t i = 0; i < cases->count; i++) {
        memcpy(cases->states + i * variables, sorted[i].states, variables * sizeof *states);
        cases->weights[i] = sorted[i].weight;
        cases->lines[i] = sorted[i].line;
    }
    lk_free(k->context, states);
    find_patterns(cases);
    return LK_OK;
}

static lk_status finish(collector *k) {
    lk_cases *cases = k->cases;
    cases->states =
        lk_alloc(k->context, cases->count, (size_t)cases->variables * sizeof *cases->states);
    LK_NEED(cases->states);
    cases->patterns = lk_alloc(k->context, cases->count + 1, sizeof *cases->patterns);
    LK_NEED(cases->patterns);
    sorted_case *sorted = lk_alloc(k->context, cases->count, sizeof *sorted);
    LK_NEED(sorted);
    lk_status status = arrange(k, sorted);
    lk_free(k->context, sorted);
    return status;
}

// ---- Reading ----------------------------------------------------------------------------------

static lk_status collect(collector *k, bool ignore_unknown) {
    lk_cases *cases = k->cases;
    cases->context = k->context;
    cases->variables = lk_network_variable_count(k->network);
    const char *file = lk_csv_file(k->table);
    if (file) {
        cases->file = lk_copy_text(k->context, file, strlen(file));
        LK_NEED(cases->file);
    }
    k->states = lk_alloc(k->context, cases->variables, sizeof *k->states);
    LK_NEED(k->states);
    LK_TRY(lk_hashmap_new(k->context, &k->map));
    LK_TRY(lk_case_columns_make(&k->columns, k->context, k->network, k->table, ignore_unknown));
    k->columns.soft_advice = "likelihoods and excluded states cannot be counted";
    lk_csv_rewind(k->table);
    LK_TRY(read_records(k));
    return finish(k);
}

lk_status lk_cases_read(lk_context *context, lk_cases **out, const lk_network *network,
                        lk_csv *table, bool ignore_unknown) {
    collector k = {.context = context, .network = network, .table = table};
    k.cases = lk_alloc_zero(context, 1, sizeof *k.cases);
    LK_NEED(k.cases);
    lk_status status = collect(&k, ignore_unknown);
    lk_case_columns_release(&k.columns);
    lk_free(context, k.states);
    lk_hashmap_free(k.map);
    if (status != LK_OK) {
        k.cases->context = context;
        lk_cases_free(k.cases);
        return status;
    }
    *out = k.cases;
    return LK_OK;
}

void lk_cases_free(lk_cases *cases) {
    if (!cases) return;
    lk_context *context = cases->context;
    lk_free(context, cases->states);
    lk_free(context, cases->weights);
    lk_free(context, cases->lines);
    lk_free(context, cases->file);
    lk_free(context, cases->patterns);
    lk_free(context, cases);
}

uint64_t lk_cases_records(const lk_cases *cases) { return cases->records; }
