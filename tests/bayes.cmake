# Tests of Bayesian networks.
lk_test(test_bayes_conformance SOURCES conformance/test_bayes_conformance.c LIBRARIES lk_bayes)
