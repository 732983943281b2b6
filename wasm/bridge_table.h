// Tables of data from JavaScript: the bytes of a CSV file, read as members of a request say, which
// are all optional: {"separator":",", "missing":["?"], "file_name":"data.csv"}.
#ifndef LK_BRIDGE_TABLE_H
#define LK_BRIDGE_TABLE_H

#include "bridge.h"

#include "likelore/csv.h"

// The table is freed with lk_csv_free; bytes and document must outlive it. LK_ERROR_USAGE for a
// separator that is not , ; | tab; otherwise errors as lk_csv_new.
lk_status lk_bridge_table(lk_bridge *bridge, lk_csv **table, const lk_json *document,
                          const uint8_t *bytes, size_t length);

// A document and a table that it describes, handed to `work` with `object`.
lk_status lk_bridge_with_table(lk_bridge *bridge, const char *text, size_t text_length,
                               const uint8_t *bytes, size_t length, void *object,
                               lk_status (*work)(lk_bridge *, const lk_json *, lk_csv *, void *));

#endif
