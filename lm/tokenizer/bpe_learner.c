// Each pair knows its count and the words in which it stands. A merge visits those words alone:
// there the pairs with the tokens before and after lose, and the pairs with the new token win. What
// changes is first added up by neighbour, so that the table of pairs is asked once a neighbour and
// not once an occurrence, and the new lists of words are made in their final size. The queue keeps
// old counts: a pair that comes out with a count that is no longer true goes back in with the true
// one.
#include "tokenizer/bpe_learner.h"

#include "tokenizer/merges.h"
#include "tokenizer/stand_ins.h"

enum { BYTES = 256, LIST_BLOCK = 1 << 18 };

// ---- Tokens -------------------------------------------------------------------------------------

const char *lk_learned_token_at(const lk_bpe_learner *learner, uint32_t token, size_t *length) {
    size_t begin = token ? learner->token_ends[token - 1] : 0;
    *length = learner->token_ends[token] - begin;
    return learner->token_bytes.data + begin;
}

static lk_status add_token(lk_bpe_learner *learner, const char *bytes, size_t length,
                           uint32_t *token) {
    uint64_t *id;
    bool added;
    LK_TRY(lk_hashmap_insert(learner->token_ids, &id, &added, bytes, length, learner->token_count));
    *token = (uint32_t)*id;
    if (!added) return LK_OK;
    lk_buffer_append(&learner->token_bytes, bytes, length);
    learner->token_ends[learner->token_count++] = learner->token_bytes.length;
    return lk_buffer_status(&learner->token_bytes);
}

static lk_status add_bytes(lk_bpe_learner *learner) {
    uint32_t token;
    for (int byte = 0; byte < BYTES; byte++) {
        char bytes[1] = {(char)byte};
        LK_TRY(add_token(learner, bytes, 1, &token));
    }
    return LK_OK;
}

// The token of the joined bytes.
static lk_status join_tokens(lk_bpe_learner *learner, uint32_t left, uint32_t right,
                             uint32_t *token) {
    size_t length;
    lk_buffer joined = lk_buffer_make(learner->context);
    const char *bytes = lk_learned_token_at(learner, left, &length);
    lk_buffer_append(&joined, bytes, length);
    bytes = lk_learned_token_at(learner, right, &length);
    lk_buffer_append(&joined, bytes, length);
    lk_status status = lk_buffer_status(&joined);
    if (status == LK_OK) status = add_token(learner, joined.data, joined.length, token);
    lk_buffer_free(&joined);
    return status;
}

// ---- Ties ---------------------------------------------------------------------------------------

static int compare_tokens(const lk_bpe_learner *learner, uint32_t a, uint32_t b) {
    size_t a_length, b_length;
    const char *a_bytes = lk_learned_token_at(learner, a, &a_length);
    const char *b_bytes = lk_learned_token_at(learner, b, &b_length);
    int order = memcmp(a_bytes, b_bytes, a_length < b_length ? a_length : b_length);
    return order ? order : (a_length > b_length) - (a_length < b_length);
}

// The greater pair of byte strings.
static bool has_greater_bytes(const void *user, const lk_queued_pair *a, const lk_queued_pair *b) {
    const lk_bpe_learner *learner = user;
    int order = a->left == b->left ? 0 : compare_tokens(learner, a->left, b->left);
    return (order ? order : compare_tokens(learner, a->right, b->right)) > 0;
}

// Bytes are numbered in the order of the characters that stand for them.
static uint32_t number_of(uint32_t token) {
    return token < BYTES ? lk_stand_in_of((uint8_t)token) : token + 2 * BYTES;
}

// The smaller pair of numbers.
static bool has_smaller_ids(const void *user, const lk_queued_pair *a, const lk_queued_pair *b) {
    (void)user;
    if (a->left != b->left) return number_of(a->left) < number_of(b->left);
    return number_of(a->right) < number_of(b->right);
}

// ---- Words --------------------------------------------------------------------------------------

uint64_t lk_bpe_learner_memory(uint64_t words, uint64_t bytes) {
    enum { SYMBOL_AND_PLACE = 2 * sizeof(uint32_t) }; // in a list of words
    return words * sizeof(lk_learned_word) + bytes * SYMBOL_AND_PLACE - words * sizeof(uint32_t);
}

static lk_status check_words(const lk_bpe_learner *learner, uint64_t words, uint64_t bytes) {
    if (bytes < UINT32_MAX && words < UINT32_MAX) return LK_OK;
    return lk_fail(learner->context, LK_ERROR_LIMIT,
                   "the different pieces of the texts have %llu bytes; there may be 4 GiB of them",
                   (unsigned long long)bytes);
}

static lk_status take_words(lk_bpe_learner *learner, lk_word_counter *counter) {
    uint64_t words, bytes;
    lk_word_counter_measure(counter, &words, &bytes);
    LK_TRY(check_words(learner, words, bytes));
    learner->symbols = lk_alloc(learner->context, (size_t)bytes, sizeof *learner->symbols);
    LK_NEED(learner->symbols);
    learner->words = lk_alloc(learner->context, (size_t)words, sizeof *learner->words);
    LK_NEED(learner->words);
    lk_word word;
    bool found;
    uint32_t begin = 0;
    lk_word_counter_begin(counter);
    for (;;) {
        LK_TRY(lk_word_counter_next(counter, &word, &found));
        if (!found) return LK_OK;
        learner->words[learner->word_count++] =
            (lk_learned_word){begin, (uint32_t)word.length, word.count};
        for (size_t i = 0; i < word.length; i++) learner->symbols[begin++] = word.bytes[i];
    }
}

void lk_learned_word_spell(lk_buffer *bytes, const lk_bpe_learner *learner, size_t index) {
    const lk_learned_word *word = &learner->words[index];
    for (uint32_t i = 0; i < word->length; i++) {
        size_t length;
        const char *token =
            lk_learned_token_at(learner, learner->symbols[word->begin + i], &length);
        lk_buffer_append(bytes, token, length);
    }
}

// ---- Pairs --------------------------------------------------------------------------------------

static uint32_t *allocate_list(lk_bpe_learner *learner, size_t count) {
    if (count > LIST_BLOCK) return lk_arena_alloc(&learner->lists, count, sizeof(uint32_t));
    if (count > learner->list_left) {
        learner->list_room = lk_arena_alloc(&learner->lists, LIST_BLOCK, sizeof(uint32_t));
        if (!learner->list_room) return NULL;
        learner->list_left = LIST_BLOCK;
    }
    uint32_t *list = learner->list_room;
    learner->list_room += count;
    learner->list_left -= count;
    return list;
}

// Calls for each two neighbours of a word.
typedef void visit_pair(lk_pair *pair, uint32_t word, uint64_t count);

static lk_status visit_byte_pairs(lk_bpe_learner *learner, visit_pair *visit) {
    for (size_t w = 0; w < learner->word_count; w++) {
        const lk_learned_word *word = &learner->words[w];
        const uint32_t *symbols = learner->symbols + word->begin;
        LK_TRY(lk_pair_table_reserve(&learner->pairs, word->length));
        for (size_t i = 0; i + 1 < word->length; i++)
            visit(lk_pair_table_at(&learner->pairs, symbols[i], symbols[i + 1]), (uint32_t)w,
                  word->count);
    }
    return LK_OK;
}

static void count_pair(lk_pair *pair, uint32_t word, uint64_t count) {
    (void)word;
    pair->count += count;
    pair->word_count++; // at most: a word may hold the pair several times
}

static void list_word(lk_pair *pair, uint32_t word, uint64_t count) {
    (void)count;
    if (pair->word_count && pair->words[pair->word_count - 1] == word) return;
    pair->words[pair->word_count++] = word;
}

static lk_status begin_pairs(lk_bpe_learner *learner) {
    LK_TRY(visit_byte_pairs(learner, count_pair));
    for (size_t i = 0; i < (size_t)1 << learner->pairs.bits; i++) {
        lk_pair *pair = &learner->pairs.pairs[i];
        if (!pair->is_used) continue;
        pair->words = allocate_list(learner, pair->word_count);
        LK_NEED(pair->words);
        pair->word_count = 0;
        LK_TRY(lk_pair_queue_push(&learner->queue,
                                  (lk_queued_pair){pair->count, pair->left, pair->right}));
    }
    return visit_byte_pairs(learner, list_word);
}

// ---- Neighbours ---------------------------------------------------------------------------------

static lk_status make_neighbours(lk_context *context, lk_neighbours *n, uint32_t most_tokens) {
    n->by_token = lk_alloc_zero(context, most_tokens, sizeof *n->by_token);
    LK_NEED(n->by_token);
    n->touched = lk_alloc(context, most_tokens, sizeof *n->touched);
    LK_NEED(n->touched);
    return LK_OK;
}

static void release_neighbours(lk_context *context, lk_neighbours *n) {
    lk_free(context, n->by_token);
    lk_free(context, n->touched);
    lk_free(context, n->noted);
}

// Makes room to note all neighbours within a word.
static lk_status reserve_notes(lk_context *context, lk_neighbours *n, size_t more) {
    if (n->noted_count + more <= n->noted_capacity) return LK_OK;
    size_t capacity = 2 * (n->noted_count + more);
    lk_noted_word *noted = lk_resize(context, n->noted, capacity, sizeof *noted);
    LK_NEED(noted);
    n->noted = noted;
    n->noted_capacity = capacity;
    return LK_OK;
}

static inline void note(lk_neighbours *n, uint32_t token, uint32_t word, uint64_t count) {
    lk_neighbour *neighbour = &n->by_token[token];
    if (neighbour->count == 0) n->touched[n->touched_count++] = token;
    neighbour->count += count;
    if (neighbour->last_word == word + 1) return;
    neighbour->last_word = word + 1;
    neighbour->word_count++;
    n->noted[n->noted_count++] = (lk_noted_word){token, word};
}

// ---- Merging ------------------------------------------------------------------------------------

// A merge on its way through the words.
typedef struct merging {
    lk_bpe_learner *learner;
    uint32_t left, right, result;
} merging;

// Replaces the pair within a word, from left to right, and notes the neighbours.
static void merge_word(merging *m, uint32_t w) {
    lk_learned_word *word = &m->learner->words[w];
    uint32_t *symbols = m->learner->symbols + word->begin, length = word->length, kept = 0;
    lk_neighbours *before = &m->learner->before, *after = &m->learner->after;
    bool follows = false; // on a merged pair
    for (uint32_t i = 0; i < length;) {
        bool merges = symbols[i] == m->left && i + 1 < length && symbols[i + 1] == m->right;
        if (merges && follows)
            note(&m->learner->doubled, 0, w, word->count);
        else if (merges && kept > 0)
            note(before, symbols[kept - 1], w, word->count);
        else if (!merges && follows)
            note(after, symbols[i], w, word->count);
        symbols[kept++] = merges ? m->result : symbols[i];
        i += merges ? 2 : 1;
        follows = merges;
    }
    word->length = kept;
}

static lk_status merge_words(merging *m, const lk_pair *pair) {
    enum { AHEAD = 8 };
    lk_bpe_learner *learner = m->learner;
    const uint32_t *list = pair->words, count = pair->word_count;
    for (uint32_t i = 0; i < count; i++) {
        if (i + 2 * AHEAD < count) __builtin_prefetch(&learner->words[list[i + 2 * AHEAD]]);
        if (i + AHEAD < count)
            __builtin_prefetch(&learner->symbols[learner->words[list[i + AHEAD]].begin]);
        uint32_t length = learner->words[list[i]].length;
        LK_TRY(reserve_notes(learner->context, &learner->before, length));
        LK_TRY(reserve_notes(learner->context, &learner->after, length));
        LK_TRY(reserve_notes(learner->context, &learner->doubled, 1));
        merge_word(m, list[i]);
    }
    return LK_OK;
}

// ---- What a merge changes -----------------------------------------------------------------------

static void lose(lk_bpe_learner *learner, uint32_t left, uint32_t right, uint64_t count) {
    lk_pair *pair = lk_pair_table_find(&learner->pairs, left, right);
    pair->count -= count < pair->count ? count : pair->count;
}

// A pair wins what a neighbour has noted, and a list of words with room for those noted.
static lk_status win(lk_bpe_learner *learner, uint32_t left, uint32_t right,
                     lk_neighbour *neighbour) {
    LK_TRY(lk_pair_table_reserve(&learner->pairs, 1));
    lk_pair *pair = lk_pair_table_at(&learner->pairs, left, right);
    uint32_t *list = allocate_list(learner, (size_t)pair->word_count + neighbour->word_count);
    LK_NEED(list);
    if (pair->word_count) memcpy(list, pair->words, pair->word_count * sizeof *list);
    neighbour->list = list + pair->word_count;
    pair->words = list;
    pair->word_count += neighbour->word_count;
    pair->count += neighbour->count;
    return lk_pair_queue_push(&learner->queue, (lk_queued_pair){pair->count, left, right});
}

static void list_noted_words(lk_neighbours *n) {
    for (size_t i = 0; i < n->noted_count; i++)
        *n->by_token[n->noted[i].neighbour].list++ = n->noted[i].word;
    for (uint32_t i = 0; i < n->touched_count; i++) n->by_token[n->touched[i]] = (lk_neighbour){0};
    n->touched_count = 0;
    n->noted_count = 0;
}

static lk_status change_before(const merging *m) {
    lk_bpe_learner *learner = m->learner;
    lk_neighbours *n = &learner->before;
    for (uint32_t i = 0; i < n->touched_count; i++) {
        uint32_t token = n->touched[i];
        lose(learner, token, m->left, n->by_token[token].count);
        LK_TRY(win(learner, token, m->result, &n->by_token[token]));
    }
    list_noted_words(n);
    return LK_OK;
}

static lk_status change_after(const merging *m) {
    lk_bpe_learner *learner = m->learner;
    lk_neighbours *n = &learner->after;
    for (uint32_t i = 0; i < n->touched_count; i++) {
        uint32_t token = n->touched[i];
        lose(learner, m->right, token, n->by_token[token].count);
        LK_TRY(win(learner, m->result, token, &n->by_token[token]));
    }
    list_noted_words(n);
    return LK_OK;
}

static lk_status change_doubled(const merging *m) {
    lk_neighbours *n = &m->learner->doubled;
    if (n->touched_count) {
        lose(m->learner, m->right, m->left, n->by_token[0].count);
        LK_TRY(win(m->learner, m->result, m->result, &n->by_token[0]));
    }
    list_noted_words(n);
    return LK_OK;
}

static lk_status merge_pair(lk_bpe_learner *learner, const lk_learned_merge *merge) {
    merging m = {learner, merge->left, merge->right, merge->result};
    LK_TRY(merge_words(&m, lk_pair_table_find(&learner->pairs, m.left, m.right)));
    LK_TRY(change_before(&m));
    LK_TRY(change_after(&m));
    LK_TRY(change_doubled(&m));
    lk_pair *gone = lk_pair_table_find(&learner->pairs, m.left, m.right);
    gone->count = 0;
    gone->word_count = 0;
    return LK_OK;
}

// ---- Steps --------------------------------------------------------------------------------------

// The most frequent pair; false where none is frequent enough.
static lk_status next_pair(lk_bpe_learner *learner, lk_queued_pair *next, bool *found) {
    *found = false;
    while (learner->queue.count) {
        lk_queued_pair queued = lk_pair_queue_pop(&learner->queue);
        const lk_pair *pair = lk_pair_table_find(&learner->pairs, queued.left, queued.right);
        if (pair->count >= learner->least_count && pair->count == queued.count) {
            *next = queued;
            *found = true;
            return LK_OK;
        }
        if (pair->count < learner->least_count || pair->count > queued.count) continue;
        queued.count = pair->count;
        LK_TRY(lk_pair_queue_push(&learner->queue, queued));
    }
    return LK_OK;
}

lk_status lk_bpe_learner_step(lk_bpe_learner *learner, lk_learned_merge *merge) {
    lk_queued_pair next;
    bool found = learner->token_count < learner->most_tokens;
    if (found) LK_TRY(next_pair(learner, &next, &found));
    *merge = (lk_learned_merge){.is_done = !found};
    if (!found) return LK_OK;
    merge->left = next.left;
    merge->right = next.right;
    merge->count = next.count;
    LK_TRY(join_tokens(learner, next.left, next.right, &merge->result));
    lk_merge learned = {merge->left, merge->right, merge->result};
    lk_buffer_append(&learner->merges, &learned, sizeof learned);
    LK_TRY(lk_buffer_status(&learner->merges));
    return merge_pair(learner, merge);
}

// ---- Making -------------------------------------------------------------------------------------

static lk_status make(lk_bpe_learner *learner, lk_word_counter *words) {
    lk_context *context = learner->context;
    LK_TRY(lk_hashmap_new(context, &learner->token_ids));
    learner->token_ends = lk_alloc(context, learner->most_tokens, sizeof *learner->token_ends);
    LK_NEED(learner->token_ends);
    LK_TRY(add_bytes(learner));
    LK_TRY(make_neighbours(context, &learner->before, learner->most_tokens));
    LK_TRY(make_neighbours(context, &learner->after, learner->most_tokens));
    LK_TRY(make_neighbours(context, &learner->doubled, 1));
    LK_TRY(lk_pair_table_make(context, &learner->pairs));
    LK_TRY(take_words(learner, words));
    return begin_pairs(learner);
}

lk_status lk_bpe_learner_make(lk_context *context, lk_bpe_learner *learner, lk_word_counter *words,
                              uint32_t most_tokens, lk_tie tie, uint64_t least_count) {
    *learner = (lk_bpe_learner){
        .context = context,
        .least_count = least_count ? least_count : 1,
        .most_tokens = most_tokens > BYTES ? most_tokens : BYTES,
        .pairs = {.context = context},
        .queue = {.context = context,
                  .precedes = tie == LK_TIE_IDS ? has_smaller_ids : has_greater_bytes,
                  .user = learner},
        .lists = lk_arena_make(context, 0),
        .token_bytes = lk_buffer_make(context),
        .merges = lk_buffer_make(context)};
    return make(learner, words);
}

void lk_bpe_learner_release(lk_bpe_learner *learner) {
    lk_context *context = learner->context;
    lk_free(context, learner->symbols);
    lk_free(context, learner->words);
    lk_free(context, learner->token_ends);
    lk_hashmap_free(learner->token_ids);
    lk_pair_table_release(&learner->pairs);
    lk_pair_queue_release(&learner->queue);
    lk_arena_release(&learner->lists);
    release_neighbours(context, &learner->before);
    release_neighbours(context, &learner->after);
    release_neighbours(context, &learner->doubled);
    lk_buffer_free(&learner->token_bytes);
    lk_buffer_free(&learner->merges);
}
