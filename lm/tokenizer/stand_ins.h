// Printable characters that stand for bytes in files of text: GPT-2's table. Printable bytes of
// Latin-1 stand for themselves, the others for the characters from U+0100 on.
#ifndef LK_STAND_INS_H
#define LK_STAND_INS_H

#include "context.h"

// Appends the bytes that the characters of a text stand for. False, with nothing appended, where
// one of them stands for none.
bool lk_stand_ins_read(lk_buffer *bytes, const char *text, size_t length);
void lk_stand_ins_write(lk_buffer *text, const char *bytes, size_t length);
// The character that stands for a byte.
uint32_t lk_stand_in_of(uint8_t byte);

#endif
