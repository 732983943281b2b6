likelore net query $EXAMPLES/networks/asia.bif -t lang
