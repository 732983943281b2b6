// The configuration of a model: names of its choices, checks, and what follows from it.
#ifndef LK_MODEL_CONFIG_H
#define LK_MODEL_CONFIG_H

#include "likelore/lm.h"

// The names of a choice, in the order of its enumeration: as settings and config.json have them.
#define LK_FAMILY_CHOICES "transformer|bigram|mlp|wavenet"
#define LK_ACTIVATION_CHOICES "relu|gelu|gelu_tanh|silu|swiglu"
#define LK_NORM_CHOICES "layernorm|rmsnorm|none|batchnorm"
#define LK_NORM_PLACE_CHOICES "pre|post"
#define LK_POSITIONS_CHOICES "learned|rope|none"
#define LK_INIT_CHOICES "normal|xavier"
#define LK_RUNNING_CHOICES "variance|deviation"

enum { LK_CHOICE_BYTES = 32 };

// The index of a name among those separated by '|'; -1 when it is not one of them.
int lk_choice_index(const char *choices, const char *name);
void lk_choice_name(char name[LK_CHOICE_BYTES], const char *choices, int index);

typedef struct lk_size_check {
    const char *name;
    uint32_t value;
    uint32_t least, most;
} lk_size_check;

// LK_ERROR_USAGE, naming the first that is out of its range.
lk_status lk_check_sizes(lk_context *context, const lk_size_check *checks, size_t count);
lk_status lk_check_epsilon(lk_context *context, const lk_model_config *config);

// Checks a configuration: LK_ERROR_USAGE, naming the field.
lk_status lk_model_config_check(lk_context *context, const lk_model_config *config);
// Puts numbers in the place of the zeros that mean "as usual": d_ff and n_kv_head.
void lk_model_config_complete(lk_model_config *config);

// Whether a sequence has one target, the token after its last; a transformer has one for each
// position.
bool lk_model_config_has_one_target(const lk_model_config *config);

// Channels of a head: C/H.
uint32_t lk_model_config_head_width(const lk_model_config *config);
// Channels of the keys (and as many of the values) of all heads: G C/H. The configuration is
// complete.
uint32_t lk_model_config_kv_width(const lk_model_config *config);

#endif
