#include "table_file.h"

#include <string.h>

enum { MOST_MISSING = 64 };

static lk_status read_separator(invocation *call, char *separator) {
    const char *text = option_value(call->arguments, "separator", NULL);
    if (!text) return LK_OK;
    if (strcmp(text, "tab") == 0) text = "\t";
    if (strlen(text) != 1 || !strchr(",;|\t", text[0]))
        return usage_error(call, "--separator takes one of , ; | tab, not '%s'", text);
    *separator = text[0];
    return LK_OK;
}

lk_status open_table(invocation *call, table_file *table, const char *path) {
    *table = (table_file){0};
    lk_csv_options options = {0};
    LK_TRY(read_separator(call, &options.separator));
    const char *missing[MOST_MISSING], *word;
    while ((word = option_value_at(call->arguments, "missing", options.missing_count)) != NULL) {
        if (options.missing_count == MOST_MISSING)
            return usage_error(call, "--missing is given more than %d times", MOST_MISSING);
        missing[options.missing_count++] = word;
    }
    if (options.missing_count) options.missing = missing;
    LK_TRY(lk_file_open(call->context, &table->file, path));
    lk_status status = lk_csv_new(call->context, &table->csv, lk_file_bytes(table->file),
                                  lk_file_length(table->file), path, &options);
    if (status != LK_OK) close_table(table);
    return status;
}

void close_table(table_file *table) {
    lk_csv_free(table->csv);
    lk_file_free(table->file);
    *table = (table_file){0};
}
