// `likelore lm eval`: how well models predict texts.
#include "command_lm.h"
#include "terminal.h"
#include "text_table.h"

#include "likelore/json.h"
#include "likelore/lm_evaluate.h"

#include <stdio.h>
#include <string.h>

const option eval_options[] = {
    {"checkpoint", 0, "PATH", "another model to compare with; may be repeated"},
    {"stride", 0, "N", "tokens from one window to the next (default: block_size)"},
    {"lines", 0, NULL, "score every line of the files by itself"},
    LM_TOKENIZER,
    {0},
};

typedef struct evaluating {
    invocation *call;
    const char *path; // of the checkpoint
    lk_checkpoint *checkpoint;
    lk_evaluator *evaluator;
    uint64_t stride;
    progress_line line;
    bool json;
    int path_width, file_width; // of the table's columns
    lk_buffer out;
} evaluating;

static lk_status run_evaluator(evaluating *e, lk_score *score) {
    uint64_t all = lk_evaluator_count(e->evaluator);
    *score = (lk_score){0};
    while (score->tokens < all) {
        LK_TRY(lk_evaluator_next(e->evaluator, score));
        if (terminal_interrupted()) return LK_ERROR_INTERRUPTED;
        if (!progress_is_due(&e->line)) continue;
        char text[96];
        snprintf(text, sizeof text, "%3.0f %%  loss %.4f",
                 100 * (double)score->tokens / (double)all, lk_score_mean(score));
        progress_show(&e->line, text);
    }
    progress_clear(&e->line);
    return LK_OK;
}

// ---- Files --------------------------------------------------------------------------------------

static lk_status add_json(evaluating *e, const char *file, const lk_score *score, double seconds) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(e->call->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "checkpoint", e->path);
    lk_json_add_string(writer, "file", file);
    lk_json_add_number(writer, "loss", lk_score_mean(score));
    lk_json_add_number(writer, "perplexity", lk_score_perplexity(score));
    lk_json_add_number(writer, "bits_per_byte", lk_score_bits_per_byte(score));
    lk_json_add_integer(writer, "tokens", (int64_t)score->tokens);
    lk_json_add_integer(writer, "bytes", (int64_t)score->bytes);
    lk_json_add_number(writer, "seconds", seconds);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, &e->out, false);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(&e->out, '\n');
    return status;
}

static void begin_table(evaluating *e) {
    append_padded(&e->out, "model", e->path_width + 2);
    append_padded(&e->out, "text", e->file_width);
    lk_buffer_append_text(&e->out, "      tokens       bytes      loss  perplexity  bits per byte"
                                   "   seconds\n");
}

static void add_row(evaluating *e, const char *file, const lk_score *score, double seconds) {
    append_padded(&e->out, e->path, e->path_width + 2);
    append_padded(&e->out, file, e->file_width);
    lk_buffer_printf(&e->out, "%12llu%12llu%10.4f%12.4g%15.4f%10.2f\n",
                     (unsigned long long)score->tokens, (unsigned long long)score->bytes,
                     lk_score_mean(score), lk_score_perplexity(score),
                     lk_score_bits_per_byte(score), seconds);
}

static lk_status evaluate_file(evaluating *e, const char *file) {
    lk_score score;
    double began = terminal_seconds();
    LK_TRY(lk_evaluator_open(e->evaluator, file));
    LK_TRY(run_evaluator(e, &score));
    double seconds = terminal_seconds() - began;
    if (e->json) return add_json(e, file, &score, seconds);
    add_row(e, file, &score, seconds);
    return LK_OK;
}

// ---- Lines --------------------------------------------------------------------------------------

static lk_status encode(evaluating *e, lk_ids *ids, const char *text, size_t length) {
    const lk_tokenizer *tokenizer = lk_checkpoint_tokenizer(e->checkpoint);
    return lk_tokenizer_encode(e->call->context, ids, tokenizer, text, length, NULL);
}

// What a line is scored as: a newline, which is not predicted, the line, and its own newline.
static lk_status encode_line(evaluating *e, lk_ids *ids, const char *line, size_t length) {
    ids->count = 0;
    LK_TRY(encode(e, ids, "\n", 1));
    LK_TRY(encode(e, ids, line, length));
    return encode(e, ids, "\n", 1);
}

static lk_status add_line_json(evaluating *e, const char *text, const lk_score *score) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(e->call->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "text", text);
    lk_json_add_number(writer, "log_prob", -score->loss);
    lk_json_add_number(writer, "mean", -lk_score_mean(score));
    lk_json_add_integer(writer, "tokens", (int64_t)score->tokens);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, &e->out, false);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(&e->out, '\n');
    return status;
}

static lk_status show_line(evaluating *e, const char *line, size_t length, const lk_score *score) {
    lk_buffer text = lk_buffer_make(e->call->context);
    lk_buffer_append(&text, line, length);
    lk_status status = lk_buffer_status(&text);
    if (status == LK_OK && e->json) status = add_line_json(e, lk_buffer_text(&text), score);
    if (!e->json)
        lk_buffer_printf(&e->out, "%12.4f%10.4f  %s\n", -score->loss, -lk_score_mean(score),
                         lk_buffer_text(&text));
    lk_buffer_free(&text);
    return status == LK_OK ? emit_ready(e->call, &e->out) : status;
}

static lk_status score_line(evaluating *e, lk_ids *ids, const char *line, size_t length) {
    lk_score score;
    LK_TRY(encode_line(e, ids, line, length));
    LK_TRY(lk_evaluator_open_ids(e->evaluator, ids->ids, ids->count));
    LK_TRY(run_evaluator(e, &score));
    return show_line(e, line, length, &score);
}

// Says where the line is that could not be scored.
static lk_status name_line(const evaluating *e, lk_status status, const char *path,
                           unsigned long long number) {
    if (status != LK_OK && status != LK_ERROR_INTERRUPTED)
        snprintf(e->call->message, sizeof e->call->message, "%s, line %llu: %s", path, number,
                 lk_context_error(e->call->context).message);
    return status;
}

static lk_status score_lines(evaluating *e, lk_ids *ids, const lk_file *file) {
    const char *text = (const char *)lk_file_bytes(file);
    size_t length = lk_file_length(file);
    unsigned long long number = 0;
    for (size_t begin = 0; begin < length;) {
        const char *newline = memchr(text + begin, '\n', length - begin);
        size_t end = newline ? (size_t)(newline - text) : length;
        number++;
        if (end > begin)
            LK_TRY(name_line(e, score_line(e, ids, text + begin, end - begin), lk_file_path(file),
                             number));
        begin = end + 1;
    }
    return LK_OK;
}

static lk_status evaluate_lines(evaluating *e, const char *path) {
    lk_file *file;
    LK_TRY(lk_file_open(e->call->context, &file, path));
    lk_ids ids = lk_ids_make(e->call->context);
    lk_status status = score_lines(e, &ids, file);
    lk_ids_free(&ids);
    lk_file_free(file);
    return status;
}

// ---- Models -------------------------------------------------------------------------------------

static lk_status evaluate_files(evaluating *e) {
    const arguments *given = e->call->arguments;
    bool lines = has_flag(given, "lines");
    LK_TRY(lk_evaluator_new(e->call->context, &e->evaluator, lk_checkpoint_model(e->checkpoint),
                            lk_checkpoint_tokenizer(e->checkpoint), (uint32_t)e->stride));
    for (size_t i = 1; i < given->operand_count; i++) {
        const char *file = given->operands[i];
        LK_TRY(lines ? evaluate_lines(e, file) : evaluate_file(e, file));
    }
    return LK_OK;
}

// The i-th model: the first operand, then those of --checkpoint; NULL after the last.
static const char *model_at(const arguments *given, size_t index) {
    return index == 0 ? given->operands[0] : option_value_at(given, "checkpoint", index - 1);
}

// --tokenizer is that of the first: models that are compared may differ in theirs.
static lk_status evaluate_model(evaluating *e, size_t index) {
    e->path = model_at(e->call->arguments, index);
    lk_status status = index == 0 ? load_checkpoint(e->call, &e->checkpoint)
                                  : lk_checkpoint_load(e->call->context, &e->checkpoint, e->path);
    if (status == LK_OK) status = evaluate_files(e);
    progress_clear(&e->line);
    lk_evaluator_free(e->evaluator);
    lk_checkpoint_free(e->checkpoint);
    e->evaluator = NULL;
    e->checkpoint = NULL;
    return status;
}

static void measure_columns(evaluating *e) {
    const arguments *given = e->call->arguments;
    e->path_width = width_of("model");
    e->file_width = width_of("text");
    for (size_t i = 0; model_at(given, i); i++) widen(&e->path_width, model_at(given, i));
    for (size_t i = 1; i < given->operand_count; i++) widen(&e->file_width, given->operands[i]);
}

static lk_status evaluate_models(evaluating *e) {
    const arguments *given = e->call->arguments;
    if (!option_integer(given, "stride", &e->stride, 1, UINT32_MAX))
        return usage_error(e->call, "--stride takes a whole number from 1");
    if (has_flag(given, "lines") && model_at(given, 1))
        return usage_error(e->call, "--lines scores by one model: leave --checkpoint out");
    measure_columns(e);
    if (!e->json && !has_flag(given, "lines")) begin_table(e);
    for (size_t i = 0; model_at(given, i); i++) LK_TRY(evaluate_model(e, i));
    return emit(e->call, &e->out);
}

lk_status run_eval(invocation *call) {
    evaluating e = {.call = call,
                    .json = has_flag(call->arguments, "json"),
                    .line = progress_begin(stderr, has_flag(call->arguments, "quiet")),
                    .out = lk_buffer_make(call->context)};
    terminal_catch_interrupts();
    lk_status status = evaluate_models(&e);
    lk_buffer_free(&e.out);
    return status;
}
