#include "tokenizer/word_counts.h"

enum { FIRST_BITS = 12, LENGTH_BYTES = sizeof(uint64_t), TAG_BITS = 56 };

// In the place of a length, which is less.
static const uint64_t long_tag = UINT64_C(0xFF) << TAG_BITS;

static size_t slot_count(unsigned bits) { return (size_t)1 << bits; }

// At most two thirds of the slots are taken.
static bool is_full(size_t count, unsigned bits) { return count >= slot_count(bits) / 3 * 2; }

static bool is_empty(const lk_word_slot *slot) { return slot->key.words[1] == 0; }

static bool is_long(const lk_word_slot *slot) { return slot->key.words[1] >= long_tag; }

lk_status lk_word_counts_make(lk_context *context, lk_word_counts *counts) {
    *counts = (lk_word_counts){.context = context, .bits = FIRST_BITS};
    counts->slots = lk_alloc_zero(context, slot_count(FIRST_BITS), sizeof *counts->slots);
    LK_NEED(counts->slots);
    return LK_OK;
}

void lk_word_counts_release(lk_word_counts *counts) {
    lk_free(counts->context, counts->slots);
    lk_free(counts->context, counts->bytes);
    *counts = (lk_word_counts){.context = counts->context};
}

void lk_word_counts_clear(lk_word_counts *counts) {
    memset(counts->slots, 0, slot_count(counts->bits) * sizeof *counts->slots);
    counts->count = counts->byte_count = 0;
}

// ---- Words --------------------------------------------------------------------------------------

uint64_t lk_word_hash(const uint8_t *bytes, size_t length) {
    if (length > LK_MOST_KEYED) return lk_bytes_hash(bytes, length);
    lk_piece_key key = lk_piece_key_at_end(bytes, length);
    return lk_piece_key_hash(&key);
}

static uint64_t hash_of(const lk_word_slot *slot) {
    return is_long(slot) ? slot->key.words[0] : lk_piece_key_hash(&slot->key);
}

static lk_word long_word(const lk_word_counts *counts, const lk_word_slot *slot) {
    const uint8_t *at = counts->bytes + (slot->key.words[1] - long_tag);
    uint64_t length;
    memcpy(&length, at, sizeof length);
    return (lk_word){at + LENGTH_BYTES, (size_t)length, slot->key.words[0], slot->count};
}

static lk_word word_of(const lk_word_counts *counts, const lk_word_slot *slot,
                       uint8_t scratch[LK_KEY_BYTES]) {
    if (is_long(slot)) return long_word(counts, slot);
    for (size_t i = 0; i < LK_KEY_BYTES; i++)
        scratch[i] = (uint8_t)(slot->key.words[i / 8] >> i % 8 * 8);
    return (lk_word){scratch, scratch[LK_KEY_BYTES - 1], hash_of(slot), slot->count};
}

int lk_word_compare(const lk_word *a, const lk_word *b) {
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    if (a->length != b->length) return a->length < b->length ? -1 : 1;
    return memcmp(a->bytes, b->bytes, a->length);
}

// ---- Adding -------------------------------------------------------------------------------------

// The slot of the word, or the empty one where it would be.
static inline lk_word_slot *find_short(const lk_word_counts *counts, const lk_piece_key *key,
                                       uint64_t hash) {
    const lk_word_slot *end = counts->slots + slot_count(counts->bits);
    lk_word_slot *slot = &counts->slots[hash >> (64 - counts->bits)];
    while (!lk_piece_key_equals(&slot->key, key) && !is_empty(slot))
        if (++slot == end) slot = counts->slots;
    return slot;
}

static bool holds(const lk_word_counts *counts, const lk_word_slot *slot, const uint8_t *bytes,
                  size_t length, uint64_t hash) {
    if (!is_long(slot) || slot->key.words[0] != hash) return false;
    lk_word word = long_word(counts, slot);
    return word.length == length && memcmp(word.bytes, bytes, length) == 0;
}

static lk_word_slot *find_long(const lk_word_counts *counts, const uint8_t *bytes, size_t length,
                               uint64_t hash) {
    const lk_word_slot *end = counts->slots + slot_count(counts->bits);
    lk_word_slot *slot = &counts->slots[hash >> (64 - counts->bits)];
    while (!is_empty(slot) && !holds(counts, slot, bytes, length, hash))
        if (++slot == end) slot = counts->slots;
    return slot;
}

bool lk_word_counts_add_short(lk_word_counts *counts, const lk_piece_key *key, uint64_t hash,
                              uint64_t count) {
    lk_word_slot *slot = find_short(counts, key, hash);
    if (is_empty(slot)) {
        if (is_full(counts->count, counts->bits)) return false;
        slot->key = *key;
        counts->count++;
    }
    slot->count += count;
    return true;
}

// Keeps the bytes of a long word; false where there is no room.
static bool keep_bytes(lk_word_counts *counts, lk_piece_key *key, const uint8_t *word,
                       size_t length, uint64_t hash) {
    uint64_t stored_length = length;
    size_t left = counts->byte_capacity - counts->byte_count;
    if (left < LENGTH_BYTES || left - LENGTH_BYTES < length) return false;
    uint8_t *at = counts->bytes + counts->byte_count;
    memcpy(at, &stored_length, LENGTH_BYTES);
    memcpy(at + LENGTH_BYTES, word, length);
    *key = (lk_piece_key){{hash, long_tag | counts->byte_count}};
    counts->byte_count += LENGTH_BYTES + length;
    return true;
}

bool lk_word_counts_add_long(lk_word_counts *counts, const uint8_t *word, size_t length,
                             uint64_t hash, uint64_t count) {
    lk_word_slot *slot = find_long(counts, word, length, hash);
    if (is_empty(slot)) {
        if (is_full(counts->count, counts->bits) ||
            !keep_bytes(counts, &slot->key, word, length, hash))
            return false;
        counts->count++;
    }
    slot->count += count;
    return true;
}

bool lk_word_counts_add(lk_word_counts *counts, const lk_word *word) {
    if (word->length > LK_MOST_KEYED)
        return lk_word_counts_add_long(counts, word->bytes, word->length, word->hash, word->count);
    lk_piece_key key = lk_piece_key_at_end(word->bytes, word->length);
    return lk_word_counts_add_short(counts, &key, word->hash, word->count);
}

// ---- Room ---------------------------------------------------------------------------------------

static unsigned bits_for(const lk_word_counts *counts, size_t words) {
    unsigned bits = counts->bits;
    while (is_full(counts->count + words, bits)) bits++;
    return bits;
}

static size_t capacity_for(const lk_word_counts *counts, size_t bytes) {
    size_t wanted = counts->byte_count + bytes + LENGTH_BYTES, twice = 2 * counts->byte_capacity;
    if (wanted <= counts->byte_capacity) return counts->byte_capacity;
    return wanted > twice ? wanted : twice;
}

static lk_status grow(lk_word_counts *counts, unsigned bits) {
    lk_word_slot *old = counts->slots, *end = old + slot_count(counts->bits);
    lk_word_slot *grown = lk_alloc_zero(counts->context, slot_count(bits), sizeof *grown);
    LK_NEED(grown);
    size_t mask = slot_count(bits) - 1;
    for (const lk_word_slot *slot = old; slot < end; slot++) {
        if (is_empty(slot)) continue;
        size_t place = (size_t)(hash_of(slot) >> (64 - bits));
        while (!is_empty(&grown[place])) place = (place + 1) & mask;
        grown[place] = *slot;
    }
    counts->slots = grown;
    counts->bits = bits;
    lk_free(counts->context, old);
    return LK_OK;
}

lk_status lk_word_counts_reserve(lk_word_counts *counts, size_t words, size_t bytes) {
    unsigned bits = bits_for(counts, words);
    if (bits > counts->bits) LK_TRY(grow(counts, bits));
    size_t capacity = capacity_for(counts, bytes);
    if (capacity == counts->byte_capacity) return LK_OK;
    uint8_t *grown = lk_resize(counts->context, counts->bytes, capacity, 1);
    LK_NEED(grown);
    counts->bytes = grown;
    counts->byte_capacity = capacity;
    return LK_OK;
}

uint64_t lk_word_counts_memory(const lk_word_counts *counts, size_t words, size_t bytes) {
    return ((uint64_t)sizeof *counts->slots << bits_for(counts, words)) +
           capacity_for(counts, bytes);
}

// ---- Walking ------------------------------------------------------------------------------------

bool lk_word_counts_next(const lk_word_counts *counts, lk_word *word, size_t *cursor,
                         uint8_t scratch[LK_KEY_BYTES]) {
    while (*cursor < slot_count(counts->bits)) {
        const lk_word_slot *slot = &counts->slots[(*cursor)++];
        if (is_empty(slot)) continue;
        *word = word_of(counts, slot, scratch);
        return true;
    }
    return false;
}

static bool precedes(const lk_word_counts *counts, const lk_word_slot *a, const lk_word_slot *b) {
    uint64_t a_hash = hash_of(a), b_hash = hash_of(b);
    if (a_hash != b_hash) return a_hash < b_hash;
    uint8_t a_scratch[LK_KEY_BYTES], b_scratch[LK_KEY_BYTES];
    lk_word a_word = word_of(counts, a, a_scratch), b_word = word_of(counts, b, b_scratch);
    return lk_word_compare(&a_word, &b_word) < 0;
}

// The table has nearly this order already, but for a few words that others have displaced: each is
// inserted among those before it.
void lk_word_counts_sort(lk_word_counts *counts) {
    lk_word_slot *slots = counts->slots;
    size_t kept = 0;
    for (size_t i = 0; i < slot_count(counts->bits); i++) {
        lk_word_slot slot = slots[i];
        if (is_empty(&slot)) continue;
        size_t place = kept++;
        slots[i] = (lk_word_slot){0};
        for (; place > 0 && precedes(counts, &slot, &slots[place - 1]); place--)
            slots[place] = slots[place - 1];
        slots[place] = slot;
    }
}
