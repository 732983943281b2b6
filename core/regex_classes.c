// The classes of an expression as ranges of code points. Only as much of the syntax is understood
// as tells where a class stands: within brackets, in a quotation, in a comment.
#include "regex.h"
#include "unicode_classes.h"

enum { LETTERS = 1 << LK_UNICODE_LETTER, UPPERS = 1 << LK_UNICODE_UPPER };
enum { LOWERS = 1 << LK_UNICODE_LOWER, LAST = 0x10FFFF };
enum { MOST_BYTES = 1 << 20 }; // PCRE2 takes no more either

// Of some classes only a part belongs to a property.
typedef enum property_part { WHOLE, TITLES, NO_TITLES, MODIFIERS, NO_MODIFIERS } property_part;

typedef struct property {
    const char *name;
    unsigned classes; // a bit for each
    property_part part;
} property;

static const property properties[] = {{"L", LETTERS | UPPERS | LOWERS, WHOLE},
                                      {"N", 1 << LK_UNICODE_NUMBER, WHOLE},
                                      {"M", 1 << LK_UNICODE_MARK, WHOLE},
                                      {"Lu", UPPERS, NO_TITLES},
                                      {"Lt", UPPERS, TITLES},
                                      {"Ll", LOWERS, WHOLE},
                                      {"Lm", LETTERS, MODIFIERS},
                                      {"Lo", LETTERS, NO_MODIFIERS},
                                      {"L&", UPPERS | LOWERS, WHOLE}};
static const property space = {"s", 1 << LK_UNICODE_SPACE, WHOLE};

// ---- Ranges -------------------------------------------------------------------------------------

static bool has_property(const property *p, lk_unicode_class label, uint32_t character) {
    if (!(p->classes >> label & 1)) return false;
    switch (p->part) {
    case TITLES:
        return lk_unicode_is_title(character);
    case NO_TITLES:
        return !lk_unicode_is_title(character);
    case MODIFIERS:
        return lk_unicode_is_modifier(character);
    case NO_MODIFIERS:
        return !lk_unicode_is_modifier(character);
    case WHOLE:
        break;
    }
    return true;
}

static void append_range(lk_buffer *out, uint32_t first, uint32_t last) {
    lk_buffer_printf(out, "\\x{%X}", (unsigned)first);
    if (last > first) lk_buffer_printf(out, "-\\x{%X}", (unsigned)last);
}

// Beyond the dense part there are but some marks, in one block.
static uint32_t next_to_ask(uint32_t character) {
    enum { BLOCK = 0xE0000, BLOCK_END = 0xE1000 };
    if (character < LK_UNICODE_DENSE || (character >= BLOCK && character < BLOCK_END))
        return character;
    return character < BLOCK ? BLOCK : LAST + 1;
}

static void append_ranges(lk_buffer *out, const uint8_t *table, const property *p, bool negated) {
    uint32_t begin = 0; // of the characters that are as the last one
    bool was_in = negated;
    for (uint32_t c = 0; (c = next_to_ask(c)) <= LAST; c++) {
        lk_unicode_class label =
            c < LK_UNICODE_DENSE ? (lk_unicode_class)table[c] : lk_unicode_class_of(c);
        bool is_in = has_property(p, label, c) != negated;
        if (is_in == was_in) continue;
        if (was_in && c > begin) append_range(out, begin, c - 1);
        begin = c;
        was_in = is_in;
    }
    if (was_in) append_range(out, begin, LAST);
}

// ---- Syntax -------------------------------------------------------------------------------------

typedef struct speller {
    lk_buffer *out;
    const char *at;
    const uint8_t *table;
    bool in_brackets;
    bool has_comments; // # begins one, up to the end of the line
} speller;

static void copy(speller *s, size_t length) {
    size_t left = strlen(s->at);
    if (length > left) length = left;
    lk_buffer_append(s->out, s->at, length);
    s->at += length;
}

// Copies up to the end of the text `end`, or all.
static void copy_through(speller *s, const char *end) {
    const char *found = strstr(s->at, end);
    copy(s, found ? (size_t)(found - s->at) + strlen(end) : strlen(s->at));
}

// What \p… names, if it is one of the classes; *length is that of the whole escape.
static const property *read_property(const char *at, bool *negated, size_t *length) {
    bool has_braces = at[2] == '{';
    const char *name = at + 2 + has_braces;
    *negated = at[1] == 'P';
    if (has_braces && *name == '^') *negated = !*negated, name++;
    size_t size = has_braces ? strcspn(name, "}") : *name != 0;
    *length = (size_t)(name - at) + size + has_braces;
    if (has_braces && name[size] == 0) return NULL;
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++)
        if (strlen(properties[i].name) == size && memcmp(properties[i].name, name, size) == 0)
            return &properties[i];
    return NULL;
}

static void append_class(speller *s, const property *p, bool negated) {
    if (!s->in_brackets) lk_buffer_append_text(s->out, negated ? "[^" : "[");
    append_ranges(s->out, s->table, p, negated && s->in_brackets);
    if (!s->in_brackets) lk_buffer_append_byte(s->out, ']');
}

static void spell_escape(speller *s) {
    size_t length = 2;
    bool negated = s->at[1] == 'S';
    const property *p = NULL;
    if (s->at[1] == 'p' || s->at[1] == 'P') p = read_property(s->at, &negated, &length);
    if (s->at[1] == 's' || s->at[1] == 'S') p = &space;
    if (p) {
        append_class(s, p, negated);
        s->at += length;
    } else if (s->at[1] == 'Q') {
        copy_through(s, "\\E");
    } else {
        copy(s, 2);
    }
}

// A ] that comes first is one of the characters.
static void enter_brackets(speller *s) {
    s->in_brackets = true;
    copy(s, 1);
    if (*s->at == '^') copy(s, 1);
    if (*s->at == ']') copy(s, 1);
}

static void spell_next(speller *s) {
    const char *at = s->at;
    if (*at == '\\') {
        spell_escape(s);
    } else if (s->in_brackets) {
        if (*at == ']') s->in_brackets = false;
        if (strncmp(at, "[:", 2) == 0 && strstr(at, ":]"))
            copy_through(s, ":]");
        else
            copy(s, 1);
    } else if (*at == '[') {
        enter_brackets(s);
    } else if (strncmp(at, "(?#", 3) == 0) {
        copy_through(s, ")");
    } else if (*at == '#' && s->has_comments) {
        copy_through(s, "\n");
    } else {
        copy(s, 1);
    }
}

// Whether an option such as (?x) or (?ix: allows comments.
static bool may_have_comments(const char *expression) {
    for (const char *at = expression; (at = strstr(at, "(?")); at += 2) {
        size_t length = strspn(at + 2, "^-imnsxJU");
        if (memchr(at + 2, 'x', length)) return true;
    }
    return false;
}

lk_status lk_regex_spell_out(lk_context *context, lk_buffer *out, const char *expression) {
    uint8_t *table = lk_alloc(context, LK_UNICODE_DENSE, 1);
    LK_NEED(table);
    lk_unicode_class_table(table);
    speller s = {.out = out,
                 .at = expression,
                 .table = table,
                 .has_comments = may_have_comments(expression)};
    while (*s.at && out->length <= MOST_BYTES) spell_next(&s);
    lk_free(context, table);
    LK_TRY(lk_buffer_status(out));
    if (out->length <= MOST_BYTES) return LK_OK;
    return lk_fail_at(context, LK_ERROR_LIMIT, (lk_location){.byte = s.at - expression},
                      "the regular expression is too long, with its classes spelled out");
}
