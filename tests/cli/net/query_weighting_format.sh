likelore net query "$EXAMPLES/networks/asia.bif" -t lung --engine lw --format uai-mar
