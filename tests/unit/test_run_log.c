// Logs of runs read again: every number in its place, and errors that name the line.
#include "likelore/lm_report.h"

#include "test_context.h"

#include <math.h>
#include <stdio.h>

static lk_context *context;
static lk_run_log log_read;

static void start(void) { context = make_context(); }

static void finish(void) {
    lk_run_log_release(&log_read);
    free_context(context);
}

TestSuite(run_log, .init = start, .fini = finish);

static lk_status parse(const char *text) {
    return lk_run_log_parse(context, &log_read, "run", "run/log.jsonl", text, strlen(text));
}

static void expect_log(const char *text) {
    lk_status status = parse(text);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
}

static const lk_log_point *points_of(lk_log_quantity quantity, size_t count) {
    cr_assert(log_read.series[quantity].count == count);
    return log_read.series[quantity].points;
}

Test(run_log, lines_become_points) {
    expect_log(
        "{\"step\":0,\"tokens\":0,\"train_loss\":4.25,\"val_loss\":4.5,\"seconds\":0.5}\n"
        "{\"step\":10,\"tokens\":80,\"loss\":3.5,\"lr\":0.1,\"grad_norm\":2,"
        "\"tokens_per_s\":800,\"seconds\":1.5}\n"
        "{\"step\":20,\"tokens\":160,\"loss\":null,\"lr\":0.2,\"seconds\":2}\n"
        "{\"step\":20,\"tokens\":160,\"train_loss\":3,\"val_loss\":3.25,\"sample\":\"a\\nb\","
        "\"seconds\":3}\n");
    const lk_log_point *loss = points_of(LK_LOG_LOSS, 2);
    cr_assert(loss[0].step == 10 && loss[0].seconds == 1.5 && loss[0].value == 3.5);
    cr_assert(loss[1].step == 20 && isnan(loss[1].value), "null is no number");
    cr_assert(points_of(LK_LOG_LEARNING_RATE, 2)[1].value == .2);
    cr_assert(points_of(LK_LOG_GRAD_NORM, 1)->value == 2);
    cr_assert(points_of(LK_LOG_TOKENS_PER_SECOND, 1)->value == 800);
    cr_assert(points_of(LK_LOG_TRAIN_LOSS, 2)[0].value == 4.25);
    cr_assert(points_of(LK_LOG_VAL_LOSS, 2)[1].value == 3.25);
    cr_assert(log_read.step == 20 && log_read.tokens == 160 && log_read.seconds == 3);
    cr_assert(log_read.best_val_loss == 3.25 && log_read.best_step == 20);
    cr_assert(log_read.sample_count == 1 && log_read.samples[0].step == 20);
    cr_assert(strcmp(log_read.samples[0].text, "a\nb") == 0);
}

Test(run_log, the_best_is_a_number) {
    expect_log("{\"step\":1,\"val_loss\":2}\n{\"step\":2,\"val_loss\":null}\n"
               "{\"step\":3,\"val_loss\":3}\n");
    cr_assert(log_read.best_val_loss == 2 && log_read.best_step == 1 && log_read.val_loss == 3);
}

// The first line of the second time comes after more seconds than the first time took.
Test(run_log, time_goes_on_where_a_run_does) {
    expect_log("{\"step\":1,\"loss\":1,\"seconds\":2}\n"
               "{\"step\":2,\"loss\":1,\"resumed\":true,\"seconds\":5}\n"
               "{\"step\":3,\"loss\":1,\"seconds\":6}\n"
               "{\"step\":4,\"loss\":1,\"seconds\":1}\n");
    const lk_log_point *loss = points_of(LK_LOG_LOSS, 4);
    cr_assert(loss[1].seconds == 7 && loss[2].seconds == 8, "no gap, nothing lost");
    cr_assert(loss[3].seconds == 9, "a clock that went back began anew");
}

static void append_stats(lk_buffer *out, int step, double update) {
    lk_buffer_printf(out, "{\"step\":%d,\"stats\":{\"weights\":[{\"name\":\"w\",", step);
    lk_buffer_printf(out, "\"log10_update\":%g,\"gradient_mean\":%d,\"gradient_deviation\":2,",
                     update, step);
    lk_buffer_append_text(out, "\"gradient_bins\":{\"least\":-1,\"most\":1,\"counts\":[");
    for (int i = 0; i < LK_BINS; i++) lk_buffer_printf(out, "%s%d", i ? "," : "", i);
    lk_buffer_append_text(out, "]}}],\"activations\":[{\"name\":\"add\",\"saturated\":null},"
                               "{\"name\":\"add\",\"saturated\":0.5,\"bins\":{\"least\":2,"
                               "\"most\":1,\"counts\":[1]}}]}}\n");
}

Test(run_log, statistics_are_told_apart_by_name_and_place) {
    lk_buffer text = lk_buffer_make(context);
    for (int i = 0; i < 3; i++) append_stats(&text, i, -3 + i);
    expect_log(lk_buffer_text(&text));
    lk_buffer_free(&text);
    cr_assert(log_read.weights.count == 1 && log_read.activations.count == 2 && log_read.stats);
    const lk_log_part *weight = log_read.weights.parts, *second = &log_read.activations.parts[1];
    cr_assert(weight->values.count == 3 && weight->values.points[2].value == -1);
    cr_assert(weight->first.mean == 0 && weight->last.mean == 2 && weight->last.step == 2);
    cr_assert(weight->last.total == LK_BINS * (LK_BINS - 1) / 2 && weight->last.counts[5] == 5);
    cr_assert(strcmp(second->name, "add") == 0 && second->copy == 1);
    cr_assert(second->values.count == 3 && second->values.points[0].value == .5);
    cr_assert(second->last.total == 0, "bins that make no sense are no histogram");
    cr_assert(isnan(log_read.activations.parts[0].values.points[0].value));
}

Test(run_log, a_line_that_was_not_finished_does_not_count) {
    expect_log("{\"step\":1,\"loss\":2}\n{\"step\":2,\"lo");
    cr_assert(log_read.step == 1 && points_of(LK_LOG_LOSS, 1)->value == 2);
}

Test(run_log, an_empty_log_tells_nothing) {
    expect_log("");
    cr_assert(log_read.best_step == -1 && isnan(log_read.val_loss));
}

static void expect_error(const char *text, lk_status expected, int64_t line, const char *words) {
    expect_failure(context, parse(text), expected, words);
    lk_location place = lk_context_error(context).location;
    cr_assert(place.file && strcmp(place.file, "run/log.jsonl") == 0);
    cr_assert(place.line == line, "line %lld", (long long)place.line);
}

Test(run_log, errors_name_file_and_line) {
    static const char good[] = "{\"step\":1}\n";
    char text[256];
    static const char *const bad[] = {"nonsense", "", "{\"step\":2", "{\"step\":2}}", "\xff"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(text, sizeof text, "%s%s\n%s", good, bad[i], good);
        expect_error(text, LK_ERROR_SYNTAX, 2, "");
    }
    static const char *const wrong[] = {
        "5", "[]", "{}", "{\"step\":\"2\"}", "{\"step\":-1}", "{\"step\":1e999}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(text, sizeof text, "%s%s%s\n", good, good, wrong[i]);
        expect_error(text, LK_ERROR_DATA, 3, "an object with a step");
    }
}

// Members of another type than ours are as if they were not there.
Test(run_log, members_of_other_types_are_passed_over) {
    expect_log(
        "{\"step\":1,\"loss\":\"low\",\"seconds\":\"long\",\"tokens\":[],\"sample\":7,"
        "\"stats\":[],\"lr\":{}}\n"
        "{\"step\":2,\"seconds\":-5,\"stats\":{\"weights\":{\"a\":1},\"activations\":[1,null]}}\n"
        "{\"step\":3,\"seconds\":1e999,\"stats\":5}\n");
    cr_assert(isnan(points_of(LK_LOG_LOSS, 1)->value) && log_read.seconds == 0);
    cr_assert(log_read.sample_count == 0 && log_read.step == 3);
}

Test(run_log, names_beyond_all_models_are_refused) {
    lk_buffer text = lk_buffer_make(context);
    lk_buffer_append_text(&text, "{\"step\":1,\"stats\":{\"weights\":[");
    for (int i = 0; i <= 10000; i++)
        lk_buffer_printf(&text, "%s{\"name\":\"%d\"}", i ? "," : "", i);
    lk_buffer_append_text(&text, "]}}\n");
    expect_error(lk_buffer_text(&text), LK_ERROR_LIMIT, 1, "10000 names");
    lk_buffer_free(&text);
}

Test(run_log, without_memory_nothing_is_lost) {
    lk_buffer text = lk_buffer_make(context);
    append_stats(&text, 1, -3);
    lk_buffer_append_text(&text, "{\"step\":2,\"loss\":1,\"val_loss\":1,\"sample\":\"x\"}\n");
    lk_status status = LK_ERROR_MEMORY;
    uint64_t k = 1;
    for (; status == LK_ERROR_MEMORY; k++) {
        lk_context_fail_allocation(context, k);
        status = parse(lk_buffer_text(&text));
        lk_context_fail_allocation(context, 0);
    }
    cr_assert(status == LK_OK && k > 10);
    lk_buffer_free(&text);
}
