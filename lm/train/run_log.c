// log.jsonl read again: an object a line, of a step, an evaluation, statistics or a sample.
#include "likelore/lm_report.h"

#include "checkpoint/checkpoint_files.h"
#include "context.h"
#include "directory.h"

#include <math.h>
#include <stdio.h>

// More names than any model has; a log that tells of more is none of ours.
enum { MOST_PARTS = 10000 };

typedef struct log_reader {
    lk_context *context;
    lk_run_log *log;
    lk_location place;
    double before; // seconds of the times the run was trained before this one
} log_reader;

// ---- Room ---------------------------------------------------------------------------------------

// Room for one more element of a list.
static lk_status grow(lk_context *context, void **list, size_t count, size_t *capacity,
                      size_t size) {
    if (count < *capacity) return LK_OK;
    size_t more = *capacity ? 2 * *capacity : 16;
    void *grown = lk_resize(context, *list, more, size);
    LK_NEED(grown);
    *list = grown;
    *capacity = more;
    return LK_OK;
}

static lk_status add_point(lk_context *context, lk_log_series *series, lk_log_point point) {
    void *points = series->points;
    LK_TRY(grow(context, &points, series->count, &series->capacity, sizeof point));
    series->points = points;
    series->points[series->count++] = point;
    return LK_OK;
}

// ---- Statistics ---------------------------------------------------------------------------------

static double number_of(const lk_json *line, const char *key) {
    return lk_json_number(lk_json_get(line, key), (double)NAN);
}

// One that is not as it should be stays empty.
static lk_log_histogram read_histogram(const lk_json *row, const char *mean, const char *deviation,
                                       const char *bins, double step) {
    lk_log_histogram h = {
        .step = step, .mean = number_of(row, mean), .deviation = number_of(row, deviation)};
    const lk_json *from = lk_json_get(row, bins);
    double total = 0;
    int i = 0;
    h.least = number_of(from, "least");
    h.most = number_of(from, "most");
    const lk_json *count = lk_json_first(lk_json_get(from, "counts"));
    for (; count && i < LK_BINS; count = lk_json_next(count)) {
        h.counts[i] = lk_json_number(count, (double)NAN);
        if (!(h.counts[i] >= 0)) return h;
        total += h.counts[i++];
    }
    bool sound = i == LK_BINS && !count && isfinite(h.most - h.least);
    if (sound && h.least <= h.most && isfinite(total)) h.total = total;
    return h;
}

static bool is_free(const lk_log_part *part, const char *name, int64_t line) {
    return part->line != line && strcmp(part->name, name) == 0;
}

static lk_status add_part(lk_context *context, lk_log_part **part, lk_log_parts *parts,
                          const char *name) {
    size_t copy = 0;
    for (size_t i = 0; i < parts->count; i++) copy += strcmp(parts->parts[i].name, name) == 0;
    void *list = parts->parts;
    LK_TRY(grow(context, &list, parts->count, &parts->capacity, sizeof **part));
    parts->parts = list;
    *part = &parts->parts[parts->count];
    **part = (lk_log_part){.name = lk_copy_text(context, name, strlen(name)), .copy = copy};
    LK_NEED((*part)->name);
    parts->count++;
    return LK_OK;
}

// The part of a row: mostly the one at its place, else the first of its name that this line has
// not told of yet.
static lk_status find_part(const log_reader *reader, lk_log_part **part, lk_log_parts *parts,
                           size_t place, const char *name) {
    int64_t line = reader->place.line;
    size_t i = place < parts->count && is_free(&parts->parts[place], name, line) ? place : 0;
    while (i < parts->count && !is_free(&parts->parts[i], name, line)) i++;
    *part = i < parts->count ? &parts->parts[i] : NULL;
    if (*part) return LK_OK;
    if (parts->count == MOST_PARTS)
        return lk_fail_at(reader->context, LK_ERROR_LIMIT, reader->place,
                          "the statistics tell of more than %d names", MOST_PARTS);
    return add_part(reader->context, part, parts, name);
}

typedef struct part_keys {
    const char *list, *value, *mean, *deviation, *bins;
} part_keys;

static lk_status read_parts(const log_reader *reader, lk_log_parts *parts, const lk_json *stats,
                            const part_keys *keys, lk_log_point point) {
    size_t place = 0;
    const lk_json *row = lk_json_first(lk_json_get(stats, keys->list));
    for (; row; row = lk_json_next(row), place++) {
        lk_log_part *part;
        const char *name = lk_json_string(lk_json_get(row, "name"), "");
        LK_TRY(find_part(reader, &part, parts, place, name));
        part->line = reader->place.line;
        part->last = read_histogram(row, keys->mean, keys->deviation, keys->bins, point.step);
        if (part->values.count == 0) part->first = part->last;
        point.value = number_of(row, keys->value);
        LK_TRY(add_point(reader->context, &part->values, point));
    }
    return LK_OK;
}

static lk_status read_statistics(const log_reader *reader, const lk_json *stats,
                                 lk_log_point point) {
    static const part_keys weight_keys = {"weights", "log10_update", "gradient_mean",
                                          "gradient_deviation", "gradient_bins"};
    static const part_keys activation_keys = {"activations", "saturated", "mean", "deviation",
                                              "bins"};
    LK_TRY(read_parts(reader, &reader->log->weights, stats, &weight_keys, point));
    return read_parts(reader, &reader->log->activations, stats, &activation_keys, point);
}

// ---- Lines --------------------------------------------------------------------------------------

// The clock begins anew when a run goes on. Logs of before that was written down tell it by a time
// that is less than the one before.
static double add_seconds(log_reader *reader, const lk_json *line) {
    lk_run_log *log = reader->log;
    double seconds = number_of(line, "seconds");
    if (!(seconds >= 0 && isfinite(seconds))) return log->seconds;
    bool resumed = lk_json_bool(lk_json_get(line, "resumed"), false);
    if (resumed || reader->before + seconds < log->seconds) reader->before = log->seconds;
    return log->seconds = reader->before + seconds;
}

static lk_status add_quantities(const log_reader *reader, const lk_json *line, lk_log_point point) {
    static const char *const keys[LK_LOG_QUANTITIES] = {"loss", "train_loss", "val_loss",
                                                        "lr",   "grad_norm",  "tokens_per_s"};
    const lk_json *val_loss = lk_json_get(line, "val_loss");
    for (int q = 0; q < LK_LOG_QUANTITIES; q++) {
        const lk_json *member = lk_json_get(line, keys[q]);
        if (!(q == LK_LOG_TRAIN_LOSS ? val_loss : member)) continue;
        point.value = lk_json_number(member, (double)NAN);
        LK_TRY(add_point(reader->context, &reader->log->series[q], point));
    }
    return LK_OK;
}

static void note_evaluation(lk_run_log *log, const lk_json *line) {
    if (!lk_json_get(line, "val_loss")) return;
    log->train_loss = number_of(line, "train_loss");
    log->val_loss = number_of(line, "val_loss");
    if (isnan(log->val_loss) || log->val_loss >= log->best_val_loss) return;
    log->best_val_loss = log->val_loss;
    log->best_step = log->step;
}

static lk_status add_sample(const log_reader *reader, const char *text) {
    lk_run_log *log = reader->log;
    void *samples = log->samples;
    LK_TRY(grow(reader->context, &samples, log->sample_count, &log->sample_capacity,
                sizeof *log->samples));
    log->samples = samples;
    lk_log_sample sample = {log->step, lk_copy_text(reader->context, text, strlen(text))};
    LK_NEED(sample.text);
    log->samples[log->sample_count++] = sample;
    return LK_OK;
}

static lk_status read_line(log_reader *reader, const lk_json *line) {
    lk_run_log *log = reader->log;
    double step = number_of(line, "step");
    if (!(step >= 0 && isfinite(step)))
        return lk_fail_at(reader->context, LK_ERROR_DATA, reader->place,
                          "a line of a log is an object with a step");
    log->step = step;
    log->tokens = lk_json_number(lk_json_get(line, "tokens"), log->tokens);
    lk_log_point point = {.step = step, .seconds = add_seconds(reader, line)};
    LK_TRY(add_quantities(reader, line, point));
    note_evaluation(log, line);
    const lk_json *stats = lk_json_get(line, "stats");
    if (stats) LK_TRY(read_statistics(reader, stats, point));
    const char *sample = lk_json_string(lk_json_get(line, "sample"), NULL);
    return sample ? add_sample(reader, sample) : LK_OK;
}

// The failure that was recorded, told of the line of the log.
static lk_status place_failure(const log_reader *reader, lk_status status) {
    lk_error error = lk_context_error(reader->context);
    lk_location place = reader->place;
    char message[256];
    if (status == LK_ERROR_MEMORY) return status;
    snprintf(message, sizeof message, "%s", error.message);
    place.column = error.location.column;
    return lk_fail_at(reader->context, status, place, "%s", message);
}

// Keeps the document where it has statistics.
static lk_status take_line(log_reader *reader, const char *text, size_t length) {
    lk_run_log *log = reader->log;
    lk_json *line;
    lk_status status = lk_json_parse(reader->context, &line, text, length);
    if (status != LK_OK) return place_failure(reader, status);
    status = read_line(reader, line);
    bool keeps = status == LK_OK && lk_json_get(line, "stats");
    if (keeps) {
        lk_json *before = log->stats;
        log->stats = line;
        line = before;
    }
    lk_json_free(reader->context, line);
    return status;
}

static lk_status read_lines(log_reader *reader, const char *text, size_t length) {
    for (size_t begin = 0; begin < length;) {
        const char *newline = memchr(text + begin, '\n', length - begin);
        if (!newline) break; // a line that was not finished
        size_t end = (size_t)(newline - text);
        reader->place.line++;
        LK_TRY(take_line(reader, text + begin, end - begin));
        begin = end + 1;
    }
    return LK_OK;
}

// ---- All ----------------------------------------------------------------------------------------

lk_status lk_run_log_parse(lk_context *context, lk_run_log *log, const char *name, const char *file,
                           const char *text, size_t length) {
    const double none = (double)NAN;
    *log = (lk_run_log){.context = context,
                        .name = name,
                        .train_loss = none,
                        .val_loss = none,
                        .best_val_loss = none,
                        .best_step = -1,
                        .parameters = none,
                        .vocabulary = none};
    log_reader reader = {.context = context, .log = log, .place = {.file = file, .byte = -1}};
    lk_status status = read_lines(&reader, text, length);
    if (status != LK_OK) lk_run_log_release(log);
    return status;
}

static lk_status read_file(lk_context *context, lk_run_log *log, const char *run,
                           const char *path) {
    lk_file *file;
    LK_TRY(lk_file_open(context, &file, path));
    lk_status status = lk_run_log_parse(context, log, run, path, (const char *)lk_file_bytes(file),
                                        lk_file_length(file));
    lk_file_free(file);
    return status;
}

lk_status lk_run_log_read(lk_context *context, lk_run_log *log, const char *run) {
    *log = (lk_run_log){.context = context, .name = run};
    lk_buffer path = lk_buffer_make(context);
    lk_status status = lk_path_join(&path, run, LK_FILE_LOG);
    if (status == LK_OK) status = read_file(context, log, run, lk_buffer_text(&path));
    lk_buffer_free(&path);
    return status;
}

static void release_parts(lk_context *context, lk_log_parts *parts) {
    for (size_t i = 0; i < parts->count; i++) {
        lk_free(context, parts->parts[i].name);
        lk_free(context, parts->parts[i].values.points);
    }
    lk_free(context, parts->parts);
}

void lk_run_log_release(lk_run_log *log) {
    lk_context *context = log->context;
    if (!context) return;
    for (int q = 0; q < LK_LOG_QUANTITIES; q++) lk_free(context, log->series[q].points);
    release_parts(context, &log->weights);
    release_parts(context, &log->activations);
    for (size_t i = 0; i < log->sample_count; i++) lk_free(context, log->samples[i].text);
    lk_free(context, log->samples);
    lk_json_free(context, log->stats);
    lk_json_free(context, log->trainer);
    lk_json_free(context, log->profile);
    lk_free(context, log->model);
    *log = (lk_run_log){0};
}
