#include "likelore/lm_speed.h"

#include "likelore/lm_cost.h"
#include "likelore/lm_profile.h"
#include "train/settings_cost.h"
#include "train/trainer.h"

#include <math.h>

enum { MOST_LETTERS = 60 };

// A micro-batch that is foretold to take longer is made smaller.
static const double longest_micro_batch = 2;

// ---- A text of no meaning -----------------------------------------------------------------------

// Lines of random letters, no more of them than the vocabulary has tokens beside the line end.
static void fill_text(char *text, size_t length, uint32_t vocab_size) {
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0);
    uint64_t letters = vocab_size > MOST_LETTERS ? MOST_LETTERS : vocab_size - 1;
    for (size_t i = 0; i < length; i++) {
        bool ends_line = i % 8 == 7 || letters == 0;
        text[i] = ends_line ? '\n' : (char)('0' + lk_random_below(&random, letters));
    }
}

static lk_status train_on_nothing(lk_context *context, lk_trainer **trainer,
                                  const lk_settings *settings) {
    const size_t parts = 4, least = 1 << 16; // enough for both parts of the data, and for lines
    size_t length = parts * ((size_t)settings->block_size + 2);
    if (length < least) length = least;
    char *text = lk_alloc(context, length, 1);
    LK_NEED(text);
    fill_text(text, length, (uint32_t)settings->vocab_size);
    lk_status status = lk_trainer_new_from_text(context, trainer, settings, text, length);
    lk_free(context, text);
    return status;
}

// ---- Measuring ----------------------------------------------------------------------------------

typedef struct measuring {
    lk_context *context;
    lk_settings *settings; // a copy, of one micro-batch a step
    lk_clock *clock;
    double seconds;
} measuring;

// Steps that leave the weights as they are, after one to warm up; their mean is what counts, since
// that is what a training has.
static lk_status take_steps(const measuring *m, lk_trainer *trainer, double seconds) {
    lk_train_report report;
    LK_TRY(lk_trainer_profile_begin(trainer, m->clock, 1));
    LK_TRY(lk_trainer_step_at(trainer, 0, &report));
    double began = m->clock();
    do {
        LK_TRY(lk_trainer_step_at(trainer, 0, &report));
    } while (m->clock() - began < seconds);
    return lk_trainer_profile_get(trainer).steps ? LK_OK : LK_ERROR_MEMORY;
}

static bool is_update(const lk_profile_row *row) {
    return row->phase == LK_PROFILE_OUTSIDE &&
           (strcmp(row->name, "gradient norm") == 0 || strcmp(row->name, "optimizer") == 0);
}

// Of a step. What is outside, the update apart, is done for each micro-batch.
typedef struct step_times {
    double forward, backward, update;
} step_times;

static void add_row(step_times *times, const lk_profile_row *row, double factor) {
    double seconds = row->seconds * factor;
    if (row->phase == LK_PROFILE_BACKWARD)
        times->backward += seconds;
    else if (is_update(row))
        times->update += seconds;
    else
        times->forward += seconds;
}

// ---- What is measured ---------------------------------------------------------------------------

static lk_status check_settings(lk_context *context, const lk_settings *settings) {
    if (settings->batch_size == 0)
        return lk_fail(context, LK_ERROR_USAGE,
                       "with batch_size = 0 a step is as long as the data, which are not read "
                       "here: set batch_size to measure");
    if (settings->optimizer == LK_OPTIMIZER_COUNTS)
        return lk_fail(context, LK_ERROR_USAGE,
                       "optimizer = counts takes one step through all data, which are not read "
                       "here: there is nothing to measure");
    return LK_OK;
}

// The settings with one micro-batch a step, for a text in the place of the data.
static lk_status make_settings(lk_settings *settings, uint32_t vocab_size) {
    settings->vocab_size = vocab_size;
    settings->gradient_accumulation_steps = 1;
    settings->stats = 0;
    settings->split = .5;
    settings->test_split = 0;
    LK_TRY(lk_settings_set(settings, "data", ""));
    LK_TRY(lk_settings_set(settings, "val_data", ""));
    return lk_settings_set(settings, "tokenizer", "char");
}

// Whether a micro-batch of these settings is too much: 0 no, else how many times too long or large.
static lk_status find_excess(const measuring *m, double *excess, double rate) {
    lk_model_config config;
    lk_model_cost cost;
    lk_training_memory memory;
    uint32_t sequences = (uint32_t)m->settings->batch_size;
    LK_TRY(lk_settings_shape(m->context, &config, m->settings));
    LK_TRY(lk_model_cost_count(m->context, &cost, &config));
    lk_training_load load = lk_settings_load(m->settings, &config, 1);
    LK_TRY(lk_training_memory_count(m->context, &memory, &config, &load));
    double seconds = lk_model_cost_training(&cost, config.block_size, sequences) / rate;
    double limit = (double)lk_context_memory_limit(m->context);
    double too_long = seconds / longest_micro_batch, too_large = (double)memory.total / limit;
    *excess = too_long > too_large ? too_long : too_large;
    return LK_OK;
}

// Operations a second, of products as they are in training.
static lk_status find_rate(const measuring *m, double *rate) {
    double gflops;
    LK_TRY(lk_bench_product(m->context, &gflops, (lk_product_shape){512, 512, 512}, m->clock, .02));
    *rate = gflops > 0 ? gflops * 1e9 : 1e9;
    return LK_OK;
}

// First layers, since what is left then has the speed of the whole, then sequences.
static lk_status make_smaller(const measuring *m) {
    double rate, excess;
    LK_TRY(find_rate(m, &rate));
    LK_TRY(find_excess(m, &excess, rate));
    if (excess <= 1) return LK_OK;
    if (m->settings->model == LK_FAMILY_TRANSFORMER && m->settings->n_layer > 2) {
        m->settings->n_layer = 2;
        LK_TRY(find_excess(m, &excess, rate));
    }
    while (excess > 1 && m->settings->batch_size > 1) {
        m->settings->batch_size /= 2;
        LK_TRY(find_excess(m, &excess, rate));
    }
    return LK_OK;
}

// ---- What follows -------------------------------------------------------------------------------

// What follows for a model of more layers from two that have one and two of them.
typedef struct layers {
    const lk_step_profile *one, *two; // one NULL: the model has the layers of `two`
    double count;
    double more_weights; // factor from two layers to all
} layers;

// In a step; 0 where there is no such row.
static double calls_of(const lk_step_profile *profile, const lk_profile_row *like) {
    for (size_t i = 0; i < profile->row_count; i++) {
        const lk_profile_row *row = &profile->rows[i];
        if (row->phase == like->phase && strcmp(row->name, like->name) == 0 &&
            strcmp(row->shape, like->shape) == 0)
            return (double)row->calls / (double)profile->steps;
    }
    return 0;
}

// How often the model does what two layers do once: calls grow by as many with each layer, and the
// update with the weights.
static double factor_of(const layers *l, const lk_profile_row *row) {
    if (!l->one) return 1;
    if (is_update(row)) return l->more_weights;
    double one = calls_of(l->one, row), two = calls_of(l->two, row);
    return row->phase == LK_PROFILE_OUTSIDE ? 1 : (one + (l->count - 1) * (two - one)) / two;
}

static step_times times_of(const layers *l) {
    step_times times = {0};
    for (size_t i = 0; i < l->two->row_count; i++) {
        const lk_profile_row *row = &l->two->rows[i];
        add_row(&times, row, factor_of(l, row) / (double)l->two->steps);
    }
    return times;
}

// All batches of all evaluations: before the first step, at every interval, and at the end.
static double evaluation_batches(const lk_settings *settings) {
    if (settings->eval_iters == 0) return (double)NAN;
    double intervals = ceil((double)settings->max_iters / (double)settings->eval_interval);
    return (intervals + 1) * 2 * (double)settings->eval_iters;
}

static lk_training_speed speed_of(const lk_settings *settings, const layers *l,
                                  uint32_t sequences) {
    double times_more = (double)settings->batch_size / sequences;
    double micro_batches = (double)settings->gradient_accumulation_steps;
    step_times times = times_of(l);
    lk_training_speed speed = {
        .micro_batch_seconds = (times.forward + times.backward) * times_more,
        .forward_seconds = times.forward * times_more,
        .update_seconds = times.update,
        .step_tokens = (uint64_t)((double)l->two->step_tokens * times_more * micro_batches),
        .steps = (uint64_t)settings->max_iters,
        .micro_batches = (uint32_t)l->two->steps,
        .sequences = sequences,
        .layers = l->one ? 2 : 0,
    };
    speed.step_seconds = micro_batches * speed.micro_batch_seconds + speed.update_seconds;
    speed.tokens_per_second = (double)speed.step_tokens / speed.step_seconds;
    speed.training_seconds = (double)settings->max_iters * speed.step_seconds;
    speed.evaluation_seconds = evaluation_batches(settings) * speed.forward_seconds;
    return speed;
}

static lk_status count_weights(lk_context *context, double *weights, const lk_settings *settings,
                               const lk_settings *of_layers) {
    lk_model_config config;
    lk_model_cost cost;
    LK_TRY(lk_settings_shape(context, &config, settings));
    config.n_layer = (uint32_t)of_layers->n_layer;
    LK_TRY(lk_model_cost_count(context, &cost, &config));
    *weights = (double)cost.parameters;
    return LK_OK;
}

static lk_status measure_whole(const measuring *m, lk_training_speed *speed,
                               const lk_settings *settings) {
    lk_trainer *trainer;
    LK_TRY(train_on_nothing(m->context, &trainer, m->settings));
    lk_status status = take_steps(m, trainer, m->seconds);
    if (status == LK_OK) {
        lk_step_profile profile = lk_trainer_profile_get(trainer);
        *speed = speed_of(settings, &(layers){.two = &profile}, (uint32_t)m->settings->batch_size);
    }
    lk_trainer_free(trainer);
    return status;
}

static lk_status measure_pair(const measuring *m, lk_training_speed *speed,
                              const lk_settings *settings, lk_trainer *of_one, lk_trainer *of_two) {
    layers l = {.count = (double)settings->n_layer};
    double all, two;
    LK_TRY(count_weights(m->context, &all, m->settings, settings));
    LK_TRY(count_weights(m->context, &two, m->settings, m->settings));
    LK_TRY(take_steps(m, of_one, 0));
    LK_TRY(take_steps(m, of_two, m->seconds));
    lk_step_profile first = lk_trainer_profile_get(of_one), second = lk_trainer_profile_get(of_two);
    l.one = &first;
    l.two = &second;
    l.more_weights = all / two;
    *speed = speed_of(settings, &l, (uint32_t)m->settings->batch_size);
    return LK_OK;
}

static lk_status measure_layers(const measuring *m, lk_training_speed *speed,
                                const lk_settings *settings) {
    lk_trainer *of_one, *of_two;
    m->settings->n_layer = 1;
    LK_TRY(train_on_nothing(m->context, &of_one, m->settings));
    m->settings->n_layer = 2;
    lk_status status = train_on_nothing(m->context, &of_two, m->settings);
    if (status == LK_OK) {
        status = measure_pair(m, speed, settings, of_one, of_two);
        lk_trainer_free(of_two);
    }
    lk_trainer_free(of_one);
    return status;
}

static lk_status measure_training(const measuring *m, lk_training_speed *speed,
                                  const lk_settings *settings, uint32_t vocab_size) {
    LK_TRY(make_settings(m->settings, vocab_size));
    LK_TRY(make_smaller(m));
    return m->settings->n_layer < settings->n_layer ? measure_layers(m, speed, settings)
                                                    : measure_whole(m, speed, settings);
}

lk_status lk_training_speed_measure(lk_context *context, lk_training_speed *speed,
                                    const lk_settings *settings, uint32_t vocab_size,
                                    lk_clock *clock, double seconds) {
    lk_model_config config = {.vocab_size = vocab_size};
    LK_TRY(check_settings(context, settings));
    if (vocab_size == 0) LK_TRY(lk_settings_shape(context, &config, settings));
    measuring m = {.context = context, .clock = clock, .seconds = seconds};
    LK_TRY(lk_settings_copy(context, &m.settings, settings));
    lk_status status = measure_training(&m, speed, settings, config.vocab_size);
    lk_settings_free(m.settings);
    return status;
}
