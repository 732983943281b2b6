#include "models/cost_show.h"

#include "models/config.h"
#include "models/family.h"

#include <stdio.h>

lk_status lk_cost_report_make(lk_context *context, lk_cost_report *report,
                              const lk_model_config *config, const lk_training_load *load) {
    *report = (lk_cost_report){.config = *config, .sequences = load->sequences};
    LK_TRY(lk_model_cost_count(context, &report->cost, config));
    LK_TRY(lk_inference_memory_count(context, &report->inference, config));
    LK_TRY(lk_training_memory_count(context, &report->training, config, load));
    lk_model_config_complete(&report->config);
    return LK_OK;
}

// ---- Numbers ------------------------------------------------------------------------------------

const char *lk_show_count(char text[LK_NUMBER_BYTES], double number) {
    char digits[LK_NUMBER_BYTES];
    int length = snprintf(digits, sizeof digits, "%.0f", number);
    char *to = text;
    for (int i = 0; i < length && to < text + LK_NUMBER_BYTES - 3; i++) {
        if (i > 0 && (length - i) % 3 == 0) *to++ = ',';
        *to++ = digits[i];
    }
    *to = 0;
    return text;
}

const char *lk_show_bytes(char text[LK_NUMBER_BYTES], uint64_t bytes) {
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double number = (double)bytes;
    size_t unit = 0;
    for (; number >= 1024 && unit + 1 < sizeof units / sizeof *units; unit++) number /= 1024;
    snprintf(text, LK_NUMBER_BYTES, unit ? "%.2f %s" : "%.0f %s", number, units[unit]);
    return text;
}

// ---- Text ---------------------------------------------------------------------------------------

void lk_model_config_describe(lk_buffer *out, const lk_model_config *config) {
    lk_buffer_append_text(out, "model       ");
    lk_family_form_of(config->family)->describe(out, config);
    lk_buffer_append_byte(out, '\n');
}

void lk_cost_report_parameters(lk_buffer *out, const lk_cost_report *report) {
    const lk_model_cost *cost = &report->cost;
    char all[LK_NUMBER_BYTES], less[LK_NUMBER_BYTES], bytes[LK_NUMBER_BYTES];
    lk_buffer_printf(out, "parameters  %s (%s without positions), %s, head %s\n",
                     lk_show_count(all, (double)cost->parameters),
                     lk_show_count(less, (double)(cost->parameters - cost->position_parameters)),
                     lk_show_bytes(bytes, cost->parameters * sizeof(float)),
                     report->config.tied_head ? "tied" : "untied");
}

// A cell, to the right of its column; "" is an empty one.
static void append_cell(lk_buffer *out, int width, const char *text) {
    lk_buffer_printf(out, "%*s", width, text);
}

// A name of at most 22 characters, of which UTF-8 may need more bytes.
static void append_name(lk_buffer *out, const char *name) {
    int width = 22;
    for (const char *c = name; *c; c++) width -= ((unsigned char)*c & 0xC0) != 0x80;
    lk_buffer_printf(out, "%s%*s", name, width > 0 ? width : 0, "");
}

static void append_row(lk_buffer *out, const lk_cost_row *row, double all) {
    char text[LK_NUMBER_BYTES];
    double operations = row->times * row->operations;
    append_name(out, row->part);
    lk_buffer_printf(out, "%5u", row->times);
    append_cell(out, 20,
                row->parameters ? lk_show_count(text, (double)row->parameters * row->times) : "");
    if (operations > 0)
        lk_buffer_printf(out, "%25s%7.1f %%  %s", lk_show_count(text, operations),
                         100 * operations / all, row->formula);
    lk_buffer_append_byte(out, '\n');
}

static void append_total(lk_buffer *out, const char *name, double operations, double all) {
    char text[LK_NUMBER_BYTES];
    append_name(out, name);
    lk_buffer_printf(out, "%50s%7.1f %%\n", lk_show_count(text, operations),
                     100 * operations / all);
}

static void append_operations(lk_buffer *out, const lk_cost_report *report) {
    const lk_model_cost *cost = &report->cost;
    lk_buffer_printf(out, "\nparts                 times          parameters"
                          "               operations    share  formula\n");
    for (size_t i = 0; i < cost->row_count; i++) append_row(out, &cost->rows[i], cost->operations);
    lk_buffer_append_byte(out, '\n');
    append_total(out, "matrix products", cost->matrix_products, cost->operations);
    append_total(out, "  between tokens", cost->between_tokens, cost->operations);
    append_total(out, "with everything", cost->operations, cost->operations);
    lk_buffer_printf(
        out,
        "\nOperations are those of one sequence of s = %u tokens, forward; a multiplication and "
        "an\n"
        "addition are two. Scores are counted for all s² pairs of tokens; being causal, the model\n"
        "needs half of them. Embeddings, biases, residuals and activations are not counted.\n",
        report->config.block_size);
}

// 0 is an empty cell; a row of these is left out.
static void append_memory_row(lk_buffer *out, const char *name, uint64_t generate, uint64_t train) {
    char text[LK_NUMBER_BYTES];
    if (!generate && !train) return;
    append_name(out, name);
    append_cell(out, 14, generate ? lk_show_bytes(text, generate) : "");
    if (train) append_cell(out, 14, lk_show_bytes(text, train));
    lk_buffer_append_byte(out, '\n');
}

static void append_memory(lk_buffer *out, const lk_cost_report *report) {
    const lk_inference_memory *inference = &report->inference;
    const lk_training_memory *training = &report->training;
    char text[LK_NUMBER_BYTES];
    lk_buffer_printf(out, "\nmemory                      generate         train\n");
    append_memory_row(out, "weights", inference->weights, training->weights);
    append_memory_row(out, "gradients", 0, training->gradients);
    append_memory_row(out, "optimizer", 0, training->optimizer);
    append_memory_row(out, "statistics", 0, training->statistics);
    append_memory_row(out, "keys and values", inference->cache, 0);
    append_memory_row(out, "activations", inference->work, training->activations);
    append_memory_row(out, "backward pass", 0, training->backward);
    append_memory_row(out, "packed matrices", 0, training->panels);
    append_memory_row(out, "larger evaluations", 0, training->evaluation);
    append_memory_row(out, "total", inference->total, training->total);
    lk_buffer_append_byte(out, '\n');
    if (report->sequences)
        lk_buffer_printf(out, "To train: a micro-batch of %u × %u tokens. ", report->sequences,
                         report->config.block_size);
    lk_buffer_printf(out, "Keys and values: %s a token.\n",
                     lk_show_bytes(text, inference->cache_per_token));
}

void lk_cost_report_text(lk_buffer *out, const lk_cost_report *report) {
    append_operations(out, report);
    append_memory(out, report);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void add_row(lk_json_writer *writer, const lk_cost_row *row) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "part", row->part);
    lk_json_add_integer(writer, "times", row->times);
    lk_json_add_integer(writer, "parameters", (int64_t)row->parameters);
    lk_json_add_number(writer, "operations", row->operations);
    lk_json_add_string(writer, "formula", row->formula);
    lk_json_add_bool(writer, "matrix_product", row->matrix_product);
    lk_json_end(writer);
}

static void add_cost(lk_json_writer *writer, const lk_cost_report *report) {
    const lk_model_cost *cost = &report->cost;
    lk_json_begin_object(writer, "cost");
    lk_json_add_integer(writer, "tokens", report->config.block_size);
    lk_json_begin_array(writer, "rows");
    for (size_t i = 0; i < cost->row_count; i++) add_row(writer, &cost->rows[i]);
    lk_json_end(writer);
    lk_json_add_integer(writer, "parameters", (int64_t)cost->parameters);
    lk_json_add_number(writer, "matrix_products", cost->matrix_products);
    lk_json_add_number(writer, "between_tokens", cost->between_tokens);
    lk_json_add_number(writer, "operations", cost->operations);
    lk_json_end(writer);
}

static void add_bytes(lk_json_writer *writer, const char *name, uint64_t bytes) {
    lk_json_add_number(writer, name, (double)bytes);
}

static void add_memory(lk_json_writer *writer, const lk_cost_report *report) {
    const lk_inference_memory *inference = &report->inference;
    const lk_training_memory *training = &report->training;
    lk_json_begin_object(writer, "memory");
    lk_json_begin_object(writer, "generate");
    add_bytes(writer, "weights", inference->weights);
    add_bytes(writer, "cache", inference->cache);
    add_bytes(writer, "cache_per_token", inference->cache_per_token);
    add_bytes(writer, "work", inference->work);
    add_bytes(writer, "total", inference->total);
    lk_json_end(writer);
    lk_json_begin_object(writer, "train");
    lk_json_add_integer(writer, "sequences", report->sequences);
    add_bytes(writer, "weights", training->weights);
    add_bytes(writer, "gradients", training->gradients);
    add_bytes(writer, "optimizer", training->optimizer);
    add_bytes(writer, "statistics", training->statistics);
    add_bytes(writer, "activations", training->activations);
    add_bytes(writer, "backward", training->backward);
    add_bytes(writer, "panels", training->panels);
    add_bytes(writer, "evaluation", training->evaluation);
    add_bytes(writer, "total", training->total);
    lk_json_end(writer);
    lk_json_end(writer);
}

void lk_cost_report_add_json(lk_json_writer *writer, const lk_cost_report *report) {
    add_cost(writer, report);
    add_memory(writer, report);
}
