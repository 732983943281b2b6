likelore net draw $EXAMPLES/networks/sprinkler.bif --format dot --json
