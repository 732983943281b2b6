likelore net query $EXAMPLES/networks/asia.bif --format xml
