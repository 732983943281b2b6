likelore net check "$EXAMPLES/data/doubtful.bif"
