// Models in files of others. The first byte says what the rest is: a model of llama2.c or llm.c,
// one safetensors file, a configuration with weights after a zero byte, or an array of NumPy.
#include "fuzz.h"

#include "checkpoint/flat_weights.h"
#include "npy.h"

#include <string.h>

static const char tokenizer[] =
    "{\"version\":\"1.0\",\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,"
    "\"b\":1},\"merges\":[]}}";

// What was read must say something of each token.
static void use_model(lk_context *context, const lk_model *model) {
    lk_decoder *decoder;
    const float *logits;
    if (fuzz_expect(lk_decoder_new(context, &decoder, model)) != LK_OK) return;
    fuzz_must(lk_decoder_feed(decoder, &logits, &(uint32_t){0}, 1));
    lk_decoder_free(decoder);
}

static void use_flat(lk_context *context, const uint8_t *bytes, size_t length) {
    lk_checkpoint *checkpoint;
    if (lk_checkpoint_new(context, &checkpoint) != LK_OK) return;
    lk_status status = LK_ERROR_UNSUPPORTED;
    if (lk_llmc_is(bytes, length))
        status = lk_llmc_read(checkpoint, bytes, length);
    else if (lk_llama2c_is(bytes, length))
        status = lk_llama2c_read(checkpoint, bytes, length);
    if (fuzz_expect(status) == LK_OK) use_model(context, checkpoint->model);
    lk_checkpoint_free(checkpoint);
}

static void use_files(lk_context *context, const lk_memory_file *files, size_t count) {
    lk_checkpoint *checkpoint;
    if (fuzz_expect(lk_checkpoint_load_files(context, &checkpoint, files, count)) != LK_OK) return;
    use_model(context, lk_checkpoint_model(checkpoint));
    lk_checkpoint_free(checkpoint);
}

static void use_pair(lk_context *context, const uint8_t *bytes, size_t length) {
    const uint8_t *zero = memchr(bytes, 0, length);
    size_t config = zero ? (size_t)(zero - bytes) : length;
    size_t weights = zero ? config + 1 : length;
    const lk_memory_file files[] = {
        {LK_FILE_CONFIG, bytes, config},
        {LK_FILE_MODEL, bytes + weights, length - weights},
        {LK_FILE_TOKENIZER, (const uint8_t *)tokenizer, sizeof tokenizer - 1}};
    use_files(context, files, 3);
}

void fuzz_use(lk_context *context, const char *text, size_t length) {
    if (length == 0) return;
    const uint8_t *bytes = (const uint8_t *)text + 1;
    lk_npy_header header;
    length--;
    switch (text[0]) {
    case 'f':
        use_flat(context, bytes, length);
        break;
    case 's':
        use_files(context, &(lk_memory_file){"one.safetensors", bytes, length}, 1);
        break;
    case 'c':
        use_pair(context, bytes, length);
        break;
    default:
        fuzz_expect(lk_npy_header_read(context, &header, bytes, length));
    }
}
