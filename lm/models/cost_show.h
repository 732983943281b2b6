// The costs of a model in words and as JSON.
#ifndef LK_COST_SHOW_H
#define LK_COST_SHOW_H

#include "likelore/json.h"
#include "likelore/lm_cost.h"

typedef struct lk_cost_report {
    lk_model_config config; // complete
    lk_model_cost cost;
    lk_inference_memory inference;
    lk_training_memory training;
    uint32_t sequences; // of the micro-batch that `training` is of
} lk_cost_report;

lk_status lk_cost_report_make(lk_context *context, lk_cost_report *report,
                              const lk_model_config *config, const lk_training_load *load);
enum { LK_NUMBER_BYTES = 64 };

// A whole number in groups of three digits, "2,127,057,600"; returns `text`.
const char *lk_show_count(char text[LK_NUMBER_BYTES], double number);
// "7.92 GiB"; returns `text`.
const char *lk_show_bytes(char text[LK_NUMBER_BYTES], uint64_t bytes);
// The two lines "model …". The configuration is complete.
void lk_model_config_describe(lk_buffer *out, const lk_model_config *config);
// The line "parameters …".
void lk_cost_report_parameters(lk_buffer *out, const lk_cost_report *report);
// The tables, with an empty line before each.
void lk_cost_report_text(lk_buffer *out, const lk_cost_report *report);
// The members "cost" and "memory" of the object that is being written.
void lk_cost_report_add_json(lk_json_writer *writer, const lk_cost_report *report);

#endif
