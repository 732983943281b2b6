// The `likelore` command: finds the command its words name, makes the context its options ask for,
// runs it, and says what went wrong.
#include "command.h"
#include "help.h"
#include "terminal.h"

#include "likelore/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const command_group *const groups[] = {&net_commands,  &nb_commands,   &tok_commands,
                                              &lm_commands,   &grad_commands, &serve_commands,
                                              &bench_commands};
enum { GROUP_COUNT = sizeof groups / sizeof groups[0], MOST_VERBS = 64, MOST_THREADS = 256 };

const option common_options[] = {
    {"json", 0, NULL, "answer in JSON, for programs; errors too"},
    {"output", 'o', "FILE", "write the answer there, not to standard output"},
    {"force", 0, NULL, "replace what exists"},
    {"seed", 0, "N", "seed of what is drawn by chance (default 42)"},
    {"threads", 0, "N", "threads to compute with (default: all processors)"},
    {"deterministic", 0, NULL, "the same bits on every machine and in the browser"},
    {"memory-limit", 0, "SIZE", "memory to use, such as 4G (default: half of what is free)"},
    {"quiet", 'q', NULL, "no remarks and no progress"},
    {"help", 'h', NULL, "show this text"},
    {0},
};

// ---- Failures -----------------------------------------------------------------------------------

lk_status usage_error(invocation *call, const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(call->message, sizeof call->message, format, list);
    va_end(list);
    return LK_ERROR_USAGE;
}

static void print_error_text(lk_error error) {
    fputs("likelore: ", stderr);
    if (error.location.file) fprintf(stderr, "%s:", error.location.file);
    if (error.location.line > 0) fprintf(stderr, "%lld:", (long long)error.location.line);
    if (error.location.column > 0) fprintf(stderr, "%lld:", (long long)error.location.column);
    if (error.location.file || error.location.line > 0) fputc(' ', stderr);
    fputs(error.message, stderr);
    if (error.location.line <= 0 && error.location.byte >= 0)
        fprintf(stderr, " (at byte %lld)", (long long)error.location.byte);
    fputc('\n', stderr);
}

static void add_location(lk_json_writer *writer, lk_location location) {
    if (location.file)
        lk_json_add_string(writer, "file", location.file);
    else
        lk_json_add_null(writer, "file");
    const int64_t numbers[] = {location.line, location.column, location.byte};
    const bool known[] = {location.line > 0, location.column > 0, location.byte >= 0};
    static const char *const names[] = {"line", "column", "byte"};
    for (int i = 0; i < 3; i++) {
        if (known[i])
            lk_json_add_integer(writer, names[i], numbers[i]);
        else
            lk_json_add_null(writer, names[i]);
    }
}

static void print_error_json(lk_error error) {
    lk_context *context; // of its own: the one that failed may be out of memory
    if (lk_context_new(&context, &(lk_options){.threads = 1}) != LK_OK) return;
    lk_json_writer *writer;
    lk_buffer text = lk_buffer_make(context);
    if (lk_json_writer_new(context, &writer) == LK_OK) {
        lk_json_begin_object(writer, NULL);
        lk_json_begin_object(writer, "error");
        lk_json_add_string(writer, "code", lk_status_name(error.status));
        lk_json_add_string(writer, "message", error.message);
        add_location(writer, error.location);
        lk_json_end(writer);
        lk_json_end(writer);
        if (lk_json_finish(writer, &text, false) == LK_OK)
            fprintf(stderr, "%s\n", lk_buffer_text(&text));
        lk_json_writer_free(writer);
    }
    lk_buffer_free(&text);
    lk_context_free(context);
}

const char *remedy_text(lk_remedy remedy) {
    static const char *const texts[LK_REMEDY_COUNT] = {
        [LK_REMEDY_NORMALIZE] = "--normalize divides rows by their sums",
        [LK_REMEDY_LEARN_INCOMPLETE] =
            "--em (expectation-maximization) learns from incomplete records",
        [LK_REMEDY_SMOOTH] = "smooth the counts with --alpha",
        [LK_REMEDY_IGNORE_UNSEEN] = "--unseen ignore leaves such values out",
        [LK_REMEDY_IGNORE_COLUMN] = "--ignore leaves it out",
        [LK_REMEDY_NAME_DATA] = "name others with --data=FILES to go on with them",
        [LK_REMEDY_NAME_PATTERN] = "name it with --pattern",
        [LK_REMEDY_NAME_TOKENIZER] = "name one with --tokenizer FILE",
    };
    return texts[remedy];
}

// Prints the failure and returns its exit code.
static int report(lk_error error, bool json) {
    char message[4096];
    const char *remedy = remedy_text(error.remedy);
    if (remedy) {
        snprintf(message, sizeof message, "%s; %s", error.message, remedy);
        error.message = message;
    }
    if (json)
        print_error_json(error);
    else
        print_error_text(error);
    return lk_status_exit_code(error.status);
}

static int report_usage(const char *message, bool json) {
    return report((lk_error){LK_ERROR_USAGE, message, {.byte = -1}, "", LK_REMEDY_NONE}, json);
}

// ---- What commands share ------------------------------------------------------------------------

lk_status emit(const invocation *call, const lk_buffer *text) {
    if (text->status != LK_OK) return text->status;
    const char *path = option_value(call->arguments, "output", "-");
    if (strcmp(path, "-") != 0)
        return lk_file_write(call->context, path, lk_buffer_text(text), text->length,
                             has_flag(call->arguments, "force"));
    fwrite(lk_buffer_text(text), 1, text->length, stdout);
    return LK_OK;
}

lk_status emit_ready(const invocation *call, lk_buffer *text) {
    enum { READY_BYTES = 1 << 20 };
    if (text->status != LK_OK) return text->status;
    bool to_file = strcmp(option_value(call->arguments, "output", "-"), "-") != 0;
    if (to_file || text->length < READY_BYTES) return LK_OK;
    fwrite(lk_buffer_text(text), 1, text->length, stdout);
    lk_buffer_clear(text);
    return ferror(stdout) ? LK_ERROR_IO : LK_OK;
}

lk_status seed_of(invocation *call, uint64_t *seed) {
    *seed = 42;
    if (option_integer(call->arguments, "seed", seed, 0, UINT64_MAX)) return LK_OK;
    return usage_error(call, "--seed takes a whole number, not '%s'",
                       option_value(call->arguments, "seed", ""));
}

// ---- Running a command --------------------------------------------------------------------------

// What all processes would print, one does.
static bool speaks(const invocation *call) {
    if (call->ranks) return lk_ranks_rank(call->ranks) == 0;
    return !call->command->in_ranks || lk_ranks_is_first_here();
}

static void print_note(void *user, const char *text) {
    if (speaks(user)) fprintf(stderr, "likelore: note: %s\n", text);
}

static lk_status read_context_options(invocation *call, lk_options *options) {
    const arguments *given = call->arguments;
    uint64_t threads = 0;
    if (!option_integer(given, "threads", &threads, 1, MOST_THREADS))
        return usage_error(call, "--threads takes a number from 1 to %d", MOST_THREADS);
    const char *limit = option_value(given, "memory-limit", NULL);
    if (limit && !parse_size(limit, &options->memory_limit))
        return usage_error(call, "--memory-limit takes a size such as 512M or 4G, not '%s'", limit);
    uint64_t seed; // refused here by commands that draw nothing, too
    LK_TRY(seed_of(call, &seed));
    options->threads = (int)threads;
    if (threads == 0 && call->command->in_ranks) options->threads = lk_ranks_threads();
    options->deterministic = has_flag(given, "deterministic");
    if (!has_flag(given, "quiet")) options->note = print_note;
    options->note_user = call;
    return LK_OK;
}

static lk_status check_operands(invocation *call) {
    const command *c = call->command;
    int count = (int)call->arguments->operand_count;
    char name[COMMAND_NAME_BYTES];
    command_name(name, c);
    if (count < c->least_operands)
        return usage_error(call, "something is missing: likelore %s %s", name, c->operands);
    if (c->most_operands >= 0 && count > c->most_operands)
        return usage_error(call, "'%s' is one word too many: likelore %s %s",
                           call->arguments->operands[c->most_operands], name, c->operands);
    return LK_OK;
}

static lk_error error_of(const invocation *call, lk_status status) {
    if (call->message[0])
        return (lk_error){status, call->message, {.byte = -1}, "", LK_REMEDY_NONE};
    if (call->context) {
        lk_error error = lk_context_error(call->context);
        if (error.status == status) return error;
    }
    return (lk_error){status, lk_status_text(status), {.byte = -1}, "", LK_REMEDY_NONE};
}

static lk_status run_in_context(invocation *call) {
    lk_options options = {0};
    LK_TRY(read_context_options(call, &options));
    LK_TRY(check_operands(call));
    LK_TRY(lk_context_new(&call->context, &options));
    if (call->command->in_ranks) LK_TRY(lk_ranks_open(call->context, &call->ranks));
    return lk_ranks_agree(call->ranks, call->command->run(call));
}

// Returns the exit code.
static int tell_failure(const invocation *call, lk_status status) {
    if (!speaks(call)) return lk_status_exit_code(status);
    return report(error_of(call, status), has_flag(call->arguments, "json"));
}

static int run_command(const command *c, int count, char *const *words) {
    arguments given;
    invocation call = {.command = c, .arguments = &given};
    int exit_code = 0;
    char *error = call.message;
    if (!arguments_parse(&given, error, sizeof call.message, count, words, c->options,
                         common_options, c->settings)) {
        exit_code = tell_failure(&call, LK_ERROR_USAGE);
    } else if (has_flag(&given, "help")) {
        help_command(stdout, c);
    } else {
        lk_status status = run_in_context(&call);
        exit_code = status == LK_OK ? call.exit_code : tell_failure(&call, status);
    }
    lk_ranks_close(call.ranks);
    lk_context_free(call.context);
    arguments_free(&given);
    return exit_code;
}

// ---- Finding the command ------------------------------------------------------------------------

static bool is_help(const char *word) {
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

static bool wants_json(char *const *words) {
    for (; *words; words++)
        if (strcmp(*words, "--json") == 0) return true;
    return false;
}

// `words` begins with the word that is not known and ends with NULL.
static int unknown(const char *kind, char *const *words, const char *const *known, size_t count) {
    const char *word = words[0];
    char message[256];
    const char *near = lk_suggest(word, known, count);
    snprintf(message, sizeof message, "there is no %s '%s'%s%s%s", kind, word,
             near ? "; did you mean '" : "; see likelore --help", near ? near : "",
             near ? "'?" : "");
    return report_usage(message, wants_json(words));
}

static int run_verb(const command_group *group, int count, char *const *words) {
    const command *first = group->commands[0];
    if (!first->noun) return run_command(first, count, words);
    if (count == 0 || is_help(words[0])) {
        help_noun(count == 0 ? stderr : stdout, group);
        return count == 0 ? lk_status_exit_code(LK_ERROR_USAGE) : 0;
    }
    const char *verbs[MOST_VERBS];
    size_t verb_count = 0;
    for (const command *const *c = group->commands; *c; c++) {
        if (strcmp((*c)->verb, words[0]) == 0) return run_command(*c, count - 1, words + 1);
        if (verb_count < MOST_VERBS) verbs[verb_count++] = (*c)->verb;
    }
    return unknown("command", words, verbs, verb_count);
}

static int run_words(int count, char **words) {
    if (count < 2) {
        help_overview(stderr, groups, GROUP_COUNT);
        return lk_status_exit_code(LK_ERROR_USAGE);
    }
    if (strcmp(words[1], "--version") == 0) {
        puts("likelore " LIKELORE_VERSION);
        return 0;
    }
    if (is_help(words[1])) {
        help_overview(stdout, groups, GROUP_COUNT);
        return 0;
    }
    if (strcmp(words[1], "--man-page") == 0) {
        help_man_page(stdout, groups, GROUP_COUNT);
        return 0;
    }
    const char *nouns[GROUP_COUNT];
    for (size_t i = 0; i < GROUP_COUNT; i++) {
        nouns[i] = groups[i]->noun;
        if (strcmp(nouns[i], words[1]) == 0) return run_verb(groups[i], count - 2, words + 2);
    }
    return unknown("noun", words + 1, nouns, GROUP_COUNT);
}

// Output that did not reach its reader is a failure, too.
int main(int count, char **words) {
    int exit_code = run_words(count, words);
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    if (written || exit_code != 0) return exit_code;
    return report(
        (lk_error){
            LK_ERROR_IO, "standard output could not be written", {.byte = -1}, "", LK_REMEDY_NONE},
        wants_json(words));
}
