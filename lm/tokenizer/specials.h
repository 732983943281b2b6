// Special tokens: texts that are one token each, wherever they stand.
#ifndef LK_SPECIALS_H
#define LK_SPECIALS_H

#include "context.h"
#include "likelore/tokenizer.h"

typedef struct lk_special {
    const char *text;
    size_t length; // > 0
    uint32_t id;
} lk_special;

typedef struct lk_specials {
    lk_special *list; // in increasing order of their texts, which belong to this
    size_t count;
    uint8_t firsts[256]; // whether one begins with this byte
    int only_first;      // the byte that all begin with, -1 where they do not
} lk_specials;

// Copies the specials. LK_ERROR_DATA when one is empty or there twice.
lk_status lk_specials_make(lk_context *context, lk_specials *specials, const lk_special *list,
                           size_t count);
void lk_specials_release(lk_context *context, lk_specials *specials);
// NULL where there is none of this id.
const lk_special *lk_specials_by_id(const lk_specials *specials, uint32_t id);

typedef struct lk_special_match {
    size_t begin, end; // begin = end = length of the text: there is none
    size_t index;      // in the list
    // The text ends before it is known whether one begins at `begin`, or how far it goes.
    bool is_open;
} lk_special_match;

// What becomes of them: `each`, where it is not NULL, holds a rule for each of the list.
typedef struct lk_special_rules {
    lk_special_rule all;
    const uint8_t *each;
} lk_special_rules;

static inline lk_special_rule lk_special_rule_of(lk_special_rules rules, size_t index) {
    return rules.each ? (lk_special_rule)rules.each[index] : rules.all;
}

// LK_ERROR_DATA: the text holds it, at this byte.
lk_status lk_special_refuse(lk_context *context, const lk_special *special, uint64_t byte);

// The leftmost special at or after `from` that is not to be text; of several that begin there, the
// longest. `is_open` is never set if the text `is_last`.
lk_special_match lk_specials_find(const lk_specials *specials, lk_special_rules rules,
                                  const uint8_t *text, size_t length, size_t from, bool is_last);

#endif
