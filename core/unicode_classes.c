#include "unicode_classes.h"

#include <stddef.h>

enum { LETTER = LK_UNICODE_LETTER, MARK = LK_UNICODE_MARK, NUMBER = LK_UNICODE_NUMBER };

typedef struct class_range {
    uint32_t first, last;
    uint32_t kind;
} class_range;

// Every step-th code point from the first to the last, and how far its lower case is from it.
typedef struct lower_run {
    uint32_t first, last, step;
    int32_t difference;
} lower_run;

#include "unicode_classes.inc"

lk_unicode_class lk_unicode_class_of(uint32_t code_point) {
    size_t low = 0, high = sizeof classes / sizeof classes[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code_point < classes[middle].first)
            high = middle;
        else if (code_point > classes[middle].last)
            low = middle + 1;
        else
            return (lk_unicode_class)classes[middle].kind;
    }
    return LK_UNICODE_OTHER;
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
