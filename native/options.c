#include "options.h"

#include "likelore/core.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OPTIONS = 64 };

typedef struct parser {
    arguments *parsed;
    char *error;
    size_t error_bytes;
    const option *tables[2];
    bool settings;
    int count;
    char *const *words;
    int next; // word to look at
} parser;

static bool fail(parser *p, const char *format, const char *word, size_t length) {
    snprintf(p->error, p->error_bytes, format, (int)length, word);
    return false;
}

static const option *find_name(const parser *p, const char *name, size_t length) {
    for (size_t t = 0; t < 2; t++)
        for (const option *o = p->tables[t]; o && o->name; o++)
            if (strlen(o->name) == length && memcmp(o->name, name, length) == 0) return o;
    return NULL;
}

static const option *find_letter(const parser *p, char letter) {
    for (size_t t = 0; t < 2; t++)
        for (const option *o = p->tables[t]; o && o->name; o++)
            if (o->letter == letter) return o;
    return NULL;
}

static void keep(parser *p, given_option given) {
    p->parsed->given[p->parsed->given_count++] = given;
}

static bool unknown_option(parser *p, const char *name, size_t length) {
    const char *names[MOST_OPTIONS];
    size_t count = 0;
    for (size_t t = 0; t < 2; t++)
        for (const option *o = p->tables[t]; o && o->name && count < MOST_OPTIONS; o++)
            names[count++] = o->name;
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)length, name);
    const char *near = lk_suggest(word, names, count);
    int used = snprintf(p->error, p->error_bytes, "there is no option --%s", word);
    if (near && used > 0 && (size_t)used < p->error_bytes)
        snprintf(p->error + used, p->error_bytes - (size_t)used, "; did you mean --%s?", near);
    return false;
}

// Takes the value of an option: what follows `=` or the letter, or else the next word.
static bool take_value(parser *p, const option *o, const char *attached) {
    bool optional = o->value && o->value[0] == '[';
    if (optional) {
        keep(p, (given_option){.option = o, .value = attached ? attached : ""});
        return true;
    }
    if (!o->value) {
        if (attached) return fail(p, "--%.*s takes no value", o->name, strlen(o->name));
        keep(p, (given_option){.option = o});
        return true;
    }
    if (!attached && p->next < p->count) attached = p->words[p->next++];
    if (!attached) return fail(p, "--%.*s needs a value", o->name, strlen(o->name));
    keep(p, (given_option){.option = o, .value = attached});
    return true;
}

static bool parse_long(parser *p, const char *word) {
    const char *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    const option *o = find_name(p, word, length);
    if (o) return take_value(p, o, equals ? equals + 1 : NULL);
    if (!p->settings) return unknown_option(p, word, length);
    if (!equals) return fail(p, "--%.*s needs a value: --key=value", word, length);
    keep(p, (given_option){.key = word, .key_length = length, .value = equals + 1});
    return true;
}

// -abc is -a -b -c as long as these are flags; the rest after the first that is not is its value.
static bool parse_letters(parser *p, const char *letters) {
    for (; *letters; letters++) {
        const option *o = find_letter(p, *letters);
        if (!o) return fail(p, "there is no option -%.*s", letters, 1);
        if (o->value) return take_value(p, o, letters[1] ? letters + 1 : NULL);
        keep(p, (given_option){.option = o});
    }
    return true;
}

static bool parse_word(parser *p, const char *word, bool *options_ended) {
    if (*options_ended || word[0] != '-' || word[1] == 0) {
        p->parsed->operands[p->parsed->operand_count++] = word;
        return true;
    }
    if (strcmp(word, "--") == 0) {
        *options_ended = true;
        return true;
    }
    return word[1] == '-' ? parse_long(p, word + 2) : parse_letters(p, word + 1);
}

// Room for every word being an option or, for letters run together, every character.
static size_t most_given(int count, char *const *words) {
    size_t most = 1;
    for (int i = 0; i < count; i++) most += 1 + strlen(words[i]);
    return most;
}

bool arguments_parse(arguments *parsed, char *error, size_t error_bytes, int count,
                     char *const *words, const option *own, const option *common, bool settings) {
    *parsed = (arguments){0};
    parsed->given = calloc(most_given(count, words), sizeof *parsed->given);
    parsed->operands = calloc((size_t)count + 1, sizeof *parsed->operands);
    parser p = {parsed, error, error_bytes, {own, common}, settings, count, words, 0};
    if (!parsed->given || !parsed->operands) return fail(&p, "%.*s", "out of memory", 13);
    bool options_ended = false;
    while (p.next < count) {
        const char *word = words[p.next++];
        if (!parse_word(&p, word, &options_ended)) return false;
    }
    return true;
}

void arguments_free(arguments *parsed) {
    free(parsed->given);
    free(parsed->operands);
    *parsed = (arguments){0};
}

// ---- Looking at what was given ----------------------------------------------------------------

static bool is_named(const given_option *given, const char *name) {
    return given->option && strcmp(given->option->name, name) == 0;
}

bool has_flag(const arguments *given, const char *name) {
    for (size_t i = 0; i < given->given_count; i++)
        if (is_named(&given->given[i], name)) return true;
    return false;
}

const char *option_value(const arguments *given, const char *name, const char *fallback) {
    for (size_t i = given->given_count; i > 0; i--)
        if (is_named(&given->given[i - 1], name)) return given->given[i - 1].value;
    return fallback;
}

const char *option_value_at(const arguments *given, const char *name, size_t index) {
    for (size_t i = 0; i < given->given_count; i++)
        if (is_named(&given->given[i], name) && index-- == 0) return given->given[i].value;
    return NULL;
}

bool option_integer(const arguments *given, const char *name, uint64_t *value, uint64_t least,
                    uint64_t most) {
    const char *text = option_value(given, name, NULL);
    if (!text) return true;
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno || number < least || number > most)
        return false;
    *value = number;
    return true;
}

bool option_number(const arguments *given, const char *name, double *value, double least,
                   double most) {
    const char *text = option_value(given, name, NULL);
    if (!text) return true;
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end || !isfinite(number) || number < least || number > most) return false;
    *value = number;
    return true;
}

bool parse_size(const char *text, uint64_t *bytes) {
    char *end;
    errno = 0;
    double number = strtod(text, &end);
    if (end == text || errno || !isfinite(number) || number <= 0) return false;
    static const char units[] = "KMGT";
    if (*end) {
        const char *unit = strchr(units, *end);
        if (!unit) return false;
        for (const char *u = units; u <= unit; u++) number *= 1024;
        end++;
        if (*end == 'i') end++;
        if (*end == 'B') end++;
        if (*end) return false;
    }
    if (number >= 0x1p63) return false;
    *bytes = (uint64_t)number;
    return true;
}
