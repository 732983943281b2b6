// Models that PyTorch has saved as a pickle, which is a program: loading it may run what it likes.
// They are not read; the message tells how PyTorch itself makes arrays of NumPy of one.
#ifndef LK_PICKLE_H
#define LK_PICKLE_H

#include "context.h"

// Whether a file is a pickle, packed (zip) or not.
bool lk_pickle_is(const uint8_t *bytes, size_t length);
// Whether transformers gives a file of weights this name: pytorch_model.bin, or one of several.
bool lk_pickle_is_of_transformers(const char *name);

// LK_ERROR_UNSUPPORTED, with the way for nanoGPT's ckpt.pt and for transformers' pytorch_model.bin.
lk_status lk_pickle_refuse_nanogpt(lk_context *context);
lk_status lk_pickle_refuse_transformers(lk_context *context);

#endif
