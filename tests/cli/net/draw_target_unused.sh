likelore net draw $EXAMPLES/networks/asia.bif -t lung
