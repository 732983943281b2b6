#include "tokenizer/token_shard.h"

#include "context.h"
#include "npy.h"

struct lk_shard {
    lk_context *context;
    lk_shard_format format;
    const uint8_t *bytes; // of the file
    size_t data;          // where the ids begin
    unsigned width;
    uint64_t count;
};

const lk_llmc_kind lk_llmc_kinds[2] = {{20240520, 1, 2}, {20240801, 7, 4}};

static const char *const names[] = {
#define SHARD_NAME(CODE, name) name,
    LK_SHARD_FORMAT_LIST(SHARD_NAME)
#undef SHARD_NAME
};

const char *lk_shard_format_name(lk_shard_format format) { return names[format]; }

unsigned lk_shard_id_bytes(uint32_t vocab_count) { return vocab_count > 1 << 16 ? 4 : 2; }

static uint32_t read_u32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

// ---- Which format -------------------------------------------------------------------------------

static bool is_npy(const uint8_t *bytes, size_t length) {
    return length >= LK_NPY_MAGIC_BYTES && memcmp(bytes, LK_NPY_MAGIC, LK_NPY_MAGIC_BYTES) == 0;
}

// NULL: none.
static const lk_llmc_kind *find_llmc(const uint8_t *bytes, size_t length) {
    for (int i = 0; i < 2; i++)
        if (length >= 4 && read_u32(bytes) == lk_llmc_kinds[i].magic) return &lk_llmc_kinds[i];
    return NULL;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

bool lk_shard_is(const char *path, const void *bytes, size_t length) {
    return ends_with(path, ".bin") || ends_with(path, ".npy") || is_npy(bytes, length) ||
           find_llmc(bytes, length);
}

// ---- Reading headers ----------------------------------------------------------------------------

// Whether the ids are as many as there is room for behind the header.
static lk_status check_length(const lk_shard *shard, size_t length) {
    size_t left = length - shard->data;
    if (left % shard->width == 0 && left / shard->width == shard->count) return LK_OK;
    return lk_fail_at(shard->context, LK_ERROR_DATA, (lk_location){.byte = (int64_t)shard->data},
                      "%zu bytes follow the header, which tells of %llu ids of %u bytes", left,
                      (unsigned long long)shard->count, shard->width);
}

static lk_status check_ids(lk_context *context, const lk_npy_header *header) {
    bool are_ids = header->kind == 'u' ? header->width > 1 : header->width > 2;
    if (header->rank == 1 && header->kind != 'f' && are_ids) return LK_OK;
    return lk_fail(context, LK_ERROR_UNSUPPORTED,
                   "the .npy file holds %c%u in %d dimensions; ids are a list, of one dimension, "
                   "of u2, u4, u8, i4 or i8",
                   header->kind, header->width, header->rank);
}

static lk_status read_npy(lk_shard *shard, size_t length) {
    lk_npy_header header;
    LK_TRY(lk_npy_header_read(shard->context, &header, shard->bytes, length));
    LK_TRY(check_ids(shard->context, &header));
    shard->format = LK_SHARD_NPY;
    shard->data = header.data;
    shard->width = header.width;
    shard->count = header.count;
    return check_length(shard, length);
}

static lk_status read_llmc(lk_shard *shard, const lk_llmc_kind *kind, size_t length) {
    if (length < LK_LLMC_HEADER_BYTES)
        return lk_fail(shard->context, LK_ERROR_DATA,
                       "llm.c's header has 1024 bytes, and the file %zu", length);
    uint32_t version = read_u32(shard->bytes + 4);
    if (version != kind->version)
        return lk_fail_at(shard->context, LK_ERROR_UNSUPPORTED, (lk_location){.byte = 4},
                          "llm.c's shards of this kind have version %u, not %u", kind->version,
                          version);
    shard->format = LK_SHARD_LLMC;
    shard->data = LK_LLMC_HEADER_BYTES;
    shard->width = kind->width;
    shard->count = read_u32(shard->bytes + 8);
    return check_length(shard, length);
}

// Without a header, what the file is is not to be seen; but these are known to be something else.
static lk_status check_not_other(const lk_shard *shard, size_t length) {
    static const struct {
        uint32_t magic;
        const char *what;
    } others[] = {{20240326, "a model of llm.c"},
                  {20240327, "the state of a training of llm.c"},
                  {20240328, "a tokenizer of llm.c"},
                  {20240522, "questions of llm.c"},
                  {0x616B3432, "a model of llama2.c"}};
    for (size_t i = 0; length >= 4 && i < sizeof others / sizeof others[0]; i++)
        if (read_u32(shard->bytes) == others[i].magic)
            return lk_fail_at(shard->context, LK_ERROR_UNSUPPORTED, (lk_location){.byte = 0},
                              "the file holds %s, not a text's ids", others[i].what);
    return LK_OK;
}

static lk_status read_raw(lk_shard *shard, size_t length, uint32_t vocab_count) {
    LK_TRY(check_not_other(shard, length));
    shard->format = LK_SHARD_RAW;
    shard->width = lk_shard_id_bytes(vocab_count);
    shard->count = length / shard->width;
    if (length % shard->width == 0) return LK_OK;
    return lk_fail(shard->context, LK_ERROR_DATA,
                   "the file of %zu bytes does not consist of ids of %u bytes, as those of a "
                   "vocabulary of %u tokens have",
                   length, shard->width, vocab_count);
}

lk_status lk_shard_parse(lk_context *context, lk_shard **out, const void *bytes, size_t length,
                         uint32_t vocab_count) {
    *out = NULL;
    lk_shard *shard = lk_alloc_zero(context, 1, sizeof *shard);
    LK_NEED(shard);
    shard->context = context;
    shard->bytes = bytes;
    const lk_llmc_kind *kind = find_llmc(bytes, length);
    lk_status status = is_npy(bytes, length) ? read_npy(shard, length)
                       : kind                ? read_llmc(shard, kind, length)
                                             : read_raw(shard, length, vocab_count);
    if (status == LK_OK)
        *out = shard;
    else
        lk_shard_free(shard);
    return status;
}

lk_status lk_shard_open(lk_context *context, lk_shard **shard, const lk_file *file,
                        uint32_t vocab_count) {
    lk_status status =
        lk_shard_parse(context, shard, lk_file_bytes(file), lk_file_length(file), vocab_count);
    return status == LK_OK ? status : lk_fail_in_file(context, status, lk_file_path(file));
}

void lk_shard_free(lk_shard *shard) {
    if (shard) lk_free(shard->context, shard);
}

lk_shard_format lk_shard_get_format(const lk_shard *shard) { return shard->format; }

uint64_t lk_shard_count(const lk_shard *shard) { return shard->count; }

// ---- Reading ids --------------------------------------------------------------------------------

// Numbers that no id can have become the largest one.
static uint32_t read_id(const uint8_t *bytes, unsigned width) {
    if (width == 2) return (uint32_t)(bytes[0] | bytes[1] << 8);
    uint32_t low = read_u32(bytes);
    return width == 4 || read_u32(bytes + 4) == 0 ? low : UINT32_MAX;
}

void lk_shard_read(const lk_shard *shard, uint32_t *ids, uint64_t start, size_t count) {
    const uint8_t *bytes = shard->bytes + shard->data + start * shard->width;
    for (size_t i = 0; i < count; i++) ids[i] = read_id(bytes + i * shard->width, shard->width);
}

lk_status lk_shard_check(const lk_shard *shard, uint32_t vocab_count) {
    const uint8_t *begin = shard->bytes + shard->data, *at = begin;
    for (uint64_t i = 0; i < shard->count; i++, at += shard->width)
        if (read_id(at, shard->width) >= vocab_count)
            return lk_fail_at(shard->context, LK_ERROR_DATA,
                              (lk_location){.byte = (int64_t)(at - shard->bytes)},
                              "the id %u is not of the vocabulary, which has %u: the shard is "
                              "another tokenizer's",
                              read_id(at, shard->width), vocab_count);
    return LK_OK;
}
