likelore net sample $EXAMPLES/networks/asia.bif -n 5 --seed 7 --threads 3 -q
likelore net sample $EXAMPLES/networks/asia.bif -n 5 --seed 7 -o cases.csv -q
cat cases.csv
