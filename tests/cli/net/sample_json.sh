likelore net sample $EXAMPLES/networks/sprinkler.bif -n 2 --json -q
likelore net sample $EXAMPLES/networks/sprinkler.bif -n 2 --json -q -e rain=yes -l wet_grass=yes:1,no:0.5 --weights
