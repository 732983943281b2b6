// Training and encoding on several threads, for the thread sanitizer, and the same ids as on one.
#include "likelore/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH = 1 << 21 };

// Words of different letters, so that tables grow.
static char *make_text(void) {
    char *text = malloc(LENGTH);
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; text && i < LENGTH; i++)
        text[i] = lk_random_below(&random, 6) ? (char)('a' + lk_random_below(&random, 12)) : ' ';
    return text;
}

static lk_status learn(lk_context *context, lk_tokenizer **tokenizer, const char *text) {
    lk_tokenizer_training training = {.vocab_size = 400};
    lk_tokenizer_trainer *trainer;
    lk_merge_report report = {0};
    LK_TRY(lk_tokenizer_trainer_new(context, &trainer, &training));
    lk_status status = lk_tokenizer_trainer_feed(trainer, text, LENGTH, true);
    while (status == LK_OK && !report.is_done) status = lk_tokenizer_trainer_step(trainer, &report);
    if (status == LK_OK) status = lk_tokenizer_trainer_finish(trainer, tokenizer);
    lk_tokenizer_trainer_free(trainer);
    return status;
}

// A hash of the ids of the text, with a tokenizer that was learned from it (FNV-1a).
static uint64_t hash_ids(int threads, const char *text) {
    lk_context *context;
    lk_tokenizer *tokenizer = NULL;
    if (lk_context_new(&context, &(lk_options){.threads = threads}) != LK_OK) exit(1);
    lk_ids ids = lk_ids_make(context);
    lk_status status = learn(context, &tokenizer, text);
    if (status == LK_OK) status = lk_tokenizer_encode(context, &ids, tokenizer, text, LENGTH, NULL);
    if (status != LK_OK) {
        fprintf(stderr, "%s\n", lk_context_error(context).message);
        exit(1);
    }
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < ids.count; i++) hash = (hash ^ ids.ids[i]) * UINT64_C(0x100000001B3);
    lk_ids_free(&ids);
    lk_tokenizer_free(tokenizer);
    lk_context_free(context);
    return hash;
}

int main(void) {
    char *text = make_text();
    if (!text) return 1;
    uint64_t one = hash_ids(1, text), four = hash_ids(4, text);
    free(text);
    if (one == four) return 0;
    fprintf(stderr, "4 threads do not give the ids of one\n");
    return 1;
}
