likelore net query $EXAMPLES/networks/asia.bif -t lung -e xray=yes --engine lw --precision 0.01 --json
