#include "bridge_table.h"

#include <stdlib.h>
#include <string.h>

static lk_status read_separator(lk_bridge *bridge, const lk_json *document, char *separator) {
    const char *text = lk_json_string(lk_json_get(document, "separator"), NULL);
    if (!text) return LK_OK;
    if (strlen(text) != 1 || !strchr(",;|\t", text[0]))
        return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                              "a separator is one of , ; | and the tab, not '%s'", text);
    *separator = text[0];
    return LK_OK;
}

lk_status lk_bridge_table(lk_bridge *bridge, lk_csv **table, const lk_json *document,
                          const uint8_t *bytes, size_t length) {
    lk_csv_options options = {0};
    *table = NULL;
    LK_TRY(read_separator(bridge, document, &options.separator));
    const lk_json *list = lk_json_get(document, "missing");
    const char **missing = calloc(lk_json_count(list) + 1, sizeof *missing);
    if (!missing) return LK_ERROR_MEMORY;
    for (const lk_json *word = lk_json_first(list); word; word = lk_json_next(word))
        missing[options.missing_count++] = lk_json_string(word, "");
    if (list) options.missing = missing;
    lk_status status =
        lk_csv_new(bridge->context, table, bytes, length,
                   lk_json_string(lk_json_get(document, "file_name"), NULL), &options);
    free(missing);
    return status;
}

lk_status lk_bridge_with_table(lk_bridge *bridge, const char *text, size_t text_length,
                               const uint8_t *bytes, size_t length, void *object,
                               lk_status (*work)(lk_bridge *, const lk_json *, lk_csv *, void *)) {
    lk_json *document;
    LK_TRY(lk_json_parse(bridge->context, &document, text, text_length));
    lk_csv *table = NULL;
    lk_status status = lk_bridge_table(bridge, &table, document, bytes, length);
    if (status == LK_OK) status = work(bridge, document, table, object);
    lk_csv_free(table);
    lk_json_free(bridge->context, document);
    return status;
}
