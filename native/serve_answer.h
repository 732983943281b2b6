// What a server answers to a request: HTTP without the network.
#ifndef LIKELORE_SERVE_ANSWER_H
#define LIKELORE_SERVE_ANSWER_H

#include "serve_path.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What is served. The strings are borrowed.
typedef struct serve_site {
    const char *directory; // at /
    const char *package;   // at /likelore/, the browser package; NULL: nothing is
    bool is_page;          // the directory is the built page, where files in assets/ never change
} serve_site;

// A request; fields that it does not have are NULL.
typedef struct serve_request {
    const char *method;
    const char *target; // as it was sent, still encoded
    const char *host;   // NULL also when there are several
    const char *range;
    const char *if_range;
    const char *if_none_match;
} serve_request;

typedef struct serve_field {
    const char *name;
    const char *value;
} serve_field;

enum { SERVE_MOST_FIELDS = 16 };

typedef struct serve_answer {
    unsigned status;
    int file; // open for reading, the bytes of the answer are in it; -1: they are `text`
    uint64_t first;
    uint64_t length;
    const char *text; // lives as long as the program
    serve_field fields[SERVE_MOST_FIELDS];
    size_t field_count;
    // What some fields point to: the answer must not be copied.
    char tag[64];
    char content_range[64];
    char location[3 * SERVE_PATH_BYTES];
} serve_answer;

// Fills the answer. Its file, if there is one, is the caller's to close.
void serve_request_answer(serve_answer *answer, const serve_site *site,
                          const serve_request *request);

// Whether the directory has a file of this name, as a request would find it.
bool serve_has_file(const char *directory, const char *name);

#endif
