#include "language.h"

lk_status read_language(invocation *call, lk_language *language) {
    const char *tag = option_value(call->arguments, "language", "en");
    if (lk_language_find(language, tag)) return LK_OK;
    return usage_error(call, "--language takes en or zh, not '%s'", tag);
}
