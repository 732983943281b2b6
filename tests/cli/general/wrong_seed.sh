likelore net query $EXAMPLES/networks/asia.bif --seed x
