likelore net separate $EXAMPLES/networks/abcd.bif A D --exact --tolerance 0.1
