// What others need to know of the inside of a decoder.
#ifndef LK_DECODER_H
#define LK_DECODER_H

#include "likelore/lm.h"

// Elements that a decoder holds beside keys and values. The configuration is complete.
uint64_t lk_decoder_work(const lk_model_config *config);

#endif
