likelore net query $EXAMPLES/networks/asia.bif -t lung -e xray=yes,asia=yes --engine lw --max-samples 100 --seed 3
