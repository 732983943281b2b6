// A trainer inside. What a checkpoint must keep so that training goes on bit for bit: the model's
// values, the optimizer's blocks and step, and the numbers of lk_progress; everything else follows
// from the settings (batches and dropout are drawn by seed and iteration).
#ifndef LK_TRAINER_H
#define LK_TRAINER_H

#include "likelore/lm.h"
#include "models/model.h"
#include "train/batches.h"
#include "train/calibration.h"
#include "train/dataset.h"
#include "train/optimizer.h"
#include "train/parts.h"
#include "train/profile.h"
#include "train/schedule.h"
#include "train/settings.h"
#include "train/statistics.h"

// Whether and when the last evaluation was.
enum { LK_NEVER = -1 };

typedef struct lk_progress {
    uint64_t step;        // optimizer steps done
    uint64_t tokens;      // trained on
    double best_val_loss; // infinity before the first evaluation
    int64_t best_step;    // where that was; LK_NEVER before
    uint64_t evaluations_since_best;
    int64_t evaluated_step;      // step before which the last evaluation was completed, or LK_NEVER
    int64_t concluded_step;      // the same of the last one that a run ended with
    double train_loss, val_loss; // of the last evaluation
    double test_loss;            // NaN unless the run ended with it and kept something for it
} lk_progress;

// An evaluation under way: `batch` batches of each part are done, or all there are.
typedef struct lk_evaluation {
    bool running;
    bool concludes; // no step was left when it began, so it looks at what is kept for the end
    uint64_t batch;
    double sums[LK_SPLIT_COUNT]; // of the losses, times the targets of each
    uint64_t counts[LK_SPLIT_COUNT];
} lk_evaluation;

struct lk_trainer {
    lk_context *context;
    lk_settings *settings;   // owned
    lk_dataset *dataset;     // owned
    lk_tokenizer *tokenizer; // owned; NULL where there is none
    lk_model *model;         // owned
    lk_parts parts;          // of the ranks it trains with
    lk_optimizer optimizer;  // of the own part, where the ranks share it out
    lk_real *sum;            // of the gradients of micro-batches, own part; NULL where not needed
    double *numbers;         // that the ranks tell each other: losses, or squares of gradients
    lk_schedule schedule;
    lk_progress progress;
    lk_evaluation evaluation;
    lk_statistics statistics; // empty when none are wanted
    lk_step_stats step_stats; // of the last step that had some
    bool finishing;           // no further step is wanted
    bool has_evaluated;       // since it was made
    lk_calibration calibration;
    lk_profile *profile; // owned; NULL: times are not measured
    lk_tape tape;
    lk_batches batches;
};

// Makes a trainer at step 0 of its parts and owns them (but `ranks`) from then on; when it fails
// they are freed. Resuming calls this with the loaded model, then sets the optimizer's blocks and
// step, and progress.
lk_status lk_trainer_assemble(lk_context *context, lk_trainer **trainer, lk_settings *settings,
                              lk_dataset *dataset, lk_tokenizer *tokenizer, lk_model *model,
                              lk_ranks *ranks);
// Together, the last thing in making one: agrees on the status of that and compares settings, data
// and weights of the ranks. What was made is freed after a failure.
lk_status lk_trainer_join(lk_trainer **trainer, lk_ranks *ranks, lk_status status);
// Whether each rank keeps a part of the optimizer's state.
bool lk_trainer_is_sharded(const lk_trainer *trainer);
// Makes the optimizer of the settings for a model; where it is sharded, for the own part.
lk_status lk_trainer_make_optimizer(const lk_trainer *trainer, lk_optimizer *optimizer,
                                    const lk_model *model, const lk_parts *parts);

#endif
