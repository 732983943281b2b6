// Reading: json_syntax.c checks the text, then cJSON builds the tree, its memory coming from the
// context. (Writing is json_writer.c's, which needs no library.)
#include "likelore/json.h"

#include "context.h"
#include "json_syntax.h"

#include <cJSON.h>
#include <math.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

// ---- cJSON's memory -----------------------------------------------------------------------------

// cJSON's allocation hooks belong to the process and take no argument, so they find the context
// here; while it is NULL (a host program that uses cJSON itself) they are malloc and free.
static _Thread_local lk_context *current_context;

static void *hook_alloc(size_t bytes) {
    return current_context ? lk_alloc(current_context, bytes, 1) : malloc(bytes);
}

static void hook_free(void *block) {
    if (current_context)
        lk_free(current_context, block);
    else
        free(block);
}

// Held while cJSON runs: it keeps its hooks and the place of the last error in variables of the
// process.
static atomic_flag busy = ATOMIC_FLAG_INIT;
static bool hooks_are_set; // guarded by `busy`

static void enter_cjson(lk_context *context) {
    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire)) sched_yield();
    if (!hooks_are_set) cJSON_InitHooks(&(cJSON_Hooks){hook_alloc, hook_free});
    hooks_are_set = true;
    current_context = context;
}

static void leave_cjson(void) {
    current_context = NULL;
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

// ---- Reading ------------------------------------------------------------------------------------

static const cJSON *inner(const lk_json *value) { return (const cJSON *)value; }
static const lk_json *outer(const cJSON *item) { return (const lk_json *)item; }

// A checked text that cJSON still refuses means that memory ran out, which lk_alloc has recorded.
lk_status lk_json_parse(lk_context *context, lk_json **document, const char *text, size_t length) {
    LK_TRY(lk_json_check(context, text, length));
    enter_cjson(context);
    cJSON *parsed = cJSON_ParseWithLength(text, length);
    leave_cjson();
    LK_NEED(parsed);
    *document = (lk_json *)parsed;
    return LK_OK;
}

void lk_json_free(lk_context *context, lk_json *document) {
    if (!document) return;
    enter_cjson(context);
    cJSON_Delete((cJSON *)document);
    leave_cjson();
}

lk_json_type lk_json_get_type(const lk_json *value) {
    const cJSON *item = inner(value);
    if (cJSON_IsBool(item)) return LK_JSON_BOOL;
    if (cJSON_IsNumber(item)) return LK_JSON_NUMBER;
    if (cJSON_IsString(item)) return LK_JSON_STRING;
    if (cJSON_IsArray(item)) return LK_JSON_ARRAY;
    if (cJSON_IsObject(item)) return LK_JSON_OBJECT;
    return LK_JSON_NULL;
}

const lk_json *lk_json_first(const lk_json *container) {
    return container ? outer(inner(container)->child) : NULL;
}

const lk_json *lk_json_next(const lk_json *member) { return outer(inner(member)->next); }

size_t lk_json_count(const lk_json *container) {
    size_t count = 0;
    const lk_json *member = lk_json_first(container);
    for (; member; member = lk_json_next(member)) count++;
    return count;
}

const char *lk_json_name(const lk_json *member) { return inner(member)->string; }

const lk_json *lk_json_get(const lk_json *value, const char *name) {
    if (!cJSON_IsObject(inner(value))) return NULL;
    const lk_json *found = NULL;
    for (const lk_json *member = lk_json_first(value); member; member = lk_json_next(member))
        if (strcmp(lk_json_name(member), name) == 0) found = member;
    return found;
}

const char *lk_json_string(const lk_json *value, const char *fallback) {
    return cJSON_IsString(inner(value)) ? inner(value)->valuestring : fallback;
}

double lk_json_number(const lk_json *value, double fallback) {
    return cJSON_IsNumber(inner(value)) ? inner(value)->valuedouble : fallback;
}

bool lk_json_bool(const lk_json *value, bool fallback) {
    return cJSON_IsBool(inner(value)) ? cJSON_IsTrue(inner(value)) : fallback;
}

bool lk_json_integer(const lk_json *value, int64_t *out, int64_t low, int64_t high) {
    double number = lk_json_number(value, NAN);
    if (!(fabs(number) <= 0x1p53) || number != trunc(number)) return false;
    int64_t integer = (int64_t)number;
    if (integer < low || integer > high) return false;
    *out = integer;
    return true;
}
