# Tests of The ground floor.
