likelore net sample $EXAMPLES/networks/asia.bif -n 5 -e xray=yes --weights -q -o data.csv
likelore net fit $EXAMPLES/networks/asia.bif data.csv
