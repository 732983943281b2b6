// Whether a text is a well-formed XML document, as far as drawings use XML: elements, attributes in
// double quotes, the five entities, no comments, no processing instructions.
#ifndef LK_XML_CHECK_H
#define LK_XML_CHECK_H

#include "unicode.h"

#include <criterion/criterion.h>
#include <string.h>

enum { XML_DEEPEST = 16 };

typedef struct xml_check {
    const char *at;
    const char *stack[XML_DEEPEST]; // names of the open elements
    size_t lengths[XML_DEEPEST];
    int depth;
    size_t elements;
} xml_check;

static inline size_t xml_name(const char *at) {
    size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:");
    cr_assert(length > 0, "no name at “%.40s”", at);
    return length;
}

// Passes character data up to one of `ends`.
static inline void xml_text(xml_check *x, const char *ends) {
    while (*x->at && !strchr(ends, *x->at)) {
        if (*x->at == '&') {
            size_t length = strcspn(x->at, ";") + 1;
            bool known =
                strncmp(x->at, "&amp;", length) == 0 || strncmp(x->at, "&lt;", length) == 0 ||
                strncmp(x->at, "&gt;", length) == 0 || strncmp(x->at, "&quot;", length) == 0;
            cr_assert(known, "no entity at “%.40s”", x->at);
            x->at += length;
            continue;
        }
        uint32_t c;
        bool valid;
        x->at += lk_utf8_decode((const uint8_t *)x->at, strlen(x->at) < 4 ? strlen(x->at) : 4, &c,
                                &valid);
        cr_assert(valid && c != '<' && (c >= 0x20 || c == '\n') && c != 0xFFFE && c != 0xFFFF,
                  "U+%04X is not text", c);
    }
}

static inline void xml_begin_element(xml_check *x) {
    size_t length = xml_name(x->at);
    cr_assert(x->depth < XML_DEEPEST);
    x->stack[x->depth] = x->at;
    x->lengths[x->depth++] = length;
    x->elements++;
    x->at += length;
    while (*x->at == ' ') {
        x->at++;
        x->at += xml_name(x->at);
        cr_assert(strncmp(x->at, "=\"", 2) == 0, "no value at “%.40s”", x->at);
        x->at += 2;
        xml_text(x, "\"");
        cr_assert(*x->at++ == '"');
    }
    if (strncmp(x->at, "/>", 2) == 0) {
        x->at += 2;
        x->depth--;
    } else {
        cr_assert(*x->at++ == '>', "no end of a tag at “%.40s”", x->at - 1);
    }
}

static inline void xml_end_element(xml_check *x) {
    size_t length = xml_name(x->at);
    cr_assert(x->depth > 0);
    x->depth--;
    cr_assert(length == x->lengths[x->depth] && memcmp(x->at, x->stack[x->depth], length) == 0,
              "</%.*s> does not end <%.*s>", (int)length, x->at, (int)x->lengths[x->depth],
              x->stack[x->depth]);
    x->at += length;
    cr_assert(*x->at++ == '>');
}

// Returns the number of elements.
static inline size_t check_xml(const char *text) {
    xml_check x = {.at = text};
    do {
        cr_assert(*x.at == '<', "no tag at “%.40s”", x.at);
        x.at++;
        if (*x.at == '/') {
            x.at++;
            xml_end_element(&x);
        } else {
            xml_begin_element(&x);
        }
        if (x.depth > 0) xml_text(&x, "<");
    } while (x.depth > 0);
    cr_assert(strcmp(x.at, "\n") == 0, "“%.40s” follows the document", x.at);
    return x.elements;
}

#endif
