# Tests of Bayesian networks.
lk_test(test_bayes_conformance SOURCES conformance/test_bayes_conformance.c LIBRARIES lk_bayes)
lk_test(test_bif SOURCES unit/test_bif.c LIBRARIES lk_bayes)
lk_test(test_bif_mutations SOURCES property/test_bif_mutations.c LIBRARIES lk_bayes)
lk_test(test_elimination_random SOURCES property/test_elimination_random.c LIBRARIES lk_bayes)
lk_test(test_factor SOURCES unit/test_factor.c LIBRARIES lk_bayes)
target_include_directories(test_factor PRIVATE ${PROJECT_SOURCE_DIR}/bayes)
lk_test(test_natural SOURCES unit/test_natural.c LIBRARIES lk_bayes gmp)
target_include_directories(test_natural PRIVATE ${PROJECT_SOURCE_DIR}/bayes)
lk_test(test_number SOURCES unit/test_number.c LIBRARIES lk_bayes)
target_include_directories(test_number PRIVATE ${PROJECT_SOURCE_DIR}/bayes)
lk_test(test_formats_mutations SOURCES property/test_formats_mutations.c LIBRARIES lk_bayes)
lk_test(test_formats_round_trip SOURCES property/test_formats_round_trip.c LIBRARIES lk_bayes)
lk_test(test_markov SOURCES unit/test_markov.c LIBRARIES lk_bayes)
lk_test(test_markov_random SOURCES property/test_markov_random.c LIBRARIES lk_bayes)
lk_test(test_query SOURCES unit/test_query.c LIBRARIES lk_bayes)
lk_test(test_rational SOURCES unit/test_rational.c LIBRARIES lk_bayes gmp)
target_include_directories(test_rational PRIVATE ${PROJECT_SOURCE_DIR}/bayes)
lk_test(test_uai SOURCES unit/test_uai.c LIBRARIES lk_bayes)
lk_test(test_uai_conformance SOURCES conformance/test_uai_conformance.c LIBRARIES lk_bayes)
lk_test(test_trace SOURCES unit/test_trace.c LIBRARIES lk_bayes)

# Drawing.
lk_test(test_layout SOURCES property/test_layout.c LIBRARIES lk_bayes)
target_include_directories(test_layout PRIVATE ${PROJECT_SOURCE_DIR}/bayes)

# Explanations.
lk_test(test_independence SOURCES unit/test_independence.c LIBRARIES lk_bayes)
lk_test(test_independence_random SOURCES property/test_independence_random.c LIBRARIES lk_bayes)

# Learning.
lk_test(test_naive SOURCES unit/test_naive.c LIBRARIES lk_bayes)
target_include_directories(test_naive PRIVATE ${PROJECT_SOURCE_DIR}/bayes)
lk_test(test_naive_random SOURCES property/test_naive_random.c LIBRARIES lk_bayes)
lk_test(test_document SOURCES unit/test_document.c LIBRARIES lk_bayes)
lk_test(test_fit SOURCES unit/test_fit.c LIBRARIES lk_bayes)
lk_test(test_fit_random SOURCES property/test_fit_random.c LIBRARIES lk_bayes)
target_include_directories(test_fit_random PRIVATE ${PROJECT_SOURCE_DIR}/bayes)
lk_test(test_orders SOURCES unit/test_orders.c LIBRARIES lk_bayes)
