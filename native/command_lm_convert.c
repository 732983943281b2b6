// `likelore lm import` and `lm export`: models of other programs, and for them.
#include "command_lm.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

lk_status load_checkpoint(invocation *call, lk_checkpoint **checkpoint) {
    return lk_checkpoint_load_with(call->context, checkpoint, call->arguments->operands[0],
                                   option_value(call->arguments, "tokenizer", NULL));
}

// --output must name a place: a model is never written to standard output.
static lk_status output_of(invocation *call, const char **path) {
    *path = option_value(call->arguments, "output", "-");
    if (strcmp(*path, "-") != 0) return LK_OK;
    return usage_error(call, "where to write the model is missing: add --output PATH");
}

// ---- lm import ----------------------------------------------------------------------------------

static lk_status run_import(invocation *call) {
    const char *path = NULL;
    LK_TRY(output_of(call, &path));
    lk_checkpoint *checkpoint;
    LK_TRY(load_checkpoint(call, &checkpoint));
    lk_status status = lk_checkpoint_save(checkpoint, path, has_flag(call->arguments, "force"));
    lk_checkpoint_free(checkpoint);
    return status;
}

// ---- lm export ----------------------------------------------------------------------------------

static lk_status choose_format(invocation *call, lk_model_format *format) {
    const char *name = option_value(call->arguments, "to", "");
    if (!*name)
        return usage_error(call, "the format is missing: add --to hf, safetensors, llama2c or npy");
    for (int i = 0; i < LK_MODEL_FORMAT_COUNT; i++) {
        *format = (lk_model_format)i;
        if (strcmp(lk_model_format_name(*format), name) == 0) return LK_OK;
    }
    return usage_error(call, "--to takes hf, safetensors, llama2c or npy, not '%s'", name);
}

// The same tokens for every model: they need not mean anything.
enum { PROMPT_TOKENS = 16 };

static size_t make_prompt(uint32_t ids[PROMPT_TOKENS], const lk_model_config *config) {
    size_t count = config->block_size < PROMPT_TOKENS ? config->block_size : PROMPT_TOKENS;
    for (uint32_t i = 0; i < count; i++) ids[i] = (7 * i + 1) % config->vocab_size;
    return count;
}

static lk_status largest_difference(lk_context *context, double *largest, const lk_model *a,
                                    const lk_model *b) {
    lk_model_config config = lk_model_config_get(a);
    uint32_t ids[PROMPT_TOKENS];
    size_t count = make_prompt(ids, &config);
    lk_decoder *one = NULL, *other = NULL;
    lk_status status = lk_decoder_new(context, &one, a);
    if (status == LK_OK) status = lk_decoder_new(context, &other, b);
    for (size_t t = 0; t < count && status == LK_OK; t++) {
        const float *x = NULL, *y = NULL;
        status = lk_decoder_feed(one, &x, &ids[t], 1);
        if (status == LK_OK) status = lk_decoder_feed(other, &y, &ids[t], 1);
        for (uint32_t i = 0; i < config.vocab_size && status == LK_OK; i++)
            *largest = fmax(*largest, fabs((double)x[i] - (double)y[i]));
    }
    lk_decoder_free(one);
    lk_decoder_free(other);
    return status;
}

// A model of llama2.c lies there without its tokenizer, which --tokenizer or the source tells.
static lk_status verify(invocation *call, const lk_checkpoint *checkpoint, const char *path,
                        lk_model_format format) {
    const char *source = option_value(call->arguments, "tokenizer", call->arguments->operands[0]);
    lk_checkpoint *written;
    LK_TRY(lk_checkpoint_load_with(call->context, &written, path,
                                   format == LK_MODEL_LLAMA2C ? source : NULL));
    double largest = 0;
    lk_status status = largest_difference(call->context, &largest, lk_checkpoint_model(checkpoint),
                                          lk_checkpoint_model(written));
    lk_checkpoint_free(written);
    if (status != LK_OK) return status;
    printf("largest difference of the logits  %g\n", largest);
    if (largest > 0) call->exit_code = 1;
    return LK_OK;
}

static lk_status write_model(invocation *call, const lk_checkpoint *checkpoint, const char *path,
                             lk_model_format format) {
    LK_TRY(lk_checkpoint_export(checkpoint, path, format, has_flag(call->arguments, "force")));
    return has_flag(call->arguments, "verify") ? verify(call, checkpoint, path, format) : LK_OK;
}

static lk_status run_export(invocation *call) {
    const char *path = NULL;
    lk_model_format format = LK_MODEL_HF;
    LK_TRY(choose_format(call, &format));
    LK_TRY(output_of(call, &path));
    lk_checkpoint *checkpoint;
    LK_TRY(load_checkpoint(call, &checkpoint));
    lk_status status = write_model(call, checkpoint, path, format);
    lk_checkpoint_free(checkpoint);
    return status;
}

// ---- The table ----------------------------------------------------------------------------------

static const option import_options[] = {LM_TOKENIZER, {0}};
static const option export_options[] = {
    {"to", 0, "FORMAT", "hf, safetensors, llama2c or npy"},
    {"verify", 0, NULL, "load what was written and compare the logits of both"},
    LM_TOKENIZER,
    {0},
};

const command lm_import_command = {
    .noun = "lm",
    .verb = "import",
    .operands = "MODEL",
    .summary = "make a checkpoint of a model from elsewhere",
    .details = "MODEL is a directory of transformers (gpt2, llama, starcoder2) or with weights of "
               "CS336\n"
               "(cs336), one safetensors file with configuration and tokenizer in its metadata, a "
               "model\n"
               "of llama2.c or llm.c, or config.json and tokenizer.json with an array of NumPy "
               "NAME.npy\n"
               "for each tensor. Every command that takes a checkpoint takes these too.\n"
               "\n"
               "  likelore lm import Llama-tiny/ -o llama\n"
               "  likelore lm import gpt2_124M.bin --tokenizer gpt2/ -o gpt2\n",
    .options = import_options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run_import,
};

const command lm_export_command = {
    .noun = "lm",
    .verb = "export",
    .operands = "CHECKPOINT|RUN",
    .summary = "write a model for other programs",
    .details =
        "hf is a directory for transformers; safetensors one file that has configuration and\n"
        "tokenizer in its metadata; llama2c a file of llama2.c, version 0, for models it can "
        "hold;\n"
        "npy a directory with an array of NumPy for each tensor, under the names of hf.\n"
        "With --verify the answer is in the exit code too: 1 when any logit differs.\n"
        "\n"
        "  likelore lm export runs/book --to safetensors -o book.safetensors --verify\n",
    .options = export_options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run_export,
};
