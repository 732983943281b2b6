#include "context.h"
#include "likelore/tokenizer.h"

static const struct {
    const char *name, *expression;
} patterns[] = {
#define PATTERN_ROW(CODE, name, expression) {name, expression},
    LK_PATTERN_LIST(PATTERN_ROW)
#undef PATTERN_ROW
};

const char *lk_pattern_name(lk_pattern pattern) {
    return pattern < LK_PATTERN_COUNT ? patterns[pattern].name : "custom";
}

const char *lk_pattern_expression(lk_pattern pattern) {
    return pattern < LK_PATTERN_COUNT ? patterns[pattern].expression : "";
}

lk_status lk_pattern_find(lk_context *context, lk_pattern *pattern, const char *name) {
    const char *names[LK_PATTERN_COUNT + 1];
    for (int i = 0; i < LK_PATTERN_COUNT; i++) {
        names[i] = patterns[i].name;
        if (strcmp(names[i], name) != 0) continue;
        *pattern = (lk_pattern)i;
        return LK_OK;
    }
    if (strcmp(name, "llama3") == 0) {
        *pattern = LK_PATTERN_CL100K;
        return LK_OK;
    }
    names[LK_PATTERN_COUNT] = "llama3";
    const char *nearest = lk_suggest(name, names, LK_PATTERN_COUNT + 1);
    if (nearest)
        return lk_fail(context, LK_ERROR_UNKNOWN_NAME,
                       "there is no pattern '%s'; did you mean '%s'?", name, nearest);
    return lk_fail(context, LK_ERROR_UNKNOWN_NAME,
                   "there is no pattern '%s'; there are gpt2, cl100k, llama3, o200k, whitespace "
                   "and none",
                   name);
}
