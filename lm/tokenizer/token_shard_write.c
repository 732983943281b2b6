#include "tokenizer/token_shard.h"

#include "context.h"
#include "file_writer.h"
#include "npy.h"

enum { BLOCK_IDS = 1 << 14, MOST_HEADER_BYTES = LK_LLMC_HEADER_BYTES };

struct lk_shard_writer {
    lk_context *context;
    lk_file_writer *file;
    lk_shard_format format;
    unsigned width;
    uint64_t count;               // of ids
    uint8_t block[4 * BLOCK_IDS]; // that are on their way
};

// ---- Headers ------------------------------------------------------------------------------------

static void write_u32(uint8_t *bytes, uint32_t value) {
    for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(value >> 8 * i);
}

static size_t make_header(const lk_shard_writer *writer, uint8_t header[MOST_HEADER_BYTES]) {
    const lk_llmc_kind *kind = &lk_llmc_kinds[writer->width == 4];
    switch (writer->format) {
    case LK_SHARD_NPY:
        return lk_npy_header_write(
            (char *)header,
            &(lk_npy_header){
                .kind = 'u', .width = writer->width, .rank = 1, .shape = {(size_t)writer->count}});
    case LK_SHARD_LLMC:
        memset(header, 0, LK_LLMC_HEADER_BYTES);
        write_u32(header, kind->magic);
        write_u32(header + 4, kind->version);
        write_u32(header + 8, (uint32_t)writer->count);
        return LK_LLMC_HEADER_BYTES;
    default:
        return 0;
    }
}

// ---- Making -------------------------------------------------------------------------------------

static lk_status begin(lk_shard_writer *writer) {
    uint8_t header[MOST_HEADER_BYTES];
    if (writer->format != LK_SHARD_RAW && lk_file_writer_is_stream(writer->file))
        return lk_fail_at(
            writer->context, LK_ERROR_CREATE,
            (lk_location){.file = lk_file_writer_path(writer->file), .byte = -1},
            "the header tells how many ids there are, which is known at the end: name a file");
    return lk_file_writer_append(writer->file, header, make_header(writer, header));
}

lk_status lk_shard_writer_new(lk_context *context, lk_shard_writer **out, const char *path,
                              lk_shard_format format, uint32_t vocab_count, bool replace) {
    *out = NULL;
    lk_shard_writer *writer = lk_alloc_zero(context, 1, sizeof *writer);
    LK_NEED(writer);
    writer->context = context;
    writer->format = format;
    writer->width = lk_shard_id_bytes(vocab_count);
    lk_status status = lk_file_writer_new(context, &writer->file, path, replace);
    if (status == LK_OK) status = begin(writer);
    if (status == LK_OK)
        *out = writer;
    else
        lk_shard_writer_free(writer);
    return status;
}

void lk_shard_writer_free(lk_shard_writer *writer) {
    if (!writer) return;
    lk_file_writer_free(writer->file);
    lk_free(writer->context, writer);
}

const char *lk_shard_writer_path(const lk_shard_writer *writer) {
    return lk_file_writer_path(writer->file);
}

uint64_t lk_shard_writer_count(const lk_shard_writer *writer) { return writer->count; }

// ---- Writing ------------------------------------------------------------------------------------

static lk_status check_room(const lk_shard_writer *writer, size_t more) {
    if (writer->format != LK_SHARD_LLMC || writer->count + more <= INT32_MAX) return LK_OK;
    return lk_fail(writer->context, LK_ERROR_LIMIT,
                   "a shard of llm.c holds at most %d ids: write several, or another format",
                   INT32_MAX);
}

static lk_status write_block(lk_shard_writer *writer, const uint32_t *ids, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (writer->width == 2 && ids[i] > UINT16_MAX)
            return lk_fail(writer->context, LK_ERROR_DATA,
                           "the id %u does not fit in the 2 bytes of this shard", ids[i]);
        uint8_t *at = writer->block + i * writer->width;
        at[0] = (uint8_t)ids[i];
        at[1] = (uint8_t)(ids[i] >> 8);
        if (writer->width == 4) write_u32(at, ids[i]);
    }
    LK_TRY(lk_file_writer_append(writer->file, writer->block, count * writer->width));
    writer->count += count;
    return LK_OK;
}

lk_status lk_shard_writer_append(lk_shard_writer *writer, const uint32_t *ids, size_t count) {
    LK_TRY(check_room(writer, count));
    for (size_t at = 0; at < count; at += BLOCK_IDS)
        LK_TRY(write_block(writer, ids + at, count - at < BLOCK_IDS ? count - at : BLOCK_IDS));
    return LK_OK;
}

lk_status lk_shard_writer_move(lk_shard_writer *writer, lk_shard_writer *other, uint64_t kept) {
    uint8_t header[MOST_HEADER_BYTES];
    size_t data = make_header(writer, header);
    if (lk_file_writer_is_stream(writer->file))
        return lk_fail_at(writer->context, LK_ERROR_CREATE,
                          (lk_location){.file = lk_shard_writer_path(writer), .byte = -1},
                          "only a file can be split, since that is done at the end");
    for (uint64_t at = kept; at < writer->count; at += BLOCK_IDS) {
        uint64_t left = writer->count - at;
        size_t count = left < BLOCK_IDS ? (size_t)left : BLOCK_IDS;
        LK_TRY(lk_file_writer_read(writer->file, data + at * writer->width, other->block,
                                   count * writer->width));
        LK_TRY(lk_file_writer_append(other->file, other->block, count * writer->width));
        other->count += count;
    }
    writer->count = kept;
    return lk_file_writer_shorten(writer->file, data + kept * writer->width);
}

lk_status lk_shard_writer_finish(lk_shard_writer *writer) {
    uint8_t header[MOST_HEADER_BYTES];
    size_t length = make_header(writer, header);
    if (length) LK_TRY(lk_file_writer_replace(writer->file, 0, header, length));
    return lk_file_writer_finish(writer->file);
}
