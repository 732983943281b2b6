#include "unicode_classes.h"

#include <stddef.h>
#include <string.h>

enum {
    SPACE = LK_UNICODE_SPACE,
    NUMBER = LK_UNICODE_NUMBER,
    MARK = LK_UNICODE_MARK,
    LETTER = LK_UNICODE_LETTER,
    UPPER = LK_UNICODE_UPPER,
    LOWER = LK_UNICODE_LOWER,
    PAIRS // upper and lower case take turns, beginning with upper
};

typedef struct class_range {
    uint32_t first, last;
    uint32_t kind;
} class_range;

typedef struct code_range {
    uint32_t first, last;
} code_range;

// Every step-th code point from the first to the last, and how far its lower case is from it.
typedef struct lower_run {
    uint32_t first, last, step;
    int32_t difference;
} lower_run;

#include "unicode_classes.inc"

static lk_unicode_class class_in_range(const class_range *range, uint32_t code_point) {
    if (range->kind != PAIRS) return (lk_unicode_class)range->kind;
    return (code_point - range->first) % 2 ? LK_UNICODE_LOWER : LK_UNICODE_UPPER;
}

lk_unicode_class lk_unicode_class_of(uint32_t code_point) {
    size_t low = 0, high = sizeof classes / sizeof classes[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code_point < classes[middle].first)
            high = middle;
        else if (code_point > classes[middle].last)
            low = middle + 1;
        else
            return class_in_range(&classes[middle], code_point);
    }
    return LK_UNICODE_OTHER;
}

void lk_unicode_class_table(uint8_t table[LK_UNICODE_DENSE]) {
    memset(table, LK_UNICODE_OTHER, LK_UNICODE_DENSE);
    const class_range *end = classes + sizeof classes / sizeof classes[0];
    for (const class_range *range = classes; range < end && range->last < LK_UNICODE_DENSE; range++)
        for (uint32_t code_point = range->first; code_point <= range->last; code_point++)
            table[code_point] = (uint8_t)class_in_range(range, code_point);
}

uint32_t lk_unicode_lower(uint32_t code_point) {
    size_t low = 0, high = sizeof lower / sizeof lower[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        const lower_run *run = &lower[middle];
        if (code_point < run->first)
            high = middle;
        else if (code_point > run->last)
            low = middle + 1;
        else if ((code_point - run->first) % run->step)
            return code_point;
        else
            return (uint32_t)((int64_t)code_point + run->difference);
    }
    return code_point;
}

static bool is_in(const code_range *ranges, size_t count, uint32_t code_point) {
    for (size_t i = 0; i < count; i++)
        if (code_point <= ranges[i].last) return code_point >= ranges[i].first;
    return false;
}

bool lk_unicode_is_title(uint32_t code_point) {
    return is_in(titles, sizeof titles / sizeof titles[0], code_point);
}

bool lk_unicode_is_modifier(uint32_t code_point) {
    return is_in(modifiers, sizeof modifiers / sizeof modifiers[0], code_point);
}
