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
     "embedding_dropout = False\n"
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
    // Karpathy's lectures "makemore" (2022). What they share: words, and the loss of all of them.
    {"mlp", NULL,
     "model = mlp\n"
     "documents = lines\n"
     "split = 0.8\n"
     "test_split = 0.1\n"
     "block_size = 3\n"
     "n_layer = 1\n"
     "n_embd = 10\n"
     "n_hidden = 200\n"
     "norm = none\n"
     "head_bias = True\n"
     "init_gain = 1.6666666666666667\n"  // 5/3, of tanh
     "head_scale = 0.1414213562373095\n" // .01 √200: a deviation of .01
     "batch_size = 32\n"
     "gradient_accumulation_steps = 1\n"
     "optimizer = sgd\n"
     "weight_decay = 0\n"
     "grad_clip = 0\n"
     "max_iters = 200000\n"
     "schedule = step\n"
     "warmup_iters = 0\n"
     "learning_rate = 0.1\n"
     "min_lr = 0.01\n"
     "lr_decay_iters = 100000\n"
     "eval_interval = 20000\n"
     "eval_iters = 0\n"
     "log_interval = 1000\n"},
    // With batch normalisation, which keeps deviations and knows no epsilon.
    {"mlp-bn", "mlp",
     "norm = batchnorm\n"
     "running = deviation\n"
     "norm_momentum = 0.001\n"
     "norm_epsilon = 1e-12\n"
     "bias = False\n"},
    // Six linear layers, each normalised.
    {"mlp-bn6", "mlp",
     "n_layer = 5\n"
     "n_hidden = 100\n"
     "norm = batchnorm\n"
     "head_norm = True\n"
     "bias = False\n"
     "head_bias = False\n"
     "init_gain = 1\n"
     "head_scale = 0.1\n"
     "lr_decay_iters = 150000\n"},
    {"wavenet", "mlp",
     "model = wavenet\n"
     "block_size = 8\n"
     "n_layer = 3\n"
     "n_embd = 24\n"
     "n_hidden = 128\n"
     "norm = batchnorm\n"
     "bias = False\n"
     "init_gain = 1\n"
     "head_scale = 0.1\n"},
    // A network of one layer, by the gradient of all words at once.
    {"bigram", "mlp",
     "model = bigram\n"
     "split = 1\n"
     "test_split = 0\n"
     "block_size = 1\n"
     "batch_size = 0\n"
     "schedule = constant\n"
     "learning_rate = 50\n"
     "l2 = 0.01\n"
     "max_iters = 500\n"
     "eval_interval = 100\n"
     "log_interval = 10\n"},
    // The same model by counting.
    {"bigram-counts", "bigram",
     "optimizer = counts\n"
     "l2 = 0\n"
     "smoothing = 1\n"
     "max_iters = 1\n"},
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
