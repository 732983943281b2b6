# Tests of Language models.
lk_test(test_gradients SOURCES unit/test_gradients.c LIBRARIES lk_lm_double)
