// What writers share.
#ifndef LK_WRITE_H
#define LK_WRITE_H

#include "formats/formats.h"

// The shortest decimal that reads back as the same double, without an exponent where that takes at
// most some forty digits: not every program reads 1e-05.
void lk_write_number(lk_buffer *out, double value);

// LK_ERROR_UNSUPPORTED naming the format unless it is a Bayesian network.
lk_status lk_write_need_bayes(const lk_network *network, const char *format);
// LK_ERROR_UNSUPPORTED naming the format unless every variable has its table.
lk_status lk_write_need_tables(const lk_network *network, const char *format);

// Identifiers, for formats whose names are letters, digits and underscores only. Another name (and
// one that begins with lk__ itself) is written as lk__ and its bytes: letters and digits as they
// are, others as _ and two hexadecimal digits. So "a b" becomes lk__a_20b.
void lk_write_identifier(lk_buffer *out, const char *name);
// Takes that back; false, with nothing done, when the text is no such identifier. `name` has room
// for LK_NAME_BYTES + 1 bytes.
bool lk_read_identifier(char *name, const char *text, size_t length);

#endif
