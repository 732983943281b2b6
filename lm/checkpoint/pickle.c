#include "checkpoint/pickle.h"

bool lk_pickle_is(const uint8_t *bytes, size_t length) {
    return length >= 4 && (memcmp(bytes, "PK\3\4", 4) == 0 ||
                           (bytes[0] == 0x80 && bytes[1] >= 2 && bytes[1] <= 5));
}

bool lk_pickle_is_of_transformers(const char *name) {
    static const char begin[] = "pytorch_model", end[] = ".bin";
    size_t length = strlen(name);
    return length >= strlen(begin) + strlen(end) && strncmp(name, begin, strlen(begin)) == 0 &&
           strcmp(name + length - strlen(end), end) == 0;
}

#define REFUSED                                                                                    \
    "a pickle of PyTorch may run any program when it is loaded, and is not read. Where you trust " \
    "it (from 2.6 on PyTorch loads weights only), "

// The settings of nanoGPT have our names. Its matrices are (out, in), those of GPT-2 (in, out).
lk_status lk_pickle_refuse_nanogpt(lk_context *context) {
    return lk_fail(
        context, LK_ERROR_UNSUPPORTED,
        REFUSED
        "this makes a directory 'model' of it, to which you add the tokenizer:\n"
        "python3 <<'END'\n"
        "import json, os, torch, numpy\n"
        "saved = torch.load('ckpt.pt', map_location='cpu')\n"
        "args = {'bias': True, **saved['model_args']}\n"
        "os.makedirs('model')\n"
        "for name, x in saved['model'].items():\n"
        "    if name.endswith(('attn.weight', 'proj.weight', 'fc.weight')): x = x.t()\n"
        "    numpy.save('model/' + name.replace('_orig_mod.', ''), "
        "x.float().contiguous().numpy())\n"
        "json.dump({'model_type': 'gpt2', 'likelore': {**args, 'qkv_bias': args['bias'],\n"
        "           'd_ff': 4 * args['n_embd'], 'activation': 'gelu'}}, open('model/config.json', "
        "'w'))\n"
        "END");
}

lk_status lk_pickle_refuse_transformers(lk_context *context) {
    return lk_fail(context, LK_ERROR_UNSUPPORTED,
                   REFUSED "this writes its tensors beside config.json; then name the directory:\n"
                           "python3 <<'END'\n"
                           "import glob, torch, numpy\n"
                           "for file in glob.glob('pytorch_model*.bin'):\n"
                           "    for name, x in torch.load(file, map_location='cpu').items():\n"
                           "        numpy.save(name, x.float().contiguous().numpy())\n"
                           "END");
}
