#include "likelore/core.h"

typedef struct status_row {
    const char *name;
    const char *text;
    int exit_code;
} status_row;

static const status_row rows[] = {
#define STATUS_ROW(code, name, text, exit) [code] = {name, text, exit},
    LK_STATUS_LIST(STATUS_ROW)
#undef STATUS_ROW
};

static const status_row *row_of(lk_status status) {
    size_t index = (size_t)status;
    return &rows[index < sizeof rows / sizeof rows[0] ? index : LK_ERROR_INTERNAL];
}

const char *lk_remedy_name(lk_remedy remedy) {
    static const char *const names[] = {
#define REMEDY_NAME(name, text) [LK_REMEDY_##name] = (text),
        LK_REMEDY_LIST(REMEDY_NAME)
#undef REMEDY_NAME
    };
    return names[(size_t)remedy < LK_REMEDY_COUNT ? remedy : LK_REMEDY_NONE];
}

const char *lk_status_name(lk_status status) { return row_of(status)->name; }
const char *lk_status_text(lk_status status) { return row_of(status)->text; }
int lk_status_exit_code(lk_status status) { return row_of(status)->exit_code; }
