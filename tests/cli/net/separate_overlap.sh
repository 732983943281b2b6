likelore net separate $EXAMPLES/networks/homework.bif B B
