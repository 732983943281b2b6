#include "likelore/csv.h"

#include "test_context.h"

#include <stdlib.h>

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(csv, .init = begin, .fini = end);

static lk_status open_bytes(lk_csv **csv, const char *text, size_t length,
                            const lk_csv_options *options) {
    return lk_csv_new(context, csv, text, length, "test.csv", options);
}

static lk_csv *open_text(const char *text) {
    lk_csv *csv = NULL;
    lk_status status = open_bytes(&csv, text, strlen(text), NULL);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return csv;
}

static bool next(lk_csv *csv) {
    bool more;
    lk_status status = lk_csv_next(csv, &more);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return more;
}

static void expect_field(const lk_csv *csv, size_t column, const char *text) {
    lk_csv_field field = lk_csv_field_at(csv, column);
    cr_assert(field.length == strlen(text) && memcmp(field.text, text, field.length) == 0,
              "“%.*s” is not “%s”", (int)field.length, field.text, text);
}

static void expect_record(lk_csv *csv, const char *first, const char *second) {
    cr_assert(next(csv));
    expect_field(csv, 0, first);
    expect_field(csv, 1, second);
}

// ---- What is read -----------------------------------------------------------------------------

Test(csv, quotes_hold_separators_line_ends_and_doubled_quotes) {
    lk_csv *csv = open_text("a,b\r\n\"x, y\",\"1\r\n2\"\r\n\"say \"\"no\"\"\",\"\"\"\"\r\n");
    expect_record(csv, "x, y", "1\r\n2");
    expect_record(csv, "say \"no\"", "\"");
    cr_assert(!next(csv));
    lk_csv_free(csv);
}

Test(csv, the_last_line_may_lack_its_end_and_end_in_an_empty_field) {
    lk_csv *csv = open_text("a,b\n1,2\n3,");
    expect_record(csv, "1", "2");
    expect_record(csv, "3", "");
    cr_assert(!next(csv));
    cr_assert(lk_csv_record(csv) == 2);
    lk_csv_free(csv);
}

Test(csv, a_byte_order_mark_is_no_part_of_the_first_name) {
    lk_csv *csv = open_text("\xEF\xBB\xBFname,b\n");
    cr_assert(strcmp(lk_csv_column_name(csv, 0), "name") == 0);
    cr_assert(!next(csv));
    lk_csv_free(csv);
}

Test(csv, the_separator_is_the_most_frequent_one_outside_of_quotes) {
    static const struct {
        const char *text;
        char separator;
    } cases[] = {{"a,b\n", ','},         {"a;b\n", ';'}, {"a\tb\tc;d\n", '\t'}, {"a|b", '|'},
                 {"\"a,b,c\";b\n", ';'}, {"alone", ','}, {"a;b,c\n", ','}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lk_csv *csv = open_text(cases[i].text);
        cr_assert(lk_csv_separator(csv) == cases[i].separator, "%s", cases[i].text);
        lk_csv_free(csv);
    }
}

Test(csv, a_given_separator_is_not_guessed) {
    lk_csv *csv;
    cr_assert(open_bytes(&csv, "a,b;c\n", 6, &(lk_csv_options){.separator = ';'}) == LK_OK);
    cr_assert(lk_csv_column_count(csv) == 2);
    cr_assert(strcmp(lk_csv_column_name(csv, 0), "a,b") == 0);
    lk_csv_free(csv);
    lk_status status = open_bytes(&csv, "a\n", 2, &(lk_csv_options){.separator = 'x'});
    expect_failure(context, status, LK_ERROR_USAGE, "a separator is one of");
}

Test(csv, empty_question_mark_and_NA_are_missing_unless_another_list_is_given) {
    static const char text[] = "a,b\n,?\nNA,na\n-,x\n";
    static const bool usual[] = {true, true, true, false, false, false};
    static const bool other[] = {false, false, false, false, true, false};
    static const char *const words[] = {"-"};
    for (int given = 0; given < 2; given++) {
        lk_csv_options options = {.missing = given ? words : NULL, .missing_count = 1};
        lk_csv *csv;
        cr_assert(open_bytes(&csv, text, strlen(text), &options) == LK_OK);
        for (size_t i = 0; next(csv); i++)
            for (size_t c = 0; c < 2; c++)
                cr_assert(lk_csv_field_at(csv, c).missing == (given ? other : usual)[2 * i + c]);
        lk_csv_free(csv);
    }
}

Test(csv, empty_lines_are_passed_over_but_in_a_single_column_they_are_empty_fields) {
    lk_csv *csv = open_text("a,b\n\n1,2\n\r\n\n3,4\n\n");
    expect_record(csv, "1", "2");
    expect_record(csv, "3", "4");
    cr_assert(!next(csv));
    lk_csv_free(csv);
    csv = open_text("a\n\nx\n");
    cr_assert(next(csv));
    cr_assert(lk_csv_field_at(csv, 0).missing);
    cr_assert(next(csv));
    expect_field(csv, 0, "x");
    cr_assert(!next(csv));
    lk_csv_free(csv);
}

Test(csv, rewinding_reads_the_same_records_again) {
    lk_csv *csv = open_text("a,b\n\"1\n\",2\n3,4\n");
    while (next(csv)) {
    }
    lk_csv_rewind(csv);
    expect_record(csv, "1\n", "2");
    expect_record(csv, "3", "4");
    cr_assert(lk_csv_location(csv, 1).line == 4);
    lk_csv_free(csv);
}

Test(csv, a_mistyped_column_is_told_its_nearest_name) {
    lk_csv *csv = open_text("married,healthy\n");
    size_t column;
    cr_assert(lk_csv_find_column(csv, &column, "healthy") == LK_OK && column == 1);
    expect_failure(context, lk_csv_find_column(csv, &column, "maried"), LK_ERROR_UNKNOWN_NAME,
                   "there is no column \"maried\"; did you mean \"married\"?");
    lk_csv_free(csv);
}

// ---- What is refused --------------------------------------------------------------------------

typedef struct refusal {
    const char *text;
    lk_status status;
    int line, column;
    const char *words;
} refusal;

static lk_status read_through(const char *text, size_t length) {
    lk_csv *csv = NULL;
    lk_status status = open_bytes(&csv, text, length, NULL);
    for (bool more = true; status == LK_OK && more;) status = lk_csv_next(csv, &more);
    lk_csv_free(csv);
    return status;
}

Test(csv, what_breaks_the_format_is_refused_with_its_place) {
    static const refusal cases[] = {
        {"", LK_ERROR_SYNTAX, 1, 1, "found the end of the file"},
        {"a,,c\n", LK_ERROR_DATA, 1, 3, "column 2 has no name"},
        {"a,b,a\n", LK_ERROR_DATA, 1, 5, "a second column has the name \"a\""},
        {"a,b\n1,2\n1,2,3\n", LK_ERROR_DATA, 3, 5, "has 3 fields, and the first line names 2"},
        {"a,b\n\"1\n2\"\n", LK_ERROR_DATA, 2, 1, "has 1 field,"},
        {"a,b\nä\"x,1\n", LK_ERROR_SYNTAX, 2, 2, "a quote inside a field"},
        {"a,b\n1,\"x\ny\n", LK_ERROR_SYNTAX, 2, 3, "this quote does not end"},
        {"a,b\n\"x\"y,1\n", LK_ERROR_SYNTAX, 2, 4, "expected a separator"},
        {"a,b\n1,\xE4\n", LK_ERROR_SYNTAX, 2, 3, "the byte 0xE4 is not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const refusal *c = &cases[i];
        expect_failure(context, read_through(c->text, strlen(c->text)), c->status, c->words);
        lk_location place = lk_context_error(context).location;
        cr_assert(place.line == c->line && place.column == c->column, "case %zu: %d:%d", i,
                  (int)place.line, (int)place.column);
        cr_assert(strcmp(place.file, "test.csv") == 0);
    }
    expect_failure(context, read_through("a\n\0x\n", 5), LK_ERROR_SYNTAX, "a zero byte");
}

// ---- Random tables ----------------------------------------------------------------------------

enum { ROWS = 6, COLUMNS = 4, MOST_LENGTH = 8 };

static void random_cell(lk_random *random, char cell[MOST_LENGTH + 1]) {
    static const char letters[] = "ab,;\t|\"\"\n\r ?";
    size_t length = lk_random_below(random, MOST_LENGTH + 1);
    for (size_t i = 0; i < length; i++)
        cell[i] = letters[lk_random_below(random, sizeof letters - 1)];
    cell[length] = 0;
}

static void write_row(lk_buffer *out, char separator, size_t columns,
                      char cells[COLUMNS][MOST_LENGTH + 1]) {
    for (size_t c = 0; c < columns; c++) {
        if (c) lk_buffer_append_byte(out, separator);
        lk_csv_append_field(out, cells[c], strlen(cells[c]), separator);
    }
    lk_buffer_append_byte(out, '\n');
}

static void check_round_trip(lk_random *random) {
    static char cells[ROWS + 1][COLUMNS][MOST_LENGTH + 1];
    char separator = ",;\t|"[lk_random_below(random, 4)];
    size_t columns = 2 + lk_random_below(random, COLUMNS - 1);
    lk_buffer out = lk_buffer_make(context);
    for (size_t r = 0; r <= ROWS; r++) {
        for (size_t c = 0; c < columns; c++) {
            random_cell(random, cells[r][c]);
            if (r > 0) continue; // names of their own
            if (!cells[0][c][0]) cells[0][c][1] = 0;
            cells[0][c][0] = (char)('A' + c);
        }
        write_row(&out, separator, columns, cells[r]);
    }
    lk_csv *csv;
    lk_csv_options options = {.separator = separator};
    cr_assert(open_bytes(&csv, out.data, out.length, &options) == LK_OK, "%s",
              lk_context_error(context).message);
    cr_assert(lk_csv_column_count(csv) == columns);
    for (size_t c = 0; c < columns; c++)
        cr_assert(strcmp(lk_csv_column_name(csv, c), cells[0][c]) == 0);
    for (size_t r = 1; r <= ROWS; r++) {
        cr_assert(next(csv));
        for (size_t c = 0; c < columns; c++) expect_field(csv, c, cells[r][c]);
    }
    cr_assert(!next(csv));
    lk_csv_free(csv);
    lk_buffer_free(&out);
}

Test(csv, what_was_written_is_read_again) {
    lk_random random = lk_random_stream(3, LK_RANDOM_TEST, 0, 0);
    for (int i = 0; i < 2000; i++) check_round_trip(&random);
}

Test(csv, random_bytes_are_read_or_refused) {
    static const char letters[] = "ab,\"\"\n\r;\xC3\xA4\x80";
    lk_random random = lk_random_stream(4, LK_RANDOM_TEST, 0, 0);
    int read = 0;
    for (int i = 0; i < 20000; i++) {
        size_t length = lk_random_below(&random, 24);
        char *text = malloc(length + 1); // of its own size, so that reading beyond is noticed
        for (size_t j = 0; j < length; j++)
            text[j] = letters[lk_random_below(&random, sizeof letters - 1)];
        text = realloc(text, length ? length : 1);
        lk_status status = read_through(text, length);
        cr_assert(status == LK_OK || status == LK_ERROR_SYNTAX || status == LK_ERROR_DATA);
        read += status == LK_OK;
        free(text);
    }
    cr_assert(read > 100 && read < 20000);
}

Test(csv, without_memory_reading_fails_cleanly) {
    static const char text[] = "a,b\n\"x \"\" y\",2\n3,4\n";
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 1000);
        lk_context_fail_allocation(context, k);
        lk_status status = read_through(text, strlen(text));
        lk_context_fail_allocation(context, 0);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY);
    }
}
