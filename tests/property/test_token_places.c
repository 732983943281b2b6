// Where tokens are in random bytes, against the characters that decoding the whole text finds.
#include "likelore/tokenizer.h"
#include "unicode.h"

#include "test_context.h"

enum { MOST = 600, TRIALS = 300 };

static size_t random_bytes(uint8_t *text, lk_random *random) {
    static const uint8_t bytes[] = {'a',  ' ',  0xC3, 0xA9, 0xE4, 0xBD, 0xA0, 0xED, 0x9F,
                                    0xA0, 0xF0, 0x9F, 0x98, 0x80, 0xF4, 0x8F, 0x90, 0xE0};
    size_t length = lk_random_below(random, MOST);
    for (size_t i = 0; i < length;) {
        size_t from = lk_random_below(random, sizeof bytes);
        size_t run = 1 + lk_random_below(random, 4);
        for (; run > 0 && i < length && from < sizeof bytes; run--) text[i++] = bytes[from++];
    }
    return length;
}

static lk_tokenizer *train(lk_context *context, lk_random *random) {
    uint8_t text[MOST];
    lk_tokenizer_training training = {.vocab_size = (uint32_t)(256 + lk_random_below(random, 60)),
                                      .pattern = LK_PATTERN_NONE};
    lk_tokenizer_trainer *trainer;
    lk_tokenizer *tokenizer;
    lk_merge_report report;
    size_t length = random_bytes(text, random);
    cr_assert(lk_tokenizer_trainer_new(context, &trainer, &training) == LK_OK);
    cr_assert(lk_tokenizer_trainer_feed(trainer, (char *)text, length, true) == LK_OK);
    do cr_assert(lk_tokenizer_trainer_step(trainer, &report) == LK_OK);
    while (!report.is_done);
    cr_assert(lk_tokenizer_trainer_finish(trainer, &tokenizer) == LK_OK);
    lk_tokenizer_trainer_free(trainer);
    return tokenizer;
}

// What a whole text is cut into: the character and the UTF-16 unit of each byte.
typedef struct characters {
    size_t of[MOST + 1], units[MOST + 1], unit_ends[MOST];
} characters;

static void find_characters(characters *c, const uint8_t *text, size_t length) {
    size_t count = 0, units = 0;
    for (size_t at = 0; at < length; count++) {
        uint32_t character;
        size_t size = lk_utf8_decode(text + at, length - at, &character, NULL), begin = units;
        units += character > 0xFFFF ? 2 : 1;
        for (size_t i = 0; i < size; i++, at++) {
            c->of[at] = count;
            c->units[at] = begin;
            c->unit_ends[at] = units;
        }
    }
}

static void check_places(lk_context *context, const lk_tokenizer *tokenizer, const uint8_t *text,
                         size_t length) {
    static characters c;
    lk_ids ids = lk_ids_make(context);
    lk_token_walk walk = {0};
    size_t at = 0;
    bool is_valid = lk_utf8_validate(text, length) == length;
    find_characters(&c, text, length);
    cr_assert(lk_tokenizer_encode(context, &ids, tokenizer, (const char *)text, length, NULL) ==
              LK_OK);
    for (size_t i = 0; i < ids.count; i++) {
        lk_token_place place = lk_token_walk_next(&walk, tokenizer, ids.ids[i]);
        cr_assert(place.byte == at && place.byte_end > at && place.byte_end <= length);
        cr_assert(place.character == c.of[at]);
        at = place.byte_end;
        cr_assert(place.character_end == c.of[at - 1] + 1);
        if (!is_valid) continue;
        cr_assert(place.unit == c.units[place.byte] && place.unit_end == c.unit_ends[at - 1]);
    }
    cr_assert(at == length);
    lk_ids_free(&ids);
}

Test(token_places, bytes_and_characters_are_those_of_the_text) {
    lk_context *context = make_context();
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        lk_random random = lk_random_stream(3, LK_RANDOM_TEST, 0, trial);
        lk_tokenizer *tokenizer = train(context, &random);
        uint8_t text[MOST];
        lk_buffer valid = lk_buffer_make(context);
        for (int i = 0; i < 5; i++) {
            size_t length = random_bytes(text, &random);
            check_places(context, tokenizer, text, length);
            lk_buffer_clear(&valid);
            cr_assert(lk_text_repair(&valid, NULL, (char *)text, length / 3, true) == LK_OK);
            check_places(context, tokenizer, (const uint8_t *)lk_buffer_text(&valid), valid.length);
        }
        lk_buffer_free(&valid);
        lk_tokenizer_free(tokenizer);
    }
    free_context(context);
}
