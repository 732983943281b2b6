// `likelore bench`: what this machine can do, and how near the kernels of matrix products come to
// it.
#include "command.h"
#include "kernels_remark.h"
#include "terminal.h"

#include "likelore/bench.h"
#include "likelore/json.h"

#include <stdio.h>
#include <string.h>

static const lk_product_shape shapes[] = {
    {1024, 1024, 1024}, // as others measure
    {3072, 384, 1536},  // of a small transformer: a layer up, …
    {3072, 1536, 384},  // … down, …
    {256, 64, 256},     // … the scores of a head, …
    {1, 384, 1536},     // … and a layer up for one token
};
enum { SHAPES = sizeof shapes / sizeof shapes[0], MOST_COLUMNS = 2, KERNELS_BYTES = 64 };

// What was measured with so many threads.
typedef struct column {
    int threads;
    double compute;
    double memory[LK_TRAFFIC_COUNT];
    double products[LK_BACKEND_COUNT][SHAPES];
} column;

typedef struct bench {
    invocation *call;
    double seconds; // of a measurement
    column columns[MOST_COLUMNS];
    size_t column_count;
    char kernels[LK_BACKEND_COUNT][KERNELS_BYTES]; // "": not measured
    lk_buffer remark;
    progress_line line;
} bench;

// ---- Measuring ----------------------------------------------------------------------------------

static void show_progress(bench *b, int threads, const char *what) {
    char text[128];
    snprintf(text, sizeof text, "measuring, %d thread%s: %s", threads, threads == 1 ? "" : "s",
             what);
    if (progress_is_due(&b->line)) progress_show(&b->line, text);
}

static lk_status measure_machine(bench *b, column *c, lk_context *context) {
    show_progress(b, c->threads, "multiplications and additions");
    c->compute = lk_bench_multiply_add(context, terminal_seconds, b->seconds);
    for (int i = 0; i < LK_TRAFFIC_COUNT; i++) {
        show_progress(b, c->threads, "memory");
        LK_TRY(
            lk_bench_memory(context, &c->memory[i], (lk_traffic)i, terminal_seconds, b->seconds));
    }
    return LK_OK;
}

// Kernels that are the same under another name are measured once.
static bool is_known(const bench *b, lk_backend backend, const char *kernels) {
    for (int i = 0; i < (int)backend; i++)
        if (strcmp(b->kernels[i], kernels) == 0) return true;
    return false;
}

static lk_status measure_backend(bench *b, column *c, lk_context *context, lk_backend backend) {
    lk_status status = lk_context_use_backend(context, backend);
    bool asked_for = option_value(b->call->arguments, "backend", NULL);
    if (status == LK_ERROR_UNSUPPORTED && !asked_for) return LK_OK;
    if (status != LK_OK) return status;
    const char *kernels = lk_context_kernels_name(context);
    if (is_known(b, backend, kernels)) return LK_OK;
    snprintf(b->kernels[backend], KERNELS_BYTES, "%s", kernels);
    if (b->remark.length == 0) lk_context_kernels_remark(&b->remark, context);
    for (size_t i = 0; i < SHAPES; i++) {
        show_progress(b, c->threads, kernels);
        LK_TRY(lk_bench_product(context, &c->products[backend][i], shapes[i], terminal_seconds,
                                b->seconds));
    }
    return LK_OK;
}

static bool is_asked_for(const bench *b, lk_backend backend) {
    const char *name = option_value(b->call->arguments, "backend", NULL);
    return !name || strcmp(name, lk_backend_name(backend)) == 0;
}

static lk_status measure_column(bench *b, column *c, lk_context *context) {
    LK_TRY(measure_machine(b, c, context));
    for (int i = 0; i < LK_BACKEND_COUNT; i++)
        if (is_asked_for(b, (lk_backend)i)) LK_TRY(measure_backend(b, c, context, (lk_backend)i));
    return LK_OK;
}

// In a context of its own, of which `call` then has the failure.
static lk_status measure_threads(bench *b, int threads) {
    column *c = &b->columns[b->column_count++];
    c->threads = threads;
    lk_context *context;
    LK_TRY(lk_context_new(&context, &(lk_options){.threads = threads}));
    lk_status status = measure_column(b, c, context);
    if (status != LK_OK)
        snprintf(b->call->message, sizeof b->call->message, "%s",
                 lk_context_error(context).message);
    lk_context_free(context);
    return status;
}

static lk_status measure(bench *b) {
    int threads = lk_context_threads(b->call->context);
    b->line = progress_begin(stderr, has_flag(b->call->arguments, "quiet"));
    lk_status status = measure_threads(b, 1);
    if (status == LK_OK && threads > 1) status = measure_threads(b, threads);
    progress_clear(&b->line);
    return status;
}

// ---- Text ---------------------------------------------------------------------------------------

enum { NAME_WIDTH = 26 };

static void append_machine_row(lk_buffer *out, const bench *b, const char *name,
                               size_t place_in_column) {
    lk_buffer_printf(out, "%-*s", NAME_WIDTH, name);
    for (size_t i = 0; i < b->column_count; i++) {
        double speed;
        memcpy(&speed, (const char *)&b->columns[i] + place_in_column, sizeof speed);
        lk_buffer_printf(out, "%9.1f%*s", speed, i + 1 < b->column_count ? 9 : 0, "");
    }
    lk_buffer_append_byte(out, '\n');
}

static void append_machine(lk_buffer *out, const bench *b) {
    lk_buffer_printf(out, "%-*s", NAME_WIDTH, lk_bench_vectors());
    for (size_t i = 0; i < b->column_count; i++) {
        bool more = i + 1 < b->column_count;
        lk_buffer_printf(out, more ? "%9d %-8s" : "%9d %s", b->columns[i].threads,
                         b->columns[i].threads == 1 ? "thread" : "threads");
    }
    lk_buffer_append_byte(out, '\n');
    append_machine_row(out, b, "multiply and add, GFLOP/s", offsetof(column, compute));
    static const char *const names[] = {"read memory, GB/s", "write memory, GB/s",
                                        "copy memory, GB/s"};
    for (size_t i = 0; i < LK_TRAFFIC_COUNT; i++)
        append_machine_row(out, b, names[i], offsetof(column, memory) + i * sizeof(double));
}

static void append_product(lk_buffer *out, const bench *b, int backend, size_t shape) {
    char name[64];
    lk_product_shape s = shapes[shape];
    int length = snprintf(name, sizeof name, "%zu×%zu×%zu", s.m, s.k, s.n);
    const int more_bytes = 2; // than characters: of each ×, one
    lk_buffer_printf(out, "  %s%*s", name, NAME_WIDTH - 2 - length + more_bytes, "");
    for (size_t i = 0; i < b->column_count; i++) {
        double speed = b->columns[i].products[backend][shape];
        lk_buffer_printf(out, "%9.1f%5.0f %%", speed, 100 * speed / b->columns[i].compute);
        if (i + 1 < b->column_count) lk_buffer_append_text(out, "  ");
    }
    lk_buffer_append_byte(out, '\n');
}

static const char *what_for(int backend) {
    static const char *const texts[] = {[LK_BACKEND_FAST] = ", which are used",
                                        [LK_BACKEND_OPENBLAS] = "",
                                        [LK_BACKEND_REFERENCE] = ", used with --deterministic"};
    return texts[backend];
}

static void append_text(lk_buffer *out, const bench *b) {
    append_machine(out, b);
    for (int backend = 0; backend < LK_BACKEND_COUNT; backend++) {
        if (!b->kernels[backend][0]) continue;
        lk_buffer_printf(out,
                         "\nproducts of m×k by k×n, in GFLOP/s and %% of multiply and add\n"
                         "with the kernels %s%s:\n",
                         b->kernels[backend], what_for(backend));
        for (size_t i = 0; i < SHAPES; i++) append_product(out, b, backend, i);
    }
}

// ---- JSON ---------------------------------------------------------------------------------------

static void add_products(lk_json_writer *writer, const bench *b, const column *c) {
    lk_json_begin_array(writer, "products");
    for (int backend = 0; backend < LK_BACKEND_COUNT; backend++) {
        if (!b->kernels[backend][0]) continue;
        for (size_t i = 0; i < SHAPES; i++) {
            double speed = c->products[backend][i];
            lk_json_begin_object(writer, NULL);
            lk_json_add_string(writer, "backend", lk_backend_name((lk_backend)backend));
            lk_json_add_string(writer, "kernels", b->kernels[backend]);
            lk_json_add_integer(writer, "m", (int64_t)shapes[i].m);
            lk_json_add_integer(writer, "k", (int64_t)shapes[i].k);
            lk_json_add_integer(writer, "n", (int64_t)shapes[i].n);
            lk_json_add_number(writer, "gflops", speed);
            lk_json_add_number(writer, "share", speed / c->compute);
            lk_json_end(writer);
        }
    }
    lk_json_end(writer);
}

static void add_column(lk_json_writer *writer, const bench *b, const column *c) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "threads", c->threads);
    lk_json_add_number(writer, "multiply_add_gflops", c->compute);
    lk_json_add_number(writer, "read_gb_per_s", c->memory[LK_TRAFFIC_READ]);
    lk_json_add_number(writer, "write_gb_per_s", c->memory[LK_TRAFFIC_WRITE]);
    lk_json_add_number(writer, "copy_gb_per_s", c->memory[LK_TRAFFIC_COPY]);
    add_products(writer, b, c);
    lk_json_end(writer);
}

static lk_status append_json(lk_buffer *out, const bench *b) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "vectors", lk_bench_vectors());
    if (b->remark.length)
        lk_json_add_string(writer, "remark", lk_buffer_text(&b->remark));
    else
        lk_json_add_null(writer, "remark");
    lk_json_begin_array(writer, "measured");
    for (size_t i = 0; i < b->column_count; i++) add_column(writer, b, &b->columns[i]);
    lk_json_end(writer);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, true);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

// ---- The command --------------------------------------------------------------------------------

static lk_status show(const bench *b) {
    lk_buffer out = lk_buffer_make(b->call->context);
    lk_status status = LK_OK;
    print_remark(b->call, &b->remark);
    if (has_flag(b->call->arguments, "json"))
        status = append_json(&out, b);
    else
        append_text(&out, b);
    if (status == LK_OK) status = emit(b->call, &out);
    lk_buffer_free(&out);
    return status;
}

static lk_status check_backend(invocation *call) {
    const char *name = option_value(call->arguments, "backend", NULL);
    const char *names[LK_BACKEND_COUNT];
    for (int i = 0; i < LK_BACKEND_COUNT; i++) {
        names[i] = lk_backend_name((lk_backend)i);
        if (!name || strcmp(name, names[i]) == 0) return LK_OK;
    }
    const char *near = lk_suggest(name, names, LK_BACKEND_COUNT);
    return usage_error(call, "--backend takes fast, openblas or reference, not '%s'%s%s%s", name,
                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static lk_status run(invocation *call) {
    LK_TRY(check_backend(call));
    bench b = {.call = call,
               .seconds = has_flag(call->arguments, "quick") ? .02 : .3,
               .remark = lk_buffer_make(call->context)};
    lk_status status = measure(&b);
    if (status == LK_OK) status = show(&b);
    lk_buffer_free(&b.remark);
    return status;
}

static const option options[] = {
    {"quick", 0, NULL, "measure for a second in all, less exactly"},
    {"backend", 0, "NAME", "multiply with these kernels alone: fast, openblas or reference"},
    {0},
};

static const command bench_command = {
    .verb = "bench",
    .operands = "",
    .summary = "measure this machine, and the kernels that training runs on",
    .details =
        "Tells how many multiplications and additions the processor does in a second, how fast it "
        "reads, writes and copies memory that no cache holds, and how near the products of "
        "matrices come to that: with one thread, and with all or with --threads. Each measurement "
        "keeps the fastest of many repetitions. It takes some ten seconds.\n\n"
        "  likelore bench\n"
        "  likelore bench --quick --backend reference --json\n",
    .options = options,
    .run = run,
};

static const command *const commands[] = {&bench_command, NULL};

const command_group bench_commands = {"bench", commands};
