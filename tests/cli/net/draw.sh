likelore net draw $EXAMPLES/networks/homework.bif
