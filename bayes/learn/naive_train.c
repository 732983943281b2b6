// Training is two walks over the table: the first finds classes, values and words, the second
// counts. In between the names are sorted, so that a model does not depend on the order of records.
#include "learn/naive.h"

#include <stdlib.h>

enum { STEP_BYTES = 1 << 20 }; // of the table, that a step reads

typedef enum phase { SEEING, COUNTING, DONE } phase;

typedef struct lk_naive_trainer {
    lk_context *context;
    lk_naive_options given;
    const lk_naive_options *options; // these
    phase phase;
    lk_csv *table;
    lk_naive *model;
    size_t class_column;
    size_t text_column; // SIZE_MAX without
    size_t *columns;    // that are features
    size_t column_count;
    lk_hashmap *classes; // names seen
    lk_hashmap *values;  // (column, value) seen
    lk_hashmap *words;   // word → texts with it, and in the upper half the last of them
    uint32_t *last_text; // of each feature of a Bernoulli model: the last text with it
    uint64_t skipped;
} trainer;

static bool step_is_over(const trainer *t, size_t start) {
    return lk_csv_position(t->table, NULL) - start >= STEP_BYTES;
}

// ---- Columns ----------------------------------------------------------------------------------

static lk_status mark_ignored(trainer *t, bool *ignored) {
    for (size_t i = 0; i < t->options->ignored_count; i++) {
        size_t column;
        LK_TRY(lk_csv_find_column(t->table, &column, t->options->ignored[i]));
        ignored[column] = true;
    }
    return LK_OK;
}

static lk_status choose_columns(trainer *t, bool *ignored) {
    LK_TRY(mark_ignored(t, ignored));
    if (ignored[t->class_column])
        return lk_fail(t->context, LK_ERROR_USAGE, "the class column \"%s\" is also ignored",
                       t->options->class_column);
    for (size_t c = 0; c < lk_csv_column_count(t->table); c++)
        if (c != t->class_column && !ignored[c]) t->columns[t->column_count++] = c;
    if (t->column_count == 0)
        return lk_fail(t->context, LK_ERROR_DATA, "no column is left for features");
    return LK_OK;
}

static lk_status find_columns(trainer *t) {
    LK_TRY(lk_csv_find_column(t->table, &t->class_column, t->options->class_column));
    t->text_column = SIZE_MAX;
    if (t->options->text_column) {
        LK_TRY(lk_csv_find_column(t->table, &t->text_column, t->options->text_column));
        if (t->text_column != t->class_column) return LK_OK;
        return lk_fail(t->context, LK_ERROR_USAGE, "the text cannot be the class, too");
    }
    t->columns = lk_alloc(t->context, lk_csv_column_count(t->table), sizeof *t->columns);
    LK_NEED(t->columns);
    bool *ignored = lk_alloc_zero(t->context, lk_csv_column_count(t->table), sizeof *ignored);
    LK_NEED(ignored);
    lk_status status = choose_columns(t, ignored);
    lk_free(t->context, ignored);
    return status;
}

// Reads up to the next record that can be counted.
static lk_status next_record(trainer *t, bool *more, lk_csv_field *label) {
    for (;;) {
        LK_TRY(lk_csv_next(t->table, more));
        if (!*more) return LK_OK;
        *label = lk_csv_field_at(t->table, t->class_column);
        bool text_missing =
            t->text_column != SIZE_MAX && lk_csv_field_at(t->table, t->text_column).missing;
        if (!label->missing && !text_missing) return LK_OK;
        t->skipped++;
    }
}

// ---- First walk: names ------------------------------------------------------------------------

static lk_status fail_cell(const trainer *t, size_t column, lk_csv_field field, const char *what) {
    return lk_fail_at(t->context, LK_ERROR_DATA, lk_csv_location(t->table, column),
                      "column \"%s\" holds \"%.*s\", which is %s",
                      lk_csv_column_name(t->table, column),
                      field.length < 100 ? (int)field.length : 100, field.text, what);
}

static lk_status see_value(trainer *t, size_t feature, lk_csv_field field) {
    lk_buffer key = lk_buffer_make(t->context);
    uint32_t number = (uint32_t)feature;
    lk_buffer_append(&key, &number, sizeof number);
    lk_buffer_append(&key, field.text, field.length);
    lk_status status = lk_buffer_status(&key);
    if (status == LK_OK)
        status = lk_hashmap_insert(t->values, NULL, NULL, key.data, key.length, feature);
    lk_buffer_free(&key);
    return status;
}

static lk_status see_columns(trainer *t) {
    for (size_t f = 0; f < t->column_count; f++) {
        lk_csv_field field = lk_csv_field_at(t->table, t->columns[f]);
        const char *bit;
        uint64_t count;
        if (field.missing) continue;
        if (t->options->kind == LK_NAIVE_BERNOULLI) {
            if (!lk_naive_parse_bit(&bit, field.text, field.length))
                return fail_cell(t, t->columns[f], field, "neither 0 nor 1 (false, true, no, yes)");
        } else if (t->options->kind == LK_NAIVE_MULTINOMIAL) {
            if (!lk_naive_parse_count(&count, field.text, field.length))
                return fail_cell(t, t->columns[f], field, "no whole number from 0 to 10^9");
        } else {
            LK_TRY(see_value(t, f, field));
        }
    }
    return LK_OK;
}

static lk_status see_words(trainer *t) {
    lk_csv_field text = lk_csv_field_at(t->table, t->text_column);
    lk_words words = lk_words_make(text.text, text.length);
    uint64_t record = lk_csv_record(t->table) & UINT32_MAX;
    while (lk_words_next(&words)) {
        uint64_t *entry;
        LK_TRY(lk_hashmap_insert(t->words, &entry, NULL, words.word, words.length, 0));
        if (*entry >> 32 != record) *entry = record << 32 | ((*entry & UINT32_MAX) + 1);
    }
    return LK_OK;
}

static lk_status see_some(trainer *t, bool *more) {
    size_t start = lk_csv_position(t->table, NULL);
    do {
        lk_csv_field label;
        LK_TRY(next_record(t, more, &label));
        if (!*more) return LK_OK;
        LK_TRY(lk_hashmap_insert(t->classes, NULL, NULL, label.text, label.length, 0));
        LK_TRY(t->text_column == SIZE_MAX ? see_columns(t) : see_words(t));
    } while (!step_is_over(t, start));
    return LK_OK;
}

static lk_status check_seen(const trainer *t) {
    if (t->skipped)
        lk_note(t->context, "%llu %s without %s left out", (unsigned long long)t->skipped,
                t->skipped == 1 ? "record" : "records",
                t->text_column == SIZE_MAX ? "class" : "class or text");
    if (lk_hashmap_count(t->classes) > 0) return LK_OK;
    return lk_fail(t->context, LK_ERROR_DATA, "no record has a class");
}

// ---- Sorted names -----------------------------------------------------------------------------

// Numbers by their value first, then the rest by bytes.
static int compare_names(const void *left, const void *right) {
    const char *a = *(const char *const *)left, *b = *(const char *const *)right;
    char *a_end, *b_end;
    double x = strtod(a, &a_end), y = strtod(b, &b_end);
    bool a_number = a_end != a && !*a_end && x == x, b_number = b_end != b && !*b_end && y == y;
    if (a_number != b_number) return a_number ? -1 : 1;
    if (a_number && x != y) return x < y ? -1 : 1;
    return strcmp(a, b);
}

static int compare_bytes(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static lk_status add_classes(trainer *t) {
    size_t count = lk_hashmap_count(t->classes);
    const char **names = lk_alloc(t->context, count, sizeof *names);
    LK_NEED(names);
    for (size_t i = 0; i < count; i++) names[i] = lk_hashmap_key_at(t->classes, i, NULL);
    qsort(names, count, sizeof *names, compare_names);
    lk_status status = lk_naive_set_classes(t->model, names, count);
    lk_free(t->context, names);
    return status;
}

// Values by feature: those of feature f are at starts[f] up to starts[f + 1].
static void group_values(const trainer *t, const char **values, size_t *starts) {
    size_t count = lk_hashmap_count(t->values);
    for (size_t i = 0; i < count; i++) starts[lk_hashmap_value_at(t->values, i) + 1]++;
    for (size_t f = 0; f < t->column_count; f++) starts[f + 1] += starts[f];
    for (size_t i = count; i-- > 0;) {
        size_t feature = (size_t)lk_hashmap_value_at(t->values, i);
        values[--starts[feature + 1]] = lk_hashmap_key_at(t->values, i, NULL) + sizeof(uint32_t);
    }
    for (size_t f = 0; f < t->column_count; f++) starts[f] = starts[f + 1];
    starts[t->column_count] = count;
}

static lk_status add_column(trainer *t, size_t f, const char **values, size_t count) {
    static const char *const bits[] = {"0", "1"};
    const char *name = lk_csv_column_name(t->table, t->columns[f]);
    if (t->options->kind == LK_NAIVE_MULTINOMIAL)
        return lk_naive_add_feature(t->model, name, NULL, 0);
    if (t->options->kind == LK_NAIVE_BERNOULLI)
        return lk_naive_add_feature(t->model, name, bits, 2);
    if (count == 0)
        return lk_fail_with_remedy(
            t->context, LK_REMEDY_IGNORE_COLUMN,
            lk_fail(t->context, LK_ERROR_DATA, "column \"%s\" has no value", name));
    qsort(values, count, sizeof *values, compare_names);
    return lk_naive_add_feature(t->model, name, values, count);
}

static lk_status add_columns(trainer *t) {
    size_t count = lk_hashmap_count(t->values);
    const char **values = lk_alloc(t->context, count, sizeof *values);
    size_t *starts = lk_alloc_zero(t->context, t->column_count + 2, sizeof *starts);
    lk_status status = values && starts ? LK_OK : LK_ERROR_MEMORY;
    if (status == LK_OK) group_values(t, values, starts);
    if (status == LK_OK) status = lk_naive_reserve(t->model, t->column_count);
    for (size_t f = 0; status == LK_OK && f < t->column_count; f++)
        status = add_column(t, f, values + starts[f], starts[f + 1] - starts[f]);
    lk_free(t->context, values);
    lk_free(t->context, starts);
    return status;
}

// ---- The vocabulary ---------------------------------------------------------------------------

typedef struct seen_word {
    const char *word;
    uint64_t texts;
} seen_word;

static int compare_frequency(const void *left, const void *right) {
    const seen_word *a = left, *b = right;
    if (a->texts != b->texts) return a->texts > b->texts ? -1 : 1;
    return strcmp(a->word, b->word);
}

static size_t choose_words(const trainer *t, seen_word *words) {
    size_t count = 0;
    for (size_t i = 0; i < lk_hashmap_count(t->words); i++) {
        uint64_t texts = lk_hashmap_value_at(t->words, i) & UINT32_MAX;
        if (texts >= t->options->least_texts)
            words[count++] = (seen_word){lk_hashmap_key_at(t->words, i, NULL), texts};
    }
    qsort(words, count, sizeof *words, compare_frequency);
    uint64_t most = t->options->most_words;
    return most && most < count ? (size_t)most : count;
}

static lk_status add_chosen(trainer *t, const seen_word *words, const char **names, size_t count) {
    if (count == 0) return lk_fail(t->context, LK_ERROR_DATA, "no word is left for the vocabulary");
    for (size_t i = 0; i < count; i++) names[i] = words[i].word;
    qsort(names, count, sizeof *names, compare_bytes);
    LK_TRY(lk_naive_reserve(t->model, count));
    for (size_t i = 0; i < count; i++) LK_TRY(lk_naive_add_feature(t->model, names[i], NULL, 0));
    return LK_OK;
}

static lk_status add_words(trainer *t) {
    size_t count = lk_hashmap_count(t->words);
    seen_word *words = lk_alloc(t->context, count, sizeof *words);
    const char **names = lk_alloc(t->context, count, sizeof *names);
    lk_status status = words && names ? LK_OK : LK_ERROR_MEMORY;
    if (status == LK_OK) status = add_chosen(t, words, names, choose_words(t, words));
    lk_free(t->context, words);
    lk_free(t->context, names);
    return status;
}

// ---- Second walk: counts ----------------------------------------------------------------------

static void count_columns(trainer *t, uint32_t label) {
    lk_naive *model = t->model;
    for (size_t f = 0; f < t->column_count; f++) {
        lk_csv_field field = lk_csv_field_at(t->table, t->columns[f]);
        if (field.missing) continue;
        uint64_t count = 1;
        uint32_t value = 0;
        const char *name = field.text;
        size_t length = field.length;
        if (model->kind == LK_NAIVE_MULTINOMIAL) {
            lk_naive_parse_count(&count, name, length);
        } else {
            if (model->kind == LK_NAIVE_BERNOULLI && lk_naive_parse_bit(&name, name, length))
                length = 1;
            lk_naive_lookup_value(model, &value, f, name, length);
        }
        model->counts[(model->features[f].first + value) * model->class_count + label] += count;
    }
}

static void count_words(trainer *t, uint32_t label) {
    lk_naive *model = t->model;
    lk_csv_field text = lk_csv_field_at(t->table, t->text_column);
    lk_words words = lk_words_make(text.text, text.length);
    uint32_t record = (uint32_t)lk_csv_record(t->table);
    while (lk_words_next(&words)) {
        size_t feature;
        if (!lk_naive_lookup_feature(model, &feature, words.word, words.length)) continue;
        bool again = model->kind == LK_NAIVE_BERNOULLI && t->last_text[feature] == record;
        if (model->kind == LK_NAIVE_BERNOULLI) t->last_text[feature] = record;
        if (!again) model->counts[feature * model->class_count + label]++;
    }
}

static lk_status begin_counting(trainer *t) {
    LK_TRY(check_seen(t));
    LK_TRY(add_classes(t));
    LK_TRY(t->text_column == SIZE_MAX ? add_columns(t) : add_words(t));
    LK_TRY(lk_naive_make_counts(t->model));
    t->last_text = lk_alloc_zero(t->context, t->model->feature_count, sizeof *t->last_text);
    LK_NEED(t->last_text);
    lk_csv_rewind(t->table);
    return LK_OK;
}

static lk_status count_some(trainer *t, bool *more) {
    size_t start = lk_csv_position(t->table, NULL);
    do {
        lk_csv_field name;
        uint32_t label = 0;
        LK_TRY(next_record(t, more, &name));
        if (!*more) return LK_OK;
        lk_naive_lookup_class(t->model, &label, name.text, name.length);
        t->model->class_counts[label]++;
        if (t->text_column == SIZE_MAX)
            count_columns(t, label);
        else
            count_words(t, label);
    } while (!step_is_over(t, start));
    return LK_OK;
}

// ---- Training ---------------------------------------------------------------------------------

static lk_status begin(trainer *t) {
    LK_TRY(lk_naive_new(t->context, &t->model, t->options));
    LK_TRY(lk_hashmap_new(t->context, &t->classes));
    LK_TRY(lk_hashmap_new(t->context, &t->values));
    LK_TRY(lk_hashmap_new(t->context, &t->words));
    LK_TRY(find_columns(t));
    lk_csv_rewind(t->table);
    return LK_OK;
}

lk_status lk_naive_trainer_new(lk_context *context, lk_naive_trainer **out, lk_csv *table,
                               const lk_naive_options *options) {
    trainer *t = lk_alloc_zero(context, 1, sizeof *t);
    LK_NEED(t);
    t->context = context;
    t->given = *options;
    t->options = &t->given;
    t->table = table;
    lk_status status = begin(t);
    if (status != LK_OK) {
        lk_naive_trainer_free(t);
        return status;
    }
    *out = t;
    return LK_OK;
}

// The share of both walks that is done.
static double share_of(const trainer *t) {
    size_t length, position = lk_csv_position(t->table, &length);
    double walk = length ? (double)position / (double)length : 1;
    return t->phase == DONE ? 1 : (walk + (t->phase == COUNTING)) / 2;
}

static lk_status step(trainer *t) {
    bool more = true;
    if (t->phase == SEEING) {
        LK_TRY(see_some(t, &more));
        if (more) return LK_OK;
        LK_TRY(begin_counting(t));
        t->phase = COUNTING;
    } else {
        LK_TRY(count_some(t, &more));
        if (more) return LK_OK;
        LK_TRY(lk_naive_sum_counts(t->model));
        t->phase = DONE;
    }
    return LK_OK;
}

lk_status lk_naive_trainer_next(lk_naive_trainer *t, lk_naive_progress *progress) {
    if (t->phase == DONE) return lk_fail(t->context, LK_ERROR_USAGE, "the training is done");
    LK_TRY(step(t));
    *progress = (lk_naive_progress){.share = share_of(t), .done = t->phase == DONE};
    return LK_OK;
}

lk_naive *lk_naive_trainer_take(lk_naive_trainer *t) {
    if (t->phase != DONE) return NULL;
    lk_naive *model = t->model;
    t->model = NULL;
    return model;
}

void lk_naive_trainer_free(lk_naive_trainer *t) {
    if (!t) return;
    lk_free(t->context, t->columns);
    lk_free(t->context, t->last_text);
    lk_hashmap_free(t->classes);
    lk_hashmap_free(t->values);
    lk_hashmap_free(t->words);
    lk_naive_free(t->model);
    lk_free(t->context, t);
}

lk_status lk_naive_train(lk_context *context, lk_naive **out, lk_csv *table,
                         const lk_naive_options *options) {
    trainer *t;
    LK_TRY(lk_naive_trainer_new(context, &t, table, options));
    lk_naive_progress progress = {0};
    lk_status status = LK_OK;
    while (status == LK_OK && !progress.done) status = lk_naive_trainer_next(t, &progress);
    if (status == LK_OK) *out = lk_naive_trainer_take(t);
    lk_naive_trainer_free(t);
    return status;
}
