// `likelore lm sample`.
#include "command_lm.h"
#include "terminal.h"
#include "text_columns.h"

#include "likelore/json.h"
#include "likelore/lm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const option sample_options[] = {
    {"prompt", 'p', "TEXT", "what the text begins with; FILE:path reads it from a file"},
    {"max-tokens", 'n', "N", "longest continuation (default 500)"},
    {"temperature", 't', "T", "divides the logits; 0 takes the most probable token (default 0.8)"},
    {"top-k", 'k', "K", "draw from the K most probable tokens; 0: all (default 200)"},
    {"top-p", 0, "P", "draw from the fewest tokens whose probabilities reach P (default 1: all)"},
    {"min-p", 0, "P", "leave out tokens below P times the highest probability (default 0)"},
    {"stop", 0, "TEXT", "end a sample when its continuation comes to this, such as <|endoftext|>"},
    {"samples", 0, "N", "number of samples (default 1)"},
    {"compare", 0, "FILTERS",
     "a column of the samples with these filters alone, such as top-k=200 or "
     "top-p=0.9,temperature=1; given two to eight times"},
    LM_TOKENIZER,
    {0},
};

static const char SEPARATOR[] = "---------------\n";

enum { MOST_COMPARED = 8 };

typedef struct sampling_job {
    invocation *call;
    lk_checkpoint *checkpoint;
    lk_buffer prompt;
    lk_sampling sampling;
    uint64_t max_tokens, samples;
    const char *stop;
    bool json;
    bool streams;        // the text goes to standard output as it comes
    size_t compared;     // columns; 0: nothing is compared
    const char *filters; // of the column that is being drawn
} sampling_job;

// ---- Options ------------------------------------------------------------------------------------

static lk_status read_counts(sampling_job *job) {
    const arguments *given = job->call->arguments;
    uint64_t top_k = job->sampling.top_k;
    if (!option_integer(given, "max-tokens", &job->max_tokens, 1, UINT32_MAX))
        return usage_error(job->call, "--max-tokens takes a whole number from 1");
    if (!option_integer(given, "samples", &job->samples, 1, UINT32_MAX))
        return usage_error(job->call, "--samples takes a whole number from 1");
    if (!option_integer(given, "top-k", &top_k, 0, UINT32_MAX))
        return usage_error(job->call, "--top-k takes a whole number");
    job->sampling.top_k = (uint32_t)top_k;
    return LK_OK;
}

static lk_status read_numbers(sampling_job *job) {
    const arguments *given = job->call->arguments;
    if (!option_number(given, "temperature", &job->sampling.temperature, 0, 1e6))
        return usage_error(job->call, "--temperature takes a number from 0");
    if (!option_number(given, "top-p", &job->sampling.top_p, 0, 1) || job->sampling.top_p == 0)
        return usage_error(job->call, "--top-p takes a number above 0 and at most 1");
    if (!option_number(given, "min-p", &job->sampling.min_p, 0, 1))
        return usage_error(job->call, "--min-p takes a number from 0 to 1");
    return seed_of(job->call, &job->sampling.seed);
}

static lk_status read_prompt(sampling_job *job) {
    static const char FROM_FILE[] = "FILE:";
    const char *text = option_value(job->call->arguments, "prompt", "");
    if (strncmp(text, FROM_FILE, strlen(FROM_FILE)) != 0) {
        lk_buffer_append_text(&job->prompt, text);
        return lk_buffer_status(&job->prompt);
    }
    lk_file *file;
    LK_TRY(lk_file_open(job->call->context, &file, text + strlen(FROM_FILE)));
    lk_buffer_append(&job->prompt, lk_file_bytes(file), lk_file_length(file));
    lk_file_free(file);
    return lk_buffer_status(&job->prompt);
}

// ---- Filters of --compare -----------------------------------------------------------------------

// Sets one filter, NAME=VALUE, of which the range is checked when something is drawn.
static bool set_filter(lk_sampling *sampling, const char *text, size_t length) {
    const char *equals = memchr(text, '=', length);
    if (!equals) return false;
    size_t name = (size_t)(equals - text);
    char *end;
    double value = strtod(equals + 1, &end);
    if (end == equals + 1 || end != text + length) return false;
    if (name == 5 && memcmp(text, "top-k", name) == 0) {
        sampling->top_k = (uint32_t)value;
        return value >= 0 && value <= UINT32_MAX && sampling->top_k == value;
    }
    if (name == 5 && memcmp(text, "top-p", name) == 0)
        sampling->top_p = value;
    else if (name == 5 && memcmp(text, "min-p", name) == 0)
        sampling->min_p = value;
    else if (name == 11 && memcmp(text, "temperature", name) == 0)
        sampling->temperature = value;
    else
        return false;
    return true;
}

// The filters of a column: those that are named, at the temperature of all unless it is one.
static lk_status read_filters(const sampling_job *job, lk_sampling *sampling, const char *filters) {
    *sampling = job->sampling;
    sampling->top_k = 0;
    sampling->top_p = 1;
    sampling->min_p = 0;
    for (const char *text = filters;;) {
        size_t length = strcspn(text, ",");
        if (!set_filter(sampling, text, length))
            return usage_error(job->call,
                               "--compare takes filters such as top-k=200 or "
                               "top-p=0.9,temperature=1, not '%s'",
                               filters);
        if (!text[length]) return LK_OK;
        text += length + 1;
    }
}

static lk_status count_compared(sampling_job *job) {
    lk_sampling sampling;
    const char *filters;
    while ((filters = option_value_at(job->call->arguments, "compare", job->compared))) {
        LK_TRY(read_filters(job, &sampling, filters));
        job->compared++;
    }
    if (job->compared != 1 && job->compared <= MOST_COMPARED) return LK_OK;
    return usage_error(job->call, "--compare is given 2 to %d times", MOST_COMPARED);
}

// ---- A sample -----------------------------------------------------------------------------------

typedef struct sample {
    lk_buffer text;      // as it is shown: what is no UTF-8 has become U+FFFD
    lk_buffer pending;   // bytes of a character that is not complete
    lk_buffer log_probs; // doubles
    lk_ids ids;
    lk_finish finish;
} sample;

static sample make_sample(lk_context *context) {
    return (sample){.text = lk_buffer_make(context),
                    .pending = lk_buffer_make(context),
                    .log_probs = lk_buffer_make(context),
                    .ids = lk_ids_make(context)};
}

static void free_sample(sample *s) {
    lk_buffer_free(&s->text);
    lk_buffer_free(&s->pending);
    lk_buffer_free(&s->log_probs);
    lk_ids_free(&s->ids);
}

// Takes more of the text and shows what is complete of it: a character is never cut.
static lk_status write_text(const sampling_job *job, sample *s, const char *text, size_t length,
                            bool is_last) {
    size_t shown = s->text.length, used;
    lk_buffer_append(&s->pending, text, length);
    LK_TRY(
        lk_text_repair(&s->text, &used, lk_buffer_text(&s->pending), s->pending.length, is_last));
    char rest[8];
    size_t left = s->pending.length - used;
    memcpy(rest, lk_buffer_text(&s->pending) + used, left);
    lk_buffer_clear(&s->pending);
    lk_buffer_append(&s->pending, rest, left);
    LK_TRY(lk_buffer_status(&s->text));
    if (!job->streams) return lk_buffer_status(&s->pending);
    fwrite(lk_buffer_text(&s->text) + shown, 1, s->text.length - shown, stdout);
    fflush(stdout);
    return lk_buffer_status(&s->pending);
}

static lk_status draw_token(const sampling_job *job, sample *s, lk_generator *generator) {
    lk_generated token;
    LK_TRY(lk_generator_next(generator, &token));
    s->finish = token.finish;
    lk_buffer_append(&s->log_probs, &token.log_prob, sizeof token.log_prob);
    LK_TRY(lk_ids_append(&s->ids, &token.id, 1));
    return write_text(job, s, token.text, token.text_length, token.finish != LK_FINISH_NONE);
}

static lk_status draw_tokens(const sampling_job *job, sample *s, lk_generator *generator) {
    if (!job->json)
        LK_TRY(write_text(job, s, lk_buffer_text(&job->prompt), job->prompt.length, false));
    while (s->finish == LK_FINISH_NONE) LK_TRY(draw_token(job, s, generator));
    return lk_buffer_status(&s->log_probs);
}

static lk_status draw_sample(const sampling_job *job, sample *s, uint32_t index) {
    lk_sampling sampling = job->sampling;
    sampling.sample = index;
    lk_generator *generator;
    LK_TRY(lk_generator_new(job->call->context, &generator, lk_checkpoint_model(job->checkpoint),
                            lk_checkpoint_tokenizer(job->checkpoint), lk_buffer_text(&job->prompt),
                            job->prompt.length, &sampling, (uint32_t)job->max_tokens, job->stop));
    lk_status status = draw_tokens(job, s, generator);
    lk_generator_free(generator);
    return status;
}

// ---- Showing ------------------------------------------------------------------------------------

static void add_numbers(lk_json_writer *writer, const sample *s) {
    lk_json_begin_array(writer, "ids");
    for (size_t i = 0; i < s->ids.count; i++) lk_json_add_integer(writer, NULL, s->ids.ids[i]);
    lk_json_end(writer);
    lk_json_begin_array(writer, "log_probs");
    for (size_t i = 0; i < s->ids.count; i++) {
        double log_prob;
        memcpy(&log_prob, s->log_probs.data + i * sizeof log_prob, sizeof log_prob);
        lk_json_add_number(writer, NULL, log_prob);
    }
    lk_json_end(writer);
}

static lk_status write_json(const sampling_job *job, lk_buffer *out, const sample *s,
                            uint32_t index) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(job->call->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_integer(writer, "sample", index);
    if (job->filters) lk_json_add_string(writer, "filters", job->filters);
    lk_json_add_string(writer, "prompt", lk_buffer_text(&job->prompt));
    lk_json_add_string(writer, "text", lk_buffer_text(&s->text));
    add_numbers(writer, s);
    lk_json_add_string(writer, "finish", s->finish == LK_FINISH_STOP ? "stop" : "length");
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

// What stands between the texts of samples, and after the last.
static void write_line(const sampling_job *job, lk_buffer *out, const char *line) {
    if (job->json) return;
    if (job->streams)
        fputs(line, stdout);
    else
        lk_buffer_append_text(out, line);
}

static lk_status add_sample(const sampling_job *job, lk_buffer *out, uint32_t index) {
    sample s = make_sample(job->call->context);
    if (index > 0) write_line(job, out, SEPARATOR);
    lk_status status = draw_sample(job, &s, index);
    if (status == LK_OK && job->json) status = write_json(job, out, &s, index);
    if (!job->json && !job->streams) lk_buffer_append(out, s.text.data, s.text.length);
    if (status == LK_OK) write_line(job, out, "\n");
    free_sample(&s);
    return status;
}

// ---- Side by side -------------------------------------------------------------------------------

static lk_status draw_column(sampling_job *job, lk_buffer *out, sample *s, uint32_t index,
                             size_t column) {
    lk_sampling common = job->sampling;
    job->filters = option_value_at(job->call->arguments, "compare", column);
    lk_status status = read_filters(job, &job->sampling, job->filters);
    if (status == LK_OK) status = draw_sample(job, s, index);
    if (status == LK_OK && job->json) status = write_json(job, out, s, index);
    job->sampling = common;
    return status;
}

static void append_texts(const sampling_job *job, lk_buffer *out, const sample *samples) {
    const char *heads[MOST_COMPARED], *texts[MOST_COMPARED];
    for (size_t i = 0; i < job->compared; i++) {
        heads[i] = option_value_at(job->call->arguments, "compare", i);
        texts[i] = lk_buffer_text(&samples[i].text);
    }
    int columns = job->compared > 0 ? (int)job->compared : 1;
    int width = (terminal_width(stdout) - 3 * (columns - 1)) / columns;
    if (width < 8) width = 8;
    append_columns(out, heads, job->compared, width);
    lk_buffer_append_byte(out, '\n');
    append_columns(out, texts, job->compared, width);
}

// The same sample, which draws by the same random numbers, once for each column.
static lk_status compare_sample(sampling_job *job, lk_buffer *out, uint32_t index) {
    sample samples[MOST_COMPARED];
    lk_status status = LK_OK;
    for (size_t i = 0; i < job->compared; i++) samples[i] = make_sample(job->call->context);
    if (index > 0) write_line(job, out, SEPARATOR);
    for (size_t i = 0; i < job->compared && status == LK_OK; i++)
        status = draw_column(job, out, &samples[i], index, i);
    if (status == LK_OK && !job->json) append_texts(job, out, samples);
    for (size_t i = 0; i < job->compared; i++) free_sample(&samples[i]);
    return status;
}

// ---- lm sample ----------------------------------------------------------------------------------

static lk_status draw_samples(sampling_job *job) {
    lk_buffer out = lk_buffer_make(job->call->context);
    lk_status status = LK_OK;
    for (uint64_t i = 0; i < job->samples && status == LK_OK; i++)
        status = job->compared ? compare_sample(job, &out, (uint32_t)i)
                               : add_sample(job, &out, (uint32_t)i);
    if (status == LK_OK && !job->streams) status = emit(job->call, &out);
    lk_buffer_free(&out);
    return status;
}

static lk_status prepare_and_draw(sampling_job *job) {
    LK_TRY(read_counts(job));
    LK_TRY(read_numbers(job));
    LK_TRY(count_compared(job));
    LK_TRY(read_prompt(job));
    LK_TRY(load_checkpoint(job->call, &job->checkpoint));
    job->streams =
        !job->json && !job->compared && !option_value(job->call->arguments, "output", NULL);
    if (!has_flag(job->call->arguments, "quiet"))
        fprintf(stderr, "seed %llu\n", (unsigned long long)job->sampling.seed);
    return draw_samples(job);
}

lk_status run_sample(invocation *call) {
    sampling_job job = {.call = call,
                        .prompt = lk_buffer_make(call->context),
                        .sampling = lk_sampling_default(),
                        .max_tokens = 500,
                        .samples = 1,
                        .stop = option_value(call->arguments, "stop", NULL),
                        .json = has_flag(call->arguments, "json")};
    lk_status status = prepare_and_draw(&job);
    lk_checkpoint_free(job.checkpoint);
    lk_buffer_free(&job.prompt);
    return status;
}
