// Logits of GPT2LMHeadModel, LlamaForCausalLM and Starcoder2ForCausalLM, and of CS336's
// TransformerLM, in plain loops and double precision, from the tensors of a safetensors file as
// these classes name and use them: Conv1D (in, out), Linear (out, in), and rotary positions by
// rotate_half, or of channels side by side.
#ifndef NAIVE_CLASSES_H
#define NAIVE_CLASSES_H

#include "checkpoint/safetensors.h"
#include "models/config.h"

// `logits` (count, V). What `config` says of biases is not looked at: the file tells.
void naive_class_logits(double *logits, const lk_safetensors *file, const char *model_type,
                        const lk_model_config *config, const uint32_t *ids, size_t count);

#endif
