#include "shard_output.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- Options ------------------------------------------------------------------------------------

lk_status shard_output_wanted(invocation *call, bool *wanted) {
    const arguments *given = call->arguments;
    *wanted = option_value(given, "bin", NULL) != NULL;
    if (!*wanted && (option_value(given, "to", NULL) || option_value(given, "split", NULL)))
        return usage_error(call, "--to and --split say how ids are written to a shard, which "
                                 "--bin FILE names");
    if (*wanted && has_flag(given, "lines"))
        return usage_error(call, "--lines and --bin exclude each other: a shard has no lines");
    if (*wanted && !has_flag(given, "json") && option_value(given, "output", NULL))
        return usage_error(call, "--bin says where the ids go; --output is for ids as text");
    return LK_OK;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static lk_status read_format(shard_output *output, const char *path) {
    const char *name = option_value(output->call->arguments, "to", NULL);
    output->format = ends_with(path, ".npy") ? LK_SHARD_NPY : LK_SHARD_RAW;
    if (!name) return LK_OK;
    for (int i = 0; i < LK_SHARD_FORMAT_COUNT; i++) {
        output->format = (lk_shard_format)i;
        if (strcmp(lk_shard_format_name(output->format), name) == 0) return LK_OK;
    }
    return usage_error(output->call, "--to takes raw, llm.c or npy, not '%s'", name);
}

// ---- Names --------------------------------------------------------------------------------------

// Replaces the part `from` of the file's name; false where the name does not have it.
static bool replace_in_name(lk_buffer *out, const char *path, const char *from, const char *to) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *found = strstr(name, from);
    if (!found) return false;
    lk_buffer_append(out, path, (size_t)(found - path));
    lk_buffer_append_text(out, to);
    lk_buffer_append_text(out, found + strlen(from));
    return true;
}

// data.bin becomes data_train.bin.
static void add_to_name(lk_buffer *out, const char *path, const char *word) {
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    size_t stem = dot ? (size_t)(dot - path) : strlen(path);
    lk_buffer_append(out, path, stem);
    lk_buffer_append_text(out, word);
    lk_buffer_append_text(out, path + stem);
}

// train.bin has val.bin and test.bin beside it; data.bin becomes data_train.bin and the others.
static lk_status name_part(lk_buffer *out, const char *path, size_t part) {
    static const char *const words[SHARD_PARTS] = {"train", "val", "test"};
    assert(part < SHARD_PARTS);
    lk_buffer_clear(out);
    if (!replace_in_name(out, path, words[SHARD_TRAIN], words[part])) {
        char ending[16];
        snprintf(ending, sizeof ending, "_%s", words[part]);
        add_to_name(out, path, ending);
    }
    return lk_buffer_status(out);
}

// ---- Writing ------------------------------------------------------------------------------------

static lk_status open_part(shard_output *output, size_t part, const char *path,
                           uint32_t vocab_count) {
    return lk_shard_writer_new(output->call->context, &output->parts[part], path, output->format,
                               vocab_count, has_flag(output->call->arguments, "force"));
}

static lk_status open_parts(shard_output *output, const char *path, uint32_t vocab_count) {
    lk_buffer name = lk_buffer_make(output->call->context);
    lk_status status = LK_OK;
    if (strcmp(path, "-") == 0)
        return usage_error(output->call, "--split makes several files, which --bin must name");
    for (size_t i = 0; i < output->count && status == LK_OK; i++) {
        status = name_part(&name, path, i);
        if (status == LK_OK) status = open_part(output, i, lk_buffer_text(&name), vocab_count);
    }
    lk_buffer_free(&name);
    return status;
}

// One or two fractions with a comma between them, which leave a rest.
static bool read_fractions(shard_output *output, const char *text) {
    double sum = 0;
    for (output->count = 1; output->count < SHARD_PARTS; text++) {
        char *end;
        double fraction = strtod(text, &end);
        if (end == text || !(fraction >= 0 && fraction <= 1)) return false;
        output->fractions[output->count++ - 1] = fraction;
        sum += fraction;
        text = end;
        if (*text != ',') break;
    }
    return *text == 0 && sum <= 1;
}

lk_status shard_output_open(shard_output *output, invocation *call, uint32_t vocab_count) {
    const arguments *given = call->arguments;
    const char *path = option_value(given, "bin", NULL),
               *split = option_value(given, "split", NULL);
    *output = (shard_output){.call = call, .count = 1, .id_bytes = lk_shard_id_bytes(vocab_count)};
    if (split && !read_fractions(output, split))
        return usage_error(call,
                           "--split takes a fraction from 0 to 1, such as .9, or two, such "
                           "as .8,.1, not '%s'",
                           split);
    LK_TRY(read_format(output, path));
    return split ? open_parts(output, path, vocab_count)
                 : open_part(output, SHARD_TRAIN, path, vocab_count);
}

void shard_output_close(shard_output *output) {
    for (size_t i = 0; i < SHARD_PARTS; i++) lk_shard_writer_free(output->parts[i]);
}

lk_status shard_output_append(shard_output *output, const lk_ids *ids) {
    return lk_shard_writer_append(output->parts[SHARD_TRAIN], ids->ids, ids->count);
}

// Where part i begins, as training cuts a text.
static uint64_t begin_of(const shard_output *output, size_t i, uint64_t total) {
    double before = 0;
    for (size_t j = 0; j < i; j++) before += output->fractions[j];
    uint64_t begin = (uint64_t)(before * (double)total);
    return begin < total ? begin : total;
}

// The last part leaves the first, which has all, before the others do.
lk_status shard_output_finish(shard_output *output) {
    lk_shard_writer *train = output->parts[SHARD_TRAIN];
    uint64_t total = lk_shard_writer_count(train);
    for (size_t i = output->count; i-- > 1;) {
        LK_TRY(lk_shard_writer_move(train, output->parts[i], begin_of(output, i, total)));
        LK_TRY(lk_shard_writer_finish(output->parts[i]));
    }
    return lk_shard_writer_finish(train);
}

// ---- What was written ---------------------------------------------------------------------------

static void file_to_json(const lk_shard_writer *writer, lk_json_writer *json) {
    lk_json_begin_object(json, NULL);
    lk_json_add_string(json, "path", lk_shard_writer_path(writer));
    lk_json_add_integer(json, "tokens", (int64_t)lk_shard_writer_count(writer));
    lk_json_end(json);
}

void shard_output_to_json(const shard_output *output, lk_json_writer *json) {
    lk_json_add_string(json, "format", lk_shard_format_name(output->format));
    lk_json_add_integer(json, "id_bytes", output->id_bytes);
    lk_json_begin_array(json, "files");
    for (size_t i = 0; i < output->count; i++) file_to_json(output->parts[i], json);
    lk_json_end(json);
}

static void print_file(const shard_output *output, const lk_shard_writer *writer) {
    fprintf(stderr, "wrote %" PRIu64 " ids of %u bytes to %s\n", lk_shard_writer_count(writer),
            output->id_bytes, lk_shard_writer_path(writer));
}

void shard_output_print(const shard_output *output) {
    for (size_t i = 0; i < output->count; i++) print_file(output, output->parts[i]);
}
