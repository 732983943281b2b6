// What JavaScript calls. A bridge is a context with the text that calls give back; every function
// that JavaScript sees is marked LK_EXPORT, takes numbers and pointers into the module's memory,
// and, when it can fail, returns an lk_status. Texts in are either C strings or a pointer with a
// length; answers are JSON in the bridge's output, valid until its next call.
//
// The list of exports is checked against the one of js/src/raw/exports.ts by a test.
#ifndef LK_BRIDGE_H
#define LK_BRIDGE_H

#include "likelore/json.h"

#include <emscripten.h>

#define LK_EXPORT EMSCRIPTEN_KEEPALIVE

typedef struct lk_bridge {
    lk_context *context;
    lk_buffer output;
    lk_json_writer *writer; // for answers that the bridge itself writes
    lk_json_writer *notes;  // an array of remarks, open until it is asked for
    lk_status failure;      // of the bridge itself, with `message`
    char message[256];
} lk_bridge;

// Keeps the message for lk_bridge_error and gives the status back.
lk_status lk_bridge_fail(lk_bridge *bridge, lk_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Ends the document of the bridge's writer and makes it the output.
lk_status lk_bridge_answer(lk_bridge *bridge);
// Adds the constants of the lab that this module holds to the open object of the bridge's writer:
// "kernels", the name of those in use, and others. Each module has its own.
void lk_bridge_add_lab_constants(lk_bridge *bridge);

#endif
