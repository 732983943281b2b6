// `likelore lm sample`.
#include "command_lm.h"

#include "likelore/json.h"
#include "likelore/lm.h"

#include <stdio.h>
#include <string.h>

const option sample_options[] = {
    {"prompt", 'p', "TEXT", "what the text begins with; FILE:path reads it from a file"},
    {"max-tokens", 'n', "N", "longest continuation (default 500)"},
    {"temperature", 't', "T", "divides the logits; 0 takes the most probable token (default 0.8)"},
    {"top-k", 'k', "K", "draw from the K most probable tokens; 0: all (default 200)"},
    {"top-p", 0, "P", "draw from the fewest tokens whose probabilities reach P (default 1: all)"},
    {"min-p", 0, "P", "leave out tokens below P times the highest probability (default 0)"},
    {"stop", 0, "TEXT", "end a sample when its continuation ends so"},
    {"samples", 0, "N", "number of samples (default 1)"},
    {0},
};

static const char SEPARATOR[] = "---------------\n";

typedef struct sampling_job {
    invocation *call;
    lk_checkpoint *checkpoint;
    lk_buffer prompt;
    lk_sampling sampling;
    uint64_t max_tokens, samples;
    const char *stop;
    bool json;
    bool streams; // the text goes to standard output as it comes
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

// ---- A sample -----------------------------------------------------------------------------------

// What is kept of a sample when it is not shown as it comes.
typedef struct sample {
    lk_buffer text;
    lk_buffer log_probs; // doubles
    lk_ids ids;
    lk_finish finish;
} sample;

static void write_text(const sampling_job *job, sample *s, const char *text, size_t length) {
    lk_buffer_append(&s->text, text, length);
    if (!job->streams) return;
    fwrite(text, 1, length, stdout);
    fflush(stdout);
}

static lk_status draw_token(const sampling_job *job, sample *s, lk_generator *generator) {
    lk_generated token;
    LK_TRY(lk_generator_next(generator, &token));
    const lk_tokenizer *tokenizer = lk_checkpoint_tokenizer(job->checkpoint);
    size_t length = 0;
    const char *bytes = lk_tokenizer_token_at(tokenizer, token.id, &length);
    write_text(job, s, bytes, length);
    lk_buffer_append(&s->log_probs, &token.log_prob, sizeof token.log_prob);
    s->finish = token.finish;
    return lk_ids_append(&s->ids, &token.id, 1);
}

static lk_status draw_sample(const sampling_job *job, sample *s, uint32_t index) {
    lk_sampling sampling = job->sampling;
    sampling.sample = index;
    lk_generator *generator;
    LK_TRY(lk_generator_new(job->call->context, &generator, lk_checkpoint_model(job->checkpoint),
                            lk_checkpoint_tokenizer(job->checkpoint), lk_buffer_text(&job->prompt),
                            job->prompt.length, &sampling, (uint32_t)job->max_tokens, job->stop));
    if (!job->json) write_text(job, s, lk_buffer_text(&job->prompt), job->prompt.length);
    lk_status status = LK_OK;
    while (status == LK_OK && s->finish == LK_FINISH_NONE) status = draw_token(job, s, generator);
    lk_generator_free(generator);
    return status == LK_OK ? lk_buffer_status(&s->log_probs) : status;
}

// ---- Showing ------------------------------------------------------------------------------------

static lk_status write_json(const sampling_job *job, lk_buffer *out, const sample *s,
                            uint32_t index) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(job->call->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_integer(writer, "sample", index);
    lk_json_add_string(writer, "prompt", lk_buffer_text(&job->prompt));
    lk_json_add_string(writer, "text", lk_buffer_text(&s->text));
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
    lk_json_add_string(writer, "finish", s->finish == LK_FINISH_STOP ? "stop" : "length");
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

static lk_status add_sample(const sampling_job *job, lk_buffer *out, uint32_t index) {
    lk_context *context = job->call->context;
    sample s = {.text = lk_buffer_make(context),
                .log_probs = lk_buffer_make(context),
                .ids = lk_ids_make(context)};
    if (index > 0 && !job->json) write_text(job, &s, SEPARATOR, strlen(SEPARATOR));
    lk_status status = draw_sample(job, &s, index);
    if (status == LK_OK && !job->json) write_text(job, &s, "\n", 1);
    if (status == LK_OK && job->json) status = write_json(job, out, &s, index);
    if (!job->json && !job->streams) lk_buffer_append(out, s.text.data, s.text.length);
    lk_buffer_free(&s.text);
    lk_buffer_free(&s.log_probs);
    lk_ids_free(&s.ids);
    return status;
}

static lk_status draw_samples(const sampling_job *job) {
    lk_buffer out = lk_buffer_make(job->call->context);
    lk_status status = LK_OK;
    for (uint64_t i = 0; i < job->samples && status == LK_OK; i++)
        status = add_sample(job, &out, (uint32_t)i);
    if (status == LK_OK && !job->streams) status = emit(job->call, &out);
    lk_buffer_free(&out);
    return status;
}

static lk_status prepare_and_draw(sampling_job *job) {
    LK_TRY(read_counts(job));
    LK_TRY(read_numbers(job));
    LK_TRY(read_prompt(job));
    LK_TRY(lk_checkpoint_load(job->call->context, &job->checkpoint,
                              job->call->arguments->operands[0]));
    if (!has_flag(job->call->arguments, "quiet"))
        fprintf(stderr, "seed %llu\n", (unsigned long long)job->sampling.seed);
    return draw_samples(job);
}

lk_status run_sample(invocation *call) {
    bool json = has_flag(call->arguments, "json");
    sampling_job job = {.call = call,
                        .prompt = lk_buffer_make(call->context),
                        .sampling = lk_sampling_default(),
                        .max_tokens = 500,
                        .samples = 1,
                        .stop = option_value(call->arguments, "stop", NULL),
                        .json = json,
                        .streams = !json && !option_value(call->arguments, "output", NULL)};
    lk_status status = prepare_and_draw(&job);
    lk_checkpoint_free(job.checkpoint);
    lk_buffer_free(&job.prompt);
    return status;
}
