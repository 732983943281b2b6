// Expressions: parsed, run, checked and written in every form.
#include "fuzz.h"

#include "likelore/grad.h"

#include <string.h>

enum { MOST_CHECKED = 20, MOST_DRAWN = 200 }; // nodes

static void write_all(lk_context *context, const lk_expression *e) {
    lk_buffer out = lk_buffer_make(context);
    lk_expression_to_text(&out, e);
    lk_expression_to_dot(&out, e);
    fuzz_must(lk_expression_to_json(&out, e));
    if (lk_expression_count(e) <= MOST_DRAWN) fuzz_must(lk_expression_to_svg(&out, e));
    fuzz_must(lk_buffer_status(&out));
    lk_buffer_free(&out);
}

void fuzz_use(lk_context *context, const char *bytes, size_t length) {
    lk_expression *e;
    if (fuzz_expect(lk_expression_new(context, &e, bytes, length)) != LK_OK) return;
    for (size_t i = 0; i < lk_expression_count(e); i++)
        if (strcmp(lk_expression_at(e, i)->op, "input") == 0) lk_expression_set(e, i, .5);
    fuzz_must(lk_expression_run(e));
    bool agrees;
    if (lk_expression_count(e) <= MOST_CHECKED) fuzz_must(lk_expression_check(e, &agrees));
    write_all(context, e);
    lk_expression_free(e);
}
