likelore net draw $EXAMPLES/networks/asia.bif --format png
