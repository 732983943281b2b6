#include "train/profile.h"

#include "grad/op.h"

#include <stdio.h>

// ---- Rows ---------------------------------------------------------------------------------------

enum { MOST_SIZES = 4 };

// By which passes that are told together are known.
typedef struct row_key {
    const lk_op *op; // NULL: a part, sizes[0]
    bool backward;
    lk_unary activation; // of a linear layer; LK_UNARY_COUNT: none
    size_t sizes[MOST_SIZES];
} row_key;

struct lk_profile {
    lk_context *context;
    lk_clock *clock;
    uint64_t warmup; // steps that are left of it
    bool stopped;
    bool running; // within a step that counts
    double began, last;
    uint64_t steps;
    double seconds;
    uint64_t peak_bytes;
    bool failed;                         // there was no memory for a row
    double part_bytes[LK_PROFILE_PARTS]; // of a step
    row_key *keys;
    lk_profile_row *rows;
    size_t row_count, capacity;
};

static void set_sizes(row_key *key, size_t a, size_t b, size_t c, size_t d) {
    key->sizes[0] = a;
    key->sizes[1] = b;
    key->sizes[2] = c;
    key->sizes[3] = d;
}

// Of operations whose speed depends on their shape it is in the key.
static row_key key_of(const lk_node *node, bool backward) {
    row_key key = {.op = node->op, .backward = backward, .activation = LK_UNARY_COUNT};
    const lk_tensor *x = node->inputs[0], *y = &node->output;
    if (node->op == lk_op_at(LK_OP_LINEAR)) {
        set_sizes(&key, lk_tensor_rows(x), lk_tensor_columns(x), lk_tensor_columns(y), 0);
        if (node->attributes.activation.active)
            key.activation = node->attributes.activation.function;
    } else if (node->op == lk_op_at(LK_OP_ATTENTION)) {
        size_t heads = node->attributes.attention.options.heads;
        set_sizes(&key, y->shape[0], y->shape[1], heads, y->shape[2] / heads);
    } else if (node->op == lk_op_at(LK_OP_CROSS_ENTROPY)) {
        const lk_tensor *head = node->inputs[1];
        set_sizes(&key, lk_tensor_rows(x), lk_tensor_columns(x), head ? head->shape[0] : 0, 0);
    }
    return key;
}

static bool same_key(const row_key *a, const row_key *b) {
    return a->op == b->op && a->backward == b->backward && a->activation == b->activation &&
           memcmp(a->sizes, b->sizes, sizeof a->sizes) == 0;
}

static void describe_shape(char shape[LK_PROFILE_SHAPE_BYTES], const row_key *key) {
    static const char *const activations[] = {
#define ACTIVATION_NAME(CODE, name) " " #name,
        LK_UNARY_LIST(ACTIVATION_NAME)
#undef ACTIVATION_NAME
            "",
    };
    const size_t *sizes = key->sizes;
    shape[0] = 0;
    if (key->op == lk_op_at(LK_OP_ATTENTION))
        snprintf(shape, LK_PROFILE_SHAPE_BYTES, "%zu×%zu, %zu head%s × %zu", sizes[0], sizes[1],
                 sizes[2], sizes[2] == 1 ? "" : "s", sizes[3]);
    else if (key->op && sizes[2])
        snprintf(shape, LK_PROFILE_SHAPE_BYTES, "%zu×%zu×%zu%s", sizes[0], sizes[1], sizes[2],
                 activations[key->activation]);
}

static const char *part_name(size_t part) {
    static const char *const names[] = {"data", "gradient norm", "optimizer", "ranks", "other"};
    return names[part];
}

static lk_profile_row new_row(const row_key *key) {
    lk_profile_row row = {.phase = LK_PROFILE_OUTSIDE};
    if (key->op) {
        row.phase = key->backward ? LK_PROFILE_BACKWARD : LK_PROFILE_FORWARD;
        row.name = key->op->name;
    } else {
        row.name = part_name(key->sizes[0]);
    }
    describe_shape(row.shape, key);
    return row;
}

static bool make_room(lk_profile *profile) {
    if (profile->row_count < profile->capacity) return true;
    size_t capacity = profile->capacity ? 2 * profile->capacity : 64;
    row_key *keys = lk_resize(profile->context, profile->keys, capacity, sizeof *keys);
    if (keys) profile->keys = keys;
    lk_profile_row *rows = lk_resize(profile->context, profile->rows, capacity, sizeof *rows);
    if (rows) profile->rows = rows;
    if (!keys || !rows) {
        profile->failed = true;
        return false;
    }
    profile->capacity = capacity;
    return true;
}

// NULL where there is no memory.
static lk_profile_row *find_row(lk_profile *profile, const row_key *key) {
    for (size_t i = 0; i < profile->row_count; i++)
        if (same_key(&profile->keys[i], key)) return &profile->rows[i];
    if (!make_room(profile)) return NULL;
    profile->keys[profile->row_count] = *key;
    profile->rows[profile->row_count] = new_row(key);
    return &profile->rows[profile->row_count++];
}

// ---- Laps ---------------------------------------------------------------------------------------

// Ends a lap for the row of the key.
static lk_profile_row *end_lap(lk_profile *profile, const row_key *key) {
    lk_profile_row *row = find_row(profile, key);
    double now = profile->clock(), seconds = now - profile->last;
    profile->last = now;
    if (!row) return NULL;
    row->seconds += seconds;
    row->calls++;
    return row;
}

static void pass_ended(void *user, const lk_node *node, bool backward) {
    lk_profile *profile = user;
    if (!node) {
        lk_profile_lap(profile, LK_PROFILE_OTHER);
        return;
    }
    row_key key = key_of(node, backward);
    lk_profile_row *row = end_lap(profile, &key);
    if (!row) return;
    lk_op_cost cost = node->op->cost(node, backward);
    row->products += cost.products;
    row->operations += cost.operations;
    row->bytes += cost.numbers * sizeof(lk_real);
}

void lk_profile_lap(lk_profile *profile, lk_profile_part part) {
    if (!profile || !profile->running) return;
    row_key key = {.activation = LK_UNARY_COUNT, .sizes = {part}};
    lk_profile_row *row = end_lap(profile, &key);
    if (row) row->bytes += profile->part_bytes[part];
}

void lk_profile_step_begin(lk_profile *profile, lk_tape *tape) {
    if (!profile || profile->stopped) return;
    if (profile->warmup > 0) {
        profile->warmup--;
        return;
    }
    profile->running = true;
    tape->meter = (lk_tape_meter){pass_ended, profile};
    profile->began = profile->last = profile->clock();
}

void lk_profile_step_end(lk_profile *profile, lk_tape *tape) {
    if (!profile || !profile->running) return;
    lk_profile_lap(profile, LK_PROFILE_OTHER);
    profile->seconds += profile->last - profile->began;
    profile->steps++;
    profile->running = false;
    tape->meter = (lk_tape_meter){0};
}

// ---- Life ---------------------------------------------------------------------------------------

lk_status lk_profile_new(lk_context *context, lk_profile **out, lk_clock *clock, uint64_t warmup) {
    lk_profile *profile = lk_alloc(context, 1, sizeof *profile);
    LK_NEED(profile);
    *profile = (lk_profile){.context = context, .clock = clock, .warmup = warmup};
    *out = profile;
    return LK_OK;
}

void lk_profile_free(lk_profile *profile) {
    if (!profile) return;
    lk_free(profile->context, profile->keys);
    lk_free(profile->context, profile->rows);
    lk_free(profile->context, profile);
}

void lk_profile_stop(lk_profile *profile) {
    if (!profile || profile->stopped) return;
    profile->stopped = true;
    profile->peak_bytes = lk_context_memory_usage(profile->context).peak_bytes;
}

void lk_profile_set_bytes(lk_profile *profile, lk_profile_part part, double bytes) {
    profile->part_bytes[part] = bytes;
}

lk_step_profile lk_profile_get(const lk_profile *profile) {
    if (!profile || profile->failed) return (lk_step_profile){0};
    uint64_t peak = profile->stopped ? profile->peak_bytes
                                     : lk_context_memory_usage(profile->context).peak_bytes;
    return (lk_step_profile){.steps = profile->steps,
                             .seconds = profile->seconds,
                             .rows = profile->rows,
                             .row_count = profile->row_count,
                             .peak_bytes = peak};
}
