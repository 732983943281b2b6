likelore net separate $EXAMPLES/networks/asia.bif tub --exact
