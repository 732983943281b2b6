likelore net draw $EXAMPLES/networks/homework-structure.bif --format dot
