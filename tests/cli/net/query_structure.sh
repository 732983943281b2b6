likelore net query $EXAMPLES/networks/homework-structure.bif -t B
