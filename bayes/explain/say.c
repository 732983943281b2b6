// Saying phrases.
#include "explain/words.h"

#include <stdio.h>

// ---- What slots hold ---------------------------------------------------------------------------

static bool is_one(const lk_slot *slot) {
    return slot->kind == LK_SLOT_CELLS ? slot->number == 1 : slot->count == 1;
}

static void say_text(lk_document *d, const char *text) {
    d->markup->escape(d->sink, text, d->language);
}

static void say_english(lk_document *d, const char *text) {
    bool marked = d->language != LK_ENGLISH;
    if (marked) lk_buffer_append_text(d->sink, d->markup->english);
    say_text(d, text);
    if (marked) lk_buffer_append_text(d->sink, d->markup->english_end);
}

static void say_worded(lk_document *d, uint64_t count) {
    if (count <= 10)
        lk_say(d, (lk_phrase)(LK_SAY_NUMBER_0 + count));
    else
        lk_say_slot(d, lk_count(count));
}

// Digits are not escaped: no format has a use of its own for them.
void lk_say_slot(lk_document *d, lk_slot slot) {
    switch (slot.kind) {
    case LK_SLOT_NOTHING:
        break;
    case LK_SLOT_TEXT:
        say_text(d, slot.text);
        break;
    case LK_SLOT_ENGLISH:
        say_english(d, slot.text);
        break;
    case LK_SLOT_COUNT:
        lk_buffer_printf(d->sink, "%llu", (unsigned long long)slot.count);
        break;
    case LK_SLOT_CELLS:
        lk_buffer_printf(d->sink, "%.0f", slot.number);
        break;
    case LK_SLOT_NUMBER:
        lk_document_text(d, "%.6g", slot.number);
        break;
    case LK_SLOT_WORDED:
        say_worded(d, slot.count);
        break;
    case LK_SLOT_PHRASE:
        lk_say_slots(d, slot.phrase, slot.slots);
        break;
    case LK_SLOT_WRITER:
        slot.write(d, slot.subject);
        break;
    }
}

// ---- Blanks ------------------------------------------------------------------------------------

// Chinese has blanks beside Latin letters and digits alone. Templates have them on both sides of a
// slot; those that come to stand between two wide characters are left out.

static bool ends_wide(const char *text, size_t length) {
    size_t start = length;
    while (start > 0 && ((uint8_t)text[start - 1] & 0xC0) == 0x80) start--;
    if (start == 0 || start == length) return false;
    const char *last = text + start - 1;
    return lk_document_is_wide(lk_document_next_character(&last));
}

static bool begins_wide(const char *text) {
    return lk_document_is_wide(lk_document_next_character(&text));
}

// Takes out the blank before `start`.
static void close_up(lk_buffer *sink, size_t start) {
    if (start == 0 || sink->data[start - 1] != ' ' || !begins_wide(sink->data + start)) return;
    if (!ends_wide(sink->data, start - 1)) return;
    memmove(sink->data + start - 1, sink->data + start, sink->length - start + 1);
    sink->length--;
}

static bool is_spoken(const lk_slot *slot) {
    return slot->kind == LK_SLOT_PHRASE || slot->kind == LK_SLOT_WORDED;
}

// Says a slot before `rest`, and returns what of that is left to say.
static const char *say_between(lk_document *d, const lk_slot *slot, const char *rest) {
    size_t start = d->sink->length;
    lk_say_slot(d, *slot);
    const lk_buffer *sink = d->sink;
    if (!is_spoken(slot) || sink->status != LK_OK || sink->length == start) return rest;
    close_up(d->sink, start);
    bool joined = *rest == ' ' && begins_wide(rest + 1) && ends_wide(sink->data, sink->length);
    return rest + joined;
}

// ---- Phrases -----------------------------------------------------------------------------------

static void say_words(lk_document *d, const char *words, size_t length) {
    char piece[LK_PHRASE_BYTES];
    if (length >= sizeof piece) length = sizeof piece - 1;
    memcpy(piece, words, length);
    piece[length] = 0;
    say_text(d, piece);
}

// {0} or {0:one|many}; returns what follows it.
static const char *say_braces(lk_document *d, const char *at, const lk_slot *slots) {
    const lk_slot *slot = &slots[at[1] - '0'];
    const char *end = strchr(at, '}');
    if (at[2] == '}') return say_between(d, slot, end + 1);
    const char *one = at + 3, *bar = strchr(one, '|');
    if (is_one(slot))
        say_words(d, one, (size_t)(bar - one));
    else
        say_words(d, bar + 1, (size_t)(end - bar - 1));
    return end + 1;
}

void lk_say_slots(lk_document *d, lk_phrase phrase, const lk_slot *slots) {
    const char *at = lk_phrase_words(phrase, d->language);
    while (*at) {
        size_t plain = strcspn(at, "{");
        say_words(d, at, plain);
        at += plain;
        if (*at) at = say_braces(d, at, slots);
    }
}

void lk_say(lk_document *d, lk_phrase phrase) { lk_say_slots(d, phrase, NULL); }

// ---- Blocks ------------------------------------------------------------------------------------

void lk_say_strong(lk_document *d, lk_phrase phrase) {
    lk_buffer_append_text(d->sink, d->markup->strong);
    lk_say(d, phrase);
    lk_buffer_append_text(d->sink, d->markup->strong_end);
}

void lk_say_heading(lk_document *d, int level, lk_phrase phrase, const lk_slot *slots) {
    lk_buffer text = lk_buffer_make(d->out->context), *sink = d->sink;
    d->sink = &text;
    lk_say_slots(d, phrase, slots);
    d->sink = sink;
    d->markup->heading(d, level + d->deeper, lk_buffer_text(&text));
    if (text.status != LK_OK) d->out->status = text.status;
    lk_buffer_free(&text);
}

void lk_say_cell(lk_document *d, lk_phrase phrase) {
    lk_document_cell(d);
    lk_say(d, phrase);
}

void lk_say_paragraph(lk_document *d, lk_phrase phrase, const lk_slot *slots) {
    lk_document_paragraph(d);
    lk_say_slots(d, phrase, slots);
    lk_document_paragraph_end(d);
}

// ---- Plain text --------------------------------------------------------------------------------

lk_status lk_say_plainly(lk_buffer *text, lk_language language, lk_phrase phrase,
                         const lk_slot *slots) {
    lk_document plain = lk_document_make(text, LK_DOCUMENT_TEXT);
    plain.language = language;
    lk_say_slots(&plain, phrase, slots);
    return lk_document_finish(&plain);
}

lk_slot lk_because(lk_slot room[1], lk_status status, const char *message) {
    lk_phrase phrase = status == LK_ERROR_IMPOSSIBLE ? LK_SAY_BECAUSE_IMPOSSIBLE
                       : status == LK_ERROR_LIMIT    ? LK_SAY_BECAUSE_OF_LIMIT
                       : status == LK_ERROR_DATA     ? LK_SAY_BECAUSE_OF_DATA
                                                     : LK_SAY_BECAUSE;
    room[0] = lk_english(message);
    return lk_phrased(phrase, room);
}
