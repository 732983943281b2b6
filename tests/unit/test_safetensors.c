#include "checkpoint/safetensors.h"

#include "test_context.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// ---- Files made by hand -------------------------------------------------------------------------

typedef struct made_file {
    uint8_t bytes[4096];
    size_t length;
} made_file;

static made_file make_file(const char *header, size_t data) {
    made_file file = {.length = 8 + strlen(header) + data};
    cr_assert(file.length <= sizeof file.bytes);
    for (size_t i = 0; i < 8; i++) file.bytes[i] = (uint8_t)((uint64_t)strlen(header) >> 8 * i);
    memcpy(file.bytes + 8, header, strlen(header));
    for (size_t i = 0; i < data; i++) file.bytes[8 + strlen(header) + i] = (uint8_t)i;
    return file;
}

// Parses a copy of exactly that length, so that reading past its end is seen.
static lk_status parse(lk_context *context, lk_safetensors **tensors, const uint8_t *bytes,
                       size_t length, uint8_t **copy) {
    *copy = malloc(length ? length : 1);
    cr_assert(*copy);
    memcpy(*copy, bytes, length);
    return lk_safetensors_parse(context, tensors, "x.safetensors", *copy, length);
}

static void expect_refused_bytes(const uint8_t *bytes, size_t length, lk_status status,
                                 const char *words) {
    lk_context *context = make_context();
    lk_safetensors *tensors = NULL;
    uint8_t *copy;
    expect_failure(context, parse(context, &tensors, bytes, length, &copy), status, words);
    const char *file = lk_context_error(context).location.file;
    cr_assert(!tensors && file && strcmp(file, "x.safetensors") == 0);
    free(copy);
    free_context(context);
}

static void expect_refused(const char *header, size_t data, lk_status status, const char *words) {
    made_file file = make_file(header, data);
    expect_refused_bytes(file.bytes, file.length, status, words);
}

static void expect_read(const char *header, size_t data, size_t count) {
    lk_context *context = make_context();
    lk_safetensors *tensors = NULL;
    made_file file = make_file(header, data);
    uint8_t *copy;
    cr_assert(parse(context, &tensors, file.bytes, file.length, &copy) == LK_OK, "%s: %s", header,
              lk_context_error(context).message);
    cr_assert(lk_safetensors_count(tensors) == count);
    lk_safetensors_free(tensors);
    free(copy);
    free_context(context);
}

// ---- What is read -------------------------------------------------------------------------------

Test(safetensors, files_that_follow_the_format_are_read) {
    expect_read("{}", 0, 0);
    expect_read("{}      ", 0, 0);
    expect_read("{\"__metadata__\":{\"format\":\"pt\"}}", 0, 0);
    expect_read("{\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}", 16, 1);
    expect_read("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4, 1);
    expect_read("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},"
                "\"b\":{\"dtype\":\"F32\",\"shape\":[3,0],\"data_offsets\":[0,0]}}",
                0, 2);
    expect_read("{\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[4,7]},"
                "\"z\":{\"dtype\":\"I8\",\"shape\":[0],\"data_offsets\":[4,4]},"
                "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                7, 3);
}

Test(safetensors, tensors_are_found_by_name_and_in_the_order_of_their_places) {
    lk_context *context = make_context();
    made_file file = make_file("{\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[4,7]},"
                               "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                               7);
    lk_safetensors *tensors;
    cr_assert(lk_safetensors_parse(context, &tensors, "x", file.bytes, file.length) == LK_OK);
    const lk_safetensor *b = lk_safetensors_find(tensors, "b");
    cr_assert(b && b == lk_safetensors_at(tensors, 1) && b->type == LK_DTYPE_U8);
    cr_assert(b->rank == 1 && b->shape[0] == 3 && b->length == 3 && b->bytes[0] == 4);
    cr_assert(strcmp(lk_safetensors_at(tensors, 0)->name, "a") == 0);
    cr_assert(!lk_safetensors_find(tensors, "c"));
    lk_safetensors_free(tensors);
    free_context(context);
}

Test(safetensors, every_type_of_weights_becomes_floats) {
    static const struct {
        lk_dtype type;
        size_t length;
        uint8_t bytes[8];
        float expected;
    } cases[] = {
        {LK_DTYPE_F32, 4, {0, 0, 0xC0, 0x3F}, 1.5f},
        {LK_DTYPE_F64, 8, {0, 0, 0, 0, 0, 0, 0xF8, 0x3F}, 1.5f},
        {LK_DTYPE_BF16, 2, {0xC0, 0x3F}, 1.5f},
        {LK_DTYPE_F16, 2, {0x00, 0x3E}, 1.5f},
        {LK_DTYPE_F16, 2, {0x01, 0x00}, 0x1p-24f},         // the smallest subnormal
        {LK_DTYPE_F16, 2, {0xFF, 0x83}, -1023 * 0x1p-24f}, // the largest
        {LK_DTYPE_F16, 2, {0x00, 0x04}, 0x1p-14f},         // the smallest normal
        {LK_DTYPE_F16, 2, {0xFF, 0x7B}, 65504},            // the largest
        {LK_DTYPE_F16, 2, {0x00, 0xFC}, -INFINITY},
        {LK_DTYPE_F16, 2, {0x00, 0x00}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        float value;
        cr_assert(lk_dtype_is_real(cases[i].type) &&
                  lk_dtype_bytes(cases[i].type) == cases[i].length);
        lk_dtype_to_floats(&value, cases[i].type, cases[i].bytes, 1);
        cr_assert(value == cases[i].expected, "case %zu: %g", i, (double)value);
    }
    cr_assert(!lk_dtype_is_real(LK_DTYPE_I32) && !lk_dtype_is_real(LK_DTYPE_U8));
}

// ---- What is refused ---------------------------------------------------------------------------

#define TENSOR(name, type, shape, offsets)                                                         \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

Test(safetensors, lengths_that_cannot_be_are_refused) {
    static const uint8_t huge[16] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, '{', '}'};
    static const uint8_t too_large[16] = {0x01, 0xE1, 0xF5, 0x05, 0, 0, 0, 0, '{', '}'};
    static const uint8_t too_long[10] = {3, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
    expect_refused_bytes(huge, 0, LK_ERROR_SYNTAX, "too few");
    expect_refused_bytes(huge, 7, LK_ERROR_SYNTAX, "too few");
    expect_refused_bytes(huge, 16, LK_ERROR_LIMIT, "at most");
    expect_refused_bytes(too_large, 16, LK_ERROR_LIMIT, "100000001");
    expect_refused_bytes(too_long, 10, LK_ERROR_SYNTAX, "cut off");
}

Test(safetensors, headers_that_are_no_objects_are_refused) {
    expect_refused("", 0, LK_ERROR_SYNTAX, "'{'");
    expect_refused(" {}", 0, LK_ERROR_SYNTAX, "'{'");
    expect_refused("[]", 0, LK_ERROR_SYNTAX, "'{'");
    expect_refused("{", 0, LK_ERROR_SYNTAX, "");
    expect_refused("{} x", 0, LK_ERROR_SYNTAX, "");
    expect_refused("{\"a\xFF\":{}}", 0, LK_ERROR_SYNTAX, "");
    expect_refused("{\"a\":1}", 0, LK_ERROR_SYNTAX, "no object");
    expect_refused("{\"__metadata__\":{\"a\":1}}", 0, LK_ERROR_SYNTAX, "texts only");
    expect_refused("{\"__metadata__\":[]}", 0, LK_ERROR_SYNTAX, "texts only");
    expect_refused("{\"__metadata__\":{},\"__metadata__\":{}}", 0, LK_ERROR_DATA, "twice");
}

Test(safetensors, entries_that_say_too_little_or_nonsense_are_refused) {
    expect_refused("{\"a\":{}}", 0, LK_ERROR_SYNTAX, "no dtype");
    expect_refused("{" TENSOR("a", "F8_E4M3", "[0]", "[0,0]") "}", 0, LK_ERROR_UNSUPPORTED,
                   "F8_E4M3");
    expect_refused("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,0]}}", 0, LK_ERROR_SYNTAX,
                   "no shape");
    expect_refused("{" TENSOR("a", "F32", "[-1]", "[0,4]") "}", 4, LK_ERROR_SYNTAX, "whole");
    expect_refused("{" TENSOR("a", "F32", "[0.5]", "[0,4]") "}", 4, LK_ERROR_SYNTAX, "whole");
    expect_refused("{" TENSOR("a", "F32", "[1e30]", "[0,4]") "}", 4, LK_ERROR_SYNTAX, "whole");
    expect_refused("{" TENSOR("a", "F32", "[\"1\"]", "[0,4]") "}", 4, LK_ERROR_SYNTAX, "whole");
    expect_refused("{" TENSOR("a", "F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]") "}", 4,
                   LK_ERROR_UNSUPPORTED, "more than 8");
    expect_refused("{" TENSOR("a", "F32", "[1]", "[0]") "}", 4, LK_ERROR_SYNTAX, "two whole");
    expect_refused("{" TENSOR("a", "F32", "[1]", "[0,4,8]") "}", 4, LK_ERROR_SYNTAX, "two whole");
    expect_refused("{" TENSOR("a", "F32", "[1]", "[-4,0]") "}", 4, LK_ERROR_SYNTAX, "two whole");
    expect_refused("{" TENSOR("a", "F32", "[1]", "{}") "}", 4, LK_ERROR_SYNTAX, "two whole");
}

Test(safetensors, ranges_that_do_not_fit_their_shapes_are_refused) {
    expect_refused("{" TENSOR("a", "F32", "[2]", "[0,4]") "}", 4, LK_ERROR_DATA, "not what");
    expect_refused("{" TENSOR("a", "F32", "[1]", "[4,0]") "}", 4, LK_ERROR_DATA, "which has 4");
    expect_refused("{" TENSOR("a", "F32", "[2]", "[0,8]") "}", 4, LK_ERROR_DATA, "which has 4");
    expect_refused("{" TENSOR("a", "F32", "[4294967296,4294967296]", "[0,0]") "}", 0, LK_ERROR_DATA,
                   "not what");
    expect_refused("{" TENSOR("a", "F64", "[9007199254740992,9007199254740992,0]", "[0,0]") "}", 0,
                   LK_ERROR_DATA, "not what");
}

Test(safetensors, tensors_must_tile_the_file) {
    expect_refused("{" TENSOR("a", "F32", "[1]", "[0,4]") "}", 5, LK_ERROR_DATA, "1 bytes after");
    expect_refused("{" TENSOR("a", "U8", "[1]", "[1,2]") "}", 2, LK_ERROR_DATA, "preceded");
    expect_refused("{" TENSOR("a", "U8", "[2]", "[0,2]") "," TENSOR("b", "U8", "[2]", "[1,3]") "}",
                   3, LK_ERROR_DATA, "overlaps");
    expect_refused("{" TENSOR("a", "U8", "[2]", "[0,2]") "," TENSOR("b", "U8", "[2]", "[0,2]") "}",
                   2, LK_ERROR_DATA, "overlaps");
    expect_refused("{" TENSOR("a", "U8", "[1]", "[0,1]") "," TENSOR("b", "U8", "[1]", "[2,3]") "}",
                   3, LK_ERROR_DATA, "preceded");
    expect_refused("{" TENSOR("a", "U8", "[1]", "[0,1]") "," TENSOR("a", "U8", "[1]", "[1,2]") "}",
                   2, LK_ERROR_DATA, "twice");
    expect_refused("{}", 1, LK_ERROR_DATA, "belong to none");
}

// ---- Writing ------------------------------------------------------------------------------------

static float numbers[] = {1, -2.5f, 3e-40f, INFINITY, 5, 6};

static lk_status append(void *out, const void *bytes, size_t length) {
    lk_buffer_append(out, bytes, length);
    return lk_buffer_status(out);
}

static lk_buffer write_example(lk_context *context) {
    lk_stored_tensor sources[] = {
        {.name = "z", .rank = 2, .shape = {2, 3}, .data = numbers},
        {.name = "a\"é", .rank = 1, .shape = {2000}, .data = NULL},
        {.name = "empty", .rank = 2, .shape = {0, 3}, .data = numbers},
        {.name = "scalar", .rank = 0, .data = numbers + 1},
    };
    lk_stored_tensors_sort(sources, 4);
    lk_buffer out = lk_buffer_make(context);
    cr_assert(lk_safetensors_send(context, sources, 4, NULL, append, &out) == LK_OK);
    return out;
}

Test(safetensors, what_is_written_reads_back_the_same) {
    lk_context *context = make_context();
    lk_buffer out = write_example(context), again = write_example(context);
    cr_assert(out.length == again.length && memcmp(out.data, again.data, out.length) == 0);
    cr_assert(((uint8_t)out.data[0] & 7) == 0, "the data are aligned");
    lk_safetensors *tensors;
    cr_assert(lk_safetensors_parse(context, &tensors, "x", (const uint8_t *)out.data, out.length) ==
              LK_OK);
    static const char *const order[] = {"a\"é", "empty", "scalar", "z"};
    for (size_t i = 0; i < 4; i++) cr_assert(lk_safetensors_find(tensors, order[i]));
    const lk_safetensor *z = lk_safetensors_find(tensors, "z");
    cr_assert(z->rank == 2 && z->shape[0] == 2 && z->shape[1] == 3);
    cr_assert(memcmp(z->bytes, numbers, sizeof numbers) == 0);
    const lk_safetensor *zeros = lk_safetensors_find(tensors, "a\"é");
    for (size_t i = 0; i < zeros->length; i++) cr_assert(zeros->bytes[i] == 0);
    cr_assert(zeros->length == 8000);
    lk_safetensors_free(tensors);
    lk_buffer_free(&out);
    lk_buffer_free(&again);
    free_context(context);
}

// ---- Mutations ----------------------------------------------------------------------------------

static void mutate(uint8_t *bytes, size_t *length, lk_random *random) {
    uint64_t changes = 1 + lk_random_below(random, 4);
    for (uint64_t i = 0; i<changes && * length> 0; i++) {
        size_t place = (size_t)lk_random_below(random, *length < 400 ? *length : 400);
        uint64_t kind = lk_random_below(random, 4);
        if (kind == 0) bytes[place] = (uint8_t)lk_random_u32(random);
        if (kind == 1)
            bytes[place] = (uint8_t) "0123456789[]{},:\"-.e "[lk_random_below(random, 21)];
        if (kind == 2) bytes[place] ^= (uint8_t)(1u << lk_random_below(random, 8));
        if (kind == 3 && lk_random_below(random, 8) == 0)
            *length = (size_t)lk_random_below(random, *length);
    }
}

// A file that is accepted must hold its tensors within its bytes.
static void touch_all(const lk_safetensors *tensors, const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < lk_safetensors_count(tensors); i++) {
        const lk_safetensor *tensor = lk_safetensors_at(tensors, i);
        cr_assert(tensor->bytes >= bytes && tensor->bytes + tensor->length <= bytes + length);
        volatile uint8_t sum = 0;
        for (size_t j = 0; j < tensor->length; j++) sum = (uint8_t)(sum + tensor->bytes[j]);
    }
}

Test(safetensors, damaged_files_give_errors_and_never_more) {
    lk_context *context = make_context();
    lk_buffer good = write_example(context);
    uint64_t live = lk_context_memory_usage(context).live_bytes;
    int accepted = 0, rounds = getenv("LIKELORE_LONG") ? 2000000 : 20000;
    for (int round = 0; round < rounds; round++) {
        lk_random random = lk_random_stream(1, LK_RANDOM_TEST, (uint64_t)round, 0);
        uint8_t *bytes = malloc(good.length);
        size_t length = good.length;
        memcpy(bytes, good.data, length);
        mutate(bytes, &length, &random);
        uint8_t *exact = realloc(bytes, length ? length : 1);
        lk_safetensors *tensors = NULL;
        if (lk_safetensors_parse(context, &tensors, "x", exact, length) == LK_OK) {
            touch_all(tensors, exact, length);
            accepted++;
        }
        lk_safetensors_free(tensors);
        free(exact);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
    }
    cr_assert(accepted > 0, "some damage is harmless, such as another name");
    lk_buffer_free(&good);
    free_context(context);
}

Test(safetensors, any_allocation_may_fail_without_a_leak) {
    lk_context *context = make_context();
    lk_buffer good = write_example(context);
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_safetensors *tensors = NULL;
        lk_context_fail_allocation(context, k);
        status =
            lk_safetensors_parse(context, &tensors, "x", (const uint8_t *)good.data, good.length);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_safetensors_free(tensors);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
    }
    lk_buffer_free(&good);
    free_context(context);
}
