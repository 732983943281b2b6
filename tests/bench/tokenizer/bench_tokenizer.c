// One measurement of a tokenizer; prints the seconds it took and how many ids or merges came of it.
// bench.js, beside this, sets these measurements beside each other and those of other programs.
//
//     bench_tokenizer encode|decode VOCABULARY TEXT THREADS
//     bench_tokenizer train VOCAB_SIZE TEXT THREADS
//
// The text is in memory when the clock starts. Decoded are the ids of the text, all at once.
#include "../bench.h"
#include "likelore/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct measured {
    double seconds;
    size_t count;
} measured;

static lk_buffer read_text(lk_context *context, const char *path) {
    lk_file *file;
    lk_buffer text = lk_buffer_make(context);
    bench_need(context, lk_file_open(context, &file, path));
    lk_buffer_append(&text, lk_file_bytes(file), lk_file_length(file));
    bench_need(context, lk_buffer_status(&text));
    lk_file_free(file);
    return text;
}

// Specials are text, as in the benchmarks of others.
static measured encode(lk_context *context, lk_ids *ids, const lk_tokenizer *tokenizer,
                       const lk_buffer *text) {
    const lk_encode_options options = {.special = LK_SPECIAL_TEXT};
    double start = bench_seconds();
    bench_need(context,
               lk_tokenizer_encode(context, ids, tokenizer, text->data, text->length, &options));
    return (measured){bench_seconds() - start, ids->count};
}

static measured decode(lk_context *context, const lk_ids *ids, const lk_tokenizer *tokenizer) {
    lk_buffer decoded = lk_buffer_make(context);
    double start = bench_seconds();
    bench_need(context, lk_tokenizer_decode(context, &decoded, tokenizer, ids->ids, ids->count));
    measured result = {bench_seconds() - start, ids->count};
    lk_buffer_free(&decoded);
    return result;
}

// Everything is done twice, and measured the second time: the others, too, have been at it before,
// but for the first round.
static measured use(lk_context *context, bool decodes, const char *vocabulary,
                    const lk_buffer *text) {
    lk_tokenizer *tokenizer;
    lk_ids first = lk_ids_make(context), second = lk_ids_make(context);
    bench_need(context, lk_tokenizer_load(context, &tokenizer, vocabulary, NULL));
    encode(context, &first, tokenizer, text);
    measured result = encode(context, &second, tokenizer, text);
    if (decodes) {
        decode(context, &first, tokenizer);
        result = decode(context, &second, tokenizer);
    }
    lk_ids_free(&first);
    lk_ids_free(&second);
    lk_tokenizer_free(tokenizer);
    return result;
}

static measured train(lk_context *context, uint32_t vocab_size, const lk_buffer *text) {
    static const char *const specials[] = {"<|endoftext|>"};
    lk_tokenizer_training training = {
        .vocab_size = vocab_size, .specials = specials, .special_count = 1};
    lk_tokenizer_trainer *trainer;
    lk_merge_report report;
    double start = bench_seconds();
    bench_need(context, lk_tokenizer_trainer_new(context, &trainer, &training));
    bench_need(context, lk_tokenizer_trainer_feed(trainer, text->data, text->length, true));
    do bench_need(context, lk_tokenizer_trainer_step(trainer, &report));
    while (!report.is_done);
    measured result = {bench_seconds() - start, report.merges};
    lk_tokenizer_trainer_free(trainer);
    return result;
}

int main(int count, char **words) {
    if (count != 5) {
        fprintf(stderr,
                "usage: bench_tokenizer encode|decode|train VOCABULARY|SIZE TEXT THREADS\n");
        return 2;
    }
    lk_context *context;
    if (lk_context_new(&context, &(lk_options){.threads = atoi(words[4])}) != LK_OK) return 1;
    lk_buffer text = read_text(context, words[3]);
    bool trains = strcmp(words[1], "train") == 0, decodes = strcmp(words[1], "decode") == 0;
    measured result = trains ? train(context, (uint32_t)strtoul(words[2], NULL, 10), &text)
                             : use(context, decodes, words[2], &text);
    printf("%.6f %zu\n", result.seconds, result.count);
    lk_buffer_free(&text);
    lk_context_free(context);
}
