// What the header fields of a request mean (RFC 9110), and the media types of answers.
#ifndef LIKELORE_SERVE_FIELDS_H
#define LIKELORE_SERVE_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

// Whether a Host field names this machine: 127.0.0.1, localhost or [::1], with or without a port.
// The port may be another than that of the server, for connections that are forwarded. Any other
// name may be that of a stranger's page which has its name resolve to this machine (DNS rebinding).
bool serve_host_is_local(const char *host);

// The media type of a file by the ending of its name.
const char *serve_media_type(const char *path);

// Whether an If-None-Match field lists the entity tag, which is given with its quotes.
bool serve_tag_is_listed(const char *field, const char *tag);

typedef enum serve_range {
    SERVE_WHOLE,  // no range, one that is not understood, or several of them
    SERVE_PART,   // the bytes from *first on, *length of them, at least one and all within the file
    SERVE_OUTSIDE // a range that begins behind the end of the file
} serve_range;

// Which bytes of a file of `size` bytes a Range field (NULL: none) asks for.
serve_range serve_range_of(uint64_t *first, uint64_t *length, const char *field, uint64_t size);

#endif
