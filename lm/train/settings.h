// The training configuration: every setting with its type, range and meaning, in one list. The
// struct, the reader, the writer and the command's help are all made from it, so a new setting is
// one more row here (and a line in those presets of presets.c that differ from its default).
//
// Names are nanoGPT's where it has the setting.
#ifndef LK_SETTINGS_H
#define LK_SETTINGS_H

#include "likelore/lm.h"
#include "models/config.h"
#include "train/dataset.h"
#include "train/optimizer.h"
#include "train/schedule.h"

// TEXT(name, default, meaning)
// CHOICE(name, default, names separated by '|', meaning): the index of the name
// INTEGER(name, default, least, most, meaning)
// NUMBER(name, default, least, most, meaning)
// SWITCH(name, default, meaning)
// Defaults are those of the preset "nanogpt".
#define LK_SETTINGS_LIST(TEXT, CHOICE, INTEGER, NUMBER, SWITCH)                                    \
    TEXT(data, "", "text files to learn from, separated by commas")                                \
    TEXT(val_data, "", "text files to evaluate on; without it a part of the data")                 \
    TEXT(tokenizer, "char", "'char', 'byte', or the path of a tokenizer.json")                     \
    CHOICE(documents, LK_DOCUMENTS_TEXT, LK_DOCUMENTS_CHOICES,                                     \
           "one text, or each line for itself")                                                    \
    NUMBER(split, 0.9, 0, 1, "fraction of the data, from the start, that is trained on")           \
    NUMBER(test_split, 0, 0, 1, "fraction, at the end, that is kept for the last evaluation")      \
    TEXT(out, "", "directory of the run; without it runs/PRESET")                                  \
    INTEGER(vocab_size, 0, 0, 16777216, "tokens of the model; 0: those of the tokenizer")          \
    CHOICE(model, LK_FAMILY_TRANSFORMER, LK_FAMILY_CHOICES, "family of the model")                 \
    INTEGER(n_layer, 8, 1, 1024, "transformer blocks, or hidden layers")                           \
    INTEGER(n_head, 8, 1, 1024, "attention heads of a block")                                      \
    INTEGER(n_kv_head, 0, 0, 1024, "heads of keys and values; 0: n_head")                          \
    INTEGER(n_embd, 512, 1, 65536, "width of the embedding")                                       \
    INTEGER(n_hidden, 200, 1, 65536, "mlp, wavenet: width of the hidden layers")                   \
    INTEGER(d_ff, 0, 0, 1048576, "width of the feed-forward layer; 0: 4 or 8/3 n_embd")            \
    INTEGER(block_size, 1024, 1, 1048576, "longest context, in tokens")                            \
    NUMBER(dropout, 0.2, 0, 0.99, "part of the activations dropped while training")                \
    SWITCH(embedding_dropout, true, "the embedding too has its part dropped")                      \
    CHOICE(activation, LK_ACTIVATION_GELU, LK_ACTIVATION_CHOICES, "of the feed-forward layer")     \
    CHOICE(norm, LK_NORM_LAYER, LK_NORM_CHOICES, "how each part of a block is normalised")         \
    CHOICE(norm_place, LK_NORM_PRE, LK_NORM_PLACE_CHOICES, "before each part of a block or after") \
    CHOICE(positions, LK_POSITIONS_LEARNED, LK_POSITIONS_CHOICES, "how tokens know their places")  \
    NUMBER(rope_theta, 10000, 1, 1e9, "base of the angles of rope")                                \
    SWITCH(bias, true, "biases in linear layers and norms")                                        \
    SWITCH(qkv_bias, true, "biases of queries, keys and values")                                   \
    SWITCH(tied_head, true, "the head's matrix is the token embedding")                            \
    SWITCH(head_bias, false, "a bias in the head")                                                 \
    NUMBER(norm_epsilon, 1e-5, 1e-12, 1, "epsilon of the norms")                                   \
    CHOICE(init, LK_INIT_NORMAL, LK_INIT_CHOICES, "distribution of the first weights")             \
    SWITCH(scaled_residual_init, true, "residual projections start smaller in deeper models")      \
    SWITCH(head_norm, false, "mlp, wavenet: batch normalisation of the logits")                    \
    CHOICE(running, LK_RUNNING_VARIANCE, LK_RUNNING_CHOICES, "what batch normalisation keeps")     \
    NUMBER(norm_momentum, 0.1, 1e-9, 1, "weight of the newest batch in what is kept")              \
    NUMBER(init_gain, 1, 1e-9, 1e6, "mlp, wavenet: first hidden weights, times sqrt(inputs)")      \
    NUMBER(head_scale, 1, 1e-9, 1e6, "mlp, wavenet: first weights of the head, so")                \
    SWITCH(calibrate, false, "measure what batch normalisation keeps on all the data at the end")  \
    INTEGER(batch_size, 12, 0, 1048576, "sequences in a micro-batch; 0, not of transformers: all") \
    INTEGER(gradient_accumulation_steps, 40, 1, 1048576, "micro-batches of an optimizer step")     \
    INTEGER(max_iters, 20000, 0, 1000000000000, "optimizer steps")                                 \
    NUMBER(max_minutes, 0, 0, 1e9, "end the training after this time, evaluated and saved; 0: no") \
    NUMBER(learning_rate, 6e-4, 0, 1e6, "learning rate after the warm-up")                         \
    CHOICE(schedule, LK_SCHEDULE_COSINE, LK_SCHEDULE_CHOICES, "of the learning rate")              \
    INTEGER(warmup_iters, 2000, 0, 1000000000000, "steps of the warm-up")                          \
    SWITCH(warmup_from_zero, false, "warm-up it/warmup_iters, not (it+1)/(warmup_iters+1)")        \
    INTEGER(lr_decay_iters, 20000, 0, 1000000000000, "step at which the learning rate is lowest")  \
    INTEGER(wsd_decay_iters, 2000, 0, 1000000000000, "wsd: steps of the fall before that")         \
    NUMBER(min_lr, 6e-5, 0, 1e6, "the lowest learning rate")                                       \
    CHOICE(optimizer, LK_OPTIMIZER_ADAMW, LK_OPTIMIZER_CHOICES, "how gradients change weights")    \
    NUMBER(momentum, 0, 0, 0.999999999, "SGD: part of the velocity that is kept; 0: none")         \
    NUMBER(beta1, 0.9, 0, 0.999999999, "AdamW: decay of the mean of the gradients")                \
    NUMBER(beta2, 0.95, 0, 0.999999999, "AdamW: decay of the mean of their squares")               \
    NUMBER(epsilon, 1e-8, 0, 1, "AdamW: added to the root of the mean square")                     \
    NUMBER(weight_decay, 0.1, 0, 1e6,                                                              \
           "decay of the weights, times the rate; of SGD as L2 penalty")                           \
    NUMBER(l2, 0, 0, 1e6,                                                                          \
           "penalty: this times the mean square of each matrix is added to the loss")              \
    NUMBER(smoothing, 0, 0, 1e9, "counts: added to how often each token follows each")             \
    SWITCH(shard_optimizer, false, "each rank keeps a part of the optimizer's state")              \
    SWITCH(decay_all, false, "decay gains and biases too, not matrices alone")                     \
    NUMBER(grad_clip, 1, 0, 1e9, "largest norm of the gradient; 0: not clipped")                   \
    INTEGER(eval_interval, 250, 1, 1000000000000, "steps from one evaluation to the next")         \
    INTEGER(eval_iters, 200, 0, 1000000000, "batches of an evaluation, of each part; 0: all data") \
    SWITCH(eval_last, false, "evaluate before the last step, not after it")                        \
    INTEGER(patience, 0, 0, 1000000000, "evaluations without a better one that end it; 0: no end") \
    SWITCH(eval_only, false, "evaluate once and stop")                                             \
    INTEGER(log_interval, 10, 1, 1000000000000, "steps from one line of the log to the next")      \
    INTEGER(stats, 0, 0, 1000000000000, "steps from one line of statistics to the next; 0: none")  \
    INTEGER(sample_tokens, 0, 0, 1000000, "tokens of the text drawn at each evaluation; 0: none")  \
    TEXT(sample_prompt, "", "what these texts begin with")                                         \
    SWITCH(always_save_checkpoint, true, "save at every evaluation, not at the best only")         \
    INTEGER(keep_checkpoints, 2, 1, 1000000, "newest checkpoints that are kept beside the best")   \
    INTEGER(seed, 42, 0, 9007199254740992, "of weights, batches, dropout and evaluations")

#define LK_SETTINGS_TEXT(name, standard, meaning) char *name;
#define LK_SETTINGS_CHOICE(name, standard, names, meaning) int64_t name;
#define LK_SETTINGS_INTEGER(name, standard, least, most, meaning) int64_t name;
#define LK_SETTINGS_NUMBER(name, standard, least, most, meaning) double name;
#define LK_SETTINGS_SWITCH(name, standard, meaning) bool name;

struct lk_settings {
    lk_context *context;
    const char *preset; // name of the preset the settings began with
    bool changed;       // a setting was given since: the preset is settled
    LK_SETTINGS_LIST(LK_SETTINGS_TEXT, LK_SETTINGS_CHOICE, LK_SETTINGS_INTEGER, LK_SETTINGS_NUMBER,
                     LK_SETTINGS_SWITCH)
};

// The part of the settings that shapes the model. `vocab_size` is the tokenizer's; that of the
// settings counts when it is given.
lk_model_config lk_settings_model_config(const lk_settings *settings, uint32_t vocab_size);
lk_status lk_settings_copy(lk_context *context, lk_settings **copy, const lk_settings *settings);

#endif
