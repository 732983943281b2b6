// XML as a tree. (xml.c is the door to expat; no other file knows the library.)
//
// Encodings: UTF-8, UTF-16, ISO-8859-1 and US-ASCII, all to UTF-8. Entities that a file declares,
// and external ones, are refused: files of networks need none, and they are how small files grow.
#ifndef LK_XML_H
#define LK_XML_H

#include "formats/formats.h"

typedef struct lk_xml_attribute {
    const char *name;
    const char *value;
    struct lk_xml_attribute *next;
} lk_xml_attribute;

typedef struct lk_xml_node {
    const char *name;
    lk_xml_attribute *attributes;
    const char *text; // of an element without elements in it, "" of others; without the white
                      // space around it
    struct lk_xml_node *parent, *first, *last, *next;
    int64_t line, column, byte;
} lk_xml_node;

// Parses a source into a tree within the arena. LK_ERROR_SYNTAX with the place; LK_ERROR_LIMIT
// beyond 64 levels; LK_ERROR_UNSUPPORTED for declared entities.
lk_status lk_xml_parse(lk_arena *arena, lk_xml_node **root, const lk_source *source);

// The first child of that name, or the next sibling of that name after a node; NULL: none.
const lk_xml_node *lk_xml_child(const lk_xml_node *node, const char *name);
const lk_xml_node *lk_xml_next(const lk_xml_node *node, const char *name);
// NULL when it is not there.
const char *lk_xml_attribute_value(const lk_xml_node *node, const char *name);
lk_location lk_xml_location(const lk_xml_node *node, const lk_source *source);

// Whether the first element of a text has that name, as far as bytes tell.
bool lk_xml_probe(const lk_source *source, const char *root);

// Text with < > & " ' and line ends as XML writes them.
void lk_xml_write_text(lk_buffer *out, const char *text);

#endif
