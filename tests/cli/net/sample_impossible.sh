likelore net sample $EXAMPLES/networks/asia.bif -n 5 -e either=no,lung=yes --weights -q
