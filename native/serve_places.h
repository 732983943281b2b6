// Where the built page and the browser package are.
#ifndef LIKELORE_SERVE_PLACES_H
#define LIKELORE_SERVE_PLACES_H

#include "command.h"
#include "serve_answer.h"

enum { PLACE_BYTES = 4096 };

typedef struct serve_places {
    char directory[PLACE_BYTES];
    char package[PLACE_BYTES];
    serve_site site; // points to these
} serve_places;

// Finds what to serve: the directory that the operand names, or else the page that was installed,
// or built, with this command; and the browser package beside that page, if it is there. Without an
// index.html fails with LK_ERROR_NO_INPUT, the call's message telling what to do.
lk_status find_places(serve_places *places, invocation *call);

#endif
