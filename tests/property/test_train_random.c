// Training against a naive trainer that counts all pairs anew for each merge.
#include "tokenizer/stand_ins.h"
#include "tokenizer/tokenizer.h"

#include "test_context.h"

#include <stdlib.h>

enum { BYTES = 256, MOST_WORDS = 400, MOST_WORD = 64, MOST_TOKENS = 420, MOST_MERGES = 400 };

// ---- The naive trainer --------------------------------------------------------------------------

typedef struct naive_word {
    uint8_t bytes[MOST_WORD];
    size_t byte_count;
    uint32_t tokens[MOST_WORD];
    size_t length;
    uint64_t count;
} naive_word;

typedef struct naive_trainer {
    naive_word words[MOST_WORDS];
    size_t word_count;
    char bytes[MOST_TOKENS][MOST_WORD];
    size_t lengths[MOST_TOKENS];
    uint32_t token_count;
    struct {
        uint32_t left, right;
    } merges[MOST_MERGES];
    uint32_t merge_count;
    uint64_t counts[MOST_TOKENS][MOST_TOKENS];
} naive_trainer;

static void count_word(naive_trainer *t, const uint8_t *bytes, size_t length) {
    size_t w = 0;
    while (w < t->word_count &&
           (t->words[w].byte_count != length || memcmp(t->words[w].bytes, bytes, length) != 0))
        w++;
    naive_word *word = &t->words[w];
    if (w == t->word_count) {
        t->word_count++;
        memcpy(word->bytes, bytes, length);
        word->byte_count = word->length = length;
        word->count = 0;
        for (size_t i = 0; i < length; i++) word->tokens[i] = bytes[i];
    }
    word->count++;
}

static int compare_tokens(const naive_trainer *t, uint32_t a, uint32_t b) {
    size_t least = t->lengths[a] < t->lengths[b] ? t->lengths[a] : t->lengths[b];
    int order = memcmp(t->bytes[a], t->bytes[b], least);
    return order ? order : (t->lengths[a] > t->lengths[b]) - (t->lengths[a] < t->lengths[b]);
}

static int64_t number_of(uint32_t token) {
    return token < BYTES ? (int64_t)lk_stand_in_of((uint8_t)token) : (int64_t)token + 1000;
}

// Whether the pair (a, b) goes before the pair (c, d), which is as frequent.
static bool precedes(const naive_trainer *t, lk_tie tie, uint32_t a, uint32_t b, uint32_t c,
                     uint32_t d) {
    int64_t first = tie == LK_TIE_BYTES ? compare_tokens(t, a, c) : number_of(c) - number_of(a);
    int64_t second = tie == LK_TIE_BYTES ? compare_tokens(t, b, d) : number_of(d) - number_of(b);
    return first ? first > 0 : second > 0;
}

static void count_pairs(naive_trainer *t) {
    memset(t->counts, 0, sizeof t->counts);
    for (size_t w = 0; w < t->word_count; w++)
        for (size_t i = 0; i + 1 < t->words[w].length; i++)
            t->counts[t->words[w].tokens[i]][t->words[w].tokens[i + 1]] += t->words[w].count;
}

static bool best_pair(const naive_trainer *t, lk_tie tie, uint64_t least, uint32_t *left,
                      uint32_t *right) {
    uint64_t best = 0;
    for (uint32_t a = 0; a < t->token_count; a++)
        for (uint32_t b = 0; b < t->token_count; b++) {
            uint64_t count = t->counts[a][b];
            if (count < least || count == 0 || count < best) continue;
            if (count == best && !precedes(t, tie, a, b, *left, *right)) continue;
            best = count;
            *left = a;
            *right = b;
        }
    return best > 0;
}

static uint32_t join_tokens(naive_trainer *t, uint32_t left, uint32_t right) {
    uint32_t joined = t->token_count;
    memcpy(t->bytes[joined], t->bytes[left], t->lengths[left]);
    memcpy(t->bytes[joined] + t->lengths[left], t->bytes[right], t->lengths[right]);
    t->lengths[joined] = t->lengths[left] + t->lengths[right];
    for (uint32_t i = 0; i < joined; i++)
        if (compare_tokens(t, i, joined) == 0) return i;
    return t->token_count++;
}

static void merge_everywhere(naive_trainer *t, uint32_t left, uint32_t right, uint32_t result) {
    for (size_t w = 0; w < t->word_count; w++) {
        naive_word *word = &t->words[w];
        size_t kept = 0;
        for (size_t i = 0; i < word->length; kept++) {
            bool merges =
                word->tokens[i] == left && i + 1 < word->length && word->tokens[i + 1] == right;
            word->tokens[kept] = merges ? result : word->tokens[i];
            i += merges ? 2 : 1;
        }
        word->length = kept;
    }
}

static void train_naively(naive_trainer *t, const lk_tokenizer_training *training) {
    uint32_t left = 0, right = 0, most = training->vocab_size - (uint32_t)training->special_count;
    t->token_count = t->merge_count = 0;
    for (int byte = 0; byte < BYTES; byte++) {
        t->bytes[byte][0] = (char)byte;
        t->lengths[byte] = 1;
        t->token_count++;
    }
    while (t->token_count < most) {
        count_pairs(t);
        if (!best_pair(t, training->tie, training->min_frequency, &left, &right)) break;
        t->merges[t->merge_count].left = left;
        t->merges[t->merge_count++].right = right;
        merge_everywhere(t, left, right, join_tokens(t, left, right));
    }
}

// ---- Texts --------------------------------------------------------------------------------------

// Words of few letters, some of them often; cut where the pattern "whitespace" cuts: before spaces.
static size_t random_corpus(uint8_t *text, naive_trainer *t, lk_random *random) {
    uint64_t letters = 1 + lk_random_below(random, 5);
    size_t words = 1 + lk_random_below(random, 300), length = 0;
    uint64_t longest = 1 + lk_random_below(random, 30);
    t->word_count = 0;
    for (size_t w = 0; w < words; w++) {
        size_t begin = length, size = 1 + lk_random_below(random, longest);
        if (w) text[length++] = ' ';
        for (size_t i = 0; i < size; i++) {
            uint64_t letter = lk_random_below(random, letters);
            text[length++] =
                lk_random_below(random, 50) ? (uint8_t)('a' + letter) : (uint8_t)(0x80 + letter);
        }
        count_word(t, text + begin, length - begin);
        if (lk_random_below(random, 10)) continue;
        memcpy(text + length, "<|end|>",
               7); // a special token: the next word has no space before it
        length += 7;
        if (w + 1 < words && lk_random_below(random, 2)) {
            text[length++] = 'a';
            count_word(t, text + length - 1, 1);
        }
    }
    return length;
}

// ---- Comparing ----------------------------------------------------------------------------------

static lk_tokenizer *train(lk_context *context, const lk_tokenizer_training *training,
                           const uint8_t *text, size_t length, lk_random *random) {
    lk_tokenizer_trainer *trainer;
    lk_tokenizer *tokenizer;
    lk_merge_report report;
    cr_assert(lk_tokenizer_trainer_new(context, &trainer, training) == LK_OK);
    size_t cut = lk_random_below(random, 2) ? 0 : lk_random_below(random, length + 1);
    cr_assert(lk_tokenizer_trainer_feed(trainer, (const char *)text, cut, false) == LK_OK);
    cr_assert(lk_tokenizer_trainer_feed(trainer, (const char *)text + cut, length - cut, true) ==
              LK_OK);
    do cr_assert(lk_tokenizer_trainer_step(trainer, &report) == LK_OK);
    while (!report.is_done);
    cr_assert(lk_tokenizer_trainer_finish(trainer, &tokenizer) == LK_OK);
    lk_tokenizer_trainer_free(trainer);
    return tokenizer;
}

static void expect_bytes(const lk_tokenizer *tokenizer, uint32_t id, const naive_trainer *t,
                         uint32_t token) {
    size_t length;
    const char *bytes = lk_tokenizer_token_at(tokenizer, id, &length);
    cr_assert(bytes && length == t->lengths[token]);
    cr_assert(memcmp(bytes, t->bytes[token], length) == 0);
}

static void expect_same_merges(const lk_tokenizer *tokenizer, const naive_trainer *t) {
    const lk_merges *merges = &tokenizer->bpe->merges;
    cr_assert(merges->count == t->merge_count, "%u merges, not %u", merges->count, t->merge_count);
    for (uint32_t rank = 0; rank < merges->count; rank++) {
        expect_bytes(tokenizer, merges->list[rank].left, t, t->merges[rank].left);
        expect_bytes(tokenizer, merges->list[rank].right, t, t->merges[rank].right);
    }
}

Test(train_random, merges_are_those_of_a_naive_trainer_on_any_number_of_threads) {
    static const int threads[] = {1, 2, 3, 16};
    static const char *const specials[] = {"<|end|>"};
    static naive_trainer naive;
    static uint8_t text[1 << 15];
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0);
    lk_context *contexts[4];
    for (int i = 0; i < 4; i++)
        cr_assert(lk_context_new(&contexts[i], &(lk_options){.threads = threads[i]}) == LK_OK);
    int rounds = getenv("LIKELORE_LONG") ? 200 : 15;
    for (int round = 0; round < rounds; round++) {
        size_t length = random_corpus(text, &naive, &random);
        lk_tokenizer_training training = {.vocab_size =
                                              257 + (uint32_t)lk_random_below(&random, 150),
                                          .specials = specials,
                                          .special_count = 1,
                                          .pattern = LK_PATTERN_WHITESPACE,
                                          .tie = round % 2 ? LK_TIE_IDS : LK_TIE_BYTES,
                                          .layout = (lk_layout)lk_random_below(&random, 3),
                                          .min_frequency = lk_random_below(&random, 4)};
        train_naively(&naive, &training);
        for (int i = 0; i < 4; i++) {
            lk_tokenizer *tokenizer = train(contexts[i], &training, text, length, &random);
            expect_same_merges(tokenizer, &naive);
            lk_tokenizer_free(tokenizer);
        }
    }
    for (int i = 0; i < 4; i++) lk_context_free(contexts[i]);
}

// ---- Examples of the literature
// ------------------------------------------------------------------

static void expect_merges(lk_tie tie, const char *text, const char *expected) {
    lk_context *context = make_context();
    lk_random random = lk_random_stream(2, LK_RANDOM_TEST, 0, 0);
    lk_tokenizer_training training = {
        .vocab_size = 262, .pattern = LK_PATTERN_WHITESPACE, .tie = tie};
    lk_tokenizer *tokenizer =
        train(context, &training, (const uint8_t *)text, strlen(text), &random);
    lk_buffer merges = lk_buffer_make(context);
    for (uint32_t id = BYTES; id < lk_tokenizer_count(tokenizer); id++) {
        size_t length;
        const char *bytes = lk_tokenizer_token_at(tokenizer, id, &length);
        lk_buffer_printf(&merges, "%s%.*s", id > BYTES ? "|" : "", (int)length, bytes);
    }
    cr_assert_str_eq(lk_buffer_text(&merges), expected);
    lk_buffer_free(&merges);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

// The corpus of Sennrich, Haddow and Birch.
Test(train, first_merges_of_the_corpus_of_low_and_newest) {
    expect_merges(LK_TIE_BYTES,
                  "low low low low low\nlower lower\nwidest widest widest\n"
                  "newest newest newest newest newest newest",
                  "st|est|ow|low|west|ne");
}

Test(train, stops_when_no_pair_is_left) { expect_merges(LK_TIE_BYTES, "ab", "ab"); }

Test(train, an_empty_text_gives_bytes_alone) { expect_merges(LK_TIE_BYTES, "", ""); }
