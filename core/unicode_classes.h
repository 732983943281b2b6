// Properties of code points: general categories, as far as texts are cut by them, and the lower
// case of one code point by itself.
#ifndef LK_UNICODE_CLASSES_H
#define LK_UNICODE_CLASSES_H

#include <stdbool.h>
#include <stdint.h>

typedef enum lk_unicode_class {
    LK_UNICODE_OTHER,
    LK_UNICODE_SPACE,  // White_Space
    LK_UNICODE_NUMBER, // N
    LK_UNICODE_MARK,   // M: combines with what is before it
    LK_UNICODE_LETTER, // Lm, Lo: a letter without case. This and what follows are letters
    LK_UNICODE_UPPER,  // Lu, Lt
    LK_UNICODE_LOWER   // Ll
} lk_unicode_class;

enum {
    // Every code point from here on is LK_UNICODE_OTHER, but for a few marks (variation selectors).
    LK_UNICODE_DENSE = 0x32400
};

lk_unicode_class lk_unicode_class_of(uint32_t code_point);
// The class of each code point below LK_UNICODE_DENSE, one byte each: lk_unicode_class_of in a
// table, for those who ask for millions.
void lk_unicode_class_table(uint8_t classes[LK_UNICODE_DENSE]);
// Whether a letter is one of Lt, and one of Lm.
bool lk_unicode_is_title(uint32_t code_point);
bool lk_unicode_is_modifier(uint32_t code_point);
// The lower case where it is one code point; else the code point itself.
uint32_t lk_unicode_lower(uint32_t code_point);

#endif
