likelore net query $EXAMPLES/networks/asia.bif --engine jet
