likelore net query $EXAMPLES/networks/asia.bif -t lung -e xray=yes --memory-limit 100
