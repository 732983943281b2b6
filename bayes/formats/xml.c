#include "formats/xml.h"

#include "formats/scanner.h"

#include <expat.h>
#include <limits.h>

enum { MOST_DEPTH = 64, PIECE = 1 << 20 };

typedef struct builder {
    lk_arena *arena;
    const lk_source *source;
    XML_Parser parser;
    lk_xml_node *root, *current;
    lk_buffer text; // of the current element
    int depth;
    lk_status status;
} builder;

// ---- Expat's memory ----------------------------------------------------------------------------

// Expat's functions for memory take no argument, so they find the context here; it is set while a
// parser lives, within one call.
static _Thread_local lk_context *current_context;

static void *take_memory(size_t bytes) { return lk_alloc(current_context, bytes, 1); }
static void *resize_memory(void *block, size_t bytes) {
    return lk_resize(current_context, block, bytes, 1);
}
static void give_memory_back(void *block) { lk_free(current_context, block); }

// ---- Building ----------------------------------------------------------------------------------

static void stop(builder *b, lk_status status) {
    if (b->status == LK_OK) b->status = status;
    XML_StopParser(b->parser, XML_FALSE);
}

static lk_location here(const builder *b) {
    return (lk_location){b->source->file, (int64_t)XML_GetCurrentLineNumber(b->parser),
                         (int64_t)XML_GetCurrentColumnNumber(b->parser) + 1,
                         (int64_t)XML_GetCurrentByteIndex(b->parser)};
}

static void stop_with(builder *b, lk_status status, const char *message) {
    stop(b, lk_fail_at(b->arena->context, status, here(b), "%s", message));
}

static lk_status copy_attributes(builder *b, lk_xml_node *node, const char **pairs) {
    for (; pairs[0]; pairs += 2) {
        lk_xml_attribute *attribute = lk_arena_alloc(b->arena, 1, sizeof *attribute);
        LK_NEED(attribute);
        attribute->name = lk_arena_copy_text(b->arena, pairs[0], strlen(pairs[0]));
        attribute->value = lk_arena_copy_text(b->arena, pairs[1], strlen(pairs[1]));
        LK_NEED(attribute->name);
        LK_NEED(attribute->value);
        attribute->next = node->attributes;
        node->attributes = attribute;
    }
    return LK_OK;
}

static lk_status add_node(builder *b, const char *name, const char **attributes) {
    lk_xml_node *node = lk_arena_alloc_zero(b->arena, 1, sizeof *node);
    LK_NEED(node);
    node->name = lk_arena_copy_text(b->arena, name, strlen(name));
    LK_NEED(node->name);
    LK_TRY(copy_attributes(b, node, attributes));
    lk_location location = here(b);
    node->text = "";
    node->line = location.line;
    node->column = location.column;
    node->byte = location.byte;
    node->parent = b->current;
    if (!b->current)
        b->root = node;
    else if (b->current->last)
        b->current->last->next = node;
    else
        b->current->first = node;
    if (b->current) b->current->last = node;
    b->current = node;
    return LK_OK;
}

static void start_element(void *user, const char *name, const char **attributes) {
    builder *b = user;
    if (++b->depth > MOST_DEPTH) {
        stop_with(b, LK_ERROR_LIMIT, "elements are within each other more than 64 levels deep");
        return;
    }
    lk_buffer_clear(&b->text);
    lk_status status = add_node(b, name, attributes);
    if (status != LK_OK) stop(b, status);
}

static lk_status keep_text(builder *b) {
    LK_TRY(lk_buffer_status(&b->text));
    const char *text = lk_buffer_text(&b->text);
    size_t start = 0, end = b->text.length;
    while (start < end && lk_is_space(text[start])) start++;
    while (end > start && lk_is_space(text[end - 1])) end--;
    b->current->text = lk_arena_copy_text(b->arena, text + start, end - start);
    LK_NEED(b->current->text);
    return LK_OK;
}

static void end_element(void *user, const char *name) {
    (void)name;
    builder *b = user;
    lk_status status = b->current->first ? LK_OK : keep_text(b);
    if (status != LK_OK) stop(b, status);
    lk_buffer_clear(&b->text);
    b->current = b->current->parent;
    b->depth--;
}

static void add_text(void *user, const char *text, int length) {
    builder *b = user;
    lk_buffer_append(&b->text, text, (size_t)length);
}

static void refuse_declaration(void *user, const char *name, int is_parameter, const char *value,
                               int value_length, const char *base, const char *system_id,
                               const char *public_id, const char *notation) {
    (void)name, (void)is_parameter, (void)value, (void)value_length;
    (void)base, (void)system_id, (void)public_id, (void)notation;
    stop_with(user, LK_ERROR_UNSUPPORTED, "files that declare entities are not read");
}

static void refuse_reference(void *user, const char *name, int is_parameter) {
    (void)name, (void)is_parameter;
    stop_with(user, LK_ERROR_UNSUPPORTED, "entities that are declared elsewhere are not read");
}

// ---- Parsing -----------------------------------------------------------------------------------

static lk_status fail_parse(builder *b) {
    if (b->status != LK_OK) return b->status;
    enum XML_Error error = XML_GetErrorCode(b->parser);
    if (error == XML_ERROR_NO_MEMORY) return LK_ERROR_MEMORY;
    return lk_fail_at(b->arena->context, LK_ERROR_SYNTAX, here(b), "this is not XML: %s",
                      XML_ErrorString(error));
}

// In pieces, as expat counts in ints.
static lk_status parse_pieces(builder *b) {
    size_t done = 0, length = b->source->length;
    do {
        size_t piece = length - done < PIECE ? length - done : PIECE;
        bool is_last = done + piece == length;
        if (XML_Parse(b->parser, b->source->bytes + done, (int)piece, is_last) != XML_STATUS_OK)
            return fail_parse(b);
        done += piece;
    } while (done < length);
    return b->status;
}

static lk_status parse(builder *b) {
    static const XML_Memory_Handling_Suite memory = {take_memory, resize_memory, give_memory_back};
    b->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    LK_NEED(b->parser);
    XML_SetUserData(b->parser, b);
    XML_SetElementHandler(b->parser, start_element, end_element);
    XML_SetCharacterDataHandler(b->parser, add_text);
    XML_SetEntityDeclHandler(b->parser, refuse_declaration);
    XML_SetSkippedEntityHandler(b->parser, refuse_reference);
    lk_status status = parse_pieces(b);
    XML_ParserFree(b->parser);
    return status;
}

lk_status lk_xml_parse(lk_arena *arena, lk_xml_node **root, const lk_source *source) {
    builder b = {.arena = arena, .source = source, .text = lk_buffer_make(arena->context)};
    lk_context *outer = current_context;
    current_context = arena->context;
    lk_status status = parse(&b);
    current_context = outer;
    lk_buffer_free(&b.text);
    *root = b.root;
    return status;
}

// ---- Looking -----------------------------------------------------------------------------------

static const lk_xml_node *first_named(const lk_xml_node *node, const char *name) {
    while (node && strcmp(node->name, name) != 0) node = node->next;
    return node;
}

const lk_xml_node *lk_xml_child(const lk_xml_node *node, const char *name) {
    return first_named(node->first, name);
}

const lk_xml_node *lk_xml_next(const lk_xml_node *node, const char *name) {
    return first_named(node->next, name);
}

const char *lk_xml_attribute_value(const lk_xml_node *node, const char *name) {
    for (const lk_xml_attribute *a = node->attributes; a; a = a->next)
        if (strcmp(a->name, name) == 0) return a->value;
    return NULL;
}

lk_location lk_xml_location(const lk_xml_node *node, const lk_source *source) {
    return (lk_location){source->file, node->line, node->column, node->byte};
}

// ---- Guessing ----------------------------------------------------------------------------------

// Passes `<? … ?>`, `<! … >` with a subset in brackets, and comments; false at anything else.
static bool pass_prolog(lk_scanner *s) {
    char second = lk_scanner_peek(s, 1);
    bool is_comment = second == '!' && lk_scanner_peek(s, 2) == '-';
    if (lk_scanner_peek(s, 0) != '<' || (second != '?' && second != '!')) return false;
    int brackets = 0;
    for (char c; (c = lk_scanner_peek(s, 0)) != 0; lk_scanner_advance(s)) {
        if (c == '[' && !is_comment) brackets++;
        if (c == ']' && !is_comment) brackets--;
        if (c != '>' || brackets > 0) continue;
        bool dashes = s->offset >= 2 && memcmp(s->source->bytes + s->offset - 2, "--", 2) == 0;
        if (is_comment && !dashes) continue;
        lk_scanner_advance(s);
        return true;
    }
    return false;
}

bool lk_xml_probe(const lk_source *source, const char *root) {
    lk_scanner s = lk_scanner_make(NULL, source);
    do
        while (lk_is_space(lk_scanner_peek(&s, 0))) lk_scanner_advance(&s);
    while (pass_prolog(&s));
    size_t length = strlen(root), left = source->length - s.offset;
    if (left < length + 2 || s.source->bytes[s.offset] != '<') return false;
    char after = s.source->bytes[s.offset + 1 + length];
    return memcmp(s.source->bytes + s.offset + 1, root, length) == 0 &&
           (lk_is_space(after) || after == '>' || after == '/');
}

// ---- Writing -----------------------------------------------------------------------------------

void lk_xml_write_text(lk_buffer *out, const char *text) {
    for (; *text; text++) {
        switch (*text) {
        case '<':
            lk_buffer_append_text(out, "&lt;");
            break;
        case '>':
            lk_buffer_append_text(out, "&gt;");
            break;
        case '&':
            lk_buffer_append_text(out, "&amp;");
            break;
        case '"':
            lk_buffer_append_text(out, "&quot;");
            break;
        case '\'':
            lk_buffer_append_text(out, "&apos;");
            break;
        default:
            if ((uint8_t)*text < ' ')
                lk_buffer_printf(out, "&#%u;", (unsigned)(uint8_t)*text);
            else
                lk_buffer_append_byte(out, *text);
        }
    }
}
