#include "json_syntax.h"
#include "likelore/json.h"
#include "test_context.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static lk_json *parse(lk_context *context, const char *text) {
    lk_json *document = NULL;
    lk_status status = lk_json_parse(context, &document, text, strlen(text));
    cr_assert(status == LK_OK, "%s: %s", text, lk_context_error(context).message);
    return document;
}

// ---- Reading ------------------------------------------------------------------------------------

Test(json, values_of_every_type_are_read) {
    lk_context *context = make_context();
    lk_json *document = parse(
        context, " {\"n\": null, \"t\": true, \"f\": false, \"x\": -1.5e2, \"s\": \"a\\u00e9\\n\","
                 " \"a\": [1, [], {}], \"o\": {\"k\": 7}} ");
    cr_assert(lk_json_get_type(document) == LK_JSON_OBJECT && lk_json_count(document) == 7);
    cr_assert(lk_json_get_type(lk_json_get(document, "n")) == LK_JSON_NULL);
    cr_assert(lk_json_bool(lk_json_get(document, "t"), false));
    cr_assert(!lk_json_bool(lk_json_get(document, "f"), true));
    cr_assert(lk_json_number(lk_json_get(document, "x"), 0) == -150);
    cr_assert(strcmp(lk_json_string(lk_json_get(document, "s"), ""), "aé\n") == 0);
    const lk_json *array = lk_json_get(document, "a");
    cr_assert(lk_json_get_type(array) == LK_JSON_ARRAY && lk_json_count(array) == 3);
    cr_assert(lk_json_name(lk_json_first(array)) == NULL);
    cr_assert(lk_json_number(lk_json_get(lk_json_get(document, "o"), "k"), 0) == 7);
    lk_json_free(context, document);
    free_context(context);
}

Test(json, members_keep_their_order_and_names) {
    lk_context *context = make_context();
    lk_json *document = parse(context, "{\"z\":1,\"a\":2,\"Z\":3}");
    static const char *const names[] = {"z", "a", "Z"};
    size_t i = 0;
    for (const lk_json *at = lk_json_first(document); at; at = lk_json_next(at), i++) {
        cr_assert(strcmp(lk_json_name(at), names[i]) == 0);
        cr_assert(lk_json_number(at, 0) == (double)(i + 1));
    }
    cr_assert(i == 3);
    cr_assert(lk_json_number(lk_json_get(document, "Z"), 0) == 3, "names differ by case");
    lk_json_free(context, document);
    free_context(context);
}

Test(json, the_last_of_several_members_of_one_name_counts) {
    lk_context *context = make_context();
    lk_json *document = parse(context, "{\"a\":1,\"b\":2,\"a\":3}");
    cr_assert(lk_json_number(lk_json_get(document, "a"), 0) == 3);
    cr_assert(lk_json_count(document) == 3, "walking shows all");
    lk_json_free(context, document);
    free_context(context);
}

Test(json, the_fallback_stands_in_for_what_is_absent_or_of_another_type) {
    lk_context *context = make_context();
    lk_json *document = parse(context, "{\"n\":1,\"s\":\"x\"}");
    const lk_json *n = lk_json_get(document, "n"), *s = lk_json_get(document, "s");
    cr_assert(lk_json_get(document, "absent") == NULL);
    cr_assert(lk_json_get(n, "n") == NULL && lk_json_get(NULL, "n") == NULL);
    cr_assert(lk_json_number(NULL, 5) == 5 && lk_json_number(s, 5) == 5);
    cr_assert(strcmp(lk_json_string(n, "no"), "no") == 0 && lk_json_string(NULL, NULL) == NULL);
    cr_assert(lk_json_bool(n, true) && !lk_json_bool(NULL, false));
    cr_assert(lk_json_first(NULL) == NULL && lk_json_count(n) == 0);
    lk_json_free(context, document);
    lk_json_free(context, NULL);
    free_context(context);
}

Test(json, integers_are_numbers_without_fraction_in_range) {
    lk_context *context = make_context();
    lk_json *document =
        parse(context, "[3, 3.5, 9007199254740992, 9007199254740994, 1e400, \"3\", -2]");
    static const bool expected[] = {true, false, true, false, false, false, true};
    const lk_json *at = lk_json_first(document);
    for (size_t i = 0; at; at = lk_json_next(at), i++) {
        int64_t out = 77;
        cr_assert(lk_json_integer(at, &out, INT64_MIN, INT64_MAX) == expected[i], "number %zu", i);
        cr_assert(expected[i] || out == 77);
    }
    int64_t out;
    cr_assert(lk_json_integer(lk_json_first(document), &out, 3, 3) && out == 3);
    cr_assert(!lk_json_integer(lk_json_first(document), &out, 4, 10));
    cr_assert(!lk_json_integer(lk_json_first(document), &out, -10, 2));
    lk_json_free(context, document);
    free_context(context);
}

Test(json, a_byte_order_mark_is_no_hindrance) {
    lk_context *context = make_context();
    lk_json *document = parse(context, "\xEF\xBB\xBF[1]");
    cr_assert(lk_json_count(document) == 1);
    lk_json_free(context, document);
    free_context(context);
}

// ---- Errors -------------------------------------------------------------------------------------

typedef struct wrong {
    const char *text;
    lk_status status;
    int line, column, byte;
    const char *words;
} wrong;

static const wrong wrongs[] = {
    {"", LK_ERROR_SYNTAX, 1, 1, 0, "expected a value, but the text ends here"},
    {"  ", LK_ERROR_SYNTAX, 1, 3, 2, "ends here"},
    {"[1", LK_ERROR_SYNTAX, 1, 3, 2, "expected “,” or “]”, but the text ends here"},
    {"[1,]", LK_ERROR_SYNTAX, 1, 4, 3, "expected a value, but here is “]”"},
    {"[1 2]", LK_ERROR_SYNTAX, 1, 4, 3, "expected “,” or “]”"},
    {"[1}", LK_ERROR_SYNTAX, 1, 3, 2, "expected “,” or “]”, but here is “}”"},
    {"{\n  \"é\": 1,\n  b: 2}", LK_ERROR_SYNTAX, 3, 3, 15, "a name in quotation marks"},
    {"{\"é\" 1}", LK_ERROR_SYNTAX, 1, 6, 6, "expected “:”, but here is “1”"},
    {"{\"a\":1,}", LK_ERROR_SYNTAX, 1, 8, 7, "a name in quotation marks"},
    {"{} x", LK_ERROR_SYNTAX, 1, 4, 3, "nothing after the document"},
    {"truth", LK_ERROR_SYNTAX, 1, 1, 0, "expected a value"},
    {"True", LK_ERROR_SYNTAX, 1, 1, 0, "expected a value"},
    {"01", LK_ERROR_SYNTAX, 1, 2, 1, "nothing after the document"},
    {"[-]", LK_ERROR_SYNTAX, 1, 3, 2, "expected a digit"},
    {"[1.]", LK_ERROR_SYNTAX, 1, 4, 3, "expected a digit"},
    {"[.5]", LK_ERROR_SYNTAX, 1, 2, 1, "expected a value"},
    {"[+1]", LK_ERROR_SYNTAX, 1, 2, 1, "expected a value"},
    {"[1e]", LK_ERROR_SYNTAX, 1, 4, 3, "expected a digit"},
    {"[NaN]", LK_ERROR_SYNTAX, 1, 2, 1, "expected a value"},
    {"\"abc", LK_ERROR_SYNTAX, 1, 5, 4, "the rest of a string"},
    {"\"a\nb\"", LK_ERROR_SYNTAX, 1, 3, 2, "byte 0x0A"},
    {"\"\\x\"", LK_ERROR_SYNTAX, 1, 3, 2, "after the backslash"},
    {"\"\\u12g4\"", LK_ERROR_SYNTAX, 1, 6, 5, "a hexadecimal digit"},
    {"\"\\ud800\"", LK_ERROR_SYNTAX, 1, 2, 1, "surrogate"},
    {"\"\\udc00\"", LK_ERROR_SYNTAX, 1, 2, 1, "surrogate"},
    {"\"\\ud800\\u0041\"", LK_ERROR_SYNTAX, 1, 2, 1, "surrogate"},
    {"\"a\\u0000\"", LK_ERROR_UNSUPPORTED, 1, 3, 2, "U+0000"},
    {"\"\xC3(\"", LK_ERROR_SYNTAX, 1, 2, 1, "expected UTF-8, but here is the byte 0xC3"},
    {"[1] // c", LK_ERROR_SYNTAX, 1, 5, 4, "nothing after the document"},
    {"['a']", LK_ERROR_SYNTAX, 1, 2, 1, "expected a value, but here is “'”"},
    {"[1234567890123456789012345678901234567890123456789012345678901234]", LK_ERROR_UNSUPPORTED, 1,
     2, 1, "63 characters"},
};

Test(json, errors_say_where_and_what_was_expected) {
    lk_context *context = make_context();
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        const wrong *w = &wrongs[i];
        lk_json *document = NULL;
        lk_status status = lk_json_parse(context, &document, w->text, strlen(w->text));
        cr_assert(document == NULL);
        expect_failure(context, status, w->status, w->words);
        lk_location at = lk_context_error(context).location;
        cr_assert(at.line == w->line && at.column == w->column && at.byte == w->byte,
                  "%s: %d:%d byte %d", w->text, (int)at.line, (int)at.column, (int)at.byte);
    }
    free_context(context);
}

Test(json, a_zero_byte_is_an_error_anywhere) {
    lk_context *context = make_context();
    lk_json *document = NULL;
    cr_assert(lk_json_parse(context, &document, "[1,\0 2]", 7) == LK_ERROR_SYNTAX);
    cr_assert(lk_json_parse(context, &document, "\"a\0b\"", 5) == LK_ERROR_SYNTAX);
    cr_assert(lk_json_parse(context, &document, "[1]\0", 4) == LK_ERROR_SYNTAX);
    free_context(context);
}

static void fill_nested(char *text, size_t depth) {
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
}

Test(json, nesting_has_a_limit) {
    lk_context *context = make_context();
    static char text[2 * LK_JSON_NESTING + 2];
    lk_json *document = NULL;
    fill_nested(text, LK_JSON_NESTING);
    cr_assert(lk_json_parse(context, &document, text, (size_t)2 * LK_JSON_NESTING) == LK_OK);
    lk_json_free(context, document);
    document = NULL;
    fill_nested(text, LK_JSON_NESTING + 1);
    lk_status status = lk_json_parse(context, &document, text, sizeof text);
    expect_failure(context, status, LK_ERROR_LIMIT, "1000 levels");
    free_context(context);
}

static const char sample[] = "{\"name\": \"asia \\\"x\\\" \\ud83c\\udf93\", \"p\": [0.01, -2e-3, "
                             "5E+2, 0], \"deep\": [[{\"a\": []}]],"
                             " \"ok\": true, \"none\": null, \"é\": {}}";

Test(json, mutilated_texts_are_read_or_refused_and_nothing_else) {
    lk_context *context = make_context();
    lk_random random = lk_random_stream(12, LK_RANDOM_TEST, 0, 0);
    static const char bytes[] = "{}[]:,\"\\u0eE+-.19tfn \xC3\xA9\xF0";
    int read = 0;
    for (int i = 0; i < 30000; i++) {
        char text[sizeof sample];
        size_t length = sizeof sample - 1;
        memcpy(text, sample, sizeof sample);
        for (uint64_t edits = 1 + lk_random_below(&random, 3); edits > 0; edits--)
            text[lk_random_below(&random, length)] = bytes[lk_random_below(&random, sizeof bytes)];
        if (lk_random_below(&random, 4) == 0) length = lk_random_below(&random, length);
        char *exact = malloc(length); // so that a sanitizer sees what is read beyond the end
        memcpy(exact, text, length);
        lk_json *document = NULL;
        lk_status checked = lk_json_check(context, exact, length);
        lk_status parsed = lk_json_parse(context, &document, exact, length);
        cr_assert(checked == parsed, "what is checked is parsed: %.*s", (int)length, text);
        cr_assert((parsed == LK_OK) == (document != NULL));
        read += parsed == LK_OK;
        lk_json_free(context, document);
        free(exact);
    }
    cr_assert(read > 100, "some are still right");
    free_context(context);
}

// ---- Writing ------------------------------------------------------------------------------------

static void write_sample(lk_json_writer *writer) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "name", "a\"b\\c\n\t\x01/é");
    lk_json_add_number(writer, "p", 0.1);
    lk_json_add_integer(writer, "n", INT64_MIN);
    lk_json_add_bool(writer, "yes", true);
    lk_json_add_null(writer, "nothing");
    lk_json_begin_array(writer, "values");
    lk_json_add_number(writer, NULL, 1);
    lk_json_add_number(writer, NULL, 1.0 / 3);
    lk_json_end(writer);
    lk_json_begin_array(writer, "rows");
    lk_json_begin_array(writer, NULL);
    lk_json_add_string(writer, NULL, "[,:{");
    lk_json_end(writer);
    lk_json_begin_object(writer, NULL);
    lk_json_end(writer);
    lk_json_end(writer);
    lk_json_end(writer);
}

Test(json, a_document_is_written_on_one_line) {
    lk_context *context = make_context();
    lk_json_writer *writer = NULL;
    lk_buffer out = lk_buffer_make(context);
    cr_assert(lk_json_writer_new(context, &writer) == LK_OK);
    write_sample(writer);
    cr_assert(lk_json_finish(writer, &out, false) == LK_OK);
    cr_assert(
        strcmp(lk_buffer_text(&out),
               "{\"name\":\"a\\\"b\\\\c\\n\\t\\u0001/é\",\"p\":0.1,\"n\":-9223372036854775808,"
               "\"yes\":true,\"nothing\":null,\"values\":[1,0.3333333333333333],"
               "\"rows\":[[\"[,:{\"],{}]}") == 0,
        "%s", lk_buffer_text(&out));
    lk_buffer_free(&out);
    lk_json_writer_free(writer);
    lk_json_writer_free(NULL);
    free_context(context);
}

Test(json, a_document_is_written_with_a_line_for_each_member) {
    lk_context *context = make_context();
    lk_json_writer *writer = NULL;
    lk_buffer out = lk_buffer_make(context);
    cr_assert(lk_json_writer_new(context, &writer) == LK_OK);
    write_sample(writer);
    cr_assert(lk_json_finish(writer, &out, true) == LK_OK);
    cr_assert(strcmp(lk_buffer_text(&out), "{\n"
                                           "  \"name\": \"a\\\"b\\\\c\\n\\t\\u0001/é\",\n"
                                           "  \"p\": 0.1,\n"
                                           "  \"n\": -9223372036854775808,\n"
                                           "  \"yes\": true,\n"
                                           "  \"nothing\": null,\n"
                                           "  \"values\": [1, 0.3333333333333333],\n"
                                           "  \"rows\": [\n"
                                           "    [\"[,:{\"],\n"
                                           "    {}\n"
                                           "  ]\n"
                                           "}") == 0,
              "%s", lk_buffer_text(&out));
    lk_buffer_free(&out);
    lk_json_writer_free(writer);
    free_context(context);
}

Test(json, what_json_cannot_say_becomes_null_or_the_replacement_character) {
    lk_context *context = make_context();
    lk_json_writer *writer = NULL;
    lk_buffer out = lk_buffer_make(context);
    cr_assert(lk_json_writer_new(context, &writer) == LK_OK);
    lk_json_begin_array(writer, NULL);
    lk_json_add_number(writer, NULL, NAN);
    lk_json_add_number(writer, NULL, -INFINITY);
    lk_json_add_string(writer, NULL, "a\xFF\xE2\x82z");
    lk_json_end(writer);
    cr_assert(lk_json_finish(writer, &out, false) == LK_OK);
    cr_assert(strcmp(lk_buffer_text(&out), "[null,null,\"a\uFFFD\uFFFDz\"]") == 0);
    lk_buffer_free(&out);
    lk_json_writer_free(writer);
    free_context(context);
}

Test(json, a_writer_can_be_used_again) {
    lk_context *context = make_context();
    lk_json_writer *writer = NULL;
    lk_buffer out = lk_buffer_make(context);
    cr_assert(lk_json_writer_new(context, &writer) == LK_OK);
    for (int i = 0; i < 3; i++) {
        lk_json_add_integer(writer, NULL, i);
        cr_assert(lk_json_finish(writer, &out, false) == LK_OK);
        lk_buffer_append_byte(&out, '\n');
    }
    cr_assert(strcmp(lk_buffer_text(&out), "0\n1\n2\n") == 0);
    lk_buffer_free(&out);
    lk_json_writer_free(writer);
    free_context(context);
}

// ---- There and back -----------------------------------------------------------------------------

static void write_random(lk_json_writer *writer, lk_random *random, const char *name, int depth) {
    char text[20];
    size_t length = lk_random_below(random, sizeof text);
    for (size_t i = 0; i < length; i++) text[i] = (char)(1 + lk_random_below(random, 127));
    text[length] = 0;
    uint64_t kind = lk_random_below(random, depth > 0 ? 7 : 5);
    switch (kind) {
    case 0:
        lk_json_add_string(writer, name, text);
        return;
    case 1:
        lk_json_add_number(
            writer, name,
            ldexp(lk_random_normal(random), (int)(lk_random_below(random, 300)) - 150));
        return;
    case 2:
        lk_json_add_integer(writer, name, (int64_t)lk_random_below(random, 1000) - 500);
        return;
    case 3:
        lk_json_add_bool(writer, name, length % 2);
        return;
    case 4:
        lk_json_add_null(writer, name);
        return;
    case 5:
        lk_json_begin_object(writer, name);
        break;
    case 6:
        lk_json_begin_array(writer, name);
        break;
    }
    for (uint64_t members = lk_random_below(random, 5); members > 0; members--)
        write_random(writer, random, kind == 5 ? text : NULL, depth - 1);
    lk_json_end(writer);
}

// Writes a document that was read.
static void write_again(lk_json_writer *writer, const lk_json *value) {
    const char *name = lk_json_name(value);
    switch (lk_json_get_type(value)) {
    case LK_JSON_NULL:
        lk_json_add_null(writer, name);
        return;
    case LK_JSON_BOOL:
        lk_json_add_bool(writer, name, lk_json_bool(value, false));
        return;
    case LK_JSON_NUMBER:
        lk_json_add_number(writer, name, lk_json_number(value, 0));
        return;
    case LK_JSON_STRING:
        lk_json_add_string(writer, name, lk_json_string(value, NULL));
        return;
    case LK_JSON_ARRAY:
        lk_json_begin_array(writer, name);
        break;
    case LK_JSON_OBJECT:
        lk_json_begin_object(writer, name);
        break;
    }
    for (const lk_json *at = lk_json_first(value); at; at = lk_json_next(at))
        write_again(writer, at);
    lk_json_end(writer);
}

Test(json, random_documents_survive_writing_and_reading) {
    lk_context *context = make_context();
    lk_json_writer *writer = NULL;
    lk_buffer first = lk_buffer_make(context), second = lk_buffer_make(context);
    cr_assert(lk_json_writer_new(context, &writer) == LK_OK);
    lk_random random = lk_random_stream(13, LK_RANDOM_TEST, 0, 0);
    for (int i = 0; i < 2000; i++) {
        lk_buffer_clear(&first);
        lk_buffer_clear(&second);
        write_random(writer, &random, NULL, 5);
        cr_assert(lk_json_finish(writer, &first, i % 2) == LK_OK);
        lk_json *document = parse(context, lk_buffer_text(&first));
        write_again(writer, document);
        cr_assert(lk_json_finish(writer, &second, i % 2) == LK_OK);
        cr_assert(strcmp(lk_buffer_text(&first), lk_buffer_text(&second)) == 0, "%s\n%s",
                  lk_buffer_text(&first), lk_buffer_text(&second));
        lk_json_free(context, document);
    }
    lk_buffer_free(&first);
    lk_buffer_free(&second);
    lk_json_writer_free(writer);
    free_context(context);
}

// ---- Memory -------------------------------------------------------------------------------------

Test(json, reading_fails_cleanly_at_every_allocation) {
    lk_context *context = make_context();
    lk_memory_usage before = lk_context_memory_usage(context);
    lk_json *document = parse(context, sample);
    uint64_t allocations = lk_context_memory_usage(context).allocations - before.allocations;
    cr_assert(allocations > 20, "all memory of a document is counted");
    lk_json_free(context, document);
    cr_assert(lk_context_memory_usage(context).live_bytes == before.live_bytes);
    for (uint64_t k = 1; k <= allocations; k++) {
        document = NULL;
        lk_context_fail_allocation(context, k);
        lk_status status = lk_json_parse(context, &document, sample, strlen(sample));
        expect_failure(context, status, LK_ERROR_MEMORY, "out of memory");
        cr_assert(document == NULL);
        cr_assert(lk_context_memory_usage(context).live_bytes == before.live_bytes, "k = %d",
                  (int)k);
    }
    free_context(context);
}

static lk_status write_whole(lk_context *context, lk_buffer *out) {
    lk_json_writer *writer = NULL;
    LK_TRY(lk_json_writer_new(context, &writer));
    for (int i = 0; i < 5 && out->status == LK_OK; i++) {
        write_sample(writer);
        lk_status status = lk_json_finish(writer, out, true);
        if (status != LK_OK) {
            lk_json_writer_free(writer);
            return status;
        }
    }
    lk_json_writer_free(writer);
    return LK_OK;
}

Test(json, writing_fails_cleanly_at_every_allocation) {
    lk_context *context = make_context();
    lk_memory_usage before = lk_context_memory_usage(context);
    lk_buffer out = lk_buffer_make(context);
    cr_assert(write_whole(context, &out) == LK_OK);
    uint64_t allocations = lk_context_memory_usage(context).allocations - before.allocations;
    lk_buffer_free(&out);
    for (uint64_t k = 1; k <= allocations; k++) {
        lk_context_fail_allocation(context, k);
        lk_status status = write_whole(context, &out);
        expect_failure(context, status, LK_ERROR_MEMORY, "out of memory");
        lk_buffer_free(&out);
        cr_assert(lk_context_memory_usage(context).live_bytes == before.live_bytes, "k = %d",
                  (int)k);
    }
    free_context(context);
}
