// Likelore lm: tokenizers, models, training, checkpoints and generation.
//
// Objects: a tokenizer turns text into ids; a model is a configuration with named tensors; a
// trainer owns a model while it learns from a dataset; a checkpoint is a directory (or a set of
// files in memory) from which model, tokenizer and trainer come back bit for bit; a generator
// draws tokens from a model. Letters of shapes: B sequences of a batch, T positions, C channels of
// the embedding, H heads, V tokens of the vocabulary.
#ifndef LIKELORE_LM_H
#define LIKELORE_LM_H

#include "likelore/core.h"
#include "likelore/json.h"
#include "likelore/tokenizer.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Model ------------------------------------------------------------------------------------

// The families of models; each uses the fields of the configuration that its name stands at.
typedef enum lk_family {
    LK_FAMILY_TRANSFORMER, // decoder only
    LK_FAMILY_BIGRAM,      // a table of the logits of the next token after each token
    LK_FAMILY_MLP,    // Bengio et al. 2003: the embeddings of the context side by side, through
                      // hidden layers
    LK_FAMILY_WAVENET // as van den Oord et al. 2016: neighbours joined two by two, layer by
                      // layer, until one is left
} lk_family;

typedef enum lk_activation {
    LK_ACTIVATION_RELU,
    LK_ACTIVATION_GELU,      // by erf
    LK_ACTIVATION_GELU_TANH, // its approximation, as GPT-2 has it
    LK_ACTIVATION_SILU,
    LK_ACTIVATION_SWIGLU // silu(gate) up: two matrices in the place of one (Shazeer 2020)
} lk_activation;

typedef enum lk_norm {
    LK_NORM_LAYER, // Ba, Kiros and Hinton 2016
    LK_NORM_RMS,   // Zhang and Sennrich 2019
    LK_NORM_NONE,
    LK_NORM_BATCH // Ioffe and Szegedy 2015; of mlp and wavenet only
} lk_norm;

typedef enum lk_norm_place {
    LK_NORM_PRE, // x + part(norm(x)), and a norm before the head
    LK_NORM_POST // norm(x + part(x)), as Vaswani et al. 2017
} lk_norm_place;

typedef enum lk_positions {
    LK_POSITIONS_LEARNED, // a vector for each position, added to the token's
    LK_POSITIONS_ROPE,    // queries and keys are rotated (Su et al. 2021), pairs side by side
    LK_POSITIONS_NONE
} lk_positions;

typedef enum lk_init {
    LK_INIT_NORMAL, // N(0, .02)
    LK_INIT_XAVIER  // matrices N(0, 2/(in+out)), embeddings N(0, 1), both cut at 3 deviations
} lk_init;

// What batch normalisation keeps for use after training, as a running mean.
typedef enum lk_running {
    LK_RUNNING_VARIANCE, // as PyTorch
    LK_RUNNING_DEVIATION // its root
} lk_running;

typedef struct lk_model_config {
    lk_family family;
    uint32_t vocab_size; // V
    uint32_t block_size; // longest T; bigram 1, wavenet 2^n_layer
    uint32_t padding;    // all but the transformer: the token before the first of a text
    bool of_lines;       // and that token ends each line, before which nothing is seen
    // Of mlp and wavenet, beside n_layer hidden layers, n_embd, norm (none or batch), norm_epsilon,
    // bias and head_bias. Hidden layers end in tanh.
    uint32_t n_hidden; // width of the hidden layers
    bool head_norm;    // batch normalisation of the logits
    lk_running running;
    float norm_momentum; // weight of the newest batch in the running statistics
    float init_gain;     // hidden layers begin as N(0, init_gain²/in) (He et al. 2015)
    float head_scale; // the head begins as N(0, head_scale²/in), or with head_norm as N(0, 1/in)
                      // and its gains as head_scale; embeddings as N(0, 1)
    // Of the transformer.
    uint32_t n_layer;
    uint32_t n_head;    // H; divides n_embd
    uint32_t n_kv_head; // G heads of keys and values, each for H/G heads of queries; 0: H
    uint32_t n_embd;    // C
    uint32_t d_ff;      // F, width of the feed-forward layer; 0: 4 C, with SwiGLU 8/3 C rounded up
                        // to a multiple of 64
    float dropout;      // while training
    bool embedding_dropout; // also of the sum of the embeddings
    lk_activation activation;
    lk_norm norm;
    lk_norm_place norm_place;
    lk_positions positions;
    float rope_theta; // base of the angles, 10000 in most models
    bool bias;        // of linear layers and layer norms, queries, keys and values apart
    bool qkv_bias;    // of queries, keys and values
    bool tied_head;   // the head's matrix is the token embedding
    bool head_bias;
    float norm_epsilon;
    lk_init init;
    bool scaled_residual_init; // residual projections N(0, .02 / sqrt(2 n_layer)), else N(0, .02)
} lk_model_config;

typedef struct lk_model lk_model;

// Checks the configuration (LK_ERROR_USAGE, naming the field) and makes a model with weights drawn
// from (seed, LK_RANDOM_INIT).
lk_status lk_model_new(lk_context *context, lk_model **model, const lk_model_config *config,
                       uint64_t seed);
void lk_model_free(lk_model *model);
lk_model_config lk_model_config_get(const lk_model *model);
// Number of weights that learn; `without_positions` leaves the position embedding out, as nanoGPT
// counts.
uint64_t lk_model_parameter_count(const lk_model *model, bool without_positions);

// Targets of a sequence of block_size tokens: each of its tokens has one in a transformer, in the
// other families only the whole.
uint32_t lk_model_targets(const lk_model *model);

// A named tensor of the model, borrowed; row-major, `rank` sizes in shape.
typedef struct lk_tensor_view {
    const char *name;
    int rank;
    size_t shape[2];
    float *data;
} lk_tensor_view;

// The weights that learn, then what batch normalisation keeps.
size_t lk_model_tensor_count(const lk_model *model);
lk_tensor_view lk_model_tensor_at(const lk_model *model, size_t index);

// ---- Training configuration -------------------------------------------------------------------

// A configuration is a preset overridden by files and by single settings, the last one winning. The
// settings themselves are listed, with their types and meanings, in lm/train/settings.h.
typedef struct lk_settings lk_settings;

// `preset` NULL: "nanogpt". LK_ERROR_UNKNOWN_NAME with the nearest name.
lk_status lk_settings_new(lk_context *context, lk_settings **settings, const char *preset);
void lk_settings_free(lk_settings *settings);
// Applies a configuration: `key = value` lines (comments with #) or a JSON object, told apart by
// the first character. Errors carry `file`, line and column.
lk_status lk_settings_read(lk_settings *settings, const char *file, const char *text,
                           size_t length);
// Applies one setting, such as ("learning_rate", "6e-4").
lk_status lk_settings_set(lk_settings *settings, const char *key, const char *value);
// The effective configuration as a JSON object.
lk_status lk_settings_write(lk_context *context, lk_buffer *out, const lk_settings *settings);
// The same as `key = value` lines with the meaning of each setting as a comment.
lk_status lk_settings_write_lines(lk_buffer *out, const lk_settings *settings);
// Appends one setting as text ("" when it is not set). LK_ERROR_UNKNOWN_NAME when there is none.
lk_status lk_settings_get(lk_buffer *out, const lk_settings *settings, const char *key);

// ---- Trainer ----------------------------------------------------------------------------------

typedef struct lk_trainer lk_trainer;

// How numbers are spread: their mean, the root of their mean square distance from it, and how many
// lie in each of so many equal parts between the least and the most of them.
enum { LK_BINS = 32 };
typedef struct lk_distribution {
    uint64_t count;
    double mean, deviation, least, most;
    uint64_t bins[LK_BINS];
} lk_distribution;

// Of one weight tensor in one optimizer step. log10_update is the logarithm of the deviation of its
// change over that of its values before; NaN where either is 0.
typedef struct lk_weight_stats {
    const char *name;
    lk_distribution weights, gradient; // before the step and before clipping
    double log10_update;
} lk_weight_stats;

// Of the results of one operation in the first micro-batch of the step. `saturated` is the share of
// them where the function hardly changes: beyond .97 of tanh and of sigmoid's way, 0 of relu; NaN
// where there is no such function.
enum { LK_OPERATION_NAME_BYTES = 128 };
typedef struct lk_activation_stats {
    char name[LK_OPERATION_NAME_BYTES]; // "linear gelu transformer.h.0.mlp.c_fc.weight"
    lk_distribution values;
    double saturated;
} lk_activation_stats;

typedef struct lk_step_stats {
    const lk_weight_stats *weights;
    size_t weight_count;
    const lk_activation_stats *activations; // in the order of the forward pass
    size_t activation_count;
} lk_step_stats;

// {"weights":[{"name","mean","deviation","gradient_mean","gradient_deviation","log10_update",
// "weight_bins","gradient_bins"}…],"activations":[{"name","mean","deviation","saturated",
// "bins"}…]}, where bins are {"least","most","counts"}.
void lk_step_stats_add_json(lk_json_writer *writer, const char *name, const lk_step_stats *stats);

// What one call of lk_trainer_next did.
typedef enum lk_train_event {
    LK_TRAIN_STEPPED,    // an optimizer step: loss, learning_rate, grad_norm are set
    LK_TRAIN_EVALUATING, // one batch of an evaluation, or of a calibration before it; more follow
    LK_TRAIN_EVALUATED,  // an evaluation is complete: train_loss, val_loss, best are set, and after
                         // the last one test_loss
    LK_TRAIN_DONE        // nothing is left to do
} lk_train_event;

typedef struct lk_train_report {
    lk_train_event event;
    uint64_t step;   // optimizer steps done
    uint64_t tokens; // trained on so far
    double loss;     // mean over the micro-batches of the step, in nats
    double learning_rate;
    double grad_norm; // before clipping
    double train_loss;
    double val_loss;
    double test_loss;           // NaN unless the run is at its end and a part was kept for that
    bool best;                  // val_loss is the lowest so far
    double best_val_loss;       // infinity before the first evaluation
    int64_t best_step;          // -1 before
    const lk_step_stats *stats; // of this step, until the next one; NULL where none were wanted
    bool out_of_patience; // the last `patience` evaluations were not better: the training ends here
} lk_train_report;

// Reads the data that the settings name, makes tokenizer and model, and is ready for step 0.
lk_status lk_trainer_new(lk_context *context, lk_trainer **trainer, const lk_settings *settings);
// The same from text in memory instead of the files that `data` names.
lk_status lk_trainer_new_from_text(lk_context *context, lk_trainer **trainer,
                                   const lk_settings *settings, const char *text, size_t length);
// Goes on from a checkpoint exactly as if it had not stopped. `path` is a run (its latest) or a
// checkpoint; `keys` and `values` (count each) replace settings that may change, such as max_iters;
// a smaller block_size cuts the context of the model.
lk_status lk_trainer_resume(lk_context *context, lk_trainer **trainer, const char *path,
                            const char *const *keys, const char *const *values, size_t count);
void lk_trainer_free(lk_trainer *trainer);
// Does one piece of work and reports it: an optimizer step or one batch of an evaluation. The
// caller owns the loop, the printing, the time and the decision to stop. LK_ERROR_DATA when the
// loss is not finite, naming step and tensor; the model is then as the step before left it. Weights
// that are not finite are not saved either.
lk_status lk_trainer_next(lk_trainer *trainer, lk_train_report *report);
// One optimizer step at a rate of the caller's in the place of the schedule's, whatever is due or
// done: for the search of a rate.
lk_status lk_trainer_step_at(lk_trainer *trainer, double learning_rate, lk_train_report *report);
// Lets the training end here. What is left is an evaluation, unless this step had one and nothing
// is kept for the end.
void lk_trainer_finish(lk_trainer *trainer);
uint64_t lk_trainer_step(const lk_trainer *trainer);
uint64_t lk_trainer_tokens(const lk_trainer *trainer);
const lk_settings *lk_trainer_settings(const lk_trainer *trainer);
const lk_model *lk_trainer_model(const lk_trainer *trainer);
const lk_tokenizer *lk_trainer_tokenizer(const lk_trainer *trainer);
// Appends a text as `sample_tokens` and `sample_prompt` of the settings ask for, at the temperature
// and with the filters of lk_sampling_default and the seed of the settings; nothing where none is
// wanted. What is no UTF-8, and zero bytes, are U+FFFD. The training does not change by it.
// LK_ERROR_USAGE when there is no tokenizer.
lk_status lk_trainer_sample(const lk_trainer *trainer, lk_buffer *text);
// The two groups of weights: those that decay, and the others.
typedef struct lk_decay_groups {
    uint64_t decayed_tensors, decayed_weights;
    uint64_t other_tensors, other_weights;
} lk_decay_groups;
lk_decay_groups lk_trainer_decay_groups(const lk_trainer *trainer);
// Tokens that one optimizer step learns to predict.
uint64_t lk_trainer_step_tokens(const lk_trainer *trainer);
// Floating-point operations of one optimizer step in its matrix products, forward and backward.
double lk_trainer_step_operations(const lk_trainer *trainer);
// Writes a checkpoint directory that is complete or absent at every instant.
lk_status lk_trainer_save(lk_trainer *trainer, const char *directory);
// Takes a complete file of a checkpoint; `bytes` are the caller's.
typedef lk_status lk_file_taker(void *argument, const char *name, const void *bytes, size_t length);
// The same files handed over one after another, for callers without a file system. The first
// failure of `take` ends it and is given back.
lk_status lk_trainer_save_files(const lk_trainer *trainer, lk_file_taker *take, void *argument);
// Prepares the directory of a new run. LK_ERROR_CREATE when it holds a run already, unless
// `replace`: then the old run's checkpoints and log are removed (and nothing else that is there).
lk_status lk_run_start(lk_context *context, const char *run, bool replace);
// Writes `run`/step-NNNNNN and points `latest` (and `best`, when asked) at it.
lk_status lk_trainer_save_in_run(lk_trainer *trainer, const char *run, bool best);
// SHA-256 over the float32 bytes of the weights, in the order of the safetensors file; and over
// the optimizer's state.
lk_status lk_trainer_digest(const lk_trainer *trainer, char weights_hex[65],
                            char optimizer_hex[65]);

// ---- Checkpoints ------------------------------------------------------------------------------

typedef struct lk_checkpoint lk_checkpoint;

// A file that is in memory already, for callers without a file system.
typedef struct lk_memory_file {
    const char *name; // "model.safetensors", "config.json", …
    const uint8_t *bytes;
    size_t length;
} lk_memory_file;

// Goes on from the files of a checkpoint with the text it has learned from, as lk_trainer_resume.
lk_status lk_trainer_resume_files(lk_context *context, lk_trainer **trainer,
                                  const lk_memory_file *files, size_t count, const char *text,
                                  size_t length, const char *const *keys, const char *const *values,
                                  size_t value_count);
// Loads model and tokenizer. `path` is a checkpoint directory, or a run, whose best (else latest)
// is taken. Sizes, names and the SHA-256 of each file in the manifest are checked.
lk_status lk_checkpoint_load(lk_context *context, lk_checkpoint **checkpoint, const char *path);
// The files may come with leading directories in their names; the bytes are copied.
lk_status lk_checkpoint_load_files(lk_context *context, lk_checkpoint **checkpoint,
                                   const lk_memory_file *files, size_t count);
void lk_checkpoint_free(lk_checkpoint *checkpoint);
// Writes model and tokenizer as a checkpoint directory that is complete or absent at every instant.
// LK_ERROR_CREATE when it exists and `replace` is false.
lk_status lk_checkpoint_save(const lk_checkpoint *checkpoint, const char *directory, bool replace);
const lk_model *lk_checkpoint_model(const lk_checkpoint *checkpoint);
const lk_tokenizer *lk_checkpoint_tokenizer(const lk_checkpoint *checkpoint);
// Loads whatever is read: a run, a checkpoint, a directory of transformers; one safetensors file
// with configuration and tokenizer in its metadata; a model of llama2.c or llm.c. `tokenizer` is
// the path of one; NULL: that of the model, or beside it.
lk_status lk_checkpoint_load_with(lk_context *context, lk_checkpoint **checkpoint, const char *path,
                                  const char *tokenizer);

// What models are written as: X(CODE, name).
#define LK_MODEL_FORMAT_LIST(X)                                                                    \
    X(HF, "hf")                   /* a directory of transformers */                                \
    X(SAFETENSORS, "safetensors") /* one file with configuration and tokenizer in its metadata */  \
    X(LLAMA2C, "llama2c")         /* llama2.c's .bin, without a tokenizer */                       \
    X(NPY, "npy")                 /* a directory of arrays of NumPy, one for each tensor */

typedef enum lk_model_format {
#define LK_MODEL_FORMAT_ENUM(CODE, name) LK_MODEL_##CODE,
    LK_MODEL_FORMAT_LIST(LK_MODEL_FORMAT_ENUM)
#undef LK_MODEL_FORMAT_ENUM
        LK_MODEL_FORMAT_COUNT
} lk_model_format;

const char *lk_model_format_name(lk_model_format format);
// LK_ERROR_UNSUPPORTED when the format cannot hold the model; LK_ERROR_CREATE when something is
// there and `replace` is false.
lk_status lk_checkpoint_export(const lk_checkpoint *checkpoint, const char *path,
                               lk_model_format format, bool replace);
// The checkpoint in words and as JSON: configuration, parameters, step, losses, digest; with
// `speed` (NULL: without) how fast its training is foretold to be.
typedef struct lk_training_speed lk_training_speed; // likelore/lm_speed.h
lk_status lk_checkpoint_info_text(lk_context *context, lk_buffer *out,
                                  const lk_checkpoint *checkpoint, const lk_training_speed *speed);
lk_status lk_checkpoint_info_json(lk_context *context, lk_buffer *out,
                                  const lk_checkpoint *checkpoint, const lk_training_speed *speed);
// The settings of its training, the caller's from then on. LK_ERROR_NO_INPUT where it has none.
lk_status lk_checkpoint_settings(lk_settings **settings, const lk_checkpoint *checkpoint);

// ---- Generation -------------------------------------------------------------------------------

// A decoder holds keys and values of the positions seen so far, so that each further token costs
// one row of the network. When block_size positions are full the window slides: the last
// block_size tokens are seen again from position 0, as in training. The other families see the last
// block_size tokens, before the first of them padding. Allocates only when made.
typedef struct lk_decoder lk_decoder;

lk_status lk_decoder_new(lk_context *context, lk_decoder **decoder, const lk_model *model);
void lk_decoder_free(lk_decoder *decoder);
void lk_decoder_reset(lk_decoder *decoder);
// Feeds ids and gives the logits (V, borrowed until the next call) that follow the last of them.
// LK_ERROR_USAGE when count is 0 or an id is not in the vocabulary.
lk_status lk_decoder_feed(lk_decoder *decoder, const float **logits, const uint32_t *ids,
                          size_t count);

// log softmax: the logarithm of the probability of each token. `log_probs` and `logits` hold
// vocab_size elements.
void lk_log_softmax(double *log_probs, const float *logits, uint32_t vocab_size);

typedef struct lk_sampling {
    double temperature; // 0: the most probable token, the lower id among equals
    uint32_t top_k;     // 0: all. Ties with the k-th are kept
    double top_p;       // 1: all. Holtzman et al. 2020: the fewest tokens whose sum reaches it
    double min_p;       // 0: all. Keeps p >= min_p * max p
    uint64_t seed;
    uint32_t sample; // index of the sample: each has a stream of its own
} lk_sampling;

// Temperature .8, top_k 200, top_p 1, min_p 0, seed 42.
lk_sampling lk_sampling_default(void);

// The distribution tokens are drawn from: divides the logits by the temperature, then filters by
// top-k, top-p and min-p in this order, then normalises; filtered tokens have probability 0.
// `probabilities` (V) is the output, `order` (V) scratch.
lk_status lk_sampling_distribution(lk_context *context, float *probabilities, uint32_t *order,
                                   const float *logits, uint32_t vocab_size,
                                   const lk_sampling *sampling);

typedef struct lk_generator lk_generator;

typedef struct lk_candidate {
    uint32_t id;
    float probability; // after temperature and filters
} lk_candidate;

enum { LK_CANDIDATES = 10 };

typedef enum lk_finish { LK_FINISH_NONE, LK_FINISH_LENGTH, LK_FINISH_STOP } lk_finish;

typedef struct lk_generated {
    uint32_t id;
    const char *text; // what it adds to the text, borrowed from the tokenizer
    size_t text_length;
    double log_prob; // of the token under the model itself, before temperature and filters
    lk_candidate candidates[LK_CANDIDATES]; // the most probable ones, best first
    uint32_t candidate_count;
    lk_finish finish; // whether this token was the last
} lk_generated;

// Generates at most max_tokens after the prompt (an empty one begins with the model's padding,
// mostly token 0), or until a token completes `stop` in what was generated (NULL or "": never); of
// special tokens it is their text, such as "<|endoftext|>". Ids that the tokenizer does not have
// are never drawn. Everything is allocated here; each token allocates nothing.
lk_status lk_generator_new(lk_context *context, lk_generator **generator, const lk_model *model,
                           const lk_tokenizer *tokenizer, const char *prompt, size_t length,
                           const lk_sampling *sampling, uint32_t max_tokens, const char *stop);
void lk_generator_free(lk_generator *generator);
// Draws the next token; after the last one it reports LK_ERROR_USAGE.
lk_status lk_generator_next(lk_generator *generator, lk_generated *token);

#ifdef __cplusplus
}
#endif

#endif
