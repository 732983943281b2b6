#include "models/family.h"

const lk_family_form *lk_family_form_of(lk_family family) {
    static const lk_family_form *const forms[] = {
        [LK_FAMILY_TRANSFORMER] = &lk_transformer_form,
        [LK_FAMILY_BIGRAM] = &lk_bigram_form,
        [LK_FAMILY_MLP] = &lk_mlp_form,
        [LK_FAMILY_WAVENET] = &lk_wavenet_form,
    };
    return forms[family];
}
