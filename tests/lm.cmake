# Tests of Language models.
