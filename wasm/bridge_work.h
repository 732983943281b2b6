// Work in steps, between which a page can stop it: what is asked of a network or of a table, and an
// object of its kind. A kind is a struct whose first member is an lk_work.
#ifndef LK_BRIDGE_WORK_H
#define LK_BRIDGE_WORK_H

#include "bridge_request.h"

#include "likelore/csv.h"

typedef struct lk_work_kind {
    size_t size; // of its struct
    // Makes the object of the kind.
    lk_status (*begin)(void *work);
    // Frees it; also where `begin` has failed.
    void (*end)(void *work);
} lk_work_kind;

// What `begin` finds; all of it is the work's own.
typedef struct lk_work {
    lk_bridge *bridge;
    const lk_work_kind *kind;
    lk_request request; // without a network its document alone
    uint8_t *bytes;     // of the table
    lk_csv *table;      // NULL: there is none
    double start;       // lk_bridge_seconds
} lk_work;

// What there is to work on.
typedef struct lk_work_input {
    const lk_network *network; // NULL: none; it may be freed before the work
    const char *text;          // a request as JSON
    size_t text_length;
    const uint8_t *bytes; // of a table that members of the request describe (bridge_table.h)
    size_t length;
    bool has_table;
} lk_work_input;

lk_status lk_work_open(lk_bridge *bridge, lk_work **made, const lk_work_kind *kind,
                       const lk_work_input *input);
void lk_work_close(lk_work *work);
// Frees the table where it is not needed any more.
void lk_work_drop_table(lk_work *work);

#endif
