likelore net orders $EXAMPLES/networks/homework-structure.bif
