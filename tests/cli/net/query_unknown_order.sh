likelore net query $EXAMPLES/networks/asia.bif --order min-fil
