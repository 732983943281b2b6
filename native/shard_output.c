#include "shard_output.h"

#include <inttypes.h>
#include <stdio.h>
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

// train.bin has val.bin beside it; data.bin becomes two others.
static lk_status name_both(lk_buffer *train, lk_buffer *val, const char *path) {
    if (replace_in_name(val, path, "train", "val")) {
        lk_buffer_append_text(train, path);
    } else {
        add_to_name(train, path, "_train");
        add_to_name(val, path, "_val");
    }
    lk_status status = lk_buffer_status(train);
    return status == LK_OK ? lk_buffer_status(val) : status;
}

// ---- Writing ------------------------------------------------------------------------------------

static lk_status open_shard(const shard_output *output, lk_shard_writer **writer, const char *path,
                            uint32_t vocab_count) {
    return lk_shard_writer_new(output->call->context, writer, path, output->format, vocab_count,
                               has_flag(output->call->arguments, "force"));
}

static lk_status open_both(shard_output *output, const char *path, uint32_t vocab_count) {
    lk_context *context = output->call->context;
    lk_buffer train = lk_buffer_make(context), val = lk_buffer_make(context);
    if (strcmp(path, "-") == 0)
        return usage_error(output->call, "--split makes two files, which --bin must name");
    lk_status status = name_both(&train, &val, path);
    if (status == LK_OK)
        status = open_shard(output, &output->train, lk_buffer_text(&train), vocab_count);
    if (status == LK_OK)
        status = open_shard(output, &output->val, lk_buffer_text(&val), vocab_count);
    lk_buffer_free(&train);
    lk_buffer_free(&val);
    return status;
}

lk_status shard_output_open(shard_output *output, invocation *call, uint32_t vocab_count) {
    const arguments *given = call->arguments;
    const char *path = option_value(given, "bin", NULL);
    *output = (shard_output){.call = call, .split = 1, .id_bytes = lk_shard_id_bytes(vocab_count)};
    if (!option_number(given, "split", &output->split, 0, 1))
        return usage_error(call, "--split takes a fraction from 0 to 1, such as .9, not '%s'",
                           option_value(given, "split", ""));
    LK_TRY(read_format(output, path));
    return option_value(given, "split", NULL)
               ? open_both(output, path, vocab_count)
               : open_shard(output, &output->train, path, vocab_count);
}

void shard_output_close(shard_output *output) {
    lk_shard_writer_free(output->train);
    lk_shard_writer_free(output->val);
}

lk_status shard_output_append(shard_output *output, const lk_ids *ids) {
    return lk_shard_writer_append(output->train, ids->ids, ids->count);
}

// Cuts as training does where it is given all ids.
lk_status shard_output_finish(shard_output *output) {
    if (output->val) {
        uint64_t kept = (uint64_t)(output->split * (double)lk_shard_writer_count(output->train));
        LK_TRY(lk_shard_writer_move(output->train, output->val, kept));
        LK_TRY(lk_shard_writer_finish(output->val));
    }
    return lk_shard_writer_finish(output->train);
}

// ---- What was written ---------------------------------------------------------------------------

static void file_to_json(const lk_shard_writer *writer, lk_json_writer *json) {
    if (!writer) return;
    lk_json_begin_object(json, NULL);
    lk_json_add_string(json, "path", lk_shard_writer_path(writer));
    lk_json_add_integer(json, "tokens", (int64_t)lk_shard_writer_count(writer));
    lk_json_end(json);
}

void shard_output_to_json(const shard_output *output, lk_json_writer *json) {
    lk_json_add_string(json, "format", lk_shard_format_name(output->format));
    lk_json_add_integer(json, "id_bytes", output->id_bytes);
    lk_json_begin_array(json, "files");
    file_to_json(output->train, json);
    file_to_json(output->val, json);
    lk_json_end(json);
}

static void print_file(const shard_output *output, const lk_shard_writer *writer) {
    if (!writer) return;
    fprintf(stderr, "wrote %" PRIu64 " ids of %u bytes to %s\n", lk_shard_writer_count(writer),
            output->id_bytes, lk_shard_writer_path(writer));
}

void shard_output_print(const shard_output *output) {
    print_file(output, output->train);
    print_file(output, output->val);
}
