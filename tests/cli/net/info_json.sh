likelore net info $EXAMPLES/networks/homework-structure.bif --json
