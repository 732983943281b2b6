#include "serve_path.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

enum { OK = 200, BAD_REQUEST = 400, NOT_FOUND = 404, URI_TOO_LONG = 414 };
enum { HASH_LENGTH = 8 }; // Vite's

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Reads the byte at *text and goes on behind it. What is encoded must not have a meaning.
static bool read_byte(const char **text, char *byte) {
    *byte = *(*text)++;
    if (*byte != '%') return true;
    int high = hex_digit((*text)[0]);
    int low = high < 0 ? -1 : hex_digit((*text)[1]);
    if (low < 0) return false;
    *byte = (char)(high << 4 | low);
    *text += 2;
    return *byte != '/';
}

static bool is_welcome(char byte) {
    unsigned char c = (unsigned char)byte;
    return c >= 0x20 && c != 0x7f && c != '\\';
}

static unsigned decode(char path[SERVE_PATH_BYTES], const char *target) {
    size_t length = 0;
    while (*target && *target != '?' && *target != '#') {
        char byte;
        if (!read_byte(&target, &byte) || !is_welcome(byte)) return BAD_REQUEST;
        if (length + 1 >= SERVE_PATH_BYTES) return URI_TOO_LONG;
        path[length++] = byte;
    }
    path[length] = 0;
    return OK;
}

static unsigned add_index(char path[SERVE_PATH_BYTES]) {
    static const char index[] = "index.html";
    size_t length = strlen(path);
    if (length > 0 && path[length - 1] != '/') return OK;
    if (length + sizeof index > SERVE_PATH_BYTES) return URI_TOO_LONG;
    memcpy(path + length, index, sizeof index);
    return OK;
}

static unsigned check_names(const char *path) {
    for (;;) {
        size_t length = strcspn(path, "/");
        if (length == 0 || path[0] == '.') return NOT_FOUND;
        if (length > SERVE_NAME_BYTES) return URI_TOO_LONG;
        if (path[length] == 0) return OK;
        path += length + 1;
    }
}

unsigned serve_path(char path[SERVE_PATH_BYTES], const char *target) {
    if (target[0] != '/') return BAD_REQUEST;
    unsigned status = decode(path, target + 1);
    if (status == OK) status = add_index(path);
    return status == OK ? check_names(path) : status;
}

bool serve_name_is_hashed(const char *path) {
    static const char folder[] = "assets/";
    if (strncmp(path, folder, sizeof folder - 1) != 0) return false;
    const char *name = strrchr(path, '/') + 1;
    const char *extension = strrchr(name, '.');
    if (!extension || extension - name <= HASH_LENGTH + 1) return false;
    const char *hash = extension - HASH_LENGTH;
    for (const char *c = hash; c < extension; c++)
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_') return false;
    return hash[-1] == '-';
}
