#include "tokenizer/word_counts.h"

enum { FIRST_BITS = 12 };

static size_t slots(unsigned bits) { return (size_t)1 << bits; }

// At most two thirds of the slots are taken.
static bool is_full(size_t count, unsigned bits) { return count >= slots(bits) / 3 * 2; }

lk_status lk_word_counts_make(lk_context *context, lk_word_counts *counts) {
    *counts =
        (lk_word_counts){.context = context, .short_bits = FIRST_BITS, .long_bits = FIRST_BITS};
    counts->short_words = lk_alloc_zero(context, slots(FIRST_BITS), sizeof *counts->short_words);
    counts->long_words = lk_alloc_zero(context, slots(FIRST_BITS), sizeof *counts->long_words);
    if (counts->short_words && counts->long_words) return LK_OK;
    lk_word_counts_release(counts);
    return LK_ERROR_MEMORY;
}

void lk_word_counts_release(lk_word_counts *counts) {
    lk_free(counts->context, counts->short_words);
    lk_free(counts->context, counts->long_words);
    lk_free(counts->context, counts->bytes);
    *counts = (lk_word_counts){.context = counts->context};
}

void lk_word_counts_clear(lk_word_counts *counts) {
    memset(counts->short_words, 0, slots(counts->short_bits) * sizeof *counts->short_words);
    memset(counts->long_words, 0, slots(counts->long_bits) * sizeof *counts->long_words);
    counts->short_count = counts->long_count = counts->byte_count = 0;
}

size_t lk_word_counts_memory(const lk_word_counts *counts) {
    return slots(counts->short_bits) * sizeof *counts->short_words +
           slots(counts->long_bits) * sizeof *counts->long_words + counts->byte_capacity;
}

size_t lk_word_counts_count(const lk_word_counts *counts) {
    return counts->short_count + counts->long_count;
}

// ---- Short words --------------------------------------------------------------------------------

static bool is_empty_key(const lk_piece_key *key) { return key->words[1] == 0; }

// The slot of the word, or the empty one where it would be.
static inline lk_short_word *find_short(const lk_word_counts *counts, const lk_piece_key *key,
                                        uint64_t hash) {
    const lk_short_word *end = counts->short_words + slots(counts->short_bits);
    lk_short_word *word = &counts->short_words[hash >> (64 - counts->short_bits)];
    while (!lk_piece_key_equals(&word->key, key) && !is_empty_key(&word->key))
        if (++word == end) word = counts->short_words;
    return word;
}

bool lk_word_counts_add_short(lk_word_counts *counts, const lk_piece_key *key, uint64_t hash,
                              uint64_t count) {
    lk_short_word *word = find_short(counts, key, hash);
    if (is_empty_key(&word->key)) {
        if (is_full(counts->short_count, counts->short_bits)) return false;
        word->key = *key;
        counts->short_count++;
    }
    word->count += count;
    return true;
}

static lk_status grow_short(lk_word_counts *counts, unsigned bits) {
    lk_short_word *old = counts->short_words, *end = old + slots(counts->short_bits);
    lk_short_word *grown = lk_alloc_zero(counts->context, slots(bits), sizeof *grown);
    LK_NEED(grown);
    counts->short_words = grown;
    counts->short_bits = bits;
    for (lk_short_word *word = old; word < end; word++)
        if (!is_empty_key(&word->key))
            *find_short(counts, &word->key, lk_piece_key_hash(&word->key)) = *word;
    lk_free(counts->context, old);
    return LK_OK;
}

// ---- Long words ---------------------------------------------------------------------------------

static lk_long_word *find_long(const lk_word_counts *counts, const uint8_t *word, size_t length,
                               uint64_t hash) {
    size_t mask = slots(counts->long_bits) - 1;
    for (size_t i = (size_t)(hash >> (64 - counts->long_bits));; i = (i + 1) & mask) {
        lk_long_word *slot = &counts->long_words[i];
        if (slot->count == 0) return slot;
        if (slot->hash == hash && slot->length == length &&
            memcmp(counts->bytes + slot->begin, word, length) == 0)
            return slot;
    }
}

bool lk_word_counts_add_long(lk_word_counts *counts, const uint8_t *word, size_t length,
                             uint64_t count) {
    uint64_t hash = lk_bytes_hash(word, length);
    lk_long_word *slot = find_long(counts, word, length, hash);
    if (slot->count == 0) {
        if (is_full(counts->long_count, counts->long_bits) ||
            counts->byte_capacity - counts->byte_count < length)
            return false;
        memcpy(counts->bytes + counts->byte_count, word, length);
        *slot = (lk_long_word){.hash = hash, .begin = counts->byte_count, .length = length};
        counts->byte_count += length;
        counts->long_count++;
    }
    slot->count += count;
    return true;
}

static lk_status grow_long(lk_word_counts *counts, unsigned bits) {
    lk_long_word *old = counts->long_words, *end = old + slots(counts->long_bits);
    lk_long_word *grown = lk_alloc_zero(counts->context, slots(bits), sizeof *grown);
    LK_NEED(grown);
    counts->long_words = grown;
    counts->long_bits = bits;
    for (lk_long_word *word = old; word < end; word++)
        if (word->count)
            *find_long(counts, counts->bytes + word->begin, word->length, word->hash) = *word;
    lk_free(counts->context, old);
    return LK_OK;
}

static lk_status grow_bytes(lk_word_counts *counts, size_t more) {
    size_t wanted = counts->byte_count + more;
    if (wanted <= counts->byte_capacity) return LK_OK;
    size_t capacity = wanted > 2 * counts->byte_capacity ? wanted : 2 * counts->byte_capacity;
    uint8_t *bytes = lk_resize(counts->context, counts->bytes, capacity, 1);
    LK_NEED(bytes);
    counts->bytes = bytes;
    counts->byte_capacity = capacity;
    return LK_OK;
}

// ---- Both ---------------------------------------------------------------------------------------

static unsigned bits_for(size_t count, unsigned bits) {
    while (is_full(count, bits)) bits++;
    return bits;
}

lk_status lk_word_counts_reserve(lk_word_counts *counts, size_t words, size_t bytes) {
    unsigned bits = bits_for(counts->short_count + words, counts->short_bits);
    if (bits > counts->short_bits) LK_TRY(grow_short(counts, bits));
    bits = bits_for(counts->long_count + words, counts->long_bits);
    if (bits > counts->long_bits) LK_TRY(grow_long(counts, bits));
    return grow_bytes(counts, bytes);
}

static void spell_short(lk_word *word, const lk_short_word *slot, uint8_t *scratch) {
    for (size_t i = 0; i < LK_KEY_BYTES; i++)
        scratch[i] = (uint8_t)(slot->key.words[i / 8] >> i % 8 * 8);
    *word = (lk_word){scratch, scratch[LK_KEY_BYTES - 1], slot->count};
}

bool lk_word_counts_next(const lk_word_counts *counts, lk_word *word, size_t *cursor,
                         uint8_t scratch[LK_KEY_BYTES]) {
    size_t short_slots = slots(counts->short_bits), all = short_slots + slots(counts->long_bits);
    for (; *cursor < short_slots; ++*cursor) {
        const lk_short_word *slot = &counts->short_words[*cursor];
        if (is_empty_key(&slot->key)) continue;
        spell_short(word, slot, scratch);
        ++*cursor;
        return true;
    }
    for (; *cursor < all; ++*cursor) {
        const lk_long_word *slot = &counts->long_words[*cursor - short_slots];
        if (slot->count == 0) continue;
        *word = (lk_word){counts->bytes + slot->begin, slot->length, slot->count};
        ++*cursor;
        return true;
    }
    return false;
}
