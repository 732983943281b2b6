// Encodes a whole text, on all threads if it is long.
#ifndef LK_PARALLEL_ENCODE_H
#define LK_PARALLEL_ENCODE_H

#include "tokenizer/bpe_encoder.h"

// Appends the ids of a text. They do not depend on the number of threads.
lk_status lk_bpe_encode_text(lk_bpe_encoder *encoder, lk_ids *ids, const uint8_t *text,
                             size_t length, lk_special_rules rules);

#endif
