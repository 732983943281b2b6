likelore net separate $EXAMPLES/networks/abcd.bif B D
