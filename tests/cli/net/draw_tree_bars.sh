likelore net draw $EXAMPLES/networks/asia.bif --graph tree --bars
