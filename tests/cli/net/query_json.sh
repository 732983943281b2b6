likelore net query $EXAMPLES/networks/asia.bif -t tub -e asia=yes --json
