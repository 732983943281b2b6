likelore net sample $EXAMPLES/networks/asia.bif -n 3 -e xray=yes
