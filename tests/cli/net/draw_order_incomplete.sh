likelore net draw $EXAMPLES/networks/asia.bif --graph tree --order asia,tub
