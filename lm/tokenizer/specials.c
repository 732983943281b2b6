#include "tokenizer/specials.h"

#include <stdlib.h>

static int compare(const void *first, const void *second) {
    const lk_special *a = first, *b = second;
    int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

static lk_status copy_list(lk_context *context, lk_specials *specials, const lk_special *list,
                           size_t count) {
    specials->list = lk_alloc_zero(context, count, sizeof *list);
    LK_NEED(specials->list);
    for (; specials->count < count; specials->count++) {
        lk_special *special = &specials->list[specials->count];
        *special = list[specials->count];
        special->text = lk_copy_text(context, special->text, special->length);
        LK_NEED(special->text);
    }
    qsort(specials->list, count, sizeof *list, compare);
    return LK_OK;
}

static lk_status check_list(lk_context *context, const lk_specials *specials) {
    for (size_t i = 0; i < specials->count; i++) {
        const lk_special *special = &specials->list[i];
        if (special->length == 0)
            return lk_fail(context, LK_ERROR_DATA, "a special token has no text");
        if (i > 0 && compare(special - 1, special) == 0)
            return lk_fail(context, LK_ERROR_DATA, "the special token '%s' is there twice",
                           special->text);
    }
    return LK_OK;
}

static void note_firsts(lk_specials *specials) {
    specials->only_first = -1;
    size_t kinds = 0;
    for (size_t i = 0; i < specials->count; i++) {
        uint8_t first = (uint8_t)specials->list[i].text[0];
        kinds += !specials->firsts[first];
        specials->firsts[first] = 1;
        specials->only_first = first;
    }
    if (kinds != 1) specials->only_first = -1;
}

lk_status lk_specials_make(lk_context *context, lk_specials *specials, const lk_special *list,
                           size_t count) {
    *specials = (lk_specials){.only_first = -1};
    LK_TRY(copy_list(context, specials, list, count));
    LK_TRY(check_list(context, specials));
    note_firsts(specials);
    return LK_OK;
}

void lk_specials_release(lk_context *context, lk_specials *specials) {
    for (size_t i = 0; i < specials->count; i++) lk_free(context, (char *)specials->list[i].text);
    lk_free(context, specials->list);
    *specials = (lk_specials){0};
}

const lk_special *lk_specials_by_id(const lk_specials *specials, uint32_t id) {
    for (size_t i = 0; i < specials->count; i++)
        if (specials->list[i].id == id) return &specials->list[i];
    return NULL;
}

lk_status lk_special_refuse(lk_context *context, const lk_special *special, uint64_t byte) {
    return lk_fail_at(context, LK_ERROR_DATA, (lk_location){.byte = (int64_t)byte},
                      "the text holds the special token '%s'", special->text);
}

// ---- Finding ------------------------------------------------------------------------------------

// The specials of the list from `first` to below `last`, all of which share `depth` bytes.
typedef struct special_range {
    size_t first, last;
} special_range;

// The first of the range whose byte at `depth` is at least `byte`.
static size_t lower_bound(const lk_special *list, special_range range, size_t depth, int byte) {
    while (range.first < range.last) {
        size_t middle = (range.first + range.last) / 2;
        if ((uint8_t)list[middle].text[depth] < byte)
            range.first = middle + 1;
        else
            range.last = middle;
    }
    return range.first;
}

// Looks for the longest special that begins at `at`.
static lk_special_match match_at(const lk_specials *specials, lk_special_rules rules,
                                 const uint8_t *text, size_t length, size_t at) {
    lk_special_match match = {.begin = at, .end = at};
    const lk_special *list = specials->list;
    special_range range = {0, specials->count};
    size_t depth = 0;
    for (; at + depth < length; depth++) {
        uint8_t byte = text[at + depth];
        range = (special_range){lower_bound(list, range, depth, byte),
                                lower_bound(list, range, depth, byte + 1)};
        if (range.first == range.last) return match;
        // One that ends here stands before those that go on.
        if (list[range.first].length > depth + 1) continue;
        if (lk_special_rule_of(rules, range.first) != LK_SPECIAL_TEXT) {
            match.end = at + depth + 1;
            match.index = range.first;
        }
        if (++range.first == range.last) return match;
    }
    for (size_t i = range.first; i < range.last; i++)
        match.is_open |= lk_special_rule_of(rules, i) != LK_SPECIAL_TEXT;
    return match;
}

// Where a special may begin, at or after `at`.
static size_t next_candidate(const lk_specials *specials, const uint8_t *text, size_t length,
                             size_t at) {
    if (specials->only_first >= 0) {
        const uint8_t *found = memchr(text + at, specials->only_first, length - at);
        return found ? (size_t)(found - text) : length;
    }
    while (at < length && !specials->firsts[text[at]]) at++;
    return at;
}

lk_special_match lk_specials_find(const lk_specials *specials, lk_special_rules rules,
                                  const uint8_t *text, size_t length, size_t from, bool is_last) {
    bool is_wanted = specials->count > 0 && (rules.each || rules.all != LK_SPECIAL_TEXT);
    for (size_t at = is_wanted ? from : length; at < length; at++) {
        at = next_candidate(specials, text, length, at);
        if (at == length) break;
        lk_special_match match = match_at(specials, rules, text, length, at);
        if (is_last) match.is_open = false;
        if (match.end != at || match.is_open) return match;
    }
    return (lk_special_match){.begin = length, .end = length};
}
