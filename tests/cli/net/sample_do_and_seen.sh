likelore net sample $EXAMPLES/networks/sprinkler.bif -n 3 --do sprinkler=on -e rain=yes
