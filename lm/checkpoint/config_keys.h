// The keys of config.json: how they are read and written, and those of each class.
#ifndef LK_CONFIG_KEYS_H
#define LK_CONFIG_KEYS_H

#include "checkpoint/tensor_set.h"
#include "likelore/json.h"
#include "models/config.h"

// ---- Reading ------------------------------------------------------------------------------------

// Reads keys one after another; the first that is wrong is remembered.
struct lk_key_reader {
    lk_context *context;
    const lk_json *object;
    const lk_tensor_set *tensors; // of the model; NULL: they are not known
    lk_status status;
    bool lacks_biases; // the file need not have all biases of the configuration: the rest are zeros
};
typedef struct lk_key_reader lk_key_reader;

// Whether the key is there and not null.
bool lk_key_is_set(const lk_key_reader *reader, const char *key);
uint32_t lk_key_count(lk_key_reader *reader, const char *key);
uint32_t lk_key_count_or(lk_key_reader *reader, const char *key, uint32_t standard);
// The same, or where the key is not there the size of a tensor along an axis. Where there is
// neither the message says that the tensors do not tell.
uint32_t lk_key_count_or_extent(lk_key_reader *reader, const char *key, const char *tensor,
                                int axis);
bool lk_key_has_tensor(const lk_key_reader *reader, const char *tensor);
float lk_key_number(lk_key_reader *reader, const char *key, double standard);
bool lk_key_switch(lk_key_reader *reader, const char *key, bool standard);
// The index of a choice, 0 where the key is not there.
int lk_key_choice(lk_key_reader *reader, const char *key, const char *choices);
// The same of one that must be there.
int lk_key_need_choice(lk_key_reader *reader, const char *key, const char *choices);
// What transformers calls an activation; `standard` where the key is not there.
lk_activation lk_key_activation(lk_key_reader *reader, const char *key, lk_activation standard);
// rope_theta, wherever it is. Refuses everything but plain rotary positions.
float lk_key_rope_theta(lk_key_reader *reader);
// Refuses heads whose channels are not hidden_size / num_attention_heads.
void lk_key_check_head_width(lk_key_reader *reader, const lk_model_config *config);
// LK_ERROR_UNSUPPORTED, unless something was wrong before.
void lk_key_refuse(lk_key_reader *reader, const char *format, ...) LK_PRINTF(2, 3);

// ---- Writing ------------------------------------------------------------------------------------

// The shortest decimal that reads back as the same float.
void lk_key_write_float(lk_json_writer *writer, const char *key, float value);
// `tanh_name` is what the class calls GELU by tanh.
void lk_key_write_activation(lk_json_writer *writer, const char *key, lk_activation activation,
                             const char *tanh_name);
void lk_key_write_rope(lk_json_writer *writer, const lk_model_config *config);
// What all classes of transformers have.
void lk_key_write_usual(lk_json_writer *writer, const lk_model_config *config);

// ---- Classes ------------------------------------------------------------------------------------

// Our keys, added to an object that is open.
void lk_config_add(lk_json_writer *writer, const lk_model_config *config);
lk_model_config lk_likelore_read_keys(lk_key_reader *reader);

void lk_gpt2_write_keys(lk_json_writer *writer, const lk_model_config *config);
lk_model_config lk_gpt2_read_keys(lk_key_reader *reader);

void lk_llama_write_keys(lk_json_writer *writer, const lk_model_config *config);
lk_model_config lk_llama_read_keys(lk_key_reader *reader);
// The class has one switch for the biases of q, k, v and o, and one for those of the feed-forward
// layer.
bool lk_llama_has_attention_bias(const lk_model_config *config);

void lk_starcoder2_write_keys(lk_json_writer *writer, const lk_model_config *config);
lk_model_config lk_starcoder2_read_keys(lk_key_reader *reader);
// The class has one switch for the biases of all linear layers.
bool lk_starcoder2_uses_bias(const lk_model_config *config);

// Keys that are missing follow from the shapes of tensors, where these are known.
lk_model_config lk_cs336_read_keys(lk_key_reader *reader);

#endif
