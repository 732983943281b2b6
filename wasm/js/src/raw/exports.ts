// The functions that the modules export, by lab; wasm/bridge*.c and abi.c define and describe them.
// A test compares these lists with the modules.
const common = [
  'malloc',
  'free',
  'lk_bridge_abi',
  'lk_bridge_error',
  'lk_bridge_free',
  'lk_bridge_live_bytes',
  'lk_bridge_new',
  'lk_bridge_notes',
  'lk_bridge_output',
  'lk_bridge_output_length',
] as const;

// Of the module that a page starts with.
export const startExports = [
  ...common,
  'lk_bridge_answers_ask',
  'lk_bridge_answers_free',
  'lk_bridge_answers_numbers',
  'lk_bridge_answers_open',
  'lk_bridge_answers_question',
  'lk_bridge_network_describe',
  'lk_bridge_network_free',
  'lk_bridge_network_info',
  'lk_bridge_network_map',
  'lk_bridge_network_mpe',
  'lk_bridge_network_observe',
  'lk_bridge_network_open',
  'lk_bridge_network_query',
  'lk_bridge_network_trace',
] as const;

export const bayesExports = [
  ...startExports,
  'lk_bridge_check',
  'lk_bridge_exact_free',
  'lk_bridge_exact_next',
  'lk_bridge_exact_open',
  'lk_bridge_factors_combine',
  'lk_bridge_fit_free',
  'lk_bridge_fit_network',
  'lk_bridge_fit_next',
  'lk_bridge_fit_open',
  'lk_bridge_naive_evaluate',
  'lk_bridge_naive_free',
  'lk_bridge_naive_info',
  'lk_bridge_naive_network',
  'lk_bridge_naive_open',
  'lk_bridge_naive_predict',
  'lk_bridge_naive_predict_table',
  'lk_bridge_naive_write',
  'lk_bridge_network_draw',
  'lk_bridge_network_factors',
  'lk_bridge_network_orders',
  'lk_bridge_network_report',
  'lk_bridge_network_separate',
  'lk_bridge_network_trace_document',
  'lk_bridge_network_write',
  'lk_bridge_rows_free',
  'lk_bridge_rows_next',
  'lk_bridge_rows_open',
  'lk_bridge_sampler_free',
  'lk_bridge_sampler_next',
  'lk_bridge_sampler_open',
  'lk_bridge_training_free',
  'lk_bridge_training_next',
  'lk_bridge_training_open',
  'lk_bridge_training_take',
  'lk_bridge_uai_compare',
  'lk_bridge_uai_result',
  'lk_bridge_weighting_answer',
  'lk_bridge_weighting_free',
  'lk_bridge_weighting_next',
  'lk_bridge_weighting_open',
] as const;

export const languageExports = [
  ...common,
  'lk_bridge_checkpoint_describe',
  'lk_bridge_checkpoint_free',
  'lk_bridge_checkpoint_open',
  'lk_bridge_generator_free',
  'lk_bridge_generator_next',
  'lk_bridge_generator_open',
  'lk_bridge_token',
] as const;

export type CommonExport = (typeof common)[number];
export type BayesExport = (typeof bayesExports)[number];
export type LanguageExport = (typeof languageExports)[number];
