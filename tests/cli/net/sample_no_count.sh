likelore net sample $EXAMPLES/networks/asia.bif
