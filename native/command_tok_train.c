// `likelore tok train`: byte-pair encoding learned from texts.
#include "command_tok.h"

#include "terminal.h"

#include "likelore/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const ties[] = {"bytes", "ids"};
static const char *const layouts[] = {"bytes-first", "specials-first", "specials-last"};

// ---- The job ------------------------------------------------------------------------------------

typedef struct training {
    invocation *call;
    lk_tokenizer_training how;
    lk_tokenizer_format format;
    const char **specials;
    lk_buffer scratch; // the path beside which counts are kept that do not fit into memory
    lk_buffer saved;   // the path of what is kept of an interrupted training; empty: nothing is
    lk_buffer note;    // of which texts and options that is
    lk_tokenizer_trainer *trainer;
    lk_tokenizer *tokenizer;
    progress_line progress;
    uint64_t bytes;
    double started, counted, indexed, learned; // seconds of the clock
    lk_merge_report last;
} training;

static lk_status read_specials(training *t) {
    const arguments *given = t->call->arguments;
    const char *text;
    t->specials = calloc(given->given_count + 1, sizeof *t->specials);
    if (!t->specials) return LK_ERROR_MEMORY;
    for (size_t i = 0; (text = option_value_at(given, "special", i)) != NULL; i++)
        t->specials[t->how.special_count++] = text;
    t->how.specials = t->specials;
    return LK_OK;
}

// Files that are needed meanwhile are made beside the output, or where temporary files are.
static lk_status name_files(training *t) {
    const char *output = option_value(t->call->arguments, "output", "-");
    const char *directory = getenv("TMPDIR");
    bool to_file = strcmp(output, "-") != 0;
    if (to_file)
        lk_buffer_printf(&t->saved, "%s.counts", output);
    else if (has_flag(t->call->arguments, "resume"))
        return usage_error(t->call, "--resume goes on with what is kept beside the output: name it "
                                    "with --output");
    if (to_file) // which may be a directory itself
        lk_buffer_append_text(&t->scratch, lk_buffer_text(&t->saved));
    else
        lk_buffer_printf(&t->scratch, "%s/likelore", directory && *directory ? directory : "/tmp");
    LK_TRY(lk_buffer_status(&t->saved));
    return lk_buffer_status(&t->scratch);
}

static lk_status read_options(training *t) {
    const arguments *given = t->call->arguments;
    uint64_t size = 0;
    int tie, layout;
    if (!option_integer(given, "vocab-size", &size, 1, UINT32_MAX) || size == 0)
        return usage_error(t->call, "--vocab-size takes the number of tokens, such as 10000");
    if (!option_integer(given, "min-frequency", &t->how.min_frequency, 1, UINT64_MAX))
        return usage_error(t->call, "--min-frequency takes a whole number from 1");
    LK_TRY(choose_tokenizer_format(t->call, &t->format));
    LK_TRY(choose(t->call, &tie, "tie", ties, 2));
    LK_TRY(choose(t->call, &layout, "layout", layouts, 3));
    LK_TRY(read_pattern(t->call, &t->how.pattern, &t->how.expression,
                        option_value(given, "pattern", "gpt2")));
    LK_TRY(name_files(t));
    t->how.scratch = t->scratch.data;
    t->how.vocab_size = (uint32_t)size;
    t->how.tie = (lk_tie)tie;
    t->how.layout = (lk_layout)layout;
    return read_specials(t);
}

// ---- Progress -----------------------------------------------------------------------------------

static void show_counting(training *t) {
    if (!progress_is_due(&t->progress)) return;
    char line[80];
    double seconds = terminal_seconds() - t->started;
    snprintf(line, sizeof line, "counting: %.0f MB, %.0f MB/s", (double)t->bytes / 1e6,
             (double)t->bytes / 1e6 / (seconds > 0 ? seconds : 1));
    progress_show(&t->progress, line);
}

static void show_merging(training *t) {
    if (!progress_is_due(&t->progress)) return;
    char line[80];
    snprintf(line, sizeof line, "merging: %u of %u", t->last.merges, t->last.most_merges);
    progress_show(&t->progress, line);
}

static void show_times(const training *t) {
    if (has_flag(t->call->arguments, "quiet")) return;
    double count = t->counted - t->started, index = t->indexed - t->counted;
    fprintf(stderr,
            "counted %.1f MB in %.2f s (%.0f MB/s), indexed the pairs in %.2f s, learned %u merges "
            "in %.2f s\n",
            (double)t->bytes / 1e6, count, (double)t->bytes / 1e6 / (count > 0 ? count : 1), index,
            t->last.merges, t->learned - t->indexed);
    if (t->last.merges < t->last.most_merges)
        fprintf(stderr, "no pair is left to merge: the vocabulary has %u tokens, not %u\n",
                lk_tokenizer_count(t->tokenizer), t->how.vocab_size);
}

// ---- Interruptions ------------------------------------------------------------------------------

// Of a text its size and when it was changed.
static void note_text(lk_buffer *note, const char *path) {
    struct stat status;
    lk_buffer_printf(note, "text %s\n", path);
    if (strcmp(path, "-") == 0 || stat(path, &status) != 0) return;
    lk_buffer_printf(note, "size %jd time %jd.%09ld\n", (intmax_t)status.st_size,
                     (intmax_t)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

// What must be the same when the training is resumed: the counts are of these pieces of these
// texts.
static lk_status describe(training *t) {
    const arguments *given = t->call->arguments;
    lk_buffer_printf(&t->note, "pattern %s\n", option_value(given, "pattern", "gpt2"));
    for (size_t i = 0; i < t->how.special_count; i++)
        lk_buffer_printf(&t->note, "special %s\n", t->specials[i]);
    for (size_t i = 0; i < given->operand_count; i++) note_text(&t->note, given->operands[i]);
    return lk_buffer_status(&t->note);
}

static lk_status resume(training *t) {
    if (!has_flag(t->call->arguments, "resume")) return LK_OK;
    return lk_tokenizer_trainer_resume(t->trainer, t->saved.data, lk_buffer_text(&t->note));
}

static lk_status save(training *t) {
    invocation *call = t->call;
    if (t->saved.length == 0) return LK_ERROR_INTERRUPTED;
    LK_TRY(lk_tokenizer_trainer_save(t->trainer, t->saved.data, lk_buffer_text(&t->note)));
    snprintf(call->message, sizeof call->message,
             "interrupted; what was counted is in %s. Go on with the same command and --resume",
             t->saved.data);
    return LK_ERROR_INTERRUPTED;
}

// ---- Training -----------------------------------------------------------------------------------

static lk_status take(void *user, const char *text, size_t length, bool is_last) {
    training *t = user;
    LK_TRY(lk_tokenizer_trainer_feed(t->trainer, text, length, is_last));
    t->bytes += length;
    show_counting(t);
    return LK_OK;
}

static lk_status count(training *t) {
    const arguments *given = t->call->arguments;
    t->started = terminal_seconds();
    for (size_t i = 0; i < given->operand_count; i++)
        LK_TRY(read_in_parts(t->call, given->operands[i], take, t));
    t->counted = terminal_seconds();
    return LK_OK;
}

static lk_status learn(training *t) {
    lk_merge_report report;
    do {
        LK_TRY(lk_tokenizer_trainer_step(t->trainer, &report));
        if (t->indexed == 0) t->indexed = terminal_seconds();
        t->last = report;
        show_merging(t);
        if (terminal_interrupted()) {
            snprintf(t->call->message, sizeof t->call->message, "interrupted");
            return LK_ERROR_INTERRUPTED;
        }
    } while (!report.is_done);
    t->learned = terminal_seconds();
    return LK_OK;
}

// ---- What it gives ------------------------------------------------------------------------------

static lk_status print_summary(const training *t) {
    lk_json_writer *json;
    lk_buffer out = lk_buffer_make(t->call->context);
    LK_TRY(lk_json_writer_new(t->call->context, &json));
    lk_json_begin_object(json, NULL);
    lk_json_add_integer(json, "version", 1);
    lk_json_add_integer(json, "vocab_size", lk_tokenizer_count(t->tokenizer));
    lk_json_add_integer(json, "merges", t->last.merges);
    lk_json_add_integer(json, "bytes", (int64_t)t->bytes);
    lk_json_begin_object(json, "seconds");
    lk_json_add_number(json, "count", t->counted - t->started);
    lk_json_add_number(json, "index", t->indexed - t->counted);
    lk_json_add_number(json, "merge", t->learned - t->indexed);
    lk_json_end(json);
    lk_json_end(json);
    lk_status status = lk_json_finish(json, &out, false);
    if (status == LK_OK) puts(lk_buffer_text(&out));
    lk_json_writer_free(json);
    lk_buffer_free(&out);
    return status;
}

static lk_status write_tokenizer(training *t) {
    LK_TRY(lk_tokenizer_trainer_finish(t->trainer, &t->tokenizer));
    return save_tokenizer(t->call, t->tokenizer, t->format);
}

static lk_status train(training *t) {
    LK_TRY(read_options(t));
    LK_TRY(describe(t));
    LK_TRY(lk_tokenizer_trainer_new(t->call->context, &t->trainer, &t->how));
    LK_TRY(resume(t));
    lk_status status = count(t);
    if (status == LK_OK) status = learn(t);
    progress_clear(&t->progress);
    if (status == LK_ERROR_INTERRUPTED) return save(t);
    LK_TRY(status);
    LK_TRY(write_tokenizer(t));
    if (has_flag(t->call->arguments, "resume")) remove(t->saved.data);
    show_times(t);
    return has_flag(t->call->arguments, "json") ? print_summary(t) : LK_OK;
}

static lk_status run(invocation *call) {
    training t = {.call = call,
                  .scratch = lk_buffer_make(call->context),
                  .saved = lk_buffer_make(call->context),
                  .note = lk_buffer_make(call->context)};
    bool to_file = strcmp(option_value(call->arguments, "output", "-"), "-") != 0;
    if (has_flag(call->arguments, "json") && !to_file)
        return usage_error(call, "--json prints a summary, so the tokenizer needs a place: add "
                                 "--output tokenizer.json");
    terminal_catch_interrupts();
    t.progress = progress_begin(stderr, has_flag(call->arguments, "quiet"));
    lk_status status = train(&t);
    progress_clear(&t.progress);
    lk_tokenizer_free(t.tokenizer);
    lk_tokenizer_trainer_free(t.trainer);
    free(t.specials);
    lk_buffer_free(&t.scratch);
    lk_buffer_free(&t.saved);
    lk_buffer_free(&t.note);
    return status;
}

static const option options[] = {
    {"vocab-size", 0, "N", "number of tokens: the 256 bytes, the special ones and the merges"},
    {"special", 0, "TEXT", "a special token, such as \"<|endoftext|>\"; repeats"},
    {"pattern", 0, "NAME",
     "how texts are cut into pieces: gpt2 (default), cl100k, llama3, o200k, whitespace, none, or a "
     "regular expression, such as '\\p{L}+|\\S'"},
    {"tie", 0, "RULE",
     "which of equally frequent pairs merges first: bytes, the greatest pair of byte strings "
     "(default), or ids, the smallest pair of ids"},
    {"layout", 0, "ORDER",
     "the order of the ids: bytes-first (bytes, special tokens, merges; default), specials-first, "
     "or specials-last"},
    {"min-frequency", 0, "N", "how often a pair must stand in the texts to merge (default 1)"},
    TOK_TO,
    {"resume", 0, NULL, "go on with a training that was interrupted"},
    {0}};

const command tok_train_command = {
    .noun = "tok",
    .verb = "train",
    .operands = "FILE…",
    .summary = "learn a tokenizer from texts: byte-level byte-pair encoding",
    .details =
        "Texts are cut into pieces, and within them the most frequent pair of neighbours becomes a "
        "token, again and again. The tokenizer is written as tokenizer.json, which the Hugging "
        "Face tokenizers load too, or as --to says. What is between special tokens is counted, "
        "they are not. The merges do not depend on the number of threads, nor on the memory limit: "
        "counts that do not fit into it go to a file beside the output (without one, in TMPDIR) "
        "for the time. Bytes that are not UTF-8 count as they are. Ctrl-C keeps what was counted "
        "in OUTPUT.counts.\n"
        "\n"
        "  likelore tok train book.txt --vocab-size 5000 --special \"<|endoftext|>\" "
        "-o tokenizer.json\n",
    .options = options,
    .least_operands = 1,
    .most_operands = -1,
    .run = run,
};
