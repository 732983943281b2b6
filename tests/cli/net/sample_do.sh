likelore net sample $EXAMPLES/networks/sprinkler.bif -n 3 --do sprinkler=on -q
likelore net sample $EXAMPLES/networks/sprinkler.bif -n 3 --do sprinkler=on --weights -q
