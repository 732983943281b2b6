// Ops, optimizer and a whole language model against tensors that PyTorch computed (assignment 1 of
// Stanford's CS336). Skipped unless LIKELORE_CONFORMANCE names their directory.
#include "checkpoint/safetensors.h"
#include "grad/ops.h"
#include "train/optimizer.h"
#include "train/schedule.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static lk_context *context;
static lk_tape tape;
static lk_file *file;
static lk_safetensors *fixture;
static lk_arena arena; // what a test reads

static void open_fixture(const char *name) {
    char path[1024];
    snprintf(path, sizeof path, "%s/models/%s.safetensors", getenv("LIKELORE_CONFORMANCE"), name);
    lk_safetensors_free(fixture);
    lk_file_free(file);
    fixture = NULL;
    file = NULL;
    cr_assert(lk_file_open(context, &file, path) == LK_OK, "%s", path);
    cr_assert(lk_safetensors_parse(context, &fixture, path, lk_file_bytes(file),
                                   lk_file_length(file)) == LK_OK);
}

static void begin(const char *name) {
    if (!getenv("LIKELORE_CONFORMANCE")) cr_skip_test("LIKELORE_CONFORMANCE is not set");
    cr_assert(lk_context_new(&context, NULL) == LK_OK);
    tape = lk_tape_make(context);
    tape.recording = true;
    arena = lk_arena_make(context, 0);
    open_fixture(name);
}

static void end(void) {
    lk_safetensors_free(fixture);
    lk_file_free(file);
    lk_arena_release(&arena);
    lk_tape_release(&tape);
    lk_context_free(context);
}

// ---- Tensors of a fixture -----------------------------------------------------------------------

static const lk_safetensor *find(const char *name) {
    const lk_safetensor *found = lk_safetensors_find(fixture, name);
    cr_assert(found, "%s", name);
    return found;
}

static lk_tensor *make_leaf(int rank, const size_t *shape) {
    lk_tensor *tensor = lk_arena_alloc_zero(&arena, 1, sizeof *tensor);
    *tensor = (lk_tensor){.rank = rank, .count = 1, .needs_gradient = true};
    for (int i = 0; i < rank; i++) tensor->count *= tensor->shape[i] = shape[i];
    tensor->value = lk_arena_alloc_zero(&arena, tensor->count, sizeof(float));
    tensor->gradient = lk_arena_alloc_zero(&arena, tensor->count, sizeof(float));
    return tensor;
}

static lk_tensor *load(const char *name) {
    const lk_safetensor *stored = find(name);
    lk_tensor *tensor = make_leaf(stored->rank, stored->shape);
    cr_assert(lk_safetensor_to_floats(tensor->value, stored));
    return tensor;
}

// Writes a matrix stored (out, in) into columns first … of one that is (in, out).
static void place_transposed(lk_tensor *to, size_t first, const lk_tensor *from) {
    for (size_t o = 0; o < from->shape[0]; o++)
        for (size_t i = 0; i < from->shape[1]; i++)
            to->value[i * to->shape[1] + first + o] = from->value[o * from->shape[1] + i];
}

static lk_tensor *load_linear(const char *name) {
    const lk_tensor *stored = load(name);
    lk_tensor *tensor = make_leaf(2, (size_t[]){stored->shape[1], stored->shape[0]});
    place_transposed(tensor, 0, stored);
    return tensor;
}

static lk_tensor *load_qkv(const char *const names[3]) {
    const lk_tensor *first = load(names[0]);
    size_t channels = first->shape[0];
    lk_tensor *tensor = make_leaf(2, (size_t[]){channels, 3 * channels});
    for (size_t i = 0; i < 3; i++) place_transposed(tensor, i * channels, load(names[i]));
    return tensor;
}

static size_t load_integers(int64_t *out, size_t most, const char *name) {
    const lk_safetensor *stored = find(name);
    cr_assert(stored->type == LK_DTYPE_I64 && stored->length <= most * sizeof *out);
    memcpy(out, stored->bytes, stored->length);
    return stored->length / sizeof *out;
}

static void compare(const float *got, const char *name, double rtol, double atol) {
    const lk_tensor *expected = load(name);
    for (size_t i = 0; i < expected->count; i++) {
        double e = (double)expected->value[i], difference = fabs((double)got[i] - e);
        cr_assert(difference <= atol + rtol * fabs(e), "%s[%zu]: %.9g, expected %.9g", name, i,
                  (double)got[i], e);
    }
}

// ---- Functions and norms ------------------------------------------------------------------------

Test(lm_conformance, gelu_and_silu) {
    begin("gelu_silu");
    lk_tensor *x = load("x");
    compare(lk_apply_unary(&tape, x, LK_UNARY_GELU)->value, "expected_gelu", 0, 1e-6);
    compare(lk_apply_unary(&tape, x, LK_UNARY_SILU)->value, "expected_silu", 0, 1e-6);
    end();
}

Test(lm_conformance, softmax) {
    begin("softmax");
    lk_tensor *x = load("x"), *y = load("x");
    for (size_t shift = 0; shift <= 100; shift += 100) {
        for (size_t i = 0; i < x->count; i++) y->value[i] = x->value[i] + (float)shift;
        for (size_t i = 0; i < x->count; i += x->shape[1])
            lk_context_kernels(context)->softmax(y->value + i, y->value + i, x->shape[1]);
        compare(y->value, "expected", 0, 1e-6 + 1e-7 * (double)shift);
    }
    end();
}

Test(lm_conformance, rmsnorm) {
    begin("a24_rmsnorm");
    compare(lk_rmsnorm(&tape, load("in_features"), load("weight"), 1e-5)->value, "expected", 0,
            1e-6);
    open_fixture("a25_rmsnorm");
    compare(lk_rmsnorm(&tape, load("in_features"), load("weight_recovered"), 1e-5)->value,
            "expected", 0, 1e-6);
    end();
}

// ---- Parts of a transformer ---------------------------------------------------------------------

static lk_tensor *feed_forward(lk_tensor *x, lk_tensor *w1, lk_tensor *w2) {
    return lk_linear(&tape, lk_linear_activated(&tape, x, w1, NULL, LK_UNARY_GELU), w2, NULL);
}

Test(lm_conformance, feed_forward) {
    begin("a24_ffn_gelu");
    const lk_tensor *y =
        feed_forward(load("in_features"), load_linear("w1.weight"), load_linear("w2.weight"));
    compare(y->value, "expected", 0, 1e-6);
    end();
}

static lk_tensor *attend(lk_tensor *x, lk_tensor *qkv, lk_tensor *projection) {
    lk_tensor *heads = lk_attention(&tape, lk_linear(&tape, x, qkv, NULL), 2, 0);
    return lk_linear(&tape, heads, projection, NULL);
}

Test(lm_conformance, attention) {
    begin("a24_mha");
    lk_tensor *qkv = load_qkv((const char *[]){"q", "k", "v"});
    const lk_tensor *y = attend(load("in_features"), qkv, load_linear("output_proj"));
    compare(y->value, "expected", 0, 1e-6);
    end();
}

enum { LAYERS = 2, NAMES = 8, MOST_NAME = 96 };

static const char *const layer_names[NAMES] = {
    "attn.q_proj.weight", "attn.k_proj.weight", "attn.v_proj.weight", "attn.output_proj.weight",
    "ln1.weight",         "ln2.weight",         "ffn.w1.weight",      "ffn.w2.weight"};

typedef struct layer {
    char names[NAMES][MOST_NAME];
    lk_tensor *qkv, *projection, *norm1, *norm2, *w1, *w2;
} layer;

static layer load_layer(const char *prefix) {
    layer l;
    const char *names[NAMES];
    for (int i = 0; i < NAMES; i++) {
        snprintf(l.names[i], MOST_NAME, "%s%s", prefix, layer_names[i]);
        names[i] = l.names[i];
    }
    l.qkv = load_qkv(names);
    l.projection = load_linear(names[3]);
    l.norm1 = load(names[4]);
    l.norm2 = load(names[5]);
    l.w1 = load_linear(names[6]);
    l.w2 = load_linear(names[7]);
    return l;
}

static lk_tensor *run_layer(const layer *l, lk_tensor *x) {
    lk_tensor *normal = lk_rmsnorm(&tape, x, l->norm1, 1e-5);
    x = lk_add(&tape, x, attend(normal, l->qkv, l->projection));
    normal = lk_rmsnorm(&tape, x, l->norm2, 1e-5);
    return lk_add(&tape, x, feed_forward(normal, l->w1, l->w2));
}

Test(lm_conformance, block) {
    begin("a24_block");
    layer l = load_layer("");
    compare(run_layer(&l, load("in_features"))->value, "expected", 0, 2e-6);
    end();
}

// ---- A whole model, with gradients --------------------------------------------------------------

enum { TOKENS = 512, LENGTH = 64 };

typedef struct language_model {
    lk_tensor *tokens, *positions, *norm, *head;
    layer layers[LAYERS];
    uint32_t ids[TOKENS], places[LENGTH];
} language_model;

static lk_tensor *run_model(language_model *m) {
    size_t shape[2] = {TOKENS / LENGTH, LENGTH}, length = LENGTH;
    lk_tensor *x = lk_embedding(&tape, m->tokens, m->ids, 2, shape);
    x = lk_add(&tape, x, lk_embedding(&tape, m->positions, m->places, 1, &length));
    for (int i = 0; i < LAYERS; i++) x = run_layer(&m->layers[i], x);
    return lk_rmsnorm(&tape, x, m->norm, 1e-5);
}

static void load_model(language_model *m) {
    int64_t integers[TOKENS];
    m->tokens = load("token_embeddings.weight");
    m->positions = load("position_embeddings.weight");
    m->layers[0] = load_layer("layers.0.");
    m->layers[1] = load_layer("layers.1.");
    m->norm = load("ln_final.weight");
    m->head = load("lm_head.weight");
    cr_assert(load_integers(integers, TOKENS, "in_indices") == TOKENS);
    for (size_t i = 0; i < TOKENS; i++) m->ids[i] = (uint32_t)integers[i];
    for (uint32_t t = 0; t < LENGTH; t++) m->places[t] = t;
}

static void compare_gradient(const float *gradient, const char *name) {
    char full[MOST_NAME + 8];
    snprintf(full, sizeof full, "grad.%s", name);
    compare(gradient, full, 1e-4, 2e-6);
}

// The gradient of columns first … of a matrix (in, out), given back as (out, in).
static void compare_columns(const lk_tensor *tensor, size_t first, size_t width, const char *name) {
    float *gradient = lk_arena_alloc(&arena, tensor->shape[0] * width, sizeof *gradient);
    for (size_t i = 0; i < tensor->shape[0]; i++)
        for (size_t o = 0; o < width; o++)
            gradient[o * tensor->shape[0] + i] = tensor->gradient[i * tensor->shape[1] + first + o];
    compare_gradient(gradient, name);
}

static void compare_layer_gradients(const layer *l) {
    size_t channels = l->qkv->shape[0];
    for (size_t i = 0; i < 3; i++) compare_columns(l->qkv, i * channels, channels, l->names[i]);
    compare_columns(l->projection, 0, l->projection->shape[1], l->names[3]);
    compare_gradient(l->norm1->gradient, l->names[4]);
    compare_gradient(l->norm2->gradient, l->names[5]);
    compare_columns(l->w1, 0, l->w1->shape[1], l->names[6]);
    compare_columns(l->w2, 0, l->w2->shape[1], l->names[7]);
}

Test(lm_conformance, a_language_model_with_the_gradients_of_all_its_weights) {
    begin("a24_transformer_lm");
    static language_model m;
    load_model(&m);
    const lk_tensor *logits = lk_head_logits(&tape, run_model(&m), m.head, NULL);
    compare(logits->value, "expected_logits", 0, 1e-4);
    lk_tape_reset(&tape);
    open_fixture("a24_transformer_lm_grads");
    int64_t integers[TOKENS];
    int32_t targets[TOKENS];
    cr_assert(load_integers(integers, TOKENS, "targets") == TOKENS);
    for (size_t i = 0; i < TOKENS; i++) targets[i] = (int32_t)integers[i];
    lk_tensor *loss = lk_cross_entropy(&tape, run_model(&m), m.head, NULL, targets);
    compare(loss->value, "expected_loss", 1e-6, 1e-6);
    cr_assert(lk_tape_backward(&tape, loss, 1) == LK_OK);
    compare_gradient(m.tokens->gradient, "token_embeddings.weight");
    compare_gradient(m.positions->gradient, "position_embeddings.weight");
    compare_gradient(m.norm->gradient, "ln_final.weight");
    compare_gradient(m.head->gradient, "lm_head.weight");
    for (int i = 0; i < LAYERS; i++) compare_layer_gradients(&m.layers[i]);
    end();
}

// ---- Loss, optimizer, schedule ------------------------------------------------------------------

// The loss takes a head; the identity leaves the logits as they are.
static float loss_of_logits(lk_tensor *logits, const int32_t *targets) {
    size_t count = logits->shape[1];
    lk_tensor *identity = make_leaf(2, (size_t[]){count, count});
    for (size_t i = 0; i < count; i++) identity->value[i * count + i] = 1;
    return *lk_cross_entropy(&tape, logits, identity, NULL, targets)->value;
}

Test(lm_conformance, cross_entropy) {
    begin("cross_entropy");
    lk_tensor *logits = load("logits");
    int64_t integers[8];
    int32_t targets[8];
    cr_assert(load_integers(integers, 8, "targets") == 8);
    for (int i = 0; i < 8; i++) targets[i] = (int32_t)integers[i];
    float loss = loss_of_logits(logits, targets);
    compare(&loss, "expected", 0, 1e-4);
    for (size_t i = 0; i < logits->count; i++) logits->value[i] *= 1000;
    loss = loss_of_logits(logits, targets);
    compare(&loss, "expected_x1000", 0, 1e-4);
    end();
}

Test(lm_conformance, clipping_by_the_global_norm) {
    begin("grad_clip");
    lk_tensor *all = load("grads"); // five tensors of (5, 5), one after another
    lk_parameter parameters[5] = {0};
    for (size_t i = 0; i < 5; i++)
        parameters[i].tensor = (lk_tensor){.count = 25, .gradient = all->value + 25 * i};
    lk_model model = {.context = context, .parameters = parameters, .parameter_count = 5};
    double norm = lk_gradient_norm(&model, lk_context_kernels(context));
    float rounded = (float)norm;
    compare(&rounded, "total_norm", 1e-6, 0);
    double scale = lk_clip_scale(norm, 1e-2);
    for (size_t i = 0; i < all->count; i++) all->value[i] *= (float)scale;
    compare(all->value, "expected", 0, 1e-6);
    end();
}

Test(lm_conformance, a_thousand_steps_of_adamw) {
    begin("adamw_1000steps");
    lk_tensor *inputs = load("x");
    lk_parameter parameter = {.name = "w", .tensor = *load_linear("w0")};
    lk_tensor *w = &parameter.tensor;
    lk_model model = {.context = context,
                      .parameters = &parameter,
                      .parameter_count = 1,
                      .block_count = w->count};
    lk_adamw adamw = {.9, .999, 1e-8, .01, false};
    lk_optimizer optimizer;
    cr_assert(lk_optimizer_make(&optimizer, &model, &adamw) == LK_OK);
    for (size_t t = 0; t < 1000; t++) {
        float *x = inputs->value + 3 * t, y[2] = {-(x[0] + x[1]), x[2]};
        lk_tape_reset(&tape);
        lk_tensor *input = lk_tape_constant(&tape, 2, (size_t[]){1, 3}, x);
        lk_tensor *wrong = lk_tape_constant(&tape, 2, (size_t[]){1, 2}, y);
        lk_tensor *error = lk_add(&tape, lk_linear(&tape, input, w, NULL), wrong);
        w->gradient_set = false;
        lk_tensor *loss = lk_sum(&tape, lk_multiply(&tape, error, error));
        cr_assert(lk_tape_backward(&tape, loss, 1) == LK_OK);
        lk_optimizer_step(&optimizer, &model, lk_context_kernels(context), 1e-3, 1);
    }
    float final[6];
    for (size_t o = 0; o < 2; o++)
        for (size_t i = 0; i < 3; i++) final[o * 3 + i] = w->value[i * 2 + o];
    compare(final, "expected_torch", 0, 1e-6);
    lk_optimizer_release(&optimizer);
    end();
}

// The fixture's warm-up is another one (it/T_w); the cosine and what follows are the same.
Test(lm_conformance, the_cosine_of_the_schedule) {
    begin("lr_cosine");
    const lk_safetensor *stored = find("expected");
    double expected[25];
    cr_assert(stored->type == LK_DTYPE_F64 && stored->length == sizeof expected);
    memcpy(expected, stored->bytes, sizeof expected);
    lk_schedule schedule = {true, 1, .1, 7, 21};
    for (uint64_t it = 7; it < 25; it++)
        cr_assert(fabs(lk_schedule_rate(&schedule, it) - expected[it]) < 1e-7 * expected[it]);
    end();
}
