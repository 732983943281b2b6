// The path of a request as that of a file below the directory that is served.
#ifndef LIKELORE_SERVE_PATH_H
#define LIKELORE_SERVE_PATH_H

#include <stdbool.h>

enum { SERVE_PATH_BYTES = 1024, SERVE_NAME_BYTES = 255 };

// Decodes the target of a request, such as /assets/a%20b.js?x, up to its query, into the path of a
// file, "assets/a b.js"; a directory, with a slash at its end, becomes the index.html in it.
// Returns the status of HTTP: 200; 400 for what is no path (RFC 3986) or has bytes that names of
// ours never have: control characters, backslashes, and slashes that are encoded; 404 for names
// that are never served, which are empty ones and all that begin with a dot; 414 for what is too
// long.
//
// With 200 the path has one or more names of at most SERVE_NAME_BYTES bytes, separated by single
// slashes, and none of them leads upwards or is hidden. With another status its content means
// nothing.
unsigned serve_path(char path[SERVE_PATH_BYTES], const char *target);

// Whether a file of the built page has a hash of its content in its name: assets/index-BlPXTS6z.js.
bool serve_name_is_hashed(const char *path);

#endif
