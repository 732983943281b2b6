likelore net sample $EXAMPLES/networks/asia.bif -n 5 --seed 7
