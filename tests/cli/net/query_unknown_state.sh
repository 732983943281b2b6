likelore net query $EXAMPLES/networks/asia.bif -t lung -e xray=yea
