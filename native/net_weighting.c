#include "net_weighting.h"

#include "terminal.h"
#include "text_table.h"

#include "likelore/learn.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

bool asks_weighting(const invocation *call) {
    return strcmp(option_value(call->arguments, "engine", "auto"), "lw") == 0;
}

lk_status check_weighting_options(invocation *call) {
    const arguments *given = call->arguments;
    if (asks_weighting(call)) return LK_OK;
    if (!option_value(given, "precision", NULL) && !option_value(given, "max-samples", NULL))
        return LK_OK;
    return usage_error(call, "--precision and --max-samples belong to --engine lw");
}

// --format, where it is given, decides.
static bool wants_json(const invocation *call) {
    const char *fallback = has_flag(call->arguments, "json") ? "json" : "text";
    return strcmp(option_value(call->arguments, "format", fallback), "json") == 0;
}

static lk_status read_options(invocation *call, const question *q, lk_weighting_options *options) {
    if (q->options.joint)
        return usage_error(call, "--engine lw estimates one posterior a target, no joint table");
    if (option_value(call->arguments, "order", NULL))
        return usage_error(call, "--engine lw eliminates nothing: leave --order out");
    if (!option_number(call->arguments, "precision", &options->precision, 1e-9, 0.5))
        return usage_error(call, "--precision takes a number from 1e-9 to 0.5, not '%s'",
                           option_value(call->arguments, "precision", ""));
    if (!option_integer(call->arguments, "max-samples", &options->max_samples, 1,
                        UINT64_C(1) << 53))
        return usage_error(call, "--max-samples takes a whole number from 1, not '%s'",
                           option_value(call->arguments, "max-samples", ""));
    return seed_of(call, &options->seed);
}

static lk_status draw(const invocation *call, lk_weighting *w, lk_weighting_report *report) {
    progress_line line = progress_begin(stderr, has_flag(call->arguments, "quiet"));
    lk_status status = LK_OK;
    terminal_catch_interrupts();
    while (status == LK_OK && !report->done) {
        status = terminal_interrupted() ? LK_ERROR_INTERRUPTED : lk_weighting_next(w, report);
        if (!progress_is_due(&line)) continue;
        char text[96];
        snprintf(text, sizeof text, "%llu cases, largest standard error %.3g",
                 (unsigned long long)report->samples, report->largest_error);
        progress_show(&line, text);
    }
    progress_clear(&line);
    return status;
}

static void append_target(lk_buffer *out, const lk_network *network, const lk_weighting *w,
                          size_t index, int names, int states) {
    uint32_t target = lk_weighting_target(w, index);
    for (uint32_t s = 0; s < lk_network_state_count(network, target); s++) {
        append_padded(out, s ? "" : lk_network_variable_name(network, target), names + 2);
        append_padded(out, lk_network_state_name(network, target, s), states + 2);
        lk_buffer_printf(out, "%-10.6g ± %.2g\n", lk_weighting_posterior(w, index)[s],
                         lk_weighting_standard_errors(w, index)[s]);
    }
}

static void append_p_evidence(lk_buffer *out, const lk_weighting *w) {
    double p = lk_weighting_p_evidence(w), log10 = lk_weighting_log10_p_evidence(w);
    double error = lk_weighting_p_evidence_error(w);
    lk_buffer_append_text(out, "P(evidence) = ");
    append_with_log10(out, p, log10);
    if (p * error >= DBL_MIN || error == 0)
        lk_buffer_printf(out, " ± %.2g, log10 ", p * error);
    else
        lk_buffer_printf(out, " ± %.2g %%, log10 ", 100 * error);
    append_log10(out, log10);
    lk_buffer_append_text(out, "\n\n");
}

static void append_answer(lk_buffer *out, const question *q, const lk_weighting *w,
                          const lk_weighting_report *report, uint64_t seed) {
    int names = 0, states = 0;
    for (size_t i = 0; i < lk_weighting_target_count(w); i++) {
        uint32_t target = lk_weighting_target(w, i);
        if (name_width(q->network, target) > names) names = name_width(q->network, target);
        if (state_width(q->network, target) > states) states = state_width(q->network, target);
    }
    if (q->evidence.count > 0) append_p_evidence(out, w);
    for (size_t i = 0; i < lk_weighting_target_count(w); i++)
        append_target(out, q->network, w, i, names, states);
    lk_buffer_printf(
        out,
        "\nestimates ± standard errors by likelihood weighting: %llu cases, worth %.6g "
        "independent ones, seed %llu\n",
        (unsigned long long)report->samples, report->effective_samples, (unsigned long long)seed);
    if (!report->precise)
        lk_buffer_printf(out, "not as precise as asked: the largest standard error is %.2g\n",
                         report->largest_error);
}

lk_status answer_by_weighting(invocation *call, const question *q, lk_buffer *out) {
    lk_weighting_options options = {0};
    LK_TRY(read_options(call, q, &options));
    double start = terminal_seconds();
    lk_weighting *w;
    LK_TRY(lk_weighting_new(call->context, &w, q->network, q->targets.variables, q->targets.count,
                            q->evidence.findings, q->evidence.count, &options));
    lk_weighting_report report = {0};
    lk_status status = draw(call, w, &report);
    if (status == LK_OK && wants_json(call)) {
        status = lk_weighting_to_json(out, w, q->network, q->evidence.findings, q->evidence.count,
                                      &report, terminal_seconds() - start);
        lk_buffer_append_byte(out, '\n');
    } else if (status == LK_OK) {
        append_answer(out, q, w, &report, options.seed);
    }
    lk_weighting_free(w);
    return status;
}
