#include "train/presets.h"

#include "context.h"

#include <stdio.h>

static const lk_preset presets[] = {
    // nanoGPT (Karpathy 2022), 51 million weights with 50,304 tokens.
    {"nanogpt", NULL, ""},
    {"nanogpt-rope", "nanogpt", "positions = rope\n"},
    // The transformer of Stanford's course CS336, assignment 1.
    {"cs336", NULL,
     "activation = swiglu\n"
     "norm = rmsnorm\n"
     "positions = rope\n"
     "dropout = 0.0\n"
     "bias = False\n"
     "qkv_bias = False\n"
     "tied_head = False\n"
     "init = xavier\n"
     "scaled_residual_init = False\n"
     "optimizer = adamw_cs336\n"
     "beta2 = 0.999\n"
     "weight_decay = 0.01\n"
     "decay_all = True\n"
     "warmup_from_zero = True\n"},
    // GPT-2 (Radford et al. 2019) as its class in transformers has it, in its smallest size.
    {"gpt2", "nanogpt",
     "n_layer = 12\n"
     "n_head = 12\n"
     "n_embd = 768\n"
     "activation = gelu_tanh\n"
     "dropout = 0.1\n"},
    // Llama (Touvron et al. 2023) in the size of nanoGPT.
    {"llama", "nanogpt",
     "activation = swiglu\n"
     "norm = rmsnorm\n"
     "norm_epsilon = 1e-6\n"
     "positions = rope\n"
     "dropout = 0.0\n"
     "bias = False\n"
     "qkv_bias = False\n"
     "tied_head = False\n"
     "scaled_residual_init = False\n"},
    // The character model of Karpathy's lecture "Let's build GPT" (2023).
    {"chargpt", NULL,
     "n_layer = 6\n"
     "n_head = 6\n"
     "n_embd = 384\n"
     "block_size = 256\n"
     "activation = relu\n"
     "qkv_bias = False\n"
     "tied_head = False\n"
     "head_bias = True\n"
     "scaled_residual_init = False\n"
     "batch_size = 64\n"
     "gradient_accumulation_steps = 1\n"
     "max_iters = 5000\n"
     "learning_rate = 3e-4\n"
     "schedule = constant\n"
     "beta2 = 0.999\n"
     "weight_decay = 0.01\n"
     "decay_all = True\n"
     "grad_clip = 0\n"
     "eval_interval = 500\n"
     "eval_last = True\n"},
    // The same with the token embedding as the head's matrix.
    {"chargpt-tied", "chargpt", "tied_head = True\n"},
};

enum { PRESET_COUNT = sizeof presets / sizeof presets[0] };

// Names them all.
static lk_status no_preset(lk_context *context, const char *name) {
    char names[512];
    size_t used = 0;
    for (size_t i = 0; i < PRESET_COUNT && used < sizeof names; i++)
        used +=
            (size_t)snprintf(names + used, sizeof names - used, i ? ", %s" : "%s", presets[i].name);
    return lk_fail(context, LK_ERROR_UNKNOWN_NAME, "there is no preset '%s'; there are %s", name,
                   names);
}

lk_status lk_preset_find(lk_context *context, const lk_preset **preset, const char *name) {
    const char *names[PRESET_COUNT];
    for (size_t i = 0; i < PRESET_COUNT; i++) {
        names[i] = presets[i].name;
        if (strcmp(name, names[i]) != 0) continue;
        *preset = &presets[i];
        return LK_OK;
    }
    const char *nearest = lk_suggest(name, names, PRESET_COUNT);
    if (nearest)
        return lk_fail(context, LK_ERROR_UNKNOWN_NAME,
                       "there is no preset '%s'; did you mean '%s'?", name, nearest);
    return no_preset(context, name);
}
