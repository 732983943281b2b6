printf 'asia,tub\nyes,no\n,yes\nno,yes\n' >cases.csv
likelore net query $EXAMPLES/networks/asia.bif -t bronc -e either=no --cases cases.csv
