// Traces in fractions: the plan of the trace carried out in natural numbers, all factors kept.
#include "exact/exact.h"
#include "explain/explain.h"
#include "inference/conflict.h"
#include "inference/wide.h"

typedef struct filler {
    lk_trace *trace;
    lk_exact_input input;
    lk_elimination run;
} filler;

// ---- Planning ----------------------------------------------------------------------------------

static lk_status measure_tables(filler *f) {
    lk_trace *t = f->trace;
    f->input = (lk_exact_input){
        .network = t->network,
        .observed = t->observed,
        .states = t->states,
        .tables = lk_arena_alloc_zero(&t->scratch, lk_network_table_count(t->network),
                                      sizeof *f->input.tables),
    };
    LK_NEED(f->input.tables);
    for (uint32_t i = 0; i < t->plan.initial_count; i++)
        LK_TRY(lk_exact_measure(&t->scratch, &f->run.scratch, &f->input, t->plan.factors[i].table));
    return LK_OK;
}

// Bringing the cells of all factors to lowest terms, which takes about a pass over a number for
// each of its bits, and their digits.
static lk_status check_size(const filler *f) {
    double work = f->run.work, bytes = f->run.bytes;
    for (uint32_t i = 0; i < f->trace->plan.factor_count; i++) {
        const lk_exact_factor *factor = &f->run.factors[i];
        double cells = f->trace->plan.factors[i].cells;
        double bits = (double)factor->bits + (double)lk_natural_bits(factor->denominator);
        work += cells * bits * (bits / 64 + 1) / 2;
        bytes += cells * (bits * 0.30103 + sizeof(lk_fraction));
    }
    LK_TRY(lk_exact_check_work(f->trace->context, work, f->run.digits));
    double limit = (double)lk_context_memory_limit(f->trace->context);
    if (bytes <= limit) return LK_OK;
    return lk_fail(f->trace->context, LK_ERROR_LIMIT,
                   "the fractions of all factors need %.4g bytes; the memory limit is %.4g bytes",
                   bytes, limit);
}

// ---- Keeping -----------------------------------------------------------------------------------

static lk_status keep_table(filler *f, lk_trace_values *values, const lk_exact_factor *factor,
                            size_t cells, lk_natural denominator) {
    lk_arena *arena = &f->trace->arena;
    lk_fraction *fractions = lk_arena_alloc(arena, cells, sizeof *fractions);
    double *doubles = lk_arena_alloc(arena, cells, sizeof *doubles);
    LK_NEED(fractions);
    LK_NEED(doubles);
    LK_TRY(lk_fractions_keep(arena, &f->run.scratch, fractions, factor, cells, denominator));
    for (size_t i = 0; i < cells; i++) doubles[i] = fractions[i].value;
    *values = (lk_trace_values){.doubles = doubles, .fractions = fractions};
    return LK_OK;
}

static bool is_one(lk_fraction fraction) {
    return strcmp(fraction.numerator, "1") == 0 && strcmp(fraction.denominator, "1") == 0;
}

static lk_status keep_factor(filler *f, uint32_t index) {
    const lk_exact_factor *factor = &f->run.factors[index];
    size_t cells = (size_t)f->trace->plan.factors[index].cells;
    lk_trace_factor *kept = &f->trace->factors[index];
    if (!lk_trace_keeps_values(f->trace, cells)) return LK_OK;
    LK_TRY(keep_table(f, &kept->values, factor, cells, factor->denominator));
    if (index < f->trace->plan.initial_count) return LK_OK;
    kept->all_ones = true;
    for (size_t i = 0; i < cells && kept->all_ones; i++)
        kept->all_ones = is_one(kept->values.fractions[i]);
    return LK_OK;
}

// By its leading digits, which tell where doubles do not reach.
static double log10_of_digits(const char *digits) {
    double leading = 0;
    size_t count = 0;
    for (; count < 16 && digits[count]; count++) leading = 10 * leading + (digits[count] - '0');
    return lk_wide_log10(lk_wide_make(leading, 0)) + (double)strlen(digits + count);
}

static double log10_of(lk_fraction fraction) {
    if (fraction.value > 0 && fraction.value < INFINITY)
        return lk_wide_log10(lk_wide_make(fraction.value, 0));
    return log10_of_digits(fraction.numerator) - log10_of_digits(fraction.denominator);
}

static lk_status keep_result(filler *f) {
    lk_trace *t = f->trace;
    const lk_exact_factor *product = lk_elimination_result(&f->run);
    size_t cells = (size_t)t->plan.factors[t->plan.factor_count - 1].cells;
    lk_fraction *fraction = lk_arena_alloc(&t->arena, 1, sizeof *fraction);
    LK_NEED(fraction);
    lk_natural sum;
    LK_TRY(lk_exact_add_cells(&t->scratch, &sum, product, cells));
    if (sum.count == 0) return lk_fail_impossible(t->network, t->observed, t->states);
    LK_TRY(lk_fraction_keep(&t->arena, &t->scratch, fraction, sum, product->denominator));
    t->sum.fraction = fraction;
    t->sum.value = fraction->value;
    t->sum.log10 = log10_of(*fraction);
    return keep_table(f, &t->result, product, cells, sum);
}

// ---- The whole ---------------------------------------------------------------------------------

static lk_status fill(filler *f) {
    bool done;
    LK_TRY(lk_trace_check_evidence(f->trace));
    LK_TRY(measure_tables(f));
    LK_TRY(lk_elimination_start(&f->run, &f->trace->plan, true));
    LK_TRY(check_size(f));
    LK_TRY(lk_elimination_next(&f->run, &done, INFINITY));
    for (uint32_t i = 0; i + 1 < f->trace->plan.factor_count; i++) LK_TRY(keep_factor(f, i));
    return keep_result(f);
}

static lk_status compute_fractions(lk_trace *t) {
    filler f = {.trace = t};
    f.run = lk_elimination_make(t->context, &f.input);
    lk_status status = fill(&f);
    lk_elimination_release(&f.run);
    return status;
}

lk_status lk_trace_new_exact(lk_context *context, lk_trace **out, const lk_network *network,
                             const uint32_t *targets, size_t target_count,
                             const lk_finding *evidence, size_t evidence_count,
                             const lk_query_options *options) {
    lk_trace *trace;
    LK_TRY(lk_trace_make(context, &trace, network, targets, target_count, evidence, evidence_count,
                         options, compute_fractions));
    if (!trace->has_tables) {
        lk_trace_free(trace);
        return lk_fail(context, LK_ERROR_DATA, "the network has no numbers to make fractions of");
    }
    *out = trace;
    return LK_OK;
}
