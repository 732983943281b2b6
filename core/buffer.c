#include "context.h"
#include "mathfn.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BYTES = 64 };

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

// Remembers that an append was lost for want of memory; returns false.
static bool lose(lk_buffer *buffer, const char *reason) {
    buffer->status = lk_fail(buffer->context, LK_ERROR_MEMORY, "%s", reason);
    return false;
}

bool lk_buffer_reserve(lk_buffer *buffer, size_t more) {
    if (buffer->status != LK_OK) return false;
    if (more < buffer->capacity - buffer->length) return true;
    if (more > SIZE_MAX / 2 - buffer->length) return lose(buffer, "a text is too long");
    size_t wanted = buffer->length + more + 1;
    size_t capacity = wanted > 2 * buffer->capacity ? wanted : 2 * buffer->capacity;
    if (capacity < FIRST_BYTES) capacity = FIRST_BYTES;
    char *data = lk_resize(buffer->context, buffer->data, capacity, 1);
    if (!data) {
        buffer->status = LK_ERROR_MEMORY;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void lk_buffer_append(lk_buffer *buffer, const void *bytes, size_t length) {
    if (!lk_buffer_reserve(buffer, length)) return;
    if (length) memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = 0;
}

void lk_buffer_append_text(lk_buffer *buffer, const char *text) {
    lk_buffer_append(buffer, text, strlen(text));
}

void lk_buffer_append_byte(lk_buffer *buffer, char byte) { lk_buffer_append(buffer, &byte, 1); }

void lk_buffer_append_natural(lk_buffer *buffer, uint64_t value) {
    char digits[20];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    lk_buffer_append(buffer, digits + at, sizeof digits - at);
}

void lk_buffer_printf(lk_buffer *buffer, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) lose(buffer, "a text cannot be formatted");
    if (length >= 0 && lk_buffer_reserve(buffer, (size_t)length)) {
        vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

// Any decimal of 15 digits survives a normal double, so that shorter ones come out of 15 digits
// with zeros dropped; subnormal ones hold fewer digits, and those are looked for one by one.
void lk_buffer_append_double(lk_buffer *buffer, double value) {
    char text[40];
    for (int digits = fabs(value) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    lk_buffer_append_text(buffer, text);
}

void lk_buffer_append_power(lk_buffer *buffer, double log10) {
    double exponent = floor(log10);
    double mantissa = lk_exp((log10 - exponent) * 2.302585092994046);
    if (mantissa >= 9.999995) mantissa = 1, exponent++; // would be rounded to 10
    lk_buffer_printf(buffer, "%.6ge%+03.0f", mantissa, exponent);
}

const char *lk_buffer_text(const lk_buffer *buffer) { return buffer->data ? buffer->data : ""; }
lk_status lk_buffer_status(const lk_buffer *buffer) { return buffer->status; }
