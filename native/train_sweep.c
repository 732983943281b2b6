// A run of a sweep is a directory OUT/KEY=VALUE,… with two files of the sweep's beside those of a
// run: settings.json, what it is trained with, and finished, which says how it ended. By these the
// same command knows, after an interruption, what is done, what goes on and what is missing.
#include "train_sweep.h"
#include "command_lm.h"
#include "train_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_RUNS = 1000, MOST_AXES = 16 };

// KEY=V1,V2,…
typedef struct axis {
    const char *key;
    size_t key_length;
    const char *values;
    size_t count;
} axis;

typedef struct sweep {
    invocation *call;
    const given_settings *given;
    const char *out;
    axis axes[MOST_AXES];
    size_t axis_count, run_count;
    lk_buffer *runs; // the directories
} sweep;

// ---- What is asked for --------------------------------------------------------------------------

static lk_status read_axis(sweep *s, const char *text) {
    axis *a = &s->axes[s->axis_count];
    const char *equals = strchr(text, '=');
    bool empty = !equals || equals == text || equals[1] == 0 || equals[1] == ',' ||
                 strstr(equals, ",,") || text[strlen(text) - 1] == ',';
    if (empty)
        return usage_error(s->call,
                           "--sweep takes KEY=VALUE,VALUE,… such as "
                           "learning_rate=1e-4,3e-4, not '%s'",
                           text);
    *a = (axis){text, (size_t)(equals - text), equals + 1, 1};
    if (a->key_length == 3 && memcmp(text, "out", 3) == 0)
        return usage_error(s->call,
                           "--sweep cannot vary 'out': each run has a directory of its own");
    for (const char *at = a->values; *at; at++) a->count += *at == ',';
    s->run_count *= a->count;
    s->axis_count++;
    if (s->run_count <= MOST_RUNS) return LK_OK;
    return usage_error(s->call, "--sweep asks for more than %d runs", MOST_RUNS);
}

static lk_status read_axes(sweep *s) {
    const char *text;
    for (size_t i = 0; (text = option_value_at(s->call->arguments, "sweep", i)); i++) {
        if (i == MOST_AXES)
            return usage_error(s->call, "--sweep may be given at most %d times", MOST_AXES);
        LK_TRY(read_axis(s, text));
    }
    return LK_OK;
}

// ---- One combination ----------------------------------------------------------------------------

// Appends value `index` of an axis.
static void append_value(lk_buffer *out, const axis *a, size_t index) {
    const char *at = a->values;
    for (; index > 0; index--) at = strchr(at, ',') + 1;
    lk_buffer_append(out, at, strcspn(at, ","));
}

// Which value of axis `i` run `number` has: the last axis changes fastest.
static size_t value_index(const sweep *s, size_t number, size_t i) {
    for (size_t later = s->axis_count - 1; later > i; later--) number /= s->axes[later].count;
    return number % s->axes[i].count;
}

// OUT/KEY=VALUE,KEY=VALUE; a value's slash would begin another directory.
static lk_status name_run(sweep *s, size_t number) {
    lk_buffer *run = &s->runs[number];
    lk_buffer_append_text(run, s->out);
    lk_buffer_append_byte(run, '/');
    size_t begin = run->length;
    for (size_t i = 0; i < s->axis_count; i++) {
        if (i > 0) lk_buffer_append_byte(run, ',');
        lk_buffer_append(run, s->axes[i].key, s->axes[i].key_length + 1);
        append_value(run, &s->axes[i], value_index(s, number, i));
    }
    LK_TRY(lk_buffer_status(run));
    for (size_t i = begin; i < run->length; i++)
        if (run->data[i] == '/') run->data[i] = '_';
    return LK_OK;
}

static lk_status set_axis(const sweep *s, lk_settings *settings, size_t number, size_t i) {
    const axis *a = &s->axes[i];
    lk_buffer text = lk_buffer_make(s->call->context);
    lk_buffer_append(&text, a->key, a->key_length);
    lk_buffer_append_byte(&text, 0);
    size_t value = text.length;
    append_value(&text, a, value_index(s, number, i));
    lk_status status = lk_buffer_status(&text);
    if (status == LK_OK) status = lk_settings_set(settings, text.data, text.data + value);
    lk_buffer_free(&text);
    return status;
}

static lk_status make_settings(const sweep *s, lk_settings **settings, size_t number) {
    LK_TRY(settings_of_call(s->call, settings, s->given));
    lk_status status = LK_OK;
    for (size_t i = 0; i < s->axis_count && status == LK_OK; i++)
        status = set_axis(s, *settings, number, i);
    if (status == LK_OK)
        status = lk_settings_set(*settings, "out", lk_buffer_text(&s->runs[number]));
    if (status == LK_OK) return LK_OK;
    lk_settings_free(*settings);
    return status;
}

// Names all runs, and finds wrong values before the first one is trained.
static lk_status check_all(sweep *s) {
    for (size_t i = 0; i < s->run_count; i++) {
        lk_settings *settings;
        LK_TRY(name_run(s, i));
        LK_TRY(make_settings(s, &settings, i));
        lk_settings_free(settings);
    }
    return LK_OK;
}

// ---- State of a run -----------------------------------------------------------------------------

static lk_status path_in(lk_buffer *path, const char *run, const char *name) {
    lk_buffer_clear(path);
    lk_buffer_append_text(path, run);
    lk_buffer_append_byte(path, '/');
    lk_buffer_append_text(path, name);
    return lk_buffer_status(path);
}

static bool exists(lk_buffer *path, const char *run, const char *name) {
    return path_in(path, run, name) == LK_OK && access(path->data, F_OK) == 0;
}

static lk_status write_text(lk_context *context, lk_buffer *path, const char *run, const char *name,
                            const char *text) {
    LK_TRY(path_in(path, run, name));
    return lk_file_write(context, path->data, text, strlen(text), true);
}

static lk_status same_text(lk_context *context, const char *path, const char *text, bool *same) {
    lk_file *file;
    LK_TRY(lk_file_open(context, &file, path));
    *same = lk_file_length(file) == strlen(text) &&
            memcmp(lk_file_bytes(file), text, strlen(text)) == 0;
    lk_file_free(file);
    return LK_OK;
}

static lk_status begin_anew(sweep *s, lk_buffer *path, const lk_settings *settings, const char *run,
                            const char *text, bool replace, train_mode *mode) {
    lk_context *context = s->call->context;
    LK_TRY(lk_run_start(context, run, replace));
    LK_TRY(path_in(path, run, "finished"));
    if (remove(path->data) != 0 && access(path->data, F_OK) == 0) {
        snprintf(s->call->message, sizeof s->call->message, "%s cannot be removed", path->data);
        return LK_ERROR_IO;
    }
    LK_TRY(write_text(context, path, run, "settings.json", text));
    return train_new_run(s->call, settings, run, true, mode);
}

static lk_status other_settings(invocation *call, const char *run) {
    snprintf(call->message, sizeof call->message,
             "%s was trained with other settings: replace it with --force, or name another --out",
             run);
    return LK_ERROR_CREATE;
}

// Trains what is not done. *trained is false where nothing was left.
static lk_status train_missing(sweep *s, lk_buffer *path, const lk_settings *settings,
                               const char *run, const char *text, train_mode *mode, bool *trained) {
    bool force = has_flag(s->call->arguments, "force"), same = false;
    *trained = true;
    if (force || !exists(path, run, "settings.json"))
        return begin_anew(s, path, settings, run, text, force, mode);
    LK_TRY(same_text(s->call->context, path->data, text, &same));
    if (!same) return other_settings(s->call, run);
    *trained = !exists(path, run, "finished");
    if (!*trained) return LK_OK;
    if (exists(path, run, "latest")) return train_old_run(s->call, run, mode);
    return begin_anew(s, path, settings, run, text, true, mode);
}

static lk_status train_and_finish(sweep *s, lk_buffer *path, const lk_settings *settings,
                                  const char *run, const char *text) {
    train_mode mode = {.one_of_many = true};
    bool trained;
    LK_TRY(train_missing(s, path, settings, run, text, &mode, &trained));
    if (!trained) return LK_OK;
    char end[600] = "trained\n";
    if (mode.diverged) {
        snprintf(end, sizeof end, "%s\n", lk_context_error(s->call->context).message);
        fprintf(stderr, "%s: %s", run, end);
    }
    return write_text(s->call->context, path, run, "finished", end);
}

static lk_status train_one(sweep *s, size_t number) {
    lk_context *context = s->call->context;
    lk_settings *settings;
    LK_TRY(make_settings(s, &settings, number));
    lk_buffer text = lk_buffer_make(context), path = lk_buffer_make(context);
    lk_status status = lk_settings_write(context, &text, settings);
    const char *run = lk_buffer_text(&s->runs[number]);
    if (status == LK_OK && !has_flag(s->call->arguments, "quiet"))
        fprintf(stderr, "\nrun %zu of %zu: %s\n", number + 1, s->run_count, run);
    if (status == LK_OK) status = train_and_finish(s, &path, settings, run, text.data);
    lk_buffer_free(&text);
    lk_buffer_free(&path);
    lk_settings_free(settings);
    return status;
}

// ---- All ----------------------------------------------------------------------------------------

static lk_status report(sweep *s) {
    const char **runs = calloc(s->run_count + 1, sizeof *runs);
    if (!runs) return LK_ERROR_MEMORY;
    for (size_t i = 0; i < s->run_count; i++) runs[i] = lk_buffer_text(&s->runs[i]);
    lk_status status = report_runs(s->call, runs, s->run_count);
    free(runs);
    return status;
}

static lk_status train_all(sweep *s) {
    LK_TRY(check_all(s));
    for (size_t i = 0; i < s->run_count; i++) {
        lk_status status = train_one(s, i);
        if (status == LK_ERROR_INTERRUPTED)
            snprintf(s->call->message, sizeof s->call->message,
                     "interrupted in run %zu of %zu; the same command goes on with what is missing",
                     i + 1, s->run_count);
        LK_TRY(status);
    }
    return report(s);
}

lk_status train_sweep(invocation *call, const given_settings *given, const char *out) {
    sweep s = {.call = call, .given = given, .out = out, .run_count = 1};
    LK_TRY(read_axes(&s));
    s.runs = calloc(s.run_count, sizeof *s.runs);
    if (!s.runs) return LK_ERROR_MEMORY;
    for (size_t i = 0; i < s.run_count; i++) s.runs[i] = lk_buffer_make(call->context);
    lk_status status = train_all(&s);
    for (size_t i = 0; i < s.run_count; i++) lk_buffer_free(&s.runs[i]);
    free(s.runs);
    return status;
}
