printf 'asia;dysp\n-;yes\nno;-\n' >cases.csv
likelore net query $EXAMPLES/networks/asia.bif -t bronc --cases cases.csv --separator ';' --missing - --exact
