// Shards: what is written is read again, byte by byte as the formats have it; and files that are
// none are refused.
#include "likelore/tokenizer.h"

#include "test_context.h"
#include "test_directory.h"

TestSuite(token_shard, .init = enter_fresh_directory, .fini = leave_fresh_directory);

enum { SMALL = 50257, LARGE = 100277 };

static lk_shard_writer *make_writer(lk_context *context, const char *path, lk_shard_format format,
                                    uint32_t vocab_count) {
    lk_shard_writer *writer;
    cr_assert(lk_shard_writer_new(context, &writer, path, format, vocab_count, false) == LK_OK,
              "%s", lk_context_error(context).message);
    return writer;
}

static void finish(lk_shard_writer *writer) {
    cr_assert(lk_shard_writer_finish(writer) == LK_OK);
    lk_shard_writer_free(writer);
}

static void write_shard(lk_context *context, const char *path, lk_shard_format format,
                        uint32_t vocab_count, const uint32_t *ids, size_t count) {
    lk_shard_writer *writer = make_writer(context, path, format, vocab_count);
    cr_assert(lk_shard_writer_append(writer, ids, count) == LK_OK);
    cr_assert(lk_shard_writer_count(writer) == count);
    finish(writer);
}

static lk_file *open_file(lk_context *context, const char *path) {
    lk_file *file;
    cr_assert(lk_file_open(context, &file, path) == LK_OK, "%s", path);
    return file;
}

static void expect_shard(lk_context *context, const char *path, lk_shard_format format,
                         uint32_t vocab_count, const uint32_t *ids, size_t count) {
    lk_file *file = open_file(context, path);
    lk_shard *shard;
    cr_assert(lk_shard_is(path, lk_file_bytes(file), lk_file_length(file)));
    cr_assert(lk_shard_parse(context, &shard, lk_file_bytes(file), lk_file_length(file),
                             vocab_count) == LK_OK,
              "%s", lk_context_error(context).message);
    cr_assert(lk_shard_get_format(shard) == format);
    cr_assert(lk_shard_count(shard) == count);
    cr_assert(lk_shard_check(shard, vocab_count) == LK_OK);
    uint32_t *got = calloc(count + 1, sizeof *got);
    lk_shard_read(shard, got, 0, count);
    cr_assert(count == 0 || memcmp(got, ids, count * sizeof *ids) == 0);
    free(got);
    lk_shard_free(shard);
    lk_file_free(file);
}

Test(token_shard, what_is_written_is_read_again) {
    enum { MANY = 40000 };
    lk_context *context = make_context();
    static uint32_t ids[MANY];
    static const uint32_t vocabs[] = {SMALL, 65536, 65537, LARGE};
    char path[64];
    for (int v = 0; v < 4; v++)
        for (int format = 0; format < LK_SHARD_FORMAT_COUNT; format++)
            for (size_t count = 0; count <= MANY; count = 7 * count + 1) {
                for (size_t i = 0; i < count; i++) ids[i] = (uint32_t)(i * 48271 % vocabs[v]);
                snprintf(path, sizeof path, "%d-%d-%zu.%s", v, format, count,
                         format == LK_SHARD_NPY ? "npy" : "bin");
                write_shard(context, path, (lk_shard_format)format, vocabs[v], ids, count);
                expect_shard(context, path, (lk_shard_format)format, vocabs[v], ids, count);
            }
    free_context(context);
}

static void expect_bytes(lk_context *context, const char *path, const void *expected,
                         size_t length) {
    lk_file *file = open_file(context, path);
    cr_assert(lk_file_length(file) == length, "%zu bytes", lk_file_length(file));
    cr_assert(memcmp(lk_file_bytes(file), expected, length) == 0);
    lk_file_free(file);
}

Test(token_shard, files_are_those_of_nanogpt_llmc_and_numpy) {
    lk_context *context = make_context();
    static const uint32_t ids[] = {1, 50256}, large[] = {1, 100256};
    write_shard(context, "raw.bin", LK_SHARD_RAW, SMALL, ids, 2);
    expect_bytes(context, "raw.bin", "\x01\x00\x50\xC4", 4);
    write_shard(context, "raw32.bin", LK_SHARD_RAW, LARGE, large, 2);
    expect_bytes(context, "raw32.bin", "\x01\x00\x00\x00\xA0\x87\x01\x00", 8);

    char llmc[1028] = "";
    int32_t header[] = {20240520, 1, 2};
    memcpy(llmc, header, sizeof header);
    memcpy(llmc + 1024, "\x01\x00\x50\xC4", 4);
    write_shard(context, "llmc.bin", LK_SHARD_LLMC, SMALL, ids, 2);
    expect_bytes(context, "llmc.bin", llmc, 1028);
    char llmc32[1032] = "";
    int32_t header32[] = {20240801, 7, 2};
    memcpy(llmc32, header32, sizeof header32);
    memcpy(llmc32 + 1024, "\x01\x00\x00\x00\xA0\x87\x01\x00", 8);
    write_shard(context, "llmc32.bin", LK_SHARD_LLMC, LARGE, large, 2);
    expect_bytes(context, "llmc32.bin", llmc32, 1032);

    char npy[132];
    memset(npy, ' ', sizeof npy);
    static const char start[] = "\x93NUMPY\x01\x00\x76\x00"
                                "{'descr': '<u2', 'fortran_order': False, 'shape': (2,), }";
    memcpy(npy, start, sizeof start - 1);
    memcpy(npy + 127, "\n\x01\x00\x50\xC4", 5);
    write_shard(context, "ids.npy", LK_SHARD_NPY, SMALL, ids, 2);
    expect_bytes(context, "ids.npy", npy, 132);
    free_context(context);
}

Test(token_shard, ids_are_moved_to_another_shard) {
    enum { COUNT = 50000 };
    lk_context *context = make_context();
    static uint32_t ids[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) ids[i] = i;
    char train_path[64], val_path[64];
    static const uint64_t kept[] = {0, 1, 12345, COUNT};
    for (int format = 0; format < LK_SHARD_FORMAT_COUNT; format++)
        for (int i = 0; i < 4; i++) {
            snprintf(train_path, sizeof train_path, "train-%d-%d.bin", format, i);
            snprintf(val_path, sizeof val_path, "val-%d-%d.bin", format, i);
            lk_shard_writer *train =
                make_writer(context, train_path, (lk_shard_format)format, COUNT);
            lk_shard_writer *val = make_writer(context, val_path, (lk_shard_format)format, COUNT);
            cr_assert(lk_shard_writer_append(train, ids, COUNT) == LK_OK);
            cr_assert(lk_shard_writer_move(train, val, kept[i]) == LK_OK);
            finish(train);
            finish(val);
            expect_shard(context, train_path, (lk_shard_format)format, COUNT, ids, kept[i]);
            expect_shard(context, val_path, (lk_shard_format)format, COUNT, ids + kept[i],
                         COUNT - kept[i]);
        }
    free_context(context);
}

static size_t count_files(void) {
    FILE *list = popen("ls -A | wc -l", "r");
    size_t count = 99;
    cr_assert(list && fscanf(list, "%zu", &count) == 1);
    pclose(list);
    return count;
}

Test(token_shard, nothing_is_left_of_what_was_not_finished) {
    lk_context *context = make_context();
    lk_shard_writer *writer = make_writer(context, "a.bin", LK_SHARD_LLMC, SMALL);
    cr_assert(lk_shard_writer_append(writer, &(uint32_t){7}, 1) == LK_OK);
    cr_assert(access("a.bin", F_OK) != 0, "it appears when it is finished");
    expect_failure(context, lk_shard_writer_append(writer, &(uint32_t){65536}, 1), LK_ERROR_DATA,
                   "does not fit");
    lk_shard_writer_free(writer);
    cr_assert(count_files() == 0);
    expect_failure(context,
                   lk_shard_writer_new(context, &writer, "/dev/null", LK_SHARD_NPY, SMALL, true),
                   LK_ERROR_CREATE, "name a file");
    write_shard(context, "b.bin", LK_SHARD_RAW, SMALL, &(uint32_t){7}, 1);
    expect_failure(context,
                   lk_shard_writer_new(context, &writer, "b.bin", LK_SHARD_RAW, SMALL, false),
                   LK_ERROR_CREATE, "exists already");
    cr_assert(!writer);
    free_context(context);
}

// ---- Reading ------------------------------------------------------------------------------------

static void expect_refused(const void *bytes, size_t length, lk_status expected,
                           const char *words) {
    lk_context *context = make_context();
    lk_shard *shard;
    lk_status status = lk_shard_parse(context, &shard, bytes, length, SMALL);
    expect_failure(context, status, expected, words);
    cr_assert(!shard);
    free_context(context);
}

static void expect_npy_refused(const char *dictionary, lk_status expected, const char *words) {
    char file[200] = "\x93NUMPY\x01\x00";
    file[8] = (char)strlen(dictionary);
    memcpy(file + 10, dictionary, strlen(dictionary));
    expect_refused(file, 10 + strlen(dictionary) + 4, expected, words);
}

Test(token_shard, arrays_of_other_kinds_are_refused) {
    expect_npy_refused("", LK_ERROR_SYNTAX, "does not begin with {");
    expect_npy_refused("{'descr': '<f4', 'shape': (1,)}", LK_ERROR_UNSUPPORTED, "holds f4 in 1");
    expect_npy_refused("{'descr': '>u2', 'shape': (2,)}", LK_ERROR_UNSUPPORTED, "little-endian");
    expect_npy_refused("{'descr': [('a', '<u2')], 'shape': (2,)}", LK_ERROR_UNSUPPORTED, "records");
    expect_npy_refused("{'descr': '<u2', 'fortran_order': True, 'shape': (2,)}",
                       LK_ERROR_UNSUPPORTED, "fortran_order");
    expect_npy_refused("{'descr': '<u2', 'shape': (1, 2)}", LK_ERROR_UNSUPPORTED, "dimensions");
    expect_npy_refused("{'descr': '<u2', 'shape': ()}", LK_ERROR_UNSUPPORTED, "u2 in 0 dimensions");
    expect_npy_refused("{'descr': '<u2', 'shape': (3,)}", LK_ERROR_DATA,
                       "4 bytes follow the header, which tells of 3 ids of 2 bytes");
    expect_npy_refused("{'descr': '<u2', 'shape': (9223372036854775809,)}", LK_ERROR_DATA,
                       "4 bytes follow");
    expect_npy_refused("{'descr': '<u2', 'shape': (99999999999999999999999,)}", LK_ERROR_SYNTAX,
                       "too large");
    expect_npy_refused("{'descr': '<u2'}", LK_ERROR_SYNTAX, "'shape' is missing");
    expect_npy_refused("{'shape': (2,)}", LK_ERROR_SYNTAX, "'descr' is missing");
    expect_npy_refused("{'descr': '<u2', 'shape': (2,)", LK_ERROR_SYNTAX, "comma");
    expect_npy_refused("{'descr': '<u2", LK_ERROR_SYNTAX, "no end");
    expect_npy_refused("{'else': 1}", LK_ERROR_SYNTAX, "unknown key");
    expect_refused("\x93NUMPY\x01\x00\xFF\x00{}", 12, LK_ERROR_SYNTAX, "longer than the file");
    expect_refused("\x93NUMPY\x04\x00\x02\x00{}", 12, LK_ERROR_SYNTAX, "version");
    expect_refused("\x93NUMPY\x01", 7, LK_ERROR_SYNTAX, "too early");
}

Test(token_shard, arrays_of_wider_numbers_are_read) {
    lk_context *context = make_context();
    char file[128] = "\x93NUMPY\x02\x00\x34\x00\x00\x00"
                     "{'fortran_order':False, \"shape\": (3,),'descr':'<i8'}";
    int64_t values[] = {50256, -1, 50257};
    memcpy(file + 64, values, sizeof values);
    lk_shard *shard;
    cr_assert(lk_shard_parse(context, &shard, file, 64 + sizeof values, SMALL) == LK_OK, "%s",
              lk_context_error(context).message);
    uint32_t ids[3];
    lk_shard_read(shard, ids, 0, 3);
    cr_assert(ids[0] == 50256 && ids[1] == UINT32_MAX && ids[2] == 50257);
    expect_failure(context, lk_shard_check(shard, SMALL), LK_ERROR_DATA, "not of the vocabulary");
    cr_assert(lk_context_error(context).location.byte == 64 + 8);
    lk_shard_free(shard);
    free_context(context);
}

Test(token_shard, files_of_other_kinds_are_refused) {
    static uint8_t file[1030];
    static const struct {
        uint32_t magic, version, count;
        size_t length;
        lk_status status;
        const char *words;
    } rows[] = {{20240520, 1, 2, 1029, LK_ERROR_DATA, "5 bytes follow the header"},
                {20240520, 1, 4, 1030, LK_ERROR_DATA, "tells of 4 ids"},
                {20240520, 2, 3, 1030, LK_ERROR_UNSUPPORTED, "version 1, not 2"},
                {20240520, 1, 3, 1023, LK_ERROR_DATA, "1024 bytes"},
                {20240801, 7, UINT32_MAX, 1028, LK_ERROR_DATA, "tells of 4294967295 ids"},
                {20240522, 1, 3, 1030, LK_ERROR_UNSUPPORTED, "questions"},
                {20240326, 3, 3, 1030, LK_ERROR_UNSUPPORTED, "a model of llm.c"},
                {0x616B3432, 1, 3, 1030, LK_ERROR_UNSUPPORTED, "llama2.c"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t header[] = {rows[i].magic, rows[i].version, rows[i].count};
        memcpy(file, header, sizeof header);
        expect_refused(file, rows[i].length, rows[i].status, rows[i].words);
    }
    expect_refused("abc", 3, LK_ERROR_DATA, "3 bytes does not consist of ids of 2 bytes");
}

Test(token_shard, any_allocation_may_fail_without_a_leak) {
    lk_context *context = make_context();
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_shard_writer *writer = NULL;
        lk_context_fail_allocation(context, k);
        status = lk_shard_writer_new(context, &writer, "a.npy", LK_SHARD_NPY, SMALL, true);
        if (status == LK_OK) status = lk_shard_writer_append(writer, &(uint32_t){7}, 1);
        if (status == LK_OK) status = lk_shard_writer_finish(writer);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_shard_writer_free(writer);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
        cr_assert(count_files() == (status == LK_OK));
    }
    free_context(context);
}
