// Factors of a network, the evidence put in: each is a restriction, or, where nothing of it is
// observed, the table as it is.
#include "factors/factors.h"

#include "inference/separation.h"
#include "likelore/json.h"

#include <stdio.h>

enum { MOST_CELLS = 4000000 };

typedef struct walk {
    const lk_network *network;
    const lk_factor_choice *choice;
    lk_arena arena;   // of the whole
    lk_arena scratch; // of one factor
    lk_json_writer *writer;
    bool *observed; // of each variable
    uint32_t *states;
    double cells; // so far
} walk;

// ---- The question ------------------------------------------------------------------------------

static lk_status take_evidence(walk *w) {
    w->observed = lk_arena_alloc_zero(&w->arena, w->network->count, sizeof *w->observed);
    w->states = lk_arena_alloc_zero(&w->arena, w->network->count, sizeof *w->states);
    LK_NEED(w->observed);
    LK_NEED(w->states);
    for (size_t i = 0; i < w->choice->evidence_count; i++) {
        const lk_finding *finding = &w->choice->evidence[i];
        w->observed[finding->variable] = true;
        w->states[finding->variable] = finding->state;
    }
    for (size_t i = 0; i < w->choice->target_count; i++)
        if (w->observed[w->choice->targets[i]])
            return lk_fail(w->network->context, LK_ERROR_USAGE,
                           "variable \"%s\" is a target and observed",
                           w->network->variables[w->choice->targets[i]].name);
    return LK_OK;
}

// ---- One factor --------------------------------------------------------------------------------

static lk_status set_scope(walk *w, lk_factor_data *data, const lk_table *table) {
    const lk_variable *variables = w->network->variables;
    lk_factor_variable *scope = lk_arena_alloc(&w->scratch, table->size, sizeof *scope);
    LK_NEED(scope);
    for (uint32_t i = 0; i < table->size; i++) {
        const lk_variable *v = &variables[table->scope[i]];
        scope[i] = (lk_factor_variable){v->name, v->states, v->state_count};
    }
    data->scope = scope;
    data->size = table->size;
    return LK_OK;
}

static lk_status set_texts(walk *w, lk_factor_data *data, uint32_t table) {
    const char **texts = lk_arena_alloc(&w->scratch, data->count, sizeof *texts);
    LK_NEED(texts);
    lk_arena scratch = lk_arena_make(w->network->context, 0);
    lk_buffer text = lk_buffer_make(w->network->context);
    lk_status status = LK_OK;
    for (size_t i = 0; status == LK_OK && i < data->count; i++) {
        lk_rational number;
        lk_buffer_clear(&text);
        status = lk_exact_entry(&scratch, &w->arena, &number, w->network, table, i);
        if (status == LK_OK) status = lk_rational_append(&scratch, &text, number);
        if (status == LK_OK) status = lk_buffer_status(&text);
        if (status != LK_OK) break;
        texts[i] = lk_arena_copy_text(&w->scratch, lk_buffer_text(&text), text.length);
        if (!texts[i]) status = LK_ERROR_MEMORY;
        lk_arena_reset(&scratch);
    }
    lk_buffer_free(&text);
    lk_arena_release(&scratch);
    data->texts = texts;
    return status;
}

static lk_status describe(walk *w, lk_factor_data *data, char symbol[16], uint32_t index) {
    const lk_table *table = lk_network_table_at(w->network, index);
    *data = (lk_factor_data){.values = table->given, .count = table->cells};
    if (table->owner != LK_NO_VARIABLE) {
        data->head = w->network->variables[table->owner].name;
        if (!table->values) return lk_network_fail_no_table(w->network, table->owner);
        data->values = table->values; // rows divided by their sum
    } else {
        bool is_added = index >= w->network->potential_count; // for a variable that no other has
        if (is_added)
            snprintf(symbol, 16, "1");
        else
            snprintf(symbol, 16, "φ%u", index + 1);
        data->symbol = symbol;
    }
    w->cells += (double)table->cells;
    if (w->cells > MOST_CELLS)
        return lk_fail(w->network->context, LK_ERROR_LIMIT,
                       "the factors have more than %d cells together: ask for fewer", MOST_CELLS);
    LK_TRY(set_scope(w, data, table));
    return w->choice->exact ? set_texts(w, data, index) : LK_OK;
}

// What the factor's variables are observed as.
static lk_status find_evidence(walk *w, lk_factor_request *request, const lk_table *table) {
    lk_factor_finding *evidence = lk_arena_alloc(&w->scratch, table->size, sizeof *evidence);
    LK_NEED(evidence);
    for (uint32_t i = 0; i < table->size; i++) {
        uint32_t v = table->scope[i];
        const lk_variable *variable = &w->network->variables[v];
        if (w->observed[v])
            evidence[request->evidence_count++] =
                (lk_factor_finding){variable->name, variable->states[w->states[v]]};
    }
    request->evidence = evidence;
    return LK_OK;
}

static lk_status add_factor(walk *w, uint32_t table) {
    lk_factor_data data;
    char symbol[16];
    LK_TRY(describe(w, &data, symbol, table));
    lk_factor_request request = {
        .operation = LK_FACTOR_RESTRICT,
        .factors = &data,
        .factor_count = 1,
        .exact = w->choice->exact,
    };
    LK_TRY(find_evidence(w, &request, lk_network_table_at(w->network, table)));
    lk_factor_result *result;
    LK_TRY(lk_factor_combine(w->network->context, &result, &request));
    lk_factor_add_json(w->writer, result, false);
    lk_factor_result_free(result);
    lk_arena_reset(&w->scratch);
    return LK_OK;
}

// ---- All of them -------------------------------------------------------------------------------

static lk_status add_chosen(walk *w) {
    for (size_t i = 0; i < w->choice->table_count; i++) {
        if (w->choice->tables[i] >= lk_network_table_count(w->network))
            return lk_fail(w->network->context, LK_ERROR_USAGE, "the network has no table %u",
                           w->choice->tables[i]);
        LK_TRY(add_factor(w, w->choice->tables[i]));
    }
    return LK_OK;
}

static lk_status add_relevant(walk *w) {
    const lk_factor_choice *choice = w->choice;
    bool all = choice->target_count == 0;
    lk_relevance *relevance = lk_arena_alloc(&w->arena, w->network->count, sizeof *relevance);
    LK_NEED(relevance);
    if (!all)
        LK_TRY(lk_find_relevance(&w->arena, relevance, w->network, choice->targets,
                                 choice->target_count, w->observed, false));
    for (uint32_t t = 0; t < lk_network_table_count(w->network); t++) {
        const lk_table *table = lk_network_table_at(w->network, t);
        if (all || lk_table_matters(table, relevance, w->observed, false)) LK_TRY(add_factor(w, t));
    }
    return LK_OK;
}

static lk_status add_all(walk *w) {
    LK_TRY(take_evidence(w));
    lk_json_begin_object(w->writer, NULL);
    lk_json_add_integer(w->writer, "version", 1);
    lk_json_begin_array(w->writer, "factors");
    LK_TRY(w->choice->tables ? add_chosen(w) : add_relevant(w));
    lk_json_end(w->writer);
    lk_json_end(w->writer);
    return LK_OK;
}

lk_status lk_network_factors_to_json(lk_buffer *out, const lk_network *network,
                                     const lk_factor_choice *choice) {
    lk_context *context = network->context;
    LK_TRY(lk_network_need_finished(context, network));
    walk w = {.network = network, .choice = choice};
    LK_TRY(lk_json_writer_new(context, &w.writer));
    w.arena = lk_arena_make(context, 0);
    w.scratch = lk_arena_make(context, 0);
    lk_status status = add_all(&w);
    if (status == LK_OK) status = lk_json_finish(w.writer, out, false);
    lk_json_writer_free(w.writer);
    lk_arena_release(&w.scratch);
    lk_arena_release(&w.arena);
    return status;
}
