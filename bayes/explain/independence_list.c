// What a set of variables is independent of, by the structure: all variables that it is separated
// from, and all others, found at once.
#include "explain/words.h"
#include "inference/separation.h"
#include "likelore/independence.h"
#include "likelore/json.h"

typedef struct variables {
    const lk_network *network;
    uint32_t *list;
    size_t count;
} variables;

struct lk_independence_list {
    lk_context *context;
    lk_arena arena;
    variables left, given, separated, connected;
};

// ---- The question ------------------------------------------------------------------------------

// Copies a set whose variables may be in no other; `taken` marks those.
static lk_status take_set(lk_independence_list *l, variables *copy, bool *taken,
                          const uint32_t *set, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (taken[set[i]])
            return lk_fail(l->context, LK_ERROR_USAGE,
                           "variable \"%s\" is named twice; what is asked about and what is given "
                           "must be apart",
                           copy->network->variables[set[i]].name);
        taken[set[i]] = true;
        copy->list[copy->count++] = set[i];
    }
    return LK_OK;
}

static lk_status make_sets(lk_independence_list *l, const lk_network *network) {
    variables *const sets[] = {&l->left, &l->given, &l->separated, &l->connected};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        sets[i]->network = network;
        sets[i]->list = lk_arena_alloc(&l->arena, network->count, sizeof *sets[i]->list);
        LK_NEED(sets[i]->list);
    }
    return LK_OK;
}

static lk_status find_both(lk_independence_list *l, const uint32_t *left, size_t left_count,
                           const uint32_t *given, size_t given_count) {
    const lk_network *network = l->left.network;
    uint32_t n = network->count;
    bool *taken = lk_arena_alloc_zero(&l->arena, n, sizeof *taken);
    bool *observed = lk_arena_alloc(&l->arena, n, sizeof *observed);
    bool *connected = lk_arena_alloc(&l->arena, n, sizeof *connected);
    LK_NEED(taken);
    LK_NEED(observed);
    LK_NEED(connected);
    LK_TRY(take_set(l, &l->given, taken, given, given_count));
    memcpy(observed, taken, n * sizeof *observed);
    LK_TRY(take_set(l, &l->left, taken, left, left_count));
    LK_TRY(lk_find_connected(&l->arena, connected, network, left, left_count, observed));
    for (uint32_t v = 0; v < n; v++) {
        variables *side = connected[v] ? &l->connected : &l->separated;
        if (!taken[v]) side->list[side->count++] = v;
    }
    return LK_OK;
}

lk_status lk_independence_list_new(lk_context *context, lk_independence_list **out,
                                   const lk_network *network, const uint32_t *left,
                                   size_t left_count, const uint32_t *given, size_t given_count) {
    LK_TRY(lk_network_need_finished(context, network));
    if (left_count == 0)
        return lk_fail(context, LK_ERROR_USAGE, "which variable is to be independent of others?");
    lk_independence_list *l = lk_alloc_zero(context, 1, sizeof *l);
    LK_NEED(l);
    l->context = context;
    l->arena = lk_arena_make(context, 0);
    lk_status status = make_sets(l, network);
    if (status == LK_OK) status = find_both(l, left, left_count, given, given_count);
    if (status == LK_OK)
        *out = l;
    else
        lk_independence_list_free(l);
    return status;
}

void lk_independence_list_free(lk_independence_list *l) {
    if (!l) return;
    lk_arena_release(&l->arena);
    lk_free(l->context, l);
}

static const uint32_t *listed(const variables *set, size_t *count) {
    *count = set->count;
    return set->list;
}

const uint32_t *lk_independence_list_separated(const lk_independence_list *l, size_t *count) {
    return listed(&l->separated, count);
}

const uint32_t *lk_independence_list_connected(const lk_independence_list *l, size_t *count) {
    return listed(&l->connected, count);
}

// ---- In words ----------------------------------------------------------------------------------

static const char *name_at(const variables *set, size_t index) {
    return set->network->variables[set->list[index]].name;
}

// A, B and C
static void write_names(lk_document *d, const void *subject) {
    const variables *set = subject;
    for (size_t i = 0; i < set->count; i++) {
        if (i) lk_say(d, i + 1 < set->count ? LK_SAY_COMMA : LK_SAY_AND);
        lk_document_formula(d);
        lk_formula_name(d, name_at(set, i));
        lk_document_formula_end(d);
    }
}

// {A, B}, as plain text.
static void write_set(lk_document *d, const void *subject) {
    const variables *set = subject;
    if (set->count > 1) lk_document_text(d, "{");
    for (size_t i = 0; i < set->count; i++)
        lk_document_text(d, "%s%s", i ? ", " : "", name_at(set, i));
    if (set->count > 1) lk_document_text(d, "}");
}

static lk_status write_title(lk_buffer *title, lk_language language,
                             const lk_independence_list *l) {
    lk_document plain = lk_document_open(title, &(lk_document_options){.language = language});
    LK_SAY(&plain, l->given.count > 0 ? LK_SAY_OF_WHICH_GIVEN : LK_SAY_OF_WHICH,
           lk_written(write_set, &l->left), lk_written(write_set, &l->given));
    return lk_document_finish(&plain);
}

static void write_side(lk_document *d, const variables *set, lk_phrase some, lk_phrase none) {
    if (set->count > 0)
        lk_say_paragraph(d, some, LK_SLOTS(lk_count(set->count), lk_written(write_names, set)));
    else
        lk_say_paragraph(d, none, NULL);
}

static void write_all(lk_document *d, const lk_independence_list *l, const char *title) {
    bool markov = l->left.network->is_markov;
    lk_document_begin(d, title);
    write_side(d, &l->separated, markov ? LK_SAY_ALL_SEPARATED : LK_SAY_ALL_D_SEPARATED,
               markov ? LK_SAY_NONE_SEPARATED : LK_SAY_NONE_D_SEPARATED);
    write_side(d, &l->connected, markov ? LK_SAY_ALL_CONNECTED : LK_SAY_ALL_D_CONNECTED,
               markov ? LK_SAY_NONE_CONNECTED : LK_SAY_NONE_D_CONNECTED);
    lk_document_end(d);
}

lk_status lk_independence_list_to_document(lk_buffer *out, const lk_independence_list *l,
                                           const lk_document_options *options) {
    lk_buffer title = lk_buffer_make(l->context);
    lk_document d = lk_document_open(out, options);
    lk_status status = write_title(&title, d.language, l);
    write_all(&d, l, lk_buffer_text(&title));
    lk_buffer_free(&title);
    lk_status written = lk_document_finish(&d);
    return status == LK_OK ? written : status;
}

// ---- As JSON -----------------------------------------------------------------------------------

static void add_names(lk_json_writer *json, const char *key, const variables *set) {
    lk_json_begin_array(json, key);
    for (size_t i = 0; i < set->count; i++) lk_json_add_string(json, NULL, name_at(set, i));
    lk_json_end(json);
}

lk_status lk_independence_list_to_json(lk_buffer *out, const lk_independence_list *l) {
    lk_json_writer *json;
    LK_TRY(lk_json_writer_new(l->context, &json));
    lk_json_begin_object(json, NULL);
    lk_json_add_integer(json, "version", 1);
    add_names(json, "left", &l->left);
    add_names(json, "given", &l->given);
    add_names(json, "independent", &l->separated);
    add_names(json, "dependent", &l->connected);
    lk_json_end(json);
    lk_status status = lk_json_finish(json, out, false);
    lk_json_writer_free(json);
    return status;
}
