// Comparing orders: the data, the table and the JSON.
#include "explain/orders.h"

#include "likelore/json.h"

// ---- Making ------------------------------------------------------------------------------------

static lk_status name_entry(lk_orders *o, const lk_network *network, lk_order_entry *entry,
                            const lk_order_choice *choice) {
    lk_buffer name = lk_buffer_make(o->context);
    if (choice->heuristic) lk_buffer_append_text(&name, choice->heuristic);
    for (size_t i = 0; !choice->heuristic && i < choice->count; i++)
        lk_buffer_printf(&name, "%s%s", i ? "," : "",
                         network->variables[choice->variables[i]].name);
    lk_status status = lk_buffer_status(&name);
    entry->name = lk_arena_copy_text(&o->arena, lk_buffer_text(&name), name.length);
    lk_buffer_free(&name);
    entry->is_given = !choice->heuristic;
    LK_TRY(status);
    LK_NEED(entry->name);
    return LK_OK;
}

static lk_status keep_reason(lk_orders *o, lk_order_entry *entry) {
    const char *message = lk_context_error(o->context).message;
    entry->reason = lk_arena_copy_text(&o->arena, message, strlen(message));
    LK_NEED(entry->reason);
    return LK_OK;
}

static lk_status add_entry(lk_orders *o, const lk_network *network, const uint32_t *targets,
                           size_t target_count, const lk_finding *evidence, size_t evidence_count,
                           const lk_order_choice *choice) {
    lk_order_entry *entry = &o->entries[o->count];
    lk_query_options options = {.heuristic = choice->heuristic};
    if (!choice->heuristic) {
        options.order = choice->variables;
        options.order_count = choice->count;
    }
    LK_TRY(name_entry(o, network, entry, choice));
    lk_status status = lk_trace_make(o->context, &entry->trace, network, targets, target_count,
                                     evidence, evidence_count, &options, NULL);
    o->count++;
    if (status == LK_ERROR_LIMIT) return keep_reason(o, entry);
    LK_TRY(status);
    entry->summary = lk_trace_summarize(entry->trace);
    return LK_OK;
}

static lk_status add_entries(lk_orders *o, const lk_network *network, const uint32_t *targets,
                             size_t target_count, const lk_finding *evidence, size_t evidence_count,
                             const lk_order_choice *choices, size_t choice_count) {
    o->entries = lk_arena_alloc_zero(&o->arena, choice_count, sizeof *o->entries);
    LK_NEED(o->entries);
    for (size_t i = 0; i < choice_count; i++)
        LK_TRY(add_entry(o, network, targets, target_count, evidence, evidence_count, &choices[i]));
    return LK_OK;
}

lk_status lk_orders_new(lk_context *context, lk_orders **out, const lk_network *network,
                        const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                        size_t evidence_count, const lk_order_choice *choices,
                        size_t choice_count) {
    lk_orders *o = lk_alloc_zero(context, 1, sizeof *o);
    LK_NEED(o);
    o->context = context;
    o->arena = lk_arena_make(context, 0);
    lk_status status = add_entries(o, network, targets, target_count, evidence, evidence_count,
                                   choices, choice_count);
    if (status != LK_OK) {
        lk_orders_free(o);
        return status;
    }
    *out = o;
    return LK_OK;
}

void lk_orders_free(lk_orders *o) {
    if (!o) return;
    for (size_t i = 0; i < o->count; i++) lk_trace_free(o->entries[i].trace);
    lk_arena_release(&o->arena);
    lk_free(o->context, o);
}

// ---- Figures -----------------------------------------------------------------------------------

double lk_order_largest_generated(const lk_order_entry *e) {
    uint32_t factor = e->summary.largest_generated;
    return factor == LK_NO_VARIABLE ? 0 : e->trace->plan.factors[factor].cells;
}

double lk_order_largest_join(const lk_order_entry *e) {
    uint32_t step = e->summary.largest_join;
    return step == LK_NO_VARIABLE ? 0 : e->trace->plan.steps[step].join_cells;
}

uint32_t lk_order_width(const lk_order_entry *e) {
    uint32_t width = 0;
    for (uint32_t i = 0; i < lk_trace_eliminations(e->trace); i++)
        if (e->trace->plan.steps[i].join_size > width + 1)
            width = e->trace->plan.steps[i].join_size - 1;
    return width;
}

// ---- The table ---------------------------------------------------------------------------------

static void append_order_cell(lk_document *d, const lk_trace *t) {
    lk_document_cell(d);
    lk_document_formula(d);
    for (uint32_t i = 0; i < t->plan.order_count; i++) {
        if (i) lk_formula_sign(d, LK_SIGN_COMMA);
        lk_formula_name(d, t->network->variables[t->plan.order[i]].name);
    }
    if (t->plan.order_count > 0) lk_document_formula_end(d);
}

static void append_size_cells(lk_document *d, bool exists, uint32_t size, double cells) {
    if (exists) {
        lk_document_cell_text(d, "%u", size);
        lk_document_cell_text(d, "%.0f", cells);
        return;
    }
    lk_document_cell_text(d, "0");
    lk_document_cell_text(d, "0");
}

static void append_entry(lk_document *d, const lk_order_entry *e) {
    const lk_plan *plan = &e->trace->plan;
    bool any = e->summary.largest_join != LK_NO_VARIABLE;
    uint32_t generated = e->summary.largest_generated, join = e->summary.largest_join;
    lk_document_cell(d);
    lk_say_slot(d, e->is_given ? lk_phrased(LK_SAY_GIVEN_ORDER, NULL) : lk_order_named(e));
    append_order_cell(d, e->trace);
    lk_document_cell_text(d, "%u", lk_order_width(e));
    append_size_cells(d, any, any ? plan->factors[generated].size : 0,
                      lk_order_largest_generated(e));
    append_size_cells(d, any, any ? plan->steps[join].join_size : 0, lk_order_largest_join(e));
    lk_document_cell_text(d, "%.0f", e->summary.cells);
    lk_document_cell_text(d, "%.0f", e->summary.multiplications);
    lk_document_cell_text(d, "%.0f", e->summary.additions);
}

static void append_table(lk_document *d, const lk_orders *o) {
    lk_document_table_begin(d, "llrrrrrrrr");
    for (lk_phrase head = LK_SAY_HEAD_ORDER; head <= LK_SAY_HEAD_ADDITIONS; head++)
        lk_say_cell(d, head);
    for (size_t i = 0; i < o->count; i++)
        if (o->entries[i].trace) append_entry(d, &o->entries[i]);
    lk_document_table_end(d);
}

void lk_write_orders(lk_document *d, const lk_orders *o) {
    append_table(d, o);
    for (size_t i = 0; i < o->count; i++) {
        if (o->entries[i].trace) continue;
        lk_slot reason[1];
        lk_say_paragraph(d, LK_SAY_NO_ORDER,
                         LK_SLOTS(lk_order_named(&o->entries[i]),
                                  lk_because(reason, LK_ERROR_LIMIT, o->entries[i].reason)));
    }
    lk_buffer sentences = lk_buffer_make(o->context);
    if (lk_orders_write_words(&sentences, o, d->language) != LK_OK)
        d->out->status = LK_ERROR_MEMORY;
    for (size_t at = 0; at < sentences.length; at += strlen(sentences.data + at) + 1) {
        lk_document_paragraph(d);
        lk_document_text(d, "%s", sentences.data + at);
        lk_document_paragraph_end(d);
    }
    lk_buffer_free(&sentences);
}

// The question, of whichever order could be planned.
static const char *query_of(const lk_orders *o) {
    for (size_t i = 0; i < o->count; i++)
        if (o->entries[i].trace) return o->entries[i].trace->query;
    return "";
}

lk_status lk_orders_to_document(lk_buffer *out, const lk_orders *o,
                                const lk_document_options *options) {
    lk_buffer title = lk_buffer_make(o->context);
    lk_document d = lk_document_open(out, options);
    lk_status status =
        lk_say_plainly(&title, d.language, LK_SAY_ORDERS_TITLE, LK_SLOTS(lk_said(query_of(o))));
    lk_document_begin(&d, lk_buffer_text(&title));
    lk_write_orders(&d, o);
    lk_document_end(&d);
    lk_buffer_free(&title);
    lk_status written = lk_document_finish(&d);
    return status == LK_OK ? written : status;
}

// ---- JSON --------------------------------------------------------------------------------------

static void add_names(lk_json_writer *json, const lk_trace *t, const char *key,
                      const uint32_t *variables, uint32_t count) {
    lk_json_begin_array(json, key);
    for (uint32_t i = 0; i < count; i++)
        lk_json_add_string(json, NULL, t->network->variables[variables[i]].name);
    lk_json_end(json);
}

static void add_size(lk_json_writer *json, const char *key, bool exists, uint32_t size,
                     double cells) {
    if (!exists) {
        lk_json_add_null(json, key);
        return;
    }
    lk_json_begin_object(json, key);
    lk_json_add_integer(json, "size", size);
    lk_json_add_number(json, "cells", cells);
    lk_json_end(json);
}

static void add_figures(lk_json_writer *json, const lk_order_entry *e) {
    const lk_plan *plan = &e->trace->plan;
    bool any = e->summary.largest_join != LK_NO_VARIABLE;
    uint32_t generated = e->summary.largest_generated, join = e->summary.largest_join;
    add_names(json, e->trace, "order", plan->order, plan->order_count);
    lk_json_begin_array(json, "pruned");
    for (uint32_t v = 0; v < e->trace->network->count; v++)
        if (plan->relevance[v] != LK_RELEVANT)
            lk_json_add_string(json, NULL, e->trace->network->variables[v].name);
    lk_json_end(json);
    lk_json_add_integer(json, "width", lk_order_width(e));
    add_size(json, "largest_generated", any, any ? plan->factors[generated].size : 0,
             lk_order_largest_generated(e));
    add_size(json, "largest_join", any, any ? plan->steps[join].join_size : 0,
             lk_order_largest_join(e));
    lk_json_add_number(json, "cells", e->summary.cells);
    lk_json_add_number(json, "multiplications", e->summary.multiplications);
    lk_json_add_number(json, "additions", e->summary.additions);
}

static lk_status add_reason(lk_json_writer *json, const lk_orders *o, const lk_order_entry *e,
                            lk_language language) {
    lk_slot message[1];
    lk_buffer text = lk_buffer_make(o->context);
    lk_slot reason = lk_because(message, LK_ERROR_LIMIT, e->reason);
    lk_status status = lk_say_plainly(&text, language, reason.phrase, reason.slots);
    lk_json_add_string(json, "reason", lk_buffer_text(&text));
    lk_buffer_free(&text);
    return status;
}

static lk_status add_entry_json(lk_json_writer *json, const lk_orders *o, const lk_order_entry *e,
                                lk_language language) {
    lk_status status = LK_OK;
    lk_json_begin_object(json, NULL);
    lk_json_add_string(json, "name", e->name);
    lk_json_add_bool(json, "heuristic", !e->is_given);
    if (e->trace)
        add_figures(json, e);
    else
        status = add_reason(json, o, e, language);
    lk_json_end(json);
    return status;
}

lk_status lk_orders_to_json(lk_buffer *out, const lk_orders *o, lk_language language) {
    lk_buffer words = lk_buffer_make(o->context);
    lk_json_writer *json;
    LK_TRY(lk_json_writer_new(o->context, &json));
    lk_status status = lk_orders_write_words(&words, o, language);
    lk_json_begin_object(json, NULL);
    lk_json_add_integer(json, "version", 1);
    lk_json_add_string(json, "query", query_of(o));
    lk_json_begin_array(json, "orders");
    for (size_t i = 0; status == LK_OK && i < o->count; i++)
        status = add_entry_json(json, o, &o->entries[i], language);
    lk_json_end(json);
    lk_json_begin_array(json, "words");
    for (size_t at = 0; at < words.length; at += strlen(words.data + at) + 1)
        lk_json_add_string(json, NULL, words.data + at);
    lk_json_end(json);
    lk_json_end(json);
    if (status == LK_OK) status = lk_json_finish(json, out, false);
    lk_json_writer_free(json);
    lk_buffer_free(&words);
    return status;
}
