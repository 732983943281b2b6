// Ops, optimizer and a whole language model against tensors that PyTorch computed (assignment 1 of
// Stanford's CS336). Skipped unless LIKELORE_CONFORMANCE names their directory.
#include "checkpoint/checkpoint.h"
#include "grad/ops.h"
#include "gradient_norm.h"
#include "models/model.h"
#include "train/optimizer.h"
#include "train/schedule.h"

#include "test_directory.h"

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
    fixture = NULL;
    file = NULL;
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
    lk_dtype_to_floats(tensor->value, stored->type, stored->bytes, tensor->count);
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
            lk_context_kernels(context)->softmax(y->value + i, NULL, y->value + i, x->shape[1]);
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
    lk_attention_options options = {.heads = 2, .kv_heads = 2, .causal = true};
    lk_tensor *heads = lk_self_attention(&tape, lk_linear(&tape, x, qkv, NULL), &options);
    return lk_linear(&tape, heads, projection, NULL);
}

Test(lm_conformance, attention) {
    begin("a24_mha");
    lk_tensor *qkv = load_qkv((const char *[]){"q", "k", "v"});
    const lk_tensor *y = attend(load("in_features"), qkv, load_linear("output_proj"));
    compare(y->value, "expected", 0, 1e-6);
    end();
}

// All leading dimensions become one.
static lk_tensor *load_sequences(const char *name) {
    lk_tensor *tensor = load(name);
    int last = tensor->rank - 1;
    size_t length = tensor->shape[last - 1], width = tensor->shape[last];
    tensor->rank = 3;
    tensor->shape[0] = tensor->count / (length * width);
    tensor->shape[1] = length;
    tensor->shape[2] = width;
    return tensor;
}

// Scaled dot-product attention with a mask, of which some fixtures have one for each sequence, and
// whose true means in some "look" and in others "do not look".
static void check_masked_attention(const char *fixture_name, bool true_looks) {
    begin(fixture_name);
    lk_tensor *q = load_sequences("Q"), *k = load_sequences("K"), *v = load_sequences("V");
    const lk_safetensor *stored = find("mask");
    uint8_t *mask = lk_arena_alloc(&arena, stored->length, 1);
    for (size_t i = 0; i < stored->length; i++) mask[i] = (stored->bytes[i] != 0) == true_looks;
    size_t one = q->shape[1] * k->shape[1];
    lk_attention_options options = {
        .heads = 1, .kv_heads = 1, .mask = mask, .mask_stride = stored->length == one ? 0 : one};
    compare(lk_cross_attention(&tape, q, k, v, &options)->value, "expected", 0, 1e-6);
    end();
}

Test(lm_conformance, attention_with_masks) {
    check_masked_attention("a24_sdpa", false);
    check_masked_attention("a25_sdpa", true);
    check_masked_attention("a25_sdpa_4d", true);
}

Test(lm_conformance, rotary_positions) {
    enum { POSITIONS = 16, WIDTH = 64 };
    begin("a25_rope");
    int64_t integers[POSITIONS];
    uint32_t positions[POSITIONS];
    float cosines[POSITIONS * WIDTH / 2], sines[POSITIONS * WIDTH / 2];
    size_t count = load_integers(integers, POSITIONS, "pos");
    for (size_t i = 0; i < count; i++) positions[i] = (uint32_t)integers[i];
    lk_rotation_tables(cosines, sines, POSITIONS, WIDTH, 10000);
    lk_rotation rotation = {cosines, sines, positions, 1, WIDTH};
    compare(lk_rope(&tape, load("x"), &rotation)->value, "expected", 0, 1e-6);
    end();
}

Test(lm_conformance, block) {
    begin("a24_block");
    lk_tensor *x = load("in_features");
    lk_tensor *qkv = load_qkv(
        (const char *[]){"attn.q_proj.weight", "attn.k_proj.weight", "attn.v_proj.weight"});
    lk_tensor *normal = lk_rmsnorm(&tape, x, load("ln1.weight"), 1e-5);
    x = lk_add(&tape, x, attend(normal, qkv, load_linear("attn.output_proj.weight")));
    normal = lk_rmsnorm(&tape, x, load("ln2.weight"), 1e-5);
    x = lk_add(&tape, x,
               feed_forward(normal, load_linear("ffn.w1.weight"), load_linear("ffn.w2.weight")));
    compare(x->value, "expected", 0, 1e-6);
    end();
}

// ---- A whole model, with gradients --------------------------------------------------------------

enum { TOKENS = 512, LENGTH = 64, MOST_NAME = 96, CHANNELS = 128 };

// Where a tensor of the fixture lies in a model: columns first … of a matrix (in, out) for those
// that are stored (out, in); `columns` 0 for those stored as they are.
typedef struct place {
    char name[MOST_NAME];
    lk_tensor *tensor;
    size_t first, columns;
} place;

typedef struct fixture_model {
    lk_model *model;
    place places[32];
    size_t count;
} fixture_model;

static void add_place(fixture_model *m, size_t layer, const char *name, const char *ours,
                      size_t first, size_t columns) {
    place *p = &m->places[m->count++];
    bool in_layer = strncmp(ours, "transformer.h", 13) == 0;
    char full[MOST_NAME];
    snprintf(p->name, MOST_NAME, in_layer ? "layers.%zu.%s" : "%.0zu%s", in_layer ? layer : 0,
             name);
    snprintf(full, sizeof full, in_layer ? "transformer.h.%zu.%s" : "%.0zu%s", in_layer ? layer : 0,
             in_layer ? ours + 14 : ours);
    lk_parameter *parameter = lk_model_find(m->model, full);
    cr_assert(parameter, "%s", full);
    p->tensor = &parameter->tensor;
    p->first = first;
    p->columns = columns;
}

static void add_layer_places(fixture_model *m, size_t layer) {
    const char *names[] = {"attn.q_proj.weight", "attn.k_proj.weight", "attn.v_proj.weight"};
    for (size_t i = 0; i < 3; i++)
        add_place(m, layer, names[i], "transformer.h.attn.c_attn.weight", i * CHANNELS, CHANNELS);
    add_place(m, layer, "attn.output_proj.weight", "transformer.h.attn.c_proj.weight", 0, CHANNELS);
    add_place(m, layer, "ln1.weight", "transformer.h.ln_1.weight", 0, 0);
    add_place(m, layer, "ln2.weight", "transformer.h.ln_2.weight", 0, 0);
    add_place(m, layer, "ffn.w1.weight", "transformer.h.mlp.c_fc.weight", 0, 4 * CHANNELS);
    add_place(m, layer, "ffn.w2.weight", "transformer.h.mlp.c_proj.weight", 0, CHANNELS);
}

static void load_model(fixture_model *m) {
    lk_model_config config = {.vocab_size = 100,
                              .block_size = LENGTH,
                              .n_layer = 2,
                              .n_head = 2,
                              .n_embd = CHANNELS,
                              .activation = LK_ACTIVATION_GELU,
                              .norm = LK_NORM_RMS,
                              .norm_epsilon = 1e-5f};
    cr_assert(lk_model_new_empty(context, &m->model, &config) == LK_OK);
    cr_assert(lk_model_need_gradients(m->model) == LK_OK);
    add_place(m, 0, "token_embeddings.weight", "transformer.wte.weight", 0, 0);
    add_place(m, 0, "position_embeddings.weight", "transformer.wpe.weight", 0, 0);
    add_place(m, 0, "ln_final.weight", "transformer.ln_f.weight", 0, 0);
    add_place(m, 0, "lm_head.weight", "lm_head.weight", 0, 0);
    for (size_t i = 0; i < config.n_layer; i++) add_layer_places(m, i);
    for (size_t i = 0; i < m->count; i++) {
        const place *p = &m->places[i];
        if (p->columns)
            place_transposed(p->tensor, p->first, load(p->name));
        else
            memcpy(p->tensor->value, load(p->name)->value, p->tensor->count * sizeof(float));
    }
}

static void compare_gradient(const place *p) {
    char full[MOST_NAME + 8];
    snprintf(full, sizeof full, "grad.%s", p->name);
    size_t inputs = p->tensor->shape[0];
    float *gradient = p->tensor->gradient;
    if (p->columns) { // given back as (out, in)
        gradient = lk_arena_alloc(&arena, inputs * p->columns, sizeof *gradient);
        for (size_t i = 0; i < inputs; i++)
            for (size_t o = 0; o < p->columns; o++)
                gradient[o * inputs + i] =
                    p->tensor->gradient[i * p->tensor->shape[1] + p->first + o];
    }
    compare(gradient, full, 1e-4, 1e-6);
}

static void load_ids(uint32_t *ids, size_t count) {
    int64_t integers[TOKENS];
    cr_assert(load_integers(integers, TOKENS, "in_indices") == count);
    for (size_t i = 0; i < count; i++) ids[i] = (uint32_t)integers[i];
}

Test(lm_conformance, a_language_model_with_the_gradients_of_all_its_weights) {
    begin("a24_transformer_lm");
    fixture_model m = {0};
    uint32_t ids[TOKENS];
    int64_t integers[TOKENS];
    int32_t targets[TOKENS];
    load_model(&m);
    load_ids(ids, TOKENS);
    lk_batch batch = {TOKENS / LENGTH, LENGTH, ids, targets};
    compare(lk_transformer_logits(&tape, m.model, &batch)->value, "expected_logits", 0, 1e-4);
    lk_tape_reset(&tape);
    open_fixture("a24_transformer_lm_grads");
    cr_assert(load_integers(integers, TOKENS, "targets") == TOKENS);
    for (size_t i = 0; i < TOKENS; i++) targets[i] = (int32_t)integers[i];
    lk_tensor *loss = lk_transformer_loss(&tape, m.model, &batch);
    compare(loss->value, "expected_loss", 1e-6, 1e-6);
    cr_assert(lk_tape_backward(&tape, loss, 1) == LK_OK);
    for (size_t i = 0; i < m.count; i++) compare_gradient(&m.places[i]);
    lk_model_free(m.model);
    end();
}

static lk_status append(void *out, const void *bytes, size_t length) {
    lk_buffer_append(out, bytes, length);
    return lk_buffer_status(out);
}

// The weights of the fixture by themselves, under their names there.
static lk_buffer weights_file(void) {
    lk_stored_tensor weights[64];
    size_t count = 0;
    for (size_t i = 0; i < lk_safetensors_count(fixture); i++) {
        const char *name = lk_safetensors_at(fixture, i)->name;
        if (!strstr(name, ".weight")) continue;
        const lk_tensor *tensor = load(name);
        weights[count++] = (lk_stored_tensor){.name = name,
                                              .rank = tensor->rank,
                                              .shape = {tensor->shape[0], tensor->shape[1]},
                                              .data = tensor->value};
    }
    lk_buffer written = lk_buffer_make(context);
    lk_stored_tensors_sort(weights, count);
    cr_assert(lk_safetensors_send(context, weights, count, NULL, append, &written) == LK_OK);
    return written;
}

Test(lm_conformance, a_language_model_under_its_own_names) {
    begin("a24_transformer_lm");
    lk_buffer weights = weights_file();
    static const char config[] = "{\"model_type\": \"cs336\", \"num_heads\": 2}";
    static const char tokenizer[] = "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}}}";
    const lk_memory_file files[] = {
        {"model.safetensors", (const uint8_t *)weights.data, weights.length},
        {"config.json", (const uint8_t *)config, sizeof config - 1},
        {"tokenizer.json", (const uint8_t *)tokenizer, sizeof tokenizer - 1}};
    lk_checkpoint *checkpoint;
    cr_assert(lk_checkpoint_load_files(context, &checkpoint, files, 3) == LK_OK, "%s",
              lk_context_error(context).message);
    uint32_t ids[TOKENS];
    load_ids(ids, TOKENS);
    lk_batch batch = {TOKENS / LENGTH, LENGTH, ids, NULL};
    compare(lk_transformer_logits(&tape, lk_checkpoint_model(checkpoint), &batch)->value,
            "expected_logits", 0, 1e-4);
    lk_checkpoint_free(checkpoint);
    lk_buffer_free(&weights);
    end();
}

Test(lm_conformance, a_language_model_on_less_than_its_context) {
    enum { SHORT = 60 };
    begin("a24_transformer_lm");
    fixture_model m = {0};
    uint32_t ids[TOKENS];
    load_model(&m);
    open_fixture("a24_transformer_lm_truncated");
    load_ids(ids, TOKENS / LENGTH * SHORT);
    lk_batch batch = {TOKENS / LENGTH, SHORT, ids, NULL};
    compare(lk_transformer_logits(&tape, m.model, &batch)->value, "expected_logits", 0, 1e-4);
    lk_model_free(m.model);
    end();
}

// ---- Loss, optimizer, schedule ------------------------------------------------------------------

static float loss_of_logits(lk_tensor *logits, const int32_t *targets) {
    return *lk_cross_entropy(&tape, logits, NULL, NULL, targets)->value;
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
    double norm = gradient_norm(&model, lk_context_kernels(context));
    float rounded = (float)norm;
    compare(&rounded, "total_norm", 1e-6, 0);
    double scale = lk_clip_scale(norm, 1e-2);
    for (size_t i = 0; i < all->count; i++) all->value[i] *= (float)scale;
    compare(all->value, "expected", 0, 1e-6);
    end();
}

static void compare_a_thousand_steps(lk_optimizer_kind kind, const char *expected) {
    begin("adamw_1000steps");
    lk_tensor *inputs = load("x");
    lk_parameter parameter = {.name = "w", .tensor = *load_linear("w0")};
    lk_tensor *w = &parameter.tensor;
    lk_model model = {.context = context,
                      .parameters = &parameter,
                      .parameter_count = 1,
                      .block_count = w->count};
    lk_optimizer_options adamw = {
        .kind = kind, .beta1 = .9, .beta2 = .999, .epsilon = 1e-8, .weight_decay = .01};
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
    compare(final, expected, 0, 1e-6);
    lk_optimizer_release(&optimizer);
    end();
}

// The forms differ by 5e-6 at the end.
Test(lm_conformance, a_thousand_steps_of_adamw) {
    compare_a_thousand_steps(LK_OPTIMIZER_ADAMW, "expected_torch");
}

Test(lm_conformance, a_thousand_steps_of_adamw_as_cs336_has_it) {
    compare_a_thousand_steps(LK_OPTIMIZER_ADAMW_CS336, "expected_cs336_2024");
}

Test(lm_conformance, the_cosine_of_the_schedule) {
    begin("lr_cosine");
    const lk_safetensor *stored = find("expected");
    double expected[25];
    cr_assert(stored->type == LK_DTYPE_F64 && stored->length == sizeof expected);
    memcpy(expected, stored->bytes, sizeof expected);
    lk_schedule schedule = {LK_SCHEDULE_COSINE, true, 1, .1, 7, 21, 0};
    for (uint64_t it = 0; it < 25; it++)
        cr_assert(fabs(lk_schedule_rate(&schedule, it) - expected[it]) <= 1e-7 * expected[it]);
    end();
}

// ---- A model of llama2.c ------------------------------------------------------------------------

static lk_file *open_beside(const char *name, char path[1024]) {
    lk_file *found;
    snprintf(path, 1024, "%s/checkpoints/%s", getenv("LIKELORE_CONFORMANCE"), name);
    cr_assert(lk_file_open(context, &found, path) == LK_OK, "%s", path);
    return found;
}

static void expect_story(const lk_checkpoint *checkpoint, const lk_file *story) {
    lk_sampling sampling = lk_sampling_default();
    sampling.temperature = 0;
    lk_generator *generator;
    cr_assert(lk_generator_new(context, &generator, lk_checkpoint_model(checkpoint),
                               lk_checkpoint_tokenizer(checkpoint), "", 0, &sampling, 200,
                               NULL) == LK_OK);
    lk_buffer text = lk_buffer_make(context);
    for (lk_generated token = {0}; token.finish == LK_FINISH_NONE;) {
        cr_assert(lk_generator_next(generator, &token) == LK_OK);
        lk_buffer_append(&text, token.text, token.text_length);
    }
    cr_assert(text.length == lk_file_length(story) &&
                  memcmp(text.data, lk_file_bytes(story), text.length) == 0,
              "%s", text.data);
    lk_buffer_free(&text);
    lk_generator_free(generator);
}

static lk_checkpoint *load_checkpoint(const char *path, const char *tokenizer) {
    lk_checkpoint *checkpoint;
    cr_assert(lk_checkpoint_load_with(context, &checkpoint, path, tokenizer) == LK_OK, "%s",
              lk_context_error(context).message);
    return checkpoint;
}

// What llama2.c prints at temperature 0; the forms that hold the tokenizer too print the same.
Test(lm_conformance, stories_of_llama2c_are_told_byte_for_byte, .init = enter_fresh_directory,
     .fini = leave_fresh_directory) {
    if (!getenv("LIKELORE_CONFORMANCE")) cr_skip_test("LIKELORE_CONFORMANCE is not set");
    static const lk_model_format formats[] = {LK_MODEL_HF, LK_MODEL_SAFETENSORS};
    char model[1024], tokenizer[1024], expected[1024];
    cr_assert(lk_context_new(&context, NULL) == LK_OK);
    lk_file_free(open_beside("stories260K.bin", model));
    lk_file_free(open_beside("tok512.bin", tokenizer));
    lk_file *story = open_beside("stories260K_expected_greedy200.txt", expected);
    lk_checkpoint *checkpoint = load_checkpoint(model, tokenizer);
    expect_story(checkpoint, story);
    for (int i = 0; i < 2; i++) {
        const char *path = lk_model_format_name(formats[i]);
        cr_assert(lk_checkpoint_export(checkpoint, path, formats[i], false) == LK_OK, "%s",
                  lk_context_error(context).message);
        lk_checkpoint *written = load_checkpoint(path, NULL);
        expect_story(written, story);
        lk_checkpoint_free(written);
    }
    lk_checkpoint_free(checkpoint);
    lk_file_free(story);
    lk_context_free(context);
}
