// Naive Bayes classifiers as their modules see them: integer counts, from which every probability
// is computed when it is asked for.
//
// There are two kinds of models by what a row is:
//
//   tables  a row gives each feature one of its values (categorical, and Bernoulli over columns);
//           counts[(feature.first + value) × classes + class] rows had that value, and
//           totals[feature × classes + class] had any
//   bags    a row gives each feature a count, mostly 0 (multinomial, and Bernoulli over words);
//           counts[feature × classes + class] occurrences (multinomial) or texts with the word
//           (Bernoulli), and totals[class] occurrences of all features, or texts
#ifndef LK_NAIVE_H
#define LK_NAIVE_H

#include "hashmap.h"
#include "inference/wide.h"
#include "likelore/learn.h"

enum { LK_WORD_BYTES = 100 }; // longer words are left out

typedef struct lk_naive_feature {
    const char *name;
    const char **values; // NULL in bags
    uint32_t value_count;
    size_t first; // values of the features before it
} lk_naive_feature;

struct lk_naive {
    lk_context *context;
    lk_naive_kind kind;
    char *class_column;
    char *text_column; // NULL: features are columns
    double alpha;
    double alpha_prior;
    const char **classes;
    uint32_t class_count;
    uint64_t *class_counts;
    uint64_t rows; // sum of class_counts
    lk_naive_feature *features;
    size_t feature_count;
    size_t value_count; // of all features; in bags the number of features
    uint64_t *counts;
    uint64_t *totals;
    lk_hashmap *class_index;
    lk_hashmap *feature_index;
    lk_hashmap *value_index; // (feature, value) → value
};

// One probability with the counts it comes from: (count + alpha) / (total + alpha × outcomes), or
// 1 / outcomes where that is 0 / 0.
typedef struct lk_naive_term {
    uint64_t count;
    uint64_t total;
    double alpha;
    uint64_t outcomes;
} lk_naive_term;

double lk_naive_term_value(lk_naive_term term);
lk_naive_term lk_naive_prior(const lk_naive *model, uint32_t label);
// P(feature = value | class); of bags P(feature | class), for Bernoulli that of its presence.
lk_naive_term lk_naive_likelihood(const lk_naive *model, size_t feature, uint32_t value,
                                  uint32_t label);
// The opposite of a term with two outcomes: P(word absent | class).
lk_naive_term lk_naive_opposite(lk_naive_term term);

static inline bool lk_naive_is_bag(const lk_naive *model) {
    return model->kind == LK_NAIVE_MULTINOMIAL || model->text_column;
}

// ---- Making models (naive.c) ------------------------------------------------------------------

lk_status lk_naive_new(lk_context *context, lk_naive **model, const lk_naive_options *options);
// The names of the classes, at most 2^20 of them and all different, are copied.
lk_status lk_naive_set_classes(lk_naive *model, const char *const *names, size_t count);
// Room for `count` features; each is then added in its order. LK_ERROR_DATA for names or values
// that are there twice.
lk_status lk_naive_reserve(lk_naive *model, size_t count);
lk_status lk_naive_add_feature(lk_naive *model, const char *name, const char *const *values,
                               size_t value_count);
// After the last feature: counts and totals of 0.
lk_status lk_naive_make_counts(lk_naive *model);
// Sums up class_counts, and counts where totals come from them. LK_ERROR_DATA when they contradict
// one another or are too large.
lk_status lk_naive_sum_counts(lk_naive *model);

bool lk_naive_lookup_class(const lk_naive *model, uint32_t *label, const char *name, size_t length);
bool lk_naive_lookup_feature(const lk_naive *model, size_t *feature, const char *name,
                             size_t length);
bool lk_naive_lookup_value(const lk_naive *model, uint32_t *value, size_t feature, const char *name,
                           size_t length);
// LK_ERROR_UNKNOWN_NAME at that place, with the nearest name.
lk_status lk_naive_fail_feature(const lk_naive *model, lk_location location, const char *name);
lk_status lk_naive_fail_value(const lk_naive *model, lk_location location, size_t feature,
                              const char *name, size_t length);
// Reads what a Bernoulli column may hold: 0 or 1, false or true, no or yes, in any case; the value
// is then called "0" or "1".
bool lk_naive_parse_bit(const char **name, const char *text, size_t length);
// Reads a whole number from 0 to 10^9.
bool lk_naive_parse_count(uint64_t *count, const char *text, size_t length);

// ---- Words (naive_words.c) --------------------------------------------------------------------

// The words of a text: runs of letters, marks and numbers that do not begin with a mark, in lower
// case.
typedef struct lk_words {
    const uint8_t *at;
    const uint8_t *end;
    char word[LK_WORD_BYTES + 4];
    size_t length;
} lk_words;

lk_words lk_words_make(const char *text, size_t length);
// Finds the next word of at most LK_WORD_BYTES; false when there is none.
bool lk_words_next(lk_words *words);

// ---- Cases (naive_case.c) ---------------------------------------------------------------------

// What is given of one feature.
typedef struct lk_naive_given {
    size_t feature;
    uint32_t value; // in tables
    uint64_t count; // in bags, not 0
} lk_naive_given;

struct lk_naive_case {
    lk_context *context;
    const lk_naive *model;
    bool ignore_unseen;
    lk_naive_given *given; // in the order in which they were given
    size_t given_count;
    size_t given_capacity;
    uint32_t *slots;     // [features] 1 + place in `given`, or 0
    const lk_csv *table; // whose columns `columns` are
    size_t *columns;     // [features] column of each, SIZE_MAX: none
    size_t text;         // column of the text, or SIZE_MAX
    uint64_t unseen;     // values and words left out since the case was made
    lk_wide *absent;     // Bernoulli words: [classes] product over all words of P(absent), the
    uint64_t *never;     // zeros left out, and [classes] their number
    lk_wide *joint;      // [classes] P(class, given)
    double *posterior;   // [classes]
    lk_wide total;
};

// P(given value or count | class), the factor that one given feature puts into the product.
lk_wide lk_naive_factor(const lk_naive *model, lk_naive_given given, uint32_t label);

#endif
