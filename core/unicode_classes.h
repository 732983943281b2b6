// Properties of code points: what is a letter, a mark or a number (general categories L, M and N),
// and the lower case of one code point by itself.
#ifndef LK_UNICODE_CLASSES_H
#define LK_UNICODE_CLASSES_H

#include <stdint.h>

typedef enum lk_unicode_class {
    LK_UNICODE_OTHER,
    LK_UNICODE_LETTER,
    LK_UNICODE_MARK, // combines with what is before it
    LK_UNICODE_NUMBER
} lk_unicode_class;

lk_unicode_class lk_unicode_class_of(uint32_t code_point);
// The lower case where it is one code point; else the code point itself.
uint32_t lk_unicode_lower(uint32_t code_point);

#endif
