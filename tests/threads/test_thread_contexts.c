// Contexts share nothing: threads that each have one work side by side as if alone. JSON is the
// service to watch, because the library behind it keeps variables of the process.
#include "likelore/json.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 4, ROUNDS = 500 };

static const char right[] =
    "{\"a\": [1, 2, {\"b\": \"text\"}], \"c\": null, \"d\": [[], {}, true]}";
static const char wrong[] = "{\"a\": [1, 2";

// One document read and written again, one refused, and one that memory ran out for.
static bool work_once(lk_context *context, uint64_t k) {
    uint64_t live = lk_context_memory_usage(context).live_bytes;
    lk_json *document = NULL;
    if (lk_json_parse(context, &document, right, strlen(right)) != LK_OK) return false;
    bool ok = lk_json_number(lk_json_first(lk_json_get(document, "a")), 0) == 1;
    lk_json_free(context, document);
    document = NULL;
    ok = ok && lk_json_parse(context, &document, wrong, strlen(wrong)) == LK_ERROR_SYNTAX;
    ok = ok && lk_context_error(context).location.byte == (int64_t)strlen(wrong);
    lk_context_fail_allocation(context, 1 + k % 10);
    ok = ok && lk_json_parse(context, &document, right, strlen(right)) == LK_ERROR_MEMORY;
    return ok && lk_context_memory_usage(context).live_bytes == live;
}

static void *work(void *argument) {
    bool *ok = argument;
    lk_context *context = NULL;
    *ok = lk_context_new(&context, &(lk_options){.threads = 1}) == LK_OK;
    for (uint64_t round = 0; *ok && round < ROUNDS; round++) *ok = work_once(context, round);
    lk_context_free(context);
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    bool ok[THREADS];
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, &ok[i]) != 0) return 2;
    int failed = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        if (!ok[i]) failed++;
    }
    printf("%s 1 - contexts on %d threads read JSON side by side\n", failed ? "not ok" : "ok",
           THREADS);
    return failed != 0;
}
