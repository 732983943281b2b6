likelore net info $EXAMPLES/networks/asia.bif
