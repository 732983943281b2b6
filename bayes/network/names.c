#include "network/names.h"

#include <string.h>

static void skip_blanks(lk_names *c) {
    while (*c->at == ' ' || *c->at == '\t') c->at++;
}

lk_status lk_names_fail(const lk_names *c, const char *expected) {
    if (*c->at == 0) return lk_fail(c->context, LK_ERROR_USAGE, "expected %s at the end", expected);
    return lk_fail(c->context, LK_ERROR_USAGE, "expected %s at \"%.40s\"", expected, c->at);
}

static lk_status append(lk_names *c, size_t *length, char letter) {
    if (*length == LK_NAME_BYTES)
        return lk_fail(c->context, LK_ERROR_USAGE, "a name has more than %d bytes", LK_NAME_BYTES);
    c->name[(*length)++] = letter;
    return LK_OK;
}

static lk_status read_quoted(lk_names *c, size_t *length) {
    c->at++;
    for (;; c->at++) {
        if (*c->at == 0) return lk_names_fail(c, "a closing quote");
        if (*c->at == '"' && *++c->at != '"') return LK_OK;
        LK_TRY(append(c, length, *c->at));
    }
}

static lk_status read_bare(lk_names *c, size_t *length) {
    for (; *c->at && !strchr(",:=!\"", *c->at); c->at++) LK_TRY(append(c, length, *c->at));
    while (*length > 0 && strchr(" \t", c->name[*length - 1])) --*length;
    return LK_OK;
}

lk_status lk_names_read(lk_names *c, const char *expected) {
    size_t length = 0;
    skip_blanks(c);
    bool quoted = *c->at == '"';
    if (quoted)
        LK_TRY(read_quoted(c, &length));
    else
        LK_TRY(read_bare(c, &length));
    if (length == 0) return lk_names_fail(c, expected);
    c->name[length] = 0;
    skip_blanks(c);
    return LK_OK;
}

lk_status lk_names_comma(lk_names *c, bool *more) {
    *more = *c->at == ',';
    if (*more)
        c->at++;
    else if (*c->at != 0)
        return lk_names_fail(c, "\",\"");
    return LK_OK;
}
