// In the place of regex.c where there is no PCRE2.
#include "regex.h"

lk_status lk_regex_new(lk_context *context, lk_regex **regex, const char *expression) {
    (void)expression;
    *regex = NULL;
    return lk_fail(context, LK_ERROR_UNSUPPORTED,
                   "texts are cut by one of the known patterns here: regular expressions need "
                   "PCRE2, which is not built in");
}

void lk_regex_free(lk_regex *regex) { (void)regex; }

void lk_regex_begin(lk_regex *regex, size_t length) { (void)regex, (void)length; }

lk_status lk_regex_find(lk_regex *regex, size_t *begin, size_t *end, const uint8_t *text,
                        size_t length, size_t from) {
    (void)regex, (void)text, (void)from;
    *begin = *end = length;
    return LK_ERROR_INTERNAL;
}
