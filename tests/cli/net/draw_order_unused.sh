likelore net draw $EXAMPLES/networks/asia.bif --order min-fill
