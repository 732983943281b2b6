// A profile as tables and as JSON.
#include "likelore/lm_profile.h"

#include "context.h"
#include "models/cost_show.h"

#include <stdio.h>
#include <stdlib.h>

const char *lk_profile_phase_name(lk_profile_phase phase) {
    static const char *const names[LK_PROFILE_PHASES] = {"forward", "backward", "outside"};
    return names[phase];
}

// ---- Speeds -------------------------------------------------------------------------------------

// Of a row or of several; 0 where there is nothing that has a speed.
typedef struct speeds {
    double gflops, gb_per_s;
    const char *bound; // "compute" or "memory", whichever ceiling is nearer; NULL: none is known
    double of_ceiling;
} speeds;

static double rate(double count, double seconds) { return seconds > 0 ? count / seconds / 1e9 : 0; }

static speeds speeds_of(const lk_profile_row *row, const lk_ceilings *ceilings) {
    speeds s = {.gflops = rate(row->operations, row->seconds),
                .gb_per_s = rate(row->bytes, row->seconds)};
    if (!ceilings || ceilings->compute <= 0 || ceilings->memory <= 0 || row->bytes <= 0) return s;
    double compute = s.gflops / ceilings->compute, memory = s.gb_per_s / ceilings->memory;
    s.bound = compute > memory ? "compute" : "memory";
    s.of_ceiling = compute > memory ? compute : memory;
    return s;
}

// ---- Text ---------------------------------------------------------------------------------------

enum { NAME_COLUMNS = 36 };

typedef struct table {
    lk_buffer *out;
    const lk_step_profile *profile;
    const lk_ceilings *ceilings;
} table;

// UTF-8 needs more bytes than characters.
static void append_name(lk_buffer *out, int indent, const char *name) {
    int width = NAME_COLUMNS - indent;
    for (const char *c = name; *c; c++) width -= ((unsigned char)*c & 0xC0) != 0x80;
    lk_buffer_printf(out, "%*s%s%*s", indent, "", name, width > 0 ? width : 0, "");
}

static void append_speed(lk_buffer *out, double speed) {
    if (speed > 0)
        lk_buffer_printf(out, "%9.1f", speed);
    else
        lk_buffer_append_text(out, "         ");
}

static void append_row(const table *t, int indent, const char *name, const lk_profile_row *row) {
    lk_buffer *out = t->out;
    double steps = (double)t->profile->steps;
    append_name(out, indent, name);
    if (row->phase == LK_PROFILE_OUTSIDE)
        lk_buffer_append_text(out, "       ");
    else
        lk_buffer_printf(out, "%7.0f", (double)row->calls / steps);
    lk_buffer_printf(out, "%11.3f%7.1f %%", 1e3 * row->seconds / steps,
                     100 * row->seconds / t->profile->seconds);
    speeds s = speeds_of(row, t->ceilings);
    if (s.gb_per_s > 0) {
        append_speed(out, s.gflops);
        append_speed(out, s.gb_per_s);
    }
    if (s.bound) lk_buffer_printf(out, "%6.0f %% %s", 100 * s.of_ceiling, s.bound);
    lk_buffer_append_byte(out, '\n');
}

static void add_to_sum(lk_profile_row *sum, const lk_profile_row *row) {
    sum->calls += row->calls;
    sum->seconds += row->seconds;
    sum->products += row->products;
    sum->operations += row->operations;
    sum->bytes += row->bytes;
}

static bool is_of(const lk_profile_row *row, const lk_profile_row *group) {
    return row->phase == group->phase && strcmp(row->name, group->name) == 0;
}

// Whether no earlier row has this phase and name.
static bool is_first(const lk_step_profile *profile, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (is_of(&profile->rows[i], &profile->rows[index])) return false;
    return true;
}

static int slower_first(const void *a, const void *b) {
    double first = (*(const lk_profile_row *const *)a)->seconds;
    double second = (*(const lk_profile_row *const *)b)->seconds;
    return (first < second) - (first > second);
}

// An operation, and its shapes below it; a single one beside it.
static void append_operation(const table *t, const lk_profile_row **order,
                             const lk_profile_row *sum) {
    const lk_step_profile *profile = t->profile;
    size_t count = 0;
    for (size_t i = 0; i < profile->row_count; i++)
        if (is_of(&profile->rows[i], sum) && profile->rows[i].shape[0])
            order[count++] = &profile->rows[i];
    char name[LK_PROFILE_SHAPE_BYTES + 32];
    snprintf(name, sizeof name, "%s %s", sum->name, count == 1 ? order[0]->shape : "");
    append_row(t, 2, count == 1 ? name : sum->name, sum);
    if (count < 2) return;
    qsort(order, count, sizeof(const lk_profile_row *), slower_first);
    for (size_t i = 0; i < count; i++) append_row(t, 4, order[i]->shape, order[i]);
}

// Room for what is sorted: sums of operations, and rows in two orders.
typedef struct work {
    lk_profile_row *sums;
    const lk_profile_row **sum_order, **row_order;
} work;

static void append_phase(const table *t, const work *w, lk_profile_phase phase) {
    const lk_step_profile *profile = t->profile;
    lk_profile_row all = {.phase = phase};
    size_t count = 0;
    for (size_t i = 0; i < profile->row_count; i++) {
        const lk_profile_row *row = &profile->rows[i];
        if (row->phase != phase) continue;
        add_to_sum(&all, row);
        if (!is_first(profile, i)) continue;
        w->sums[count] = (lk_profile_row){.phase = phase, .name = row->name};
        for (size_t j = i; j < profile->row_count; j++)
            if (is_of(&profile->rows[j], row)) add_to_sum(&w->sums[count], &profile->rows[j]);
        w->sum_order[count] = &w->sums[count];
        count++;
    }
    if (count == 0) return;
    qsort(w->sum_order, count, sizeof *w->sum_order, slower_first);
    append_row(t, 0, lk_profile_phase_name(phase), &all);
    for (size_t i = 0; i < count; i++) append_operation(t, w->row_order, w->sum_order[i]);
}

static void append_heading(const table *t) {
    const lk_step_profile *profile = t->profile;
    double steps = (double)profile->steps, seconds = profile->seconds / steps;
    lk_buffer_printf(t->out, "%llu steps of %llu tokens, %.2f ms each: %.0f tokens/s\n",
                     (unsigned long long)profile->steps, (unsigned long long)profile->step_tokens,
                     1e3 * seconds, (double)profile->step_tokens / seconds);
    if (t->ceilings)
        lk_buffer_printf(t->out, "ceilings: %.1f GFLOP/s multiply and add, %.1f GB/s copy memory\n",
                         t->ceilings->compute, t->ceilings->memory);
    lk_buffer_append_byte(t->out, '\n');
    append_name(t->out, 0, "a step");
    lk_buffer_append_text(t->out, "  calls         ms    share  GFLOP/s     GB/s  of ceiling\n");
}

static void append_memory(lk_buffer *out, const lk_step_profile *profile) {
    const struct {
        const char *name;
        uint64_t bytes;
    } rows[] = {{"model", profile->model_bytes},
                {"gradients", profile->gradient_bytes},
                {"optimizer", profile->optimizer_bytes},
                {"results of a step", profile->step_bytes},
                {"peak, with data and all else", profile->peak_bytes}};
    lk_buffer_append_text(out, "\nmemory\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[LK_NUMBER_BYTES];
        append_name(out, 2, rows[i].name);
        lk_buffer_printf(out, "%18s\n", lk_show_bytes(text, rows[i].bytes));
    }
}

static void append_table(const table *t, const work *w) {
    append_heading(t);
    for (int phase = 0; phase < LK_PROFILE_PHASES; phase++)
        append_phase(t, w, (lk_profile_phase)phase);
    lk_buffer_append_text(
        t->out, "\nOperations and bytes are the least that a pass can do with: more than all of a "
                "ceiling of\nmemory is what the caches hold.\n");
    append_memory(t->out, t->profile);
}

void lk_step_profile_text(lk_buffer *out, const lk_step_profile *profile,
                          const lk_ceilings *ceilings) {
    if (profile->steps == 0) {
        lk_buffer_append_text(out, "no step was measured\n");
        return;
    }
    lk_context *context = out->context;
    size_t count = profile->row_count;
    table t = {out, profile, ceilings};
    work w = {lk_alloc(context, count, sizeof *w.sums),
              lk_alloc(context, count, sizeof *w.sum_order),
              lk_alloc(context, count, sizeof *w.row_order)};
    if (w.sums && w.sum_order && w.row_order)
        append_table(&t, &w);
    else
        out->status = LK_ERROR_MEMORY;
    lk_free(context, w.sums);
    lk_free(context, w.sum_order);
    lk_free(context, w.row_order);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void add_row(lk_json_writer *writer, const table *t, const lk_profile_row *row) {
    double steps = (double)t->profile->steps;
    speeds s = speeds_of(row, t->ceilings);
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "phase", lk_profile_phase_name(row->phase));
    lk_json_add_string(writer, "name", row->name);
    lk_json_add_string(writer, "shape", row->shape);
    lk_json_add_number(writer, "calls", (double)row->calls / steps);
    lk_json_add_number(writer, "ms", 1e3 * row->seconds / steps);
    lk_json_add_number(writer, "share", row->seconds / t->profile->seconds);
    lk_json_add_number(writer, "products", row->products / steps);
    lk_json_add_number(writer, "operations", row->operations / steps);
    lk_json_add_number(writer, "bytes", row->bytes / steps);
    lk_json_add_number(writer, "gflops", s.gflops);
    lk_json_add_number(writer, "gb_per_s", s.gb_per_s);
    if (s.bound) {
        lk_json_add_string(writer, "bound", s.bound);
        lk_json_add_number(writer, "of_ceiling", s.of_ceiling);
    }
    lk_json_end(writer);
}

static void add_memory(lk_json_writer *writer, const lk_step_profile *profile) {
    lk_json_begin_object(writer, "memory");
    lk_json_add_number(writer, "model", (double)profile->model_bytes);
    lk_json_add_number(writer, "gradients", (double)profile->gradient_bytes);
    lk_json_add_number(writer, "optimizer", (double)profile->optimizer_bytes);
    lk_json_add_number(writer, "step", (double)profile->step_bytes);
    lk_json_add_number(writer, "peak", (double)profile->peak_bytes);
    lk_json_end(writer);
}

static void add_ceilings(lk_json_writer *writer, const lk_ceilings *ceilings) {
    if (!ceilings) {
        lk_json_add_null(writer, "ceilings");
        return;
    }
    lk_json_begin_object(writer, "ceilings");
    lk_json_add_number(writer, "gflops", ceilings->compute);
    lk_json_add_number(writer, "gb_per_s", ceilings->memory);
    lk_json_end(writer);
}

static void add_profile(lk_json_writer *writer, const table *t) {
    const lk_step_profile *profile = t->profile;
    double seconds = profile->seconds / (double)profile->steps;
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_integer(writer, "steps", (int64_t)profile->steps);
    lk_json_add_integer(writer, "step_tokens", (int64_t)profile->step_tokens);
    lk_json_add_number(writer, "ms_per_step", 1e3 * seconds);
    lk_json_add_number(writer, "tokens_per_s", (double)profile->step_tokens / seconds);
    add_ceilings(writer, t->ceilings);
    lk_json_begin_array(writer, "rows");
    for (size_t i = 0; i < profile->row_count; i++) add_row(writer, t, &profile->rows[i]);
    lk_json_end(writer);
    add_memory(writer, profile);
    lk_json_end(writer);
}

lk_status lk_step_profile_json(lk_context *context, lk_buffer *out, const lk_step_profile *profile,
                               const lk_ceilings *ceilings) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(context, &writer));
    add_profile(writer, &(table){out, profile, ceilings});
    lk_status status = lk_json_finish(writer, out, true);
    lk_json_writer_free(writer);
    return status;
}
