# Tests of Bayesian networks.
