// Reports: a section for each question of a sheet.
#include "explain/report.h"

#include "explain/explain_tables.h"
#include "explain/independence_words.h"
#include "explain/orders.h"
#include "explain/words.h"

#include <stdio.h>

// ---- Traces and orders -------------------------------------------------------------------------

typedef struct request {
    uint32_t *targets;
    lk_finding *evidence;
} request;

static lk_status make_request(lk_report *r, request *out, const lk_probability *p) {
    out->targets = lk_arena_alloc(&r->scratch, p->asked_count, sizeof *out->targets);
    out->evidence = lk_arena_alloc_zero(&r->scratch, p->given_count, sizeof *out->evidence);
    LK_NEED(out->targets);
    LK_NEED(out->evidence);
    for (size_t i = 0; i < p->asked_count; i++) out->targets[i] = p->asked[i].variable;
    for (size_t i = 0; i < p->given_count; i++)
        out->evidence[i] =
            (lk_finding){.variable = p->given[i].variable, .state = p->given[i].state};
    return LK_OK;
}

static lk_status answer_trace(lk_report *r, const lk_question *q) {
    const lk_probability *p = &q->probability[0];
    lk_query_options options = {0};
    request asked;
    lk_trace *trace;
    if (q->list_count > 0) {
        options.order = q->lists[0].variables;
        options.order_count = q->lists[0].count;
    }
    LK_TRY(make_request(r, &asked, p));
    LK_TRY(r->arithmetic->new_trace(r->context, &trace, r->network, asked.targets, p->asked_count,
                                    asked.evidence, p->given_count, &options));
    r->document->deeper = 1;
    lk_status status = lk_write_trace(r->document, trace);
    r->document->deeper = 0;
    lk_trace_free(trace);
    return status;
}

static lk_status answer_orders(lk_report *r, const lk_question *q) {
    const lk_probability *p = &q->probability[0];
    request asked;
    lk_orders *orders;
    lk_order_choice *choices = lk_arena_alloc(&r->scratch, q->list_count, sizeof *choices);
    LK_NEED(choices);
    for (size_t i = 0; i < q->list_count; i++)
        choices[i] =
            (lk_order_choice){.variables = q->lists[i].variables, .count = q->lists[i].count};
    LK_TRY(make_request(r, &asked, p));
    LK_TRY(lk_orders_new(r->context, &orders, r->network, asked.targets, p->asked_count,
                         asked.evidence, p->given_count, choices, q->list_count));
    lk_write_orders(r->document, orders);
    lk_orders_free(orders);
    return LK_OK;
}

static lk_status answer_independence(lk_report *r, const lk_question *q) {
    const lk_name_list *lists = q->lists;
    lk_independence *answer;
    LK_TRY(r->arithmetic->new_independence(r->context, &answer, r->network, lists[0].variables,
                                           lists[0].count, lists[1].variables, lists[1].count,
                                           lists[2].variables, lists[2].count, NULL));
    lk_write_verdict(r->document, answer);
    lk_write_trails(r->document, answer);
    lk_write_difference(r->document, answer);
    lk_write_change(r->document, answer);
    lk_independence_free(answer);
    return LK_OK;
}

// ---- Questions ---------------------------------------------------------------------------------

static lk_status answer(lk_report *r, const lk_question *q) {
    switch (q->kind) {
    case LK_ASK_PROBABILITY:
        return lk_report_probability(r, &q->probability[0]);
    case LK_ASK_COMPARISON:
        return lk_report_comparison(r, &q->probability[0], &q->probability[1]);
    case LK_ASK_TRACE:
        return answer_trace(r, q);
    case LK_ASK_ORDERS:
        return answer_orders(r, q);
    case LK_ASK_INDEPENDENCE:
        return answer_independence(r, q);
    }
    return LK_OK;
}

// What is wrong with the question, not with the work.
static bool has_no_answer(lk_status status) {
    return status == LK_ERROR_USAGE || status == LK_ERROR_DATA || status == LK_ERROR_IMPOSSIBLE ||
           status == LK_ERROR_LIMIT;
}

static void write_heading(lk_report *r, const lk_question *q, size_t number) {
    char digits[24];
    snprintf(digits, sizeof digits, "%zu", number);
    lk_say_heading(r->document, 2, LK_SAY_QUESTION,
                   LK_SLOTS(lk_said(q->label ? q->label : digits), lk_said(q->text)));
}

static lk_status write_question(lk_report *r, const lk_question *q, size_t number) {
    write_heading(r, q, number);
    lk_status status = answer(r, q);
    lk_arena_reset(&r->scratch);
    if (!has_no_answer(status)) return status;
    lk_slot message[1];
    lk_slot reason = lk_because(message, status, lk_context_error(r->context).message);
    lk_document_paragraph(r->document);
    lk_say_strong(r->document, LK_SAY_NO_ANSWER);
    LK_SAY(r->document, LK_SAY_NO_ANSWER_REASON, reason);
    lk_document_paragraph_end(r->document);
    return LK_OK;
}

static lk_status write_sheet(lk_report *r, const lk_question_sheet *sheet) {
    lk_buffer title = lk_buffer_make(r->context);
    lk_status status = LK_OK;
    if (!sheet->title)
        status = lk_say_plainly(&title, r->document->language, LK_SAY_REPORT_TITLE,
                                LK_SLOTS(lk_said(r->network->name)));
    lk_document_begin(r->document, sheet->title ? sheet->title : lk_buffer_text(&title));
    for (size_t i = 0; status == LK_OK && i < sheet->count; i++)
        status = write_question(r, &sheet->questions[i], i + 1);
    lk_document_end(r->document);
    lk_buffer_free(&title);
    return status;
}

static lk_status read_and_write(lk_report *r, lk_arena *arena, const char *questions, size_t length,
                                const char *file_name) {
    lk_question_sheet sheet;
    LK_TRY(lk_network_need_finished(r->context, r->network));
    LK_TRY(lk_network_need_bayes(r->network, "be asked by a sheet of questions"));
    LK_TRY(lk_question_sheet_read(arena, &sheet, r->network, questions, length, file_name));
    return write_sheet(r, &sheet);
}

lk_status lk_report_write_with(lk_context *context, lk_buffer *out, const lk_network *network,
                               const char *questions, size_t length, const char *file_name,
                               const lk_document_options *options,
                               const lk_arithmetic *arithmetic) {
    lk_document document = lk_document_open(out, options);
    lk_arena arena = lk_arena_make(context, 0);
    lk_report r = {context, network, &document, lk_arena_make(context, 0), arithmetic};
    lk_status status = read_and_write(&r, &arena, questions, length, file_name);
    lk_arena_release(&r.scratch);
    lk_arena_release(&arena);
    lk_status written = lk_document_finish(&document);
    return status == LK_OK ? written : status;
}
