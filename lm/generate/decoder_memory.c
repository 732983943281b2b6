// Memory of generation.
#include "generate/decoder.h"
#include "models/cost.h"

lk_status lk_inference_memory_count(lk_context *context, lk_inference_memory *memory,
                                    const lk_model_config *given) {
    lk_model_cost cost;
    LK_TRY(lk_model_cost_count(context, &cost, given));
    lk_model_config config = *given;
    lk_model_config_complete(&config);
    bool caches = config.family == LK_FAMILY_TRANSFORMER;
    uint64_t kv_width = caches ? lk_model_config_kv_width(&config) : 0;
    uint64_t per_token = 2 * config.n_layer * kv_width * sizeof(lk_real);
    *memory = (lk_inference_memory){.weights = lk_weight_bytes(&config, &cost),
                                    .cache = per_token * config.block_size,
                                    .cache_per_token = per_token,
                                    .work = lk_decoder_work(&config) * sizeof(lk_real)};
    memory->total = memory->weights + memory->cache + memory->work;
    return LK_OK;
}
