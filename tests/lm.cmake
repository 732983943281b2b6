# Tests of Language models.
lk_test(test_gradients SOURCES unit/test_gradients.c LIBRARIES lk_lm_double)
# The same source with the library's float and in double.
lk_test(test_transformer SOURCES unit/test_transformer.c support/naive_transformer.c
        LIBRARIES lk_lm_private)
lk_test(test_transformer_double SOURCES unit/test_transformer.c support/naive_transformer.c
        LIBRARIES lk_lm_double)
lk_test(test_optimizer SOURCES unit/test_optimizer.c LIBRARIES lk_lm_double)
lk_test(test_trainer SOURCES unit/test_trainer.c LIBRARIES lk_lm_private)
lk_test(test_dataset SOURCES unit/test_dataset.c LIBRARIES lk_lm_private)
lk_test(test_safetensors SOURCES unit/test_safetensors.c LIBRARIES lk_lm_private)
lk_test(test_settings SOURCES unit/test_settings.c LIBRARIES lk_lm_private)
lk_test(test_tokenizer SOURCES unit/test_tokenizer.c LIBRARIES lk_lm)
lk_test(test_decoder SOURCES unit/test_decoder.c LIBRARIES lk_lm_private)
lk_test(test_generator SOURCES unit/test_generator.c LIBRARIES lk_lm)
lk_test(test_sampler SOURCES unit/test_sampler.c LIBRARIES lk_lm_private)
lk_plain_test(test_training_threads SOURCES threads/test_training_threads.c LIBRARIES lk_lm)
add_executable(bench_train bench/bench_train.c)
target_link_libraries(bench_train PRIVATE lk_flags lk_lm_private m)
lk_test(test_lm_conformance SOURCES conformance/test_lm_conformance.c LIBRARIES lk_lm_private)
lk_test(test_checkpoint SOURCES unit/test_checkpoint.c LIBRARIES lk_lm_private)
lk_test(test_plot SOURCES unit/test_plot.c ../native/plot.c)
target_include_directories(test_plot PRIVATE ${PROJECT_SOURCE_DIR}/native)
