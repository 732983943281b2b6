#include "context.h"

#include <stdio.h>
#include <stdlib.h>

lk_buffer lk_buffer_make(lk_context *context) { return (lk_buffer){.context = context}; }

void lk_buffer_free(lk_buffer *buffer) {
    lk_free(buffer->context, buffer->data);
    *buffer = lk_buffer_make(buffer->context);
}

void lk_buffer_clear(lk_buffer *buffer) {
    buffer->length = 0;
    buffer->status = LK_OK;
    if (buffer->data) buffer->data[0] = 0;
}

// Makes room for `more` bytes and the final zero.
static bool reserve(lk_buffer *buffer, size_t more) {
    if (buffer->status != LK_OK) return false;
    if (more < buffer->capacity - buffer->length) return true;
    size_t wanted = buffer->length + more + 1;
    size_t doubled = buffer->capacity < SIZE_MAX / 2 ? 2 * buffer->capacity : SIZE_MAX;
    size_t capacity = wanted > doubled ? wanted : doubled;
    if (capacity < 64) capacity = 64;
    char *data = wanted > more ? lk_resize(buffer->context, buffer->data, capacity, 1) : NULL;
    if (!data) {
        buffer->status = LK_ERROR_MEMORY;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void lk_buffer_append(lk_buffer *buffer, const void *bytes, size_t length) {
    if (!reserve(buffer, length)) return;
    if (length) memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = 0;
}

void lk_buffer_append_text(lk_buffer *buffer, const char *text) {
    lk_buffer_append(buffer, text, strlen(text));
}

void lk_buffer_append_byte(lk_buffer *buffer, char byte) { lk_buffer_append(buffer, &byte, 1); }

void lk_buffer_printf(lk_buffer *buffer, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length >= 0 && reserve(buffer, (size_t)length)) {
        vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

void lk_buffer_append_double(lk_buffer *buffer, double value) {
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    lk_buffer_append_text(buffer, text);
}

const char *lk_buffer_text(const lk_buffer *buffer) { return buffer->data ? buffer->data : ""; }
lk_status lk_buffer_status(const lk_buffer *buffer) { return buffer->status; }
