#include "checkpoint/stored_tensor.h"

#include <assert.h>

// ---- Types --------------------------------------------------------------------------------------

static const struct {
    const char *name;
    size_t bytes;
} types[] = {
#define ROW(CODE, name, bytes) {name, bytes},
    LK_DTYPE_LIST(ROW)
#undef ROW
};

const char *lk_dtype_name(lk_dtype type) { return types[type].name; }
size_t lk_dtype_bytes(lk_dtype type) { return types[type].bytes; }

bool lk_dtype_find(lk_dtype *type, const char *name) {
    for (int i = 0; i < LK_DTYPE_COUNT; i++) {
        if (strcmp(types[i].name, name) != 0) continue;
        *type = (lk_dtype)i;
        return true;
    }
    return false;
}

bool lk_dtype_is_real(lk_dtype type) {
    return type == LK_DTYPE_F32 || type == LK_DTYPE_F64 || type == LK_DTYPE_F16 ||
           type == LK_DTYPE_BF16;
}

static uint32_t read_u16(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

static float float_from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// IEEE binary16. A subnormal h is h * 2^-24.
static float float_from_half(uint32_t half) {
    uint32_t sign = (half & 0x8000u) << 16, exponent = half >> 10 & 0x1Fu, fraction = half & 0x3FFu;
    if (exponent == 0x1F) return float_from_bits(sign | 0x7F800000u | fraction << 13);
    if (exponent) return float_from_bits(sign | (exponent + 112) << 23 | fraction << 13);
    float magnitude = (float)fraction * 0x1p-24f;
    return sign ? -magnitude : magnitude;
}

static float float_from_double_bytes(const uint8_t *bytes) {
    double value;
    memcpy(&value, bytes, sizeof value);
    return (float)value;
}

void lk_dtype_to_floats(float *out, lk_dtype type, const uint8_t *bytes, size_t count) {
    switch (type) {
    case LK_DTYPE_F32:
        if (count) memcpy(out, bytes, count * sizeof *out);
        break;
    case LK_DTYPE_F64:
        for (size_t i = 0; i < count; i++) out[i] = float_from_double_bytes(bytes + 8 * i);
        break;
    case LK_DTYPE_F16:
        for (size_t i = 0; i < count; i++) out[i] = float_from_half(read_u16(bytes + 2 * i));
        break;
    default:
        assert(type == LK_DTYPE_BF16);
        for (size_t i = 0; i < count; i++) out[i] = float_from_bits(read_u16(bytes + 2 * i) << 16);
    }
}

// ---- Places -------------------------------------------------------------------------------------

size_t lk_stored_tensor_count(const lk_stored_tensor *tensor) {
    size_t count = 1;
    for (int i = 0; i < tensor->rank; i++) count *= tensor->shape[i];
    return count;
}

// s(i).
static size_t row_in_memory(const lk_stored_tensor *tensor, size_t row) {
    size_t width = tensor->head_width;
    if (width == 0) return row;
    size_t channel = row % width, half = width / 2;
    return row - channel + (channel < half ? 2 * channel : 2 * (channel - half) + 1);
}

static bool is_contiguous(const lk_stored_tensor *tensor) {
    return tensor->row_stride == 0 && tensor->column_stride == 0;
}

// A walk over the elements, row by row.
typedef struct element_walk {
    const lk_stored_tensor *tensor;
    size_t columns, row, column;
    float *at; // the row in memory
} element_walk;

static void begin_row(element_walk *walk, size_t row) {
    walk->row = row;
    walk->at = walk->tensor->data + row_in_memory(walk->tensor, row) * walk->tensor->row_stride;
}

static element_walk begin_walk(const lk_stored_tensor *tensor, size_t element) {
    element_walk walk = {.tensor = tensor, .columns = tensor->rank == 2 ? tensor->shape[1] : 1};
    begin_row(&walk, element / walk.columns);
    walk.column = element % walk.columns;
    return walk;
}

static inline float *next_element(element_walk *walk) {
    if (walk->column == walk->columns) {
        walk->column = 0;
        begin_row(walk, walk->row + 1);
    }
    return walk->at + walk->column++ * walk->tensor->column_stride;
}

enum { PIECE = 2048 }; // elements that go together

static size_t piece_of(size_t left) { return left < PIECE ? left : PIECE; }

static lk_status send_zeros(size_t count, lk_byte_sink *sink, void *user) {
    static const float zeros[PIECE];
    for (size_t sent = 0; sent < count; sent += piece_of(count - sent))
        LK_TRY(sink(user, zeros, piece_of(count - sent) * sizeof *zeros));
    return LK_OK;
}

// Every target is little-endian, so floats are sent as they lie in memory.
lk_status lk_stored_tensor_send(const lk_stored_tensor *tensor, lk_byte_sink *sink, void *user) {
    size_t count = lk_stored_tensor_count(tensor);
    if (count == 0) return LK_OK;
    if (tensor->bring) tensor->bring(tensor->place);
    if (!tensor->data) return send_zeros(count, sink, user);
    if (is_contiguous(tensor)) return sink(user, tensor->data, count * sizeof *tensor->data);
    element_walk walk = begin_walk(tensor, 0);
    float piece[PIECE];
    for (size_t sent = 0, together; sent < count; sent += together) {
        together = piece_of(count - sent);
        for (size_t i = 0; i < together; i++) piece[i] = *next_element(&walk);
        LK_TRY(sink(user, piece, together * sizeof *piece));
    }
    return LK_OK;
}

void lk_stored_tensor_fill(const lk_stored_tensor *tensor, size_t first, lk_dtype type,
                           const uint8_t *bytes, size_t count) {
    if (count == 0 || !tensor->data) return;
    if (is_contiguous(tensor)) {
        lk_dtype_to_floats(tensor->data + first, type, bytes, count);
        return;
    }
    element_walk walk = begin_walk(tensor, first);
    float piece[PIECE];
    for (size_t read = 0, together; read < count; read += together) {
        together = piece_of(count - read);
        lk_dtype_to_floats(piece, type, bytes + read * lk_dtype_bytes(type), together);
        for (size_t i = 0; i < together; i++) *next_element(&walk) = piece[i];
    }
}
